// SPDX-License-Identifier: GPL-2.0-only
#include "base/output_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

using namespace vmalab;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("vmalab-output-test-" + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::size_t files() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator())); }
};

std::string contents(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

bool says(const Result<void>& result, const std::string& part) { return !result && result.error().message.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a file is written whole or not at all") {
  const Folder folder;
  const fs::path file = folder.path / "file";
  REQUIRE(write_output(file, "one", false));
  CHECK(contents(file) == "one");
  CHECK(says(write_output(file, "two", false), "exists already"));
  CHECK(contents(file) == "one");
  {
    Result<PendingFile> pending = PendingFile::write(file, "three", true);
    REQUIRE(pending);
    CHECK(contents(file) == "one");
  }
  CHECK(contents(file) == "one");
  REQUIRE(write_output(file, "three", true));
  CHECK(contents(file) == "three");
  fs::create_symlink("file", folder.path / "link");
  REQUIRE(write_output(folder.path / "link", "four", true));
  CHECK(contents(file) == "four");
  CHECK(fs::is_symlink(folder.path / "link"));
  CHECK(folder.files() == 2);
  CHECK(says(write_output("/dev/full", "x", true), "No space left"));
  CHECK(write_output("/dev/null", "x", false));
}

TEST_CASE("what cannot be written to, or could wait for ever, is refused at once") {
  const Folder folder;
  const fs::path pipe = folder.path / "pipe";
  CHECK(says(write_output(folder.path, "x", true), "a folder"));
  CHECK(says(write_output(folder.path / "none" / "file", "x", true), "No such file"));
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(says(write_output(pipe, "x", true), "a pipe that nobody reads"));
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  REQUIRE(reader >= 0);
  CHECK(write_output(pipe, "x", true));
  char got = 0;
  CHECK(::read(reader, &got, 1) == 1);
  CHECK(got == 'x');
  ::close(reader);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "base/input_file.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

using namespace vmalab;
namespace fs = std::filesystem;

TEST_CASE("a file that could wait for ever or never end is refused at once, by what it is") {
  const fs::path folder = fs::temp_directory_path() / ("vmalab-input-test-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "text") << "some text";
  CHECK(read_input(folder / "text", "a scenario", 100).value() == "some text");
  CHECK(read_input(folder / "text", "a scenario", 9).value() == "some text");
  CHECK(read_input(folder / "text", "a scenario", 8).error().message.find("too large to be a scenario: more than 8 bytes") != std::string::npos);
  std::ofstream(folder / "empty");
  CHECK(read_input(folder / "empty", "a scenario", 100).value().empty());
  fs::create_symlink("text", folder / "link");
  CHECK(read_input(folder / "link", "a scenario", 100).value() == "some text");

  const auto error = [](const fs::path& file) {
    const Result<std::string> read = read_input(file, "a C file", 100);
    REQUIRE_FALSE(read);
    CHECK(read.error().file == file.string());
    return read.error().message;
  };
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(error(folder / "pipe") == "this is a pipe, not a C file; save what comes through it in a file first");
  CHECK(error(folder) == "this is a directory, not a C file");
  CHECK(error("/dev/zero") == "this is a device, not a C file");
  CHECK(error("/dev/null") == "this is a device, not a C file");
  CHECK(error(folder / "none") ==
        "a C file cannot be read: No such file or directory; what exists is the folder " + folder.string() + ", and none is not in it");
  CHECK(error(folder / "none" / "of" / "this") == error(folder / "none"));
  fs::create_symlink("around", folder / "around");
  CHECK(error(folder / "around").find("cannot be read") != std::string::npos);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (folder / "socket").c_str(), sizeof address.sun_path - 1);
  if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    CHECK(error(folder / "socket") == "this is a socket, not a C file");
  }
  ::close(fd);
  fs::remove_all(folder);
}

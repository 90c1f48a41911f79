// SPDX-License-Identifier: GPL-2.0-only
// Types a command line as a person would, on the built executable.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/test_text.h"

namespace vmalab::testing {

namespace fs = std::filesystem;

/// A folder of this process that is gone afterwards.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("vmalab-app-test-" + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};
inline const fs::path& folder() {
  static const Folder the_folder;
  return the_folder.path;
}
inline std::string file_named(const std::string& name) { return (folder() / name).string(); }
inline std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Outcome {
  int code = -1;
  std::string out, err;
};
/// `shell` is what a person types, "vmalab" standing for the executable, "vmalab_without_window" for one of a build without it; no display, the
/// repository's assets.
inline Outcome type(const std::string& shell) {
  const fs::path out = folder() / "stdout", err = folder() / "stderr";
  const std::string command = std::string("vmalab() { '") + VMALAB_EXECUTABLE + "' \"$@\"; }; vmalab_without_window() { '" +
                              VMALAB_EXECUTABLE_WITHOUT_WINDOW + "' \"$@\"; }; unset DISPLAY WAYLAND_DISPLAY; export VMALAB_ASSETS='" +
                              VMALAB_TEST_ASSETS + "'; { " + shell + "\n} >'" + out.string() + "' 2>'" + err.string() + "'";
  const int status = std::system(command.c_str());
  Outcome outcome;
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = contents(out);
  outcome.err = contents(err);
  return outcome;
}

/// Bad input: exit code 2, a message that says `part`, and nothing that looks like an accident.
inline void check_refused(const std::string& shell, const std::string& part) {
  CAPTURE(shell);
  const Outcome outcome = type(shell);
  CAPTURE(outcome.err);
  CHECK(outcome.code == 2);
  CHECK(contains(outcome.err, part));
  CHECK(!contains(outcome.err, "internal error"));
}

/// Writes a file into folder(), and gives its name as it is typed.
inline std::string write(const std::string& name, const std::string& text) {
  fs::create_directories((folder() / name).parent_path());
  std::ofstream(folder() / name) << text;
  return file_named(name);
}

/// One mm, one VMA, and these lines.
inline std::string scenario(const std::string& head, const std::string& threads) {
  return "title = \"Mine\"\n" + head + "\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n" + threads;
}
inline std::string thread(const std::string& name, const std::string& call) {
  return "[[thread]]\nname = \"" + name + "\"\nrun = \"" + call + "\"\n";
}

}  // namespace vmalab::testing

// SPDX-License-Identifier: GPL-2.0-only
// Another program, started and waited for; and a folder for what both of us read and write.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace vmalab {

/// Gone with the object, with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();
  bool made() const { return made_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool made_;
};

/// Its standard input is a pipe from us, its output goes nowhere, what it complains of into a file. Destroyed while it runs: it is asked to
/// end, and waited for.
class ChildProcess {
 public:
  ChildProcess() = default;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();
  /// False: it cannot be started; errno says why. The first word is the program, looked for in $PATH.
  bool start(std::vector<std::string> words, const std::string& complaints);
  /// False: it reads no more.
  bool feed(const void* bytes, std::size_t count) const;
  /// Ends its input and waits. True: it has ended well.
  bool wait();
  /// The same without waiting; nothing while it runs.
  std::optional<bool> ended();

 private:
  void close_input();

  pid_t pid_ = -1;
  int input_ = -1;
};

}  // namespace vmalab

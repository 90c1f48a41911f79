// SPDX-License-Identifier: GPL-2.0-only
// The command line read: a command, and what holds for all of them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/commands.h"

namespace vmalab::app {

/// What every command takes.
struct Everywhere {
  std::filesystem::path assets;
  std::string log_level = "warn";
  std::filesystem::path log_file;
  std::string command_line;  ///< as typed, for the log
};

/// What came of reading the command line: a command to run, or a text to print and the exit code.
struct ParsedCommandLine {
  std::optional<Command> command;
  Everywhere everywhere;
  std::string text;
  bool exactly = false;  ///< a script or a man page: not to be laid out for a screen
  int exit_code = kExitOk;
};
ParsedCommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace vmalab::app

// SPDX-License-Identifier: GPL-2.0-only
// The command line as plain data, read from the parser itself: what the man page and the shells' completions are made of, so
// that they know every command and every option that the program does.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace vmalab::app {

struct OptionRow {
  std::vector<std::string> names;  ///< as they are typed, "-o" and "--output"; none: an argument, which its place tells
  std::string value;               ///< stands for its value in texts, "FILE"; empty: takes none
  std::vector<std::string> words;  ///< the values that it takes; empty: others, too
  std::string help;
  std::string group;  ///< the heading it stands under
  bool required = false;
  bool repeatable = false;
  bool list = false;  ///< takes several values with commas between them
};

struct CommandRow {
  std::string name, help;
  std::string footer;  ///< what its help says below the options, laid out
  std::vector<OptionRow> options;
};

struct CommandTable {
  CommandRow program;  ///< what may stand before a command, and behind it
  std::vector<CommandRow> commands;
};

CommandTable command_table(const CLI::App& app);

}  // namespace vmalab::app

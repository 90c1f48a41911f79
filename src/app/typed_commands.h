// SPDX-License-Identifier: GPL-2.0-only
// Commands that a person types at a prompt of ours: a table of them serves the parser and `help`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/text_layout.h"

namespace vmalab::app {

template <typename Action>
struct TypedCommand {
  std::string_view names;  ///< the first is shown, the others are short forms
  std::string_view argument;
  std::string_view help;
  Action action;

  std::string_view name() const { return names.substr(0, names.find(' ')); }
  bool is_called(std::string_view word) const {
    for (std::string_view left = names; !left.empty();) {
      const std::size_t end = std::min(left.find(' '), left.size());
      if (left.substr(0, end) == word) return true;
      left.remove_prefix(std::min(end + 1, left.size()));
    }
    return false;
  }
};

/// Null: there is none of that name.
template <typename Action>
const TypedCommand<Action>* find_command(std::span<const TypedCommand<Action>> commands, std::string_view word) {
  const auto found = std::find_if(commands.begin(), commands.end(), [word](const auto& command) { return command.is_called(word); });
  return found == commands.end() ? nullptr : &*found;
}

/// A line or more each, for a screen so wide.
template <typename Action>
std::string help_text(std::span<const TypedCommand<Action>> commands, std::size_t width) {
  constexpr std::size_t kNarrow = 20;  // what helps gets no less, whatever that does to the line
  const auto shown = [](const TypedCommand<Action>& command) {
    return std::string(command.name()) + (command.argument.empty() ? "" : " " + std::string(command.argument));
  };
  std::size_t lead_width = 0;
  for (const auto& command : commands) lead_width = std::max(lead_width, shown(command).size() + 4);
  std::string out;
  for (const auto& command : commands) {
    std::string lead = "  " + padded(shown(command), lead_width - 2);
    for (const std::string& line : wrap(command.help, std::max(width, lead_width + kNarrow) - lead_width)) {
      out += lead + line + "\n";
      lead.assign(lead_width, ' ');
    }
  }
  return out;
}

}  // namespace vmalab::app

// SPDX-License-Identifier: GPL-2.0-only
#include "app/man_page.h"

#include <algorithm>
#include <cctype>

#include "app/help_texts.h"
#include "app/version.h"

namespace vmalab::app {
namespace {

/// Text as man(7) has it. What stands between backquotes is typed, so it is bold.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true, typed = false;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '`') {
      typed = !typed;
      out += typed ? "\\fB" : "\\fP";
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fP"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fP"; }

/// A text that is laid out already.
std::string as_it_is(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of('\n'), text.size());
  std::string out = ".PP\n.nf\n" + roff(text.substr(first));
  return out + (out.back() == '\n' ? ".fi\n" : "\n.fi\n");
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string option_entry(const OptionRow& option) {
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + bold(name);
  if (!option.value.empty()) names += (names.empty() ? "" : " ") + italic(option.value);
  return ".TP\n" + names + "\n" + roff(option.help) + (option.required ? " (required)" : "") + ".\n";
}

bool same_names(const OptionRow& a, const OptionRow& b) { return a.names == b.names; }

std::vector<OptionRow> group_of(const CommandRow& command, const std::string& group) {
  std::vector<OptionRow> rows;
  std::copy_if(command.options.begin(), command.options.end(), std::back_inserter(rows),
               [&](const OptionRow& row) { return !row.names.empty() && row.group == group; });
  return rows;
}

/// Headings whose options are the same wherever they stand, in two commands or more: they are told once.
std::vector<std::string> shared_groups(const CommandTable& table) {
  std::vector<std::string> shared;
  for (const CommandRow& command : table.commands) {
    for (const OptionRow& option : command.options) {
      if (option.names.empty() || std::find(shared.begin(), shared.end(), option.group) != shared.end()) continue;
      const std::vector<OptionRow> rows = group_of(command, option.group);
      int commands = 0;
      const bool same = std::all_of(table.commands.begin(), table.commands.end(), [&](const CommandRow& other) {
        const std::vector<OptionRow> others = group_of(other, option.group);
        commands += others.empty() ? 0 : 1;
        return others.empty() || std::equal(rows.begin(), rows.end(), others.begin(), others.end(), same_names);
      });
      if (same && commands > 1) shared.push_back(option.group);
    }
  }
  return shared;
}

std::string command_entry(const CommandRow& command, const std::vector<std::string>& shared) {
  std::string synopsis = bold("vmalab " + command.name), own, elsewhere;
  for (const OptionRow& option : command.options) {
    if (option.names.empty()) synopsis += " " + (option.required ? italic(option.value) : "[" + italic(option.value) + "]");
  }
  for (const OptionRow& option : command.options) {
    // --help is told once, for all.
    if (std::find(option.names.begin(), option.names.end(), "--help") != option.names.end()) continue;
    const bool is_shared = std::find(shared.begin(), shared.end(), option.group) != shared.end();
    if (!is_shared || option.names.empty()) own += option_entry(option);
    if (is_shared && elsewhere.find(option.group) == std::string::npos) elsewhere += (elsewhere.empty() ? "" : ", ") + italic(option.group);
  }
  std::string out = ".SS " + bold(command.name) + "\n" + synopsis + " [" + italic("OPTION") + "]...\n.PP\n" + roff(command.help) + ".\n" + own;
  if (!elsewhere.empty()) out += ".PP\nAlso the options under " + elsewhere + ", below.\n";
  if (!command.footer.empty()) out += as_it_is(command.footer);
  return out;
}

}  // namespace

std::string man_page(const CommandTable& table) {
  const std::vector<std::string> shared = shared_groups(table);
  std::string out = ".\\\" SPDX-License-Identifier: GPL-2.0-only\n.\\\" Made by `vmalab help man`.\n.TH VMALAB 1 \"\" \"vmalab " +
                    std::string(kVersion) +
                    "\" \"User Commands\"\n.SH NAME\nvmalab \\- watch, steer and question the Linux per\\-VMA lock\n.SH SYNOPSIS\n" + bold("vmalab") +
                    " [" + italic("COMMAND") + "] [" + italic("OPTION") + "]...\n.br\n" + bold("vmalab") + " " + italic("FILE") + "\n";
  out += ".SH DESCRIPTION\n" + roff(program_story());
  out += ".SH COMMANDS\n";
  for (const CommandRow& command : table.commands) out += command_entry(command, shared);
  for (const std::string& group : shared) {
    out += ".SH " + upper(roff(group)) + "\n";
    const auto has_it = std::find_if(table.commands.begin(), table.commands.end(), [&](const CommandRow& c) { return !group_of(c, group).empty(); });
    for (const OptionRow& option : group_of(*has_it, group)) out += option_entry(option);
  }
  out += ".SH EVERY COMMAND\n";
  for (const OptionRow& option : table.program.options) out += option_entry(option);
  out += ".SH EXIT STATUS AND ENVIRONMENT\n" + roff(exit_codes()) + ".TP\n" + bold("VMALAB_ASSETS") + "\nThe folder of " + bold("--assets") +
         " where that is not given.\n";
  out += ".SH EXAMPLES\n" + as_it_is(program_examples());
  return out;
}

}  // namespace vmalab::app

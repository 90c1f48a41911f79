// SPDX-License-Identifier: GPL-2.0-only
#include "app/command_table.h"

#include <CLI/CLI.hpp>

namespace vmalab::app {
namespace {

/// The words of CLI::IsMember, which tells them as "{on,off}".
std::vector<std::string> words_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find(":{");
  if (open == std::string::npos || type.back() != '}') return {};
  return CLI::detail::split(type.substr(open + 2, type.size() - open - 3), ',');
}

OptionRow option_row(const CLI::Option& option) {
  OptionRow row;
  for (const std::string& name : option.get_snames()) row.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) row.names.push_back("--" + name);
  row.value = option.get_positional() ? option.get_name(true) : option.get_items_expected_max() == 0 ? "" : option.get_option_text();
  row.words = words_of(option);
  row.help = option.get_description();
  row.group = option.get_positional() ? "" : option.get_group();
  row.required = option.get_required();
  row.repeatable = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  row.list = option.get_delimiter() != '\0';
  return row;
}

CommandRow command_row(const CLI::App& app) {
  CommandRow row{app.get_name(), app.get_description(), app.get_footer(), {}};
  for (const CLI::Option* option : app.get_options()) row.options.push_back(option_row(*option));
  return row;
}

}  // namespace

CommandTable command_table(const CLI::App& app) {
  CommandTable table{command_row(app), {}};
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) table.commands.push_back(command_row(*sub));
  return table;
}

}  // namespace vmalab::app

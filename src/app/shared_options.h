// SPDX-License-Identifier: GPL-2.0-only
// Options that several commands take, each with its help: they fill in what the command's struct keeps.
#pragma once

#include <string>

#include "app/commands.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace vmalab::app {

/// For options whose empty value would silently mean the default: what is wrong with `text`, or nothing.
std::string not_blank(const std::string& text);

void add_target(CLI::App& sub, Subject& o, const char* what, const char* help);
CLI::Option* add_code_option(CLI::App& sub, Subject& o);
void add_patch_option(CLI::App& sub, Subject& o, const char* group);
/// What code runs: --lockdep, --signals, --kernel, --code, --stub, --patch, --variant.
void add_code_options(CLI::App& sub, Subject& o, const char* group);
void add_scenario_options(CLI::App& sub, Subject& o);
void add_step_options(CLI::App& sub, StepChoice& o);
void add_look_options(CLI::App& sub, LookChoice& o);
void add_at_option(CLI::App& sub, LookChoice& o);
void add_search_options(CLI::App& sub, SearchChoice& o);
/// @param jobs more than one worker can be of use
void add_budget_options(CLI::App& sub, BudgetChoice& o, bool jobs);
void add_judge_option(CLI::App& sub, std::vector<const Property*>& judge, const std::string& help);

}  // namespace vmalab::app

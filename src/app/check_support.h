// SPDX-License-Identifier: GPL-2.0-only
// What `check` and `compare` share: the options of a search, its progress on the terminal, and how what came of several
// scenarios is told and turned into an exit code.
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "app/commands.h"
#include "base/result.h"
#include "check/checker.h"

namespace vmalab::app {

/// As the command line asks, with progress on standard error when that is a terminal; Ctrl-C stops.
check::CheckOptions check_options(const SearchChoice& search);
/// What the command line allows for tables, in bytes.
std::size_t memory_limit(const BudgetChoice& budget);
/// One line on standard error, rewritten in place, when that is a terminal. False: Ctrl-C was pressed.
bool show_progress(const check::Progress& p);
/// The same once there is something to wait for.
bool show_progress_of_long(const check::Progress& p);
/// Takes the line of progress away again.
void clear_progress();

/// What a check of everything runs: the shipped scenarios and some standard ones.
Result<std::vector<std::string>> all_scenarios(const std::filesystem::path& assets);
/// "1 scenario", "2 scenarios".
std::string plural(std::size_t n, const std::string& what);

/// What came of several scenarios: a violation counts more than something that could not run, and that more than something
/// that was not completed.
struct Tally {
  std::size_t bad = 0, cannot_run = 0, incomplete = 0;
  int exit_code() const { return bad > 0 ? kExitViolation : cannot_run > 0 ? kExitBadInput : incomplete > 0 ? kExitIncomplete : kExitOk; }
};

/// The end of a scenario's line, and the error below it unless it has been `told` before.
std::string cannot_run(Diagnostic error, std::set<std::string>& told);
/// The same where code does not go together (Diagnostic::misfit): nothing is wrong, and nothing can be said.
std::string not_judged(Diagnostic error, std::set<std::string>& told);
std::string why_not_judged(const Diagnostic& error);

}  // namespace vmalab::app

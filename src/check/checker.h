// SPDX-License-Identifier: GPL-2.0-only
// The checker: decides every check over all interleavings of a scenario, or finds the shortest way to a state
// somebody asks for. One call, one report.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "check/search.h"
#include "base/result.h"
#include "machine/lock_code.h"
#include "machine/machine.h"

namespace vmalab::check {

struct CheckOptions {
  bool symmetry = true;
  bool partial_order = true;        ///< not used when looking for a goal: merged states could hide it
  int jobs = 0;                     ///< 0: one a core
  std::size_t memory_mib = 0;       ///< 0: three quarters of available_memory()
  std::string goal;                 ///< C expression to find a state for; empty: judge the checks
  std::vector<CheckId> only;        ///< judge these alone; empty: all
  std::optional<State> from;        ///< start here instead of the initial state
  std::function<bool(const Progress&)> progress;  ///< see SearchOptions::progress
};

struct CheckReport {
  enum class Verdict { kPass, kViolation, kGoalFound, kGoalUnreachable, kIncomplete };
  Verdict verdict = Verdict::kPass;
  std::optional<CheckId> check;     ///< kViolation: the one broken
  std::string goal;
  std::string reason;               ///< kIncomplete: what ended the search
  std::vector<CheckId> only;        ///< the only ones judged; empty: all
  bool symmetry = false, partial_order = false;  ///< reductions the numbers below rest on
  /// What of a reduction was not used because the code or the goal does not allow it, in sentences.
  std::vector<std::string> reduction_notes;
  int jobs = 1;
  std::uint64_t states = 0, transitions = 0, final_states = 0;
  int depth = 0;                    ///< deepest level reached, in steps (merged reads not counted)
  double seconds = 0;
  double peak_memory_mib = 0;       ///< of the whole process
  double table_mib = 0;             ///< of the search alone
  std::vector<std::uint64_t> depth_histogram;
  std::vector<Word> refcnt_values;
  std::vector<std::pair<Word, Word>> refcnt_edges;
  struct Line {
    std::string file, function;
    std::uint32_t line = 0;
  };
  std::vector<Line> unreached_lines;      ///< of the functions the threads run
  std::vector<CheckId> vacuous_checks;    ///< checks that had nothing to judge
  std::vector<std::string> model_functions;  ///< of the lock, that ran and that a kernel tree lacks: the model's ran
  LockCode lock_code;                     ///< whose functions of the lock ran
  std::vector<Line> reached_lines;        ///< of the files of a kernel tree
  State start{};                          ///< where the search and the trace begin
  std::vector<Action> trace;              ///< shortest way from there, fewest switches
};

/// Errors: a goal that does not parse or names nothing known; "internal error: ..." when the run of a counterexample does not
/// show what the search said of it (the command line ends with exit code 2).
Result<CheckReport> run_check(const Machine& machine, const CheckOptions& options);

/// What the options allow for tables, in bytes.
std::size_t memory_limit_of(const CheckOptions& options);

/// "pass", "violation", "goal-found", "goal-unreachable", "incomplete".
std::string_view verdict_name(CheckReport::Verdict verdict);

}  // namespace vmalab::check

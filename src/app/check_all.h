// SPDX-License-Identifier: GPL-2.0-only
// One body of code judged on every scenario: what `vmalab check --kernel` does, once or for each commit of a series.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "app/check_support.h"
#include "app/tree_reach.h"
#include "run/workspace.h"

namespace vmalab::app {

struct Judgement {
  Tally tally;
  std::size_t scenarios = 0, not_applicable = 0, misfits = 0;  ///< misfits: see Diagnostic::misfit
  std::size_t lost = 0;                                        ///< of the bad ones: see CheckReport::lost_goal
  std::vector<const Property*> only;                           ///< the checks that were judged; empty: all
  LockCode lock_code;
  TreeReach reach;
  std::vector<std::string> lacking;      ///< "killable-writer-killed: needs x(), which this kernel does not have"
  std::string first_violation;           ///< its line and its run
  std::vector<std::string> patch_notes;  ///< see KernelTree::patch_notes(); of a commit of a series those of that commit
  std::vector<std::string> unjudged;     ///< what a patch changes and no scenario ran, in sentences
  std::string reason;                    ///< of the first that was not completed
  Ordering ordering = Ordering::kSc;     ///< under which they were judged, the same for all
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();

  std::size_t judged() const { return scenarios - not_applicable - misfits - tally.cannot_run; }
  /// "pass", "violation", "cannot-run" or "incomplete".
  const char* verdict() const;
  int exit_code() const;
  /// One sentence.
  std::string sentence() const;
};

/// `say` gets a line for each scenario as it ends.
Result<Judgement> judge_all(const CheckCommand& command, const Workspace& workspace, const std::vector<std::string>& names,
                            const std::function<Result<void>(const std::string&)>& say);

/// What the command line asks of a search, and of which checks.
check::CheckOptions check_options(const CheckCommand& command);

/// Its patch notes, a paragraph each.
std::string patch_notes_text(const Judgement& judgement, const std::string& indent = {});
/// What stands below a judgement in text: whose code ran, what was not reached, what is never judged.
std::string judgement_notes(const CheckCommand& command, const Judgement& judgement, const CodeBase& code);
/// What one would paste under a patch; no line is longer than 79 columns.
std::string judgement_report(const CheckCommand& command, const Judgement& judgement, const CodeBase& code);
/// What stands below the reports on a series of which these mails were not judged; empty when there are none.
std::string series_report(const std::vector<std::string>& not_judged);

/// Saves a report's trace where the command says.
Result<void> save_found(const CheckCommand& command, const Machine& machine, const check::CheckReport& report);

}  // namespace vmalab::app

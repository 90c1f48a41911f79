// SPDX-License-Identifier: GPL-2.0-only
// Two bodies of C on the same scenario: the model and a kernel tree. What "the same" means has two levels, and both are
// decided over all interleavings.
//
// The same *outcomes*: the same verdict of every check, the same states to end in (shared memory and what the threads'
// functions returned), every thread used and changed the same VMAs while they were the same, and vm_refcnt had the same values
// and changes. The same *accesses*: every thread does the same accesses to shared memory (location, operation, value) in the
// same order, whatever the others do (lockstep.h). Who has the same accesses has the same outcomes; not the other way round: two
// loads the other way round, or an access more, are other accesses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/checker.h"

namespace vmalab::check {

struct Comparison {
  enum class Answer { kSame, kDifferent, kUnknown };
  CheckReport model, tree;
  Answer outcomes = Answer::kUnknown;
  Answer accesses = Answer::kUnknown;
  std::string reason;             ///< kUnknown: what ended a search
  std::string difference;         ///< the first in the outcomes, in a sentence; empty when there is none
  std::string access_difference;  ///< the first in the accesses, likewise
  bool shown_on_tree = false;     ///< the trace below runs on the tree, else on the model
  std::vector<Action> trace;      ///< a shortest run that shows the difference in the outcomes, else the one in the accesses
};

/// "same", "different", "unknown".
std::string_view answer_name(Comparison::Answer answer);

/// Both machines are built from the same scenario. Errors: as run_check().
Result<Comparison> compare(const Machine& model, const Machine& tree, const CheckOptions& options);

}  // namespace vmalab::check

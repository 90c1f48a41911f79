// SPDX-License-Identifier: GPL-2.0-only
// Two bodies of C on the same scenario: the model and a kernel tree. They agree when the verdict, every
// reachable value of vm_refcnt and every change of it by one step are the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/checker.h"

namespace vmalab::check {

struct Comparison {
  CheckReport model, tree;
  bool same = false;
  std::string difference;       ///< the first, in a sentence; empty when same
  bool shown_on_tree = false;   ///< the trace below runs on the tree, else on the model
  std::vector<Action> trace;    ///< shows the difference where a run can show it
};

/// Both machines are built from the same scenario.
Result<Comparison> compare(const Machine& model, const Machine& tree, const CheckOptions& options);

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// The branches of a session, and what a step of one did, in words.
#pragma once

#include <string>
#include <vector>

#include "run/session.h"

namespace vmalab {

/// What the tooltip over a step says: "12  w1: vm_refcnt 2 -> FLAG+2", and what it broke.
std::vector<std::string> step_tooltip(const Session& session, int depth);

struct BranchRow {
  int index = 0;
  std::string name;
  std::string where;  ///< "from step 12", empty for the first
  int length = 0;     ///< depth of the tip
  bool active = false;
  bool broken = false;  ///< its last step broke a check
};
std::vector<BranchRow> branch_rows(const Session& session);

/// Where another branch leaves the active one.
struct ForkMark {
  int depth = 0;              ///< of the last step that both share
  NodeId to = kNoNode;        ///< the first step of the other way
  std::vector<int> branches;  ///< that go this way
};
/// In the order of depth; branches that leave by the same step are one mark. Costs what the branches are long.
std::vector<ForkMark> fork_marks(const Session& session);
/// "branch 2: 14 steps from here", each branch on a line.
std::string fork_text(const Session& session, const ForkMark& mark);

}  // namespace vmalab

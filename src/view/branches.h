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

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The second opinion of the tests: breadth first over whole states in a std::set, with nothing of the checker's
// machinery. Only for small scenarios.
#pragma once

#include <cstdint>
#include <set>
#include <utility>

#include "machine/machine.h"

namespace vmalab::check {

struct NaiveResult {
  std::uint64_t states = 0, transitions = 0, final_states = 0;
  int depth = 0;
  PropertySet violations = 0;
  int violation_depth = 0;  ///< length of the shortest way to one
  std::set<Word> refcnt_values;
  std::set<std::pair<Word, Word>> refcnt_edges;
};

NaiveResult naive_search(const Machine& machine);

}  // namespace vmalab::check

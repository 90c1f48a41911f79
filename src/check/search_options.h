// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What a search (explorer.h) is to do, and what came of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "check/work.h"
#include "machine/machine.h"

namespace vmalab::check {

class StateMap;

struct SearchOptions {
  bool symmetry = true;
  bool partial_order = true;
  int jobs = 1;
  std::size_t memory_limit = 0;  ///< bytes for the tables; 0: none. Without memory the end is the same
  /// Stop at the first level with a state where it is non-zero, whatever breaks before. Without it: at the first that breaks
  /// something. Must outlive the search.
  const Program* goal = nullptr;
  PropertySet judged = static_cast<PropertySet>(~0u);  ///< a step that breaks only others is a step like any, if the machine can do it
  /// A step that breaks one of them is not taken, and is nothing found; of no-stuck: no signal leads out of where it is broken.
  PropertySet walls = 0;
  /// What each state is that was expanded, and whether it or a step from it breaks a check, is noted here. Must outlive the search.
  StateMap* map = nullptr;
};

struct SearchResult {
  SearchEnd end = SearchEnd::kComplete;
  PropertySet violations = 0;  ///< all that showed at found_depth
  bool goal_found = false;
  bool not_simulated = false;  ///< there are steps that the machine cannot do; they were not taken
  int found_depth = 0;         ///< length of the shortest way there
  std::uint64_t states = 0, transitions = 0, final_states = 0;
  std::vector<std::uint64_t> level_sizes;
  std::vector<PropertySet> level_walls;  ///< by level: what the steps from it broke that were not taken
  double seconds = 0;                    ///< spent in advance()
  std::size_t bytes = 0;
};

}  // namespace vmalab::check

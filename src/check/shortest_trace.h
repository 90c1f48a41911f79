// SPDX-License-Identifier: GPL-2.0-only
// The trace a person is shown: among the shortest ways to a violation or goal the one with the fewest thread
// switches, ties broken by the order of Machine::enabled(). It depends on the scenario alone, not on the number of
// workers or on which of several equal states the search met first.
#pragma once

#include <optional>
#include <vector>

#include "check/search.h"

namespace vmalab::check {

/// What the last step must do.
struct Target {
  int depth = 0;                    ///< length of the trace
  std::optional<CheckId> violates;  ///< the last step breaks this check; else:
  std::vector<Search::Ref> states;  ///< the trace ends in one of these states of level `depth`
};

/// `search` has run from `start` without partial-order reduction and holds all levels before target.depth.
std::vector<Action> shortest_trace(const Machine& machine, Search& search, const State& start, const Target& target);

}  // namespace vmalab::check

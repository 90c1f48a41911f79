// SPDX-License-Identifier: GPL-2.0-only
// For tests only: what runs of some threads come to is among what was met for any number.
#pragma once

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "check/any/any_search.h"

namespace vmalab::check {

/// @param stands_for by thread of `machine`: the thread of the search that stands for it
inline void check_that_random_runs_are_covered(const AnySearch& search, const Machine& machine, const std::vector<ThreadId>& stands_for, int runs,
                                               std::mt19937& random) {
  int states = 0, met = 0;
  for (int run = 0; run < runs; ++run) {
    StateValue state = machine.initial();
    for (;;) {
      ++states;
      met += search.depth_of(machine, state, stands_for) ? 1 : 0;
      ActionList actions;
      machine.enabled(state, actions);
      if (actions.count == 0) break;
      StepInfo info;
      machine.step(state, actions.items[random() % static_cast<unsigned>(actions.count)], info);
    }
  }
  CHECK(states > 500);
  CHECK(met == states);
}

}  // namespace vmalab::check

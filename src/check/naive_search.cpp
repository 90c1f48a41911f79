// SPDX-License-Identifier: GPL-2.0-only
#include "check/naive_search.h"

#include <cstring>
#include <vector>

#include "machine/state.h"

namespace vmalab::check {

NaiveResult naive_search(const Machine& machine) {
  const std::size_t size = state_size(machine.thread_count());
  const auto less = [size](const State& a, const State& b) { return std::memcmp(&a, &b, size) < 0; };
  std::set<State, decltype(less)> seen(less);
  std::vector<State> level{machine.initial()}, next;
  seen.insert(machine.initial());
  NaiveResult result;
  const std::size_t vmas = machine.scenario().vmas.size();
  for (int depth = 0; !level.empty(); ++depth) {
    result.depth = depth;
    for (const State& state : level) {
      if (machine.all_done(state)) ++result.final_states;
      for (std::size_t v = 0; v < vmas; ++v) result.refcnt_values.insert(state.vmas[v][VmaField::kRefcnt]);
      ActionList actions;
      machine.enabled(state, actions);
      for (const Action& action : actions) {
        State after = state;
        StepInfo info;
        machine.step(after, action, info);
        ++result.transitions;
        for (std::size_t v = 0; v < vmas; ++v) {
          const Word a = state.vmas[v][VmaField::kRefcnt], b = after.vmas[v][VmaField::kRefcnt];
          if (a != b) result.refcnt_edges.emplace(a, b);
        }
        if (info.violations != 0) {
          if (result.violations == 0) result.violation_depth = depth + 1;
          if (result.violation_depth == depth + 1) result.violations |= info.violations;
          continue;
        }
        if (seen.insert(after).second) next.push_back(after);
      }
    }
    if (result.violations != 0) break;
    level.swap(next);
    next.clear();
  }
  result.states = seen.size();
  return result;
}

}  // namespace vmalab::check

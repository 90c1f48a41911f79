// SPDX-License-Identifier: GPL-2.0-only
#include "check/naive_search.h"

#include <vector>

#include "machine/look.h"
#include "machine/state_value.h"

namespace vmalab::check {

NaiveResult naive_search(const Machine& machine) {
  std::set<StateValue, StateLess> seen(StateLess{machine.thread_count()});
  std::vector<StateValue> level{machine.initial()}, next;
  seen.insert(machine.initial());
  NaiveResult result;
  const auto vmas = static_cast<std::uint8_t>(machine.scenario().vmas.size());
  for (int depth = 0; !level.empty(); ++depth) {
    result.depth = depth;
    for (const StateValue& state : level) {
      if (machine.all_done(state)) ++result.final_states;
      for (std::uint8_t v = 0; v < vmas; ++v) result.refcnt_values.insert(refcnt_in(state, VmaId{v}));
      ActionList actions;
      machine.enabled(state, actions);
      for (const Action& action : actions) {
        StateValue after = state;
        StepInfo info;
        machine.step(after, action, info);
        ++result.transitions;
        for (std::uint8_t v = 0; v < vmas; ++v) {
          const Word a = refcnt_in(state, VmaId{v}), b = refcnt_in(after, VmaId{v});
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

// SPDX-License-Identifier: GPL-2.0-only
#include "check/shortest_trace.h"

#include <algorithm>
#include <cassert>
#include <map>

namespace vmalab::check {
namespace {

constexpr int kNever = 1 << 20;

/// By actor of the next action: the switches still needed after it. Actors are the threads and, last, the world
/// (which sends signals).
using Costs = std::vector<int>;

int actor_of(const Action& action, int threads) {
  return action.kind == Action::Kind::kStep ? action.thread.value : threads;
}

int cost_to_go(const Costs& costs, int last_actor) {
  int best = kNever;
  for (int a = 0; a < static_cast<int>(costs.size()); ++a) {
    best = std::min(best, costs[static_cast<std::size_t>(a)] + (a != last_actor));
  }
  return best;
}

}  // namespace

std::vector<Action> shortest_trace(const Machine& machine, Search& search, const State& start, const Target& target) {
  const int n = search.threads();
  const int depth = target.depth;
  // remaining[d]: the states of level d that lie on a shortest way, with their costs.
  std::vector<std::map<Search::Ref, Costs>> remaining(static_cast<std::size_t>(depth) + 1);
  for (const Search::Ref& ref : target.states) remaining.back().emplace(ref, Costs(static_cast<std::size_t>(n) + 1, 0));
  const bool ends_in_state = !target.violates;
  const auto rest = [&](int level, const Tuple& tuple, int actor) {
    const auto ref = search.find(tuple);
    if (!ref) return kNever;
    const auto& states = remaining[static_cast<std::size_t>(level)];
    const auto found = states.find(*ref);
    if (found == states.end()) return kNever;
    return level == depth ? 0 : cost_to_go(found->second, actor);
  };

  for (int d = depth - 1; d >= 0; --d) {
    for (int w = 0; w < search.workers(); ++w) {
      const auto [begin, end] = search.level(w, d);
      for (std::uint64_t i = begin; i < end; ++i) {
        Costs costs(static_cast<std::size_t>(n) + 1, kNever);
        bool any = false;
        for (const Search::Successor& next : search.expand(search.tuple_at({w, i})).successors) {
          const int actor = actor_of(next.action, n);
          int cost = kNever;
          if (!ends_in_state && d == depth - 1) {
            if (next.violations & check_bit(*target.violates)) cost = 0;
          } else {
            const int renamed = actor == n ? n : next.renaming[static_cast<std::size_t>(actor)];
            cost = rest(d + 1, next.tuple, renamed);
          }
          if (cost >= kNever) continue;
          any = true;
          int& best = costs[static_cast<std::size_t>(actor)];
          best = std::min(best, cost);
        }
        if (any) remaining[static_cast<std::size_t>(d)].emplace(Search::Ref{w, i}, std::move(costs));
      }
    }
  }

  // Forward on real states, taking the cheapest action and among those the first.
  std::vector<Action> trace;
  State state = start;
  int last = -1;
  for (int d = 0; d < depth; ++d) {
    ActionList actions;
    machine.enabled(state, actions);
    int best = kNever;
    Action choice{};
    for (const Action& action : actions) {
      State next = state;
      StepInfo info;
      machine.step(next, action, info);
      const int actor = actor_of(action, n);
      int cost = kNever;
      if (!ends_in_state && d == depth - 1) {
        if (info.violations & check_bit(*target.violates)) cost = 0;
      } else {
        Renaming renaming;
        const Tuple tuple = search.tuple_of(next, &renaming);
        cost = rest(d + 1, tuple, actor == n ? n : renaming[static_cast<std::size_t>(actor)]);
      }
      if (cost >= kNever) continue;
      cost += last >= 0 && actor != last;
      if (cost < best) {
        best = cost;
        choice = action;
      }
    }
    assert(best < kNever && "the search found a way, so there is one");
    if (best >= kNever) break;
    StepInfo info;
    machine.step(state, choice, info);
    trace.push_back(choice);
    last = actor_of(choice, n);
  }
  return trace;
}

}  // namespace vmalab::check

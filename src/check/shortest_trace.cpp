// SPDX-License-Identifier: GPL-2.0-only
#include "check/shortest_trace.h"
#include "machine/state_value.h"

#include <algorithm>
#include <cassert>

namespace vmalab::check {
namespace {

// A switch weighs more than all ways of a trace that are not the first (Action::choice) together.
constexpr int kSwitch = 1 << 12, kNever = 1 << 28;

int way_of(const Action& action) { return action.choice != 0 ? 1 : 0; }

}  // namespace

ShortestTrace::ShortestTrace(StateGraph& graph, const State& start, Target target)
    : graph_(graph),
      start_(start),
      target_(std::move(target)),
      remaining_(static_cast<std::size_t>(target_.depth) + 1),
      level_(target_.ends_in ? target_.depth : target_.depth - 1),
      next_{0, graph.level(0, level_).first} {}

Status ShortestTrace::advance(Budget budget) {
  const Stopwatch stopwatch(seconds_);
  if (trace_ || stopped_) return Status::kDone;
  for (std::uint64_t steps = std::max<std::uint64_t>(1, budget.steps); level_ >= 0 && steps > 0;) {
    if (next_.index < graph_.level(next_.part, level_).second) {
      look_at(next_);
      ++next_.index;
      --steps;
      continue;
    }
    if (++next_.part == graph_.parts()) {
      next_.part = 0;
      --level_;
    }
    if (level_ >= 0) next_.index = graph_.level(next_.part, level_).first;
  }
  if (level_ >= 0) return Status::kRunning;
  trace_ = walk();
  return Status::kDone;
}

Progress ShortestTrace::progress() const {
  Progress progress;
  progress.states = graph_.states();
  progress.transitions = graph_.transitions();
  progress.depth = level_;
  for (int p = 0; p < graph_.parts() && level_ >= 0; ++p) progress.frontier += graph_.level(p, level_).second;
  progress.seconds = seconds_;
  progress.bytes = graph_.bytes();
  return progress;
}

int ShortestTrace::renamed(int actor, const Renaming& renaming) const { return actor == world() ? actor : renaming[static_cast<std::size_t>(actor)]; }

/// What is needed after an action that starts on a level; kNever when no shortest way goes through it.
/// @param before gives the state it starts from
/// @param actor_after who did it, as the state after it calls him
template <typename Before>
int ShortestTrace::cost_of(int level, PropertySet violations, Action action, Before&& before, const CollapsedState& after, int actor_after) const {
  const bool last = level == target_.depth - 1;
  if (last && (violations & target_.violates) != 0 && (!target_.violates_so || target_.violates_so(before(), action))) return 0;
  if ((last && !target_.ends_in) || (violations & (target_.walls | kNotSimulatedStep)) != 0) return kNever;
  const auto ref = graph_.find(after);
  if (!ref) return kNever;
  const auto& states = remaining_[static_cast<std::size_t>(level) + 1];
  const auto found = states.find(*ref);
  if (found == states.end()) return kNever;
  if (level + 1 == target_.depth) return 0;
  int best = kNever;
  for (int actor = 0; actor <= world(); ++actor) {
    best = std::min(best, found->second[static_cast<std::size_t>(actor)] + (actor != actor_after ? kSwitch : 0));
  }
  return best;
}

/// Notes the state if it lies on a shortest way.
void ShortestTrace::look_at(Ref ref) {
  Costs costs(static_cast<std::size_t>(world()) + 1, kNever);
  bool any = false;
  if (level_ == target_.depth) {
    if (target_.ends_in(ref)) remaining_.back().emplace(ref, std::move(costs));
    return;
  }
  const StateGraph::Expanded expanded = graph_.expand(graph_.tuple_at(ref));
  if (expanded.outlook == Outlook::kStuck && (target_.walls & bit_of(properties::kNoStuck)) != 0) return;
  for (const StateGraph::Successor& next : expanded.successors) {
    const int actor = actor_of(next.action);
    const int cost = cost_of(
        level_, next.violations, next.action, [&] { return graph_.state_at(ref); }, next.tuple, renamed(actor, next.renaming));
    if (cost >= kNever) continue;
    any = true;
    int& best = costs[static_cast<std::size_t>(actor)];
    best = std::min(best, cost + way_of(next.action));
  }
  if (any) remaining_[static_cast<std::size_t>(level_)].emplace(ref, std::move(costs));
}

std::vector<Action> ShortestTrace::walk() {
  const Machine& machine = graph_.machine();
  std::vector<Action> trace;
  StateValue state = start_;
  int last = -1;
  for (int level = 0; level < target_.depth; ++level) {
    ActionList actions;
    machine.enabled(state, actions);
    int best = kNever;
    Action choice{};
    StateValue after_choice = state;
    for (const Action& action : actions) {
      StateValue next = state;
      StepInfo info;
      machine.step(next, action, info);
      const int actor = actor_of(action);
      Renaming renaming;
      const CollapsedState tuple = graph_.tuple_of(next, &renaming);
      // Where nothing can step is a matter of the state that it leads to.
      const PropertySet violations = violations_of(info) & ~bit_of(properties::kNoStuck);
      int cost = cost_of(
          level, violations, action, [&]() -> const State& { return state; }, tuple, renamed(actor, renaming));
      if (cost >= kNever) continue;
      cost += (last >= 0 && actor != last ? kSwitch : 0) + way_of(action);
      if (cost >= best) continue;
      best = cost;
      choice = action;
      after_choice = next;
    }
    assert(best < kNever && "the search found a way, so there is one");
    if (best >= kNever) break;
    state = after_choice;
    trace.push_back(choice);
    last = actor_of(choice);
  }
  return trace;
}

}  // namespace vmalab::check

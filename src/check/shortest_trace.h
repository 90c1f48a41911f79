// SPDX-License-Identifier: GPL-2.0-only
// The trace a person is shown: among the shortest ways to a violation or goal the one with the fewest thread
// switches, and among those with the fewest steps that go another way than the first, such as loads of older values; ties broken by the
// order of Machine::enabled(). It depends on the scenario alone, not on the number of
// workers or on which of several equal states the search met first.
//
// First from the target back, level by level: for each state on a shortest way, and each actor that may act next, how many
// switches and such steps are needed from there. Then forwards on real states, always by a cheapest action.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "check/state_graph.h"
#include "check/work.h"

namespace vmalab::check {

/// What the last step must do. There is one that does.
struct Target {
  int depth = 0;                                            ///< length of the trace
  PropertySet violates = 0;                                 ///< the last step breaks one of these checks; or:
  std::function<bool(StateGraph::Ref)> ends_in{};           ///< it leads to a state of level `depth` of which this is true
  std::function<bool(const State&, Action)> violates_so{};  ///< of a step that breaks one, and the state before it; null: any will do
  PropertySet walls = 0;                                    ///< no other step breaks one of these (SearchOptions::walls)
};

class ShortestTrace final : public Work {
 public:
  /// @param graph of a search from `start` without partial-order reduction, with all levels before target.depth
  ShortestTrace(StateGraph& graph, const State& start, Target target);

  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override { stopped_ = true; }

  /// When advance() has said kDone; nothing when it was stopped.
  const std::optional<std::vector<Action>>& trace() const { return trace_; }

 private:
  using Ref = StateGraph::Ref;
  /// By actor of the next action: what is still needed from it on (shortest_trace.cpp weighs it). Actors are the threads and, last, the world
  /// (which sends signals).
  using Costs = std::vector<int>;

  int world() const { return graph_.threads(); }
  int actor_of(const Action& action) const { return action.kind == Action::Kind::kStep ? action.thread.value : world(); }
  int renamed(int actor, const Renaming& renaming) const;
  template <typename Before>
  int cost_of(int level, PropertySet violations, Action action, Before&& before, const CollapsedState& after, int actor_after) const;
  void look_at(Ref ref);
  std::vector<Action> walk();

  StateGraph& graph_;
  StateValue start_;
  Target target_;
  /// The states of each level that lie on a shortest way.
  std::vector<std::map<Ref, Costs>> remaining_;
  int level_;  ///< being looked at
  Ref next_;   ///< the state of it to look at
  bool stopped_ = false;
  double seconds_ = 0;
  std::optional<std::vector<Action>> trace_;
};

}  // namespace vmalab::check

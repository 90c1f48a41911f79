// SPDX-License-Identifier: GPL-2.0-only
// What a body of C makes of a scenario, apart from how: the states it can end in, which VMA each thread then worked on, and the
// values and changes of vm_refcnt. From all interleavings, without reductions and past what breaks a check.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "check/explorer.h"
#include "check/shortest_trace.h"

namespace vmalab::check {

/// A thread used or changed a VMA: what its lookup had given it.
struct Use {
  std::uint8_t thread = 0;
  bool changes = false;
  Word vma = 0, mm = 0, start = 0, end = 0;  ///< the VMA as it was then
  friend auto operator<=>(const Use&, const Use&) = default;
};

/// Shared memory, and what every thread's function returned, when all threads are done.
using Ending = std::vector<Word>;
/// Of a state in which all are.
Ending ending_of(const Machine& machine, const State& state);

/// A shortest run to where something shows.
class OutcomeTrace final : public Work {
 public:
  /// What is still to be done in a state to see it: nothing, or a step; nullopt when it is not seen there.
  using Shows = std::function<std::optional<std::vector<Action>>(StateGraph::Ref)>;
  /// @param shows there is a state where it is not nullopt
  OutcomeTrace(StateGraph& graph, Shows shows);

  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override { stopped_ = true; }
  /// When advance() has said kDone; empty when it was stopped.
  const std::vector<Action>& trace() const { return trace_; }

 private:
  StateGraph& graph_;
  Shows shows_;
  StateGraph::Walk walk_;  ///< to the first state that shows it
  std::unique_ptr<ShortestTrace> shortest_;
  std::vector<Action> trace_;
  bool stopped_ = false;
  double seconds_ = 0;
};

/// Finds them: a search, and then a look at each state that it found.
class Outcomes final : public Work {
 public:
  /// `machine` must outlive it.
  /// @param memory_limit bytes; 0: none
  Outcomes(const Machine& machine, std::size_t memory_limit, int jobs);

  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;

  /// When advance() has said kDone. kComplete: everything is known, and not before.
  SearchEnd end() const { return end_; }
  const std::set<Ending>& endings() const { return endings_; }
  const std::set<Use>& uses() const { return uses_; }
  std::set<Word> refcnt_values() const { return graph().refcnt_values(); }
  std::set<std::pair<Word, Word>> refcnt_edges() const { return graph().refcnt_edges(); }

  /// What finds a shortest run that shows one of them. They must be complete, and outlive it.
  std::unique_ptr<OutcomeTrace> way_to(const Ending& ending);
  std::unique_ptr<OutcomeTrace> way_to(const Use& use);
  /// Some VMA's vm_refcnt goes from the one value to the other in the last step.
  std::unique_ptr<OutcomeTrace> way_along(std::pair<Word, Word> edge);

 private:
  const StateGraph& graph() const { return explorer_.graph(); }
  void look_at(StateGraph::Ref ref);
  std::optional<Use> use_in(const State& before, ThreadId t) const;
  std::size_t bytes() const;
  void finish(SearchEnd how);

  const Machine& machine_;
  std::size_t memory_limit_;
  Explorer explorer_;
  std::optional<StateGraph::Walk> walk_;  ///< none: the search still runs
  std::uint64_t looked_at_ = 0;
  Status status_ = Status::kRunning;
  SearchEnd end_ = SearchEnd::kComplete;
  double seconds_ = 0;
  std::set<Ending> endings_;
  std::set<Use> uses_;
  /// Which use a step is depends on the shared memory and on the thread alone: these have been looked at.
  std::set<std::tuple<Index, Index, int>> known_steps_;
};

std::string use_text(const Machine& machine, const Use& use);
/// The first difference between two endings, in words: "vma0->vm_end is 0x2000".
std::string ending_text(const Machine& machine, const Ending& ending);

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// The nearest run from a state to something, by any schedule: fewest steps, then fewest switches. Breadth first without
// reductions, so that what is found is the shortest there is, and what is not found does not exist.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "check/explorer.h"
#include "check/outcomes.h"
#include "check/shortest_trace.h"
#include "check/work.h"

namespace vmalab::check {

/// What is looked for: a state, or a step; whichever is nearer.
struct Wanted {
  /// Null: no state is.
  std::function<bool(const State&)> state{};
  bool only_ends = false;  ///< `state` is asked only where no thread can step
  /// A step that breaks one of these is taken as the last one or not at all; without reductions so is a signal out of a state that
  /// breaks no-stuck.
  PropertySet walls = 0;
  /// Of such a step (after which nothing is looked for), and the state before it; null: none is.
  std::function<bool(const State&, const StepInfo&)> step{};
};

/// How much may be looked at.
struct NearestBudget {
  std::uint64_t states = 1'000'000;
  std::size_t bytes = 0;  ///< of tables; 0: no limit
  int jobs = 1;
};

class Nearest final : public Work {
 public:
  /// `machine` must outlive it.
  Nearest(const Machine& machine, const State& from, Wanted wanted, const NearestBudget& budget);

  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;

  // ---- when advance() has said kDone
  /// kFound: there is run(). kComplete: there is none.
  SearchEnd end() const { return end_; }
  const std::vector<Action>& run() const { return run_; }
  /// No run of fewer steps gets there; of all that were looked at before the search ended.
  int at_least() const { return length_; }
  /// kMemory, kStopped: why, as the end of a sentence.
  std::string reason() const;

 private:
  bool look(std::uint64_t& steps);
  bool shows(StateGraph::Ref ref);
  bool breaks(StateGraph::Ref ref);
  void begin_trace();
  Status finish(SearchEnd how);

  const Machine& machine_;
  StateValue from_;
  Wanted wanted_;
  NearestBudget budget_;
  std::unique_ptr<Explorer> explorer_;
  std::unique_ptr<ShortestTrace> trace_;
  bool searched_ = false;
  /// Runs of this length are looked at: first the states that they end in, then their last steps.
  int length_ = 0;
  bool at_steps_ = false;
  StateGraph::Ref next_;
  bool done_ = false, too_many_ = false;
  SearchEnd end_ = SearchEnd::kStopped;
  std::vector<Action> run_;
  double seconds_ = 0;
};

/// How a run comes out: the first check that it breaks, and is over then; else what it ends in.
struct RunOutcome {
  const Property* broken = nullptr;
  Ending ending;  ///< of a run that breaks none
  friend bool operator==(const RunOutcome&, const RunOutcome&) = default;
};
/// Of a state in which the run is over; nothing: it is not.
std::optional<RunOutcome> outcome_in(const Machine& machine, const State& state);
/// Nothing: the run does not come to its end.
std::optional<RunOutcome> outcome_of(const Machine& machine, const std::vector<Action>& run);
/// "it breaks no-stuck", "vma0->vm_end is 0x2000, ..."
std::string outcome_text(const Machine& machine, const RunOutcome& outcome);

/// A run that comes out otherwise.
Wanted another_outcome(const Machine& machine, RunOutcome than);
/// A thread stands on this line of this file (a number of CodeBase::files()), or in a call from there (lang/on_line.h). nullptr: any thread.
Wanted at_line(const Machine& machine, const ThreadId* thread, int file, int line);

}  // namespace vmalab::check

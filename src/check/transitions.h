// SPDX-License-Identifier: GPL-2.0-only
// Memoized transitions: what one thread's step does, as numbers of components. Computed by the machine the first time
// and looked up afterwards; there are far fewer pairs (shared, local) than states.
//
// What is computed is also checked: the step as each other thread of its group would take it, renamed, must come out the
// same (twins.h).
//
// One object a worker; not shared.
#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "check/components.h"
#include "check/independence.h"
#include "check/twins.h"
#include "machine/machine.h"

namespace vmalab::check {

/// More local components than this cannot be told apart; the search ends before.
constexpr std::size_t kMaxLocals = std::size_t{1} << 20;

/// In the violations of a Transition, beside no-warning: the machine cannot do the step, so nothing is known of what follows.
constexpr PropertySet kNotSimulatedStep = PropertySet{1} << 31;
static_assert(kProperties.size() < 32);
/// What a step breaks, as a Transition has it.
inline PropertySet violations_of(const StepInfo& info) { return info.violations | (info.is_not_simulated() ? kNotSimulatedStep : 0); }

struct Transition {
  Index shared = 0;  ///< after the step
  Index local = 0;
  PropertySet violations = 0;  ///< of the step and of the state after it, `no-stuck` not included; and kNotSimulatedStep
  bool enabled = false;
  bool done = false;         ///< the thread had finished before this step (then not enabled)
  std::uint8_t choices = 1;  ///< ways that this step can go, of which this transition is one (Action::choice)
};

/// What happens in a state, as a number: thread and kind of the action in 6 bits, the shared component in the upper half, the
/// local one and the choice between.
std::uint64_t transition_key(Index shared, Action action, Index local);

class Transitions {
 public:
  /// `independence` null: every visible instruction is a step of its own.
  Transitions(const Machine& machine, Components& components, Independence* independence, Twins& twins);

  /// The step of thread t, standing at `local`. The reference is valid until the next call.
  const Transition& step(Index shared, int t, Index local, std::uint8_t choice = 0);
  /// A fatal signal to thread t; not enabled when the thread is done or has one pending.
  const Transition& signal(Index shared, int t, Index local);

  const Coverage& coverage() const { return coverage_; }
  /// (old, new) of every change of a vm_refcnt seen so far.
  const std::set<std::pair<Word, Word>>& refcnt_edges() const { return refcnt_edges_; }
  std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint64_t key = 0;  ///< 0: empty
    Transition value;
  };
  const Transition& find(Index shared, Action action, Index local);
  void grow();
  Transition compute(Index shared, Action action, Index local);
  struct Outcome;
  Outcome run(const Shared& before, const Local& local, Action action, bool first_time);
  void merge_reads(State& state, ThreadId t, PropertySet& violations, SharedFacts& own);
  void check_twins(const Shared& before, const Local& local, Action action, const Outcome& outcome);
  bool comes_out_as(const Outcome& expected, const Outcome& outcome) const;

  const Machine& machine_;
  Components& components_;
  Independence* independence_;
  Twins& twins_;
  bool signals_are_watched_ = false;
  Coverage coverage_;
  std::set<std::pair<Word, Word>> refcnt_edges_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace vmalab::check

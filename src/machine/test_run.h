// SPDX-License-Identifier: GPL-2.0-only
// A run of a machine, for tests that step it by hand and look at its state.
#pragma once

#include "machine/machine.h"
#include "machine/state_value.h"
#include "machine/test_programs.h"

namespace vmalab {
struct Holds;
}

namespace vmalab::testing {

/// A run: the state after each action, and what all steps together violated.
struct Run {
  explicit Run(const Machine& m) : machine(m), state(m.initial()) {}
  const StepInfo& step(int thread) {
    take({Action::Kind::kStep, thread_id(thread)});
    return info;
  }
  const StepInfo& signal(int thread) {
    take({Action::Kind::kSignal, thread_id(thread)});
    return info;
  }
  void take(Action action) {
    machine.step(state, action, info);
    violations |= info.violations;
  }
  /// Steps a thread until it is done or has to wait.
  Run& finish(int thread) {
    while (machine.can_step(state, thread_id(thread))) step(thread);
    return *this;
  }
  bool can_step(int thread) const { return machine.can_step(state, thread_id(thread)); }
  bool done(int thread) const { return machine.done(state, thread_id(thread)); }
  Word refcnt() const;
  const Holds& holds(std::size_t thread) const;  ///< what it has to do with vma0
  bool write_locked(std::size_t thread) const;   ///< it holds the write lock of vma0
  Word reg(std::size_t thread, std::size_t number) const;
  /// For tests that include machine/state.h.
  const State& words() const { return state; }

  const Machine& machine;
  StateValue state;
  StepInfo info;
  PropertySet violations = 0;
};

}  // namespace vmalab::testing

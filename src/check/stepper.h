// SPDX-License-Identifier: GPL-2.0-only
// What can happen in a state of the graph: the transitions of its threads, and signals to them.
//
// One object a worker; not shared.
#pragma once

#include "check/components.h"
#include "check/reductions.h"
#include "check/symmetry.h"
#include "check/transitions.h"
#include "machine/machine.h"

namespace vmalab::check {

/// Whether the threads of a state can go on.
enum class Outlook {
  kGoesOn,
  kFinished,  ///< every thread is done
  kStuck      ///< no thread can step though not all are done
};

class Stepper {
 public:
  Stepper(const Machine& machine, Components& components, Reductions& reductions)
      : threads_(machine.thread_count()),
        reductions_(reductions),
        transitions_(machine, components, reductions.independence(), reductions.twins()),
        symmetry_(machine, components, reductions.twins()) {}

  enum class Of {
    kEveryThread,
    kOneOfTwins  ///< of identical threads that stand at the same place one speaks for all
  };
  /// Calls `each(action, transition)` with all that can happen in `tuple`.
  template <typename Each>
  Outlook each_step(const CollapsedState& tuple, Of of, Each&& each) {
    int done = 0, stepped = 0;
    for (int t = 0; t < threads_; ++t) {
      const ThreadId id = thread_id(t);
      const Index local = tuple.local[id.value];
      const int speaker = symmetry_.representative(t);
      const Transition& step = transitions_.step(tuple.shared, speaker, local);
      const std::uint8_t choices = step.choices;
      done += step.done;
      stepped += step.enabled;
      const int twin = symmetry_.previous_twin(t);
      if (of == Of::kOneOfTwins && twin >= 0 && local == tuple.local[static_cast<std::size_t>(twin)]) continue;
      if (step.enabled) each(Action{Action::Kind::kStep, id}, step);
      for (std::uint8_t choice = 1; choice < choices; ++choice) {
        const Transition& other = transitions_.step(tuple.shared, speaker, local, choice);
        if (other.enabled) each(Action{Action::Kind::kStep, id, choice}, other);
      }
      if (reductions_.sends_signals_to(t)) {
        const Transition& signal = transitions_.signal(tuple.shared, t, local);
        if (signal.enabled) each(Action{Action::Kind::kSignal, id}, signal);
      }
    }
    if (stepped != 0) return Outlook::kGoesOn;
    return done == threads_ ? Outlook::kFinished : Outlook::kStuck;
  }
  /// The canonical tuple after a transition of thread t.
  CollapsedState after(const CollapsedState& tuple, ThreadId t, const Transition& transition, Renaming* renaming = nullptr) {
    CollapsedState next = tuple;
    next.shared = transition.shared;
    next.local[t.value] = transition.local;
    symmetry_.canonical(next, renaming);
    return next;
  }

  Symmetry& symmetry() { return symmetry_; }
  const Symmetry& symmetry() const { return symmetry_; }
  const Transitions& transitions() const { return transitions_; }
  std::size_t bytes() const { return transitions_.bytes() + symmetry_.bytes(); }

 private:
  int threads_;
  Reductions& reductions_;
  Transitions transitions_;
  Symmetry symmetry_;
};

}  // namespace vmalab::check

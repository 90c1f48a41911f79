// SPDX-License-Identifier: GPL-2.0-only
#include "check/reductions.h"

#include <algorithm>

#include "check/symmetry.h"

namespace vmalab::check {

Reductions::Reductions(const Machine& machine, bool symmetry, bool partial_order, const Program* goal, const State& start) : goal_(goal) {
  // What a read that is merged may leave out of memory that is weaker is not known.
  partial_order = partial_order && machine.ordering() == Ordering::kSc;
  const bool watched = std::any_of(machine.programs().begin(), machine.programs().end(), watches_signals);
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    const bool deaf = !watched && is_deaf(machine.program(id));
    signals_to_.push_back(machine.scenario().signals && !machine.is_rcu(id) && !(partial_order && deaf));
  }
  const bool signals = std::find(signals_to_.begin(), signals_to_.end(), true) != signals_to_.end();
  if (partial_order) independence_ = std::make_unique<Independence>(machine);
  twins_ = std::make_unique<Twins>(machine, symmetry, signals, goal);
  twins_->begin_at(start);
}

Reductions::Broken Reductions::take_broken(const FieldMask& renamed) {
  Broken broken;
  if (independence_ && independence_->take_broken()) {
    // Steps that merged too much may differ for that alone.
    twins_->forget_distrust();
    broken.any = true;
  }
  if (goal_ != nullptr) {
    const Gaze gaze = goal_gaze(*goal_);
    for (std::size_t kind = 0; kind < gaze.fields.size(); ++kind) {
      if ((gaze.fields[kind] & renamed[kind]) != 0) twins_->distrust_for_goal();
    }
  }
  if (twins_->take_broken()) broken.any = broken.twins = true;
  return broken;
}

std::vector<std::string> Reductions::notes() const {
  std::vector<std::string> notes = twins_->notes();
  if (independence_ && !independence_->trusts_locks()) {
    notes.push_back("reads under mmap_lock are not merged: something but the lock's own functions changes its word");
  }
  return notes;
}

}  // namespace vmalab::check

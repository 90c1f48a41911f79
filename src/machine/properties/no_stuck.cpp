// SPDX-License-Identifier: GPL-2.0-only
// no-stuck: deadlock, and the wake-up that never comes. Judged of every state, by what each thread is about to do. The search knows
// the same of its graph: a state that nothing leads out of, and that not all threads have reached their end in (Outlook::kStuck).
#include "machine/machine.h"

namespace vmalab {
namespace {

/// Not all threads are done and none can take its next step. A signal is no help: it need not come.
std::optional<Details> broken(const Machine& machine, const State& state, const SharedFacts&) {
  bool all_are_done = true;
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId thread = thread_id(t);
    if (machine.can_step(state, thread)) return std::nullopt;
    all_are_done = all_are_done && machine.done(state, thread);
  }
  if (all_are_done) return std::nullopt;
  return Details{};
}

}  // namespace

constinit const Property properties::kNoStuck{
    .name = "no-stuck",
    .statement = "While a thread is not done, some thread can take a step.",
    .kind = Property::Kind::kDeadlock,
    .exercised_by = "a step that may have to wait",
    .exercised =
        [](const Happened& happened) {
          return happened.any({Op::kSchedule, Op::kDownRead, Op::kDownWrite, Op::kDownReadKillable, Op::kDownWriteKillable});
        },
    .broken = broken,
    .explain = [](const Machine&, const StepInfo&) -> std::string { return "no thread can take a step, and not all are done"; },
};

}  // namespace vmalab

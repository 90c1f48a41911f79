// SPDX-License-Identifier: GPL-2.0-only
// iterator-valid: what RCU found is good for as long as RCU keeps it. Asked at every use of a maple state, and at every wake-up.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

/// What becomes of a maple state when a section is left.
Word properties::iterator_after_leave(const ThreadState& self, Word before) {
  const bool still_protected = self.rcu_depth > 0 || (self.mmap_read | self.mmap_write) != 0;
  return before == IteratorState::kIteratorValid && !still_protected ? static_cast<Word>(kIteratorStale) : before;
}

bool properties::may_go_on_with(Word iterator) { return iterator != kIteratorStale; }

/// A task that was found in memory lives as long as the RCU section (or the spinlock, which is one) it was found in; one that the
/// code has by name, always.
bool properties::may_wake(const ThreadState& self, bool by_name) { return by_name || self.waiter_found != 0; }

namespace {

std::string explain(const Machine& machine, const StepInfo& info) {
  const std::string name = words::thread_name(machine, info.action.thread);
  if (info.op == Op::kWakeUpProcess && info.detail_pc == info.pc) {
    return name + " wakes " + address_text(machine, info.details.a) + " outside the RCU section in which it found it";
  }
  return name + " goes on with a maple state from an RCU section that it has left, without a reset";
}

}  // namespace

constinit const Property properties::kIteratorValid{
    .name = "iterator-valid",
    .statement = "A maple state or a task pointer found under RCU is used only in the RCU section it came from, or after it was reset.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "a maple state, or a task found through the waiter slot",
    .exercised =
        [](const Happened& happened) {
          return happened.any({Op::kIteratorUse, Op::kWakeUpProcess});
        },
    .explain = explain,
};

}  // namespace vmalab

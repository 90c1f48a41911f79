// SPDX-License-Identifier: GPL-2.0-only
// one-waiter. Asked at every write to a vma_writer_wait, plain or atomic.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

bool properties::drives_out_a_waiter(Word old, Word now) { return address_kind(now) == ObjectKind::kTask && old != 0 && old != now; }

namespace {

std::string explain(const Machine& machine, const StepInfo& info) {
  return words::thread_name(machine, info.action.thread) + " enters " + address_text(machine, info.details.c) + " into " +
         word_name(machine, info.details.a) + ", where " + address_text(machine, info.details.b) + " waits";
}

std::string term(const Machine& machine, const StepInfo& info) { return word_name(machine, info.details.a) + ".task == 0"; }

}  // namespace

constinit const Property properties::kOneWaiter{
    .name = "one-waiter",
    .statement = "At most one thread at a time uses the vma_writer_wait of an mm.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "a thread that waits for readers to leave",
    .exercised =
        [](const Happened& happened) {
          return happened.any({Op::kSchedule, Op::kSetTaskState});
        },
    .explain = explain,
    .term = term,
};

}  // namespace vmalab

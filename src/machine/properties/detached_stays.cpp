// SPDX-License-Identifier: GPL-2.0-only
// detached-stays: only attach brings a VMA back. Asked at every write to a vm_refcnt: store, refcount_set(), refcount_add(), atomics.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

bool properties::leaves_zero(Word old, Word now, bool may_attach) { return old == 0 && now > (may_attach ? 1u : 0u); }

namespace {

std::string explain(const Machine& machine, const StepInfo& info) {
  return words::thread_name(machine, info.action.thread) + " takes " + word_name(machine, info.details.a) + " from 0 to " +
         refcount_text(info.details.c) + ", and that is no attach";
}

std::string term(const Machine& machine, const StepInfo& info) { return word_name(machine, info.details.a) + " != 0"; }

}  // namespace

constinit const Property properties::kDetachedStays{
    .name = "detached-stays",
    .statement = "A vm_refcnt of 0 becomes non-zero only through attach, which sets it to 1.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "a vm_refcnt of 0",
    .exercised = [](const Happened& happened) { return happened.was_zero; },
    .explain = explain,
    .term = term,
};

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// refcount-sane: what the kernel's refcount_t warns of. Asked at every refcount_t call, at atomics that count, at mmgrab() and
// mmdrop(); and at whatever relies on a vm_refcnt, whether anybody has set it.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {
namespace {

bool negative(Word word) { return static_cast<std::int32_t>(word) < 0; }

}  // namespace

bool properties::count_goes_wrong(Word old, Word now) { return old == 0 || negative(old) || negative(now); }

/// What the slab hands out for the first time has none until it is set.
bool properties::is_unset_refcnt(const State& state, Word address) { return is_refcnt(address) && vma_at(state, address).refcnt_unset != 0; }

namespace {

std::string explain(const Machine& machine, const StepInfo& info) {
  const auto [address, old, now] = info.details;
  const std::string name = words::thread_name(machine, info.action.thread);
  if (old == properties::kNeverSet && now == properties::kNeverSet) {
    return name + " relies on " + word_name(machine, address) +
           ", which was never set: the slab hands the object out for the first time, and nothing has set or zeroed it";
  }
  if (is_mm_users(address) && old == 0) {
    return name + " changes " + word_name(machine, address) + ", which is 0: the last user has gone, and the address space is taken down" +
           (now == 1 ? "; mmget_not_zero() would say so" : "");
  }
  const std::string reached = negative(now) && old <= 1 ? std::to_string(static_cast<std::int32_t>(now)) : refcount_text(now);
  return name + " takes " + word_name(machine, address) + " from " + refcount_text(old) + " to " + reached + ": the count is wrong from here on";
}

std::string term(const Machine& machine, const StepInfo& info) {
  const auto [address, old, now] = info.details;
  return old == 0 && (is_mm_users(address) || is_refcnt(address)) ? word_name(machine, address) + " != 0" : std::string();
}

}  // namespace

constinit const Property properties::kRefcountSane{
    .name = "refcount-sane",
    .statement = "No reference count underflows, saturates, is raised from 0, or is used before it was set.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "a change of a reference count",
    .exercised = [](const Happened& happened) { return happened.any(properties::kCountingOps); },
    .explain = explain,
    .term = term,
};

}  // namespace vmalab

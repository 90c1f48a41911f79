// SPDX-License-Identifier: GPL-2.0-only
// refcnt-class: vm_refcnt says who is there. Judged of every state, from the sums of what threads hold.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {
namespace {

std::optional<Details> broken(const Machine& machine, const State& state, const SharedFacts& facts) {
  for (std::size_t v = 0; v < static_cast<std::size_t>(machine.limits().vmas); ++v) {
    const VmaState& vma = state.vmas[v];
    const SharedFacts::Vma& held = facts.vmas[v];
    const Word expected = Word{vma.attach_reference} + held.references + (held.excluding > 0 ? kExcludeReadersFlag : 0);
    // More than one thread at a time may have added FLAG only by mistake: the sum is then no class at all.
    if (held.excluding <= 1 && vma[VmaField::kRefcnt] == expected) continue;
    return Details{vma_address(static_cast<int>(v)), vma[VmaField::kRefcnt], expected};
  }
  return std::nullopt;
}

std::string explain(const Machine& machine, const StepInfo& info) {
  return word_name(machine, info.details.a) + " is " + refcount_text(info.details.b) + ", but what threads and attach hold makes " +
         refcount_text(info.details.c);
}

std::string term(const Machine& machine, const StepInfo& info) {
  const std::string vma = address_text(machine, vma_address(address_object(info.details.a)));
  std::string sum = "attach_reference(" + vma + ")", flag;
  for (const ThreadSetup& thread : machine.scenario().threads) {
    if (thread.rcu) continue;
    sum += " + references(" + thread.name + ", " + vma + ")";
    flag += (flag.empty() ? "" : " + ") + std::string("excluding_readers(") + thread.name + ", " + vma + ")";
  }
  return word_name(machine, info.details.a) + " == " + sum + " + FLAG * (" + flag + ")";
}

}  // namespace

constinit const Property properties::kRefcntClass{
    .name = "refcnt-class",
    .statement = "vm_refcnt is the attach reference plus the references that threads hold, plus FLAG exactly while one thread excludes readers.",
    .kind = Property::Kind::kOnState,
    .exercised_by = "a change of a vm_refcnt",
    .exercised = [](const Happened& happened) { return happened.any(properties::kCountingOps); },
    .broken = broken,
    .explain = explain,
    .term = term,
};

}  // namespace vmalab

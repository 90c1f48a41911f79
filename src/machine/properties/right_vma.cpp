// SPDX-License-Identifier: GPL-2.0-only
// right-vma. Asked where a lookup returns to its user with a reference.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

/// @param what_for bits of Op::kLockReturn: where the address has to be
std::optional<Details> properties::wrong_vma(const State& state, Word found, Word mm, Word address, Word what_for) {
  const VmaState& vma = vma_at(state, found);
  const bool before = (what_for & kAddressInside) != 0 && address < vma[VmaField::kStart];
  const bool behind = (what_for & (kAddressInside | kAddressOrNext)) != 0 && address >= vma[VmaField::kEnd];
  if (vma[VmaField::kMm] != mm) return Details{found, mm, 0};
  if (before || behind) return Details{found, address, 1};
  return std::nullopt;
}

namespace {

std::string explain(const Machine& machine, const StepInfo& info) {
  const std::string given = words::thread_name(machine, info.action.thread) + " is given " + address_text(machine, info.details.a);
  const std::string wanted = address_text(machine, info.details.b);
  return info.details.c == 0 ? given + " as a VMA of " + wanted + ", and it belongs to another mm"
                             : given + " for address " + wanted + ", which it does not contain";
}

std::string term(const Machine& machine, const StepInfo& info) {
  const std::string vma = address_text(machine, info.details.a), wanted = std::to_string(info.details.b);
  if (info.details.c == 0) return vma + "->vm_mm == " + address_text(machine, info.details.b);
  return vma + "->vm_start <= " + wanted + " && " + wanted + " < " + vma + "->vm_end";
}

}  // namespace

constinit const Property properties::kRightVma{
    .name = "right-vma",
    .statement = "A VMA that a lookup returns as locked belongs to the mm and contains the address asked for.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "a lookup that returns a locked VMA",
    .exercised = [](const Happened& happened) { return happened.looked_up; },
    .explain = explain,
    .term = term,
};

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// use-locked. Asked at every use of a VMA, and at every plain load of its bounds: what the lock is there to keep still. Its lock
// words and its owner may be looked at without.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

/// A VMA that nobody else can find is its owner's: who detached it may free it at any time, whatever others hold.
std::optional<Details> properties::used_unlocked(const State& state, const ThreadState& self, Word vma) {
  if (holds_of(self, vma).references > 0) return std::nullopt;
  if (is_loose(self, vma) && vma_at(state, vma).attach_reference == 0) return Details{vma, 1};
  if (holds_mmap_lock(self, vma_at(state, vma)[VmaField::kMm], false) || !is_shared(state, vma)) return std::nullopt;
  return Details{vma};
}

namespace {

std::string explain(const Machine& machine, const StepInfo& info) {
  const std::string uses = words::thread_name(machine, info.action.thread) + " uses " +
                           address_text(machine, vma_address(address_object(info.details.a)));
  if (info.details.b == 1) return uses + ", which was detached since it was found: nothing keeps it but who detached it";
  return uses + " without its read lock, its write lock or mmap_lock";
}

std::string term(const Machine& machine, const StepInfo& info) {
  const std::string vma = address_text(machine, vma_address(address_object(info.details.a)));
  if (info.details.b == 1) return "attach_reference(" + vma + ")";
  const std::string name = words::thread_name(machine, info.action.thread), of_mm = "(" + name + ", " + vma + "->vm_mm)";
  return "references(" + name + ", " + vma + ") > 0 || holds_mmap_read" + of_mm + " || holds_mmap_write" + of_mm;
}

}  // namespace

constinit const Property properties::kUseLocked{
    .name = "use-locked",
    .statement = "A thread that uses a VMA holds its read lock, its write lock or the mmap_lock of its mm.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "a use of a VMA",
    .exercised = [](const Happened& happened) { return happened.any({Op::kUseVma}); },
    .explain = explain,
    .term = term,
};

}  // namespace vmalab

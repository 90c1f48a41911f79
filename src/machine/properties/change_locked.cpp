// SPDX-License-Identifier: GPL-2.0-only
// change-locked. Asked of a VMA that others can find: at every change of it, of its bounds or owner, of its place in the tree, and
// at the attach of one that is in a tree. Of a VMA that is put into a tree, before anybody can find it.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

/// Both locks. Its details: which VMA, and whether mmap_lock at least is held.
std::optional<Details> properties::changed_unlocked(const State& state, const ThreadState& self, Word vma) {
  if (holds_write_lock(state, self, vma)) return std::nullopt;
  return Details{vma, holds_mmap_lock(self, vma_at(state, vma)[VmaField::kMm], true)};
}

namespace {

std::string explain(const Machine& machine, const StepInfo& info) {
  const std::string vma = address_text(machine, vma_address(address_object(info.details.a)));
  const std::string without = info.details.b == 0 ? " without mmap_lock held for write" : " without having write-locked it";
  const std::string name = words::thread_name(machine, info.action.thread);
  switch (info.op) {
    case Op::kTreeStore:
    case Op::kTreeErase: return name + " changes the place of " + vma + " in the tree" + without;
    case Op::kRefSet: return name + " attaches " + vma + ", which others can find already," + without;
    default: return name + " changes " + vma + without;
  }
}

std::string term(const Machine& machine, const StepInfo& info) {
  const std::string vma = address_text(machine, vma_address(address_object(info.details.a)));
  const std::string mmap_lock = "holds_mmap_write(" + words::thread_name(machine, info.action.thread) + ", " + vma + "->vm_mm)";
  return info.details.b == 0 ? mmap_lock : vma + "->vm_lock_seq == " + vma + "->vm_mm->mm_lock_seq.sequence";
}

}  // namespace

constinit const Property properties::kChangeLocked{
    .name = "change-locked",
    .statement =
        "A thread that changes an attached VMA holds mmap_lock for write and the VMA's write lock; a new VMA is write-locked before others can find it.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "a change of a VMA or of its place in the tree",
    .exercised =
        [](const Happened& happened) {
          return happened.any({Op::kChangeVma, Op::kTreeStore, Op::kTreeErase});
        },
    .explain = explain,
    .term = term,
};

}  // namespace vmalab

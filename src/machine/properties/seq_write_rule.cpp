// SPDX-License-Identifier: GPL-2.0-only
// seq-write-rule. Asked at every write to a vm_lock_seq, plain or atomic, that does not initialise it.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

/// UINT_MAX, or the largest value of a narrower sequence, into a VMA that nobody can find.
bool properties::initialises_lock_seq(const State& state, const Limits& limits, Word address, Word word) {
  return (word == ~Word{0} || word == limits.seq_mask) && vma_at(state, address)[VmaField::kRefcnt] == 0 && !in_a_tree(state, address);
}

std::optional<Details> properties::wrong_lock_seq_store(const State& state, const ThreadState& self, Word address) {
  const VmaState& vma = vma_at(state, address);
  const Word refcnt = vma[VmaField::kRefcnt];
  const bool mmap_write = holds_mmap_lock(self, vma[VmaField::kMm], true);
  const bool readers_out = (refcnt & kExcludeReadersFlag) != 0 || refcnt == 0;
  if (mmap_write && readers_out) return std::nullopt;
  return Details{address, refcnt, mmap_write};
}

namespace {

std::string explain(const Machine& machine, const StepInfo& info) {
  const bool mmap_write = info.details.c != 0;
  return words::thread_name(machine, info.action.thread) + " stores " + word_name(machine, info.details.a) +
         (mmap_write ? " with vm_refcnt " + refcount_text(info.details.b) + ": FLAG is not set" : " without mmap_lock of its mm held for write");
}

std::string term(const Machine& machine, const StepInfo& info) {
  const std::string vma = address_text(machine, vma_address(address_object(info.details.a)));
  if (info.details.c == 0) return "holds_mmap_write(" + words::thread_name(machine, info.action.thread) + ", " + vma + "->vm_mm)";
  return vma + "->vm_refcnt == 0 || (" + vma + "->vm_refcnt & FLAG) != 0";
}

}  // namespace

constinit const Property properties::kSeqWriteRule{
    .name = "seq-write-rule",
    .statement = "vm_lock_seq is stored only with mmap_lock held for write, and with FLAG set unless the VMA is detached.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "a store to a vm_lock_seq",
    .exercised = [](const Happened& happened) { return happened.any({Op::kStore}); },
    .explain = explain,
    .term = term,
};

}  // namespace vmalab

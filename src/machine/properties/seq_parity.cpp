// SPDX-License-Identifier: GPL-2.0-only
// seq-parity. Half of it is judged of every state. The other half is asked of the holder of mmap_lock at each store to a vm_lock_seq
// and each change of a VMA that others can find: code may do other things between taking the lock and the begin, and between the
// end and the release.
#include "machine/machine.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

/// Without a begin the end of the sequence frees nobody, or the mark equals what the sequence is when all is unlocked. Whoever
/// does not hold the lock is another property's.
std::optional<Details> properties::marked_while_even(const State& state, const ThreadState& self, Word mm) {
  if (!holds_mmap_lock(self, mm, true)) return std::nullopt;
  const MmState& m = mm_at(state, mm);
  if ((m[MmField::kMmLockSeq] & 1) != 0) return std::nullopt;
  return Details{mm, m[MmField::kMmLockSeq], m[MmField::kMmapLock]};
}

namespace {

std::optional<Details> broken(const Machine& machine, const State& state, const SharedFacts&) {
  for (std::size_t m = 0; m < static_cast<std::size_t>(machine.limits().mms); ++m) {
    const MmState& mm = state.mms[m];
    if (!mm.alive() || (mm[MmField::kMmLockSeq] & 1) == 0 || mm.write_locked()) continue;
    return Details{mm_address(static_cast<int>(m)), mm[MmField::kMmLockSeq], mm[MmField::kMmapLock]};
  }
  return std::nullopt;
}

std::string explain(const Machine& machine, const StepInfo& info) {
  const auto [mm, sequence, mmap_lock] = info.details;
  if ((sequence & 1) == 0) {
    return words::thread_name(machine, info.action.thread) + " stores a vm_lock_seq or changes a VMA while " + address_text(machine, mm) +
           "->mm_lock_seq is " + std::to_string(sequence) + ", which is even";
  }
  return address_text(machine, mm) + "->mm_lock_seq is " + std::to_string(sequence) + " while mmap_lock is " + word_text(machine, mm, mmap_lock);
}

std::string term(const Machine& machine, const StepInfo& info) {
  const auto [mm, sequence, mmap_lock] = info.details;
  const std::string name = address_text(machine, mm);
  if ((sequence & 1) == 0) return name + "->mm_lock_seq.sequence % 2 == 1";
  std::string held;
  for (const ThreadSetup& thread : machine.scenario().threads) {
    if (!thread.rcu) held += " || holds_mmap_write(" + thread.name + ", " + name + ")";
  }
  return name + "->mm_lock_seq.sequence % 2 == 0" + held;
}

}  // namespace

constinit const Property properties::kSeqParity{
    .name = "seq-parity",
    .statement =
        "mm_lock_seq is odd only while mmap_lock is held for write, and odd whenever its holder marks a VMA as write-locked or changes one that others "
        "can find.",
    .kind = Property::Kind::kOnState,
    .exercised_by = "a change of an mm_lock_seq",
    .exercised = [](const Happened& happened) { return happened.any({Op::kSeqBegin}); },
    .broken = broken,
    .explain = explain,
    .term = term,
};

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Who holds what, and what may be done with it. A thread's references are its own increments of a count minus its decrements;
// those that are left when the lock's code returns to its user are read locks. A write lock stands while vm_lock_seq equals
// mm_lock_seq and the thread that took it holds mmap_lock. No name of a function decides.
#include "machine/holds.h"

#include "machine/executor.h"

namespace vmalab {

bool holds_mmap_lock(const ThreadState& self, Word mm, bool for_write) {
  if (address_kind(mm) != ObjectKind::kMm) return false;
  const unsigned held = for_write ? self.mmap_write : self.mmap_write | self.mmap_read;
  return (held & mm_bit(mm)) != 0;
}

bool sequences_equal(const State& state, const VmaState& vma) {
  const Word owner = vma[VmaField::kMm];
  return address_kind(owner) == ObjectKind::kMm && mm_at(state, owner)[MmField::kMmLockSeq] == vma[VmaField::kLockSeq];
}

bool holds_write_lock(const State& state, const ThreadState& self, Word vma) {
  const VmaState& v = vma_at(state, vma);
  return holds_mmap_lock(self, v[VmaField::kMm], true) && sequences_equal(state, v);
}

bool in_a_tree(const State& state, Word vma) {
  const Word number = static_cast<Word>(address_object(vma)) + 1;
  for (const MmState& m : state.mms) {
    for (Word tree = m[MmField::kMmMt]; tree != 0; tree >>= 4) {
      if ((tree & 0xf) == number) return true;
    }
  }
  return false;
}

bool is_shared(const State& state, Word vma) { return vma_at(state, vma).attach_reference != 0 || in_a_tree(state, vma); }

/// The thread relies on its references as on a lock.
void Executor::claim_read_locks(Word address) {
  Holds& h = holds(address);
  h.read_locks = h.references;
}

/// The thread relies on the VMA being write-locked by it.
void Executor::claim_write_lock(Word address) {
  if (holds_write_lock(state_, self_, address)) holds(address).write_locked = 1;
  info_.judged |= Judged::kWriteLock;
}

/// A sequence or an owner changed, or mmap_lock was given back: locks that this thread had may have ended.
void Executor::end_write_locks() {
  for (std::size_t v = 0; v < kMaxVmas; ++v) {
    Holds& h = self_.holds[v];
    if (h.write_locked && !(holds_mmap_lock(self_, state_.vmas[v][VmaField::kMm], false) && sequences_equal(state_, state_.vmas[v])))
      h.write_locked = 0;
  }
}

void Executor::judge_use(Word address) { violate(properties::kUseLocked, properties::used_unlocked(state_, self_, address)); }

/// The race check.
void Executor::order_use(Word address) {
  if (memory_.weak() == nullptr) return;
  const int who = memory_.weak()->uses(static_cast<std::size_t>(address_object(address)));
  if (who != WeakMemory::kNobody) violate(properties::kOrderedAccess, Details{address, properties::kUsesBehindChange});
}

void Executor::order_change(Word address) {
  if (memory_.weak() == nullptr) return;
  const int who = memory_.weak()->changes(static_cast<std::size_t>(address_object(address)));
  if (who == WeakMemory::kNobody) return;
  const bool change = who == WeakMemory::kChanger;
  violate(properties::kOrderedAccess,
          Details{address, change ? properties::kChangesBehindChange : properties::kChangesBehindUse, change ? 0 : static_cast<Word>(who)});
}

void Executor::judge_parity(Word mm) {
  if (!holds_mmap_lock(self_, mm, true)) return;
  info_.judged |= Judged::kWriteLock;
  violate(properties::kSeqParity, properties::marked_while_even(state_, self_, mm));
}

void Executor::judge_set(Word address) {
  if (properties::is_unset_refcnt(state_, address)) {
    violate(properties::kRefcountSane, Details{address, properties::kNeverSet, properties::kNeverSet});
  }
}

void Executor::judge_change(Word address) {
  if (is_shared(state_, address)) judge_locked_change(address);
}

/// The same of a VMA that others are about to find.
void Executor::judge_locked_change(Word address) {
  judge_parity(vma(address)[VmaField::kMm]);
  claim_write_lock(address);
  violate(properties::kChangeLocked, properties::changed_unlocked(state_, self_, address));
}

/// Back in the code of a user.
void Executor::lock_return(const Instr& instr) {
  for (Holds& h : self_.holds) {
    h.read_locks = h.references;
    h.excluding = 0;
  }
  const Word found = value(instr.a), argument = value(instr.d);
  const bool failed = (instr.imm & kZeroIsSuccess) != 0 && found != 0;
  if ((instr.imm & kMayTakeWriteLock) != 0 && !failed) {
    for (const Word address : {found, argument}) {
      if (names_vma(address)) claim_write_lock(address);
    }
  }
  if ((instr.imm & kIsLookup) != 0 && names_vma(found) && holds(found).references > 0) judge_lookup(instr, found);
}

void Executor::judge_lookup(const Instr& instr, Word found) {
  info_.judged |= Judged::kLookup;
  violate(properties::kRightVma, properties::wrong_vma(state_, found, value(instr.b), value(instr.c), instr.imm));
}

}  // namespace vmalab

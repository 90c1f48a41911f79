// SPDX-License-Identifier: GPL-2.0-only
// Who holds what, and what may be done with it. A thread's references are its own increments of a count minus its decrements;
// those that are left when the lock's code returns to its user are read locks. A write lock stands while vm_lock_seq equals
// mm_lock_seq and the thread that took it holds mmap_lock. No name of a function decides.
#include "machine/executor.h"

namespace vmalab {

bool Executor::holds_mmap_lock(Word mm, bool for_write) const {
  if (address_kind(mm) != ObjectKind::kMm) return false;
  const unsigned held = for_write ? self_.mmap_write : self_.mmap_write | self_.mmap_read;
  return (held & mm_bit(mm)) != 0;
}

bool Executor::sequences_equal(const VmaState& v) const {
  const Word owner = v[VmaField::kMm];
  if (address_kind(owner) != ObjectKind::kMm) return false;
  return state_.mms[static_cast<std::size_t>(address_object(owner))][MmField::kMmLockSeq] == v[VmaField::kLockSeq];
}

bool Executor::in_a_tree(Word vma) const {
  const Word number = static_cast<Word>(address_object(vma)) + 1;
  for (const MmState& m : state_.mms) {
    for (Word tree = m[MmField::kMmMt]; tree != 0; tree >>= 4) {
      if ((tree & 0xf) == number) return true;
    }
  }
  return false;
}

bool Executor::is_shared(Word address) const { return vma(address).attach_reference != 0 || in_a_tree(address); }

/// The thread relies on its references as on a lock.
void Executor::claim_read_locks(Word address) {
  Holds& h = holds(address);
  h.read_locks = h.references;
}

/// The thread relies on the VMA being write-locked: true if it is, by this thread.
bool Executor::claim_write_lock(Word address) {
  const VmaState& v = vma(address);
  const bool locked = holds_mmap_lock(v[VmaField::kMm], true) && sequences_equal(v);
  if (locked) holds(address).write_locked = 1;
  info_.judged |= Judged::kWriteLock;
  return locked;
}

/// A sequence or an owner changed, or mmap_lock was given back: locks that this thread had may have ended.
void Executor::end_write_locks() {
  for (std::size_t v = 0; v < kMaxVmas; ++v) {
    Holds& h = self_.holds[v];
    if (h.write_locked && !(holds_mmap_lock(state_.vmas[v][VmaField::kMm], false) && sequences_equal(state_.vmas[v]))) h.write_locked = 0;
  }
}

/// What keeps a VMA from being freed and handed out again under the thread: RCU, its reference, or a mmap_lock. Whose mmap_lock
/// is not asked: that would be a look at memory, where an unlock of RCU is no step.
bool Executor::protects(std::size_t vma) const { return self_.rcu_depth > 0 || self_.holds[vma].references > 0 || has_any_mmap_lock(); }

/// A section or a lock was left: what the thread goes on pointing at may become another VMA, or none. A later RCU section does not
/// make the old pointer good; to find the VMA anew does.
void Executor::lose_protection() {
  for (const Word word : self_.registers) {
    if (!names_vma(word)) continue;
    const auto v = static_cast<std::size_t>(address_object(word));
    if (!protects(v)) set_stale(v, true);
  }
}

/// mmap_lock was given back: VMAs that are attached now may be detached behind the thread's back, and are then somebody else's. Of a
/// VMA that is detached already the thread may be the owner.
void Executor::lose_attached() {
  if (has_any_mmap_lock()) return;
  for (const Word word : self_.registers) {
    if (!names_vma(word) || vma(word).attach_reference == 0 || holds(word).references > 0) continue;
    set_loose(static_cast<std::size_t>(address_object(word)), true);
  }
}

/// A pointer came out of memory, or out of the tree. What stands elsewhere in memory may have been put there for this thread.
void Executor::found(Word address, bool in_tree) {
  if (address_kind(address) == ObjectKind::kTask && may_not_sleep()) self_.waiter_found = 1;
  if (!names_vma(address)) return;
  const auto v = static_cast<std::size_t>(address_object(address));
  set_stale(v, !protects(v));
  set_loose(v, in_tree && !has_any_mmap_lock() && self_.holds[v].references == 0);
}

/// Only pointers that the thread can still use count, so that equal situations are equal bytes.
void Executor::forget_dead_pointers() {
  if ((self_.stale_vmas | self_.loose_vmas) == 0) return;
  unsigned named = 0;
  for (const Word word : self_.registers) {
    if (names_vma(word)) named |= 1u << address_object(word);
  }
  self_.stale_vmas = static_cast<std::uint8_t>(self_.stale_vmas & named & 0xf);
  self_.loose_vmas = static_cast<std::uint8_t>(self_.loose_vmas & named & 0xf);
}

/// use-locked. A VMA that nobody else can find is its owner's: who detached it may free it at any time, whatever others hold.
void Executor::judge_use(Word address) {
  const bool taken_away = is_loose(address) && vma(address).attach_reference == 0 && holds(address).references == 0;
  if (taken_away) return violate(CheckId::kUseLocked, address, 1);
  if (holds(address).references > 0 || holds_mmap_lock(vma(address)[VmaField::kMm], false) || !is_shared(address)) return;
  violate(CheckId::kUseLocked, address);
}

/// seq-parity, of the holder of mmap_lock who marks or changes a VMA: without a begin the end of the sequence frees nobody, or the mark
/// equals what the sequence is when all is unlocked. Whoever does not hold the lock is another check's.
void Executor::judge_parity(Word mm) {
  if (!holds_mmap_lock(mm, true)) return;
  const MmState& m = state_.mms[static_cast<std::size_t>(address_object(mm))];
  info_.judged |= Judged::kWriteLock;
  if ((m[MmField::kMmLockSeq] & 1) == 0) violate(CheckId::kSeqParity, mm, m[MmField::kMmLockSeq], m[MmField::kMmapLock]);
}

/// refcount-sane, of a vm_refcnt that code relies on: what the slab hands out for the first time has none until it is set.
void Executor::judge_set(Word address) {
  if (is_refcnt(address) && vma(address).refcnt_unset) violate(CheckId::kRefcountSane, address, kNeverSet, kNeverSet);
}

/// change-locked: both locks.
void Executor::judge_change(Word address) {
  if (!is_shared(address)) return;
  judge_parity(vma(address)[VmaField::kMm]);
  const bool mmap_lock = holds_mmap_lock(vma(address)[VmaField::kMm], true);
  if (!claim_write_lock(address)) violate(CheckId::kChangeLocked, address, mmap_lock);
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

/// right-vma
void Executor::judge_lookup(const Instr& instr, Word found) {
  const VmaState& v = vma(found);
  const Word mm = value(instr.b), address = value(instr.c);
  info_.judged |= Judged::kLookup;
  const bool before = (instr.imm & kAddressInside) != 0 && address < v[VmaField::kStart];
  const bool behind = (instr.imm & (kAddressInside | kAddressOrNext)) != 0 && address >= v[VmaField::kEnd];
  if (v[VmaField::kMm] != mm) return violate(CheckId::kRightVma, found, mm, 0);
  if (before || behind) violate(CheckId::kRightVma, found, address, 1);
}

/// iterator-valid, for maple states; see wake_up_process() for tasks.
void Executor::iterator_use(const Instr& instr) {
  if (value(instr.a) == kIteratorStale) violate(CheckId::kIteratorValid);
}

Word Executor::iterator_after_leave(Word before) const {
  const bool protected_still = self_.rcu_depth > 0 || (self_.mmap_read | self_.mmap_write) != 0;
  return before == kIteratorValid && !protected_still ? static_cast<Word>(kIteratorStale) : before;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Pointers that outlive what protects them. What a thread may still do with a VMA that it has a pointer to depends on what it has
// held since it found it: RCU, a reference, or mmap_lock.
#include "machine/executor.h"

namespace vmalab {

/// What keeps a VMA from being freed and handed out again under the thread.
bool Executor::protects(std::size_t vma) const { return self_.rcu_depth > 0 || self_.holds[vma].references > 0 || is_kept(vma); }

/// A section or a lock was left: what the thread goes on pointing at may become another VMA, or none. A later RCU section does not
/// make the old pointer good; to find the VMA anew does.
void Executor::lose_protection() {
  for (const Word word : self_.registers) {
    if (!names_vma(word)) continue;
    const auto v = static_cast<std::size_t>(address_object(word));
    if (!protects(v)) set_stale(v, true);
  }
}

/// mmap_lock was taken. A VMA of that mm on which the thread has a reference is attached, and stays so when the reference is gone.
void Executor::keep_referenced(Word mm) {
  for (std::size_t v = 0; v < kMaxVmas; ++v) {
    if (self_.holds[v].references > 0 && same_mm(state_.vmas[v][VmaField::kMm], mm)) set_kept(v, true);
  }
}

/// mmap_lock was given back: VMAs that are attached now may be detached behind the thread's back, and are then somebody else's. Of a
/// VMA that is detached already the thread may be the owner.
void Executor::lose_mmap_lock(Word mm) {
  if (holds_mmap_lock(self_, mm, false)) return;
  for (const Word word : self_.registers) {
    if (!names_vma(word) || (has_any_mmap_lock() && !same_mm(vma(word)[VmaField::kMm], mm))) continue;
    const auto v = static_cast<std::size_t>(address_object(word));
    set_kept(v, false);
    if (vma(word).attach_reference != 0 && holds(word).references == 0) set_loose(v, true);
  }
  lose_protection();
}

/// A pointer came out of memory, where it may have been put for this thread: what else holds is not known.
void Executor::found(Word address) {
  if (address_kind(address) == ObjectKind::kTask && may_not_sleep()) self_.waiter_found = 1;
  if (!names_vma(address)) return;
  const auto v = static_cast<std::size_t>(address_object(address));
  now_points_at(v, has_any_mmap_lock());
  set_loose(v, false);
}

/// A VMA that the slab handed out is the thread's own.
void Executor::allocated(Word address) {
  const auto v = static_cast<std::size_t>(address_object(address));
  set_kept(v, has_any_mmap_lock());
  set_stale(v, false);
  set_loose(v, false);
}

/// Others may detach what stands in a tree while its mmap_lock is not held.
void Executor::found_in_tree(Word vma, Word tree) {
  if (!names_vma(vma)) return;
  const auto v = static_cast<std::size_t>(address_object(vma));
  now_points_at(v, holds_mmap_lock(self_, tree, false));
  set_loose(v, !is_kept(v) && self_.holds[v].references == 0);
}

/// RCU keeps the memory of what is in use when it is found. One that was freed before was freed too early for it, unless what was
/// read is an older value: where the slab is type-stable, no grace period has passed since the pointer was taken away, or the
/// reader would have seen that, so its page is still one of VMAs.
void Executor::now_points_at(std::size_t vma, bool kept) {
  const bool older = info_.newer != 0 && machine_.limits().type_stable;
  set_kept(vma, kept);
  set_stale(vma, !protects(vma) || (self_.rcu_depth > 0 && state_.vmas[vma].allocated == 0 && !older));
}

/// Only pointers that the thread can still use count, so that equal situations are equal bytes.
void Executor::forget_dead_pointers() {
  if ((self_.stale_vmas | self_.loose_vmas | self_.kept_vmas) == 0) return;
  unsigned named = 0;
  for (const Word word : self_.registers) {
    if (names_vma(word)) named |= 1u << address_object(word);
  }
  self_.stale_vmas = static_cast<std::uint8_t>(self_.stale_vmas & named & 0xf);
  self_.loose_vmas = static_cast<std::uint8_t>(self_.loose_vmas & named & 0xf);
  self_.kept_vmas = static_cast<std::uint8_t>(self_.kept_vmas & named & 0xf);
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Instructions on whole VMAs: where the address tree has them, the slab that hands them out, and the use and the change that a
// lock is there for.
#include "machine/executor.h"

namespace vmalab {

// ---- the address tree

bool Executor::touch_tree(Word tree) {
  if (!touch_mm(tree, MmField::kMmMt)) return false;
  if (machine_.limits().lockdep && !properties::may_walk_tree(self_, tree, rcu_held())) violate(properties::kNoWarning, Details{tree});
  return true;
}

void Executor::tree_load(const Instr& instr) {
  const Word tree = value(instr.a), page = value(instr.b) >> kPageShift;
  set_old(instr, (page + 1) << kPageShift);
  if (!touch_tree(tree)) return set_result(instr, 0);
  const Word tree_word = old_value();
  const auto at = [&](Word p) { return p < kMaxPages ? tree_word >> (4 * p) & 0xf : 0; };
  const Word number = at(page);
  Word end = page + 1;
  while (number != 0 && at(end) == number) ++end;
  set_old(instr, end << kPageShift);
  const Word vma = number == 0 ? 0 : vma_address(static_cast<int>(number) - 1);
  found_in_tree(vma, tree);
  set_result(instr, vma);
}

void Executor::tree_find(const Instr& instr) {
  const Word tree = value(instr.a), max = value(instr.c);
  Word page = value(instr.b) >> kPageShift;
  set_old(instr, value(instr.b));
  if (!touch_tree(tree)) return set_result(instr, 0);
  const Word tree_word = old_value();
  const auto at = [&](Word p) { return p < kMaxPages ? tree_word >> (4 * p) & 0xf : 0; };
  while (page < kMaxPages && at(page) == 0) ++page;
  if (page >= kMaxPages || page << kPageShift > max) return set_result(instr, 0);
  const Word number = at(page);
  while (at(page) == number) ++page;
  set_old(instr, page << kPageShift);
  const Word vma = vma_address(static_cast<int>(number) - 1);
  found_in_tree(vma, tree);
  set_result(instr, vma);
}

void Executor::tree_change(const Instr& instr, Word number) {
  const Word tree = value(instr.a), start = value(instr.b), end = value(instr.c);
  if (!touch_mm(tree, MmField::kMmMt)) return;
  if (machine_.limits().lockdep && !properties::may_change_tree(self_, tree)) violate(properties::kNoWarning, Details{tree});
  if (number != 0) {
    judge_locked_change(vma_address(static_cast<int>(number) - 1));
  }
  Word word = old_value();
  for (Word page = start >> kPageShift; page < kMaxPages && page << kPageShift < end; ++page) {
    const Word replaced = word >> (4 * page) & 0xf;
    const bool attached = replaced != 0 && replaced != number && state_.vmas[replaced - 1].attach_reference != 0;
    if (attached) judge_change(vma_address(static_cast<int>(replaced) - 1));
    word = (word & ~(Word{0xf} << (4 * page))) | number << (4 * page);
  }
  write(tree, word);
}

// ---- the slab

/// Takes the lowest free object. Its contents stay what they were: the slab is type-stable. Zeroing it makes a vm_refcnt of one that
/// was never used; of one that was freed vm_refcnt is 0 already, or the code is wrong and the wrong number stays to be found.
void Executor::slab_alloc(const Instr& instr) {
  for (int v = 0; v < machine_.limits().vmas; ++v) {
    VmaState& object = state_.vmas[static_cast<std::size_t>(v)];
    reads(Place::of_vma(Place::Kind::kAllocated, vma_address(v)));
    if (object.allocated) continue;
    if (accesses_ != nullptr) accesses_->write(Place::of_vma(Place::Kind::kAllocated, vma_address(v)));
    object.allocated = 1;
    if (instr.imm != 0) object.refcnt_unset = 0;
    info_.address = vma_address(v);
    info_.old_value = info_.new_value = object[VmaField::kRefcnt];
    info_.recycled = static_cast<std::uint8_t>(v);
    if (WeakMemory* const weak = memory_.weak()) weak->slab_alloc(static_cast<std::size_t>(v));
    allocated(vma_address(v));
    return set_result(instr, vma_address(v));
  }
  set_result(instr, 0);
}

void Executor::slab_free(const Instr& instr) {
  const Word address = value(instr.a);
  info_.address = address;
  if (!properties::may_free(state_, address)) return violate(properties::kNoUseAfterFree, Details{address});
  info_.old_value = info_.new_value = vma(address)[VmaField::kRefcnt];
  if (accesses_ != nullptr) accesses_->write(Place::of_vma(Place::Kind::kAllocated, address));
  vma(address).allocated = 0;
  if (WeakMemory* const weak = memory_.weak()) weak->slab_free(static_cast<std::size_t>(address_object(address)));
  holds(address).write_locked = 0;  // a lock does not outlive the object it was taken on
}

/// Code that relies on the VMA being this VMA: type stability is not enough for that, and a lock is needed.
void Executor::critical_section(const Instr& instr) {
  const Word address = value(instr.a);
  if (!touch(address) || !names_vma(address)) return;
  if (!vma(address).allocated) return violate(properties::kNoUseAfterFree, Details{address});
  claim_read_locks(address);
  if (instr.op == Op::kUseVma) {
    judge_use(address);
    order_use(address);
  } else {
    judge_change(address);
    order_change(address);
  }
}

}  // namespace vmalab

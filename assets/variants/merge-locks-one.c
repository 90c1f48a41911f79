// SPDX-License-Identifier: GPL-2.0-only
// variant: merge-locks-one
// title: A merge write-locks only the VMA that stays
// story: The second VMA is going away, so why lock it? Because page faults may
//   have it: they hold a read lock on a VMA whose addresses are given to
//   another one, and which is about to be detached and freed.
// claim: title: 2
// claim: no claim
// claim: mtree_load(&mm0->mm_mt, 0x2000) == vma0 && holds_read_lock(r1, vma1)
//   && !holds_write_lock(w1, vma1) && in_function(w1, vma_mark_detached)
// breaks: change-locked, no-warning
// steps: 27, 31
// scenario: two-vmas-become-one
// demo: r1*9: r1 faults at 0x2000 and has the read lock of vma1.
// claim: did: r1 finds vma1; holds_read_lock(r1, vma1) &&
//   vma1->vm_start == 0x2000
// demo: w1*4: w1 merges vma1 into vma0. It takes mmap_lock for write and looks
//   both up.
// claim: in_function(w1, merger)
// claim: did: w1 takes mm0->mmap_lock for write; did: w1 finds vma0; did: w1
//   finds vma1; holds_mmap_write(w1, mm0)
// demo: w1*18: It write-locks vma0, and nothing else.
// claim: holds_write_lock(w1, vma0) && !holds_write_lock(w1, vma1) &&
//   !in_function(w1, vma_start_write)
// demo: w1*2: vma0 ends at 0x3000 now.
// claim: did: w1 vma0->vm_end 0x2000 -> 0x3000; vma0->vm_end == 0x3000
// demo: w1*3: The tree gives 0x2000 to vma0, in place of vma1, which r1 has
//   read-locked.
// claim: did: w1 mm0->mm_mt vma0 at 0x1000, vma1 at 0x2000 -> vma0 at 0x1000,
//   vma0 at 0x2000; mtree_load(&mm0->mm_mt, 0x2000) == vma0 &&
//   holds_read_lock(r1, vma1) && !holds_write_lock(w1, vma1)

void merger(struct mm_struct *mm, unsigned long first, unsigned long second)
{
	struct vm_area_struct *vma;
	struct vm_area_struct *next;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, first);
	next = vma_lookup(mm, second);
	if (vma && next) {
		vma_start_write(vma);
		vma->vm_end = next->vm_end;
		mtree_store_range(&mm->mm_mt, vma->vm_start, vma->vm_end - 1, vma, GFP_KERNEL);
		vma_mark_detached(next);
		vm_area_free(next);
	}
	mmap_write_unlock(mm);
}

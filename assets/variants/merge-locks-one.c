// SPDX-License-Identifier: GPL-2.0-only
// variant: merge-locks-one
// title: A merge write-locks only the VMA that stays
// story: The second VMA is going away, so why lock it? Because page faults are
//   in it: they hold a read lock on a VMA whose addresses are given to another
//   one, and which is about to be detached and freed.
// breaks: change-locked, no-warning
// steps: 27, 31
// scenario: two-vmas-become-one
// demo: r1*9: r1 faults at 0x2000 and has the read lock of vma1.
// demo: w1*4: w1 merges vma1 into vma0. It takes mmap_lock for write and looks
//   both up.
// demo: w1*18: It write-locks vma0, and nothing else.
// demo: w1*2: vma0 ends at 0x3000 now.
// demo: w1*3: The tree gives 0x2000 to vma0, in place of vma1, in which r1 is
//   at work.

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

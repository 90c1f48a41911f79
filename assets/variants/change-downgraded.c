// SPDX-License-Identifier: GPL-2.0-only
// variant: change-downgraded
// title: A change after the downgrade
// story: The VMA was write-locked, mmap_lock is still held, so one more change
//   seems safe. But the downgrade has ended every VMA write lock, just as an
//   unlock does, and mmap_lock is held for read only: page faults and other
//   readers of the address space are back.
// breaks: change-locked
// steps: 24
// scenario: downgrade
// demo: w1*21: w1 takes mmap_lock for write and write-locks the VMA: both
//   numbers are 1.
// demo: w1*2: It downgrades: mm_lock_seq is 2, and mmap_lock is held for read.
//   The VMA write lock is over.
// demo: r2*9: A page fault, r2, read-locks the VMA, as it may.
// demo: w1: w1 changes the VMA, with nothing but mmap_lock for read, under the
//   eyes of r2.

void downgrader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		vma_start_write(vma);
	mmap_write_downgrade(mm);
	if (vma)
		change_vma(vma);
	mmap_read_unlock(mm);
}

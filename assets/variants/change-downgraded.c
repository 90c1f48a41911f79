// SPDX-License-Identifier: GPL-2.0-only
// variant: change-downgraded
// title: A change after the downgrade
// story: The VMA was write-locked, mmap_lock is still held, so one more change
//   seems safe. But the downgrade has ended every VMA write lock, just as an
//   unlock does, and mmap_lock is held for read only: page faults and other
//   readers of the address space are back.
// claim: title: 1
// claim: did: w1 vma0->vm_lock_seq UINT_MAX -> 1; did: w1 changes vma0;
//   holds_mmap_read(w1, mm0)
// claim: did: w1 mm0->mm_lock_seq 1 -> 2: every VMA write lock of this mm ends;
//   holds_mmap_read(w1, mm0) && !holds_mmap_write(w1, mm0) &&
//   !holds_write_lock(w1, vma0) && holds_read_lock(r2, vma0)
// breaks: change-locked
// steps: 24
// scenario: downgrade
// demo: w1*21: w1 takes mmap_lock for write and write-locks the VMA: both
//   numbers are 1.
// claim: holds_mmap_write(w1, mm0) && holds_write_lock(w1, vma0) &&
//   vma0->vm_lock_seq == 1 && mm0->mm_lock_seq.sequence == 1
// demo: w1*2: It downgrades: mm_lock_seq is 2, and mmap_lock is held for read.
//   The VMA write lock is over.
// claim: mm0->mm_lock_seq.sequence == 2 && holds_mmap_read(w1, mm0) &&
//   !holds_mmap_write(w1, mm0)
// claim: did: every VMA write lock of this mm ends; !holds_write_lock(w1, vma0)
// demo: r2*9: A page fault, r2, read-locks the VMA, as it may.
// claim: holds_read_lock(r2, vma0) && !holds_write_lock(w1, vma0)
// demo: w1: w1 changes the VMA, with nothing but mmap_lock for read, while r2
//   has it read-locked.
// claim: did: w1 changes vma0; holds_mmap_read(w1, mm0) &&
//   !holds_mmap_write(w1, mm0) && !holds_write_lock(w1, vma0) &&
//   holds_read_lock(r2, vma0)

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

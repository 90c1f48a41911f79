// SPDX-License-Identifier: GPL-2.0-only
// variant: use-after-unlock
// title: A VMA is used after vma_end_read()
// story: A page fault that has to wait for a disk unlocks the VMA first. From
//   then on the pointer is worth nothing: it must be looked up again. Whoever
//   goes on using it relies on a VMA that another thread may be changing, or
//   has freed.
// breaks: use-locked, no-use-after-free
// steps: 12, 44
// scenario: munmap-waits-for-a-reader
// demo: r1*9: r1 read-locks the VMA.
// demo: r1*2: It unlocks it, and keeps the pointer.
// demo: r1: It uses the VMA, which nothing holds any more. Nobody changes it
//   at this moment, but nobody is kept from it, either.

void reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		return;
	vma_end_read(vma);
	use_vma(vma);
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: use-after-unlock
// title: A VMA is used after vma_end_read()
// story: A page fault that has to wait for a disk unlocks the VMA first. From
//   then on the pointer is worth nothing: it must be looked up again. Whoever
//   goes on using it relies on a VMA that another thread may be changing, or
//   has freed.
// claim: title: 3
// claim: did: r1 vma0->vm_refcnt 2 -> 1
// claim: did: r1 vma0->vm_refcnt 2 -> 1; references(r1, vma0) == 0 &&
//   !holds_read_lock(r1, vma0)
// claim: did: r1 uses vma0; references(r1, vma0) == 0 &&
//   !holds_mmap_read(r1, mm0)
// breaks: use-locked, no-use-after-free
// steps: 12, 44
// scenario: munmap-waits-for-a-reader
// demo: r1*9: r1 read-locks the VMA.
// claim: holds_read_lock(r1, vma0)
// demo: r1*2: It unlocks it, and keeps the pointer.
// claim: did: r1 vma0->vm_refcnt 2 -> 1; references(r1, vma0) == 0 &&
//   !holds_read_lock(r1, vma0) && in_function(r1, reader)
// demo: r1: It uses the VMA, which nothing holds any more. Nobody changes it at
//   this moment, but nobody is kept from it, either.
// claim: did: r1 uses vma0; references(r1, vma0) == 0 && vma0->vm_refcnt == 1
//   && attach_reference(vma0)
// claim: !holds_mmap_write(u1, mm0) && !holds_write_lock(u1, vma0) &&
//   !thread_blocked(u1)

void reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		return;
	vma_end_read(vma);
	use_vma(vma);
}

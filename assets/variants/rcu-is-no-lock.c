// SPDX-License-Identifier: GPL-2.0-only
// variant: rcu-is-no-lock
// title: A VMA is used under RCU alone
// story: RCU keeps the memory of a VMA a VMA. It does not keep it the same
//   VMA, and it does not keep writers away. Code that walks the tree under RCU
//   and uses what it finds, without taking a reference, sees changes in the
//   middle of being made.
// breaks: use-locked
// steps: 3
// scenario: writer-waits-for-a-reader
// demo: w1*21: w1 takes mmap_lock for write and write-locks the VMA. No reader
//   is in.
// demo: r1: r1 finds the VMA under RCU. The VMA is write-locked, but r1 does
//   not ask.
// demo: r1: It makes sure that the VMA is of its own mm. So it is; that says
//   nothing about writers.
// demo: r1: It uses the VMA while w1 is about to change it.

void reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	vma = mtree_load(&mm->mm_mt, addr);
	if (vma && vma->vm_mm == mm)
		use_vma(vma);
	rcu_read_unlock();
}

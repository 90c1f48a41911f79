// SPDX-License-Identifier: GPL-2.0-only
// variant: rcu-is-no-lock
// title: A VMA is used under RCU alone
// story: RCU keeps the memory of a VMA a VMA. It does not keep it the same VMA,
//   and it does not keep writers away. Code that walks the tree under RCU and
//   uses what it finds, without taking a reference, sees changes in the middle
//   of being made.
// claim: title: 3
// claim: no claim
// claim: holds_write_lock(w1, vma0) && in_function(r1, reader) &&
//   references(r1, vma0) == 0
// claim: did: r1 finds vma0; did: r1 uses vma0; holds_write_lock(w1, vma0);
//   never: r1 vma0->vm_refcnt
// breaks: use-locked
// steps: 3
// scenario: writer-waits-for-a-reader
// demo: w1*21: w1 takes mmap_lock for write and write-locks the VMA. No reader
//   is in.
// claim: did: w1 takes mm0->mmap_lock for write; holds_mmap_write(w1, mm0) &&
//   holds_write_lock(w1, vma0)
// claim: vma0->vm_refcnt == 1 && attach_reference(vma0) &&
//   references(r1, vma0) == 0
// demo: r1: r1 finds the VMA under RCU. The VMA is write-locked, but r1 does
//   not ask.
// claim: did: r1 finds vma0
// claim: holds_write_lock(w1, vma0) &&
//   vma0->vm_lock_seq == mm0->mm_lock_seq.sequence; never: r1 reads
//   vma0->vm_lock_seq
// demo: r1: It makes sure that the VMA is of its own mm. So it is; that says
//   nothing about writers.
// claim: did: r1 reads vma0->vm_mm: mm0
// claim: vma0->vm_mm == mm0 && holds_write_lock(w1, vma0)
// demo: r1: It uses the VMA while w1 is about to change it.
// claim: did: r1 uses vma0; holds_write_lock(w1, vma0) &&
//   in_function(w1, writer); never: w1 changes

void reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	vma = mtree_load(&mm->mm_mt, addr);
	if (vma && vma->vm_mm == mm)
		use_vma(vma);
	rcu_read_unlock();
}

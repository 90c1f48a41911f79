// SPDX-License-Identifier: GPL-2.0-only
// variant: address-not-compared
// title: The VMA is right, the address is not
// story: At its end lock_vma_under_rcu() compares the address with the bounds
//   of the VMA that it has locked; this variant does not. The comparison looks
//   like an afterthought, but nothing before it does that: the owner is right
//   and the numbers are right also when the object was freed and used again for
//   another place of the same mm.
// claim: title: 2
// claim: never: r1 reads vma0->vm_start; never: r1 reads vma0->vm_end;
//   holds_read_lock(r1, vma0) && !in_function(r1, lock_vma_under_rcu)
// claim: did: m1 gives vma0 back to the slab; did: m1 gets vma0 from the slab;
//   references(r1, vma0) == 1 && vma0->vm_mm == mm0 &&
//   vma0->vm_lock_seq != mm0->mm_lock_seq.sequence && vma0->vm_start == 0x2000
// breaks: right-vma
// steps: 66
// scenario: recycled-in-the-same-mm
// demo: r1: r1 faults at 0x1000 and finds vma0.
// claim: did: r1 finds vma0; vma0->vm_start == 0x1000
// demo: m1*34: m1 unmaps 0x1000: vma0 is detached, out of the tree, and freed.
// claim: did: m1 vma0->vm_refcnt 1 -> 0: detached; did: m1 mm0->mm_mt vma0 at
//   0x1000 -> empty; did: m1 gives vma0 back to the slab; !allocated(vma0)
// demo: m1*26: m1 maps a page at 0x2000, and gets the same object.
// claim: did: m1 gets vma0 from the slab; did: m1 mm0->mm_mt empty -> vma0 at
//   0x2000; vma0->vm_start == 0x2000 && vma0->vm_end == 0x3000
// demo: r1*5: r1 goes on: the numbers differ, its increment succeeds, and the
//   mm is its own.
// claim: did: r1 reads vma0->vm_lock_seq: 3; did: r1 reads mm0->mm_lock_seq: 4;
//   did: r1 vma0->vm_refcnt 1 -> 2; did: r1 reads vma0->vm_mm: mm0
// demo: r1: The numbers differ still. It has a true read lock, and returns the
//   VMA: of 0x2000, to a page fault at 0x1000.
// claim: did: r1 reads mm0->mm_lock_seq: 4; vma0->vm_lock_seq == 3
// claim: holds_read_lock(r1, vma0) && !in_function(r1, lock_vma_under_rcu) &&
//   vma0->vm_start == 0x2000

struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm,
					  unsigned long address)
{
	MA_STATE(mas, &mm->mm_mt, address, address);
	struct vm_area_struct *vma;

	for (;;) {
		rcu_read_lock();
		vma = mas_walk(&mas);
		if (!vma) {
			rcu_read_unlock();
			return NULL;
		}
		vma = vma_start_read(mm, vma);
		if (PTR_ERR(vma) != -EAGAIN)
			break;
		mas_set(&mas, address);
	}
	if (!vma)
		return NULL;
	rcu_read_unlock();
	return vma;
}

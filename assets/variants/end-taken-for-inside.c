// SPDX-License-Identifier: GPL-2.0-only
// variant: end-taken-for-inside
// title: The end of a VMA is taken for a part of it
// story: The address is compared with both bounds of the VMA, but with the
//   upper one by > in place of >=. It makes a difference at one address only,
//   the end itself, and who asked for that has found a VMA which came back just
//   below.
// claim: title: 2
// claim: did: r1 reads vma0->vm_start: 0x1000; did: r1 reads vma0->vm_end:
//   0x2000
// claim: did: m1 vma0->vm_start 0x2000 -> 0x1000; vma0->vm_end == 0x2000 &&
//   holds_read_lock(r1, vma0) && !in_function(r1, lock_vma_under_rcu)
// breaks: right-vma
// steps: 68
// scenario: recycled-just-below
// demo: r1: r1 faults at 0x2000 and finds vma0.
// claim: did: r1 finds vma0; vma0->vm_start == 0x2000
// demo: m1*34: m1 unmaps 0x2000: vma0 is detached, out of the tree, and freed.
// claim: did: m1 vma0->vm_refcnt 1 -> 0: detached; did: m1 mm0->mm_mt vma0 at
//   0x2000 -> empty; did: m1 gives vma0 back to the slab; !allocated(vma0)
// demo: m1*26: m1 maps a page at 0x1000, and gets the same object.
// claim: did: m1 gets vma0 from the slab; did: m1 mm0->mm_mt empty -> vma0 at
//   0x1000; vma0->vm_start == 0x1000 && vma0->vm_end == 0x2000
// demo: r1*5: r1 goes on: the numbers differ, its increment succeeds, and the
//   mm is its own.
// claim: did: r1 reads vma0->vm_lock_seq: 3; did: r1 reads mm0->mm_lock_seq: 4;
//   did: r1 vma0->vm_refcnt 1 -> 2; did: r1 reads vma0->vm_mm: mm0
// demo: r1: The numbers differ still, so vma_start_read() gives it the VMA.
// claim: did: r1 reads mm0->mm_lock_seq: 4; vma0->vm_lock_seq == 3 &&
//   references(r1, vma0) == 1 && !in_function(r1, vma_start_read) &&
//   in_function(r1, lock_vma_under_rcu)
// demo: r1: vma0 begins at 0x1000: that is not above 0x2000.
// claim: did: r1 reads vma0->vm_start: 0x1000;
//   in_function(r1, lock_vma_under_rcu)
// demo: r1: It ends at 0x2000, and 0x2000 is not greater. The VMA is returned:
//   of 0x1000, to a page fault at 0x2000.
// claim: did: r1 reads vma0->vm_end: 0x2000
// claim: holds_read_lock(r1, vma0) && !in_function(r1, lock_vma_under_rcu) &&
//   vma0->vm_start == 0x1000

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
	if (unlikely(address < vma->vm_start || address > vma->vm_end)) {
		vma_end_read(vma);
		return NULL;
	}
	return vma;
}

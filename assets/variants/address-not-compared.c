// SPDX-License-Identifier: GPL-2.0-only
// variant: address-not-compared
// title: The VMA is right, the address is not
// story: The last line of lock_vma_under_rcu() compares the address with the
//   bounds of the VMA that it has locked. It looks like an afterthought, but
//   nothing before it does that: the owner is right and the numbers are right
//   also when the object was freed and used again for another place of the
//   same mm.
// breaks: right-vma
// steps: 66
// scenario: recycled-in-the-same-mm
// demo: r1: r1 faults at 0x1000 and finds vma0.
// demo: m1*34: m1 unmaps 0x1000: vma0 is detached, out of the tree, and freed.
// demo: m1*26: m1 maps a page at 0x3000, and gets the same object.
// demo: r1*5: r1 goes on: the numbers differ, its increment succeeds, and the
//   mm is its own.
// demo: r1: The numbers differ still. It has a true read lock, and returns the
//   VMA: of 0x3000, to a page fault at 0x1000.

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

// SPDX-License-Identifier: GPL-2.0-only
// variant: stale-maple-state
// title: The maple state survives its RCU section
// story: A maple state remembers the node of the tree where it found something,
//   and nodes are freed after a grace period: what it remembers is good inside
//   the RCU section it was found in, and not beyond. When vma_start_read()
//   finds the VMA detached it has left RCU, and the second walk must not begin
//   where the first one ended. Fixed in Linux 6.18 by commit 270065f514c5.
// claim: title: 2
// claim: no claim
// claim: did: r1 vma0->vm_refcnt is 0: detached, no reference taken;
//   did: lock_vma_under_rcu() goes round again;
//   !in_function(r1, vma_start_read) && in_function(r1, lock_vma_under_rcu)
// claim: no claim
// breaks: iterator-valid
// steps: 31
// scenario: munmap-waits-for-a-reader
// demo: r1*3: r1 has walked the tree and found the VMA: its maple state points
//   to a node of the tree.
// claim: did: r1 finds vma0; in_function(r1, lock_vma_under_rcu) &&
//   references(r1, vma0) == 0
// demo: u1*27: u1, a munmap(), write-locks the VMA and detaches it: 0.
// claim: did: u1 vma0->vm_refcnt 1 -> 0: detached; holds_write_lock(u1, vma0)
//   && vma0->vm_refcnt == 0
// demo: r1: r1 finds 0 and leaves RCU: the node may be freed. It enters RCU
//   again, and is about to walk on with a maple state that still points there.
// claim: did: r1 vma0->vm_refcnt is 0: detached, no reference taken;
//   did: vma_start_read() gives -EAGAIN
// claim: did: lock_vma_under_rcu() goes round again;
//   !in_function(r1, vma_start_read) && in_function(r1, lock_vma_under_rcu)

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
	}
	if (!vma)
		return NULL;

	rcu_read_unlock();
	if (unlikely(address < vma->vm_start || address >= vma->vm_end)) {
		vma_end_read(vma);
		return NULL;
	}
	return vma;
}

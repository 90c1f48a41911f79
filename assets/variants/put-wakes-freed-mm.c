// SPDX-License-Identifier: GPL-2.0-only
// variant: put-wakes-freed-mm
// title: A wake-up in the memory of a freed mm (CVE-2025-38554)
// story: The question "is this VMA still of our mm?" came last, and nobody took
//   hold of the other mm before dropping the reference. A reader whose VMA was
//   recycled into another mm drops its reference there; the exit of that mm was
//   only waiting for it, finishes, and frees the mm_struct; then the reader
//   looks into it for somebody to wake. Fixed by commit 9bbffee67ffd with
//   mmgrab(). In the original the comparison stood in the caller, right after
//   vma_start_read(); the accesses and their order are the same here.
// breaks: no-use-after-free
// steps: 111
// scenario: recycled-vma-and-exit
// demo: r1: r1 finds vma0 in the tree of mm0, and is held up there, with no
//   more than a pointer.
// demo: u1*34: u1 unmaps and frees that VMA, all of it in order: no reader is
//   counted.
// demo: p1*26: p1, another process, maps a page. It gets the same object: vma0
//   belongs to mm1 now.
// demo: r1*3: r1 goes on. The numbers differ, its increment succeeds: 2. It
//   has a reference in a VMA of mm1.
// demo: r1*3: It looks again, and at vm_mm: mm1, the wrong mm. It has to let
//   go, and does not take hold of mm1 before.
// demo: p1*6: Meanwhile the other process exits: mm_users of mm1 is 0. It takes
//   the pages away, with mmap_lock held for read.
// demo: p1*11: It takes mmap_lock of mm1 for write and wants to write-lock the
//   VMA.
// demo: p1: Flag up: FLAG+2. One of them is r1, from another process.
// demo: p1*3: p1 puts its name on the door of mm1 and sets its state.
// demo: r1*2: r1 drops its reference: FLAG+1. It is to wake somebody now, and
//   is held up again.
// demo: p1: p1 sees FLAG+1 by itself, without being woken.
// demo: p1*5: It write-locks the VMA.
// demo: p1*13: There is no other. It detaches it, takes it out of the tree and
//   frees it.
// demo: p1*3: Nothing is left in the tree. It releases mmap_lock.
// demo: p1: And drops its mm: mm_count goes from 1 to 0. mm1 is freed, and
//   with it the vma_writer_wait that r1 is about to look into.
// demo: r1: r1 looks there for somebody to wake: a read of freed memory. This
//   was CVE-2025-38554.

static inline struct vm_area_struct *
vma_start_read(struct mm_struct *mm, struct vm_area_struct *vma)
{
	int before;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "a reader comes from RCU");

	if (READ_ONCE(vma->vm_lock_seq) == READ_ONCE(mm->mm_lock_seq.sequence)) {
		rcu_read_unlock();
		return NULL;
	}

	if (unlikely(!__refcount_inc_not_zero_limited_acquire(
			&vma->vm_refcnt, &before, VM_REFCNT_LIMIT))) {
		rcu_read_unlock();
		return before ? NULL : ERR_PTR(-EAGAIN);
	}
	__vma_lockdep_acquire_read(vma);

	if (unlikely(vma->vm_lock_seq == raw_read_seqcount(&mm->mm_lock_seq))) {
		vma_refcount_put(vma);
		rcu_read_unlock();
		return NULL;
	}

	if (unlikely(vma->vm_mm != mm)) {
		rcu_read_unlock();
		vma_refcount_put(vma);
		return NULL;
	}

	return vma;
}

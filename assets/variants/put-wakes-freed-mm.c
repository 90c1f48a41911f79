// SPDX-License-Identifier: GPL-2.0-only
// variant: put-wakes-freed-mm
// title: A wake-up in the memory of a freed mm (CVE-2025-38554)
// story: Whether the VMA is still of our mm was asked last, and nobody took
//   hold of the other mm before dropping the reference. A reader whose VMA was
//   recycled into another mm drops its reference there; the exit of that mm was
//   only waiting for it, finishes, and frees the mm_struct; then the reader
//   looks into it for somebody to wake. Fixed by commit 9bbffee67ffd with
//   mmgrab(). In the original the comparison stood in the caller, right after
//   vma_start_read(); the accesses and their order are the same here.
// claim: title: 2
// claim: did: r1 reads vma0->vm_mm: mm1; did: r1 vma0->vm_refcnt
//   FLAG+2 -> FLAG+1; never: r1 mm1->mm_count
// claim: did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1; did: p1 reads
//   vma0->vm_refcnt: FLAG+1; did: p1 mm1->mm_count 1 -> 0: the mm is freed;
//   did: r1 reads mm1->vma_writer_wait; mm1->mm_count == 0
// claim: no claim
// claim: no claim
// breaks: no-use-after-free
// steps: 111
// scenario: recycled-vma-and-exit
// demo: r1: r1 finds vma0 in the tree of mm0, and is held up there, with no
//   more than a pointer.
// claim: did: r1 finds vma0; vma0->vm_mm == mm0 && references(r1, vma0) == 0 &&
//   in_function(r1, lock_vma_under_rcu)
// demo: u1*34: u1 unmaps and frees that VMA, correctly, step by step: no reader
//   is counted.
// claim: did: u1 vma0->vm_refcnt 1 -> 0: detached; did: u1 mm0->mm_mt vma0 at
//   0x1000 -> empty; did: u1 gives vma0 back to the slab; thread_done(u1) &&
//   !allocated(vma0) && references(r1, vma0) == 0
// demo: p1*26: p1, another process, maps a page. It gets the same object: vma0
//   belongs to mm1 now.
// claim: did: p1 mm1->mm_mt empty -> vma0 at 0x1000
// claim: did: p1 gets vma0 from the slab; vma0->vm_mm == mm1 &&
//   attach_reference(vma0)
// demo: r1*3: r1 goes on. The numbers differ, its increment succeeds: 2. It has
//   a reference in a VMA of mm1.
// claim: did: r1 reads vma0->vm_lock_seq
// claim: did: r1 reads vma0->vm_lock_seq: 1; did: r1 reads mm0->mm_lock_seq: 2;
//   did: r1 vma0->vm_refcnt 1 -> 2; vma0->vm_refcnt == 2
// claim: references(r1, vma0) == 1 && vma0->vm_mm == mm1
// demo: r1*3: It looks at the numbers again, then at vm_mm: mm1, the wrong mm.
//   It has to drop its reference, and has not taken hold of mm1: mm_count is 1.
// claim: did: r1 reads vma0->vm_lock_seq: 1; did: r1 reads mm0->mm_lock_seq: 2;
//   did: r1 reads vma0->vm_mm: mm1
// claim: in_function(r1, vma_refcount_put) && references(r1, vma0) == 1 &&
//   mm1->mm_count == 1; never: r1 mm1->mm_count
// demo: p1*6: Meanwhile the other process exits: mm_users of mm1 is 0. It takes
//   the pages away, with mmap_lock held for read.
// claim: did: p1 mm1->mm_users 1 -> 0; mm1->mm_users == 0
// claim: did: p1 takes mm1->mmap_lock for read; did: p1 uses vma0
// demo: p1*11: It takes mmap_lock of mm1 for write and wants to write-lock the
//   VMA.
// claim: did: p1 takes mm1->mmap_lock for write; holds_mmap_write(p1, mm1) &&
//   in_function(p1, __vma_start_write) && !holds_write_lock(p1, vma0)
// demo: p1: It raises FLAG: FLAG+2. One of the two is the reference of r1, from
//   another process.
// claim: did: p1 vma0->vm_refcnt 2 -> FLAG+2; vma0->vm_refcnt == FLAG + 2 &&
//   excluding_readers(p1, vma0)
// claim: references(r1, vma0) == 1 && attach_reference(vma0) &&
//   vma0->vm_mm == mm1
// demo: p1*3: p1 publishes itself in the vma_writer_wait of mm1 and sets its
//   state.
// claim: did: p1 mm1->vma_writer_wait NULL -> p1; did: p1 p1->__state
//   RUNNING -> UNINTERRUPTIBLE; mm1->vma_writer_wait.task == p1
// demo: r1*2: r1 drops its reference: FLAG+1. It is to wake somebody now, and
//   is held up again.
// claim: did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1; references(r1, vma0) == 0
// claim: in_function(r1, rcuwait_wake_up) && mm1->vma_writer_wait.task == p1;
//   never: r1 wakes
// demo: p1: p1 sees FLAG+1 by itself, without being woken.
// claim: did: p1 reads vma0->vm_refcnt: FLAG+1; never: wakes p1;
//   !thread_asleep(p1)
// demo: p1*5: It write-locks the VMA.
// claim: holds_write_lock(p1, vma0) && vma0->vm_refcnt == 1 &&
//   !excluding_readers(p1, vma0)
// demo: p1*13: There is no other VMA. It detaches it, takes it out of the tree
//   and frees it.
// claim: did: p1 finds no VMA
// claim: did: p1 vma0->vm_refcnt 1 -> 0: detached; did: p1 mm1->mm_mt vma0 at
//   0x1000 -> empty; did: p1 gives vma0 back to the slab; !allocated(vma0)
// demo: p1*3: Nothing is left in the tree. It releases mmap_lock.
// claim: did: p1 finds no VMA; mtree_load(&mm1->mm_mt, 0x1000) == NULL
// claim: did: p1 releases mm1->mmap_lock; !holds_mmap_write(p1, mm1)
// demo: p1: And it drops its mm: mm_count goes from 1 to 0. mm1 is freed, and
//   with it the vma_writer_wait that r1 is about to look into.
// claim: did: p1 mm1->mm_count 1 -> 0
// claim: did: p1 mm1->mm_count 1 -> 0: the mm is freed; mm1->mm_count == 0 &&
//   in_function(r1, rcuwait_wake_up)
// demo: r1: r1 looks there for somebody to wake: a read of freed memory. This
//   was CVE-2025-38554.
// claim: did: r1 reads mm1->vma_writer_wait; mm1->mm_count == 0
// claim: no claim

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

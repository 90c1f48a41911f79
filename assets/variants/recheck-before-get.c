// SPDX-License-Identifier: GPL-2.0-only
// variant: recheck-before-get
// title: The second look at the sequence comes before the increment
// story: Both looks happen while no writer can see the reader. The writer locks
//   the VMA after the second look and before the increment: it has nobody to
//   wait for, and the reader never looks again.
// claim: title: 1
// claim: did: r1 reads mm0->mm_lock_seq: 0; references(r1, vma0) == 0;
//   never: r1 reads vma0->vm_lock_seq: 1; never: r1 reads mm0->mm_lock_seq: 1
// claim: did: w1 vma0->vm_refcnt 1 -> FLAG+1; did: w1 reads vma0->vm_refcnt:
//   FLAG+1; did: r1 vma0->vm_refcnt 1 -> 2; never: r1 reads mm0->mm_lock_seq:
//   1; holds_read_lock(r1, vma0) && holds_write_lock(w1, vma0)
// breaks: exclusion
// steps: 30
// scenario: standard-1-1-0
// demo: r1*5: r1 reads the two numbers, and at once again: they differ both
//   times. It has no reference yet.
// claim: did: r1 reads vma0->vm_lock_seq: UINT_MAX; did: r1 reads
//   mm0->mm_lock_seq: 0; vma0->vm_lock_seq == UINT_MAX &&
//   mm0->mm_lock_seq.sequence == 0
// claim: references(r1, vma0) == 0 && vma0->vm_refcnt == 1
// demo: w1*21: w1 write-locks the VMA. Nobody was counted, so FLAG came and
//   went: vm_refcnt is 1 again.
// claim: holds_write_lock(w1, vma0)
// claim: did: w1 vma0->vm_refcnt 1 -> FLAG+1; did: w1 reads vma0->vm_refcnt:
//   FLAG+1; did: w1 vma0->vm_refcnt FLAG+1 -> 1; vma0->vm_refcnt == 1
// demo: r1: r1 adds its reference. The look that would have turned it away is
//   behind it.
// claim: did: r1 vma0->vm_refcnt 1 -> 2; references(r1, vma0) == 1
// claim: vma0->vm_lock_seq == mm0->mm_lock_seq.sequence; never: r1 reads
// demo: r1*3: vm_mm is right, too: r1 has the VMA read-locked while w1 has it
//   write-locked.
// claim: did: r1 reads vma0->vm_mm: mm0; never: r1 reads vma0->vm_lock_seq;
//   holds_read_lock(r1, vma0) && holds_write_lock(w1, vma0)

static inline struct vm_area_struct *
vma_start_read(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct mm_struct *owner;
	int before;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "a reader comes from RCU");

	if (READ_ONCE(vma->vm_lock_seq) == READ_ONCE(mm->mm_lock_seq.sequence)) {
		rcu_read_unlock();
		return NULL;
	}

	if (unlikely(vma->vm_lock_seq == raw_read_seqcount(&mm->mm_lock_seq))) {
		rcu_read_unlock();
		return NULL;
	}

	if (unlikely(!__refcount_inc_not_zero_limited_acquire(
			&vma->vm_refcnt, &before, VM_REFCNT_LIMIT))) {
		rcu_read_unlock();
		return before ? NULL : ERR_PTR(-EAGAIN);
	}
	__vma_lockdep_acquire_read(vma);

	if (unlikely(vma->vm_mm != mm)) {
		owner = vma->vm_mm;
		rcu_read_unlock();
		mmgrab(owner);
		vma_refcount_put(vma);
		mmdrop(owner);
		return NULL;
	}

	return vma;
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: no-recheck
// title: The reader does not look at the sequence again
// story: After its increment the reader trusts the early check. A writer can
//   lock the VMA in between: it finds no reader, stores the sequence, opens the
//   door again, and the reader walks in.
// breaks: exclusion
// steps: 28
// scenario: standard-1-1-0
// demo: r1*3: r1 finds the VMA and reads the two numbers: they differ, so it
//   looks unlocked. It is held up.
// demo: w1*21: w1 write-locks the VMA. Nobody was counted, so FLAG came and
//   went: vm_refcnt is 1 again.
// demo: r1: r1 adds its reference. the lock would now look at the numbers again, and
//   see that they are equal.
// demo: r1*3: The variant does not: r1 has the VMA read-locked while w1 has it
//   write-locked.

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

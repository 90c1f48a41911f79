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
// scenario: recycled-vma-and-exit

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

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same lock as version 3 of the series spelled it: other names, the count
 * handed out through a pointer, the mm's number handed out by the question
 * whether the VMA is write-locked, "not detached" where version 4 asks for
 * "exclusive", all of vma_mark_detached() in one function, and BUG where
 * version 4 has WARN. Left out is the one thing that behaved otherwise: the
 * assertion at the end of the exclusion (variant v3-exit-assert).
 */

static inline bool are_readers_excluded(int refcnt)
{
	if (!(refcnt & VM_REFCNT_EXCLUDE_READERS_FLAG))
		return false;
	return refcnt <= VM_REFCNT_EXCLUDE_READERS_FLAG + 1;
}

/* Whether this was the last reference; what is left goes to `left`, for who asks. */
static inline bool __vma_refcount_put(struct vm_area_struct *vma, int *left)
{
	int before;
	bool last = __refcount_dec_and_test(&vma->vm_refcnt, &before);

	if (left)
		*left = before - 1;
	return last;
}

static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	int left;

	__vma_lockdep_release_read(vma);
	if (!__vma_refcount_put(vma, &left) && are_readers_excluded(left))
		rcuwait_wake_up(&mm->vma_writer_wait);
}

/* If it is not write-locked, the caller gets the number that would make it so. */
static inline bool __is_vma_write_locked(struct vm_area_struct *vma, unsigned int *number)
{
	struct mm_struct *mm = vma->vm_mm;
	const unsigned int seq = mm->mm_lock_seq.sequence;

	mmap_assert_write_locked(mm);
	if (vma->vm_lock_seq == seq)
		return true;
	*number = seq;
	return false;
}

static void __vma_exit_exclusive_locked(struct vma_exclude_readers_state *ves)
{
	VM_WARN_ON_ONCE(ves->detached);
	ves->detached = refcount_sub_and_test(VM_REFCNT_EXCLUDE_READERS_FLAG,
					      &ves->vma->vm_refcnt);
	__vma_lockdep_release_exclusive(ves->vma);
}

static int __vma_enter_exclusive_locked(struct vma_exclude_readers_state *ves)
{
	struct vm_area_struct *vma = ves->vma;
	unsigned int target = get_target_refcnt(ves);
	int err;

	mmap_assert_write_locked(vma->vm_mm);
	VM_WARN_ON_ONCE(ves->detached);
	VM_WARN_ON_ONCE(ves->exclusive);

	if (!refcount_add_not_zero(VM_REFCNT_EXCLUDE_READERS_FLAG, &vma->vm_refcnt)) {
		ves->detached = true;
		return 0;
	}
	__vma_lockdep_acquire_exclusive(vma);
	err = rcuwait_wait_event(&vma->vm_mm->vma_writer_wait,
				 refcount_read(&vma->vm_refcnt) == target,
				 ves->state);
	if (err) {
		__vma_exit_exclusive_locked(ves);
		return err;
	}
	__vma_lockdep_stat_mark_acquired(vma);
	ves->exclusive = true;
	return 0;
}

int __vma_start_write(struct vm_area_struct *vma, unsigned int number, int state)
{
	struct vma_exclude_readers_state ves = { .vma = vma, .state = state };
	int err = __vma_enter_exclusive_locked(&ves);

	if (err) {
		WARN_ON_ONCE(ves.detached);
		return err;
	}
	WRITE_ONCE(vma->vm_lock_seq, number);
	if (!ves.detached) {
		__vma_exit_exclusive_locked(&ves);
		WARN_ON_ONCE(ves.detached);
	}
	return 0;
}

static inline void vma_start_write(struct vm_area_struct *vma)
{
	unsigned int number;

	if (!__is_vma_write_locked(vma, &number))
		__vma_start_write(vma, number, TASK_UNINTERRUPTIBLE);
}

static inline int __must_check vma_start_write_killable(struct vm_area_struct *vma)
{
	unsigned int number;

	if (__is_vma_write_locked(vma, &number))
		return 0;
	return __vma_start_write(vma, number, TASK_KILLABLE);
}

static inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
	unsigned int unused;

	VM_BUG_ON_VMA(!__is_vma_write_locked(vma, &unused), vma);
}

void vma_mark_detached(struct vm_area_struct *vma)
{
	struct vma_exclude_readers_state ves = {
		.vma = vma,
		.state = TASK_UNINTERRUPTIBLE,
		.detaching = true,
	};
	int err;

	vma_assert_write_locked(vma);
	vma_assert_attached(vma);
	if (__vma_refcount_put(vma, NULL))
		return;
	err = __vma_enter_exclusive_locked(&ves);
	if (!err && !ves.detached)
		__vma_exit_exclusive_locked(&ves);
	WARN_ON_ONCE(!ves.detached);
}

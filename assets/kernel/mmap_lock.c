/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two sides of the race: a writer or detacher shutting readers out, and a
 * reader coming in without mmap_lock.
 */

/* What the functions that shut readers out tell each other. */
struct vma_exclude_readers_state {
	/* asked for: */
	struct vm_area_struct *vma;
	int state;		/* how to sleep: TASK_... */
	bool detaching;		/* the attach reference is gone */

	/* answered: */
	bool detached;		/* vm_refcnt is 0: nobody to exclude */
	bool exclusive;		/* the flag is up and the readers are out */
};

/*
 * End the exclusion of readers, after the work is done or after giving up. On a
 * detaching VMA the flag was all that was left of the count, so dropping it
 * leaves 0: detached.
 */
static void __vma_end_exclude_readers(struct vma_exclude_readers_state *ves)
{
	struct vm_area_struct *vma = ves->vma;

	VM_WARN_ON_ONCE(ves->detached);
	ves->detached = refcount_sub_and_test(VM_REFCNT_EXCLUDE_READERS_FLAG,
					      &vma->vm_refcnt);
	__vma_lockdep_release_exclusive(vma);
}

/*
 * The two targets differ by one: an attached VMA keeps its attach reference, a
 * detaching one has dropped it.
 */
static unsigned int get_target_refcnt(struct vma_exclude_readers_state *ves)
{
	if (ves->detaching)
		return VM_REFCNT_EXCLUDE_READERS_FLAG;
	return VM_REFCNT_EXCLUDE_READERS_FLAG + 1;
}

/*
 * Exclude readers, then wait until the last one has left. Both mmap_lock for
 * write and the flag are needed: mmap_lock keeps other writers away from
 * vma_writer_wait, the flag keeps new readers away from vm_refcnt.
 *
 * Returns 0 with `exclusive` set (the caller must end the exclusion), 0 with
 * `detached` set (there was nobody; the flag is not up), or -EINTR (killed
 * while waiting; the flag is off again, and readers may come in as before).
 */
static int __vma_start_exclude_readers(struct vma_exclude_readers_state *ves)
{
	struct vm_area_struct *vma = ves->vma;
	unsigned int target = get_target_refcnt(ves);
	int err;

	mmap_assert_write_locked(vma->vm_mm);

	/*
	 * Only attach can raise a 0, and attach needs the mmap_lock that we
	 * hold: a 0 stays 0.
	 */
	if (!refcount_add_not_zero(VM_REFCNT_EXCLUDE_READERS_FLAG,
				   &vma->vm_refcnt)) {
		ves->detached = true;
		return 0;
	}
	__vma_lockdep_acquire_exclusive(vma);

	err = rcuwait_wait_event(&vma->vm_mm->vma_writer_wait,
				 refcount_read(&vma->vm_refcnt) == target,
				 ves->state);
	if (err) {
		__vma_end_exclude_readers(ves);
	} else {
		__vma_lockdep_stat_mark_acquired(vma);
		ves->exclusive = true;
	}
	return err;
}

/*
 * Write-lock a VMA that is not write-locked yet. The sequence is stored while
 * readers are excluded. Afterwards readers may raise vm_refcnt again, but
 * then they compare the numbers, see that the VMA is locked, and back off. So
 * the flag is needed only here; the lock itself is the equality of two numbers.
 *
 * A detached VMA has no readers to exclude: its sequence is stored without the
 * flag.
 */
int __vma_start_write(struct vm_area_struct *vma, int state)
{
	const unsigned int seq = __vma_raw_mm_seqnum(vma);
	struct vma_exclude_readers_state ves = { .vma = vma, .state = state };
	int err = __vma_start_exclude_readers(&ves);

	if (err) {
		WARN_ON_ONCE(ves.detached);
		return err;
	}

	/*
	 * Readers look at this without any lock in their early check: the store
	 * must be one access.
	 */
	WRITE_ONCE(vma->vm_lock_seq, seq);

	if (ves.exclusive) {
		__vma_end_exclude_readers(&ves);
		WARN_ON_ONCE(ves.detached);
	}
	return 0;
}

/*
 * The attach reference is dropped and yet vm_refcnt was not 0: transient
 * readers. Two ways this can end: the last of them leaves before the flag is
 * added, then the add finds 0 and reports detached; or we wait for them under
 * the flag.
 */
void __vma_exclude_readers_for_detach(struct vm_area_struct *vma)
{
	struct vma_exclude_readers_state ves = {
		.vma = vma,
		.state = TASK_UNINTERRUPTIBLE,
		.detaching = true,
	};

	if (!__vma_start_exclude_readers(&ves) && ves.exclusive)
		__vma_end_exclude_readers(&ves);
	WARN_ON_ONCE(!ves.detached);
}

/*
 * Try to read-lock a VMA found in the tree, without mmap_lock and without
 * waiting. It may fail for no good reason, and then the caller takes mmap_lock;
 * it must never succeed on a VMA that somebody has write-locked.
 *
 * The caller is inside RCU, which is what keeps `vma` a VMA at all. Mind: on
 * failure we have already LEFT RCU. NULL: locked, or not ours. -EAGAIN: it was
 * detached, so the tree has something else by now: look it up again.
 */
static inline struct vm_area_struct *
vma_start_read(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct mm_struct *owner;
	int before;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "a reader comes from RCU");

	/*
	 * A first look that saves the two atomics in the common bad case.
	 * Nothing rests on it: it may be wrong both ways.
	 */
	if (READ_ONCE(vma->vm_lock_seq) == READ_ONCE(mm->mm_lock_seq.sequence)) {
		rcu_read_unlock();
		return NULL;
	}

	/*
	 * One atomic decides: 0 is detached, above the limit is the flag. From
	 * here on we are visible to a writer.
	 */
	if (unlikely(!__refcount_inc_not_zero_limited_acquire(
			&vma->vm_refcnt, &before, VM_REFCNT_LIMIT))) {
		rcu_read_unlock();
		return before ? NULL : ERR_PTR(-EAGAIN);
	}
	__vma_lockdep_acquire_read(vma);

	/*
	 * Between the tree and here the object may have been freed, and used
	 * again for another mm. We now hold a reference in a stranger's VMA,
	 * and his writer may be waiting for us. Dropping it may wake that
	 * writer, who may then finish and free the mm we are about to look
	 * into: so take hold of the mm first. Outside RCU, as mmdrop() may be
	 * heavy.
	 */
	if (unlikely(vma->vm_mm != mm)) {
		owner = vma->vm_mm;
		rcu_read_unlock();
		mmgrab(owner);
		vma_refcount_put(vma);
		mmdrop(owner);
		return NULL;
	}

	/*
	 * The look that counts. We hold a reference, so no writer can be in the
	 * middle of locking: either it finished before our increment, and its
	 * number is in vm_lock_seq; or it comes later, and waits for us.
	 */
	if (unlikely(vma->vm_lock_seq == raw_read_seqcount(&mm->mm_lock_seq))) {
		vma_refcount_put(vma);
		rcu_read_unlock();
		return NULL;
	}

	return vma;
}

/*
 * The page fault's way in: find the VMA at an address and read-lock it, all
 * without mmap_lock. NULL means: take mmap_lock for read and do it the slow
 * way.
 */
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

	/* The reference keeps the VMA now. */
	rcu_read_unlock();

	/*
	 * It is ours, but if it was recycled within this mm it may have moved.
	 */
	if (unlikely(address < vma->vm_start || address >= vma->vm_end)) {
		vma_end_read(vma);
		return NULL;
	}
	return vma;
}

/*
 * For who needs the VMA lock and nothing else: mmap_lock is taken only to wait
 * for a writer, and to learn for sure whether there is a VMA at all. Then the
 * search begins anew. Nothing promises that it succeeds this time, or the next.
 */
struct vm_area_struct *lock_vma_under_rcu_wait(struct mm_struct *mm,
					       unsigned long address)
{
	struct vm_area_struct *vma;
	bool mapped;

	do {
		vma = lock_vma_under_rcu(mm, address);
		if (vma)
			return vma;
		mmap_read_lock(mm);
		mapped = vma_lookup(mm, address) != NULL;
		mmap_read_unlock(mm);
	} while (mapped);
	return NULL;
}

/* For walks over all VMAs, one VMA lock at a time. */

/*
 * A read-locked VMA is not necessarily the next one from `address`. It may have
 * been recycled to a place behind us; or it may lie ahead of us with a gap in
 * between that was not there, or is filled by now. While nobody had mmap_lock
 * for write since the walk began, the tree is what it was and there is nothing
 * to find out; else look once more, the VMA being held now.
 */
static bool __vma_is_next(struct mm_struct *mm, struct vma_iterator *vmi,
			  struct vm_area_struct *vma, unsigned long address,
			  bool quiet, unsigned int seq)
{
	if (address >= vma->vm_end)
		return false;
	if (address >= vma->vm_start)
		return true;
	if (quiet && !mmap_lock_speculate_retry(mm, seq))
		return true;
	vma_iter_set(vmi, address);
	return vma_next(vmi) == vma;
}

/* With mmap_lock held for read the next VMA is what the tree says, and not locked. */
static struct vm_area_struct *
lock_next_vma_under_mmap_lock(struct mm_struct *mm, struct vma_iterator *vmi,
			      unsigned long address)
{
	struct vm_area_struct *vma;
	int err = mmap_read_lock_killable(mm);

	if (err)
		return ERR_PTR(err);
	vma_iter_set(vmi, address);
	vma = vma_next(vmi);
	if (vma && unlikely(!vma_start_read_locked(vma)))
		vma = ERR_PTR(-EAGAIN);
	mmap_read_unlock(mm);
	return vma;
}

/*
 * The first VMA that ends behind `address`, read-locked; NULL when there is none.
 * The caller is inside RCU and still is when this returns, but it may have been
 * outside in between: then the iterator, which points into the tree, was set
 * anew. The caller holds no VMA lock: this may wait for mmap_lock.
 */
struct vm_area_struct *lock_next_vma(struct mm_struct *mm,
				     struct vma_iterator *vmi,
				     unsigned long address)
{
	struct vm_area_struct *vma;
	unsigned int seq;
	bool quiet;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "a walk is inside RCU");

	for (;;) {
		quiet = mmap_lock_speculate_try_begin(mm, &seq);
		vma = vma_next(vmi);
		if (!vma)
			return NULL;
		vma = vma_start_read(mm, vma);
		if (PTR_ERR(vma) != -EAGAIN)
			break;
		/* Detached: vma_start_read() has left RCU, and what the iterator points at with it. */
		rcu_read_lock();
		vma_iter_set(vmi, address);
	}

	if (vma) {
		if (likely(__vma_is_next(mm, vmi, vma, address, quiet, seq)))
			return vma;
		rcu_read_unlock();
		vma_end_read(vma);
	}
	vma = lock_next_vma_under_mmap_lock(mm, vmi, address);
	rcu_read_lock();
	vma_iter_set(vmi, IS_ERR_OR_NULL(vma) ? address : vma->vm_end);
	return vma;
}

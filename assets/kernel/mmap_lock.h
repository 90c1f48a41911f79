/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The per-VMA lock as callers see it: mmap_lock with its sequence count, the
 * read lock, the write lock, attach and detach, and the assertions. The slow
 * and the lockless halves are in mmap_lock.c.
 */
#ifndef VMALAB_MMAP_LOCK_H
#define VMALAB_MMAP_LOCK_H

int __vma_start_write(struct vm_area_struct *vma, int state);
void __vma_exclude_readers_for_detach(struct vm_area_struct *vma);
struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm,
					  unsigned long address);
struct vm_area_struct *lock_vma_under_rcu_wait(struct mm_struct *mm,
					       unsigned long address);
struct vm_area_struct *lock_next_vma(struct mm_struct *mm,
				     struct vma_iterator *vmi,
				     unsigned long address);

static inline void mmap_assert_locked(const struct mm_struct *mm)
{
	rwsem_assert_held(&mm->mmap_lock);
}

static inline void mmap_assert_write_locked(const struct mm_struct *mm)
{
	rwsem_assert_held_write(&mm->mmap_lock);
}

/*
 * What lockdep is told. A read lock is an ordinary shared lock. A write lock is
 * shown as exclusive only while readers are being shut out; after that it
 * belongs to mmap_lock, which lockdep follows anyway.
 */
#ifdef CONFIG_LOCKDEP
#define __vma_lockdep_map(vma) (&(vma)->vmlock_dep_map)
#else
#define __vma_lockdep_map(vma) NULL
#endif
#define __vma_lockdep_acquire_read(vma) \
	lock_acquire_shared(__vma_lockdep_map(vma), 0, 1, NULL, 0)
#define __vma_lockdep_release_read(vma) \
	lock_release(__vma_lockdep_map(vma), 0)
#define __vma_lockdep_acquire_exclusive(vma) \
	lock_acquire_exclusive(__vma_lockdep_map(vma), 0, 0, NULL, 0)
#define __vma_lockdep_release_exclusive(vma) \
	lock_release(__vma_lockdep_map(vma), 0)
#define __vma_lockdep_stat_mark_acquired(vma) \
	lock_acquired(__vma_lockdep_map(vma), 0)

/*
 * The sequence count of the mm: even, nobody writes; odd, mmap_lock is held for
 * write.
 */

static inline void mm_lock_seqcount_begin(struct mm_struct *mm)
{
	do_raw_write_seqcount_begin(&mm->mm_lock_seq);
}

static inline void mm_lock_seqcount_end(struct mm_struct *mm)
{
	do_raw_write_seqcount_end(&mm->mm_lock_seq);
}

/*
 * Did anybody change the address space while we looked at it? False at once when
 * somebody is about to: then there is no point in looking.
 */
static inline bool mmap_lock_speculate_try_begin(struct mm_struct *mm,
						 unsigned int *seq)
{
	return raw_seqcount_try_begin(&mm->mm_lock_seq, *seq);
}

static inline bool mmap_lock_speculate_retry(struct mm_struct *mm,
					     unsigned int seq)
{
	return read_seqcount_retry(&mm->mm_lock_seq, seq);
}

/*
 * A fresh VMA. UINT_MAX equals no mm_lock_seq that has been used yet, so it
 * reads as "not write-locked". vm_area_alloc() has made vm_refcnt 0 already;
 * only a byte-wise copy of another VMA has to be reset.
 */
static inline void vma_lock_init(struct vm_area_struct *vma, bool reset_refcnt)
{
	if (reset_refcnt)
		refcount_set(&vma->vm_refcnt, 0);
	vma->vm_lock_seq = UINT_MAX;
}

/* Dropping a reference. */

/*
 * Is it time to wake the thread that set the flag? It waits for flag + 1 on an
 * attached VMA (the 1 is the attach reference) and for the bare flag on one
 * being detached (that reference is gone). From the number alone the two cannot
 * be told apart, so a detacher is also woken at flag + 1, one reader early. It
 * looks again and goes on waiting.
 */
static inline bool __vma_are_readers_excluded(int refcnt)
{
	if (!(refcnt & VM_REFCNT_EXCLUDE_READERS_FLAG))
		return false;
	return refcnt <= VM_REFCNT_EXCLUDE_READERS_FLAG + 1;
}

/*
 * Take 1 off and say what is left. At 0 the VMA is detached and may be freed by
 * somebody else at any moment.
 */
static inline unsigned int __must_check
__vma_refcount_put_return(struct vm_area_struct *vma)
{
	int before;
	bool last = __refcount_dec_and_test(&vma->vm_refcnt, &before);

	return last ? 0 : before - 1;
}

/*
 * A reader leaves. Its reference is all that keeps the VMA from being freed or
 * recycled, so vm_mm is read while we still have it. The mm must outlive this
 * function for a different reason: a reader of its own mm knows that it does,
 * and vma_start_read() takes care when it finds itself on the VMA of another
 * mm.
 *
 * At 0 there is nobody to wake: the detacher has not set the flag yet, and will
 * find the VMA detached.
 */
static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned int left;

	__vma_lockdep_release_read(vma);
	left = __vma_refcount_put_return(vma);
	if (left && __vma_are_readers_excluded(left))
		rcuwait_wake_up(&mm->vma_writer_wait);
}

/*
 * The read lock. lock_vma_under_rcu() takes it without mmap_lock; these two
 * take it with mmap_lock.
 */

/*
 * With mmap_lock held for read nobody can be write-locking or detaching, so
 * adding 1 is all there is to it: no sequence to compare, no second look.
 * Typical use: take this, drop mmap_lock, keep the VMA. It fails only when
 * there are too many references.
 */
static inline bool vma_start_read_locked_nested(struct vm_area_struct *vma,
						int subclass)
{
	int before;

	mmap_assert_locked(vma->vm_mm);
	if (!__refcount_inc_not_zero_limited_acquire(&vma->vm_refcnt, &before,
						     VM_REFCNT_LIMIT))
		return false;
	__vma_lockdep_acquire_read(vma);
	return true;
}

static inline bool vma_start_read_locked(struct vm_area_struct *vma)
{
	return vma_start_read_locked_nested(vma, 0);
}

static inline void vma_end_read(struct vm_area_struct *vma)
{
	vma_refcount_put(vma);
}

/* The write lock. There is no vma_end_write(): see vma_end_write_all(). */

/* The mm's sequence, stable because the caller holds mmap_lock for write. */
static inline unsigned int __vma_raw_mm_seqnum(struct vm_area_struct *vma)
{
	const struct mm_struct *owner = vma->vm_mm;

	mmap_assert_write_locked(vma->vm_mm);
	return owner->mm_lock_seq.sequence;
}

/*
 * Equal numbers mean write-locked. vm_refcnt does not tell: it is 1 for an idle
 * VMA and 1 for a write-locked one.
 */
static inline bool __is_vma_write_locked(struct vm_area_struct *vma)
{
	return vma->vm_lock_seq == __vma_raw_mm_seqnum(vma);
}

/*
 * Holding mmap_lock for write stops other writers. It does not stop page
 * faults, which read-lock the VMA without mmap_lock; this does. A second call
 * for the same VMA finds the numbers equal and is done.
 */
static inline void vma_start_write(struct vm_area_struct *vma)
{
	if (!__is_vma_write_locked(vma))
		__vma_start_write(vma, TASK_UNINTERRUPTIBLE);
}

/*
 * The same, but a fatal signal may end the wait for readers: then -EINTR, and
 * nothing is locked.
 */
static inline int __must_check vma_start_write_killable(struct vm_area_struct *vma)
{
	if (!__is_vma_write_locked(vma))
		return __vma_start_write(vma, TASK_KILLABLE);
	return 0;
}

/*
 * Assertions. With lockdep they are exact. Without it they only see that
 * somebody, anybody, holds the lock.
 */

static inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
	VM_WARN_ON_ONCE_VMA(!__is_vma_write_locked(vma), vma);
}

/*
 * Read-locked or write-locked, and attached. Lockdep knows this thread's read
 * lock. Without lockdep a number above 1 is taken as proof: somebody's
 * reference, or somebody shutting readers out. At 1 only a write lock is left.
 */
static inline void vma_assert_locked(struct vm_area_struct *vma)
{
	unsigned int refcnt;

	if (IS_ENABLED(CONFIG_LOCKDEP)) {
		if (!lock_is_held(__vma_lockdep_map(vma)))
			vma_assert_write_locked(vma);
	} else {
		refcnt = refcount_read(&vma->vm_refcnt);
		if (refcnt <= 1) {
			VM_WARN_ON_ONCE_VMA(refcnt == 0, vma);
			vma_assert_write_locked(vma);
		}
	}
}

/*
 * "This VMA will not change under me": mmap_lock in either mode is enough, and
 * so is the VMA's own lock. mmap_lock is asked first: without lockdep, the
 * reference of some other reader would pass for ours.
 */
static inline void vma_assert_stabilised(struct vm_area_struct *vma)
{
	bool by_mmap_lock;

	if (IS_ENABLED(CONFIG_LOCKDEP))
		by_mmap_lock = lockdep_is_held(&vma->vm_mm->mmap_lock);
	else
		by_mmap_lock = rwsem_is_locked(&vma->vm_mm->mmap_lock);
	if (!by_mmap_lock)
		vma_assert_locked(vma);
}

/*
 * Worth asking only with mmap_lock held for write, or when nobody else can
 * reach the VMA: else it is stale at once.
 */
static inline bool vma_is_attached(struct vm_area_struct *vma)
{
	return refcount_read(&vma->vm_refcnt) != 0;
}

static inline void vma_assert_attached(struct vm_area_struct *vma)
{
	WARN_ON_ONCE(!vma_is_attached(vma));
}

static inline void vma_assert_detached(struct vm_area_struct *vma)
{
	WARN_ON_ONCE(vma_is_attached(vma));
}

static inline void vma_assert_can_modify(struct vm_area_struct *vma)
{
	if (vma_is_attached(vma))
		vma_assert_write_locked(vma);
}

/* Attach and detach. */

/*
 * 0 becomes 1, and from then on readers may come in. Nobody else touches a 0,
 * so a plain store will do; release, so that whoever sees the 1 also sees the
 * VMA filled in. The VMA is write-locked: early readers back off.
 */
static inline void vma_mark_attached(struct vm_area_struct *vma)
{
	vma_assert_write_locked(vma);
	vma_assert_detached(vma);
	refcount_set_release(&vma->vm_refcnt, 1);
}

/*
 * Give up the attach reference. Normally that leaves 0 and the VMA is detached
 * for good: no reader raises a 0. If it does not, then the rest are transient
 * readers, in between their increment and their second look at the sequence.
 * They are about to leave, but the VMA must not be freed before they have:
 * exclude readers and wait.
 */
static inline void vma_mark_detached(struct vm_area_struct *vma)
{
	vma_assert_write_locked(vma);
	vma_assert_attached(vma);
	if (__vma_refcount_put_return(vma))
		__vma_exclude_readers_for_detach(vma);
}

/*
 * mmap_lock. Taking it for write makes mm_lock_seq odd, whatever way ends that
 * makes it even.
 */

/*
 * Every VMA write lock of this mm ends here, all at once, because no
 * vm_lock_seq equals the new number. The order against the release of mmap_lock
 * matters: once that is free, the next writer starts counting.
 */
static inline void vma_end_write_all(struct mm_struct *mm)
{
	mmap_assert_write_locked(mm);
	mm_lock_seqcount_end(mm);
}

static inline void mmap_write_lock(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
	mm_lock_seqcount_begin(mm);
}

static inline void mmap_write_lock_nested(struct mm_struct *mm, int subclass)
{
	down_write_nested(&mm->mmap_lock, subclass);
	mm_lock_seqcount_begin(mm);
}

static inline int __must_check mmap_write_lock_killable(struct mm_struct *mm)
{
	int err = down_write_killable(&mm->mmap_lock);

	if (err)
		return err;
	mm_lock_seqcount_begin(mm);
	return 0;
}

static inline void mmap_write_unlock(struct mm_struct *mm)
{
	vma_end_write_all(mm);
	up_write(&mm->mmap_lock);
}

/*
 * Keep mmap_lock, but for read: the VMA write locks end here just as at unlock.
 */
static inline void mmap_write_downgrade(struct mm_struct *mm)
{
	vma_end_write_all(mm);
	downgrade_write(&mm->mmap_lock);
}

static inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
}

static inline int __must_check mmap_read_lock_killable(struct mm_struct *mm)
{
	return down_read_killable(&mm->mmap_lock);
}

static inline bool __must_check mmap_read_trylock(struct mm_struct *mm)
{
	return down_read_trylock(&mm->mmap_lock) != 0;
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_lock);
}

/* The whole lock as guards: guard(mmap_read_lock)(mm). */
DEFINE_GUARD(mmap_read_lock, struct mm_struct *, mmap_read_lock(_T), mmap_read_unlock(_T))
DEFINE_GUARD_COND(mmap_read_lock, _try, mmap_read_trylock(_T))
DEFINE_GUARD(mmap_write_lock, struct mm_struct *, mmap_write_lock(_T), mmap_write_unlock(_T))

#endif

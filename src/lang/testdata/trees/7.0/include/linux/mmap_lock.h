/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: the lock of Linux 7.0. Only the names and what they do are the kernel's. */
#ifndef _LINUX_MMAP_LOCK_H
#define _LINUX_MMAP_LOCK_H

#include <linux/lockdep.h>
#include <linux/mm_types.h>
#include <linux/rwsem.h>

int rcuwait_wake_up(struct rcuwait *w);
DECLARE_TRACEPOINT(mmap_lock_released);

#ifdef CONFIG_TRACING
void __mmap_lock_do_trace_released(struct mm_struct *mm, bool write);

static inline void __mmap_lock_trace_released(struct mm_struct *mm, bool write)
{
	if (tracepoint_enabled(mmap_lock_released))
		__mmap_lock_do_trace_released(mm, write);
}
#else
static inline void __mmap_lock_trace_released(struct mm_struct *mm, bool write) {}
#endif

static inline void mmap_assert_locked(const struct mm_struct *mm)
{
	rwsem_assert_held(&mm->mmap_lock);
}

static inline void mmap_assert_write_locked(const struct mm_struct *mm)
{
	rwsem_assert_held_write(&mm->mmap_lock);
}

#ifdef CONFIG_PER_VMA_LOCK

#ifdef CONFIG_LOCKDEP
#define __vma_lockdep_map(vma) (&(vma)->vmlock_dep_map)
#else
#define __vma_lockdep_map(vma) NULL
#endif
#define __vma_lockdep_acquire_read(vma)	lock_acquire_shared(__vma_lockdep_map(vma), 0, 1, NULL, _RET_IP_)
#define __vma_lockdep_release_read(vma)	lock_release(__vma_lockdep_map(vma), _RET_IP_)
#define __vma_lockdep_acquire_exclusive(vma)	lock_acquire_exclusive(__vma_lockdep_map(vma), 0, 0, NULL, _RET_IP_)
#define __vma_lockdep_release_exclusive(vma)	lock_release(__vma_lockdep_map(vma), _RET_IP_)
#define __vma_lockdep_stat_mark_acquired(vma)	lock_acquired(__vma_lockdep_map(vma), _RET_IP_)

static inline void mm_lock_seqcount_begin(struct mm_struct *mm)
{
	do_raw_write_seqcount_begin(&mm->mm_lock_seq);
}

static inline void mm_lock_seqcount_end(struct mm_struct *mm)
{
	ASSERT_EXCLUSIVE_WRITER(mm->mm_lock_seq);
	do_raw_write_seqcount_end(&mm->mm_lock_seq);
}

static inline bool mmap_lock_speculate_try_begin(struct mm_struct *mm, unsigned int *seq)
{
	return raw_seqcount_try_begin(&mm->mm_lock_seq, *seq);
}

static inline bool mmap_lock_speculate_retry(struct mm_struct *mm, unsigned int seq)
{
	return read_seqcount_retry(&mm->mm_lock_seq, seq);
}

static inline void vma_lock_init(struct vm_area_struct *vma, bool reset_refcnt)
{
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	static struct lock_class_key key;

	lockdep_init_map(__vma_lockdep_map(vma), "vm_lock", &key, 0);
#endif
	vma->vm_lock_seq = UINT_MAX;
	if (reset_refcnt)
		refcount_set(&vma->vm_refcnt, 0);
}

static inline bool __vma_are_readers_excluded(int refcnt)
{
	return refcnt <= VM_REFCNT_EXCLUDE_READERS_FLAG + 1 && (refcnt & VM_REFCNT_EXCLUDE_READERS_FLAG);
}

static inline __must_check unsigned int
__vma_refcount_put_return(struct vm_area_struct *vma)
{
	int before;

	return __refcount_dec_and_test(&vma->vm_refcnt, &before) ? 0 : before - 1;
}

static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	struct mm_struct *owner = vma->vm_mm; /* the VMA may be gone in a moment */
	int left;

	__vma_lockdep_release_read(vma);
	left = __vma_refcount_put_return(vma);
	if (left == 0)
		return;
	if (__vma_are_readers_excluded(left))
		rcuwait_wake_up(&owner->vma_writer_wait);
}

static inline bool vma_start_read_locked_nested(struct vm_area_struct *vma, int subclass)
{
	int seen;

	mmap_assert_locked(vma->vm_mm);
	if (likely(__refcount_inc_not_zero_limited_acquire(&vma->vm_refcnt, &seen, VM_REFCNT_LIMIT))) {
		__vma_lockdep_acquire_read(vma);
		return true;
	}
	return false;
}

static inline bool vma_start_read_locked(struct vm_area_struct *vma)
{
	return vma_start_read_locked_nested(vma, 0);
}

static inline void vma_end_read(struct vm_area_struct *vma)
{
	vma_refcount_put(vma);
}

static inline unsigned int __vma_raw_mm_seqnum(struct vm_area_struct *vma)
{
	mmap_assert_write_locked(vma->vm_mm);
	return vma->vm_mm->mm_lock_seq.sequence;
}

static inline bool __is_vma_write_locked(struct vm_area_struct *vma)
{
	return __vma_raw_mm_seqnum(vma) == vma->vm_lock_seq;
}

int __vma_start_write(struct vm_area_struct *vma, int state);

static inline void vma_start_write(struct vm_area_struct *vma)
{
	if (!__is_vma_write_locked(vma))
		__vma_start_write(vma, TASK_UNINTERRUPTIBLE);
}

static inline __must_check
int vma_start_write_killable(struct vm_area_struct *vma)
{
	return __is_vma_write_locked(vma) ? 0 : __vma_start_write(vma, TASK_KILLABLE);
}

static inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
	VM_WARN_ON_ONCE_VMA(!__is_vma_write_locked(vma), vma);
}

static inline void vma_assert_locked(struct vm_area_struct *vma)
{
	unsigned int count;

	if (IS_ENABLED(CONFIG_LOCKDEP)) {
		if (lock_is_held(__vma_lockdep_map(vma)))
			return;
		vma_assert_write_locked(vma);
		return;
	}
	count = refcount_read(&vma->vm_refcnt);
	VM_WARN_ON_ONCE_VMA(count == 0, vma);
	if (count < 2)
		vma_assert_write_locked(vma);
}

static inline void vma_assert_stabilised(struct vm_area_struct *vma)
{
	if (IS_ENABLED(CONFIG_LOCKDEP) ? lockdep_is_held(&vma->vm_mm->mmap_lock)
				       : rwsem_is_locked(&vma->vm_mm->mmap_lock))
		return;
	vma_assert_locked(vma);
}

static inline bool vma_is_attached(struct vm_area_struct *vma)
{
	return refcount_read(&vma->vm_refcnt) > 0;
}

static inline void vma_assert_attached(struct vm_area_struct *vma)
{
	WARN_ON_ONCE(!vma_is_attached(vma));
}

static inline void vma_assert_detached(struct vm_area_struct *vma)
{
	WARN_ON_ONCE(vma_is_attached(vma));
}

static inline void vma_mark_attached(struct vm_area_struct *vma)
{
	vma_assert_write_locked(vma);
	vma_assert_detached(vma);
	refcount_set_release(&vma->vm_refcnt, 1);
}

void __vma_exclude_readers_for_detach(struct vm_area_struct *vma);

static inline void vma_mark_detached(struct vm_area_struct *vma)
{
	vma_assert_write_locked(vma);
	vma_assert_attached(vma);
	if (unlikely(__vma_refcount_put_return(vma) != 0))
		__vma_exclude_readers_for_detach(vma);
}

struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long address);
struct vm_area_struct *lock_next_vma(struct mm_struct *mm, struct vma_iterator *vmi,
				     unsigned long address);

#else /* CONFIG_PER_VMA_LOCK */

static inline void mm_lock_seqcount_begin(struct mm_struct *mm) {}
static inline void mm_lock_seqcount_end(struct mm_struct *mm) {}

static inline void vma_lock_init(struct vm_area_struct *vma, bool reset_refcnt) {}
static inline void vma_end_read(struct vm_area_struct *vma) {}
static inline void vma_start_write(struct vm_area_struct *vma) {}
static inline void vma_mark_attached(struct vm_area_struct *vma) {}
static inline void vma_mark_detached(struct vm_area_struct *vma) {}
static inline struct vm_area_struct *
lock_vma_under_rcu(struct mm_struct *mm, unsigned long address)
{
	return NULL;
}

#endif /* CONFIG_PER_VMA_LOCK */

/* Ends every write lock on a VMA of this mm. */
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
	const int killed = down_write_killable(&mm->mmap_lock);

	if (killed == 0)
		mm_lock_seqcount_begin(mm);
	return killed;
}

static inline void mmap_write_unlock(struct mm_struct *mm)
{
	__mmap_lock_trace_released(mm, true);
	vma_end_write_all(mm);
	up_write(&mm->mmap_lock);
}

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
	__mmap_lock_trace_released(mm, false);
	up_read(&mm->mmap_lock);
}

DEFINE_GUARD(mmap_read_lock, struct mm_struct *, mmap_read_lock(_T), mmap_read_unlock(_T))

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: the lock of Linux 6.18. Only the names and what they do are the kernel's. */
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

	lockdep_init_map(&vma->vmlock_dep_map, "vm_lock", &key, 0);
#endif
	vma->vm_lock_seq = UINT_MAX;
	if (reset_refcnt)
		refcount_set(&vma->vm_refcnt, 0);
}

/* Nobody but a writer, and the attach reference if there is one. */
static inline bool is_vma_writer_only(int refcnt)
{
	if (!(refcnt & VMA_LOCK_OFFSET))
		return false;
	return refcnt - VMA_LOCK_OFFSET < 2;
}

static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	struct mm_struct *owner = vma->vm_mm; /* the VMA may be gone in a moment */
	int before;

	rwsem_release(&vma->vmlock_dep_map, _RET_IP_);
	if (__refcount_dec_and_test(&vma->vm_refcnt, &before))
		return;
	if (is_vma_writer_only(before - 1))
		rcuwait_wake_up(&owner->vma_writer_wait);
}

static inline bool vma_start_read_locked_nested(struct vm_area_struct *vma, int subclass)
{
	int seen;

	mmap_assert_locked(vma->vm_mm);
	if (likely(__refcount_inc_not_zero_limited_acquire(&vma->vm_refcnt, &seen, VMA_REF_LIMIT))) {
		rwsem_acquire_read(&vma->vmlock_dep_map, 0, 1, _RET_IP_);
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

/* Also says what the sequence is, for the caller that will store it. */
static bool __is_vma_write_locked(struct vm_area_struct *vma, unsigned int *mm_lock_seq)
{
	const struct mm_struct *mm = vma->vm_mm;

	mmap_assert_write_locked(mm);
	*mm_lock_seq = mm->mm_lock_seq.sequence;
	return *mm_lock_seq == vma->vm_lock_seq;
}

void __vma_start_write(struct vm_area_struct *vma, unsigned int mm_lock_seq);

static inline void vma_start_write(struct vm_area_struct *vma)
{
	unsigned int now;

	if (!__is_vma_write_locked(vma, &now))
		__vma_start_write(vma, now);
}

static inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
	unsigned int unused;

	VM_BUG_ON_VMA(!__is_vma_write_locked(vma, &unused), vma);
}

static inline void vma_assert_locked(struct vm_area_struct *vma)
{
	unsigned int unused;

	VM_BUG_ON_VMA(refcount_read(&vma->vm_refcnt) < 2 && !__is_vma_write_locked(vma, &unused), vma);
}

static inline void vma_assert_attached(struct vm_area_struct *vma)
{
	WARN_ON_ONCE(refcount_read(&vma->vm_refcnt) == 0);
}

static inline void vma_assert_detached(struct vm_area_struct *vma)
{
	WARN_ON_ONCE(refcount_read(&vma->vm_refcnt) != 0);
}

static inline void vma_mark_attached(struct vm_area_struct *vma)
{
	vma_assert_write_locked(vma);
	vma_assert_detached(vma);
	refcount_set_release(&vma->vm_refcnt, 1);
}

void vma_mark_detached(struct vm_area_struct *vma);
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

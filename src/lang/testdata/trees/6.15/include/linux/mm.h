/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: the lock as its users see it. Only the names and what they do are the kernel's. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/mm_types.h>
#include <linux/mmap_lock.h>

extern unsigned long max_mapnr;

#ifdef CONFIG_PER_VMA_LOCK

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

/* Called inside RCU, and comes back inside RCU. NULL: locked by a writer. -EAGAIN: detached. */
static inline struct vm_area_struct *
vma_start_read(struct mm_struct *mm, struct vm_area_struct *vma)
{
	int seen;
	bool got;

	if (READ_ONCE(mm->mm_lock_seq.sequence) == READ_ONCE(vma->vm_lock_seq))
		return NULL;

	got = __refcount_inc_not_zero_limited_acquire(&vma->vm_refcnt, &seen, VMA_REF_LIMIT);
	if (unlikely(!got))
		return seen == 0 ? ERR_PTR(-EAGAIN) : NULL;
	rwsem_acquire_read(&vma->vmlock_dep_map, 0, 1, _RET_IP_);

	if (likely(vma->vm_lock_seq != raw_read_seqcount(&mm->mm_lock_seq)))
		return vma;

	vma_refcount_put(vma);
	return NULL;
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

#else /* CONFIG_PER_VMA_LOCK */

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

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: the lock as its users see it. Only the names and what they do are the kernel's. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/mm_types.h>
#include <linux/mmap_lock.h>

extern unsigned long max_mapnr;

#ifdef CONFIG_PER_VMA_LOCK

/* The lock of Linux 6.4 to 6.14: an rwsem of its own for each VMA. */
static inline bool vma_start_read(struct vm_area_struct *vma)
{
	bool locked;

	if (READ_ONCE(vma->vm_mm->mm_lock_seq.sequence) == READ_ONCE(vma->vm_lock_seq))
		return false;
	locked = down_read_trylock(&vma->vm_lock->lock);
	if (locked && vma->vm_lock_seq == raw_read_seqcount(&vma->vm_mm->mm_lock_seq)) {
		up_read(&vma->vm_lock->lock);
		locked = false;
	}
	return locked;
}

static inline void vma_end_read(struct vm_area_struct *vma)
{
	rcu_read_lock();
	up_read(&vma->vm_lock->lock);
	rcu_read_unlock();
}

static bool __is_vma_write_locked(struct vm_area_struct *vma, unsigned int *mm_lock_seq)
{
	mmap_assert_write_locked(vma->vm_mm);
	*mm_lock_seq = vma->vm_mm->mm_lock_seq.sequence;
	return *mm_lock_seq == vma->vm_lock_seq;
}

static inline void vma_start_write(struct vm_area_struct *vma)
{
	unsigned int now;

	if (__is_vma_write_locked(vma, &now))
		return;
	down_write(&vma->vm_lock->lock);
	WRITE_ONCE(vma->vm_lock_seq, now);
	up_write(&vma->vm_lock->lock);
}

static inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
	unsigned int unused;

	VM_BUG_ON_VMA(!__is_vma_write_locked(vma, &unused), vma);
}

static inline void vma_mark_detached(struct vm_area_struct *vma, bool detached)
{
	if (detached)
		vma_assert_write_locked(vma);
	vma->detached = detached;
}

#else /* CONFIG_PER_VMA_LOCK */

#endif /* CONFIG_PER_VMA_LOCK */

#endif

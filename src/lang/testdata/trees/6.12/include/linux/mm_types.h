/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: an age with another lock. Only the names and what they do are the kernel's. */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

struct vma_lock {
	struct rw_semaphore lock;
};

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	struct mm_struct *vm_mm;
	bool detached;
	unsigned int vm_lock_seq;
	struct vma_lock *vm_lock;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	struct lockdep_map vmlock_dep_map;
#endif
};

#endif

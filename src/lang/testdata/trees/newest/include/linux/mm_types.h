/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: the words of vm_refcnt since 7.0. Only the names and what they do are the kernel's. */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#define VM_REFCNT_EXCLUDE_READERS_BIT	(30)
#define VM_REFCNT_EXCLUDE_READERS_FLAG	(1U << VM_REFCNT_EXCLUDE_READERS_BIT)
#define VM_REFCNT_LIMIT			(VM_REFCNT_EXCLUDE_READERS_FLAG - 1)

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	struct mm_struct *vm_mm;
	unsigned int vm_lock_seq;
	refcount_t vm_refcnt;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	struct lockdep_map vmlock_dep_map;
#endif
};

#endif

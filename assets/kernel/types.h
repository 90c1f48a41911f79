/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The numbers the protocol is written in. The objects themselves (mm_struct,
 * vm_area_struct, task_struct) are the simulator's; these are the words of
 * theirs that matter here:
 *
 *   mm->mmap_lock        over the whole address space: one writer, many readers
 *   mm->mm_lock_seq      +1 when mmap_lock is write-locked, +1 when that ends
 *   mm->vma_writer_wait  the thread that waits for readers to leave a VMA
 *   mm->mm_count         keeps the memory of the mm_struct itself
 *   mm->mm_mt            the tree from address to VMA
 *   vma->vm_refcnt       who is in: see below
 *   vma->vm_lock_seq     equals mm_lock_seq exactly while write-locked
 *   vma->vm_mm           the owner; changes when the object is recycled
 */
#ifndef VMALAB_TYPES_H
#define VMALAB_TYPES_H

#define UINT_MAX	(~0U)

#define ENOENT		2
#define EINTR		4
#define EAGAIN		11
#define ENOMEM		12

#define PAGE_SIZE	0x1000UL

/*
 * What a task may be doing. KILLABLE is UNINTERRUPTIBLE sleep that a fatal
 * signal may still end.
 */
#define TASK_RUNNING		0x0
#define TASK_UNINTERRUPTIBLE	0x2
#define TASK_WAKEKILL		0x100
#define TASK_KILLABLE		(TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)

/*
 * vm_refcnt is a number and a flag in one word, so that one atomic instruction
 * can look at both.
 *
 * The number: 1 for being attached to an address space, and 1 more for each
 * reader, whether it has the read lock or is still finding out that it may not
 * have it.
 *
 * The flag (bit 30) excludes readers: a reader adds its 1 only to a value that is
 * not 0 and not above the limit, and every value with the flag is above it. The
 * flag does not revoke references: whoever set it waits until the number has
 * come down. It is up for a moment only; a write-locked VMA does not carry it.
 */
#define VM_REFCNT_EXCLUDE_READERS_BIT	30
#define VM_REFCNT_EXCLUDE_READERS_FLAG	(1U << VM_REFCNT_EXCLUDE_READERS_BIT)
#define VM_REFCNT_LIMIT			(VM_REFCNT_EXCLUDE_READERS_FLAG - 1)
/* The same numbers by the names that Linux 6.15 to 6.19 have for them. */
#define VMA_LOCK_OFFSET			VM_REFCNT_EXCLUDE_READERS_FLAG
#define VMA_REF_LIMIT			VM_REFCNT_LIMIT

#endif

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

/* A value has 32 bits here, and so have long and the 64-bit types. */
#define UINT_MAX	(~0U)
#define INT_MAX		((int)(~0U >> 1))
#define INT_MIN		(-INT_MAX - 1)
#define LONG_MAX	((long)(~0UL >> 1))
#define LONG_MIN	(-LONG_MAX - 1)
#define U8_MAX		((u8)~0U)
#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)
#define S8_MAX		((s8)(U8_MAX >> 1))
#define S16_MAX		((s16)(U16_MAX >> 1))
#define S32_MAX		((s32)(U32_MAX >> 1))
#define S32_MIN		((s32)(-S32_MAX - 1))

/* Helpers of the kernel's headers; each argument is evaluated once. */
#define min(a, b)	({ __auto_type __a = (a); __auto_type __b = (b); __a < __b ? __a : __b; })
#define max(a, b)	({ __auto_type __a = (a); __auto_type __b = (b); __a > __b ? __a : __b; })
#define min_t(type, a, b)	({ type __a = (a); type __b = (b); __a < __b ? __a : __b; })
#define max_t(type, a, b)	({ type __a = (a); type __b = (b); __a > __b ? __a : __b; })
#define umin(a, b)	min_t(unsigned int, a, b)
#define umax(a, b)	max_t(unsigned int, a, b)
#define min3(a, b, c)	min(min(a, b), c)
#define max3(a, b, c)	max(max(a, b), c)
#define clamp(value, low, high)	min(max(value, low), high)
#define clamp_t(type, value, low, high)	min_t(type, max_t(type, value, low), high)
#define swap(a, b)	do { typeof(a) __was = (a); (a) = (b); (b) = __was; } while (0)

#define EPERM		1
#define ENOENT		2
#define ESRCH		3
#define EINTR		4
#define EIO		5
#define EAGAIN		11
#define ENOMEM		12
#define EFAULT		14
#define EBUSY		16
#define EEXIST		17
#define EINVAL		22
#define EDEADLK		35
#define ENOSYS		38
#define ETIME		62
#define ETIMEDOUT	110
#define ERESTARTSYS	512

#define PAGE_SHIFT	12
#define PAGE_SIZE	0x1000UL
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define HZ		250

/*
 * What a task may be doing. KILLABLE is UNINTERRUPTIBLE sleep that a fatal
 * signal may still end; INTERRUPTIBLE is ended by any signal, and the fatal
 * ones are all there are here.
 */
#define TASK_RUNNING		0x0
#define TASK_INTERRUPTIBLE	0x1
#define TASK_UNINTERRUPTIBLE	0x2
#define TASK_WAKEKILL		0x100
#define TASK_KILLABLE		(TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_NOLOAD		0x400
#define TASK_IDLE		(TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL		(TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

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

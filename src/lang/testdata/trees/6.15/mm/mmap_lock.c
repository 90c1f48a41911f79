/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: nothing of the lock is here yet. Only the names and what they do are the kernel's. */
#define CREATE_TRACE_POINTS
#include <linux/mm.h>
#include <linux/mmap_lock.h>

EXPORT_TRACEPOINT_SYMBOL(mmap_lock_released);

#ifdef CONFIG_TRACING
void __mmap_lock_do_trace_released(struct mm_struct *mm, bool write)
{
	trace_mmap_lock_released(mm, write);
}
#endif

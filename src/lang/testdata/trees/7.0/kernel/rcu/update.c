/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: the end of a wait. Only the names and what they do are the kernel's. */
#include <linux/rcuwait.h>

void finish_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, NULL);
	__set_current_state(TASK_RUNNING);
}
EXPORT_SYMBOL_GPL(finish_rcuwait);

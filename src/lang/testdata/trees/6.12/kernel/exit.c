/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: the waker. Only the names and what they do are the kernel's. */
#include <linux/rcuwait.h>

int rcuwait_wake_up(struct rcuwait *w)
{
	int woke = 0;
	struct task_struct *waiter;

	rcu_read_lock();

	smp_mb(); /* what the waiter waits for comes before the look at who waits */

	waiter = rcu_dereference(w->task);
	if (waiter != NULL)
		woke = wake_up_process(waiter);

	rcu_read_unlock();
	return woke;
}
EXPORT_SYMBOL_GPL(rcuwait_wake_up);

void __noreturn do_exit(long code)
{
	struct task_struct *tsk = current;

	tsk->exit_code = code;
	for (;;)
		cpu_relax();
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* The two halves of rcuwait that do not live in the waiting loop. */

/*
 * No longer published: a waker that comes later finds no task. Then back to
 * RUNNING.
 */
void finish_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, NULL);
	__set_current_state(TASK_RUNNING);
}

/*
 * Wake whoever waits. Call it after the change that may have made the condition
 * true. The barrier orders that change before the read of w->task; it is the
 * counterpart of the barrier inside set_current_state().
 *
 * Nobody there is fine: the waiter has not come yet and will see the condition
 * itself, or it has left. It may even be a later waiter with another condition:
 * then it wakes for nothing, tests, and sleeps again.
 */
int rcuwait_wake_up(struct rcuwait *w)
{
	struct task_struct *sleeper;
	int woken = 0;

	rcu_read_lock();
	smp_mb();
	sleeper = rcu_dereference(w->task);
	if (sleeper)
		woken = wake_up_process(sleeper);
	rcu_read_unlock();

	return woken;
}

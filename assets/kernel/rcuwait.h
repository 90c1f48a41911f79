/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rcuwait: a wait queue for a single waiter. The waiter publishes its task in
 * w->task and sleeps until a condition holds; whoever makes the condition true
 * wakes it. RCU keeps the waiter's task_struct alive while a waker that has
 * read w->task uses it. There is no list: two tasks must never wait on one
 * rcuwait at once. For vma_writer_wait it is mmap_lock, held for write, that
 * excludes a second waiter.
 */
#ifndef VMALAB_RCUWAIT_H
#define VMALAB_RCUWAIT_H

int rcuwait_wake_up(struct rcuwait *w);
void finish_rcuwait(struct rcuwait *w);

/* From here on a waker finds us. */
static inline void prepare_to_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, current);
}

/*
 * Sleep until `condition` holds. The store-buffering pattern: publish w->task,
 * set the task state, full barrier, and only then test the condition. A waker
 * makes the condition true, full barrier, and only then reads w->task. So
 * either the test here sees the condition, or the waker sees the task and sets
 * it back to RUNNING, and then schedule() returns at once. If the test came
 * before the task is published, a wake-up could be lost in between.
 *
 * Being woken proves nothing: wake-ups may be stale, or one reader early. Hence
 * the loop.
 *
 * The value is 0, or -EINTR if `state` can be killed and a fatal signal came
 * while the condition was false.
 */
#define rcuwait_wait_event(w, condition, state)				\
({									\
	int __interrupted = 0;						\
									\
	prepare_to_rcuwait(w);						\
	while (set_current_state(state), !(condition)) {		\
		if (signal_pending_state(state, current)) {		\
			__interrupted = -EINTR;				\
			break;						\
		}							\
		schedule();						\
	}								\
	finish_rcuwait(w);						\
	__interrupted;							\
})

#endif

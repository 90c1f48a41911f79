/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rcuwait: a bed for one. A thread writes its name on the door (w->task) and
 * sleeps until a condition holds; whoever makes the condition true knocks. RCU
 * keeps the sleeper's task_struct from going away while somebody who has read
 * the name is about to knock. There is no queue: two threads must never use one
 * rcuwait at once. For vma_writer_wait it is mmap_lock, held for write, that
 * keeps the second one out.
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
 * Sleep until `condition` holds. The order is everything: name on the door,
 * then state "asleep", and only then the test. A waker makes the condition true
 * first and looks at the door second. So whichever way the two run past each
 * other, either the test here sees the condition, or the waker sees us and puts
 * us back to RUNNING, and then schedule() returns at once. Test first and
 * publish later, and a wake-up can fall in between.
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

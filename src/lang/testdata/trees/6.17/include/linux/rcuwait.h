/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: how a thread waits for one other. Only the names and what they do are the kernel's. */
#ifndef _LINUX_RCUWAIT_H_
#define _LINUX_RCUWAIT_H_

#include <linux/rcupdate.h>

#define __RCUWAIT_INITIALIZER(name) { .task = NULL }

int rcuwait_wake_up(struct rcuwait *w);
void finish_rcuwait(struct rcuwait *w);

static inline void prepare_to_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, current);
}

/* Two layers, because the kernel's has two: the inner one is told what to do instead of being awake. */
#define ___rcuwait_wait_event(w, done, state, first, sleep)		\
({									\
	long __answer = first;						\
	for (prepare_to_rcuwait(w);;) {					\
		set_current_state(state);				\
		if (done)						\
			break;						\
		if (!signal_pending_state(state, current)) {		\
			sleep;						\
			continue;					\
		}							\
		__answer = -EINTR;					\
		break;							\
	}								\
	finish_rcuwait(w);						\
	__answer;							\
})
#define rcuwait_wait_event(w, done, state) ___rcuwait_wait_event(w, done, state, 0, schedule())

#endif

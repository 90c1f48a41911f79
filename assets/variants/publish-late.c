// SPDX-License-Identifier: GPL-2.0-only
// variant: publish-late
// title: The waiter tests first and publishes itself later
// story: The classic lost wake-up. The writer sees a reader inside; the reader
//   leaves and finds no name on the door; only now does the writer put its name
//   there, and sleeps. The condition has been true all along.
// breaks: no-stuck
// scenario: standard-1-1-0

#define rcuwait_wait_event(w, condition, state)				\
({									\
	int __interrupted = 0;						\
									\
	while (!(condition)) {						\
		prepare_to_rcuwait(w);					\
		set_current_state(state);				\
		if (signal_pending_state(state, current)) {		\
			__interrupted = -EINTR;				\
			break;						\
		}							\
		schedule();						\
	}								\
	finish_rcuwait(w);						\
	__interrupted;							\
})

// SPDX-License-Identifier: GPL-2.0-only
// variant: publish-late
// title: The waiter tests first and publishes itself later
// story: The classic lost wake-up. The writer sees a reader inside; the reader
//   leaves and finds no name on the door; only now does the writer put its name
//   there, and sleeps. The condition has been true all along.
// breaks: no-stuck
// steps: 29
// scenario: standard-1-1-0
// demo: r1*11: r1 has the VMA read-locked, has used it and is about to leave.
// demo: w1*12: w1 raises FLAG: FLAG+2. It must wait for r1.
// demo: w1: It looks first: FLAG+2. Its name is not on the door yet.
// demo: r1: r1 leaves: FLAG+1. It is to wake the writer,
// demo: r1: and finds no name on the door.
// demo: w1*2: Now w1 writes its name there, for nobody to read,
// demo: w1: and goes to sleep on what it saw before. In the lock the look comes
//   after the name, with a barrier between.

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

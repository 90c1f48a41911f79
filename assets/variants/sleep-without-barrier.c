// SPDX-License-Identifier: GPL-2.0-only
// variant: sleep-without-barrier
// title: The waiter tests without a barrier
// story: The writer publishes itself in vma_writer_wait and tests the count, as
//   it should, but with no barrier between. Its publication may reach the reader
//   later than its test was made. The reader leaves, finds no waiter and wakes
//   nobody: a lost wake-up, though each did its part in the right order.
// claim: title: 3
// claim: did: w1 mm0->vma_writer_wait NULL -> w1; did: w1 reads
//   vma0->vm_refcnt: FLAG+2
// claim: no claim
// claim: did: r1 reads mm0->vma_writer_wait: NULL, not the newest; never: r1
//   wakes; thread_asleep(w1) && thread_done(r1)
// breaks: no-stuck
// steps: 30
// scenario: standard-1-1-0
// config: ordering=lkmm
// demo: r1*11: r1 has the VMA read-locked, has used it and is about to leave.
// claim: did: r1 uses vma0; references(r1, vma0) == 1 &&
//   in_function(r1, vma_end_read)
// demo: w1*14: w1 raises FLAG and publishes itself: vma_writer_wait is w1.
// claim: did: w1 vma0->vm_refcnt 2 -> FLAG+2; mm0->vma_writer_wait.task == w1
// demo: w1: It sets its state, and no barrier follows.
// claim: did: w1 w1->__state RUNNING -> UNINTERRUPTIBLE
// demo: w1: It tests the count: FLAG+2. So it sleeps.
// claim: did: w1 reads vma0->vm_refcnt: FLAG+2
// claim: thread_asleep(w1)
// demo: r1*2: r1 leaves, FLAG+1, and passes the barrier in rcuwait_wake_up().
//   There is none for it to pair with.
// claim: did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1; did: r1 passes a full memory
//   barrier
// claim: no claim
// demo: r1?1: It looks who waits, and finds the older value: NULL. Nobody wakes
//   w1 any more.
// claim: did: r1 reads mm0->vma_writer_wait: NULL, not the newest value;
//   mm0->vma_writer_wait.task == w1
// claim: thread_done(r1) && thread_asleep(w1) && thread_blocked(w1); never: wakes

#define rcuwait_wait_event(w, condition, state)				\
({									\
	int __interrupted = 0;						\
									\
	prepare_to_rcuwait(w);						\
	while (__set_current_state(state), !(condition)) {		\
		if (signal_pending_state(state, current)) {		\
			__interrupted = -EINTR;				\
			break;						\
		}							\
		schedule();						\
	}								\
	finish_rcuwait(w);						\
	__interrupted;							\
})

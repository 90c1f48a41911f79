// SPDX-License-Identifier: GPL-2.0-only
// variant: publish-late
// title: The waiter tests first and publishes itself later
// story: The classic lost wake-up. The writer sees a reader; the reader leaves
//   and finds no waiter; only now does the writer publish itself, and sleeps.
//   What it waits for is true by then.
// claim: title: 2
// claim: vma0->vm_refcnt == FLAG + 1 && thread_done(r1) && thread_asleep(w1) &&
//   thread_blocked(w1); never: wakes w1
// claim: did: w1 reads vma0->vm_refcnt: FLAG+2; did: r1 reads
//   mm0->vma_writer_wait: NULL; did: w1 mm0->vma_writer_wait NULL -> w1;
//   thread_asleep(w1)
// claim: thread_asleep(w1) && vma0->vm_refcnt == FLAG + 1
// breaks: no-stuck
// steps: 29
// scenario: standard-1-1-0
// demo: r1*11: r1 has the VMA read-locked, has used it and is about to leave.
// claim: did: r1 uses vma0; references(r1, vma0) == 1 &&
//   in_function(r1, vma_end_read)
// demo: w1*12: w1 raises FLAG: FLAG+2. It must wait for r1.
// claim: did: w1 vma0->vm_refcnt 2 -> FLAG+2; vma0->vm_refcnt == FLAG + 2 &&
//   excluding_readers(w1, vma0)
// claim: references(r1, vma0) == 1
// demo: w1: It tests first: FLAG+2. It is not published yet.
// claim: did: w1 reads vma0->vm_refcnt: FLAG+2
// claim: mm0->vma_writer_wait.task == NULL && !thread_asleep(w1)
// demo: r1: r1 leaves: FLAG+1. It is to wake the writer now.
// claim: did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1; references(r1, vma0) == 0
// claim: in_function(r1, rcuwait_wake_up)
// demo: r1: It finds nobody in vma_writer_wait, and wakes nobody.
// claim: did: r1 reads mm0->vma_writer_wait: NULL; thread_done(r1); never: r1
//   wakes
// demo: w1*2: Now w1 publishes itself, when nobody is left to look.
// claim: did: w1 mm0->vma_writer_wait NULL -> w1;
//   mm0->vma_writer_wait.task == w1 && thread_done(r1)
// demo: w1: It sets its state and sleeps, on what it saw before. In the lock
//   the test comes after the publishing, with a barrier between.
// claim: did: w1 w1->__state RUNNING -> UNINTERRUPTIBLE; never: w1 reads
//   vma0->vm_refcnt; thread_asleep(w1) && vma0->vm_refcnt == FLAG + 1
// claim: no claim

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

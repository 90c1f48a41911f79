// SPDX-License-Identifier: GPL-2.0-only
// variant: wake-without-barrier
// title: The waker looks without a full barrier
// story: rcuwait_wake_up() with smp_rmb() in place of smp_mb(), as kernels had it
//   until 5.0. That orders reads against reads, but here a write, the decrement,
//   has to come before a read, of the waiter. So the reader looks for a waiter
//   before its decrement is seen: it finds none, the writer still sees the
//   reader, and sleeps for ever.
// claim: title: 3
// claim: no claim
// claim: did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1
// claim: did: r1 reads mm0->vma_writer_wait: NULL, not the newest; did: w1 reads
//   vma0->vm_refcnt: FLAG+2; thread_asleep(w1) && thread_done(r1)
// breaks: no-stuck
// steps: 29
// scenario: standard-1-1-0
// config: ordering=lkmm
// demo: r1*11: r1 has the VMA read-locked, has used it and is about to leave.
// claim: did: r1 uses vma0; references(r1, vma0) == 1 &&
//   in_function(r1, vma_end_read)
// demo: w1*15: w1 raises FLAG, publishes itself, sets its state and passes a full
//   barrier.
// claim: did: w1 vma0->vm_refcnt 2 -> FLAG+2; did: w1 mm0->vma_writer_wait NULL
//   -> w1; did: w1 w1->__state RUNNING -> UNINTERRUPTIBLE
// demo: w1: It tests the count: FLAG+2. So it sleeps.
// claim: did: w1 reads vma0->vm_refcnt: FLAG+2
// claim: thread_asleep(w1)
// demo: r1: r1 leaves: FLAG+1. It is to wake w1 now.
// claim: did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1; references(r1, vma0) == 0
// claim: in_function(r1, rcuwait_wake_up)
// demo: r1?1: It reads an older vma_writer_wait, NULL, as if it had looked before
//   it left. It wakes nobody, and w1 sleeps for ever.
// claim: did: r1 reads mm0->vma_writer_wait: NULL, not the newest value;
//   mm0->vma_writer_wait.task == w1
// claim: thread_done(r1) && thread_asleep(w1) && thread_blocked(w1); never: wakes

int rcuwait_wake_up(struct rcuwait *w)
{
	struct task_struct *sleeper;
	int woken = 0;

	rcu_read_lock();
	smp_rmb();
	sleeper = rcu_dereference(w->task);
	if (sleeper)
		woken = wake_up_process(sleeper);
	rcu_read_unlock();

	return woken;
}

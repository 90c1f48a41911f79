// SPDX-License-Identifier: GPL-2.0-only
// variant: wake-outside-rcu
// title: The waker leaves RCU before it wakes
// story: A waker finds a task in vma_writer_wait. Nothing but RCU keeps that
//   task_struct from going away: the waiter may see its condition by itself,
//   finish its work, and exit. So the wake-up belongs inside the RCU section in
//   which the task was found.
// claim: title: 2
// claim: did: r1 reads mm0->vma_writer_wait: w1
// claim: did: r1 reads mm0->vma_writer_wait: w1; vma0->vm_refcnt == FLAG + 1 &&
//   in_function(r1, rcuwait_wake_up)
// claim: no claim
// breaks: iterator-valid
// steps: 28
// scenario: writer-waits-for-a-reader
// demo: r1*9: r1 read-locks the VMA.
// claim: holds_read_lock(r1, vma0)
// demo: w1*12: w1 takes mmap_lock and raises the flag.
// claim: did: w1 takes mm0->mmap_lock for write; did: w1 vma0->vm_refcnt
//   2 -> FLAG+2; holds_mmap_write(w1, mm0) && excluding_readers(w1, vma0)
// demo: w1*4: It publishes itself in vma_writer_wait, sets its state, sees that
//   r1 is in, and sleeps.
// claim: did: w1 mm0->vma_writer_wait NULL -> w1; did: w1 w1->__state
//   RUNNING -> UNINTERRUPTIBLE; did: w1 reads vma0->vm_refcnt: FLAG+2;
//   references(r1, vma0) == 1 && thread_asleep(w1)
// demo: r1*3: r1 uses the VMA and leaves: FLAG+1.
// claim: did: r1 uses vma0; did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1;
//   vma0->vm_refcnt == FLAG + 1 && references(r1, vma0) == 0
// demo: r1: It reads vma_writer_wait, finds w1, and leaves RCU. w1 has what it
//   waits for: from here on its task_struct may go away.
// claim: did: r1 reads mm0->vma_writer_wait: w1
// claim: vma0->vm_refcnt == FLAG + 1 && in_function(r1, rcuwait_wake_up);
//   never: r1 wakes
// demo: r1: r1 wakes it all the same.
// claim: did: r1 wakes w1; thread_woken(w1)

int rcuwait_wake_up(struct rcuwait *w)
{
	struct task_struct *sleeper;
	int woken = 0;

	rcu_read_lock();
	smp_mb();
	sleeper = rcu_dereference(w->task);
	rcu_read_unlock();
	if (sleeper)
		woken = wake_up_process(sleeper);

	return woken;
}

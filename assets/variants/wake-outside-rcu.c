// SPDX-License-Identifier: GPL-2.0-only
// variant: wake-outside-rcu
// title: The waker leaves RCU before it wakes
// story: A waker finds a task in the slot. Nothing but RCU keeps that
//   task_struct from going away: the waiter may see its condition by itself,
//   finish its work, and exit. So the wake-up belongs inside the RCU section
//   in which the task was found.
// breaks: iterator-valid
// steps: 28
// scenario: writer-waits-for-a-reader
// demo: r1*9: r1 read-locks the VMA.
// demo: w1*12: w1 takes mmap_lock and raises the flag.
// demo: w1*4: It puts its name into the slot, and sleeps until r1 is out.
// demo: r1*3: r1 uses the VMA and leaves: FLAG+1.
// demo: r1: It reads the slot, finds w1, and leaves RCU. From here on the
//   task_struct may go away.
// demo: r1: r1 wakes it all the same.

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

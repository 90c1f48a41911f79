// SPDX-License-Identifier: GPL-2.0-only
// variant: walk-holds-two
// title: A walk keeps its VMA until it has the next
// story: The walk over /proc/PID/maps unlocks its VMA only when it has the next
//   one: a step over, with no moment in which it holds nothing. But to have the
//   next one it may have to wait for mmap_lock, and the writer that holds it
//   may be waiting for the VMA that the walk keeps.
// claim: title: 1
// claim: did: m1 finds vma1; holds_read_lock(m1, vma0) &&
//   in_function(m1, lock_next_vma)
// claim: thread_blocked(m1) && in_function(m1, mmap_read_lock_killable) &&
//   holds_read_lock(m1, vma0) && holds_mmap_write(w1, mm0) && thread_asleep(w1)
//   && excluding_readers(w1, vma0)
// breaks: no-stuck
// steps: 54
// scenario: maps-walk-meets-a-writer
// demo: m1*13: m1 has read-locked vma0, and prints its line.
// claim: did: m1 uses vma0; holds_read_lock(m1, vma0)
// demo: w1*21: w1 takes mmap_lock for write and write-locks vma1.
// claim: did: w1 takes mm0->mmap_lock for write; holds_mmap_write(w1, mm0) &&
//   holds_write_lock(w1, vma1)
// demo: w1*11: It changes vma1. Now it wants vma0 as well, and raises the flag:
//   m1 is in.
// claim: did: w1 changes vma1
// claim: did: w1 finds vma0; did: w1 vma0->vm_refcnt 2 -> FLAG+2;
//   excluding_readers(w1, vma0) && references(m1, vma0) == 1
// demo: m1*3: m1 keeps vma0 and asks for the next VMA: vma1.
// claim: did: m1 finds vma1; holds_read_lock(m1, vma0) &&
//   in_function(m1, lock_next_vma)
// demo: m1*2: vma1 is write-locked. m1 goes on to wait for mmap_lock, and keeps
//   vma0.
// claim: did: m1 reads vma1->vm_lock_seq: 1; did: m1 reads mm0->mm_lock_seq: 1;
//   holds_write_lock(w1, vma1)
// claim: thread_blocked(m1) && in_function(m1, mmap_read_lock_killable) &&
//   holds_read_lock(m1, vma0)
// demo: w1*4: w1 sleeps: it waits for m1 to leave vma0. m1 waits for w1 to
//   release mmap_lock. Neither ever goes on.
// claim: did: w1 reads vma0->vm_refcnt: FLAG+2; thread_asleep(w1) &&
//   vma0->vm_refcnt == FLAG + 2 && references(m1, vma0) == 1
// claim: thread_blocked(m1) && holds_mmap_write(w1, mm0)
// claim: thread_blocked(w1) && thread_blocked(m1)

void maps_walker(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	struct vm_area_struct *last = NULL;
	unsigned long pos = 0;
	VMA_ITERATOR(vmi, mm, 0);

	rcu_read_lock();
	while (vma = lock_next_vma(mm, &vmi, pos), !IS_ERR_OR_NULL(vma)) {
		if (last)
			vma_end_read(last);
		use_vma(vma);
		pos = vma->vm_end;
		last = vma;
	}
	if (last)
		vma_end_read(last);
	rcu_read_unlock();
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: walk-holds-two
// title: A walk keeps its VMA until it has the next
// story: The walk over /proc/PID/maps gives its VMA back only when it has the
//   next one: a step over, with no moment in which it holds nothing. But to
//   have the next one it may have to wait for mmap_lock, and the writer that
//   holds it may be waiting for the VMA that the walk keeps.
// breaks: no-stuck
// steps: 54
// scenario: maps-walk-meets-a-writer
// demo: m1*13: m1 has read-locked vma0, and prints its line.
// demo: w1*21: w1 takes mmap_lock for write and write-locks vma1.
// demo: w1*11: It changes vma1. Now it wants vma0 as well, and raises the
//   flag: m1 is in.
// demo: m1*3: m1 keeps vma0 and asks for the next VMA: vma1.
// demo: m1*2: vma1 is write-locked. m1 goes on to wait for mmap_lock, with
//   vma0 in hand.
// demo: w1*4: w1 sleeps until m1 leaves vma0. m1 waits until w1 releases
//   mmap_lock. Neither ever will.

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

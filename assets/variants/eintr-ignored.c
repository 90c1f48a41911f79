// SPDX-License-Identifier: GPL-2.0-only
// variant: eintr-ignored
// title: The -EINTR of a killable lock is ignored
// story: vma_start_write_killable() may come back without the lock. Code that
//   used vma_start_write() before is easily made killable by adding a word to
//   its name; without a look at the result it then changes a VMA that readers
//   are in. Commit 7974b09c143f mended such a place.
// breaks: change-locked
// steps: 27
// scenario: killable-writer-killed
// demo: r1*9: r1 read-locks the VMA.
// demo: w1*12: w1 takes mmap_lock and wants to write-lock the VMA: FLAG+2.
// demo: w1*5: It sleeps until r1 is out, in state KILLABLE.
// demo: w1!: A fatal signal reaches w1.
// demo: w1*8: It gives up its wait and takes the flag down. The answer is
//   -EINTR: nothing is locked.
// demo: w1: w1 does not look at the answer, and changes the VMA that r1 has
//   read-locked.

void writer_killable(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int err;

	if (mmap_write_lock_killable(mm))
		return;
	vma = vma_lookup(mm, addr);
	if (vma) {
		err = vma_start_write_killable(vma);
		change_vma(vma);
	}
	mmap_write_unlock(mm);
}

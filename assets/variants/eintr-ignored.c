// SPDX-License-Identifier: GPL-2.0-only
// variant: eintr-ignored
// title: The -EINTR of a killable lock is ignored
// story: vma_start_write_killable() may come back without the lock. Code that
//   used vma_start_write() before is easily made killable by adding a word to
//   its name; without a look at the result it then changes a VMA that readers
//   are in. Commit 7974b09c143f mended such a place.
// claim: title: 2
// claim: did: rcuwait_wait_event() gives -EINTR;
//   in_function(w1, writer_killable) &&
//   !in_function(w1, vma_start_write_killable) && !holds_write_lock(w1, vma0)
// claim: did: w1 changes vma0; holds_read_lock(r1, vma0) &&
//   !holds_write_lock(w1, vma0)
// claim: no claim
// breaks: change-locked
// steps: 27
// scenario: killable-writer-killed
// demo: r1*9: r1 read-locks the VMA.
// claim: holds_read_lock(r1, vma0)
// demo: w1*12: w1 takes mmap_lock and wants to write-lock the VMA: FLAG+2.
// claim: did: w1 takes mm0->mmap_lock for write; holds_mmap_write(w1, mm0) &&
//   vma0->vm_refcnt == FLAG + 2 && excluding_readers(w1, vma0) &&
//   !holds_write_lock(w1, vma0)
// demo: w1*5: It publishes itself, sets its state to KILLABLE, sees FLAG+2, and
//   sleeps.
// claim: did: w1 mm0->vma_writer_wait NULL -> w1; did: w1 w1->__state
//   RUNNING -> KILLABLE; did: w1 reads vma0->vm_refcnt: FLAG+2;
//   thread_asleep(w1) && references(r1, vma0) == 1
// demo: w1!: A fatal signal reaches w1.
// claim: did: w1 a fatal signal is pending for w1: it wakes; !thread_asleep(w1)
// demo: w1*8: It gives up its wait and takes the flag down. The answer is
//   -EINTR: nothing is locked.
// claim: did: w1 a fatal signal is pending: gives up waiting; did: w1
//   vma0->vm_refcnt FLAG+2 -> 2; !excluding_readers(w1, vma0)
// claim: did: rcuwait_wait_event() gives -EINTR; !holds_write_lock(w1, vma0) &&
//   vma0->vm_lock_seq == UINT_MAX
// demo: w1: w1 does not look at the answer, and changes the VMA that r1 has
//   read-locked.
// claim: did: w1 changes vma0; holds_read_lock(r1, vma0) &&
//   !holds_write_lock(w1, vma0)

int writer_killable(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int err = mmap_write_lock_killable(mm);

	if (err)
		return err;
	vma = vma_lookup(mm, addr);
	if (vma) {
		err = vma_start_write_killable(vma);
		change_vma(vma);
	}
	mmap_write_unlock(mm);
	return err;
}

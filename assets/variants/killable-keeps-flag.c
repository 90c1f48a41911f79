// SPDX-License-Identifier: GPL-2.0-only
// variant: killable-keeps-flag
// title: A killed writer leaves its flag behind
// story: The first killable version returned -EINTR without taking the flag
//   back off. The flag then belongs to nobody: readers are excluded for good,
//   and the next writer adds it a second time, which is bit 31. Fixed by "mm:
//   fix vma_start_write_killable() signal handling".
// claim: title: 1
// claim: did: rcuwait_wait_event() gives -EINTR; vma0->vm_refcnt == FLAG + 2 &&
//   !excluding_readers(w1, vma0)
// claim: vma0->vm_refcnt == FLAG + 2 && FLAG == BIT(30) &&
//   !excluding_readers(w1, vma0) && !excluding_readers(w2, vma0)
// claim: no claim
// breaks: refcnt-class, refcount-sane, no-stuck
// steps: 25, 39, 51
// scenario: killed-writer-then-writer
// demo: r1*4: r1 has a reference: vm_refcnt is 2.
// claim: references(r1, vma0) == 1 && vma0->vm_refcnt == 2
// demo: w1!: A fatal signal arrives for w1.
// claim: did: w1 a fatal signal is pending for w1
// demo: w1*12: w1 wants to write-lock the VMA all the same, and raises FLAG:
//   FLAG+2.
// claim: did: w1 vma0->vm_refcnt 2 -> FLAG+2;
//   in_function(w1, vma_start_write_killable) && excluding_readers(w1, vma0) &&
//   vma0->vm_refcnt == FLAG + 2
// demo: w1*5: It would have to wait for r1, sees the signal and gives up.
// claim: did: w1 reads vma0->vm_refcnt: FLAG+2; did: w1 a fatal signal is
//   pending: gives up waiting; references(r1, vma0) == 1
// demo: w1*3: It withdraws from vma_writer_wait, and forgets FLAG. FLAG+2, and
//   no thread excludes readers: no reader will ever get in again.
// claim: did: w1 mm0->vma_writer_wait w1 -> NULL;
//   !in_function(w1, __vma_start_exclude_readers) &&
//   vma0->vm_refcnt == FLAG + 2; never: w1 vma0->vm_refcnt
// claim: vma0->vm_refcnt == FLAG + 2 && !excluding_readers(w1, vma0) &&
//   !excluding_readers(w2, vma0)

static int __vma_start_exclude_readers(struct vma_exclude_readers_state *ves)
{
	struct vm_area_struct *vma = ves->vma;
	unsigned int target = get_target_refcnt(ves);
	int err;

	mmap_assert_write_locked(vma->vm_mm);

	if (!refcount_add_not_zero(VM_REFCNT_EXCLUDE_READERS_FLAG,
				   &vma->vm_refcnt)) {
		ves->detached = true;
		return 0;
	}
	__vma_lockdep_acquire_exclusive(vma);

	err = rcuwait_wait_event(&vma->vm_mm->vma_writer_wait,
				 refcount_read(&vma->vm_refcnt) == target,
				 ves->state);
	if (err) {
		__vma_lockdep_release_exclusive(vma);
	} else {
		__vma_lockdep_stat_mark_acquired(vma);
		ves->exclusive = true;
	}
	return err;
}

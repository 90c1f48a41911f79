// SPDX-License-Identifier: GPL-2.0-only
// variant: killable-keeps-flag
// title: A killed writer leaves its flag behind
// story: The first killable version returned -EINTR without taking the flag
//   back off. The flag then belongs to nobody: readers are shut out for good,
//   and the next writer adds it a second time, which is bit 31. Fixed by "mm:
//   fix vma_start_write_killable() signal handling".
// breaks: refcnt-class, refcount-sane, no-stuck
// steps: 25, 39, 51
// scenario: killed-writer-then-writer
// demo: r1*4: r1 has a reference: vm_refcnt is 2.
// demo: w1!: Somebody kills w1.
// demo: w1*12: w1 wants to write-lock the VMA all the same, and raises FLAG:
//   FLAG+2.
// demo: w1*5: It would have to wait for r1, sees the signal and gives up.
// demo: w1*3: It tidies up after waiting, and forgets FLAG. FLAG+2 with nobody
//   who set it: no reader will ever get in again.

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

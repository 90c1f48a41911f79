// SPDX-License-Identifier: GPL-2.0-only
// variant: no-flag
// title: The writer waits with the door open
// story: The writer waits until it is alone but without the flag that keeps new
//   readers out meanwhile; the flag only goes up for the store itself. A reader
//   that comes in between the end of the wait and the store of vm_lock_seq has
//   made its second look already, and both believe they are in. (Readers wake a
//   writer at 1 here, so that nothing else goes wrong.)
// breaks: exclusion
// steps: 30
// scenario: standard-1-1-0
// demo: w1*14: w1 comes to write-lock the VMA and waits until vm_refcnt is 1,
//   without FLAG.
// demo: w1: It is 1. w1 has what it waited for, and is held up.
// demo: r1*4: The door is open: r1 adds its reference. 2.
// demo: r1*5: r1 looks again, and no writer has written vm_lock_seq yet: r1
//   has the VMA read-locked.
// demo: w1*4: w1 goes on with what it saw, and only now raises FLAG: FLAG+2.
// demo: w1*2: It write-locks the VMA. A reader is inside: two threads that
//   exclude each other have it at once.

static inline bool __vma_are_readers_excluded(int refcnt)
{
	return refcnt == 1;
}

static int __vma_start_exclude_readers(struct vma_exclude_readers_state *ves)
{
	struct vm_area_struct *vma = ves->vma;
	unsigned int target = ves->detaching ? 0 : 1;
	int err;

	mmap_assert_write_locked(vma->vm_mm);

	err = rcuwait_wait_event(&vma->vm_mm->vma_writer_wait,
				 refcount_read(&vma->vm_refcnt) <= target,
				 ves->state);
	if (err)
		return err;
	if (!refcount_add_not_zero(VM_REFCNT_EXCLUDE_READERS_FLAG,
				   &vma->vm_refcnt)) {
		ves->detached = true;
		return 0;
	}
	__vma_lockdep_acquire_exclusive(vma);
	__vma_lockdep_stat_mark_acquired(vma);
	ves->exclusive = true;
	return 0;
}

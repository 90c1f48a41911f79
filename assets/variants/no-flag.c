// SPDX-License-Identifier: GPL-2.0-only
// variant: no-flag
// title: The writer waits without excluding readers
// story: The writer waits until it is alone but without the flag that keeps new
//   readers out meanwhile; the flag only goes up for the store itself. A reader
//   that comes in between the end of the wait and the store of vm_lock_seq has
//   made its second look already, and both believe that they have the lock.
//   (Readers wake a writer at 1 here, so that nothing else goes wrong.)
// claim: title: 1
// claim: did: w1 reads vma0->vm_refcnt: 1; did: w1 vma0->vm_refcnt 2 -> FLAG+2;
//   did: w1 vma0->vm_lock_seq UINT_MAX -> 1; never: w1 vma0->vm_refcnt
//   1 -> FLAG+1
// claim: did: r1 reads vma0->vm_lock_seq: UINT_MAX; holds_read_lock(r1, vma0)
//   && holds_write_lock(w1, vma0)
// claim: no claim
// breaks: exclusion
// steps: 30
// scenario: standard-1-1-0
// demo: w1*14: w1 comes to write-lock the VMA. It publishes itself and sets its
//   state, to wait until vm_refcnt is 1: without FLAG.
// claim: holds_mmap_write(w1, mm0) && in_function(w1, vma_start_write) &&
//   !holds_write_lock(w1, vma0)
// claim: did: w1 mm0->vma_writer_wait NULL -> w1; did: w1 w1->__state
//   RUNNING -> UNINTERRUPTIBLE; vma0->vm_refcnt == 1 &&
//   !excluding_readers(w1, vma0)
// demo: w1: It is 1. w1 has what it waited for, and is held up.
// claim: did: w1 reads vma0->vm_refcnt: 1
// claim: vma0->vm_refcnt == 1 && !thread_asleep(w1) &&
//   !excluding_readers(w1, vma0) && !holds_write_lock(w1, vma0)
// demo: r1*4: Nothing excludes readers: r1 adds its reference. 2.
// claim: did: r1 vma0->vm_refcnt 1 -> 2; !excluding_readers(w1, vma0)
// claim: vma0->vm_refcnt == 2 && references(r1, vma0) == 1
// demo: r1*5: r1 looks again, and no writer has written vm_lock_seq yet: r1 has
//   the VMA read-locked.
// claim: did: r1 reads vma0->vm_lock_seq: UINT_MAX; did: r1 reads
//   mm0->mm_lock_seq: 1; vma0->vm_lock_seq == UINT_MAX &&
//   holds_read_lock(r1, vma0)
// demo: w1*4: w1 goes on with what it saw, and only now raises FLAG: FLAG+2.
// claim: did: w1 vma0->vm_refcnt 2 -> FLAG+2; never: w1 reads vma0->vm_refcnt;
//   vma0->vm_refcnt == FLAG + 2 && excluding_readers(w1, vma0)
// demo: w1*2: It write-locks the VMA. r1 still has it read-locked: two threads
//   that exclude each other have it at once.
// claim: holds_write_lock(w1, vma0)
// claim: holds_read_lock(r1, vma0) && holds_write_lock(w1, vma0)

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

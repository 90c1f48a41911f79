// SPDX-License-Identifier: GPL-2.0-only
// variant: wake-only-attached
// title: Readers wake only at flag + 1
// story: That is a writer's target. A detacher has dropped the attach reference
//   and waits for the bare flag: the last reader to leave wakes nobody, and the
//   detacher sleeps for ever with mmap_lock held.
// claim: title: 2
// claim: did: d1 vma0->vm_refcnt 1 -> FLAG+1; did: d1 reads vma0->vm_refcnt:
//   FLAG+1; holds_write_lock(d1, vma0)
// claim: thread_done(r1) && !attach_reference(vma0) && vma0->vm_refcnt == FLAG
//   && thread_asleep(d1) && thread_blocked(d1) && holds_mmap_write(d1, mm0);
//   never: wakes d1
// breaks: no-stuck
// steps: 43
// scenario: standard-1-0-1
// demo: r1*3: r1 finds the VMA and reads the two numbers: they differ, so it
//   looks unlocked. It is held up before its increment.
// claim: did: r1 finds vma0; did: r1 reads vma0->vm_lock_seq: UINT_MAX; did: r1
//   reads mm0->mm_lock_seq: 0
// claim: in_function(r1, vma_start_read) && references(r1, vma0) == 0 &&
//   vma0->vm_refcnt == 1
// demo: d1*21: d1 write-locks the VMA. Nobody was counted, so FLAG came and
//   went.
// claim: holds_write_lock(d1, vma0)
// claim: did: d1 vma0->vm_refcnt 1 -> FLAG+1; did: d1 reads vma0->vm_refcnt:
//   FLAG+1; did: d1 vma0->vm_refcnt FLAG+1 -> 1; vma0->vm_refcnt == 1
// demo: r1: r1 adds its reference after all: 2.
// claim: did: r1 vma0->vm_refcnt 1 -> 2; references(r1, vma0) == 1 &&
//   vma0->vm_refcnt == 2
// demo: r1*4: The second check finds the VMA write-locked: r1 has to drop its
//   reference again, and is held up.
// claim: did: r1 reads vma0->vm_lock_seq: 1; did: r1 reads mm0->mm_lock_seq: 1;
//   in_function(r1, vma_refcount_put) && references(r1, vma0) == 1
// demo: d1*7: d1 marks the VMA detached: it drops the attach reference, and the
//   1 that is left is r1.
// claim: did: d1 vma0->vm_refcnt 2 -> 1; vma0->vm_refcnt == 1 &&
//   !attach_reference(vma0) && references(r1, vma0) == 1
// demo: d1*6: So it raises FLAG: FLAG+1. It publishes itself, sets its state,
//   sees that r1 is in, and sleeps.
// claim: did: d1 vma0->vm_refcnt 1 -> FLAG+1; vma0->vm_refcnt == FLAG + 1 &&
//   excluding_readers(d1, vma0)
// claim: did: d1 mm0->vma_writer_wait NULL -> d1; did: d1 d1->__state
//   RUNNING -> UNINTERRUPTIBLE; did: d1 reads vma0->vm_refcnt: FLAG+1;
//   references(r1, vma0) == 1 && thread_asleep(d1)
// demo: r1: r1 leaves: FLAG. The variant wakes only at FLAG+1, and nobody comes
//   after r1. d1 sleeps for ever.
// claim: did: r1 vma0->vm_refcnt FLAG+1 -> FLAG; vma0->vm_refcnt == FLAG &&
//   references(r1, vma0) == 0
// claim: thread_done(r1); never: wakes
// claim: thread_asleep(d1) && thread_blocked(d1)

static inline bool __vma_are_readers_excluded(int refcnt)
{
	return refcnt == VM_REFCNT_EXCLUDE_READERS_FLAG + 1;
}

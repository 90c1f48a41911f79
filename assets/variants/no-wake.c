// SPDX-License-Identifier: GPL-2.0-only
// variant: no-wake
// title: A leaving reader wakes nobody
// story: The last reader drops its reference and wakes nobody. A writer that
//   went to sleep before that sleeps for ever.
// claim: title: 1
// claim: did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1; thread_done(r1); never: r1
//   wakes
// claim: vma0->vm_refcnt == FLAG + 1 && thread_done(r1) && thread_asleep(w1) &&
//   thread_blocked(w1); never: wakes w1
// breaks: no-stuck
// steps: 28
// scenario: standard-1-1-0
// demo: r1*11: r1 has the VMA read-locked, has used it and is about to leave.
// claim: did: r1 uses vma0; references(r1, vma0) == 1 &&
//   in_function(r1, vma_end_read)
// demo: w1*15: w1 raises FLAG: FLAG+2. It must wait for r1: it publishes itself
//   and sets its state.
// claim: did: w1 vma0->vm_refcnt 2 -> FLAG+2; vma0->vm_refcnt == FLAG + 2 &&
//   excluding_readers(w1, vma0)
// claim: did: w1 mm0->vma_writer_wait NULL -> w1; did: w1 w1->__state
//   RUNNING -> UNINTERRUPTIBLE; references(r1, vma0) == 1
// demo: w1: It tests the count: still FLAG+2. So it sleeps.
// claim: did: w1 reads vma0->vm_refcnt: FLAG+2; vma0->vm_refcnt == FLAG + 2
// claim: thread_asleep(w1)
// demo: r1: r1 leaves: FLAG+1, the last reader, and it wakes nobody. w1 sleeps
//   for ever.
// claim: did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1; thread_done(r1) &&
//   references(r1, vma0) == 0; never: wakes
// claim: thread_asleep(w1) && thread_blocked(w1) && thread_done(r1) &&
//   vma0->vm_refcnt == FLAG + 1

static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned int left;

	__vma_lockdep_release_read(vma);
	left = __vma_refcount_put_return(vma);
}

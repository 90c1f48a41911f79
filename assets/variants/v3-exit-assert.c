// SPDX-License-Identifier: GPL-2.0-only
// variant: v3-exit-assert
// title: Ending the exclusion asserts that it was exclusive
// story: Version 3 of the series let __vma_end_exclude_readers() warn unless
//   the readers were really out. A writer that is killed while it waits ends
//   the exclusion too, with the readers still in: the assertion fires on a path
//   where nothing is wrong. Version 4 dropped it.
// claim: title: 2
// claim: no claim
// claim: did: rcuwait_wait_event() gives -EINTR;
//   in_function(w1, __vma_end_exclude_readers) && references(r1, vma0) == 1 &&
//   excluding_readers(w1, vma0)
// claim: no claim
// breaks: no-warning
// steps: 25
// scenario: killable-writer-killed
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
// demo: w1*3: On its way out it asserts, as v3 did, that the readers are out.
//   r1 is still in, and the kernel warns. The merged code does not ask.
// claim: in_function(w1, __vma_end_exclude_readers) &&
//   excluding_readers(w1, vma0)
// claim: vma0->vm_refcnt == FLAG + 2 && references(r1, vma0) == 1 &&
//   in_function(w1, __vma_end_exclude_readers)
// claim: no claim

static void __vma_end_exclude_readers(struct vma_exclude_readers_state *ves)
{
	struct vm_area_struct *vma = ves->vma;

	VM_WARN_ON_ONCE(ves->detached);
	VM_WARN_ON_ONCE(!ves->exclusive);
	ves->detached = refcount_sub_and_test(VM_REFCNT_EXCLUDE_READERS_FLAG,
					      &vma->vm_refcnt);
	__vma_lockdep_release_exclusive(vma);
}

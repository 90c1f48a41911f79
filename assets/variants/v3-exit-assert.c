// SPDX-License-Identifier: GPL-2.0-only
// variant: v3-exit-assert
// title: Ending the exclusion asserts that it was exclusive
// story: Version 3 of the series let __vma_end_exclude_readers() warn unless
//   the readers were really out. A writer that is killed while it waits ends
//   the exclusion too, with the readers still in: the assertion fires on a path
//   where nothing is wrong. Version 4 dropped it.
// breaks: no-warning
// steps: 25
// scenario: killable-writer-killed
// demo: r1*4: r1 has a reference: vm_refcnt is 2.
// demo: w1!: Somebody kills w1.
// demo: w1*12: w1 wants to write-lock the VMA all the same, and raises FLAG:
//   FLAG+2.
// demo: w1*5: It would have to wait for r1, sees the signal and gives up.
// demo: w1*3: On its way out it asserts, as v3 did, that the VMA is
//   write-locked. It is not, and the kernel warns. The merged code asserts that it is
//   stabilised.

static void __vma_end_exclude_readers(struct vma_exclude_readers_state *ves)
{
	struct vm_area_struct *vma = ves->vma;

	VM_WARN_ON_ONCE(ves->detached);
	VM_WARN_ON_ONCE(!ves->exclusive);
	ves->detached = refcount_sub_and_test(VM_REFCNT_EXCLUDE_READERS_FLAG,
					      &vma->vm_refcnt);
	__vma_lockdep_release_exclusive(vma);
}

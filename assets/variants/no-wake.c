// SPDX-License-Identifier: GPL-2.0-only
// variant: no-wake
// title: A leaving reader wakes nobody
// story: The last reader drops its reference in silence. A writer that went to
//   sleep before that sleeps for ever.
// breaks: no-stuck
// steps: 28
// scenario: standard-1-1-0
// demo: r1*11: r1 has the VMA read-locked, has used it and is about to leave.
// demo: w1*15: w1 raises FLAG: FLAG+2. It must wait for r1, writes its name on
//   the door and sets its state.
// demo: w1: It looks once more: still FLAG+2. The next thing is to sleep.
// demo: r1: r1 leaves: FLAG+1, the last reader, and it wakes nobody. w1 sleeps
//   for ever.

static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned int left;

	__vma_lockdep_release_read(vma);
	left = __vma_refcount_put_return(vma);
}

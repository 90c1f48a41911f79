// SPDX-License-Identifier: GPL-2.0-only
// variant: no-wake
// title: A leaving reader wakes nobody
// story: The last reader drops its reference in silence. A writer that went to
//   sleep before that sleeps for ever.
// breaks: no-stuck
// scenario: standard-1-1-0

static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned int left;

	__vma_lockdep_release_read(vma);
	left = __vma_refcount_put_return(vma);
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: put-reads-mm-late
// title: The leaving reader reads vm_mm after its decrement
// story: The reference was all that kept the VMA. After the decrement munmap()
//   may go on and free it: the reader then asks a free object, or somebody
//   else's VMA, whose waiter it should wake.
// breaks: no-use-after-free
// scenario: munmap-waits-for-a-reader

static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	unsigned int left;

	__vma_lockdep_release_read(vma);
	left = __vma_refcount_put_return(vma);
	if (left && __vma_are_readers_excluded(left))
		rcuwait_wake_up(&vma->vm_mm->vma_writer_wait);
}

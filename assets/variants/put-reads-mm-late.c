// SPDX-License-Identifier: GPL-2.0-only
// variant: put-reads-mm-late
// title: The leaving reader reads vm_mm after its decrement
// story: The reference was all that kept the VMA. After the decrement munmap()
//   may go on and free it: the reader then asks a free object, or somebody
//   else's VMA, whose waiter it should wake.
// breaks: no-use-after-free
// steps: 44
// scenario: munmap-waits-for-a-reader
// demo: r1*10: r1 has the VMA read-locked, has used it and is about to leave.
// demo: u1*12: u1 unmaps the VMA. It raises FLAG: FLAG+2, and must wait for
//   r1.
// demo: r1: r1 drops its reference: FLAG+1. From here on nothing keeps the VMA
//   for it.
// demo: u1*9: u1 sees FLAG+1 without being woken, and write-locks the VMA.
// demo: u1*10: It detaches the VMA and takes it out of the tree.
// demo: u1: It gives the VMA back to the slab.
// demo: r1: And r1 reads vm_mm of it, to know whom to wake. the lock reads vm_mm
//   before it drops the reference.

static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	unsigned int left;

	__vma_lockdep_release_read(vma);
	left = __vma_refcount_put_return(vma);
	if (left && __vma_are_readers_excluded(left))
		rcuwait_wake_up(&vma->vm_mm->vma_writer_wait);
}

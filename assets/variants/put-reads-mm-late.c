// SPDX-License-Identifier: GPL-2.0-only
// variant: put-reads-mm-late
// title: The leaving reader reads vm_mm after its decrement
// story: The reference was all that kept the VMA. After the decrement munmap()
//   may go on and free it: the reader then asks a free object, or somebody
//   else's VMA, whose waiter it should wake.
// claim: title: 1
// claim: did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1; references(r1, vma0) == 0 &&
//   !allocated(vma0)
// claim: did: u1 gives vma0 back to the slab; !allocated(vma0) &&
//   in_function(r1, rcuwait_wake_up)
// breaks: no-use-after-free
// steps: 44
// scenario: munmap-waits-for-a-reader
// demo: r1*10: r1 has the VMA read-locked, has used it and is about to leave.
// claim: did: r1 uses vma0; references(r1, vma0) == 1 &&
//   in_function(r1, vma_end_read)
// demo: u1*12: u1 unmaps the VMA. It raises FLAG: FLAG+2, and must wait for r1.
// claim: in_function(u1, unmapper)
// claim: did: u1 vma0->vm_refcnt 2 -> FLAG+2; vma0->vm_refcnt == FLAG + 2 &&
//   excluding_readers(u1, vma0) && references(r1, vma0) == 1
// demo: r1: r1 drops its reference: FLAG+1. From here on nothing keeps the VMA
//   for it.
// claim: did: r1 vma0->vm_refcnt FLAG+2 -> FLAG+1
// claim: references(r1, vma0) == 0 && in_function(r1, vma_refcount_put)
// demo: u1*9: u1 sees FLAG+1 without being woken, and write-locks the VMA.
// claim: did: u1 reads vma0->vm_refcnt: FLAG+1; never: wakes u1;
//   !thread_asleep(u1) && holds_write_lock(u1, vma0)
// demo: u1*10: It detaches the VMA and takes it out of the tree.
// claim: did: u1 vma0->vm_refcnt 1 -> 0: detached; did: u1 mm0->mm_mt vma0 at
//   0x1000 -> empty; !attach_reference(vma0)
// demo: u1: It gives the VMA back to the slab.
// claim: did: u1 gives vma0 back to the slab; !allocated(vma0)
// demo: r1: And r1 reads vm_mm of it, to know whom to wake. The lock reads
//   vm_mm before it drops the reference.
// claim: did: r1 reads vma0->vm_mm; !allocated(vma0) &&
//   references(r1, vma0) == 0 && in_function(r1, rcuwait_wake_up)
// claim: no claim

static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	unsigned int left;

	__vma_lockdep_release_read(vma);
	left = __vma_refcount_put_return(vma);
	if (left && __vma_are_readers_excluded(left))
		rcuwait_wake_up(&vma->vm_mm->vma_writer_wait);
}

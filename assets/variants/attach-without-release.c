// SPDX-License-Identifier: GPL-2.0-only
// variant: attach-without-release
// title: A VMA is attached without release
// story: vm_refcnt goes from 0 to 1 when a VMA is attached, and the release in it
//   says that the VMA is filled in and write-locked. Who finds the VMA in the
//   tree knows that anyway. But a reader that found the object in its earlier
//   life comes to it by vm_refcnt alone: without release it may miss the write
//   lock, and read what was there before.
// claim: title: 3
// claim: did: m1 vma0->vm_refcnt 0 -> 1
// claim: no claim
// claim: did: r1 finds vma0; did: m1 gives vma0 back to the slab; did: r1 reads
//   vma0->vm_lock_seq: UINT_MAX, not the newest; holds_write_lock(m1, vma0) &&
//   references(r1, vma0) == 1
// breaks: ordered-access
// steps: 65
// scenario: recycled-in-the-same-mm
// config: ordering=lkmm
// demo: r1: r1 faults at 0x1000 and finds vma0.
// claim: did: r1 finds vma0; vma0->vm_start == 0x1000
// demo: m1*34: m1 unmaps it: vma0 is detached, out of the tree, and freed.
// claim: did: m1 vma0->vm_refcnt 1 -> 0: detached; did: m1 mm0->mm_mt vma0 at
//   0x1000 -> empty; did: m1 gives vma0 back to the slab; !allocated(vma0)
// demo: m1*17: m1 gets the object again, for a page at 0x2000, and write-locks
//   it: vm_lock_seq goes from UINT_MAX to 3.
// claim: did: m1 gets vma0 from the slab; vma0->vm_start == 0x2000; did: m1
//   vma0->vm_lock_seq UINT_MAX -> 3
// demo: m1*6: It attaches the VMA: 0 -> 1, without release. It is write-locked,
//   and not in the tree yet.
// claim: did: m1 vma0->vm_refcnt 0 -> 1; attach_reference(vma0)
// claim: holds_write_lock(m1, vma0); never: m1 mm0->mm_mt
// demo: r1?1,r1: r1 goes on with the object it found. The first look reads an
//   older vm_lock_seq, UINT_MAX.
// claim: in_function(r1, vma_start_read) && references(r1, vma0) == 0
// claim: did: r1 reads vma0->vm_lock_seq: UINT_MAX, not the newest value
// demo: r1: The count is 1 again: r1 adds its reference.
// claim: did: r1 vma0->vm_refcnt 1 -> 2; references(r1, vma0) == 1
// demo: r1,r1?1,r1: The look that counts reads UINT_MAX, too, and mm_lock_seq is
//   3: r1 does not see that the VMA is write-locked.
// claim: did: r1 reads vma0->vm_lock_seq: UINT_MAX, not the newest value; did: r1
//   reads mm0->mm_lock_seq: 3; holds_write_lock(m1, vma0)
// demo: r1: It reads vm_start, and nothing orders that behind m1's store: it
//   could as well be the old one.
// claim: did: r1 reads vma0->vm_start: 0x2000

static inline void vma_mark_attached(struct vm_area_struct *vma)
{
	vma_assert_write_locked(vma);
	vma_assert_detached(vma);
	refcount_set(&vma->vm_refcnt, 1);
}

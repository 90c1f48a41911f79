// SPDX-License-Identifier: GPL-2.0-only
// variant: detach-no-wait
// title: Detach does not wait for transient readers
// story: Transient readers are about to leave: why wait for them? Because
//   munmap() frees the VMA next, while a reader still holds a reference, and
//   that reader will drop it in whatever the object has become.
// claim: title: 2
// claim: no claim
// claim: in_function(u1, vm_area_free) && references(r1, vma0) == 1 &&
//   !attach_reference(vma0) && in_function(r1, vma_start_read)
// breaks: no-warning, refcount-sane
// steps: 35, 102
// scenario: recycled-vma-and-exit
// demo: r1*3: r1 finds the VMA and reads the two numbers: they differ, so it
//   looks unlocked. It is held up before its increment.
// claim: did: r1 finds vma0; did: r1 reads vma0->vm_lock_seq: UINT_MAX; did: r1
//   reads mm0->mm_lock_seq: 0
// claim: in_function(r1, vma_start_read) && references(r1, vma0) == 0 &&
//   vma0->vm_refcnt == 1
// demo: u1*21: u1 write-locks the VMA. Nobody was counted, so FLAG came and
//   went.
// claim: holds_write_lock(u1, vma0)
// claim: did: u1 vma0->vm_refcnt 1 -> FLAG+1; did: u1 reads vma0->vm_refcnt:
//   FLAG+1; did: u1 vma0->vm_refcnt FLAG+1 -> 1; vma0->vm_refcnt == 1
// demo: r1: r1 adds its reference after all: 2. It is transient: the second
//   check will turn it away.
// claim: did: r1 vma0->vm_refcnt 1 -> 2; references(r1, vma0) == 1
// claim: !holds_read_lock(r1, vma0) && in_function(r1, vma_start_read) &&
//   vma0->vm_lock_seq == mm0->mm_lock_seq.sequence
// demo: u1*6: u1 marks the VMA detached: it drops the attach reference, 2
//   becomes 1, and the variant does not wait.
// claim: did: u1 vma0->vm_refcnt 2 -> 1; !attach_reference(vma0) &&
//   references(r1, vma0) == 1 && !excluding_readers(u1, vma0) &&
//   !in_function(u1, vma_mark_detached)
// demo: u1*3: It takes the VMA out of the tree.
// claim: did: u1 mm0->mm_mt vma0 at 0x1000 -> empty;
//   mtree_load(&mm0->mm_mt, 0x1000) == NULL
// demo: u1: Before it is freed it must be detached, and vm_refcnt is still 1:
//   the kernel warns. The 1 is the reference of r1, which has yet to look at
//   the VMA.
// claim: did: u1 reads vma0->vm_refcnt: 1; in_function(u1, vm_area_free) &&
//   allocated(vma0)
// claim: vma0->vm_refcnt == 1 && references(r1, vma0) == 1 &&
//   in_function(r1, vma_start_read)

static inline void vma_mark_detached(struct vm_area_struct *vma)
{
	unsigned int left;

	vma_assert_write_locked(vma);
	vma_assert_attached(vma);
	left = __vma_refcount_put_return(vma);
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: linked-before-locked
// title: A new VMA is in the tree before it is write-locked
// story: mmap() goes on working on a VMA after it has put it into the tree.
//   Locked too late, it is found by page faults in between, half made. Commit
//   33313a747e81 took the lock, and 1c7873e33645 took it early enough. Today
//   vma_mark_attached() would warn, too.
// claim: title: 2
// claim: did: a1 mm0->mm_mt empty -> vma0 at 0x1000; in_function(a1, vma_link)
// claim: mtree_load(&mm0->mm_mt, 0x1000) == vma0 && !holds_write_lock(a1, vma0)
//   && !attach_reference(vma0)
// claim: no claim
// claim: no claim
// breaks: change-locked, no-warning
// steps: 8, 12
// scenario: attach-new-vma
// demo: a1*7: a1, an mmap(), takes mmap_lock for write, gets a VMA from the
//   slab, and gives it its addresses.
// claim: did: a1 takes mm0->mmap_lock for write; did: a1 gets vma0 from the
//   slab; vma0->vm_start == 0x1000 && vma0->vm_end == 0x2000 &&
//   holds_mmap_write(a1, mm0)
// demo: a1: It puts the VMA into the tree. The number in it is UINT_MAX: not
//   write-locked. From here on page faults find it.
// claim: did: a1 mm0->mm_mt empty -> vma0 at 0x1000
// claim: vma0->vm_lock_seq == UINT_MAX && mm0->mm_lock_seq.sequence == 1 &&
//   !holds_write_lock(a1, vma0)
// claim: mtree_load(&mm0->mm_mt, 0x1000) == vma0

void vma_link(struct mm_struct *mm, struct vm_area_struct *vma,
	      unsigned long start, unsigned long end)
{
	vma->vm_start = start;
	vma->vm_end = end;
	mtree_store_range(&mm->mm_mt, start, end - 1, vma, GFP_KERNEL);
	vma_mark_attached(vma);
	vma_start_write(vma);
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: linked-before-locked
// title: A new VMA is in the tree before it is write-locked
// story: mmap() goes on working on a VMA after it has put it into the tree.
//   Locked too late, it is open to page faults in between, half made. Commit
//   33313a747e81 took the lock, and 1c7873e33645 took it early enough. Today
//   vma_mark_attached() would warn, too.
// breaks: change-locked, no-warning
// steps: 8, 12
// scenario: attach-new-vma
// demo: a1*7: a1, an mmap(), takes mmap_lock for write, gets a VMA from the
//   slab, and gives it its addresses.
// demo: a1: It puts the VMA into the tree. The number in it is UINT_MAX: not
//   write-locked. From here on page faults find it.

void vma_link(struct mm_struct *mm, struct vm_area_struct *vma,
	      unsigned long start, unsigned long end)
{
	vma->vm_start = start;
	vma->vm_end = end;
	mtree_store_range(&mm->mm_mt, start, end - 1, vma, GFP_KERNEL);
	vma_mark_attached(vma);
	vma_start_write(vma);
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: fork-unlocked
// title: fork() does not write-lock the parent's VMAs
// story: fork() as it was in Linux 6.4: mmap_lock is held for write, and that
//   was thought to be enough. Page faults do not take it any more. One of them
//   can write to a page of the parent after the child has been told that the
//   page is shared and will not change. Programs saw memory of their own
//   change behind their backs. Fixed by commit fb49c455323f with a
//   vma_start_write() for each VMA.
// breaks: change-locked
// steps: 37
// scenario: fork-locks-the-parent
// demo: r1*9: r1, a thread of the parent, takes a page fault in vma0. It has
//   the read lock.
// demo: f1*4: f1 is fork(). It holds both mmap_locks for write. That keeps
//   other writers out, and no page fault.
// demo: f1: It finds vma0, and goes on without write-locking it. r1 is in, and
//   nobody asks.
// demo: f1*31: The child gets its copy of the VMA. That one is write-locked,
//   as a new VMA has to be.
// demo: f1: f1 makes the pages of vma0 read-only and shares them with the
//   child, while r1 is in the middle of its page fault.

void forker(struct mm_struct *parent, struct mm_struct *child,
	    unsigned long first, unsigned long second)
{
	struct vm_area_struct *vma;

	mmap_write_lock(parent);
	mmap_write_lock_nested(child, SINGLE_DEPTH_NESTING);
	vma = vma_lookup(parent, first);
	if (vma)
		dup_vma(child, vma);
	vma = vma_lookup(parent, second);
	if (vma)
		dup_vma(child, vma);
	mmap_write_unlock(child);
	mmap_write_unlock(parent);
}

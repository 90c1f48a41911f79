// SPDX-License-Identifier: GPL-2.0-only
// variant: fork-unlocked
// title: fork() does not write-lock the parent's VMAs
// story: fork() as it was in Linux 6.4: mmap_lock is held for write, and that
//   was thought to be enough. Page faults do not take it any more. One of them
//   can write to a page of the parent after the child has been told that the
//   page is shared and will not change. Programs saw memory of their own change
//   behind their backs. Fixed by commit fb49c455323f with a vma_start_write()
//   for each VMA.
// claim: title: 1
// claim: holds_mmap_write(f1, mm0) && holds_mmap_write(f1, mm1); never: f1
//   vma0->vm_refcnt; never: f1 vma0->vm_lock_seq
// claim: holds_mmap_write(f1, mm0) && holds_read_lock(r1, vma0) &&
//   !holds_mmap_read(r1, mm0); never: r1 takes mm0->mmap_lock
// claim: did: f1 mm1->mm_mt empty -> vma2 at 0x1000; did: f1 changes vma0;
//   holds_read_lock(r1, vma0); never: r1 uses vma0
// claim: no claim
// claim: no claim
// breaks: change-locked
// steps: 37
// scenario: fork-locks-the-parent
// demo: r1*9: r1, a thread of the parent, takes a page fault in vma0. It has
//   the read lock.
// claim: did: r1 finds vma0; vma0->vm_mm == mm0
// claim: holds_read_lock(r1, vma0)
// demo: f1*4: f1 is fork(). It holds both mmap_locks for write. That keeps
//   other writers out, and no page fault.
// claim: in_function(f1, forker)
// claim: holds_mmap_write(f1, mm0) && holds_mmap_write(f1, mm1)
// claim: holds_mmap_write(f1, mm0) && holds_read_lock(r1, vma0)
// demo: f1: It finds vma0, and goes on without write-locking it. r1 has it
//   read-locked, and f1 does not look.
// claim: did: f1 finds vma0; in_function(f1, dup_vma) &&
//   !holds_write_lock(f1, vma0)
// claim: holds_read_lock(r1, vma0) && !excluding_readers(f1, vma0); never: f1
//   reads vma0->vm_refcnt
// demo: f1*31: The child gets its copy of the VMA. That one is write-locked, as
//   a new VMA has to be.
// claim: did: f1 gets vma2 from the slab; did: f1 mm1->mm_mt empty -> vma2 at
//   0x1000; vma2->vm_mm == mm1 && vma2->vm_start == vma0->vm_start &&
//   vma2->vm_end == vma0->vm_end
// claim: holds_write_lock(f1, vma2) && !holds_write_lock(f1, vma0)
// demo: f1: f1 makes the pages of vma0 read-only and shares them with the
//   child, while r1 is in the middle of its page fault.
// claim: did: f1 changes vma0; holds_read_lock(r1, vma0) &&
//   !holds_write_lock(f1, vma0)

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

// SPDX-License-Identifier: GPL-2.0-only
// variant: second-lock-waits
// title: The second VMA lock waits for mmap_lock
// story: userfaultfd holds the destination's VMA lock and takes the source's by
//   whichever way works, as it took the first. That way may wait for mmap_lock.
//   A writer that holds it, and waits for the destination's readers, never goes
//   on, and so neither does userfaultfd.
// claim: title: 2
// claim: holds_read_lock(u1, vma0) && in_function(u1, uffd_lock_vma)
// claim: holds_read_lock(u1, vma0) && thread_blocked(u1) &&
//   in_function(u1, mmap_read_lock) && holds_mmap_write(w1, mm0)
// claim: holds_mmap_write(w1, mm0) && thread_asleep(w1) &&
//   excluding_readers(w1, vma0) && references(u1, vma0) == 1 &&
//   thread_blocked(u1)
// breaks: no-stuck
// steps: 50
// scenario: userfaultfd-two-vmas
// demo: u1*11: u1 read-locks vma0, the destination. The source is in another
//   VMA.
// claim: holds_read_lock(u1, vma0)
// claim: did: u1 reads vma0->vm_end: 0x2000; vma1->vm_start == 0x2000 &&
//   in_function(u1, uffd_lock_vma) && references(u1, vma1) == 0
// demo: w1*21: w1 takes mmap_lock for write and write-locks vma1.
// claim: did: w1 takes mm0->mmap_lock for write; holds_mmap_write(w1, mm0) &&
//   holds_write_lock(w1, vma1)
// demo: u1*3: u1 finds vma1 write-locked. It goes on to wait for mmap_lock, and
//   keeps vma0.
// claim: did: u1 finds vma1; did: u1 reads vma1->vm_lock_seq: 1; did: u1 reads
//   mm0->mm_lock_seq: 1
// claim: thread_blocked(u1) && in_function(u1, mmap_read_lock) &&
//   holds_read_lock(u1, vma0)
// demo: w1*11: w1 changes vma1, and wants vma0 as well. It raises the flag: u1
//   is in.
// claim: did: w1 changes vma1; did: w1 finds vma0;
//   in_function(w1, vma_start_write)
// claim: did: w1 vma0->vm_refcnt 2 -> FLAG+2; excluding_readers(w1, vma0) &&
//   references(u1, vma0) == 1
// demo: w1*4: w1 sleeps: it waits for u1 to leave vma0. u1 waits for w1 to
//   release mmap_lock. Neither ever goes on.
// claim: did: w1 reads vma0->vm_refcnt: FLAG+2; thread_asleep(w1) &&
//   vma0->vm_refcnt == FLAG + 2 && references(u1, vma0) == 1
// claim: thread_blocked(u1) && holds_mmap_write(w1, mm0)
// claim: thread_blocked(w1) && thread_blocked(u1)

static int uffd_move_lock(struct mm_struct *mm,
			  unsigned long dst_start, unsigned long src_start,
			  struct vm_area_struct **dst, struct vm_area_struct **src)
{
	*dst = uffd_lock_vma(mm, dst_start);
	if (IS_ERR(*dst))
		return PTR_ERR(*dst);
	if (src_start >= (*dst)->vm_start && src_start < (*dst)->vm_end) {
		*src = *dst;
		return 0;
	}
	*src = uffd_lock_vma(mm, src_start);
	if (!IS_ERR(*src))
		return 0;
	vma_end_read(*dst);
	return PTR_ERR(*src);
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: second-lock-waits
// title: The second VMA lock waits for mmap_lock
// story: userfaultfd holds the destination's VMA lock and takes the source's
//   by whichever way works, as it took the first. That way may wait for
//   mmap_lock. A writer that holds it, and waits for the destination's
//   readers, never goes on, and so neither do we.
// breaks: no-stuck
// steps: 50
// scenario: userfaultfd-two-vmas
// demo: u1*11: u1 read-locks vma0, the destination. The source is in another
//   VMA.
// demo: w1*21: w1 takes mmap_lock for write and write-locks vma1.
// demo: u1*3: u1 finds vma1 write-locked. It goes on to wait for mmap_lock,
//   and keeps vma0.
// demo: w1*11: w1 changes vma1, and wants vma0 as well. It raises the flag: u1
//   is in.
// demo: w1*4: w1 sleeps until u1 leaves vma0. u1 waits until w1 releases
//   mmap_lock. Neither ever will.

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

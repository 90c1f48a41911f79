// SPDX-License-Identifier: GPL-2.0-only
// variant: walk-trusts-odd
// title: A walk compares an odd number like any other
// story: lock_next_vma() notes mm_lock_seq and looks again when it has moved.
//   But an odd number says that a writer is in the middle of it, and it moves
//   only when that writer is through. Until then the tree changes under a number
//   that stays the same, and a mapping that was only moved is left out.
// breaks: no-warning
// steps: 73
// scenario: maps-walk-and-mremap
// demo: w1*2: w1, an mremap(), takes mmap_lock for write: mm_lock_seq is odd.
// demo: m1: m1 reads on in /proc/PID/maps. It notes the odd number.
// demo: m1: There is nothing at 0x1000. m1 goes on to the next page.
// demo: w1*47: w1 write-locks vma0 and puts a copy into the tree at 0x1000.
// demo: w1*9: It takes vma0 out of the tree.
// demo: m1*2: There is nothing at 0x2000 any more. m1 finds vma1.
// demo: m1*6: It read-locks vma1, which nobody has write-locked.
// demo: m1*3: vma1 begins behind 0x1000. But mm_lock_seq is what m1 has noted, so
//   that it does not look again.
// demo: m1*2: The line for vma1 is next, and a mapping that was there all the time
//   is left out.

static bool __vma_is_next(struct mm_struct *mm, struct vma_iterator *vmi,
			  struct vm_area_struct *vma, unsigned long address,
			  bool quiet, unsigned int seq)
{
	if (address >= vma->vm_end)
		return false;
	if (address >= vma->vm_start)
		return true;
	if (!mmap_lock_speculate_retry(mm, seq))
		return true;
	vma_iter_set(vmi, address);
	return vma_next(vmi) == vma;
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: walk-trusts-odd
// title: A walk compares an odd number like any other
// story: lock_next_vma() notes mm_lock_seq and looks again when it has moved.
//   But an odd number says that a writer is in the middle of it, and it moves
//   only when that writer is through. Until then the tree changes under a
//   number that stays the same, and a mapping that was only moved is left out.
// claim: title: 1
// claim: did: m1 reads mm0->mm_lock_seq: 4294967293;
//   in_function(m1, lock_next_vma)
// claim: (mm0->mm_lock_seq.sequence & 1) != 0 && holds_mmap_write(w1, mm0)
// claim: did: w1 mm0->mm_mt vma0 at 0x2000, vma1 at 0x3000 -> vma2 at 0x1000,
//   vma0 at 0x2000, vma1 at 0x3000; did: w1 mm0->mm_mt vma2 at 0x1000, vma0 at
//   0x2000, vma1 at 0x3000 -> vma2 at 0x1000, vma1 at 0x3000; did: m1 finds
//   vma1; mm0->mm_lock_seq.sequence == 0xfffffffd; never: m1 finds vma0;
//   never: m1 finds vma2
// breaks: no-warning
// steps: 73
// scenario: maps-walk-and-mremap
// demo: w1*2: w1, an mremap(), takes mmap_lock for write: mm_lock_seq is odd.
// claim: did: w1 takes mm0->mmap_lock for write; holds_mmap_write(w1, mm0) &&
//   (mm0->mm_lock_seq.sequence & 1) != 0
// demo: m1: m1 reads on in /proc/PID/maps. It notes the odd number.
// claim: in_function(m1, maps_reader)
// claim: did: m1 reads mm0->mm_lock_seq: 4294967293
// demo: m1: There is nothing at 0x1000. m1 goes on to the next page.
// claim: did: m1 finds no VMA; mtree_load(&mm0->mm_mt, 0x1000) == NULL
// claim: did: vma_next() goes round again; in_function(m1, vma_next)
// demo: w1*47: w1 write-locks vma0 and puts a copy into the tree at 0x1000.
// claim: holds_write_lock(w1, vma0) && mtree_load(&mm0->mm_mt, 0x1000) == vma2;
//   did: w1 mm0->mm_mt vma0 at 0x2000, vma1 at 0x3000 -> vma2 at 0x1000, vma0
//   at 0x2000, vma1 at 0x3000
// demo: w1*9: It takes vma0 out of the tree.
// claim: did: -> vma2 at 0x1000, vma1 at 0x3000;
//   mtree_load(&mm0->mm_mt, 0x2000) == NULL
// demo: m1*2: There is nothing at 0x2000 any more. m1 finds vma1.
// claim: did: m1 finds no VMA; mtree_load(&mm0->mm_mt, 0x2000) == NULL
// claim: did: m1 finds vma1
// demo: m1*6: vma_start_read() gives it vma1, which nobody has write-locked.
// claim: did: m1 vma1->vm_refcnt 1 -> 2; references(m1, vma1) == 1 &&
//   !in_function(m1, vma_start_read) && in_function(m1, lock_next_vma) &&
//   !holds_write_lock(w1, vma1)
// demo: m1*3: vma1 begins behind 0x1000. But mm_lock_seq is what m1 has noted,
//   so that it does not look again.
// claim: did: m1 reads vma1->vm_start: 0x3000
// claim: did: m1 reads mm0->mm_lock_seq: 4294967293;
//   !in_function(m1, lock_next_vma) && holds_read_lock(m1, vma1); never: m1
//   finds
// demo: m1*2: The line for vma1 is next, and a mapping that was there all the
//   time is left out.
// claim: did: m1 reads vma1->vm_start: 0x3000; in_function(m1, maps_reader) &&
//   holds_read_lock(m1, vma1) && mtree_load(&mm0->mm_mt, 0x1000) == vma2

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

// SPDX-License-Identifier: GPL-2.0-only
// variant: seq-wraps
// title: A sequence of 2 bits instead of 32
// story: Two write locks of mmap_lock later the sequence shows the number of an
//   old VMA write lock again. Readers take that for "locked" and use the slow
//   path: harmless, and what the kernel's comment on reuse promises. But a
//   writer asks the same question, and takes the match for its own write lock:
//   it returns at once, with a reader inside. With 32 bits this takes a match
//   after exactly 2^31 write locks of mmap_lock, none of which write-locked
//   this VMA.
// breaks: exclusion
// goal: vma0->vm_lock_seq == mm0->mm_lock_seq.sequence && !holds_write_lock(w1, vma0) && !holds_write_lock(w3, vma0)
// scenario: sequence-comes-round
// config: seq_bits=2

/* The largest value of the narrow sequence, as UINT_MAX is of the wide one. */
static inline void vma_lock_init(struct vm_area_struct *vma, bool reset_refcnt)
{
	if (reset_refcnt)
		refcount_set(&vma->vm_refcnt, 0);
	vma->vm_lock_seq = 3;
}

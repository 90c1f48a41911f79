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
// steps: 45
// goal: vma0->vm_lock_seq == mm0->mm_lock_seq.sequence && !holds_write_lock(w1, vma0) && !holds_write_lock(w3, vma0)
// scenario: sequence-comes-round
// config: seq_bits=2
// demo: w1*22: w1 write-locks the VMA under mm_lock_seq 1, and changes it.
// demo: w1*2: It releases mmap_lock: mm_lock_seq is 2, and every VMA write
//   lock has ended. vm_lock_seq stays 1.
// demo: r1*9: r1 read-locks the VMA: 1 is not 2.
// demo: w2*5: w2 takes and releases mmap_lock. With two bits the sequence
//   comes round: 3, then 0.
// demo: w3*4: w3 takes mmap_lock: mm_lock_seq is 1 again.
// demo: w3*3: It compares: vm_lock_seq is 1, so the VMA counts as write-locked
//   already. w3 does not wait, and r1 is inside.

/* The largest value of the narrow sequence, as UINT_MAX is of the wide one. */
static inline void vma_lock_init(struct vm_area_struct *vma, bool reset_refcnt)
{
	if (reset_refcnt)
		refcount_set(&vma->vm_refcnt, 0);
	vma->vm_lock_seq = 3;
}

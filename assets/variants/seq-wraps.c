// SPDX-License-Identifier: GPL-2.0-only
// variant: seq-wraps
// title: A sequence of 2 bits instead of 32
// story: Two write locks of mmap_lock later the sequence shows the number of an
//   old VMA write lock again. Readers take that for "locked" and use the slow
//   path: harmless, and what the kernel's comment on reuse promises. But a
//   writer asks the same question, and takes the match for its own write lock:
//   it returns at once, while a reader has its read lock. With 32 bits this
//   takes a match after exactly 2^31 write locks of mmap_lock, none of which
//   write-locked this VMA.
// claim: title: 1
// claim: did: w2 takes mm0->mmap_lock for write; did: w3 takes mm0->mmap_lock
//   for write; vma0->vm_lock_seq == 1 && mm0->mm_lock_seq.sequence == 1 &&
//   !holds_write_lock(w1, vma0) && !holds_write_lock(w3, vma0)
// claim: no claim
// claim: did: w3 reads vma0->vm_lock_seq: 1; did: w3 reads mm0->mm_lock_seq: 1;
//   holds_read_lock(r1, vma0) && holds_write_lock(w3, vma0); never: w3
//   vma0->vm_refcnt
// claim: no claim
// breaks: exclusion
// steps: 45
// goal: vma0->vm_lock_seq == mm0->mm_lock_seq.sequence && !holds_write_lock(w1, vma0) && !holds_write_lock(w3, vma0)
// scenario: sequence-comes-round
// config: seq_bits=2
// demo: w1*22: w1 write-locks the VMA under mm_lock_seq 1, and changes it.
// claim: holds_write_lock(w1, vma0) && mm0->mm_lock_seq.sequence == 1 &&
//   vma0->vm_lock_seq == 1; did: w1 changes vma0
// demo: w1*2: It releases mmap_lock: mm_lock_seq is 2, and every VMA write lock
//   has ended. vm_lock_seq stays 1.
// claim: did: w1 mm0->mm_lock_seq 1 -> 2: every VMA write lock of this mm ends;
//   did: w1 releases mm0->mmap_lock; mm0->mm_lock_seq.sequence == 2 &&
//   !holds_write_lock(w1, vma0)
// claim: vma0->vm_lock_seq == 1
// demo: r1*9: r1 read-locks the VMA: 1 is not 2.
// claim: did: r1 reads vma0->vm_lock_seq: 1; did: r1 reads mm0->mm_lock_seq: 2;
//   holds_read_lock(r1, vma0)
// demo: w2*5: w2 takes and releases mmap_lock. With two bits the sequence comes
//   round: 3, then 0.
// claim: did: w2 takes mm0->mmap_lock for write; did: w2 releases
//   mm0->mmap_lock; thread_done(w2)
// claim: did: w2 mm0->mm_lock_seq 2 -> 3; did: w2 mm0->mm_lock_seq 3 -> 0;
//   mm0->mm_lock_seq.sequence == 0
// demo: w3*4: w3 takes mmap_lock: mm_lock_seq is 1 again.
// claim: did: w3 takes mm0->mmap_lock for write; did: w3 mm0->mm_lock_seq
//   0 -> 1; holds_mmap_write(w3, mm0) && mm0->mm_lock_seq.sequence == 1
// demo: w3*3: It compares: vm_lock_seq is 1, so the VMA counts as write-locked
//   already. w3 does not wait, and r1 has it read-locked.
// claim: did: w3 reads mm0->mm_lock_seq: 1; vma0->vm_lock_seq == 1 &&
//   holds_write_lock(w3, vma0)
// claim: !in_function(w3, vma_start_write) && !excluding_readers(w3, vma0) &&
//   holds_read_lock(r1, vma0); never: w3 vma0->vm_refcnt

/* The largest value of the narrow sequence, as UINT_MAX is of the wide one. */
static inline void vma_lock_init(struct vm_area_struct *vma, bool reset_refcnt)
{
	if (reset_refcnt)
		refcount_set(&vma->vm_refcnt, 0);
	vma->vm_lock_seq = 3;
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: seq-unordered
// title: The sequence that ends all write locks carries nothing
// story: As the kernel had it before b1f02b95758d: the writer ends its write
//   locks by a plain increment of mm_lock_seq, and the reader reads it without
//   acquire. The reader sees that the lock has ended and gets in, but not that
//   the VMA has changed: it may use what was there before. The lock itself says
//   nothing wrong. The fix is a release at the one end and an acquire at the
//   other, and takes both.
// claim: title: 3
// claim: did: w1 mm0->mm_lock_seq 1 -> 2; did: r1 reads mm0->mm_lock_seq: 2
// claim: did: w1 changes vma0; references(r1, vma0) == 1 && in_function(r1,
//   lock_vma_under_rcu) && !holds_write_lock(w1, vma0)
// claim: holds: exclusion
// claim: no claim
// breaks: ordered-access
// steps: 32
// scenario: standard-1-1-0
// config: ordering=lkmm
// demo: w1*22: w1 write-locks the VMA and changes it. Nobody was counted, so it
//   did not wait.
// claim: did: w1 changes vma0; holds_write_lock(w1, vma0)
// claim: did: w1 reads vma0->vm_refcnt: FLAG+1; never: w1 schedule()
// demo: w1*2: It ends its write lock: mm_lock_seq 1 -> 2, without release.
//   Nothing says that the change comes before it.
// claim: did: w1 mm0->mm_lock_seq 1 -> 2; !holds_write_lock(w1, vma0)
// claim: no claim
// demo: r1*4: r1 finds the VMA, sees two numbers that differ, and adds its
//   reference. The count tells it what w1 knew when FLAG came off, and that was
//   before the change.
// claim: did: r1 finds vma0; did: r1 reads vma0->vm_lock_seq: 1; did: r1 reads
//   mm0->mm_lock_seq: 2; references(r1, vma0) == 1
// claim: did: r1 vma0->vm_refcnt 1 -> 2
// demo: r1*3: The look that counts: 1 and 2. By an acquire of the 2 it would know
//   the change; read like this, the 2 is a number and no more.
// claim: did: r1 reads vma0->vm_lock_seq: 1; did: r1 reads mm0->mm_lock_seq: 2
// claim: no claim
// demo: r1: r1 may go in, and reads from the VMA. Nobody has broken the lock; but
//   nothing orders this read behind w1's change, and it may see the VMA as it was
//   before.
// claim: did: r1 reads vma0->vm_start: 0x1000; references(r1, vma0) == 1
// claim: references(r1, vma0) == 1 && !holds_write_lock(w1, vma0)

#define raw_read_seqcount(s) READ_ONCE((s)->sequence)

static inline void vma_end_write_all(struct mm_struct *mm)
{
	mmap_assert_write_locked(mm);
	WRITE_ONCE(mm->mm_lock_seq.sequence, mm->mm_lock_seq.sequence + 1);
}

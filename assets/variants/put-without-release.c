// SPDX-License-Identifier: GPL-2.0-only
// variant: put-without-release
// title: A leaving reader drops its reference without release
// story: The decrement tells the writer that the reader is out. Without release
//   it does not say that the reader has done with the VMA: its last reads may
//   still be under way when the writer changes what they read.
// claim: title: 2
// claim: did: r1 vma0->vm_refcnt 2 -> 1; did: w1 vma0->vm_refcnt 1 -> FLAG+1;
//   did: w1 reads vma0->vm_refcnt: FLAG+1
// claim: did: r1 uses vma0; did: w1 changes vma0
// breaks: ordered-access
// steps: 34
// scenario: standard-1-1-0
// config: ordering=lkmm
// demo: r1*10: r1 has the VMA read-locked and uses it.
// claim: did: r1 uses vma0; holds_read_lock(r1, vma0)
// demo: r1*2: r1 leaves: 2 -> 1, relaxed. Its use of the VMA is before that in
//   the program, and nowhere else.
// claim: did: r1 vma0->vm_refcnt 2 -> 1; thread_done(r1)
// claim: no claim
// demo: w1*12: w1 raises FLAG. It finds 1: nobody is in.
// claim: did: w1 vma0->vm_refcnt 1 -> FLAG+1; excluding_readers(w1, vma0)
// claim: references(r1, vma0) == 0 && vma0->vm_refcnt == FLAG + 1
// demo: w1*9: It does not sleep, stores the sequence and takes FLAG off: the VMA
//   is write-locked.
// claim: never: w1 schedule(); did: w1 vma0->vm_lock_seq UINT_MAX -> 1; did: w1
//   vma0->vm_refcnt FLAG+1 -> 1; holds_write_lock(w1, vma0)
// demo: w1: It changes the VMA, and r1's use may see the change: nothing puts
//   the use before it.
// claim: did: w1 changes vma0

static inline unsigned int __must_check
__vma_refcount_put_return(struct vm_area_struct *vma)
{
	int before;
	bool last = __vmalab_ref_sub_and_test_relaxed(1, &vma->vm_refcnt,
						      &before);

	return last ? 0 : before - 1;
}

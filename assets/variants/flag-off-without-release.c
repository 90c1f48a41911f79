// SPDX-License-Identifier: GPL-2.0-only
// variant: flag-off-without-release
// title: FLAG is taken off without release
// story: Taking FLAG off lets readers in again, and what must stop them then is
//   vm_lock_seq. Without release a reader may see the count without FLAG and
//   still find the old vm_lock_seq, and gets in beside the writer.
// claim: title: 2
// claim: did: w1 vma0->vm_refcnt FLAG+1 -> 1; did: w1 vma0->vm_lock_seq
//   UINT_MAX -> 1
// claim: did: r1 vma0->vm_refcnt 1 -> 2; did: r1 reads vma0->vm_lock_seq:
//   UINT_MAX, not the newest; holds_read_lock(r1, vma0) &&
//   holds_write_lock(w1, vma0)
// breaks: exclusion
// steps: 30
// scenario: standard-1-1-0
// config: ordering=lkmm
// demo: w1*20: w1 has excluded readers and stored the sequence: 1.
// claim: did: w1 vma0->vm_lock_seq UINT_MAX -> 1; excluding_readers(w1, vma0)
// demo: w1: It takes FLAG off, relaxed: vm_refcnt is 1, and that carries nothing
//   of what w1 stored before.
// claim: did: w1 vma0->vm_refcnt FLAG+1 -> 1; holds_write_lock(w1, vma0)
// demo: r1,r1?1,r1: r1 finds the VMA. Its first look reads an older vm_lock_seq:
//   UINT_MAX.
// claim: did: r1 finds vma0
// claim: did: r1 reads vma0->vm_lock_seq: UINT_MAX, not the newest value;
//   vma0->vm_lock_seq == 1
// demo: r1: It adds its reference, with acquire. There is no release to pair
//   with, so it learns the count alone.
// claim: did: r1 vma0->vm_refcnt 1 -> 2; references(r1, vma0) == 1
// claim: no claim
// demo: r1,r1?1,r1: The look that counts still finds UINT_MAX. That differs from
//   mm_lock_seq: nobody has the VMA write-locked, it seems.
// claim: did: r1 reads vma0->vm_lock_seq: UINT_MAX, not the newest value
// claim: did: r1 reads mm0->mm_lock_seq: 1; holds_write_lock(w1, vma0)
// demo: r1*2: r1 has the VMA read-locked while w1 has it write-locked.
// claim: holds_read_lock(r1, vma0) && holds_write_lock(w1, vma0)

static void __vma_end_exclude_readers(struct vma_exclude_readers_state *ves)
{
	struct vm_area_struct *vma = ves->vma;

	VM_WARN_ON_ONCE(ves->detached);
	ves->detached = __vmalab_ref_sub_and_test_relaxed(VM_REFCNT_EXCLUDE_READERS_FLAG,
							  &vma->vm_refcnt, NULL);
	__vma_lockdep_release_exclusive(vma);
}

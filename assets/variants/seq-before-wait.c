// SPDX-License-Identifier: GPL-2.0-only
// variant: seq-before-wait
// title: The sequence is stored before the readers are out
// story: It looks harmless: new readers back off earlier. But the numbers say
//   "write-locked" before readers are excluded, while one may still be in. A
//   writer that is killed in its wait leaves them saying so, and its next
//   attempt under the same mmap_lock takes that for its own lock: it returns at
//   once, with the reader still in.
// claim: title: 2
// claim: no claim
// claim: vma0->vm_lock_seq == mm0->mm_lock_seq.sequence &&
//   !excluding_readers(w1, vma0) && vma0->vm_refcnt == 1
// claim: no claim
// breaks: seq-write-rule, exclusion
// steps: 11, 36
// scenario: killed-writer-tries-again
// demo: w1*10: w1 has mmap_lock and comes to write-lock the VMA.
// claim: holds_mmap_write(w1, mm0) && in_function(w1, __vma_start_write)
// demo: w1: It writes vm_lock_seq before it has raised FLAG and waited. Whoever
//   reads it takes the VMA for write-locked, and it is not.
// claim: did: w1 vma0->vm_lock_seq UINT_MAX -> 1; vma0->vm_refcnt == 1 &&
//   !excluding_readers(w1, vma0); never: w1 vma0->vm_refcnt
// claim: vma0->vm_lock_seq == mm0->mm_lock_seq.sequence &&
//   !holds_write_lock(w1, vma0)

int __vma_start_write(struct vm_area_struct *vma, int state)
{
	const unsigned int seq = __vma_raw_mm_seqnum(vma);
	struct vma_exclude_readers_state ves = { .vma = vma, .state = state };
	int err;

	WRITE_ONCE(vma->vm_lock_seq, seq);

	err = __vma_start_exclude_readers(&ves);
	if (err) {
		WARN_ON_ONCE(ves.detached);
		return err;
	}

	if (ves.exclusive) {
		__vma_end_exclude_readers(&ves);
		WARN_ON_ONCE(ves.detached);
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: get-without-acquire
// title: The reader's increment is relaxed
// story: The reader's increment reads what the writer left in vm_refcnt, but
//   without acquire it does not learn what the writer did before. So its second
//   look may still find the sequence of before the write lock, and r1 gets in
//   beside w1. Where memory is sequentially consistent nothing of this can be
//   seen.
// claim: title: 2
// claim: did: r1 vma0->vm_refcnt 1 -> 2
// claim: did: r1 reads mm0->mm_lock_seq: 0, not the newest;
//   holds_read_lock(r1, vma0) && holds_write_lock(w1, vma0)
// claim: no claim
// breaks: exclusion
// steps: 30
// scenario: standard-1-1-0
// config: ordering=lkmm
// demo: w1*21: w1 write-locks the VMA. Its last store takes FLAG off, with
//   release: whoever acquires that count knows both sequences.
// claim: holds_write_lock(w1, vma0) && vma0->vm_refcnt == 1
// claim: did: w1 vma0->vm_lock_seq UINT_MAX -> 1; did: w1 vma0->vm_refcnt
//   FLAG+1 -> 1
// demo: r1*2,r1?1: r1 finds the VMA. Its first look reads 1 from vm_lock_seq, and
//   an older value from mm_lock_seq: 0. They differ, so it goes on; that look may
//   be wrong in the lock, too.
// claim: did: r1 finds vma0
// claim: did: r1 reads vma0->vm_lock_seq: 1; did: r1 reads mm0->mm_lock_seq: 0,
//   not the newest value; mm0->mm_lock_seq.sequence == 1
// claim: in_function(r1, vma_start_read) && references(r1, vma0) == 0
// demo: r1: It adds its reference to the count that w1 left. Acquire would make
//   it know w1's sequences now; relaxed, it knows the count alone.
// claim: did: r1 vma0->vm_refcnt 1 -> 2; references(r1, vma0) == 1
// claim: no claim
// demo: r1*2,r1?1: The look that counts reads mm_lock_seq as 0 once more. 1 and 0
//   differ: r1 believes that nobody has the VMA write-locked.
// claim: did: r1 reads mm0->mm_lock_seq: 0, not the newest value;
//   mm0->mm_lock_seq.sequence == 1
// claim: did: r1 reads vma0->vm_lock_seq: 1; references(r1, vma0) == 1 &&
//   holds_write_lock(w1, vma0)
// demo: r1*2: r1 has the VMA read-locked while w1 has it write-locked.
// claim: holds_read_lock(r1, vma0) && holds_write_lock(w1, vma0)

static inline struct vm_area_struct *
vma_start_read(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct mm_struct *owner;
	int before;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "a reader comes from RCU");

	if (READ_ONCE(vma->vm_lock_seq) == READ_ONCE(mm->mm_lock_seq.sequence)) {
		rcu_read_unlock();
		return NULL;
	}

	if (unlikely(!__vmalab_ref_inc_limited_relaxed(
			&vma->vm_refcnt, &before, VM_REFCNT_LIMIT))) {
		rcu_read_unlock();
		return before ? NULL : ERR_PTR(-EAGAIN);
	}
	__vma_lockdep_acquire_read(vma);

	if (unlikely(vma->vm_mm != mm)) {
		owner = vma->vm_mm;
		rcu_read_unlock();
		mmgrab(owner);
		vma_refcount_put(vma);
		mmdrop(owner);
		return NULL;
	}

	if (unlikely(vma->vm_lock_seq == raw_read_seqcount(&mm->mm_lock_seq))) {
		vma_refcount_put(vma);
		rcu_read_unlock();
		return NULL;
	}

	return vma;
}

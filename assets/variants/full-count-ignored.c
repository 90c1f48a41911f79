// SPDX-License-Identifier: GPL-2.0-only
// variant: full-count-ignored
// title: A failed vma_start_read_locked() is ignored
// story: With mmap_lock held for read no writer can be in the way, so the read
//   lock seems certain. It is not: vm_refcnt can be full. Commit 8b7c2ce8e03d
//   made the callers look at the answer. Here the count is full at 2, so that
//   one reader is enough to fill it.
// claim: title: 4
// claim: holds_mmap_read(r2, mm0) && !holds_mmap_write(w1, mm0) &&
//   !excluding_readers(w1, vma0)
// claim: did: r2 vma0->vm_refcnt is 2: above the limit, no reference taken
// claim: no claim
// claim: vma0->vm_refcnt == 2 && VM_REFCNT_LIMIT == 2 &&
//   references(r1, vma0) == 1; did: r2 vma0->vm_refcnt is 2: above the limit
// breaks: use-locked
// steps: 10
// scenario: fallback-to-mmap-lock
// demo: r1*9: r1 read-locks the VMA: vm_refcnt is 2, and here that is the
//   limit.
// claim: holds_read_lock(r1, vma0) && vma0->vm_refcnt == 2 &&
//   VM_REFCNT_LIMIT == 2
// demo: r2*2: r2 takes mmap_lock for read and finds the VMA.
// claim: did: r2 takes mm0->mmap_lock for read; did: r2 finds vma0;
//   holds_mmap_read(r2, mm0)
// demo: r2*2: It asks for the VMA lock as well. The count is full: the answer
//   is no.
// claim: did: r2 vma0->vm_refcnt is 2
// claim: did: r2 vma0->vm_refcnt is 2: above the limit, no reference taken;
//   references(r2, vma0) == 0 && !in_function(r2, vma_start_read_locked)
// demo: r2: r2 does not look at the answer, and releases mmap_lock.
// claim: did: r2 releases mm0->mmap_lock; !holds_mmap_read(r2, mm0) &&
//   references(r2, vma0) == 0
// demo: r2: It uses the VMA with no lock at all.
// claim: did: r2 uses vma0; !holds_read_lock(r2, vma0) &&
//   !holds_write_lock(r2, vma0) && !holds_mmap_read(r2, mm0) &&
//   !holds_mmap_write(r2, mm0)

#undef VM_REFCNT_LIMIT
#define VM_REFCNT_LIMIT 2

void reader_locked(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		locked = vma_start_read_locked(vma);
	mmap_read_unlock(mm);
	if (!vma)
		return;
	use_vma(vma);
	vma_end_read(vma);
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: full-count-ignored
// title: A failed vma_start_read_locked() is ignored
// story: With mmap_lock held for read no writer can be in the way, so the read
//   lock seems certain. It is not: vm_refcnt can be full. Commit 8b7c2ce8e03d
//   made the callers look at the answer. Here the count is full at 2, so that
//   one reader is enough to fill it.
// breaks: use-locked
// steps: 10
// scenario: fallback-to-mmap-lock
// demo: r1*9: r1 read-locks the VMA: vm_refcnt is 2, and here that is the
//   limit.
// demo: r2*2: r2 takes mmap_lock for read and finds the VMA.
// demo: r2*2: It asks for the VMA lock as well. The count is full: the answer
//   is no.
// demo: r2: r2 does not look at the answer, and releases mmap_lock.
// demo: r2: It uses the VMA with no lock at all.

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

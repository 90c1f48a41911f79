// SPDX-License-Identifier: GPL-2.0-only
// variant: policy-unlocked
// title: mbind() changes a policy under mmap_lock alone
// story: mbind() replaces the memory policy of a VMA with mmap_lock held for
//   write. Page faults read the policy under the VMA lock, and could go on
//   using the old one after it was freed: CVE-2023-4611. Fixed by commit
//   6c21e066f925, which write-locks every VMA of the range first.
// claim: title: 2
// claim: did: w1 changes vma0; holds_mmap_write(w1, mm0)
// claim: did: w1 changes vma0; holds_read_lock(r1, vma0) &&
//   !holds_write_lock(w1, vma0)
// claim: no claim
// breaks: change-locked
// steps: 4
// scenario: writer-waits-for-a-reader
// demo: r1*9: r1 takes a page fault: it read-locks the VMA, and is going to
//   read its policy.
// claim: holds_read_lock(r1, vma0); never: r1 uses vma0
// demo: w1*2: w1 is mbind(). It takes mmap_lock for write.
// claim: in_function(w1, writer)
// claim: did: w1 takes mm0->mmap_lock for write; holds_mmap_write(w1, mm0)
// demo: w1: It finds the VMA, and goes on without write-locking it.
// claim: did: w1 finds vma0; !holds_write_lock(w1, vma0) &&
//   !in_function(w1, vma_start_write)
// demo: w1: It replaces the policy and frees the old one, which r1 is about to
//   use.
// claim: did: w1 changes vma0; holds_read_lock(r1, vma0) &&
//   !holds_write_lock(w1, vma0)

void writer(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		change_vma(vma);
	mmap_write_unlock(mm);
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: policy-unlocked
// title: mbind() changes a policy under mmap_lock alone
// story: mbind() replaces the memory policy of a VMA with mmap_lock held for
//   write. Page faults read the policy under the VMA lock, and could go on
//   using the old one after it was freed: CVE-2023-4611. Fixed by commit
//   6c21e066f925, which write-locks every VMA of the range first.
// breaks: change-locked
// steps: 4
// scenario: writer-waits-for-a-reader
// demo: r1*9: r1 takes a page fault: it read-locks the VMA, and is going to
//   read its policy.
// demo: w1*2: w1 is mbind(). It takes mmap_lock for write.
// demo: w1: It finds the VMA, and thinks that it may change it now.
// demo: w1: It replaces the policy and frees the old one, which r1 is about to
//   use.

void writer(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		change_vma(vma);
	mmap_write_unlock(mm);
}

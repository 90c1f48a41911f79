// SPDX-License-Identifier: GPL-2.0-only
// variant: stack-grows-unlocked
// title: The stack grows without the VMA lock
// story: The VMA of a stack is found and read-locked by page faults like any
//   other, and its vm_start tells them what belongs to an address. Growing it
//   with mmap_lock alone moves vm_start in the middle of such a page fault.
//   Commit c137381f71ae added the vma_start_write().
// claim: title: 2
// claim: did: r1 finds vma0; did: r1 reads vma0->vm_start: 0x2000;
//   holds_read_lock(r1, vma0)
// claim: did: s1 vma0->vm_start 0x2000 -> 0x1000; holds_mmap_write(s1, mm0) &&
//   !holds_write_lock(s1, vma0) && holds_read_lock(r1, vma0)
// claim: no claim
// breaks: change-locked
// steps: 5
// scenario: stack-grows
// demo: r1*9: r1 takes a page fault in the stack. It has the read lock, and has
//   read vm_start: 0x2000.
// claim: did: r1 finds vma0
// claim: did: r1 reads vma0->vm_start: 0x2000; holds_read_lock(r1, vma0)
// demo: s1*3: s1 faults just below. It takes mmap_lock for write and finds the
//   stack.
// claim: in_function(s1, stack_grower) && vma0->vm_start == 0x2000
// claim: did: s1 takes mm0->mmap_lock for write; did: s1 finds vma0;
//   holds_mmap_write(s1, mm0)
// demo: s1*2: s1 moves vm_start to 0x1000. r1 has the VMA read-locked, and goes
//   by the old one.
// claim: did: s1 vma0->vm_start 0x2000 -> 0x1000; vma0->vm_start == 0x1000
// claim: holds_read_lock(r1, vma0) && !holds_write_lock(s1, vma0); never: r1
//   reads vma0->vm_start

void stack_grower(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr + PAGE_SIZE);
	if (vma && addr < vma->vm_start) {
		vma->vm_start = addr;
		mtree_store_range(&mm->mm_mt, addr, vma->vm_end - 1, vma, GFP_KERNEL);
	}
	mmap_write_downgrade(mm);
	if (vma)
		use_vma(vma);
	mmap_read_unlock(mm);
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: asserts-after-unlock
// title: A reader asserts its lock when it has given it back
// story: The reader unlocks the VMA, and only then states that it is locked.
//   With lockdep the assertion knows that this thread holds nothing. Without
//   lockdep it passes whenever somebody else holds a lock.
// claim: title: 1
// claim: did: r1 vma0->vm_refcnt 2 -> 1; references(r1, vma0) == 0 &&
//   in_function(r1, asserting_reader)
// claim: breaks: no-warning
// claim: no claim
// breaks: no-warning
// steps: 15
// scenario: assertions-with-lockdep
// demo: r1*9: r1 has the VMA read-locked.
// claim: holds_read_lock(r1, vma0)
// demo: r1*3: It uses the VMA and unlocks it.
// claim: did: r1 uses vma0; did: r1 vma0->vm_refcnt 2 -> 1; references(r1, vma0)
//   == 0
// demo: r1*3: Now it asserts that the VMA is locked. lockdep knows better, and
//   warns.
// claim: references(r1, vma0) == 0 && in_function(r1, asserting_reader)
// claim: breaks: no-warning

void asserting_reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		return;
	use_vma(vma);
	vma_end_read(vma);
	vma_assert_locked(vma);
}

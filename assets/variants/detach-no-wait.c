// SPDX-License-Identifier: GPL-2.0-only
// variant: detach-no-wait
// title: Detach does not wait for transient readers
// story: Such readers are about to leave, so why wait? Because munmap() frees
//   the VMA next: it is freed while a reader still holds a reference, and that
//   reader will drop it in whatever the object has become.
// breaks: no-warning, refcount-sane
// steps: 35, 102
// scenario: recycled-vma-and-exit
// demo: r1*3: r1 finds the VMA and reads the two numbers: they differ, so it
//   looks unlocked. It is held up.
// demo: u1*21: u1 write-locks the VMA. Nobody was counted, so FLAG came and
//   went.
// demo: r1: r1 adds its reference after all: 2. It is transient: the second
//   check will turn it away.
// demo: u1*6: u1 marks the VMA detached: it drops the attach reference, 2
//   becomes 1, and the variant does not wait.
// demo: u1*3: It takes the VMA out of the tree.
// demo: u1: Before it is freed it must be detached, and vm_refcnt is still 1:
//   the kernel warns. r1 has yet to look at it.

static inline void vma_mark_detached(struct vm_area_struct *vma)
{
	unsigned int left;

	vma_assert_write_locked(vma);
	vma_assert_attached(vma);
	left = __vma_refcount_put_return(vma);
}

// SPDX-License-Identifier: GPL-2.0-only
// variant: detach-no-wait
// title: Detach does not wait for transient readers
// story: Such readers are about to leave, so why wait? Because munmap() frees
//   the VMA next: it is freed while a reader still holds a reference, and that
//   reader will drop it in whatever the object has become.
// breaks: no-warning, refcount-sane
// scenario: recycled-vma-and-exit

static inline void vma_mark_detached(struct vm_area_struct *vma)
{
	unsigned int left;

	vma_assert_write_locked(vma);
	vma_assert_attached(vma);
	left = __vma_refcount_put_return(vma);
}

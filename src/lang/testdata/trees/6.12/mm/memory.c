/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: an age with another lock. Only the names and what they do are the kernel's. */
#include <linux/mm.h>

unsigned long max_mapnr;
EXPORT_SYMBOL(max_mapnr);

#ifdef CONFIG_PER_VMA_LOCK
struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *found;
	MA_STATE(mas, &mm->mm_mt, address, address);

	rcu_read_lock();
	found = mas_walk(&mas);
	if (found && !vma_start_read(found))
		found = NULL;
	if (found && (found->detached || address >= found->vm_end || address < found->vm_start)) {
		vma_end_read(found);
		found = NULL;
	}
	rcu_read_unlock();
	return found;
}
#endif

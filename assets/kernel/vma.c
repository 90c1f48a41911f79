/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where VMAs come from and go to, and how they get in and out of the tree.
 *
 * The slab is type-stable: a freed VMA can be handed out again at once, even
 * while a reader inside RCU still looks at it. RCU only promises that the
 * memory stays a VMA, not that it stays the same one.
 */

/*
 * vm_refcnt of a freed object is 0, that of one that was never used is nothing:
 * vma_init() zeroes it. Nothing else may be assumed of it.
 */
struct vm_area_struct *vm_area_alloc(struct mm_struct *mm)
{
	struct vm_area_struct *vma = kmem_cache_alloc_init(vm_area_cachep, GFP_KERNEL);

	if (!vma)
		return NULL;
	vma->vm_mm = mm;
	vma_lock_init(vma, false);
	return vma;
}

/*
 * The last word about a VMA: detached, so no reader has a reference and none
 * can get one.
 */
void vm_area_free(struct vm_area_struct *vma)
{
	vma_assert_detached(vma);
	kmem_cache_free(vm_area_cachep, vma);
}

/*
 * For holders of mmap_lock, in either mode. Readers without it walk the tree in
 * lock_vma_under_rcu().
 */
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	return mtree_load(&mm->mm_mt, addr);
}

/*
 * Map a new VMA over [start, end). It is write-locked before it is attached:
 * readers that find it in the tree, or that held on to the object from an
 * earlier life, must stay out until mmap_lock is released. Attach comes before
 * the tree: what is found there is never detached, unless it is on its way out.
 */
void vma_link(struct mm_struct *mm, struct vm_area_struct *vma,
	      unsigned long start, unsigned long end)
{
	vma->vm_start = start;
	vma->vm_end = end;
	vma_start_write(vma);
	vma_mark_attached(vma);
	mtree_store_range(&mm->mm_mt, start, end - 1, vma, GFP_KERNEL);
}

/*
 * Take a detached VMA out of the tree. Readers can still find it until this is
 * done; they see the 0 and walk again.
 */
void vma_erase(struct mm_struct *mm, struct vm_area_struct *vma)
{
	unsigned long start = vma->vm_start;
	unsigned long end = vma->vm_end;

	mtree_store_range(&mm->mm_mt, start, end - 1, NULL, GFP_KERNEL);
}

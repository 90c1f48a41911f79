/*
 * What the threads of @NAME@.toml run: the kernel's C, cut down to its locking. Change it and check it again.
 */

/* A page fault: locks the VMA for reading, or gives up. */
void my_reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		return;
	use_vma(vma);		/* what a reader does with the VMA */
	vma_end_read(vma);
}

/* Changes the VMA: mmap_lock for write, then the VMA's write lock, which the unlock ends. */
void my_writer(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_start_write(vma);
		change_vma(vma);	/* what a writer does to it */
	}
	mmap_write_unlock(mm);
}

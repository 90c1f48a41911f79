/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the threads of scenarios run: the users of the lock, each cut down to
 * its locking. use_vma() stands for what a reader does with the VMA,
 * change_vma() for what a writer does to it; each is one step.
 */

/* A page fault that does nothing when the VMA lock cannot be had. */
void reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		return;
	use_vma(vma);
	vma_end_read(vma);
}

/*
 * A page fault as it really is: when the fast way fails, mmap_lock for read
 * settles it.
 */
void reader_fallback(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (vma) {
		use_vma(vma);
		vma_end_read(vma);
		return;
	}
	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		use_vma(vma);
	mmap_read_unlock(mm);
}

/* Start with mmap_lock, go on with the VMA lock alone: as userfaultfd does. */
void reader_locked(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma && !vma_start_read_locked(vma))
		vma = NULL;
	mmap_read_unlock(mm);
	if (!vma)
		return;
	use_vma(vma);
	vma_end_read(vma);
}

/* Changes one VMA: mprotect(), cut down. */
void writer(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_start_write(vma);
		change_vma(vma);
	}
	mmap_write_unlock(mm);
}

/*
 * The same, by a thread that would rather die than wait: 0, or -EINTR when a
 * fatal signal has ended one of its two waits.
 */
int writer_killable(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int err = mmap_write_lock_killable(mm);

	if (err)
		return err;
	vma = vma_lookup(mm, addr);
	if (vma) {
		err = vma_start_write_killable(vma);
		if (!err)
			change_vma(vma);
	}
	mmap_write_unlock(mm);
	return err;
}

/*
 * mprotect(): a fatal signal ends its wait for mmap_lock, but no longer the one
 * for readers. 0, or -EINTR.
 */
int protector(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int err = mmap_write_lock_killable(mm);

	if (err)
		return err;
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_start_write(vma);
		change_vma(vma);
	}
	mmap_write_unlock(mm);
	return 0;
}

/*
 * Killed while it waits, but it must clean up: it asks again, under the same
 * mmap_lock, and waits as long as it takes.
 */
void writer_insistent(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		if (vma_start_write_killable(vma))
			vma_start_write(vma);
		change_vma(vma);
	}
	mmap_write_unlock(mm);
}

/* A reader that states what it relies on, as code deeper down in the kernel does. */
void asserting_reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		return;
	vma_assert_locked(vma);
	vma_assert_stabilised(vma);
	use_vma(vma);
	vma_end_read(vma);
}

/* The same under mmap_lock alone, held for read: the VMA stays as it is without a lock of its own. */
void asserting_mmap_reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_assert_stabilised(vma);
		use_vma(vma);
	}
	mmap_read_unlock(mm);
}

/* The same for a writer. */
void asserting_writer(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_start_write(vma);
		vma_assert_locked(vma);
		vma_assert_stabilised(vma);
		vma_assert_can_modify(vma);
		change_vma(vma);
	}
	mmap_write_unlock(mm);
}

/*
 * mmap() by code that states what it relies on. A new VMA may be changed without
 * a lock of its own, as nobody can find it; an attached one must be write-locked.
 */
void asserting_attacher(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vm_area_alloc(mm);
	if (vma) {
		vma_assert_detached(vma);
		vma_assert_can_modify(vma);
		change_vma(vma);
		vma_link(mm, vma, addr, addr + PAGE_SIZE);
		vma_assert_attached(vma);
		vma_assert_can_modify(vma);
		change_vma(vma);
	}
	mmap_write_unlock(mm);
}

/* Changes two VMAs under one mmap_lock, and unlocks both with one unlock. */
void writer_two(struct mm_struct *mm, unsigned long first, unsigned long second)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, first);
	if (vma) {
		vma_start_write(vma);
		change_vma(vma);
	}
	vma = vma_lookup(mm, second);
	if (vma) {
		vma_start_write(vma);
		change_vma(vma);
	}
	mmap_write_unlock(mm);
}

/*
 * Changes a VMA, then goes on reading the address space: from then on page
 * faults may come in again.
 */
void downgrader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_start_write(vma);
		change_vma(vma);
	}
	mmap_write_downgrade(mm);
	if (vma)
		use_vma(vma);
	mmap_read_unlock(mm);
}

/* Takes a VMA away, and keeps the object. */
void detacher(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_start_write(vma);
		change_vma(vma);
		vma_mark_detached(vma);
		vma_erase(mm, vma);
	}
	mmap_write_unlock(mm);
}

/*
 * munmap(): detach, take out of the tree, free. From the last on the object may
 * come back as any VMA of any mm.
 */
void unmapper(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_start_write(vma);
		vma_mark_detached(vma);
		vma_erase(mm, vma);
		vm_area_free(vma);
	}
	mmap_write_unlock(mm);
}

/* mmap(): a new VMA of one page. */
void attacher(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vm_area_alloc(mm);
	if (vma)
		vma_link(mm, vma, addr, addr + PAGE_SIZE);
	mmap_write_unlock(mm);
}

/* A process ends, and its address space with it, unless somebody else uses that. */
void exiter(struct mm_struct *mm)
{
	mmput(mm);
}

/* A short-lived process: maps one page, and exits. */
void mapper_then_exiter(struct mm_struct *mm, unsigned long addr)
{
	attacher(mm, addr);
	exiter(mm);
}

/* munmap() and mmap() of another place in the same mm by one thread. */
void mover(struct mm_struct *mm, unsigned long from, unsigned long to)
{
	unmapper(mm, from);
	attacher(mm, to);
}

/* A page fault as it was before there were VMA locks: mmap_lock for read is all it has. */
void mmap_reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		use_vma(vma);
	mmap_read_unlock(mm);
}

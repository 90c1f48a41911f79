/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Larger users of the lock than those in threads.c: what fork, exit, madvise(),
 * a growing stack, a merge and userfaultfd do with more than one VMA, or with
 * more than one way to lock it. Each is cut down to its locking, and each obeys
 * the same four rules: what is used is held; what is changed is write-locked;
 * mmap_lock is never waited for with a VMA lock in hand; and an error from a
 * lock means that there is no lock.
 */

/*
 * madvise(MADV_DONTNEED) throws pages away and leaves the VMA as it is: the read
 * lock is enough. One VMA lock covers one VMA, so a range that reaches beyond it
 * is done under mmap_lock instead.
 */
void madviser(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, start);
	unsigned long addr;

	if (vma) {
		if (end <= vma->vm_end) {
			use_vma(vma);
			vma_end_read(vma);
			return;
		}
		vma_end_read(vma);
	}
	mmap_read_lock(mm);
	for (addr = start; addr < end; addr += PAGE_SIZE) {
		vma = vma_lookup(mm, addr);
		if (vma)
			use_vma(vma);
	}
	mmap_read_unlock(mm);
}

/*
 * For who has to have the VMA but may not hold mmap_lock while using it: if a
 * writer is in the way, wait for it.
 */
void patient_reader(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu_wait(mm, addr);

	if (!vma)
		return;
	use_vma(vma);
	vma_end_read(vma);
}

/*
 * /proc/PID/maps: a line for each VMA of a process that goes on running. One VMA
 * lock at a time: the last one is given back before the next is asked for, which
 * may take a wait for mmap_lock. `pos` remembers how far the text has come.
 */
int maps_walker(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	unsigned long pos = 0;
	VMA_ITERATOR(vmi, mm, 0);

	rcu_read_lock();
	while (vma = lock_next_vma(mm, &vmi, pos), !IS_ERR_OR_NULL(vma)) {
		use_vma(vma);
		pos = vma->vm_end;
		vma_end_read(vma);
	}
	rcu_read_unlock();
	return IS_ERR(vma) ? PTR_ERR(vma) : 0;
}

/*
 * One read() of the file with room for one line: it begins at `pos`, where the
 * read() before has ended. Below `end` something is mapped at every moment, so
 * the line may neither lie behind `pos` nor begin at `end` or later. And the
 * iterator has to stand behind the line, or the next step begins by finding the
 * same VMA once more, and takes mmap_lock for nothing.
 */
void maps_reader(struct mm_struct *mm, unsigned long pos, unsigned long end)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, pos);

	rcu_read_lock();
	vma = lock_next_vma(mm, &vmi, pos);
	if (!IS_ERR_OR_NULL(vma)) {
		WARN_ON(vma->vm_end <= pos);
		WARN_ON(vma->vm_start >= end);
		WARN_ON(vma_iter_addr(&vmi) != vma->vm_end);
		use_vma(vma);
		vma_end_read(vma);
	}
	rcu_read_unlock();
}

/*
 * bpf_find_vma(): a BPF program asks what is mapped at an address. It runs inside
 * RCU, where nothing may be waited for: it has mmap_lock at once, or -EBUSY.
 */
int bpf_finder(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int err = -EBUSY;

	rcu_read_lock();
	if (mmap_read_trylock(mm)) {
		vma = vma_lookup(mm, addr);
		err = vma ? 0 : -ENOENT;
		if (vma)
			use_vma(vma);
		mmap_read_unlock(mm);
	}
	rcu_read_unlock();
	return err;
}

/* Fork. */

/*
 * A copy of a VMA, byte by byte at heart. The lock is not copied: a copy is
 * detached, and nobody has locked it.
 */
struct vm_area_struct *vm_area_dup(struct vm_area_struct *orig)
{
	struct vm_area_struct *new = kmem_cache_alloc(vm_area_cachep, GFP_KERNEL);

	if (!new)
		return NULL;
	new->vm_mm = orig->vm_mm;
	new->vm_start = orig->vm_start;
	new->vm_end = orig->vm_end;
	vma_lock_init(new, true);
	return new;
}

/*
 * One VMA of the parent, write-locked, into the child. Copying the page tables
 * makes the pages shared, and read-only in the parent as well: that is a change
 * of the parent's VMA as its page faults see it.
 */
static void dup_vma(struct mm_struct *mm, struct vm_area_struct *orig)
{
	struct vm_area_struct *copy = vm_area_dup(orig);

	if (!copy)
		return;
	copy->vm_mm = mm;
	vma_link(mm, copy, copy->vm_start, copy->vm_end);
	change_vma(orig);
}

/*
 * fork(). The parent's VMAs stay write-locked until the last one is copied, so
 * that the child is a picture of one moment. Nobody knows the child's mm yet,
 * its mmap_lock is taken for the assertions alone.
 */
void forker(struct mm_struct *parent, struct mm_struct *child,
	    unsigned long first, unsigned long second)
{
	struct vm_area_struct *vma;

	mmap_write_lock(parent);
	mmap_write_lock_nested(child, SINGLE_DEPTH_NESTING);
	vma = vma_lookup(parent, first);
	if (vma) {
		vma_start_write(vma);
		dup_vma(child, vma);
	}
	vma = vma_lookup(parent, second);
	if (vma) {
		vma_start_write(vma);
		dup_vma(child, vma);
	}
	mmap_write_unlock(child);
	mmap_write_unlock(parent);
}

/*
 * fork() that a fatal signal ends while it waits for a page fault to leave. What
 * was not locked is not copied.
 */
void forker_killable(struct mm_struct *parent, struct mm_struct *child,
		     unsigned long addr)
{
	struct vm_area_struct *vma;

	if (mmap_write_lock_killable(parent))
		return;
	mmap_write_lock_nested(child, SINGLE_DEPTH_NESTING);
	vma = vma_lookup(parent, addr);
	if (vma && !vma_start_write_killable(vma))
		dup_vma(child, vma);
	mmap_write_unlock(child);
	mmap_write_unlock(parent);
}

/* Changes of bounds. */

/*
 * A page fault just below the stack makes the stack's VMA reach down to it. The
 * VMA stays where readers find it, so it is write-locked first: its start is
 * what they go by. The fault itself then needs mmap_lock for read alone.
 */
void stack_grower(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr + PAGE_SIZE);
	if (vma && addr < vma->vm_start) {
		vma_start_write(vma);
		vma->vm_start = addr;
		mtree_store_range(&mm->mm_mt, addr, vma->vm_end - 1, vma, GFP_KERNEL);
	}
	mmap_write_downgrade(mm);
	if (vma)
		use_vma(vma);
	mmap_read_unlock(mm);
}

/*
 * mprotect() makes two neighbours equal, and they become one: the first takes
 * over the second's addresses, the second goes. Both are write-locked before
 * either is touched.
 */
void merger(struct mm_struct *mm, unsigned long first, unsigned long second)
{
	struct vm_area_struct *vma;
	struct vm_area_struct *next;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, first);
	next = vma_lookup(mm, second);
	if (vma && next) {
		vma_start_write(next);
		vma_start_write(vma);
		vma->vm_end = next->vm_end;
		mtree_store_range(&mm->mm_mt, vma->vm_start, vma->vm_end - 1, vma, GFP_KERNEL);
		vma_mark_detached(next);
		vm_area_free(next);
	}
	mmap_write_unlock(mm);
}

/*
 * mprotect() of the first pages of a VMA splits it: a copy takes over what lies
 * below `addr`, and the VMA itself begins there from then on. Both are
 * write-locked while the tree gets the copy, by one store.
 */
void splitter(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	struct vm_area_struct *below;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma && vma->vm_start < addr) {
		below = vm_area_dup(vma);
		if (below) {
			vma_start_write(vma);
			vma->vm_start = addr;
			vma_link(mm, below, below->vm_start, addr);
		}
	}
	mmap_write_unlock(mm);
}

/*
 * mprotect() of a range that ends in a merge: the VMA is write-locked where its
 * flags change, and again where it grows. The second lock finds that the first
 * still holds.
 */
void relocker(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, address);
	if (vma) {
		vma_start_write(vma);
		change_vma(vma);
		vma_start_write(vma);
		change_vma(vma);
	}
	mmap_write_unlock(mm);
}

/* The same by the killable form, whose second call has nothing to wait for. */
void killable_relocker(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, address);
	if (vma && !vma_start_write_killable(vma)) {
		change_vma(vma);
		WARN_ON(vma_start_write_killable(vma));
		change_vma(vma);
	}
	mmap_write_unlock(mm);
}

/*
 * mremap() to another place: a copy of the VMA is linked there first, and only
 * then is the old one unmapped, all under one mmap_lock. At every moment the
 * mapping is found in at least one of the two places.
 */
void mremapper(struct mm_struct *mm, unsigned long from, unsigned long to)
{
	struct vm_area_struct *vma;
	struct vm_area_struct *copy;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, from);
	if (vma) {
		vma_start_write(vma);
		copy = vm_area_dup(vma);
		if (copy) {
			vma_link(mm, copy, to, to + PAGE_SIZE);
			vma_mark_detached(vma);
			vma_erase(mm, vma);
			vm_area_free(vma);
		}
	}
	mmap_write_unlock(mm);
}

/* The same, and a munmap() of the old place, which finds nothing there any more. */
void mremapper_then_unmapper(struct mm_struct *mm, unsigned long from,
			     unsigned long to)
{
	mremapper(mm, from, to);
	unmapper(mm, from);
}

/* userfaultfd. */

/*
 * The VMA at an address, read-locked, by whichever way works. Not for a second
 * VMA: it may wait for mmap_lock.
 */
static struct vm_area_struct *uffd_lock_vma(struct mm_struct *mm,
					    unsigned long address)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, address);

	if (vma)
		return vma;
	mmap_read_lock(mm);
	vma = vma_lookup(mm, address);
	if (!vma)
		vma = ERR_PTR(-ENOENT);
	else if (!vma_start_read_locked(vma))
		vma = ERR_PTR(-EAGAIN);
	mmap_read_unlock(mm);
	return vma;
}

/*
 * Both VMAs under one mmap_lock. For readers it is no offence to hold one VMA
 * and take another, as long as neither is waited for.
 */
static int uffd_move_lock_slow(struct mm_struct *mm,
			       unsigned long dst_start, unsigned long src_start,
			       struct vm_area_struct **dst, struct vm_area_struct **src)
{
	int err = -ENOENT;

	mmap_read_lock(mm);
	*dst = vma_lookup(mm, dst_start);
	*src = vma_lookup(mm, src_start);
	if (*dst && *src) {
		err = -EAGAIN;
		if (vma_start_read_locked(*dst)) {
			if (*src == *dst ||
			    vma_start_read_locked_nested(*src, SINGLE_DEPTH_NESTING))
				err = 0;
			else
				vma_end_read(*dst);
		}
	}
	mmap_read_unlock(mm);
	return err;
}

/*
 * Where a page comes from and where it goes. If both are in one VMA it is locked
 * once. If they are not, the second lock must not wait for mmap_lock: a writer
 * may hold that, and wait for us to leave the first VMA. So the second is only
 * tried, and when that fails the first is given up as well.
 */
static int uffd_move_lock(struct mm_struct *mm,
			  unsigned long dst_start, unsigned long src_start,
			  struct vm_area_struct **dst, struct vm_area_struct **src)
{
	*dst = uffd_lock_vma(mm, dst_start);
	if (IS_ERR(*dst))
		return PTR_ERR(*dst);
	if (src_start >= (*dst)->vm_start && src_start < (*dst)->vm_end) {
		*src = *dst;
		return 0;
	}
	*src = lock_vma_under_rcu(mm, src_start);
	if (*src)
		return 0;
	vma_end_read(*dst);
	return uffd_move_lock_slow(mm, dst_start, src_start, dst, src);
}

/* UFFDIO_MOVE: takes a page out of one VMA and puts it into another. */
void uffd_mover(struct mm_struct *mm, unsigned long dst_start,
		unsigned long src_start)
{
	struct vm_area_struct *dst;
	struct vm_area_struct *src;

	if (uffd_move_lock(mm, dst_start, src_start, &dst, &src))
		return;
	use_vma(src);
	use_vma(dst);
	vma_end_read(src);
	if (src != dst)
		vma_end_read(dst);
}

/* Exit. */

/*
 * exit_mmap(), run by mmput() when the last user of an address space has gone. Who
 * has only a reference on the mm_struct may still look at what is mapped, under
 * mmap_lock: so the pages go under mmap_lock for read, and the VMAs, all of them
 * locked, under mmap_lock for write.
 */
void exit_mmap(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	mmap_read_lock(mm);
	for_each_vma_range(vmi, vma, TASK_SIZE)
		use_vma(vma);
	mmap_read_unlock(mm);

	mmap_write_lock(mm);
	vma_iter_set(&vmi, 0);
	for_each_vma_range(vmi, vma, TASK_SIZE)
		vma_start_write(vma);
	vma_iter_set(&vmi, 0);
	for_each_vma_range(vmi, vma, TASK_SIZE) {
		vma_mark_detached(vma);
		vma_erase(mm, vma);
		vm_area_free(vma);
	}
	mmap_write_unlock(mm);
}

/*
 * The OOM reaper: takes the pages of a process that is on its way out. It has a
 * reference on the mm_struct, which keeps the memory and nothing else; what is
 * still mapped the tree says. It does not wait for mmap_lock.
 */
void reaper(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	if (mmap_read_trylock(mm)) {
		vma = vma_lookup(mm, addr);
		if (vma)
			use_vma(vma);
		mmap_read_unlock(mm);
	}
	mmdrop(mm);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: the lock of Linux 7.0. Only the names and what they do are the kernel's. */
#define CREATE_TRACE_POINTS
#include <linux/mm.h>
#include <linux/mmap_lock.h>

EXPORT_TRACEPOINT_SYMBOL(mmap_lock_released);

#ifdef CONFIG_TRACING
void __mmap_lock_do_trace_released(struct mm_struct *mm, bool write)
{
	trace_mmap_lock_released(mm, write);
}
#endif

#ifdef CONFIG_MMU
#ifdef CONFIG_PER_VMA_LOCK

struct vma_exclude_readers_state {
	struct vm_area_struct *vma;
	int state;
	bool detaching;

	bool detached;	/* the answer: nothing was left to exclude */
	bool exclusive;	/* the answer: every reader is out, and the flag is up */
};

static void __vma_end_exclude_readers(struct vma_exclude_readers_state *ves)
{
	VM_WARN_ON_ONCE(ves->detached);
	ves->detached = refcount_sub_and_test(VM_REFCNT_EXCLUDE_READERS_FLAG, &ves->vma->vm_refcnt);
	__vma_lockdep_release_exclusive(ves->vma);
}

static unsigned int get_target_refcnt(struct vma_exclude_readers_state *ves)
{
	return VM_REFCNT_EXCLUDE_READERS_FLAG + (ves->detaching ? 0 : 1);
}

static int __vma_start_exclude_readers(struct vma_exclude_readers_state *ves)
{
	struct vm_area_struct *vma = ves->vma;
	const unsigned int goal = get_target_refcnt(ves);
	int err;

	mmap_assert_write_locked(vma->vm_mm);
	ves->detached = !refcount_add_not_zero(VM_REFCNT_EXCLUDE_READERS_FLAG, &vma->vm_refcnt);
	if (ves->detached)
		return 0;

	__vma_lockdep_acquire_exclusive(vma);
	err = rcuwait_wait_event(&vma->vm_mm->vma_writer_wait,
				 goal == refcount_read(&vma->vm_refcnt), ves->state);
	if (err == 0) {
		__vma_lockdep_stat_mark_acquired(vma);
		ves->exclusive = true;
		return 0;
	}
	__vma_end_exclude_readers(ves);
	return err;
}

int __vma_start_write(struct vm_area_struct *vma, int state)
{
	struct vma_exclude_readers_state ves = { .state = state, .vma = vma };
	const unsigned int seq = __vma_raw_mm_seqnum(vma);
	const int err = __vma_start_exclude_readers(&ves);

	if (!err) {
		WRITE_ONCE(vma->vm_lock_seq, seq);
		if (!ves.exclusive)
			return 0;
		__vma_end_exclude_readers(&ves);
	}
	WARN_ON_ONCE(ves.detached);
	return err;
}
EXPORT_SYMBOL_GPL(__vma_start_write);

void __vma_exclude_readers_for_detach(struct vm_area_struct *vma)
{
	struct vma_exclude_readers_state ves = {
		.detaching = true,
		.vma = vma,
		.state = TASK_UNINTERRUPTIBLE,
	};
	int err = __vma_start_exclude_readers(&ves);

	if (ves.exclusive && !err)
		__vma_end_exclude_readers(&ves);
	WARN_ON_ONCE(!ves.detached);
}

/*
 * Called inside RCU, and comes back inside RCU only with the VMA locked. NULL: locked by a writer, or a stranger's.
 * -EAGAIN: detached.
 */
static inline struct vm_area_struct *vma_start_read(struct mm_struct *mm,
						    struct vm_area_struct *vma)
{
	struct mm_struct *stranger;
	int seen;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "outside RCU");
	if (READ_ONCE(mm->mm_lock_seq.sequence) == READ_ONCE(vma->vm_lock_seq)) {
		rcu_read_unlock();
		return NULL;
	}

	if (!__refcount_inc_not_zero_limited_acquire(&vma->vm_refcnt, &seen, VM_REFCNT_LIMIT)) {
		rcu_read_unlock();
		return seen ? NULL : ERR_PTR(-EAGAIN);
	}
	__vma_lockdep_acquire_read(vma);

	if (unlikely(vma->vm_mm != mm)) {
		/* His mm must outlive the wake-up, and dropping an mm is no work for inside RCU. */
		stranger = vma->vm_mm;
		rcu_read_unlock();
		mmgrab(stranger);
		vma_refcount_put(vma);
		mmdrop(stranger);
		return NULL;
	}

	if (likely(vma->vm_lock_seq != raw_read_seqcount(&mm->mm_lock_seq)))
		return vma;

	vma_refcount_put(vma);
	rcu_read_unlock();
	return NULL;
}

struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *found;
	MA_STATE(mas, &mm->mm_mt, address, address);

again:
	rcu_read_lock();
	found = mas_walk(&mas);
	if (!found) {
		rcu_read_unlock();
		goto none;
	}

	found = vma_start_read(mm, found);
	if (PTR_ERR(found) == -EAGAIN) {
		count_vm_vma_lock_event(VMA_LOCK_MISS);
		mas_set(&mas, address);
		goto again;
	}
	if (!found)
		goto none;

	rcu_read_unlock();
	if (address < found->vm_end && address >= found->vm_start)
		return found;
	vma_end_read(found);
none:
	count_vm_vma_lock_event(VMA_LOCK_ABORT);
	return NULL;
}

static struct vm_area_struct *
lock_next_vma_under_mmap_lock(struct mm_struct *mm, struct vma_iterator *vmi, unsigned long from)
{
	struct vm_area_struct *next;
	int killed = mmap_read_lock_killable(mm);

	if (killed)
		return ERR_PTR(killed);

	vma_iter_set(vmi, from);
	next = vma_next(vmi);
	if (next && unlikely(!vma_start_read_locked(next)))
		next = ERR_PTR(-EAGAIN);

	mmap_read_unlock(mm);
	return next;
}

/* Called inside RCU, and comes back inside RCU. */
struct vm_area_struct *lock_next_vma(struct mm_struct *mm, struct vma_iterator *vmi,
				     unsigned long from)
{
	struct vm_area_struct *next;
	unsigned int seq;
	bool quiet;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "outside RCU");
again:
	quiet = mmap_lock_speculate_try_begin(mm, &seq);
	next = vma_next(vmi);
	if (next == NULL)
		return NULL;

	next = vma_start_read(mm, next);
	if (PTR_ERR(next) == -EAGAIN) {
		rcu_read_lock();
		vma_iter_set(vmi, from);
		goto again;
	}
	if (!next)
		goto slow;

	/* Behind us, or after a gap that may be none: only mmap_lock can tell. */
	if (unlikely(next->vm_end <= from))
		goto drop;
	if (next->vm_start > from && (!quiet || mmap_lock_speculate_retry(mm, seq))) {
		vma_iter_set(vmi, from);
		if (vma_next(vmi) != next)
			goto drop;
	}
	return next;

drop:
	rcu_read_unlock();
	vma_end_read(next);
slow:
	next = lock_next_vma_under_mmap_lock(mm, vmi, from);
	rcu_read_lock();
	vma_iter_set(vmi, IS_ERR_OR_NULL(next) ? from : next->vm_end);
	return next;
}

#endif /* CONFIG_PER_VMA_LOCK */
#endif /* CONFIG_MMU */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Written for the tests of this project: the lock of Linux 6.18. Only the names and what they do are the kernel's. */
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

/* False: detached already, there is nobody to wait for. */
static inline bool __vma_enter_locked(struct vm_area_struct *vma, bool detaching)
{
	unsigned int alone = VMA_LOCK_OFFSET + (detaching ? 0 : 1);

	if (refcount_add_not_zero(VMA_LOCK_OFFSET, &vma->vm_refcnt)) {
		rwsem_acquire(&vma->vmlock_dep_map, 0, 0, _RET_IP_);
		rcuwait_wait_event(&vma->vm_mm->vma_writer_wait,
				   alone == refcount_read(&vma->vm_refcnt), TASK_UNINTERRUPTIBLE);
		lock_acquired(&vma->vmlock_dep_map, _RET_IP_);
		return true;
	}
	return false;
}

static inline void __vma_exit_locked(struct vm_area_struct *vma, bool *detached)
{
	bool last = refcount_sub_and_test(VMA_LOCK_OFFSET, &vma->vm_refcnt);

	rwsem_release(&vma->vmlock_dep_map, _RET_IP_);
	*detached = last;
}

void __vma_start_write(struct vm_area_struct *vma, unsigned int mm_lock_seq)
{
	bool detached = false;
	bool entered = __vma_enter_locked(vma, false);

	WRITE_ONCE(vma->vm_lock_seq, mm_lock_seq);
	if (entered)
		__vma_exit_locked(vma, &detached);
	WARN_ON_ONCE(detached);
}
EXPORT_SYMBOL_GPL(__vma_start_write);

void vma_mark_detached(struct vm_area_struct *vma)
{
	bool detached;

	vma_assert_write_locked(vma);
	vma_assert_attached(vma);

	if (likely(refcount_dec_and_test(&vma->vm_refcnt)))
		return;
	/* Readers that have not seen the sequence yet. */
	if (!__vma_enter_locked(vma, true))
		return;
	__vma_exit_locked(vma, &detached);
	WARN_ON_ONCE(!detached);
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

	if (!__refcount_inc_not_zero_limited_acquire(&vma->vm_refcnt, &seen, VMA_REF_LIMIT)) {
		rcu_read_unlock();
		return seen ? NULL : ERR_PTR(-EAGAIN);
	}
	rwsem_acquire_read(&vma->vmlock_dep_map, 0, 1, _RET_IP_);

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

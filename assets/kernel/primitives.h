/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's primitives, by the kernel's names, as the machine offers them. A name that begins with __vmalab_ is
 * carried out by the machine itself (src/lang/builtins.cpp lists them, src/lang/op.cpp says what each does);
 * everything here is a macro over those. Most take one step; what only looks at the running thread takes none:
 * RCU, lockdep, barriers.
 *
 * Memory is sequentially consistent for now, so acquire, release and barriers are shown and change nothing.
 * This file is read first, and a kernel tree cannot replace what it defines.
 */

#define NULL			((void *)0)
#define EXPORT_SYMBOL(x)
#define EXPORT_SYMBOL_GPL(x)

/* Hints and annotations. */
#define likely(x)		(x)
#define unlikely(x)		(x)
#define data_race(x)		(x)
#define ASSERT_EXCLUSIVE_WRITER(x)	((void)0)

/* Loads and stores of one word. A plain `vma->vm_mm` is a load of its own too. */
#define READ_ONCE(x)		__vmalab_load_once(x)
#define WRITE_ONCE(x, value)	__vmalab_store_once(x, value)
#define smp_load_acquire(p)	__vmalab_load_acquire(*(p))
#define smp_store_release(p, value)	__vmalab_store_release(*(p), value)
#define rcu_dereference(p)	__vmalab_load_once(p)
#define rcu_access_pointer(p)	__vmalab_load_once(p)
#define rcu_assign_pointer(p, value)	__vmalab_store_release(p, value)

#define smp_mb()		__vmalab_fence()
#define smp_rmb()		__vmalab_fence()
#define smp_wmb()		__vmalab_fence()
#define barrier()		((void)0)

/* Pointers that carry an error. */
#define MAX_ERRNO		4095
#define ERR_PTR(error)		((void *)(error))
#define PTR_ERR(p)		((long)(p))
#define IS_ERR(p)		((unsigned long)(p) >= (unsigned long)-MAX_ERRNO)
/* NULL - 1 and the error pointers - 1 are the largest words; p is evaluated once. */
#define IS_ERR_OR_NULL(p)	((unsigned long)(p) - 1 >= (unsigned long)-MAX_ERRNO - 1)

/* refcount_t (include/linux/refcount.h). The machine watches for underflow and saturation. */
#define REFCOUNT_INIT(n)	(n)
#define refcount_read(r)	__vmalab_ref_read(r)
#define refcount_set(r, n)	__vmalab_ref_set(r, n)
#define refcount_set_release(r, n)	__vmalab_ref_set_release(r, n)
#define refcount_add(i, r)	__vmalab_ref_add(i, r, NULL)
#define refcount_inc(r)		__vmalab_ref_add(1, r, NULL)
#define refcount_add_not_zero(i, r)	__vmalab_ref_add_not_zero(i, r, NULL)
#define __refcount_add_not_zero(i, r, oldp)	__vmalab_ref_add_not_zero(i, r, oldp)
#define refcount_inc_not_zero(r)	__vmalab_ref_add_not_zero(1, r, NULL)
#define __refcount_inc_not_zero_limited_acquire(r, oldp, limit)	__vmalab_ref_inc_limited_acquire(r, oldp, limit)
#define refcount_sub_and_test(i, r)	__vmalab_ref_sub_and_test(i, r, NULL)
#define __refcount_sub_and_test(i, r, oldp)	__vmalab_ref_sub_and_test(i, r, oldp)
#define refcount_dec_and_test(r)	__vmalab_ref_sub_and_test(1, r, NULL)
#define __refcount_dec_and_test(r, oldp)	__vmalab_ref_sub_and_test(1, r, oldp)

/* seqcount_t (include/linux/seqlock.h). A write section is kept to one writer by the lock around it. */
#define do_raw_write_seqcount_begin(s)	__vmalab_seq_begin(s)
#define do_raw_write_seqcount_end(s)	__vmalab_seq_end(s)
#define raw_read_seqcount(s)	__vmalab_load_acquire((s)->sequence)
#define raw_seqcount_try_begin(s, start)	(start = raw_read_seqcount(s), !(start & 1))
#define read_seqcount_retry(s, start)	(__vmalab_load_once((s)->sequence) != (start))
#define seqcount_init(s)	((void)0)

/* struct rw_semaphore (include/linux/rwsem.h). Who has to wait cannot take its step. */
#define down_write(sem)		__vmalab_down_write(sem)
#define down_write_nested(sem, subclass)	__vmalab_down_write(sem)
#define down_write_killable(sem)	__vmalab_down_write_killable(sem)
#define down_write_trylock(sem)	__vmalab_try_down_write(sem)
#define up_write(sem)		__vmalab_up_write(sem)
#define downgrade_write(sem)	__vmalab_downgrade_write(sem)
#define down_read(sem)		__vmalab_down_read(sem)
#define down_read_killable(sem)	__vmalab_down_read_killable(sem)
#define down_read_trylock(sem)	__vmalab_try_down_read(sem)
#define up_read(sem)		__vmalab_up_read(sem)
#define rwsem_is_locked(sem)	__vmalab_rwsem_is_locked(sem)

/*
 * With lockdep "held" means held by this thread, which it knows without looking at the lock. Without, it means
 * held by anybody, which takes a look.
 */
#ifdef CONFIG_LOCKDEP
#define rwsem_assert_held(sem)	__vmalab_rwsem_assert_held(sem, 0)
#define rwsem_assert_held_write(sem)	__vmalab_rwsem_assert_held(sem, 1)
#define lockdep_is_held(lock)	__vmalab_lockdep_is_held(lock)
#define lock_is_held(map)	__vmalab_lockdep_is_held(map)
#define lock_acquire_shared(map, ...)	__vmalab_lockdep_acquire(map, 0)
#define lock_acquire_exclusive(map, ...)	__vmalab_lockdep_acquire(map, 1)
#define lock_release(map, ...)	__vmalab_lockdep_release(map)
#define RCU_LOCKDEP_WARN(condition, text)	((void)__vmalab_warn(condition, "RCU_LOCKDEP_WARN(" #condition ")"))
#else
#define rwsem_assert_held(sem)	__vmalab_rwsem_assert_any(sem, 0)
#define rwsem_assert_held_write(sem)	__vmalab_rwsem_assert_any(sem, 1)
#define lockdep_is_held(lock)	1
#define lock_is_held(map)	1
#define lock_acquire_shared(map, ...)	((void)0)
#define lock_acquire_exclusive(map, ...)	((void)0)
#define lock_release(map, ...)	((void)0)
#define RCU_LOCKDEP_WARN(condition, text)	((void)0)
#endif
#define lock_acquired(map, ...)	((void)0)
/* A second lock of the same kind, on purpose. */
#define SINGLE_DEPTH_NESTING	1

/* RCU (include/linux/rcupdate.h). */
#define rcu_read_lock()		__vmalab_rcu_lock()
#define rcu_read_unlock()	__vmalab_rcu_unlock()
#define rcu_read_lock_held()	__vmalab_rcu_held()

/* Warnings: a condition that is met breaks the check `no-warning`. The value of WARN_ON is the condition. */
#define WARN_ON(condition)	__vmalab_warn(condition, "WARN_ON(" #condition ")")
#define WARN_ON_ONCE(condition)	__vmalab_warn(condition, "WARN_ON_ONCE(" #condition ")")
#define VM_WARN_ON(condition)	((void)__vmalab_warn(condition, "VM_WARN_ON(" #condition ")"))
#define VM_WARN_ON_ONCE(condition)	((void)__vmalab_warn(condition, "VM_WARN_ON_ONCE(" #condition ")"))
#define VM_WARN_ON_ONCE_VMA(condition, vma)	((void)__vmalab_warn(condition, "VM_WARN_ON_ONCE_VMA(" #condition ")"))
#define VM_BUG_ON_VMA(condition, vma)	((void)__vmalab_warn(condition, "VM_BUG_ON_VMA(" #condition ")"))

/* Tasks (include/linux/sched.h, kernel/sched/core.c). */
#define current			__vmalab_current
#define set_current_state(state)	__vmalab_set_task_state(state)
#define __set_current_state(state)	__vmalab_set_task_state_plain(state)
#define schedule()		__vmalab_schedule()
#define wake_up_process(task)	__vmalab_wake_up_process(task)
/* A sleep that no signal may end does not look at the signals at all. */
#define signal_pending_state(state, task)	(((state) & TASK_WAKEKILL) && __vmalab_signal_pending(task, state))
#define fatal_signal_pending(task)	__vmalab_signal_pending(task, TASK_WAKEKILL)

/* The mm_struct's own reference count (include/linux/sched/mm.h). At 0 the memory is freed. */
#define mmgrab(mm)		__vmalab_mmgrab(mm)
#define mmdrop(mm)		__vmalab_mmdrop(mm)

/*
 * The tree from address to VMA (include/linux/maple_tree.h). One lookup is one access: what happens inside the
 * tree is not simulated. A range is [first, last], as in the kernel.
 */
struct ma_state {
	struct maple_tree *tree;
	unsigned long index;
	unsigned long last;
	/* 0 reset, 1 points into the tree, 2 what it points at may be gone: RCU or mmap_lock was given back. */
	unsigned int section;
};
#define MA_STATE(name, mt, first, end)	struct ma_state name = { .tree = mt, .index = first, .last = end }
#define __mas_look(mas, address)	\
	(__vmalab_iterator_use((mas)->section), (mas)->section = 1, __vmalab_tree_load((mas)->tree, address))
#define mas_walk(mas)		__mas_look(mas, (mas)->index)
#define mas_reset(mas)		((void)((mas)->section = 0))
#define mas_set(mas, address)	((void)((mas)->index = (mas)->last = (address), (mas)->section = 0))
#define mas_store_gfp(mas, vma, gfp)	__vmalab_tree_store((mas)->tree, (mas)->index, (mas)->last + 1, vma)
#define mtree_load(mt, address)	__vmalab_tree_load(mt, address)
#define mtree_store_range(mt, first, last, vma, gfp)	__vmalab_tree_store(mt, first, (last) + 1, vma)
#define mtree_erase(mt, address)	__vmalab_tree_erase(mt, address, (address) + 1)

/*
 * The iterator over VMAs (include/linux/mm.h). The next VMA is looked for page by page, a step each, up to the end
 * of the small address space that an mm has here.
 */
#define PAGE_SIZE		0x1000
#define TASK_SIZE		(8 * PAGE_SIZE)
struct vma_iterator {
	struct ma_state mas;
};
#define VMA_ITERATOR(name, mm, address)	\
	struct vma_iterator name = { .mas = { .tree = &(mm)->mm_mt, .index = (address), .last = (address) } }
#define vma_iter_set(vmi, address)	mas_set(&(vmi)->mas, address)
static inline struct vm_area_struct *vma_next(struct vma_iterator *vmi)
{
	struct vm_area_struct *vma = NULL;

	while (!vma && vmi->mas.index < TASK_SIZE) {
		vma = __mas_look(&vmi->mas, vmi->mas.index);
		vmi->mas.index += PAGE_SIZE;
	}
	return vma;
}

/* The slab of VMAs (include/linux/slab.h): SLAB_TYPESAFE_BY_RCU, so a freed object can be another VMA at once. */
#define GFP_KERNEL		0
#define kmem_cache_alloc(cache, flags)	__vmalab_slab_alloc()
#define kmem_cache_free(cache, object)	__vmalab_slab_free(object)

/* What a reader and a writer do with the VMA once they have it: one step each. */
#define use_vma(vma)		__vmalab_use_vma(vma)
#define change_vma(vma)		__vmalab_change_vma(vma)

/* Counters and tracepoints of the kernel that are not simulated. */
#define count_vm_vma_lock_event(event)	((void)0)

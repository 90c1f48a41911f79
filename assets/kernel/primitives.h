/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's primitives, by the kernel's names, as the machine offers them. A name that begins with __vmalab_ is
 * carried out by the machine itself (src/lang/builtins.cpp lists them, src/lang/op.cpp says what each does);
 * everything here is a macro over those. Most take one step; what only looks at the running thread takes none:
 * RCU, lockdep, barriers.
 *
 * Where memory is sequentially consistent (--ordering sc), acquire, release and barriers are shown and change nothing.
 * This file is read first, and a kernel tree cannot replace what it defines.
 */

/* Constants, hints and annotations. */
#define NULL			((void *)0)
#define EXPORT_SYMBOL(x)
#define EXPORT_SYMBOL_GPL(x)
#define BIT(n)			(1UL << (n))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define likely(x)		(x)
#define unlikely(x)		(x)
#define data_race(x)		(x)
#define fallthrough		((void)0)
#define _RET_IP_		0UL
#define _THIS_IP_		0UL
#define cpu_relax()		((void)0)

/* Loads and stores of one word. A plain `vma->vm_mm` is a load of its own too. */
#define READ_ONCE(x)		__vmalab_load_once(x)
#define WRITE_ONCE(x, value)	__vmalab_store_once(x, value)
#define smp_load_acquire(p)	__vmalab_load_acquire(*(p))
#define smp_store_release(p, value)	__vmalab_store_release(*(p), value)
/* Loads and stores of a pointer that RCU protects. */
#define rcu_dereference(p)	__vmalab_load_once(p)
#define rcu_dereference_check(p, condition)	__vmalab_load_once(p)
#define rcu_dereference_protected(p, condition)	__vmalab_load_once(p)
#define rcu_dereference_raw(p)	__vmalab_load_once(p)
#define rcu_access_pointer(p)	__vmalab_load_once(p)
#define rcu_assign_pointer(p, value)	__vmalab_store_release(p, value)
#define RCU_INIT_POINTER(p, value)	__vmalab_store_once(p, value)

/* Barriers. */
#define smp_mb()		__vmalab_fence()
#define smp_rmb()		__vmalab_read_fence()
#define smp_wmb()		__vmalab_write_fence()
#define smp_mb__before_atomic()	__vmalab_fence()
#define smp_mb__after_atomic()	__vmalab_fence()
#define smp_mb__after_spinlock()	__vmalab_fence()
#define smp_mb__after_unlock_lock()	__vmalab_fence()
#define smp_acquire__after_ctrl_dep()	__vmalab_read_fence()
#define smp_store_mb(x, value)	(__vmalab_store_once(x, value), __vmalab_fence())
#define barrier()		((void)0)

/* Pointers that carry an error. */
#define MAX_ERRNO		4095
#define ERR_PTR(error)		((void *)(error))
#define PTR_ERR(p)		((long)(p))
#define IS_ERR(p)		((unsigned long)(p) >= (unsigned long)-MAX_ERRNO)
#define IS_ERR_OR_NULL(p)	/* NULL - 1 and the error pointers - 1 are the largest words */ \
	((unsigned long)(p) - 1 >= (unsigned long)-MAX_ERRNO - 1)

/*
 * Read-modify-write of one word: place, kind, operand, second operand, order. The value is the old one. The kinds are
 * numbered as in src/lang/op.h (Atomic), the orders likewise (Order).
 */
#define __VMALAB_XCHG		0
#define __VMALAB_ADD		1
#define __VMALAB_AND		2
#define __VMALAB_OR		3
#define __VMALAB_XOR		4
#define __VMALAB_CMPXCHG	5
#define __VMALAB_UNLESS		6
#define __VMALAB_REF_UNLESS	7
#define __VMALAB_RELAXED	2
#define __VMALAB_ACQUIRE	3
#define __VMALAB_RELEASE	4
#define __VMALAB_FULL		5
#define __VMALAB_VOID		6 /* relaxed, of an atomic that gives nothing back */

/* Exchanges of one word: one step. The value is the old one; try_cmpxchg() says whether it wrote. */
#define xchg(p, v)		__vmalab_rmw(*(p), __VMALAB_XCHG, v, 0, __VMALAB_FULL)
#define xchg_relaxed(p, v)	__vmalab_rmw(*(p), __VMALAB_XCHG, v, 0, __VMALAB_RELAXED)
#define xchg_acquire(p, v)	__vmalab_rmw(*(p), __VMALAB_XCHG, v, 0, __VMALAB_ACQUIRE)
#define xchg_release(p, v)	__vmalab_rmw(*(p), __VMALAB_XCHG, v, 0, __VMALAB_RELEASE)
#define cmpxchg(p, old, new)	__vmalab_rmw(*(p), __VMALAB_CMPXCHG, old, new, __VMALAB_FULL)
#define cmpxchg_relaxed(p, old, new)	__vmalab_rmw(*(p), __VMALAB_CMPXCHG, old, new, __VMALAB_RELAXED)
#define cmpxchg_acquire(p, old, new)	__vmalab_rmw(*(p), __VMALAB_CMPXCHG, old, new, __VMALAB_ACQUIRE)
#define cmpxchg_release(p, old, new)	__vmalab_rmw(*(p), __VMALAB_CMPXCHG, old, new, __VMALAB_RELEASE)
#define __vmalab_any_cmpxchg64(p, old, new)	cmpxchg(p, old, new)
#define __vmalab_try_cmpxchg(p, oldp, new, order)			\
({									\
	__auto_type __wanted = *(oldp);					\
	__auto_type __was = __vmalab_rmw(*(p), __VMALAB_CMPXCHG, __wanted, new, order);	\
									\
	if (__was != __wanted)						\
		*(oldp) = __was;					\
	__was == __wanted;						\
})
#define try_cmpxchg(p, oldp, new)	__vmalab_try_cmpxchg(p, oldp, new, __VMALAB_FULL)
#define try_cmpxchg_relaxed(p, oldp, new)	__vmalab_try_cmpxchg(p, oldp, new, __VMALAB_RELAXED)
#define try_cmpxchg_acquire(p, oldp, new)	__vmalab_try_cmpxchg(p, oldp, new, __VMALAB_ACQUIRE)
#define try_cmpxchg_release(p, oldp, new)	__vmalab_try_cmpxchg(p, oldp, new, __VMALAB_RELEASE)

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
#define __refcount_inc_not_zero(r, oldp)	__vmalab_ref_add_not_zero(1, r, oldp)
#define refcount_add_not_zero_acquire(i, r)	__vmalab_ref_add_not_zero_acquire(i, r, NULL)
#define __refcount_add_not_zero_acquire(i, r, oldp)	__vmalab_ref_add_not_zero_acquire(i, r, oldp)
#define refcount_inc_not_zero_acquire(r)	__vmalab_ref_add_not_zero_acquire(1, r, NULL)
#define __refcount_inc_not_zero_acquire(r, oldp)	__vmalab_ref_add_not_zero_acquire(1, r, oldp)
#define __refcount_add_not_zero_limited_acquire(i, r, oldp, limit)	__vmalab_ref_add_limited_acquire(r, oldp, limit, i)
#define __refcount_add(i, r, oldp)	__vmalab_ref_add(i, r, oldp)
#define __refcount_inc(r, oldp)	__vmalab_ref_add(1, r, oldp)
#define __refcount_inc_not_zero_limited_acquire(r, oldp, limit)	__vmalab_ref_inc_limited_acquire(r, oldp, limit)
#define refcount_sub_and_test(i, r)	__vmalab_ref_sub_and_test(i, r, NULL)
#define __refcount_sub_and_test(i, r, oldp)	__vmalab_ref_sub_and_test(i, r, oldp)
#define refcount_dec_and_test(r)	__vmalab_ref_sub_and_test(1, r, NULL)
#define __refcount_dec_and_test(r, oldp)	__vmalab_ref_sub_and_test(1, r, oldp)
#define refcount_dec_if_one(r)	(__vmalab_rmw(*(r), __VMALAB_CMPXCHG, 1, 0, __VMALAB_RELEASE) == 1)
#define refcount_dec_not_one(r)	(__vmalab_rmw(*(r), __VMALAB_REF_UNLESS, -1, 1, __VMALAB_RELEASE) != 1)
/* These drop a reference that cannot be the last one: if it was, the kernel warns. */
#define refcount_dec(r)		((void)__vmalab_warn(__vmalab_ref_sub_and_test(1, r, NULL), "refcount_dec(" #r "): decrement hit 0"))
#define __refcount_dec(r, oldp)	((void)__vmalab_warn(__vmalab_ref_sub_and_test(1, r, oldp), "__refcount_dec(" #r "): decrement hit 0"))

/*
 * atomic_t (include/linux/atomic/atomic-instrumented.h). A name of atomic_long_t or atomic64_t is that of atomic_t:
 * a value has 32 bits here.
 */
#define ATOMIC_INIT(i)		(i)
#define ATOMIC_LONG_INIT(i)	(i)
#define ATOMIC64_INIT(i)	(i)
#define atomic_read(v)		((int)__vmalab_load_relaxed(*(v)))
#define atomic_read_acquire(v)	((int)__vmalab_load_acquire(*(v)))
#define atomic_set(v, i)	__vmalab_store_relaxed(*(v), i)
#define atomic_set_release(v, i)	__vmalab_store_release(*(v), i)
#define atomic_inc(v)		((void)__vmalab_rmw(*(v), __VMALAB_ADD, 1, 0, __VMALAB_VOID))
#define atomic_dec(v)		((void)__vmalab_rmw(*(v), __VMALAB_ADD, -1, 0, __VMALAB_VOID))
#define atomic_add(i, v)	((void)__vmalab_rmw(*(v), __VMALAB_ADD, i, 0, __VMALAB_VOID))
#define atomic_sub(i, v)	((void)__vmalab_rmw(*(v), __VMALAB_ADD, -(i), 0, __VMALAB_VOID))
#define atomic_and(i, v)	((void)__vmalab_rmw(*(v), __VMALAB_AND, i, 0, __VMALAB_VOID))
#define atomic_andnot(i, v)	((void)__vmalab_rmw(*(v), __VMALAB_AND, ~(i), 0, __VMALAB_VOID))
#define atomic_or(i, v)		((void)__vmalab_rmw(*(v), __VMALAB_OR, i, 0, __VMALAB_VOID))
#define atomic_xor(i, v)	((void)__vmalab_rmw(*(v), __VMALAB_XOR, i, 0, __VMALAB_VOID))
#define atomic_inc_and_test(v)	(__vmalab_rmw(*(v), __VMALAB_ADD, 1, 0, __VMALAB_FULL) == -1U)
#define atomic_dec_and_test(v)	(__vmalab_rmw(*(v), __VMALAB_ADD, -1, 0, __VMALAB_FULL) == 1)
#define atomic_inc_not_zero(v)	(__vmalab_rmw(*(v), __VMALAB_UNLESS, 1, 0, __VMALAB_FULL) != 0)
#define atomic_cmpxchg(v, old, new)	((int)cmpxchg(v, old, new))
#define atomic_cmpxchg_relaxed(v, old, new)	((int)cmpxchg_relaxed(v, old, new))
#define atomic_cmpxchg_acquire(v, old, new)	((int)cmpxchg_acquire(v, old, new))
#define atomic_cmpxchg_release(v, old, new)	((int)cmpxchg_release(v, old, new))
#define atomic_xchg(v, new)	((int)xchg(v, new))
#define atomic_xchg_relaxed(v, new)	((int)xchg_relaxed(v, new))
#define atomic_xchg_acquire(v, new)	((int)xchg_acquire(v, new))
#define atomic_xchg_release(v, new)	((int)xchg_release(v, new))
#define atomic_try_cmpxchg(v, oldp, new)	try_cmpxchg(v, oldp, new)
#define atomic_try_cmpxchg_relaxed(v, oldp, new)	try_cmpxchg_relaxed(v, oldp, new)
#define atomic_try_cmpxchg_acquire(v, oldp, new)	try_cmpxchg_acquire(v, oldp, new)
#define atomic_try_cmpxchg_release(v, oldp, new)	try_cmpxchg_release(v, oldp, new)
/* fetch_OP gives the old value, OP_return the new one. */
#define atomic_fetch_add(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_ADD, i, 0, __VMALAB_FULL))
#define atomic_fetch_sub(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_ADD, -(i), 0, __VMALAB_FULL))
#define atomic_fetch_and(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_AND, i, 0, __VMALAB_FULL))
#define atomic_fetch_andnot(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_AND, ~(i), 0, __VMALAB_FULL))
#define atomic_fetch_or(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_OR, i, 0, __VMALAB_FULL))
#define atomic_fetch_xor(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_XOR, i, 0, __VMALAB_FULL))
#define atomic_fetch_inc(v)	atomic_fetch_add(1, v)
#define atomic_fetch_dec(v)	atomic_fetch_sub(1, v)
#define atomic_inc_return(v)	(atomic_fetch_add(1, v) + 1)
#define atomic_dec_return(v)	(atomic_fetch_sub(1, v) - 1)
#define atomic_add_return(i, v)	({ int __i = (i); atomic_fetch_add(__i, v) + __i; })
#define atomic_sub_return(i, v)	({ int __i = (i); atomic_fetch_sub(__i, v) - __i; })
#define atomic_fetch_add_relaxed(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_ADD, i, 0, __VMALAB_RELAXED))
#define atomic_fetch_sub_relaxed(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_ADD, -(i), 0, __VMALAB_RELAXED))
#define atomic_fetch_and_relaxed(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_AND, i, 0, __VMALAB_RELAXED))
#define atomic_fetch_andnot_relaxed(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_AND, ~(i), 0, __VMALAB_RELAXED))
#define atomic_fetch_or_relaxed(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_OR, i, 0, __VMALAB_RELAXED))
#define atomic_fetch_xor_relaxed(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_XOR, i, 0, __VMALAB_RELAXED))
#define atomic_fetch_inc_relaxed(v)	atomic_fetch_add_relaxed(1, v)
#define atomic_fetch_dec_relaxed(v)	atomic_fetch_sub_relaxed(1, v)
#define atomic_inc_return_relaxed(v)	(atomic_fetch_add_relaxed(1, v) + 1)
#define atomic_dec_return_relaxed(v)	(atomic_fetch_sub_relaxed(1, v) - 1)
#define atomic_add_return_relaxed(i, v)	({ int __i = (i); atomic_fetch_add_relaxed(__i, v) + __i; })
#define atomic_sub_return_relaxed(i, v)	({ int __i = (i); atomic_fetch_sub_relaxed(__i, v) - __i; })
#define atomic_fetch_add_acquire(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_ADD, i, 0, __VMALAB_ACQUIRE))
#define atomic_fetch_sub_acquire(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_ADD, -(i), 0, __VMALAB_ACQUIRE))
#define atomic_fetch_and_acquire(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_AND, i, 0, __VMALAB_ACQUIRE))
#define atomic_fetch_andnot_acquire(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_AND, ~(i), 0, __VMALAB_ACQUIRE))
#define atomic_fetch_or_acquire(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_OR, i, 0, __VMALAB_ACQUIRE))
#define atomic_fetch_xor_acquire(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_XOR, i, 0, __VMALAB_ACQUIRE))
#define atomic_fetch_inc_acquire(v)	atomic_fetch_add_acquire(1, v)
#define atomic_fetch_dec_acquire(v)	atomic_fetch_sub_acquire(1, v)
#define atomic_inc_return_acquire(v)	(atomic_fetch_add_acquire(1, v) + 1)
#define atomic_dec_return_acquire(v)	(atomic_fetch_sub_acquire(1, v) - 1)
#define atomic_add_return_acquire(i, v)	({ int __i = (i); atomic_fetch_add_acquire(__i, v) + __i; })
#define atomic_sub_return_acquire(i, v)	({ int __i = (i); atomic_fetch_sub_acquire(__i, v) - __i; })
#define atomic_fetch_add_release(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_ADD, i, 0, __VMALAB_RELEASE))
#define atomic_fetch_sub_release(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_ADD, -(i), 0, __VMALAB_RELEASE))
#define atomic_fetch_and_release(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_AND, i, 0, __VMALAB_RELEASE))
#define atomic_fetch_andnot_release(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_AND, ~(i), 0, __VMALAB_RELEASE))
#define atomic_fetch_or_release(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_OR, i, 0, __VMALAB_RELEASE))
#define atomic_fetch_xor_release(i, v)	((int)__vmalab_rmw(*(v), __VMALAB_XOR, i, 0, __VMALAB_RELEASE))
#define atomic_fetch_inc_release(v)	atomic_fetch_add_release(1, v)
#define atomic_fetch_dec_release(v)	atomic_fetch_sub_release(1, v)
#define atomic_inc_return_release(v)	(atomic_fetch_add_release(1, v) + 1)
#define atomic_dec_return_release(v)	(atomic_fetch_sub_release(1, v) - 1)
#define atomic_add_return_release(i, v)	({ int __i = (i); atomic_fetch_add_release(__i, v) + __i; })
#define atomic_sub_return_release(i, v)	({ int __i = (i); atomic_fetch_sub_release(__i, v) - __i; })
#define atomic_sub_and_test(i, v)	(atomic_sub_return(i, v) == 0)
#define atomic_add_negative(i, v)	(atomic_add_return(i, v) < 0)
#define atomic_add_unless(v, i, u)	({ int __u = (u); (int)__vmalab_rmw(*(v), __VMALAB_UNLESS, i, __u, __VMALAB_FULL) != __u; })
#define atomic_fetch_add_unless(v, i, u)	((int)__vmalab_rmw(*(v), __VMALAB_UNLESS, i, u, __VMALAB_FULL))

/* seqcount_t (include/linux/seqlock.h). A write section is kept to one writer by the lock around it. */
#define do_raw_write_seqcount_begin(s)	__vmalab_seq_begin(s)
#define do_raw_write_seqcount_end(s)	__vmalab_seq_end(s)
#define raw_read_seqcount(s)	__vmalab_load_acquire((s)->sequence)
#define raw_seqcount_try_begin(s, start)	(start = raw_read_seqcount(s), !(start & 1))
#define raw_seqcount_begin(s)	(raw_read_seqcount(s) & ~1U)
static inline unsigned int read_seqcount_begin(const seqcount_t *s)
{
	unsigned int seq = raw_read_seqcount(s);

	while (seq & 1)
		seq = raw_read_seqcount(s);
	return seq;
}
#define __read_seqcount_begin(s)	read_seqcount_begin(s)
#define raw_read_seqcount_begin(s)	read_seqcount_begin(s)
#define seqprop_sequence(s)	__vmalab_load_once((s)->sequence)
#define read_seqcount_retry(s, start)	(__vmalab_read_fence(), __vmalab_load_once((s)->sequence) != (start))
#define __read_seqcount_retry(s, start)	(__vmalab_load_once((s)->sequence) != (start))
#define do_read_seqcount_retry(s, start)	read_seqcount_retry(s, start)
#define do___read_seqcount_retry(s, start)	(__vmalab_load_once((s)->sequence) != (start))
#define write_seqcount_begin(s)	__vmalab_seq_begin(s)
#define write_seqcount_begin_nested(s, subclass)	__vmalab_seq_begin(s)
#define write_seqcount_end(s)	__vmalab_seq_end(s)
#define do_write_seqcount_begin(s)	__vmalab_seq_begin(s)
#define do_write_seqcount_end(s)	__vmalab_seq_end(s)
#define raw_write_seqcount_begin(s)	__vmalab_seq_begin(s)
#define raw_write_seqcount_end(s)	__vmalab_seq_end(s)
#define seqcount_init(s)	((void)0)

/* struct rw_semaphore (include/linux/rwsem.h): mmap_lock, or one of the code's own. Who has to wait cannot take its step. There
 * is no queue: a reader does not wait for a writer that waits.
 */
/* Nobody holds a lock that is made. */
#define init_rwsem(sem)		((void)__vmalab_warn(__vmalab_rwsem_is_locked(sem), "init_rwsem(" #sem "): it is held"))
#define __RWSEM_INITIALIZER(name)	0
#define down_write(sem)		__vmalab_down_write(sem)
#define down_write_nested(sem, subclass)	__vmalab_down_write(sem)
#define down_write_nest_lock(sem, lock)	__vmalab_down_write(sem)
#define down_write_killable(sem)	__vmalab_down_write_killable(sem)
#define down_write_killable_nested(sem, subclass)	__vmalab_down_write_killable(sem)
#define down_write_trylock(sem)	__vmalab_try_down_write(sem)
#define up_write(sem)		__vmalab_up_write(sem)
#define downgrade_write(sem)	__vmalab_downgrade_write(sem)
#define down_read(sem)		__vmalab_down_read(sem)
#define down_read_nested(sem, subclass)	__vmalab_down_read(sem)
/* The only signals here are fatal ones, which end an interruptible sleep as well as a killable one. */
#define down_read_interruptible(sem)	__vmalab_down_read_killable(sem)
#define down_read_killable(sem)	__vmalab_down_read_killable(sem)
#define down_read_killable_nested(sem, subclass)	__vmalab_down_read_killable(sem)
#define down_read_trylock(sem)	__vmalab_try_down_read(sem)
#define up_read(sem)		__vmalab_up_read(sem)
#define rwsem_is_locked(sem)	__vmalab_rwsem_is_locked(sem)
/* A hint to let go soon. Who waits is not recorded in the lock here: a lock that is held counts as contended. */
#define rwsem_is_contended(sem)	__vmalab_rwsem_is_locked(sem)
/* A reader that another thread lets go is not followed here: the lock is let go by who took it. */
#define up_read_non_owner(sem)	__vmalab_up_read(sem)
#define down_read_non_owner(sem)	__vmalab_down_read(sem)

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
#define rwsem_acquire(map, ...)	__vmalab_lockdep_acquire(map, 1)
#define rwsem_acquire_read(map, ...)	__vmalab_lockdep_acquire(map, 0)
#define rwsem_acquire_nest(map, ...)	__vmalab_lockdep_acquire(map, 1)
#define rwsem_release(map, ...)	__vmalab_lockdep_release(map)
#define lockdep_assert_held(lock)	((void)__vmalab_warn(!__vmalab_lockdep_is_held(lock), "lockdep_assert_held(" #lock ")"))
#define lockdep_assert_not_held(lock)	((void)__vmalab_warn(__vmalab_lockdep_is_held(lock), "lockdep_assert_not_held(" #lock ")"))
#define lockdep_assert_held_write(sem)	__vmalab_rwsem_assert_held(sem, 1)
#define lockdep_assert_held_read(sem)	((void)__vmalab_warn(!__vmalab_lockdep_is_held(sem), "lockdep_assert_held_read(" #sem ")"))
#define lockdep_assert(condition)	((void)__vmalab_warn(!(condition), "lockdep_assert(" #condition ")"))
#define lockdep_assert_once(condition)	((void)__vmalab_warn(!(condition), "lockdep_assert_once(" #condition ")"))
#define lockdep_assert_in_rcu_read_lock()	((void)__vmalab_warn(!__vmalab_rcu_held(), "lockdep_assert_in_rcu_read_lock()"))
#define RCU_LOCKDEP_WARN(condition, text)	((void)__vmalab_warn(condition, "RCU_LOCKDEP_WARN(" #condition ")"))
#else
#define rwsem_assert_held(sem)	__vmalab_rwsem_assert_any(sem, 0)
#define rwsem_assert_held_write(sem)	__vmalab_rwsem_assert_any(sem, 1)
#define lockdep_is_held(lock)	1
#define lock_is_held(map)	1
#define lock_acquire_shared(map, ...)	((void)0)
#define lock_acquire_exclusive(map, ...)	((void)0)
#define lock_release(map, ...)	((void)0)
#define rwsem_acquire(map, ...)	((void)0)
#define rwsem_acquire_read(map, ...)	((void)0)
#define rwsem_acquire_nest(map, ...)	((void)0)
#define rwsem_release(map, ...)	((void)0)
#define RCU_LOCKDEP_WARN(condition, text)	((void)0)
#endif
#define lock_acquired(map, ...)	((void)0)
#define SINGLE_DEPTH_NESTING	1

/* Spinlocks (include/linux/spinlock.h) and mutexes (include/linux/mutex.h): one word each; their holder may not sleep or may. */
#define spin_lock_init(lock)	((void)__vmalab_warn(__vmalab_is_locked(lock), "spin_lock_init(" #lock "): it is held"))
#define __SPIN_LOCK_UNLOCKED(name)	0
#define spin_lock(lock)		__vmalab_lock(lock, 0)
#define spin_trylock(lock)	__vmalab_try_lock(lock, 0)
#define spin_unlock(lock)	__vmalab_unlock(lock, 0)
#define spin_is_locked(lock)	__vmalab_is_locked(lock)
#define spin_lock_nested(lock, subclass)	spin_lock(lock)
#define spin_lock_irq(lock)	spin_lock(lock)
#define spin_unlock_irq(lock)	spin_unlock(lock)
#define spin_lock_bh(lock)	spin_lock(lock)
#define spin_unlock_bh(lock)	spin_unlock(lock)
#define spin_lock_irqsave(lock, flags)	((void)((flags) = 0), spin_lock(lock))
#define spin_unlock_irqrestore(lock, flags)	((void)(flags), spin_unlock(lock))
#define raw_spin_lock(lock)	spin_lock(lock)
#define raw_spin_trylock(lock)	spin_trylock(lock)
#define raw_spin_unlock(lock)	spin_unlock(lock)
#define mutex_init(lock)	((void)__vmalab_warn(__vmalab_is_locked(lock), "mutex_init(" #lock "): it is held"))
#define __MUTEX_INITIALIZER(name)	0
#define mutex_lock(lock)	__vmalab_lock(lock, 1)
#define mutex_lock_nested(lock, subclass)	mutex_lock(lock)
#define mutex_trylock(lock)	__vmalab_try_lock(lock, 1)
#define mutex_unlock(lock)	__vmalab_unlock(lock, 1)
#define mutex_is_locked(lock)	__vmalab_is_locked(lock)

/*
 * Guards (include/linux/cleanup.h), which are let go where their scope ends: guard(NAME)(lock) to the end of the block,
 * scoped_guard(NAME, lock) for the statement after it. Where a guard can fail, scoped_guard() leaves that statement out, and
 * scoped_cond_guard(NAME, return -EINTR, lock) does what it is told instead. DEFINE_GUARD(), DEFINE_GUARD_COND(),
 * DEFINE_LOCK_GUARD_0(), DEFINE_LOCK_GUARD_1(), DEFINE_FREE() with __free(), and CLASS() are known as well.
 */
DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD_COND(rwsem_read, _try, down_read_trylock(_T))
DEFINE_GUARD_COND(rwsem_read, _intr, down_read_interruptible(_T), _RET == 0)
DEFINE_GUARD_COND(rwsem_read, _kill, down_read_killable(_T), _RET == 0)
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
DEFINE_GUARD_COND(rwsem_write, _try, down_write_trylock(_T))
DEFINE_GUARD_COND(rwsem_write, _kill, down_write_killable(_T), _RET == 0)
DEFINE_GUARD(spinlock, spinlock_t *, spin_lock(_T), spin_unlock(_T))
DEFINE_GUARD_COND(spinlock, _try, spin_trylock(_T))
DEFINE_GUARD(spinlock_irq, spinlock_t *, spin_lock(_T), spin_unlock(_T))
DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())
DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())
/* A pointer that __free() is not to free after all. */
#define no_free_ptr(p)							\
({									\
	__auto_type __p = (p);						\
									\
	(p) = NULL;							\
	__p;								\
})
#define return_ptr(p)		return no_free_ptr(p)

/*
 * RCU (include/linux/rcupdate.h). A grace period waits for those who are inside when it begins. What call_rcu() is given
 * runs after one, as a thread of its own for each rcu_head; it does not sleep, and it may run with everything else. Memory
 * other than that of VMAs and mms is not simulated, so that freeing it is nothing.
 */
#define synchronize_rcu()	(__vmalab_grace_begin(0), __vmalab_grace_wait(0))
#define synchronize_rcu_expedited()	synchronize_rcu()
#define call_rcu(head, callback)	__vmalab_call_rcu(head, callback)
#define call_rcu_hurry(head, callback)	__vmalab_call_rcu(head, callback)
#define kfree(p)		__vmalab_kfree(p)
#define kfree_rcu(p, member)						\
({									\
	__auto_type __p = (p);						\
									\
	if (__p)							\
		__vmalab_kfree_rcu(__p, &__p->member);			\
})
#define kvfree_rcu(p, member)	kfree_rcu(p, member)
/* Waits for the callbacks that are queued by now. */
#define rcu_barrier()		(__vmalab_grace_begin(1), __vmalab_grace_wait(1))
#define kvfree_rcu_barrier()	rcu_barrier()
#define rcu_read_lock()		__vmalab_rcu_lock()
#define rcu_read_unlock()	__vmalab_rcu_unlock()
#define rcu_read_lock_held()	__vmalab_rcu_held()
#define rcu_read_lock_any_held()	__vmalab_rcu_held()

/* Warnings: a condition that is met breaks the check `no-warning`. The value of WARN_ON is the condition. */
#define WARN_ON(condition)	__vmalab_warn(condition, "WARN_ON(" #condition ")")
#define WARN_ON_ONCE(condition)	__vmalab_warn(condition, "WARN_ON_ONCE(" #condition ")")
#define VM_WARN_ON(condition)	((void)__vmalab_warn(condition, "VM_WARN_ON(" #condition ")"))
#define VM_WARN_ON_ONCE(condition)	((void)__vmalab_warn(condition, "VM_WARN_ON_ONCE(" #condition ")"))
#define VM_WARN_ON_ONCE_VMA(condition, vma)	((void)__vmalab_warn(condition, "VM_WARN_ON_ONCE_VMA(" #condition ")"))
#define VM_BUG_ON_VMA(condition, vma)	((void)__vmalab_warn(condition, "VM_BUG_ON_VMA(" #condition ")"))
#define BUG()			((void)__vmalab_warn(1, "BUG()"))
#define panic(...)		((void)__vmalab_warn(1, "panic()"))

/*
 * What the kernel says for debugging costs no run. A name that begins like one of these, and that no loaded file defines,
 * warns when its condition is met, or when it is called where the thread may not sleep.
 */
#define __vmalab_any_WARN(condition, ...)	__vmalab_warn(condition, __vmalab_name "(" #condition ")")
#define __vmalab_any_VM_WARN(condition, ...)	__vmalab_warn(condition, __vmalab_name "(" #condition ")")
#define __vmalab_any_BUG_ON(condition, ...)	((void)__vmalab_warn(condition, __vmalab_name "(" #condition ")"))
#define __vmalab_any_VM_BUG_ON(condition, ...)	((void)__vmalab_warn(condition, __vmalab_name "(" #condition ")"))
#define __vmalab_any_DEBUG_LOCKS_WARN_ON(condition, ...)	__vmalab_warn(condition, __vmalab_name "(" #condition ")")
#define __vmalab_any_might_(...)	((void)__vmalab_warn(__vmalab_may_not_sleep(), __vmalab_name "(): this may not sleep here"))
#define __vmalab_any_cond_resched(...)	(__vmalab_warn(__vmalab_may_not_sleep(), __vmalab_name "(): this may not sleep here"), 0)
/* And these evaluate nothing at all. */
#define __vmalab_any_KUNIT_STATIC_STUB(...)	((void)0)
#define __vmalab_any_VM_WARN_ON_IRQS(...)	((void)0)
#define __vmalab_any_BUILD_BUG_ON(...)	((void)0)
#define __vmalab_any_lockdep_(...)	((void)0)
#define __vmalab_any_lock_acquire(...)	((void)0)
#define __vmalab_any_lock_contended(...)	((void)0)
#define __vmalab_any_lock_map_(...)	((void)0)
#define __vmalab_any_lock_set_(...)	((void)0)
#define __vmalab_any_trace_(...)	((void)0)
#define __vmalab_any_tracepoint_enabled(...)	0
#define __vmalab_any_pr_(...)	((void)0)
#define __vmalab_any_printk(...)	((void)0)
#define __vmalab_any_dump_(...)	((void)0)
#define __vmalab_any_preempt_(...)	((void)0)
#define __vmalab_any_migrate_disable(...)	((void)0)
#define __vmalab_any_migrate_enable(...)	((void)0)
#define __vmalab_any_ASSERT_EXCLUSIVE_(...)	((void)0)
#define __vmalab_any_kcsan_(...)	((void)0)
#define __vmalab_any_kasan_(...)	((void)0)
#define __vmalab_any_kmsan_(...)	((void)0)
#define __vmalab_any_instrument_(...)	((void)0)
#define __vmalab_any_count_vm_(...)	((void)0)
#define __vmalab_any_count_memcg_(...)	((void)0)
#define __vmalab_any___count_vm_(...)	((void)0)

/* Tasks (include/linux/sched.h, kernel/sched/core.c). */
#define current			__vmalab_current
#define set_current_state(state)	__vmalab_set_task_state(state)
#define __set_current_state(state)	__vmalab_set_task_state_plain(state)
#define schedule()		__vmalab_schedule()
#define wake_up_process(task)	__vmalab_wake_up_process(task)
/* A sleep that no signal may end does not look at the signals at all. */
#define signal_pending_state(state, task)	(((state) & (TASK_WAKEKILL | 0x1 /* INTERRUPTIBLE */)) && __vmalab_signal_pending(task, state))
#define signal_pending(task)	__vmalab_signal_pending(task, TASK_WAKEKILL)
#define fatal_signal_pending(task)	__vmalab_signal_pending(task, TASK_WAKEKILL)

/*
 * The mm_struct's two counts (include/linux/sched/mm.h). mm_users keeps the address space, and the process has the first
 * reference; when the last is put, the address space is taken down. The users together hold one reference on the memory,
 * which is freed when mm_count is 0.
 */
#define mmgrab(mm)		__vmalab_mmgrab(mm)
#define mmdrop(mm)		__vmalab_mmdrop(mm)
#define mmget(mm)		atomic_inc(&(mm)->mm_users)
#define mmget_not_zero(mm)	atomic_inc_not_zero(&(mm)->mm_users)
static inline void mmput(struct mm_struct *mm)
{
	might_sleep();
	if (atomic_dec_and_test(&mm->mm_users)) {
		exit_mmap(mm);
		mmdrop(mm);
	}
}

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
#define __vmalab_mas_look(mas, address)	\
	(__vmalab_iterator_use((mas)->section), (mas)->section = 1, __vmalab_tree_load((mas)->tree, address))
#define mas_walk(mas)		__vmalab_mas_look(mas, (mas)->index)
/* They forget what was found; the next search begins at the index as it stands. */
#define mas_reset(mas)		((void)((mas)->section = 0))
#define mas_pause(mas)		mas_reset(mas)
#define mas_set(mas, address)	((void)((mas)->index = (mas)->last = (address), (mas)->section = 0))
#define mas_set_range(mas, first, end)	((void)((mas)->index = (first), (mas)->last = (end), (mas)->section = 0))
#define mas_lock(mas)		((void)0)
#define mas_unlock(mas)		((void)0)
#define mas_store_gfp(mas, vma, gfp)	__vmalab_tree_store((mas)->tree, (mas)->index, (mas)->last + 1, vma)
#define mtree_load(mt, address)	__vmalab_tree_load(mt, address)
#define mtree_store_range(mt, first, last, vma, gfp)	__vmalab_tree_store(mt, first, (last) + 1, vma)
#define mtree_erase(mt, address)	__vmalab_tree_erase(mt, address, (address) + 1)

/*
 * Searches. Each is one access, and gives the first VMA at or after the index; the next search then begins where
 * that VMA ends in the tree.
 */
#define ULONG_MAX		(~0UL)
#define PAGE_SIZE		0x1000
#define TASK_SIZE		(8 * PAGE_SIZE)
static inline struct vm_area_struct *mas_find(struct ma_state *mas, unsigned long max)
{
	__vmalab_iterator_use(mas->section);
	mas->section = 1;
	return __vmalab_tree_find(mas->tree, mas->index, max, &mas->index);
}
#define mas_next(mas, max)	mas_find(mas, max)
#define mas_for_each(mas, entry, max)	while (((entry) = mas_find(mas, max)) != NULL)

/* The iterator over VMAs (include/linux/mm.h). */
struct vma_iterator {
	struct ma_state mas;
};
#define VMA_ITERATOR(name, mm, address)	\
	struct vma_iterator name = { .mas = { .tree = &(mm)->mm_mt, .index = (address), .last = (address) } }
static inline void vma_iter_init(struct vma_iterator *vmi, struct mm_struct *mm, unsigned long address)
{
	vmi->mas.tree = &mm->mm_mt;
	vmi->mas.index = vmi->mas.last = address;
	vmi->mas.section = 0;
}
#define vma_iter_set(vmi, address)	mas_set(&(vmi)->mas, address)
#define vma_iter_addr(vmi)	((vmi)->mas.index)
#define vma_iter_load(vmi)	mas_walk(&(vmi)->mas)
#define vma_iter_invalidate(vmi)	mas_pause(&(vmi)->mas)
#define vma_iter_free(vmi)	((void)(vmi))
/*
 * The next VMA is looked for page by page, a step each, up to the end of the small address space that an mm has here;
 * what was found is then passed as far as it goes in the tree.
 */
static inline struct vm_area_struct *vma_next(struct vma_iterator *vmi)
{
	struct vm_area_struct *vma = NULL;

	while (!vma && vmi->mas.index < TASK_SIZE) {
		__vmalab_iterator_use(vmi->mas.section);
		vmi->mas.section = 1;
		vma = __vmalab_tree_walk(vmi->mas.tree, vmi->mas.index, &vmi->mas.index);
	}
	return vma;
}
static inline struct vm_area_struct *vma_find(struct vma_iterator *vmi, unsigned long max)
{
	return mas_find(&vmi->mas, max - 1);
}
#define for_each_vma(vmi, vma)	while (((vma) = vma_next(&(vmi))) != NULL)
#define for_each_vma_range(vmi, vma, end)	while (((vma) = vma_find(&(vmi), (end))) != NULL)

/* A lookup with mmap_lock held (include/linux/mm.h, mm/mmap.c). */
static inline struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long address)
{
	rwsem_assert_held(&mm->mmap_lock);
	return __vmalab_tree_find(&mm->mm_mt, address, ULONG_MAX, NULL);
}

/* The slab of VMAs (include/linux/slab.h): SLAB_TYPESAFE_BY_RCU, so a freed object can be another VMA at once. */
#define GFP_KERNEL		0
#define kmem_cache_alloc(cache, flags)	__vmalab_slab_alloc()
/* With the memset() of vma_init(), in so far as it matters: an object that was never used gets a vm_refcnt of 0. */
#define kmem_cache_alloc_init(cache, flags)	__vmalab_slab_alloc_as(1)
#define kmem_cache_free(cache, object)	__vmalab_slab_free(object)

/* What a reader and a writer do with the VMA once they have it: one step each. */
#define use_vma(vma)		__vmalab_use_vma(vma)
#define change_vma(vma)		__vmalab_change_vma(vma)

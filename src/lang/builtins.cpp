// SPDX-License-Identifier: GPL-2.0-only
#include "lang/builtins.h"

#include <array>

namespace vmalab {
namespace {

constexpr std::array kBuiltins{
    Builtin{"__vmalab_load_once", Op::kLoad, Order::kOnce, "l", 'u'},
    Builtin{"__vmalab_load_acquire", Op::kLoad, Order::kAcquire, "l", 'u'},
    Builtin{"__vmalab_load_relaxed", Op::kLoad, Order::kRelaxed, "l", 'u'},
    Builtin{"__vmalab_store_relaxed", Op::kStore, Order::kRelaxed, "lb", 'v'},
    Builtin{"__vmalab_rmw", Op::kAtomic, Order::kFull, "libcr", 'u'},
    Builtin{"__vmalab_store_once", Op::kStore, Order::kOnce, "lb", 'v'},
    Builtin{"__vmalab_store_release", Op::kStore, Order::kRelease, "lb", 'v'},
    Builtin{"__vmalab_fence", Op::kFence, Order::kFull, "", 'v'},
    Builtin{"__vmalab_read_fence", Op::kFence, Order::kAcquire, "", 'v'},
    Builtin{"__vmalab_write_fence", Op::kFence, Order::kRelease, "", 'v'},
    Builtin{"__vmalab_warn", Op::kWarn, Order::kPlain, "as", 'c'},

    Builtin{"__vmalab_ref_read", Op::kLoad, Order::kRelaxed, "a", 'u'},
    Builtin{"__vmalab_ref_set", Op::kRefSet, Order::kRelaxed, "ab", 'v'},
    Builtin{"__vmalab_ref_set_release", Op::kRefSet, Order::kRelease, "ab", 'v'},
    Builtin{"__vmalab_ref_inc_limited_acquire", Op::kRefIncLimited, Order::kAcquire, "aob", 'b'},
    Builtin{"__vmalab_ref_add_not_zero", Op::kRefAddNotZero, Order::kRelaxed, "abo", 'b'},
    Builtin{"__vmalab_ref_add_limited_acquire", Op::kRefIncLimited, Order::kAcquire, "aobc", 'b'},
    Builtin{"__vmalab_ref_add_not_zero_acquire", Op::kRefAddNotZero, Order::kAcquire, "abo", 'b'},
    Builtin{"__vmalab_ref_sub_and_test", Op::kRefSubAndTest, Order::kRelease, "abo", 'b'},
    // What no kernel function does: for code that shows what an order is for.
    Builtin{"__vmalab_ref_inc_limited_relaxed", Op::kRefIncLimited, Order::kRelaxed, "aob", 'b'},
    Builtin{"__vmalab_ref_sub_and_test_relaxed", Op::kRefSubAndTest, Order::kRelaxed, "abo", 'b'},
    Builtin{"__vmalab_ref_add", Op::kRefAdd, Order::kRelaxed, "abo", 'v'},

    Builtin{"__vmalab_seq_begin", Op::kSeqBegin, Order::kPlain, "a", 'v'},
    Builtin{"__vmalab_seq_end", Op::kSeqEnd, Order::kRelease, "a", 'v'},

    Builtin{"__vmalab_down_write", Op::kDownWrite, Order::kAcquire, "a", 'v'},
    Builtin{"__vmalab_down_read", Op::kDownRead, Order::kAcquire, "a", 'v'},
    Builtin{"__vmalab_down_write_killable", Op::kDownWriteKillable, Order::kAcquire, "a", 'i'},
    Builtin{"__vmalab_down_read_killable", Op::kDownReadKillable, Order::kAcquire, "a", 'i'},
    Builtin{"__vmalab_try_down_read", Op::kTryDownRead, Order::kAcquire, "a", 'i'},
    Builtin{"__vmalab_try_down_write", Op::kTryDownWrite, Order::kAcquire, "a", 'i'},
    Builtin{"__vmalab_up_write", Op::kUpWrite, Order::kRelease, "a", 'v'},
    Builtin{"__vmalab_up_read", Op::kUpRead, Order::kRelease, "a", 'v'},
    Builtin{"__vmalab_downgrade_write", Op::kDowngradeWrite, Order::kRelease, "a", 'v'},
    Builtin{"__vmalab_rwsem_is_locked", Op::kRwsemIsLocked, Order::kRelaxed, "a", 'i'},
    Builtin{"__vmalab_rwsem_assert_held", Op::kRwsemAssertHeld, Order::kPlain, "ai", 'v'},
    Builtin{"__vmalab_rwsem_assert_any", Op::kRwsemAssertAny, Order::kRelaxed, "ai", 'v'},

    Builtin{"__vmalab_lock", Op::kLock, Order::kAcquire, "Li", 'v'},
    Builtin{"__vmalab_try_lock", Op::kTryLock, Order::kAcquire, "Li", 'i'},
    Builtin{"__vmalab_unlock", Op::kUnlock, Order::kRelease, "Li", 'v'},
    Builtin{"__vmalab_is_locked", Op::kLoad, Order::kRelaxed, "L", 'i'},
    Builtin{"__vmalab_grace_begin", Op::kGraceBegin, Order::kFull, "i", 'v'},
    Builtin{"__vmalab_grace_wait", Op::kGraceWait, Order::kFull, "i", 'v'},
    Builtin{"__vmalab_call_rcu", Op::kCallRcu, Order::kFull, "aF", 'v'},
    Builtin{"__vmalab_kfree_rcu", Op::kCallRcu, Order::kFull, "Ka", 'v'},
    Builtin{"__vmalab_kfree", Op::kSlabFree, Order::kPlain, "k", 'v'},

    Builtin{"__vmalab_mmgrab", Op::kMmGrab, Order::kRelaxed, "a", 'v'},
    Builtin{"__vmalab_mmdrop", Op::kMmDrop, Order::kFull, "a", 'v'},

    Builtin{"__vmalab_set_task_state", Op::kSetTaskState, Order::kFull, "a", 'v'},
    Builtin{"__vmalab_set_task_state_plain", Op::kSetTaskState, Order::kOnce, "a", 'v'},
    Builtin{"__vmalab_signal_pending", Op::kSignalPending, Order::kOnce, "ab", 'i'},
    Builtin{"__vmalab_schedule", Op::kSchedule, Order::kFull, "", 'v'},
    Builtin{"__vmalab_wake_up_process", Op::kWakeUpProcess, Order::kFull, "a", 'i'},

    Builtin{"__vmalab_rcu_lock", Op::kRcuLock, Order::kPlain, "", 'v'},
    Builtin{"__vmalab_rcu_unlock", Op::kRcuUnlock, Order::kPlain, "", 'v'},
    Builtin{"__vmalab_rcu_held", Op::kRcuHeld, Order::kPlain, "", 'i'},
    Builtin{"__vmalab_may_not_sleep", Op::kMayNotSleep, Order::kPlain, "", 'i'},
    Builtin{"__vmalab_lockdep_acquire", Op::kLockdepAcquire, Order::kPlain, "ai", 'v'},
    Builtin{"__vmalab_lockdep_release", Op::kLockdepRelease, Order::kPlain, "a", 'v'},
    Builtin{"__vmalab_lockdep_is_held", Op::kLockdepIsHeld, Order::kPlain, "a", 'i'},

    Builtin{"__vmalab_iterator_use", Op::kIteratorUse, Order::kPlain, "a", 'v'},
    Builtin{"__vmalab_tree_load", Op::kTreeLoad, Order::kOnce, "ab", 'V'},
    Builtin{"__vmalab_tree_walk", Op::kTreeLoad, Order::kOnce, "abo", 'V'},
    Builtin{"__vmalab_tree_find", Op::kTreeFind, Order::kOnce, "abco", 'V'},
    Builtin{"__vmalab_tree_store", Op::kTreeStore, Order::kRelease, "abcd", 'v'},
    Builtin{"__vmalab_tree_erase", Op::kTreeErase, Order::kRelease, "abc", 'v'},
    Builtin{"__vmalab_slab_alloc", Op::kSlabAlloc, Order::kPlain, "", 'V'},
    Builtin{"__vmalab_slab_alloc_as", Op::kSlabAlloc, Order::kPlain, "i", 'V'},
    Builtin{"__vmalab_slab_free", Op::kSlabFree, Order::kPlain, "a", 'v'},
    Builtin{"__vmalab_use_vma", Op::kUseVma, Order::kPlain, "a", 'v'},
    Builtin{"__vmalab_change_vma", Op::kChangeVma, Order::kPlain, "a", 'v'},
};

constexpr std::array kQueries{
    QueryName{"thread_done", Query::kDone, "t", "the thread has finished"},
    QueryName{"thread_blocked", Query::kBlocked, "t", "the thread cannot take its next step"},
    QueryName{"thread_asleep", Query::kAsleep, "t", "the thread sleeps in schedule()"},
    QueryName{"thread_woken", Query::kWoken, "t", "the thread in schedule() has been woken"},
    QueryName{"thread_result", Query::kReturned, "t", "what the thread's function returned"},
    QueryName{"holds_read_lock", Query::kReadLocked, "tv", "the thread has the VMA read-locked"},
    QueryName{"holds_write_lock", Query::kWriteLocked, "tv", "the thread has the VMA write-locked"},
    QueryName{"references", Query::kReferences, "tv", "how often the thread is counted in vm_refcnt"},
    QueryName{"excluding_readers", Query::kExcluding, "tv", "the thread has FLAG up"},
    QueryName{"attach_reference", Query::kAttached, "v", "the VMA is attached"},
    QueryName{"allocated", Query::kAllocated, "v", "the VMA object is in use"},
    QueryName{"in_function", Query::kInFunction, "tn", "the function is on the thread's stack"},
    QueryName{"holds_mmap_read", Query::kMmapRead, "tm", "the thread holds mmap_lock for reading"},
    QueryName{"holds_mmap_write", Query::kMmapWrite, "tm", "the thread holds mmap_lock for writing"},
};

}  // namespace

std::span<const Builtin> builtin_table() { return kBuiltins; }
const Builtin* find_builtin(std::string_view name) {
  for (const Builtin& builtin : kBuiltins) {
    if (builtin.name == name) return &builtin;
  }
  return nullptr;
}

std::string_view wanted_pointer(const Builtin& builtin, char argument) {
  constexpr std::string_view kVma = "struct vm_area_struct *", kTask = "struct task_struct *";
  const bool first = argument == 'a', second = argument == 'b';
  switch (builtin.op) {
    case Op::kLoad:
    case Op::kRefSet:
    case Op::kRefIncLimited: return first ? "refcount_t *" : "";
    case Op::kRefAddNotZero:
    case Op::kRefSubAndTest:
    case Op::kRefAdd: return second ? "refcount_t *" : "";
    case Op::kSeqBegin:
    case Op::kSeqEnd: return "seqcount_t *";
    case Op::kDownWrite:
    case Op::kDownRead:
    case Op::kDownWriteKillable:
    case Op::kDownReadKillable:
    case Op::kTryDownRead:
    case Op::kTryDownWrite:
    case Op::kUpWrite:
    case Op::kUpRead:
    case Op::kDowngradeWrite:
    case Op::kRwsemIsLocked:
    case Op::kRwsemAssertHeld:
    case Op::kRwsemAssertAny: return "struct rw_semaphore *";
    case Op::kLockdepAcquire:
    case Op::kLockdepRelease:
    case Op::kLockdepIsHeld: return "struct lockdep_map *";
    case Op::kMmGrab:
    case Op::kMmDrop: return "struct mm_struct *";
    case Op::kCallRcu: return first ? "struct rcu_head *" : "";
    case Op::kSignalPending: return first ? kTask : "";
    case Op::kWakeUpProcess: return kTask;
    case Op::kTreeLoad:
    case Op::kTreeFind:
    case Op::kTreeErase: return first ? "struct maple_tree *" : "";
    case Op::kTreeStore: return first ? "struct maple_tree *" : argument == 'd' ? kVma : "";
    case Op::kSlabFree:
    case Op::kUseVma:
    case Op::kChangeVma: return kVma;
    default: return "";
  }
}

std::span<const QueryName> query_table() { return kQueries; }
const QueryName* find_query(std::string_view name) {
  for (const QueryName& query : kQueries) {
    if (query.name == name) return &query;
  }
  return nullptr;
}

}  // namespace vmalab

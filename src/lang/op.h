// SPDX-License-Identifier: GPL-2.0-only
// The instruction set: one table (op.cpp) that says for each op whether it is visible, what it takes, and
// one sentence on what it does. The lowering, the machine, the window and the tests all read this table.
//
// A *visible* op is one access to memory that another thread can touch; a step is one visible op plus the
// local ones up to the next visible op. Ops are primitives (refcount_t, rwsem, RCU, ...), never protocol.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lang/layout.h"

namespace vmalab {

// clang-format off
enum class Op : std::uint8_t {
  // Local: registers only.
  kMove,        // dst = a
  kWiden,       // dst = a, an unsigned of 32 bits that becomes one of 64 (see wide_arithmetic)
  kNot,         // dst = !a
  kNegate,      // dst = -a
  kComplement,  // dst = ~a
  kBool,        // dst = a != 0
  kAdd, kSub, kMul, kAnd, kOr, kXor, kShl, kShr, kSar,        // dst = a op b; imm 1: the numbers have 64 bits in a kernel
  kEq, kNe, kLtU, kLeU, kLtS, kLeS,                           // dst = a op b, 0 or 1
  kJump,        // go to target
  kJumpIf,      // go to target if a != 0; imm 1: the condition in the text is that a is 0
  kJumpIfNot,   // go to target if a == 0; imm likewise
  kEnd,         // the thread is done (result of the entry function in a, if any)
  kWarn,        // a condition of WARN_ON and its family was met if a != 0; text = strings[imm]
  kFence,       // a memory barrier; smp_mb() is a step where memory is weaker than sequentially consistent
  // Local: facts of this thread alone.
  kRcuLock, kRcuUnlock,
  kRcuHeld,                 // dst = RCU nesting depth > 0
  kMayNotSleep,             // dst = inside RCU, or a spinlock is held
  kLockdepAcquire,          // a = address of vmlock_dep_map (0: nothing); imm 0 shared, 1 exclusive
  kLockdepRelease,          // a = the same
  kLockdepIsHeld,           // dst = this thread holds a (vmlock_dep_map or mmap_lock address)
  kRwsemAssertHeld,         // a = rwsem, imm 1: for write. lockdep on: exact, warns unless this thread holds it
  // Local: ghost facts. Emitted by the lowering; they decide who holds what, and the code cannot see them.
  kLockReturn,              // back from the lock's code, see LockReturn: a = VMA returned, b = mm and c = address asked for, d = VMA argument
  kIteratorUse,             // a = validity of a maple state (IteratorState): warns when it is used beyond its section
  kIteratorLeave,           // dst = validity of a maple state after the thread left a lock or RCU; a = before
  // Local: questions of goal and outcome expressions (never in thread code).
  kQuery,                   // dst = imm (Query) of task a, about object b

  // Visible: one shared access each.
  kLoad,               // dst = *a                              (a: address)
  kStore,              // *a = b
  kRefSet,             // refcount_set: *a = b
  kRefIncLimited,      // __refcount_add_not_zero_limited_acquire: dst = ok, dst2 = old; a, limit b, amount c (none: 1)
  kRefAddNotZero,      // refcount_add_not_zero: dst = ok, dst2 = old; *b += a
  kRefSubAndTest,      // __refcount_sub_and_test: dst = (now 0), dst2 = old; *b -= a
  kRefAdd,             // refcount_add/inc: *b += a, dst2 = old
  kAtomic,             // dst = *a; *a = what imm (Atomic) makes of that, b and c
  kSeqBegin, kSeqEnd,  // do_raw_write_seqcount_begin/end: *a += 1
  kDownWrite, kDownRead,                  // a = rwsem; waits
  kDownWriteKillable, kDownReadKillable,  // dst = 0 or -EINTR
  kTryDownRead, kTryDownWrite,            // dst = 1 or 0
  kUpWrite, kUpRead, kDowngradeWrite,
  kRwsemIsLocked,      // dst = somebody holds a
  kRwsemAssertAny,     // lockdep off: warns unless somebody holds a (imm 1: for write)
  kLock, kTryLock, kUnlock,  // a = lock word; imm 0 spinlock, 1 mutex; kLock waits, kTryLock: dst = 1 or 0
  kPause,              // nothing: a loop that touches no shared memory goes round
  kGraceBegin,         // a grace period that this thread waits for begins now (imm 1: the wait for all callbacks that are queued)
  kGraceWait,          // waits until the grace period that this thread began is over (imm 1: until those callbacks have ended)
  kCallRcu,            // a = rcu_head: callback imm is queued, and runs after a grace period that begins now
  kRcuTake,            // dst = the callback queued on head a, which is taken off it; waits for one, and for its grace period
  kMmGrab, kMmDrop,    // a = mm; mmdrop frees it at 0
  kSetTaskState,       // own __state = a
  kSignalPending,      // dst = a fatal signal is pending and state b may be killed (a = task)
  kSchedule,           // waits until own __state is RUNNING again (or a fatal signal may end the sleep)
  kWakeUpProcess,      // dst = task a was asleep; it is RUNNING now
  kTreeLoad,           // dst = VMA at address b in tree a, or NULL; dst2 = where that ends there, or the next page
  kTreeFind,           // dst = first VMA in tree a at or after address b, up to c, or NULL; dst2 = where it ends there
  kTreeStore,          // tree a: [b, c) -> VMA in register/constant d
  kTreeErase,          // tree a: [b, c) -> nothing
  kSlabAlloc,          // dst = a VMA object from the type-stable pool, or NULL; imm: its vm_refcnt is set if it was never used (zeroed)
  kSlabFree,           // a = VMA object, reusable at once
  kUseVma,             // a reader's critical section: reads the VMA a
  kChangeVma,          // a writer's critical section: changes the VMA a
  kCount
};
// clang-format on

/// Read-modify-write of one word (kAtomic), from the old value and operands b and c. primitives.h has the numbers.
enum class Atomic : std::uint8_t {
  kExchange,  // b
  kAdd,
  kAnd,
  kOr,
  kXor,              // old op b
  kCompareExchange,  // c if old is b, else old
  kAddUnless,        // old + b unless old is c
  kRefAddUnless,     // the same on a refcount_t, which the machine watches
  kCount
};
constexpr Word atomic_value(Atomic kind, Word old, Word b, Word c) {
  switch (kind) {
    case Atomic::kExchange: return b;
    case Atomic::kAdd: return old + b;
    case Atomic::kAnd: return old & b;
    case Atomic::kOr: return old | b;
    case Atomic::kXor: return old ^ b;
    case Atomic::kCompareExchange: return old == b ? c : old;
    case Atomic::kAddUnless:
    case Atomic::kRefAddUnless: return old == c ? old : old + b;
    case Atomic::kCount: break;
  }
  return old;
}

/// Questions that goal and outcome expressions may ask (kQuery).
enum class Query : std::uint8_t {
  kDone,         // thread_done(t)
  kBlocked,      // thread_blocked(t): not done and cannot take its next step
  kAsleep,       // thread_asleep(t): in schedule() with a state other than RUNNING
  kReadLocked,   // holds_read_lock(t, vma)
  kWriteLocked,  // holds_write_lock(t, vma)
  kReferences,   // references(t, vma)
  kExcluding,    // excluding_readers(t, vma)
  kAttached,     // attach_reference(vma)
  kAllocated,    // allocated(vma)
  kInFunction,   // in_function(t, NAME): NAME is on the call stack; b = index into Program::strings
  kMmapRead,     // holds_mmap_read(t, mm)
  kMmapWrite,    // holds_mmap_write(t, mm)
  kReturned,     // last result of the thread's entry function, thread_result(t)
  kWoken,        // thread_woken(t): in schedule(), RUNNING again and no fatal signal pending: somebody woke it
};

/// C11-style order of an access. Under sequential consistency it is shown, and changes nothing. kVoid: of an atomic that gives
/// nothing back, relaxed. Of a fence: kFull is smp_mb(), kAcquire smp_rmb(), kRelease smp_wmb().
enum class Order : std::uint8_t { kPlain, kOnce, kRelaxed, kAcquire, kRelease, kFull, kVoid };

/// What kLockReturn has to judge, as bits of imm.
enum LockReturn : std::uint32_t {
  kMayTakeWriteLock = 1,  // the function stores a sequence: if the two are equal now, the VMA is write-locked by this thread
  kIsLookup = 2,          // it returns a VMA, and was told the mm to look in
  kAddressInside = 4,     // ... and the address that the VMA must contain
  kAddressOrNext = 8,     // ... or an address that the VMA must not lie before: a walk
  kZeroIsSuccess = 16,    // a is an error number: the write lock was not taken if it is not 0
};
/// How far a maple state may be trusted. It points into the tree, and what it points at lives as long as RCU or mmap_lock is held.
enum IteratorState : std::uint32_t { kIteratorReset = 0, kIteratorValid = 1, kIteratorStale = 2 };

struct OpInfo {
  Op op;
  std::string_view name;  ///< "ref_inc_limited"
  bool visible;
  bool may_block;             ///< enabled() may refuse it
  bool writes;                ///< may change shared memory
  std::string_view sentence;  ///< one sentence for help texts and docs
};
std::span<const OpInfo> op_table();  ///< in the order of Op
const OpInfo& op_info(Op op);
/// A function of struct rw_semaphore, which alone may change the lock's word.
constexpr bool is_rwsem_op(Op op) { return op >= Op::kDownWrite && op <= Op::kDowngradeWrite; }

}  // namespace vmalab

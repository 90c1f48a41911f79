// SPDX-License-Identifier: GPL-2.0-only
#include "lang/op.h"

#include <array>

namespace vmalab {
namespace {

constexpr bool kLocal = false, kVisible = true;
constexpr bool kNever = false, kMayBlock = true;
constexpr bool kReads = false, kWrites = true;

constexpr std::array<OpInfo, static_cast<std::size_t>(Op::kCount)> kTable{{
    {Op::kMove, "move", kLocal, kNever, kReads, "Copies a value."},
    {Op::kWiden, "widen", kLocal, kNever, kReads, "Makes an unsigned number of 32 bits one of 64."},
    {Op::kNot, "not", kLocal, kNever, kReads, "1 if the value is zero, else 0."},
    {Op::kNegate, "negate", kLocal, kNever, kReads, "Subtracts the value from zero."},
    {Op::kComplement, "complement", kLocal, kNever, kReads, "Flips every bit."},
    {Op::kBool, "bool", kLocal, kNever, kReads, "1 if the value is not zero, else 0."},
    {Op::kAdd, "add", kLocal, kNever, kReads, "Adds two values."},
    {Op::kSub, "sub", kLocal, kNever, kReads, "Subtracts the second value from the first."},
    {Op::kMul, "mul", kLocal, kNever, kReads, "Multiplies two values."},
    {Op::kAnd, "and", kLocal, kNever, kReads, "Bitwise and."},
    {Op::kOr, "or", kLocal, kNever, kReads, "Bitwise or."},
    {Op::kXor, "xor", kLocal, kNever, kReads, "Bitwise exclusive or."},
    {Op::kShl, "shl", kLocal, kNever, kReads, "Shifts left; the low five bits of the second value say how far."},
    {Op::kShr, "shr", kLocal, kNever, kReads, "Shifts right, filling with zeros."},
    {Op::kSar, "sar", kLocal, kNever, kReads, "Shifts right, filling with the sign bit."},
    {Op::kEq, "eq", kLocal, kNever, kReads, "1 if the values are equal, else 0."},
    {Op::kNe, "ne", kLocal, kNever, kReads, "1 if the values differ, else 0."},
    {Op::kLtU, "lt_u", kLocal, kNever, kReads, "1 if the first value is below the second, both unsigned."},
    {Op::kLeU, "le_u", kLocal, kNever, kReads, "1 if the first value is not above the second, both unsigned."},
    {Op::kLtS, "lt_s", kLocal, kNever, kReads, "1 if the first value is below the second, both signed."},
    {Op::kLeS, "le_s", kLocal, kNever, kReads, "1 if the first value is not above the second, both signed."},
    {Op::kJump, "jump", kLocal, kNever, kReads, "Goes on at the target."},
    {Op::kJumpIf, "jump_if", kLocal, kNever, kReads, "Goes on at the target if the value is not zero."},
    {Op::kJumpIfNot, "jump_if_not", kLocal, kNever, kReads, "Goes on at the target if the value is zero."},
    {Op::kEnd, "end", kLocal, kNever, kReads, "The thread is done."},
    {Op::kWarn, "warn", kLocal, kNever, kReads, "Reports the condition of a WARN_ON if it was met."},
    {Op::kFence, "fence", kLocal, kNever, kReads,
     "A memory barrier: nothing where memory is sequentially consistent; under lkmm smp_mb() is a step of its own."},
    {Op::kRcuLock, "rcu_lock", kLocal, kNever, kReads, "Enters an RCU read section."},
    {Op::kRcuUnlock, "rcu_unlock", kLocal, kNever, kReads, "Leaves an RCU read section."},
    {Op::kRcuHeld, "rcu_held", kLocal, kNever, kReads, "1 if this thread is inside an RCU read section."},
    {Op::kMayNotSleep, "may_not_sleep", kLocal, kNever, kReads, "1 if this thread is inside RCU or holds a spinlock."},
    {Op::kLockdepAcquire, "lockdep_acquire", kLocal, kNever, kReads, "Tells lockdep that this thread takes the VMA lock."},
    {Op::kLockdepRelease, "lockdep_release", kLocal, kNever, kReads, "Tells lockdep that this thread drops the VMA lock."},
    {Op::kLockdepIsHeld, "lockdep_is_held", kLocal, kNever, kReads, "1 if lockdep knows that this thread holds the lock."},
    {Op::kRwsemAssertHeld, "rwsem_assert_held", kLocal, kNever, kReads, "Warns unless this very thread holds mmap_lock (lockdep is on)."},
    {Op::kLockReturn, "lock_return", kLocal, kNever, kReads,
     "Leaves the code of the lock: the references that are left are read locks, and nobody excludes readers any more."},
    {Op::kIteratorUse, "iterator_use", kLocal, kNever, kReads, "Warns when a maple state is used after the section that it was found in."},
    {Op::kIteratorLeave, "iterator_leave", kLocal, kNever, kReads, "Makes a maple state stale when neither RCU nor mmap_lock is held any more."},
    {Op::kQuery, "query", kLocal, kNever, kReads, "Asks about a thread or an object, in goals and outcomes only."},

    {Op::kLoad, "load", kVisible, kNever, kReads, "Reads one shared word."},
    {Op::kStore, "store", kVisible, kNever, kWrites, "Writes one shared word."},
    {Op::kRefSet, "ref_set", kVisible, kNever, kWrites, "Sets a reference count."},
    {Op::kRefIncLimited, "ref_inc_limited", kVisible, kNever, kWrites, "Adds to a reference count unless it is 0 or the sum is above a limit."},
    {Op::kRefAddNotZero, "ref_add_not_zero", kVisible, kNever, kWrites, "Adds to a reference count unless it is 0."},
    {Op::kRefSubAndTest, "ref_sub_and_test", kVisible, kNever, kWrites, "Subtracts from a reference count and tells whether 0 is left."},
    {Op::kRefAdd, "ref_add", kVisible, kNever, kWrites, "Adds to a reference count."},
    {Op::kAtomic, "atomic", kVisible, kNever, kWrites, "Reads one shared word and writes what becomes of it, in one go."},
    {Op::kSeqBegin, "seq_begin", kVisible, kNever, kWrites, "Adds 1 to a sequence count, which makes it odd."},
    {Op::kSeqEnd, "seq_end", kVisible, kNever, kWrites, "Adds 1 to a sequence count, which makes it even."},
    {Op::kDownWrite, "down_write", kVisible, kMayBlock, kWrites, "Takes a semaphore for write, waiting while anybody holds it."},
    {Op::kDownRead, "down_read", kVisible, kMayBlock, kWrites, "Takes a semaphore for read, waiting while a writer holds it."},
    {Op::kDownWriteKillable, "down_write_killable", kVisible, kMayBlock, kWrites,
     "Takes a semaphore for write, or gives up with -EINTR on a fatal signal."},
    {Op::kDownReadKillable, "down_read_killable", kVisible, kMayBlock, kWrites,
     "Takes a semaphore for read, or gives up with -EINTR on a fatal signal."},
    {Op::kTryDownRead, "try_down_read", kVisible, kNever, kWrites, "Takes a semaphore for read if that is possible at once."},
    {Op::kTryDownWrite, "try_down_write", kVisible, kNever, kWrites, "Takes a semaphore for write if that is possible at once."},
    {Op::kUpWrite, "up_write", kVisible, kNever, kWrites, "Releases a semaphore held for write."},
    {Op::kUpRead, "up_read", kVisible, kNever, kWrites, "Releases a semaphore held for read."},
    {Op::kDowngradeWrite, "downgrade_write", kVisible, kNever, kWrites, "Turns a hold for write into a hold for read."},
    {Op::kRwsemIsLocked, "rwsem_is_locked", kVisible, kNever, kReads, "1 if anybody holds the semaphore."},
    {Op::kRwsemAssertAny, "rwsem_assert_any", kVisible, kNever, kReads,
     "Warns unless somebody, whoever it is, holds the semaphore (lockdep is off)."},
    {Op::kLock, "lock", kVisible, kMayBlock, kWrites, "Takes a spinlock or a mutex, waiting while anybody holds it."},
    {Op::kTryLock, "try_lock", kVisible, kNever, kWrites, "Takes a spinlock or a mutex if it is free."},
    {Op::kUnlock, "unlock", kVisible, kNever, kWrites, "Lets a spinlock or a mutex go."},
    {Op::kPause, "pause", kVisible, kNever, kReads, "Goes round a loop that touches no shared memory."},
    {Op::kGraceBegin, "grace_begin", kVisible, kNever, kWrites, "Begins an RCU grace period."},
    {Op::kGraceWait, "grace_wait", kVisible, kMayBlock, kReads, "Waits until every reader that was inside RCU when the grace period began has left."},
    {Op::kCallRcu, "call_rcu", kVisible, kNever, kWrites, "Queues a callback that runs after a grace period."},
    {Op::kRcuTake, "rcu_take", kVisible, kMayBlock, kWrites,
     "Takes a callback off the queue once every reader that was inside RCU when it was queued has left."},
    {Op::kMmGrab, "mm_grab", kVisible, kNever, kWrites, "Adds 1 to mm_count, so that the mm_struct stays in memory."},
    {Op::kMmDrop, "mm_drop", kVisible, kNever, kWrites, "Takes 1 off mm_count; at 0 the mm_struct is freed."},
    {Op::kSetTaskState, "set_task_state", kVisible, kNever, kWrites, "Sets the state of the running thread."},
    {Op::kSignalPending, "signal_pending", kVisible, kNever, kReads, "1 if a fatal signal is pending and the state is one that it may end."},
    {Op::kSchedule, "schedule", kVisible, kMayBlock, kWrites,
     "Sleeps until the thread's state is RUNNING again, or a fatal signal may end the sleep."},
    {Op::kWakeUpProcess, "wake_up_process", kVisible, kNever, kWrites, "Makes a thread RUNNING; 1 if it was asleep."},
    {Op::kTreeLoad, "tree_load", kVisible, kNever, kReads, "Looks up the VMA at an address, or NULL."},
    {Op::kTreeFind, "tree_find", kVisible, kNever, kReads, "Looks for the first VMA at or after an address, or NULL."},
    {Op::kTreeStore, "tree_store", kVisible, kNever, kWrites, "Puts a VMA into the tree for a range of addresses."},
    {Op::kTreeErase, "tree_erase", kVisible, kNever, kWrites, "Takes a range of addresses out of the tree."},
    {Op::kSlabAlloc, "slab_alloc", kVisible, kNever, kWrites, "Takes a VMA object from the type-stable pool, or NULL."},
    {Op::kSlabFree, "slab_free", kVisible, kNever, kWrites,
     "Gives a VMA object back to the pool; it stays a VMA and can be handed out again at once."},
    {Op::kUseVma, "use_vma", kVisible, kNever, kReads, "The critical section of a reader: uses the VMA."},
    {Op::kChangeVma, "change_vma", kVisible, kNever, kWrites, "The critical section of a writer: changes the VMA."},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (kTable[i].op != static_cast<Op>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "the table lists the ops in the order of the enum");

}  // namespace

std::span<const OpInfo> op_table() { return kTable; }

const OpInfo& op_info(Op op) { return kTable[static_cast<std::size_t>(op)]; }

}  // namespace vmalab

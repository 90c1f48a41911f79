// SPDX-License-Identifier: GPL-2.0-only
// no-warning: what the kernel itself would complain of. Asked of assertions (WARN_ON, VM_WARN_ON, rwsem_assert_held), of lockdep where
// a lock is taken, let go or relied on, at a wait with a spinlock held, at call_rcu(), and of everything that a thread or a callback
// still has when it ends. Whether a lock that is let go or asserted is held is known where that instruction is carried out
// (execute_locks.cpp, execute_rwsem.cpp).
#include "lang/arithmetic.h"
#include "machine/machine.h"
#include "machine/memory.h"
#include "machine/properties/rules.h"
#include "machine/words.h"

namespace vmalab {

/// Who stores to a lock by hand takes it from whoever holds it.
bool properties::changes_lock_by_hand(Op op, Word address) { return is_mmap_lock(address) && !is_rwsem_op(op); }

bool properties::holds_spinlock(const ThreadState& self) { return (self.locks[0] & kSpinBit) != 0; }

/// lockdep complains when a thread that already has the lock waits for it; a reader's trylock it allows.
bool properties::waits_for_itself(const Holds& holds) { return holds.lockdep_exclusive != 0 || holds.lockdep_shared > 0; }

/// What a walk finds is stable only under RCU or mmap_lock, and with lockdep the kernel's tree says so.
bool properties::may_walk_tree(const ThreadState& self, Word tree, bool in_rcu) {
  return in_rcu || ((self.mmap_read | self.mmap_write) & mm_bit(tree)) != 0;
}

bool properties::may_change_tree(const ThreadState& self, Word tree) { return (self.mmap_write & mm_bit(tree)) != 0; }

/// The first of what a thread that is done can give back no more.
std::optional<Details> properties::kept_at_end(const ThreadState& self, ThreadId thread) {
  for (int m = 0; m < kMaxMms; ++m) {
    if ((self.mmap_read | self.mmap_write) >> m & 1) return Details{mm_address(m)};
    if (counted(self.mm_grabs, mm_address(m)) > 0) return Details{mm_address(m, MmField::kMmCount)};
    if (counted(self.mm_gets, mm_address(m)) > 0) return Details{mm_address(m, MmField::kMmUsers)};
  }
  if (self.locks[0] != 0) return Details{0, 1};
  // The next sleep in the kernel would be one that nobody ends.
  if (self.task_state != kTaskRunning) return Details{task_address(thread.value), self.task_state};
  for (int v = 0; v < kMaxVmas; ++v) {
    const Holds& h = self.holds[static_cast<std::size_t>(v)];
    if (h.references > 0 || h.excluding || h.lockdep_shared > 0 || h.lockdep_exclusive) return Details{vma_address(v)};
  }
  return std::nullopt;
}

namespace {

std::string what_is_kept(const Machine& machine, const Details& details) {
  const Word a = details.a;
  if (a == 0 && details.b == 1) return "a lock";
  if (a == mm_address(address_object(a), MmField::kMmCount)) return "a reference of " + address_text(machine, mm_address(address_object(a)));
  if (is_mm_users(a)) return word_name(machine, a) + ": what mmget() took of it, mmput() has to give back";
  if (address_kind(a) == ObjectKind::kMm) return word_name(machine, a);
  return "a reference, FLAG or lock of " + address_text(machine, a);
}

std::string explain(const Machine& machine, const StepInfo& info) {
  const std::string name = words::thread_name(machine, info.action.thread);
  const Program& program = machine.program(info.action.thread);
  const Instr& instr = program.code[info.detail_pc];
  const Word a = info.details.a, b = info.details.b;
  const bool waits = instr.op == Op::kDownRead || instr.op == Op::kDownWrite || instr.op == Op::kDownReadKillable ||
                     instr.op == Op::kDownWriteKillable || instr.op == Op::kSchedule || instr.op == Op::kLock || instr.op == Op::kGraceBegin;
  if (waits && a == 0 && b == 1) return name + " may sleep while it holds a spinlock";
  if (a != 0 && b == 2 && (instr.op == Op::kLock || instr.op == Op::kTryLock || is_rwsem_op(instr.op))) {
    if (is_mmap_lock(a)) return name + " holds " + word_name(machine, a) + " for read more than 4 times, which is not simulated";
    return name + " holds more than " + std::to_string(kMaxLocksHeld) + " locks beside mmap_lock, which is not simulated";
  }
  if (b == 3 && info.details.c == properties::kNotSimulated) {
    return name + " stores to " + (a == 0 ? "memory" : word_name(machine, a)) + ", of which others may still read " +
           std::to_string(weak::kMaxMessages) + " older values: more are not followed";
  }
  const std::string in_function = ", in " + program.frames[instr.frame].function + "()";
  if (is_arithmetic(instr.op)) return name + " computes " + std::string(kTooWide) + in_function;
  switch (instr.op) {
    case Op::kUnlock: return name + " lets " + word_name(machine, a) + " go, which it does not hold";
    case Op::kWarn: {
      const std::string text = instr.imm < program.strings.size() ? program.strings[instr.imm] : "a warning";
      if (text.starts_with("undefined behaviour")) return name + " runs into " + text + in_function;
      if (text == kTooWide) return name + " computes " + text + in_function;
      return name + " meets the condition of " + text + " in " + program.frames[instr.frame].function + "()";
    }
    case Op::kCallRcu:
      if (b == 1) return name + " gives call_rcu() " + word_name(machine, a) + ", which is no rcu_head of an object";
      return name + " gives call_rcu() " + word_name(machine, a) + ", where a callback is queued already";
    case Op::kRcuTake:
    case Op::kEnd:
      if (address_kind(a) == ObjectKind::kTask) return name + " ends in the state " + task_state_text(b) + ", not RUNNING";
      return name + (instr.op == Op::kRcuTake ? " ends a callback while it still holds " : " ends while it still holds ") +
             what_is_kept(machine, info.details);
    case Op::kUpWrite:
    case Op::kDowngradeWrite: return name + " releases " + word_name(machine, a) + ", which it does not hold for write";
    case Op::kUpRead: return name + " releases " + word_name(machine, a) + ", which it does not hold for read";
    case Op::kDownRead:
    case Op::kDownReadKillable: return name + " takes " + word_name(machine, a) + " for read, which it has for read already";
    case Op::kRwsemAssertHeld: return name + " asserts that it holds " + word_name(machine, a) + (instr.imm ? " for write" : "") + ", and does not";
    case Op::kRwsemAssertAny:
      return name + " asserts that somebody holds " + word_name(machine, a) + (instr.imm ? " for write" : "") + ", and nobody does";
    case Op::kLockdepAcquire: return "lockdep: " + name + " waits for " + word_name(machine, a) + ", which it already holds";
    case Op::kLockdepRelease: return "lockdep: " + name + " releases " + word_name(machine, a) + ", which it does not hold";
    case Op::kTreeFind:
    case Op::kTreeLoad: return "lockdep: " + name + " walks " + word_name(machine, a) + " without RCU or mmap_lock";
    case Op::kTreeStore:
    case Op::kTreeErase: return "lockdep: " + name + " changes " + word_name(machine, a) + " without mmap_lock held for write";
    default:
      if (is_mmap_lock(a)) return name + " changes " + word_name(machine, a) + " by hand; only the functions of the lock may";
      return std::string(properties::kNoWarning.statement);
  }
}

}  // namespace

constinit const Property properties::kNoWarning{
    .name = "no-warning",
    .statement = "No WARN_ON, VM_WARN_ON or lockdep condition is met, and every lock and every reference is given back by who took it.",
    .kind = Property::Kind::kOnStep,
    .exercised_by = "an assertion, or a lock that is released",
    .exercised =
        [](const Happened& happened) {
          return happened.any({Op::kWarn, Op::kLockdepRelease, Op::kRwsemAssertHeld, Op::kRwsemAssertAny});
        },
    .explain = explain,
};

}  // namespace vmalab

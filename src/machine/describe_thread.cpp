// SPDX-License-Identifier: GPL-2.0-only
// What threads are doing and waiting for, and violations in a sentence.
#include "machine/describe.h"

#include "machine/memory.h"
#include "machine/words.h"

namespace vmalab {
namespace {

using words::joined;
using words::list;
using words::thread_name;

std::string names_of(const Machine& machine, const std::vector<ThreadId>& threads) {
  std::vector<std::string> names;
  for (const ThreadId t : threads) names.push_back(thread_name(machine, t));
  return list(names);
}

std::string vma_name(const Machine& machine, std::size_t v) { return address_text(machine, vma_address(static_cast<int>(v))); }

std::string mmap_lock_name(const Machine& machine, std::size_t mm) { return word_name(machine, mm_address(static_cast<int>(mm))); }

bool is_mm_users(Word a) { return address_kind(a) == ObjectKind::kMm && a == mm_address(address_object(a), MmField::kMmUsers); }

bool waits_for_callbacks(const Machine& machine, const State& state, ThreadId t) {
  const Instr& instr = machine.program(t).code[state.thread(t).pc];
  return instr.op == Op::kGraceWait && instr.imm != 0;
}

bool is_down_write(Op op) { return op == Op::kDownWrite || op == Op::kDownWriteKillable; }

std::string maybe_thread(const Machine& machine, Word number) {
  return number < static_cast<Word>(machine.thread_count()) ? thread_name(machine, ThreadId{static_cast<std::uint8_t>(number)}) : "a thread";
}

/// Whether the thread can stand there again later: a loop leads back.
bool comes_back_to(const Program& program, Pc pc) {
  for (std::size_t from = pc + std::size_t{1}; from < program.code.size(); ++from) {
    const Instr& instr = program.code[from];
    const bool jump = instr.op == Op::kJump || instr.op == Op::kJumpIf || instr.op == Op::kJumpIfNot;
    if (jump && instr.target <= pc) return true;
  }
  return false;
}

/// What a thread has in its hands, strongest first.
std::vector<std::string> holdings(const Machine& machine, const State& state, ThreadId t) {
  const ThreadState& thread = state.thread(t);
  std::vector<std::string> parts;
  for (std::size_t v = 0; v < static_cast<std::size_t>(machine.limits().vmas); ++v) {
    const Holds& h = thread.holds[v];
    const std::string vma = vma_name(machine, v);
    const Word refcnt = state.vmas[v][VmaField::kRefcnt];
    if (h.excluding) {
      const bool alone = refcnt == kExcludeReadersFlag + state.vmas[v].attach_reference;
      parts.push_back(alone ? "excludes readers of " + vma + " (none is in)" : "excludes readers of " + vma + " (some are still in)");
    }
    if (h.write_locked) {
      parts.push_back("holds the write lock of " + vma + (state.vmas[v].attach_reference ? "" : " (not attached)"));
    }
    if (h.read_locks > 0) parts.push_back("holds the read lock of " + vma);
    if (h.references > h.read_locks) parts.push_back("has a transient reference on " + vma);
  }
  for (std::size_t m = 0; m < static_cast<std::size_t>(machine.limits().mms); ++m) {
    if (thread.mmap_write >> m & 1) parts.push_back("holds " + mmap_lock_name(machine, m) + " for write");
    const unsigned more = thread.mmap_read_more >> (2 * m) & 3u;
    const std::string times = more == 0 ? "" : ", " + std::to_string(more + 1) + " times";
    if (thread.mmap_read >> m & 1) parts.push_back("holds " + mmap_lock_name(machine, m) + " for read" + times);
  }
  for (const std::uint16_t id : thread.locks) {
    if (id == 0) continue;
    parts.push_back("holds " + word_name(machine, lock_address(id)) + ((id & kSharedBit) != 0 ? " for read" : ""));
  }
  if (thread.rcu_depth > 0) parts.push_back("is inside RCU");
  return parts;
}

std::string warning_text(const Machine& machine, const StepInfo& info) {
  const std::string name = thread_name(machine, info.action.thread);
  const Program& program = machine.program(info.action.thread);
  const Instr& instr = program.code[info.detail_pc];
  const Word a = info.detail_a;
  const bool waits = instr.op == Op::kDownRead || instr.op == Op::kDownWrite || instr.op == Op::kDownReadKillable ||
                     instr.op == Op::kDownWriteKillable || instr.op == Op::kSchedule || instr.op == Op::kLock || instr.op == Op::kGraceBegin;
  if (waits && a == 0 && info.detail_b == 1) return name + " may sleep while it holds a spinlock";
  const std::string ends = instr.op == Op::kRcuTake ? name + " ends a callback while it still holds " : name + " ends while it still holds ";
  if ((instr.op == Op::kEnd || instr.op == Op::kRcuTake) && a == 0 && info.detail_b == 1) return ends + "a lock";
  if (a != 0 && info.detail_b == 2 && (instr.op == Op::kLock || instr.op == Op::kTryLock || is_rwsem_op(instr.op))) {
    if (is_mmap_lock(a)) return name + " holds " + word_name(machine, a) + " for read more than 4 times, which is not simulated";
    return name + " holds more than " + std::to_string(kMaxLocksHeld) + " locks beside mmap_lock, which is not simulated";
  }
  switch (instr.op) {
    case Op::kUnlock: return name + " lets " + word_name(machine, a) + " go, which it does not hold";
    case Op::kWarn: {
      const std::string text = instr.imm < program.strings.size() ? program.strings[instr.imm] : "a warning";
      if (text.starts_with("undefined behaviour")) return name + " runs into " + text + ", in " + program.frames[instr.frame].function + "()";
      return name + " meets the condition of " + text + " in " + program.frames[instr.frame].function + "()";
    }
    case Op::kCallRcu:
      if (info.detail_b == 1) return name + " gives call_rcu() " + word_name(machine, a) + ", which is no rcu_head of an object";
      return name + " gives call_rcu() " + word_name(machine, a) + ", where a callback is queued already";
    case Op::kRcuTake:
    case Op::kEnd:
      if (address_kind(a) == ObjectKind::kTask) return name + " ends in the state " + task_state_text(info.detail_b) + ", not RUNNING";
      return ends + (a == mm_address(address_object(a), MmField::kMmCount) ? "a reference of " + address_text(machine, mm_address(address_object(a)))
                     : is_mm_users(a)                     ? word_name(machine, a) + ": what mmget() took of it, mmput() has to give back"
                     : address_kind(a) == ObjectKind::kMm ? word_name(machine, a)
                                                          : "a reference, FLAG or lock of " + address_text(machine, a));
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
      if (is_mmap_lock(a)) {
        return name + " changes " + word_name(machine, a) + " by hand; only the functions of the lock may";
      }
      return std::string(check_info(CheckId::kNoWarning).statement);
  }
}

std::string unlocked_change_text(const Machine& machine, const StepInfo& info) {
  const std::string vma = address_text(machine, vma_address(address_object(info.detail_a)));
  const std::string without = info.detail_b == 0 ? " without mmap_lock held for write" : " without having write-locked it";
  const std::string name = thread_name(machine, info.action.thread);
  switch (info.op) {
    case Op::kTreeStore:
    case Op::kTreeErase: return name + " changes the place of " + vma + " in the tree" + without;
    case Op::kRefSet: return name + " attaches " + vma + ", which others can find already," + without;
    default: return name + " changes " + vma + without;
  }
}

std::string use_after_free_text(const Machine& machine, const StepInfo& info) {
  const std::string name = thread_name(machine, info.action.thread);
  const Word a = info.detail_a;
  if (info.op == Op::kSlabFree) return name + " frees " + address_text(machine, a) + ", which is not allocated";
  const ObjectKind kind = address_kind(a);
  if (kind == ObjectKind::kNone) return name + " follows a pointer to nothing: " + address_text(machine, a);
  const int object = address_object(a);
  if ((!find_field(kind, address_field(a)) && !machine.extra_words().at(kind, address_field(a))) ||
      (kind == ObjectKind::kMm && object >= machine.limits().mms) || (kind == ObjectKind::kVma && object >= machine.limits().vmas) ||
      (kind == ObjectKind::kTask && object >= machine.thread_count())) {
    return name + " follows a pointer to nothing: " + address_text(machine, a);
  }
  if (kind == ObjectKind::kMm) return name + " touches " + word_name(machine, a) + " after the mm_struct was freed";
  if (info.op == Op::kUseVma || info.op == Op::kChangeVma) return name + " relies on " + address_text(machine, a) + ", which is freed";
  if (!machine.limits().type_stable) return name + " touches " + word_name(machine, a) + " of a freed VMA";
  if (info.detail_b != 0) {
    return name + " touches " + word_name(machine, a) + " of a freed VMA, by a pointer from before this RCU section: nothing kept the VMA since";
  }
  return name + " touches " + word_name(machine, a) + " of a freed VMA, outside RCU and without a reference";
}

}  // namespace

std::string blocked_text(const Machine& machine, const State& state, ThreadId t) {
  const Blocked why = machine.blocked(state, t);
  const std::string signal = why.signal_would_free ? "; a fatal signal would end the wait" : "";
  const std::string holders = names_of(machine, why.holders);
  switch (why.reason) {
    case Blocked::Reason::kNot: return {};
    case Blocked::Reason::kDone: return machine.is_rcu(t) ? "no callback is queued" : thread_name(machine, t) + " is done";
    case Blocked::Reason::kLock:
      return "waits to take " + word_name(machine, machine.operand(state, t, machine.program(t).code[state.thread(t).pc].a)) +
             (holders.empty() ? "" : "; held by " + holders) + signal;
    case Blocked::Reason::kGracePeriod:
      if (waits_for_callbacks(machine, state, t)) return "waits for callbacks: " + holders;
      return "waits for those inside RCU" + (holders.empty() ? "" : ": " + holders);
    case Blocked::Reason::kMmapLock: {
      const Instr& instr = machine.program(t).code[state.thread(t).pc];
      const bool for_write = state.mm(why.mm).write_locked();
      return "waits to take " + mmap_lock_name(machine, why.mm.value) + (is_down_write(instr.op) ? " for write" : " for read") + "; held for " +
             (for_write ? "write" : "read") + (holders.empty() ? "" : " by " + holders) + signal;
    }
    case Blocked::Reason::kSleeping: break;
  }
  const std::string state_name = task_state_text(state.thread(t).task_state);
  const auto vma = machine.excluded_vma(state, t);
  if (!vma) {
    return "sleeps (" + state_name + ") until woken" + (why.holders.empty() ? ", and nobody is about to" : "; " + holders + " can") + signal;
  }
  const std::string name = vma_name(machine, vma->value);
  const VmaState& v = state.vma(*vma);
  const std::string wants = refcount_text(kExcludeReadersFlag + v.attach_reference);
  std::string text = "sleeps (" + state_name + ") until " + name + "->vm_refcnt is " + wants + "; it is " + refcount_text(v[VmaField::kRefcnt]);
  std::vector<ThreadId> readers, wakers;
  for (const ThreadId other : why.holders) (state.thread(other).holds[vma->value].references > 0 ? readers : wakers).push_back(other);
  if (!readers.empty()) text += ", " + names_of(machine, readers) + (readers.size() == 1 ? " has a reference" : " have references");
  if (!wakers.empty()) text += ", " + names_of(machine, wakers) + (wakers.size() == 1 ? " is" : " are") + " about to wake it";
  if (why.holders.empty()) text += ", and nobody is left to wake it";
  return text + signal;
}

std::string activity_text(const Machine& machine, const State& state, ThreadId t) {
  const Blocked why = machine.blocked(state, t);
  if (why.reason == Blocked::Reason::kDone) return machine.is_rcu(t) ? "no callback is queued" : "done";
  const ThreadState& thread = state.thread(t);
  if (why.reason == Blocked::Reason::kSleeping) {
    const auto vma = machine.excluded_vma(state, t);
    return vma ? "waiting for readers to leave " + vma_name(machine, vma->value) : "asleep";
  }
  const std::vector<std::string> parts = holdings(machine, state, t);
  if (why.reason == Blocked::Reason::kLock || why.reason == Blocked::Reason::kGracePeriod) {
    return (why.reason == Blocked::Reason::kLock     ? "waiting for a lock"
            : waits_for_callbacks(machine, state, t) ? "waiting for callbacks"
                                                     : "waiting for a grace period") +
           (parts.empty() ? std::string() : "; " + joined(parts));
  }
  if (why.reason == Blocked::Reason::kMmapLock) {
    const bool for_write = is_down_write(machine.program(t).code[thread.pc].op);
    return "waiting for " + mmap_lock_name(machine, why.mm.value) + (for_write ? " (write)" : " (read)") +
           (parts.empty() ? "" : "; " + joined(parts));
  }
  if (machine.is_rcu(t) && machine.program(t).code[thread.pc].op == Op::kRcuTake) return "about to " + next_step_text(machine, state, t);
  const ThreadState& start = machine.initial().thread(t);
  if (thread.pc == start.pc && thread.task_state == start.task_state && thread.registers == start.registers && thread.rcu_depth == start.rcu_depth) {
    const Program& program = machine.program(t);
    if (!comes_back_to(program, thread.pc)) return "about to run " + program.entry + "()";
    // It has not begun, or is back for another try: a state does not tell, so what is said must be true of both.
    const std::vector<std::uint16_t> stack = program.stack_at(thread.pc);
    const std::string where = stack.size() < 2 ? program.entry : program.frames[stack[1]].function;
    return "in " + where + "(), about to " + next_step_text(machine, state, t);
  }
  return parts.empty() ? "running, holds nothing" : joined(parts);
}

std::string violation_text(const Machine& machine, const StepInfo& info, CheckId check) {
  // Numbers are kept for the first violation of a step only.
  const std::vector<CheckInfo> broken = checks_in(info.violations);
  if (broken.empty() || broken.front().id != check) {
    return "broken by the same step: " + std::string(check_info(check).statement);
  }
  const std::string name = thread_name(machine, info.action.thread);
  const Word a = info.detail_a, b = info.detail_b, c = info.detail_c;
  switch (check) {
    case CheckId::kRefcntClass:
      return word_name(machine, a) + " is " + refcount_text(b) + ", but what threads and attach hold makes " + refcount_text(c);
    case CheckId::kExclusion:
      return maybe_thread(machine, b) + " holds the read lock of " + address_text(machine, make_address(ObjectKind::kVma, address_object(a))) +
             " while " + maybe_thread(machine, c) + " holds its write lock";
    case CheckId::kDetachedStays: return name + " takes " + word_name(machine, a) + " from 0 to " + refcount_text(c) + ", and that is no attach";
    case CheckId::kNoUseAfterFree: return use_after_free_text(machine, info);
    case CheckId::kUseLocked:
      if (b == 1) {
        return name + " uses " + address_text(machine, vma_address(address_object(a))) +
               ", which was detached since it was found: nothing keeps it but who detached it";
      }
      return name + " uses " + address_text(machine, vma_address(address_object(a))) + " without its read lock, its write lock or mmap_lock";
    case CheckId::kChangeLocked: return unlocked_change_text(machine, info);
    case CheckId::kRightVma: {
      if (c == 0)
        return name + " is given " + address_text(machine, a) + " as a VMA of " + address_text(machine, b) + ", and it belongs to another mm";
      return name + " is given " + address_text(machine, a) + " for address " + address_text(machine, b) + ", which it does not contain";
    }
    case CheckId::kIteratorValid:
      if (info.op == Op::kWakeUpProcess && info.detail_pc == info.pc) {
        return name + " wakes " + address_text(machine, a) + " outside the RCU section in which it found it";
      }
      return name + " goes on with a maple state from an RCU section that it has left, without a reset";
    case CheckId::kSeqWriteRule:
      return name + " stores " + word_name(machine, a) +
             (c == 0 ? " without mmap_lock of its mm held for write" : " with vm_refcnt " + refcount_text(b) + ": FLAG is not set");
    case CheckId::kSeqParity:
      if ((b & 1) == 0)
        return name + " stores a vm_lock_seq or changes a VMA while " + address_text(machine, a) + "->mm_lock_seq is " + std::to_string(b) +
               ", which is even";
      return address_text(machine, a) + "->mm_lock_seq is " + std::to_string(b) + " while mmap_lock is " + word_text(machine, a, c);
    case CheckId::kOneWaiter:
      return name + " enters " + address_text(machine, c) + " into " + word_name(machine, a) + ", where " + address_text(machine, b) + " waits";
    case CheckId::kNoWarning: return warning_text(machine, info);
    case CheckId::kRefcountSane:
      if (b == kNeverSet && c == kNeverSet) {
        return name + " relies on " + word_name(machine, a) +
               ", which was never set: the slab hands the object out for the first time, and nothing has set or zeroed it";
      }
      if (is_mm_users(a) && b == 0) {
        return name + " changes " + word_name(machine, a) + ", which is 0: the last user has gone, and the address space is taken down" +
               (c == 1 ? "; mmget_not_zero() would say so" : "");
      }
      return name + " takes " + word_name(machine, a) + " from " + refcount_text(b) + " to " +
             (static_cast<std::int32_t>(c) < 0 && b <= 1 ? std::to_string(static_cast<std::int32_t>(c)) : refcount_text(c)) +
             ": the count is wrong from here on";
    case CheckId::kRcuBalanced: {
      const Op op = machine.program(info.action.thread).code[info.detail_pc].op;
      if (op == Op::kEnd) return name + " ends inside an RCU read section";
      if (op == Op::kRcuTake) return name + " ends a callback inside an RCU read section";
      if (op == Op::kRcuUnlock) return name + " leaves an RCU read section that it is not in";
      return name + (machine.is_rcu(info.action.thread) ? " may sleep in an RCU callback" : " may sleep inside an RCU read section");
    }
    case CheckId::kNoStuck: return "no thread can take a step, and not all are done";
    case CheckId::kTermination:
    case CheckId::kCount: break;
  }
  return std::string(check_info(check).statement);
}

}  // namespace vmalab

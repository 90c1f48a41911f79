// SPDX-License-Identifier: GPL-2.0-only
// What threads are doing and waiting for.
#include "machine/describe.h"

#include "machine/memory.h"
#include "machine/state.h"
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

bool waits_for_callbacks(const Machine& machine, const State& state, ThreadId t) {
  const Instr& instr = machine.program(t).code[state.thread(t).pc];
  return instr.op == Op::kGraceWait && instr.imm != 0;
}

bool is_down_write(Op op) { return op == Op::kDownWrite || op == Op::kDownWriteKillable; }

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

std::string violation_text(const Machine& machine, const StepInfo& info, const Property& property) {
  // Numbers are kept for the first violation of a step only.
  const std::vector<const Property*> broken = properties_in(info.violations);
  if (broken.empty() || broken.front() != &property) return "broken by the same step: " + std::string(property.statement);
  return property.explain(machine, info);
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The local instructions: registers, jumps, and facts of one thread.
#include "lang/arithmetic.h"
#include "machine/executor.h"

namespace vmalab {

void Executor::run_local() {
  auto& r = self_.registers;
  const std::vector<Instr>& code = program_.code;
  Pc pc = self_.pc;
  WeakMemory* const weak = memory_.weak();
  for (;;) {
    const Instr& i = code[pc];
    here_ = pc;
    if (weak != nullptr && weak->open_count() != 0) {
      weak->keep_open(program_.live_in[pc]);
      if (weak->is_held_up(i)) return stand_at(pc);
    }
    if (accesses_ != nullptr && !op_info(i.op).visible) begin(pc);
    if (is_arithmetic(i.op)) {
      if (weak != nullptr) weak->compute(i);
      const Word a = value(i.a), b = value(i.b);
      if (!fits(i.op, i.imm, a, b)) violate(properties::kNoWarning, Details{0, 0, properties::kNotSimulated});
      r[i.dst] = arithmetic(i.op, i.imm, a, b);
      mark(pc++);
      continue;
    }
    switch (i.op) {
      case Op::kJump:
        mark(pc);
        pc = i.target;
        continue;
      case Op::kJumpIf:
      case Op::kJumpIfNot: {
        if (weak != nullptr) weak->branch(i);
        const bool taken = (value(i.a) != 0) == (i.op == Op::kJumpIf);
        mark_jump(pc, taken);
        pc = taken ? i.target : static_cast<Pc>(pc + 1);
        continue;
      }
      case Op::kWarn:
        if (value(i.a) != 0) violate(properties::kNoWarning, Details{0, 0, says(i.imm, kTooWide) ? properties::kNotSimulated : 0});
        break;
      case Op::kFence:
        if (weak == nullptr) break;
        if (i.order == Order::kFull) return stand_at(pc);  // it meets those of other threads
        weak->fence(i.order);
        break;
      case Op::kRcuLock: rcu_lock(); break;
      case Op::kRcuUnlock: rcu_unlock(); break;
      case Op::kRcuHeld:
        reads(Place::of_thread(Place::Kind::kRcu, id_));
        r[i.dst] = rcu_held();
        break;
      case Op::kMayNotSleep:
        reads(Place::of_thread(Place::Kind::kRcu, id_));
        r[i.dst] = may_not_sleep();
        break;
      case Op::kLockdepAcquire: lockdep_acquire(i); break;
      case Op::kLockdepRelease: lockdep_release(i); break;
      case Op::kLockdepIsHeld: r[i.dst] = lockdep_is_held(value(i.a)); break;
      case Op::kRwsemAssertHeld: rwsem_assert_held(i); break;
      case Op::kLockReturn: lock_return(i); break;
      case Op::kIteratorUse:
        if (!properties::may_go_on_with(value(i.a))) violate(properties::kIteratorValid);
        break;
      case Op::kIteratorLeave: r[i.dst] = properties::iterator_after_leave(self_, value(i.a)); break;
      case Op::kQuery: assert(false && "a question in thread code"); break;
      case Op::kEnd: mark(pc); [[fallthrough]];
      case Op::kRcuTake:
        self_.pc = pc;
        at_end();
        if (i.op == Op::kRcuTake) end_callback();
        [[fallthrough]];
      default: return stand_at(pc);
    }
    if (weak != nullptr && i.dst != kNoRegister) weak->forget(i.dst);  // a fact of the thread, which it has from no memory
    mark(pc++);
  }
}

/// The next visible instruction.
void Executor::stand_at(Pc pc) {
  self_.pc = pc;
  const RegisterSet live = program_.live_in[pc];
  for (std::size_t n = 0; n < kMaxRegisters; ++n) self_.registers[n] &= -(static_cast<Word>(live) >> n & 1u);
  forget_dead_pointers();
  if (memory_.weak() == nullptr) return;
  if (const std::optional<Word> word = memory_.weak()->overflow()) violate(properties::kNoWarning, Details{*word, 3, properties::kNotSimulated});
  memory_.weak()->commit(live);
  self_.open_loads = memory_.weak()->open_count() & 3;
}

bool Executor::says(std::uint32_t text, std::string_view what) const { return text < program_.strings.size() && program_.strings[text] == what; }

void Executor::rcu_lock() {
  if (self_.rcu_depth < 0xff) ++self_.rcu_depth;
}

void Executor::rcu_unlock() {
  if (!properties::is_in_rcu_section(self_)) return violate(properties::kRcuBalanced);
  if (--self_.rcu_depth > 0) return;
  if (!may_not_sleep()) self_.waiter_found = 0;
  lose_protection();
  if (self_.rcu_counted == 0) return;
  leave_rcu_epoch();
  --state_.rcu.readers[self_.rcu_counted - 1u];
  self_.rcu_counted = 0;
  end_grace_periods();
  if (state_.rcu.empty()) state_.rcu.epoch = 0;
}

void Executor::lockdep_acquire(const Instr& instr) {
  const Word lock = value(instr.a);
  if (!names_vma(lock)) return;
  Holds& h = holds(lock);
  if (instr.imm == 0) {
    if (h.lockdep_shared < 15) h.lockdep_shared = static_cast<std::uint16_t>((h.lockdep_shared + 1) & 0xf);
    return;
  }
  if (properties::waits_for_itself(h)) violate(properties::kNoWarning, Details{lock});
  h.lockdep_exclusive = 1;
}

void Executor::lockdep_release(const Instr& instr) {
  const Word lock = value(instr.a);
  if (!names_vma(lock)) return;
  Holds& h = holds(lock);
  if (h.lockdep_exclusive) {
    h.lockdep_exclusive = 0;
  } else if (h.lockdep_shared > 0) {
    h.lockdep_shared = static_cast<std::uint16_t>((h.lockdep_shared - 1) & 0xf);
  } else {
    violate(properties::kNoWarning, Details{lock});
  }
}

Word Executor::lockdep_is_held(Word lock) const {
  if (names_vma(lock) && address_field(lock) == static_cast<int>(VmaField::kDepMap)) {
    const Holds& h = self_.holds[static_cast<std::size_t>(address_object(lock))];
    reads(Place::of_thread(Place::Kind::kLockdep, id_, vma_address(address_object(lock))));
    return h.lockdep_shared > 0 || h.lockdep_exclusive;
  }
  if (Memory::exists(lock, machine_.thread_count())) reads(Place::of_thread(Place::Kind::kHeld, id_, lock));
  return holds_for_read(lock) || holds_for_write(lock) || keeps(static_cast<std::uint16_t>(lock_id(lock) | kSpinBit));
}

void Executor::at_end() {
  if (properties::is_in_rcu_section(self_)) violate(properties::kRcuBalanced);
  violate(properties::kNoWarning, properties::kept_at_end(self_, id_));
}

}  // namespace vmalab

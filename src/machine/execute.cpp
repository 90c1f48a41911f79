// SPDX-License-Identifier: GPL-2.0-only
// The visible instructions, in the order of op.h.
#include "machine/executor.h"

#include <algorithm>

namespace vmalab {
namespace {

/// What the kernel's refcount_t becomes, and stays close to, once it has gone wrong (REFCOUNT_SATURATED).
constexpr Word kSaturated = 0xc0000000u;

}  // namespace

Executor::Executor(const Machine& machine, State& state, ThreadId thread, StepInfo& info, Coverage* coverage, AccessRecord* accesses,
                   WeakMemory* weak)
    : machine_(machine),
      state_(state),
      program_(machine.program(thread)),
      self_(state.thread(thread)),
      id_(thread),
      info_(info),
      coverage_(coverage),
      accesses_(accesses),
      memory_(state, weak) {}

void Executor::run_visible(std::uint8_t choice) {
  here_ = self_.pc;
  const Instr& instr = program_.code[here_];
  if (self_.rcu_depth > 0) enter_rcu_epoch();
  WeakMemory* const weak = memory_.weak();
  if (weak != nullptr) {
    info_.kind = weak->begin(instr, machine_.can_run(state_, id_), choice);
    info_.newer = weak->newer() & 0x7f;
    if (info_.kind == Way::Kind::kFinish) return finish_load();
  }
  info_.op = instr.op;
  info_.pc = info_.detail_pc = here_;
  mark(here_);
  begin(here_);
  self_.pc = static_cast<Pc>(here_ + 1);
  if (weak == nullptr) return carry_out(instr);
  info_.kind == Way::Kind::kPostpone ? postpone_load(instr) : carry_out(instr);
  weak->end();
  info_.wrote = weak->wrote();
}

/// Nothing is known of its value yet; it may be looked at from now on.
void Executor::postpone_load(const Instr& instr) {
  (void)touch(value(instr.a));
  if (instr.dst != kNoRegister) self_.registers[instr.dst] = 0;
}

/// A load that was postponed, as load() carries it out.
void Executor::finish_load() {
  WeakMemory& weak = *memory_.weak();
  info_.op = Op::kLoad;
  info_.pc = info_.detail_pc = here_ = weak.finished_pc();
  begin(here_);
  const Word address = weak.finished_address(), word = read(address);
  const RegisterSet registers = weak.finished_registers();
  for (std::size_t r = 0; r < kMaxRegisters; ++r) {
    if ((registers >> r & 1) != 0) self_.registers[r] = word;
  }
  weak.end();
  judge_set(address);
  found(word);
  info_.result = word;
}

void Executor::carry_out(const Instr& instr) {
  switch (instr.op) {
    case Op::kLoad: return load(instr);
    case Op::kStore: return store(instr);
    case Op::kRefSet: return ref_set(instr);
    case Op::kRefIncLimited: return ref_inc_limited(instr);
    case Op::kRefAddNotZero: return ref_add(instr, true);
    case Op::kRefSubAndTest: return ref_sub_and_test(instr);
    case Op::kRefAdd: return ref_add(instr, false);
    case Op::kAtomic: return atomic(instr);
    case Op::kSeqBegin:
    case Op::kSeqEnd: return seq_add(instr);
    case Op::kDownWrite: return down(instr, true, false, false);
    case Op::kDownRead: return down(instr, false, false, false);
    case Op::kDownWriteKillable: return down(instr, true, true, false);
    case Op::kDownReadKillable: return down(instr, false, true, false);
    case Op::kTryDownRead: return down(instr, false, false, true);
    case Op::kTryDownWrite: return down(instr, true, false, true);
    case Op::kUpWrite: return up_write(instr, false);
    case Op::kUpRead: return up_read(instr);
    case Op::kDowngradeWrite: return up_write(instr, true);
    case Op::kRwsemIsLocked: return rwsem_is_locked(instr);
    case Op::kRwsemAssertAny: return rwsem_assert_any(instr);
    case Op::kLock: return lock(instr, false);
    case Op::kTryLock: return lock(instr, true);
    case Op::kUnlock: return unlock(instr);
    case Op::kPause:
    case Op::kFence: return;
    case Op::kGraceWait: return grace_wait();
    case Op::kGraceBegin: return grace_begin(instr);
    case Op::kCallRcu: return call_rcu(instr);
    case Op::kRcuTake: return rcu_take(instr);
    case Op::kMmGrab: return mm_grab(instr);
    case Op::kMmDrop: return mm_drop(instr);
    case Op::kSetTaskState: return set_task_state(instr);
    case Op::kSignalPending: return signal_pending(instr);
    case Op::kSchedule: return schedule();
    case Op::kWakeUpProcess: return wake_up_process(instr);
    case Op::kTreeLoad: return tree_load(instr);
    case Op::kTreeFind: return tree_find(instr);
    case Op::kTreeStore: {
      const Word vma = value(instr.d);
      return tree_change(instr, names_vma(vma) ? static_cast<Word>(address_object(vma)) + 1 : 0);
    }
    case Op::kTreeErase: return tree_change(instr, 0);
    case Op::kSlabAlloc: return slab_alloc(instr);
    case Op::kSlabFree: return slab_free(instr);
    case Op::kUseVma:
    case Op::kChangeVma: return critical_section(instr);
    default: break;
  }
  assert(false && "run_visible() stands at a local instruction");
}

// ---- helpers

void Executor::set_result(const Instr& instr, Word word) {
  info_.result = word;
  if (instr.dst != kNoRegister) self_.registers[instr.dst] = word;
}

void Executor::set_old(const Instr& instr, Word word) {
  if (instr.dst2 != kNoRegister) self_.registers[instr.dst2] = word;
}

void Executor::mark(Pc pc) {
  if (coverage_ != nullptr) coverage_->ran[static_cast<std::size_t>(machine_.program_index(id_))][pc] = true;
}

void Executor::mark_jump(Pc pc, bool taken) {
  mark(pc);
  if (coverage_ != nullptr) (taken ? coverage_->jumped : coverage_->passed)[static_cast<std::size_t>(machine_.program_index(id_))][pc] = true;
}

/// Notes that the instruction touches the word and judges whether it may; false when there is no such word at all.
bool Executor::touch(Word address) {
  info_.address = address;
  if (!Memory::exists(address, machine_.thread_count())) {
    violate(properties::kNoUseAfterFree, Details{address});
    return false;
  }
  violate(properties::kNoUseAfterFree, properties::touches_freed(state_, self_, machine_.limits().type_stable, address));
  info_.old_value = info_.new_value = memory_.find(address);
  return true;
}

/// Like touch(), for instructions that only make sense on one field of an mm.
bool Executor::touch_mm(Word address, MmField field) {
  if (address_kind(address) == ObjectKind::kMm && address_field(address) == static_cast<int>(field)) return touch(address);
  info_.address = address;
  violate(properties::kNoUseAfterFree, Details{address});
  return false;
}

void Executor::write(Word address, Word word) {
  if (properties::changes_lock_by_hand(info_.op, address)) violate(properties::kNoWarning, Details{address});
  info_.new_value = word;
  if (accesses_ != nullptr) accesses_->write(Place::word(address));
  memory_.store(address, word);
  if (is_refcnt(address)) vma(address).refcnt_unset = 0;
  const bool sequence = address_kind(address) == ObjectKind::kMm
                            ? address_field(address) == static_cast<int>(MmField::kMmLockSeq)
                            : names_vma(address) && address_field(address) != static_cast<int>(VmaField::kRefcnt);
  if (sequence) end_write_locks();
}

namespace {

/// The bounds of a VMA: what the lock is there to keep still.
bool is_bound(Word address) { return is_word_of_vma(address, VmaField::kStart) || is_word_of_vma(address, VmaField::kEnd); }

bool is_owner(Word address) { return is_word_of_vma(address, VmaField::kMm); }

bool is_waiter_slot(Word address) {
  return address_kind(address) == ObjectKind::kMm && address_field(address) == static_cast<int>(MmField::kVmaWriterWait);
}

}  // namespace

// ---- loads and stores

void Executor::load(const Instr& instr) {
  const Word address = value(instr.a), word = read(address);
  judge_set(address);
  if (is_bound(address) && instr.order == Order::kPlain) {
    judge_use(address);
    order_use(address);
  }
  found(word);
  set_result(instr, word);
}

void Executor::store(const Instr& instr) {
  const Word address = value(instr.a), word = value(instr.b);
  if (!touch(address)) return;
  if (is_refcnt(address) && properties::leaves_zero(info_.old_value, word, false)) violate(properties::kDetachedStays, Details{address, 0, word});
  if (is_bound(address) && instr.order == Order::kPlain) order_change(address);
  replace(address, word);
}

/// One word gets another value, by a plain store or an atomic: what the properties say of that, whichever it is, and the write. The
/// write lock begins at the store of the sequence, when readers are out.
void Executor::replace(Word address, Word word) {
  if (is_lock_seq(address)) store_lock_seq(address, word);
  if (is_bound(address) || is_owner(address)) judge_change(address);
  if (is_waiter_slot(address) && properties::drives_out_a_waiter(info_.old_value, word)) {
    violate(properties::kOneWaiter, Details{address, info_.old_value, word});
  }
  const bool readers_out = is_lock_seq(address) && holds(address).excluding &&
                           vma(address)[VmaField::kRefcnt] == kExcludeReadersFlag + vma(address).attach_reference;
  write(address, word);
  if (readers_out) claim_write_lock(address);
}

void Executor::store_lock_seq(Word address, Word word) {
  if (properties::initialises_lock_seq(state_, machine_.limits(), address, word)) return;
  violate(properties::kSeqWriteRule, properties::wrong_lock_seq_store(state_, self_, address));
  judge_parity(vma(address)[VmaField::kMm]);
}

// ---- refcount_t

void Executor::take_references(Word address, Word amount) {
  if (!is_refcnt(address)) return;
  Holds& h = holds(address);
  if (amount & kExcludeReadersFlag) h.excluding = 1;
  if ((amount & ~kExcludeReadersFlag) != 0) {
    const auto number = static_cast<std::size_t>(address_object(address));
    set_stale(number, false);
    set_loose(number, false);
    if (holds_mmap_lock(self_, vma(address)[VmaField::kMm], false)) set_kept(number, true);
  }
  const Word sum = h.references + std::min(amount & ~kExcludeReadersFlag, Word{15});
  h.references = static_cast<std::uint16_t>(std::min(sum, Word{15}) & 0xf);
}

void Executor::drop_references(Word address, Word amount) {
  if (!is_refcnt(address)) return;
  Holds& h = holds(address);
  const auto number = static_cast<std::size_t>(address_object(address));
  if (amount & kExcludeReadersFlag) h.excluding = 0;
  for (Word left = std::min(amount & ~kExcludeReadersFlag, Word{16}); left > 0; --left) {
    if (h.references > 0) {
      h.references = static_cast<std::uint16_t>((h.references - 1) & 0xf);
      if (h.read_locks > h.references) h.read_locks = h.references;
      if (h.references == 0) set_loose(number, !is_kept(number));
    } else {
      vma(address).attach_reference = 0;
      set_loose(number, false);
    }
  }
  lose_protection();
}

void Executor::ref_set(const Instr& instr) {
  const Word address = value(instr.a), word = value(instr.b);
  if (!touch(address)) return;
  if (is_refcnt(address)) {
    if (properties::leaves_zero(info_.old_value, word, true)) violate(properties::kDetachedStays, Details{address, 0, word});
    // Attached where others find it: it has to be write-locked before.
    if (info_.old_value == 0 && word != 0 && in_a_tree(state_, address)) judge_change(address);
    vma(address).attach_reference = word != 0;
  }
  write(address, word);
}

void Executor::ref_inc_limited(const Instr& instr) {
  const Word address = value(instr.a), limit = value(instr.b);
  if (!touch(address)) return set_result(instr, 0);
  judge_set(address);
  const Word old = old_value();
  set_old(instr, old);
  const Word amount = instr.c.kind == Operand::Kind::kNone ? 1 : value(instr.c);
  const bool too_large = static_cast<std::int32_t>(amount) > std::int64_t{static_cast<std::int32_t>(limit)} - static_cast<std::int32_t>(old);
  if (old == 0 || too_large) return set_result(instr, 0);
  Word sum = old + amount;
  if (properties::count_goes_wrong(old, sum)) {
    violate(properties::kRefcountSane, Details{address, old, sum});
    sum = kSaturated;
  }
  write(address, sum);
  take_references(address, amount);
  set_result(instr, 1);
}

/// refcount_add_not_zero() and refcount_add(); the latter on 0 is a use after free of whatever was counted.
void Executor::ref_add(const Instr& instr, bool unless_zero) {
  const Word amount = value(instr.a), address = value(instr.b);
  if (!touch(address)) return set_result(instr, 0);
  judge_set(address);
  const Word old = old_value();
  set_old(instr, old);
  if (old == 0 && unless_zero) return set_result(instr, 0);
  Word sum = old + amount;
  if (properties::count_goes_wrong(old, sum)) {
    if (is_refcnt(address) && properties::leaves_zero(old, kSaturated, false)) violate(properties::kDetachedStays, Details{address, old, sum});
    violate(properties::kRefcountSane, Details{address, old, sum});
    sum = kSaturated;
  }
  write(address, sum);
  take_references(address, amount);
  set_result(instr, unless_zero ? 1 : old);
}

void Executor::ref_sub_and_test(const Instr& instr) {
  const Word amount = value(instr.a), address = value(instr.b);
  if (!touch(address)) return set_result(instr, 0);
  judge_set(address);
  const Word old = old_value();
  set_old(instr, old);
  Word left = old - amount;
  if (properties::count_goes_wrong(old, left)) {
    violate(properties::kRefcountSane, Details{address, old, left});
    left = kSaturated;
  }
  write(address, left);
  drop_references(address, amount);
  set_result(instr, left == 0);
}

/// One read-modify-write. Of a vm_refcnt it takes and drops references like the refcount_t calls do.
void Executor::atomic(const Instr& instr) {
  const Word address = value(instr.a), b = value(instr.b), c = value(instr.c);
  const auto kind = static_cast<Atomic>(instr.imm);
  if (!touch(address)) return set_result(instr, 0);
  if (kind != Atomic::kExchange) judge_set(address);
  const Word old = old_value();
  Word now = atomic_value(kind, old, b, c);
  const bool counts = kind == Atomic::kRefAddUnless && now != old;
  if (counts && properties::count_goes_wrong(old, now)) {
    violate(properties::kRefcountSane, Details{address, old, now});
    now = kSaturated;
  }
  count_users(address, old, now);
  if (is_refcnt(address) && now != old) {
    if (properties::leaves_zero(old, now, true)) violate(properties::kDetachedStays, Details{address, old, now});
    if (old == 0) {
      if (in_a_tree(state_, address)) judge_change(address);
      vma(address).attach_reference = 1;
    } else if (static_cast<std::int32_t>(now - old) > 0) {
      take_references(address, now - old);
    } else {
      drop_references(address, old - now);
    }
  }
  // One that leaves the word as it was, such as a cmpxchg that fails, is a look at it.
  if (now != old) {
    replace(address, now);
  } else {
    write(address, now);
  }
  found(old);
  set_result(instr, old);
}

// ---- seqcount

void Executor::seq_add(const Instr& instr) {
  const Word address = value(instr.a);
  if (!touch(address)) return;
  write(address, (old_value() + 1) & machine_.limits().seq_mask);
}

// ---- mm_count and mm_users

void Executor::count(std::uint8_t& ghost, Word mm, int change) {
  const int shift = 2 * address_object(mm);
  const int sum = std::clamp((ghost >> shift & 3) + std::clamp(change, -3, 3), 0, 3);
  ghost = static_cast<std::uint8_t>((ghost & ~(3 << shift)) | sum << shift);
}

/// mmget() and mmput() are atomics of C. An address space that has lost its last user is being taken down: nobody becomes one.
void Executor::count_users(Word address, Word old, Word now) {
  if (!is_mm_users(address) || now == old) return;
  if (properties::count_goes_wrong(old, now)) violate(properties::kRefcountSane, Details{address, old, now});
  count(self_.mm_gets, address, static_cast<std::int32_t>(now - old));
}

void Executor::mm_grab(const Instr& instr) {
  const Word address = value(instr.a) + static_cast<Word>(MmField::kMmCount);
  if (!touch_mm(address, MmField::kMmCount)) return;
  const Word old = old_value();
  if (old == 0) return violate(properties::kRefcountSane, Details{address, 0, 1});
  write(address, old + 1);
  count(self_.mm_grabs, address, 1);
}

void Executor::mm_drop(const Instr& instr) {
  const Word address = value(instr.a) + static_cast<Word>(MmField::kMmCount);
  if (!touch_mm(address, MmField::kMmCount)) return;
  const Word old = old_value();
  if (old == 0) return violate(properties::kRefcountSane, Details{address, 0, ~Word{0}});
  write(address, old - 1);
  count(self_.mm_grabs, address, -1);
}

// ---- tasks

void Executor::set_task_state(const Instr& instr) {
  if (touch(task_address(id_.value))) write(info_.address, value(instr.a));
}

void Executor::signal_pending(const Instr& instr) {
  const Word task = value(instr.a), mode = value(instr.b);
  if (!touch(task) || address_kind(task) != ObjectKind::kTask) return set_result(instr, 0);
  const bool pending = state_.threads[static_cast<std::size_t>(address_object(task))].signal_pending;
  reads(Place::of_thread(Place::Kind::kSignal, thread_id(address_object(task))));
  set_result(instr, pending && (mode & kTaskSignalEnds) != 0);
}

/// Runs only when the sleep is over; see Machine::can_step().
void Executor::schedule() {
  sleep_check();
  reads(Place::word(task_address(id_.value)));
  if (self_.task_state != kTaskRunning) reads(Place::of_thread(Place::Kind::kSignal, id_));
  if (touch(task_address(id_.value))) write(info_.address, kTaskRunning);
}

void Executor::wake_up_process(const Instr& instr) {
  const Word task = value(instr.a);
  if (!touch(task) || address_kind(task) != ObjectKind::kTask) return set_result(instr, 0);
  const auto number = static_cast<std::uint8_t>(address_object(task));
  info_.wake_target = number;
  const bool by_name = instr.a.kind != Operand::Kind::kRegister || number == id_.value;
  if (!properties::may_wake(self_, by_name)) violate(properties::kIteratorValid, Details{task});
  const bool asleep = old_value() != kTaskRunning;
  if (asleep) {
    info_.woken = number;
    info_.spurious_wake = machine_.would_be_spurious(state_, ThreadId{number});
    write(task, kTaskRunning);
  }
  set_result(instr, asleep);
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Spinlocks, mutexes and RCU grace periods: what code brings along that is no part of the VMA lock. A spinlock or mutex is one
// word, 0 or 1; who holds it is a fact of the thread alone.
#include <algorithm>
#include <functional>
#include <vector>

#include "machine/executor.h"

namespace vmalab {

/// A thread that may not sleep is about to.
void Executor::sleep_check() {
  if (properties::is_in_rcu_section(self_)) violate(properties::kRcuBalanced);
  if (properties::holds_spinlock(self_)) violate(properties::kNoWarning, Details{0, 1});
}

bool Executor::keeps(std::uint16_t lock) const { return std::find(self_.locks.begin(), self_.locks.end(), lock) != self_.locks.end(); }

void Executor::keep(std::uint16_t lock) {
  const auto free = std::find(self_.locks.begin(), self_.locks.end(), 0);
  if (free == self_.locks.end()) return violate(properties::kNoWarning, Details{info_.address, 2});
  *free = lock;
  std::sort(self_.locks.begin(), self_.locks.end(), std::greater<>());
}

/// False when the thread does not hold it.
bool Executor::give_back(std::uint16_t lock) {
  const auto held = std::find(self_.locks.begin(), self_.locks.end(), lock);
  if (held == self_.locks.end()) return false;
  *held = 0;
  std::sort(self_.locks.begin(), self_.locks.end(), std::greater<>());
  return true;
}

void Executor::lock(const Instr& instr, bool trylock) {
  const Word address = value(instr.a);
  const bool mutex = instr.imm != 0;
  if (mutex && !trylock) sleep_check();
  if (!touch(address)) return set_result(instr, 0);
  if (old_value() != 0) return set_result(instr, 0);  // only a trylock comes here
  write(address, 1);
  keep(static_cast<std::uint16_t>(lock_id(address) | (mutex ? 0 : kSpinBit)));
  set_result(instr, 1);
}

void Executor::unlock(const Instr& instr) {
  const Word address = value(instr.a);
  if (!touch(address)) return;
  const auto id = static_cast<std::uint16_t>(lock_id(address) | (instr.imm != 0 ? 0 : kSpinBit));
  if (!give_back(id)) return violate(properties::kNoWarning, Details{address});
  if (!may_not_sleep()) self_.waiter_found = 0;
  write(address, 0);
}

// ---- grace periods

/// A thread counts as inside from its first access in the section on: what it did before it could have done earlier.
void Executor::enter_rcu_epoch() {
  if (!machine_.limits().grace_periods || self_.rcu_counted != 0) return;
  self_.rcu_counted = static_cast<std::uint8_t>(state_.rcu.epoch + 1);
  ++state_.rcu.readers[state_.rcu.epoch];
  if (WeakMemory* const weak = memory_.weak()) weak->situation().reader_enters(id_.value);
}

/// Who waits for this reader knows then what it knew.
void Executor::leave_rcu_epoch() {
  WeakMemory* const weak = memory_.weak();
  if (weak == nullptr) return;
  const RcuState& rcu = state_.rcu;
  const unsigned epoch = self_.rcu_counted - 1u;
  weak->situation().reader_leaves(id_.value);
  for (std::size_t t = 0; t < kMaxThreads; ++t) {
    if (rcu.waits[t] != 0 && rcu.covers(rcu.waits[t] - 1u, epoch)) weak->situation().waits_for(t, id_.value);
  }
  const std::vector<Word>& heads = machine_.limits().rcu_heads;
  for (std::size_t h = 0; h < heads.size(); ++h) {
    const Word queued = Memory::peek(state_, heads[h]), ticket = queued_ticket(queued);
    if (queued == 0 || ticket == kNoGracePeriod || !rcu.covers(ticket, epoch)) continue;
    weak->situation().waits_for(static_cast<std::size_t>(machine_.limits().first_rcu_thread) + h, id_.value);
  }
}

/// The ticket of a grace period that begins now. It waits for those who are in, and for nobody who comes later. One that begins
/// later waits for more, and is over only when this one is.
Word Executor::begin_grace_period() {
  RcuState& rcu = state_.rcu;
  if (rcu.empty()) return kNoGracePeriod;
  Word ticket = rcu.epoch;
  while (rcu.readers[ticket] == 0) ticket = (ticket + RcuState::kEpochs - 1) % RcuState::kEpochs;
  // Machine::from_programs() sees to it that there are epochs enough.
  if (ticket == rcu.epoch) rcu.epoch = static_cast<std::uint8_t>((rcu.epoch + 1) % RcuState::kEpochs);
  return ticket;
}

void Executor::grace_begin(const Instr& instr) {
  sleep_check();
  if (WeakMemory* const weak = memory_.weak()) {
    instr.imm != 0 ? weak->situation().barrier_begins(id_.value) : weak->situation().grace_begins(id_.value);
  }
  if (instr.imm != 0) return set_result(instr, begin_barrier());
  const Word ticket = begin_grace_period();
  state_.rcu.waits[id_.value] = static_cast<std::uint8_t>(ticket == kNoGracePeriod ? 0 : ticket + 1);
  set_result(instr, ticket);
}

/// Its being over is what it waited for.
void Executor::grace_wait() {
  if (WeakMemory* const weak = memory_.weak()) weak->situation().grace_ends(id_.value);
}

void Executor::call_rcu(const Instr& instr) {
  const Word address = value(instr.a);
  if (!touch(address)) return;
  const std::vector<Word>& heads = machine_.limits().rcu_heads;
  if (std::find(heads.begin(), heads.end(), address) == heads.end()) return violate(properties::kNoWarning, Details{address, 1});
  if (old_value() != 0) return violate(properties::kNoWarning, Details{address});
  write(address, queued_callback(instr.imm, begin_grace_period()));
  const auto head = static_cast<std::size_t>(std::find(heads.begin(), heads.end(), address) - heads.begin());
  if (WeakMemory* const weak = memory_.weak()) {
    weak->situation().callback_queued(id_.value, static_cast<std::size_t>(machine_.limits().first_rcu_thread) + head);
  }
}

/// Runs only when the grace period is over; see Machine::can_step().
void Executor::rcu_take(const Instr& instr) {
  const Word address = value(instr.a);
  if (!touch(address)) return set_result(instr, 0);
  const Word queued = old_value();
  write(address, 0);
  grace_wait();
  begin_callback();
  set_result(instr, queued_number(queued));
}

// ---- rcu_barrier(): waits for every callback that is queued when it begins, and for those that run. What is queued later, on the
// same head or another, it does not wait for.

/// The heads that it waits for.
Word Executor::begin_barrier() {
  RcuState& rcu = state_.rcu;
  unsigned queued = 0;
  const std::vector<Word>& heads = machine_.limits().rcu_heads;
  for (std::size_t h = 0; h < heads.size(); ++h) {
    reads(Place::word(heads[h]));
    if (Memory::peek(state_, heads[h]) != 0) queued |= 1u << h;
  }
  rcu.barrier_queued[id_.value] = static_cast<std::uint8_t>(queued);
  rcu.barrier_running[id_.value] = rcu.running;
  return queued | rcu.running;
}

void Executor::begin_callback() {
  if (!machine_.limits().barriers) return;
  RcuState& rcu = state_.rcu;
  const auto head = static_cast<std::uint8_t>(1u << (id_.value - machine_.limits().first_rcu_thread));
  rcu.running = static_cast<std::uint8_t>(rcu.running | head);
  for (std::size_t t = 0; t < kMaxThreads; ++t) {
    rcu.barrier_running[t] = static_cast<std::uint8_t>(rcu.barrier_running[t] | (rcu.barrier_queued[t] & head));
    rcu.barrier_queued[t] = static_cast<std::uint8_t>(rcu.barrier_queued[t] & ~head);
  }
}

void Executor::end_callback() {
  if (!machine_.limits().barriers) return;
  RcuState& rcu = state_.rcu;
  const auto others = static_cast<std::uint8_t>(~(1u << (id_.value - machine_.limits().first_rcu_thread)));
  rcu.running = static_cast<std::uint8_t>(rcu.running & others);
  if (WeakMemory* const weak = memory_.weak()) {
    for (std::size_t t = 0; t < rcu.barrier_running.size(); ++t) {
      if ((rcu.barrier_running[t] & ~others) != 0) weak->situation().waits_for(t, id_.value);
    }
  }
  for (std::uint8_t& waits : rcu.barrier_running) waits = static_cast<std::uint8_t>(waits & others);
}

/// Grace periods that have nobody to wait for any more are all the same.
void Executor::end_grace_periods() {
  for (std::uint8_t& wait : state_.rcu.waits) {
    if (wait != 0 && !state_.rcu.waits_for(wait - 1u)) wait = 0;
  }
  for (const Word head : machine_.limits().rcu_heads) {
    const Word queued = Memory::peek(state_, head), ticket = queued_ticket(queued);
    if (queued == 0 || ticket == kNoGracePeriod || state_.rcu.waits_for(ticket)) continue;
    if (accesses_ != nullptr) accesses_->write(Place::word(head));
    Memory::poke(state_, head, queued_callback(queued_number(queued), kNoGracePeriod));
  }
}

}  // namespace vmalab

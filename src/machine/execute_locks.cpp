// SPDX-License-Identifier: GPL-2.0-only
// Spinlocks, mutexes and RCU grace periods: what code brings along that is no part of the VMA lock. A lock is one word, 0 or
// 1; who holds it is a fact of the thread alone.
#include <algorithm>
#include <functional>

#include "machine/executor.h"

namespace vmalab {

/// A thread that may not sleep is about to.
void Executor::sleep_check() {
  if (self_.rcu_depth > 0) violate(CheckId::kRcuBalanced);
  if ((self_.locks[0] & kSpinBit) != 0) violate(CheckId::kNoWarning, 0, 1);
}

void Executor::lock(const Instr& instr, bool trylock) {
  const Word address = value(instr.a);
  const bool mutex = instr.imm != 0;
  if (mutex && !trylock) sleep_check();
  if (!touch(address)) return set_result(instr, 0);
  if (info_.old_value != 0) return set_result(instr, 0);  // only a trylock comes here
  write(address, 1, instr.order);
  const auto id = static_cast<std::uint16_t>(lock_id(address) | (mutex ? 0 : kSpinBit));
  const auto free = std::find(self_.locks.begin(), self_.locks.end(), 0);
  if (free == self_.locks.end()) {
    violate(CheckId::kNoWarning, address, 2);
  } else {
    *free = id;
    std::sort(self_.locks.begin(), self_.locks.end(), std::greater<>());
  }
  set_result(instr, 1);
}

void Executor::unlock(const Instr& instr) {
  const Word address = value(instr.a);
  if (!touch(address)) return;
  const auto id = static_cast<std::uint16_t>(lock_id(address) | (instr.imm != 0 ? 0 : kSpinBit));
  const auto held = std::find(self_.locks.begin(), self_.locks.end(), id);
  if (held == self_.locks.end()) return violate(CheckId::kNoWarning, address);
  *held = 0;
  std::sort(self_.locks.begin(), self_.locks.end(), std::greater<>());
  write(address, 0, instr.order);
}

// ---- grace periods

/// A thread counts as inside from its first access in the section on: what it did before it could have done earlier.
void Executor::enter_rcu_epoch() {
  if (!machine_.limits().grace_periods || self_.rcu_counted != 0) return;
  self_.rcu_counted = static_cast<std::uint8_t>(state_.rcu.epoch + 1);
  ++state_.rcu.readers[state_.rcu.epoch];
}

void Executor::grace_begin(const Instr& instr) {
  RcuState& rcu = state_.rcu;
  if (rcu.empty()) return set_result(instr, kNoGracePeriod);
  set_result(instr, rcu.epoch);
  rcu.epoch = static_cast<std::uint8_t>((rcu.epoch + 1) % RcuState::kEpochs);
}

/// Runs only when the grace period is over; see Machine::can_step().
void Executor::grace_wait() { sleep_check(); }

}  // namespace vmalab

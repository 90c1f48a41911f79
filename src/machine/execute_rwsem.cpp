// SPDX-License-Identifier: GPL-2.0-only
// The rwsem of an mm, mmap_lock: one word, the number of readers or a bit with the writer's number. Who holds it is a fact of
// the thread as well, so that a release by somebody else is seen.
#include <cassert>

#include "machine/executor.h"

namespace vmalab {

void Executor::down(const Instr& instr, bool for_write, [[maybe_unused]] bool killable, bool trylock) {
  const Word address = value(instr.a);
  if (!trylock) sleep_check();
  if (!touch_mm(address, MmField::kMmapLock)) return set_result(instr, trylock ? 0 : static_cast<Word>(-static_cast<int>(kEIntr)));
  const Word old = info_.old_value;
  const bool free = for_write ? old == 0 : (old & MmState::kWriterBit) == 0;
  if (!free) {
    assert((trylock || killable) && "a thread that has to wait took a step");
    return set_result(instr, trylock ? 0 : static_cast<Word>(-static_cast<int>(kEIntr)));
  }
  if (for_write) {
    write(address, MmState::kWriterBit | id_.value, instr.order);
    self_.mmap_write |= mm_bit(address);
  } else {
    // A second read hold by the same thread can deadlock with a writer in between; lockdep says so.
    if (self_.mmap_read & mm_bit(address)) violate(CheckId::kNoWarning, address);
    write(address, old + 1, instr.order);
    self_.mmap_read |= mm_bit(address);
  }
  set_result(instr, trylock ? 1 : 0);
}

void Executor::up_write(const Instr& instr, bool downgrade) {
  const Word address = value(instr.a);
  if (!touch_mm(address, MmField::kMmapLock)) return;
  if ((self_.mmap_write & mm_bit(address)) == 0) return violate(CheckId::kNoWarning, address);
  write(address, downgrade ? 1 : 0, instr.order);
  self_.mmap_write &= static_cast<std::uint8_t>(~mm_bit(address));
  if (downgrade) self_.mmap_read |= mm_bit(address);
  end_write_locks();
}

void Executor::up_read(const Instr& instr) {
  const Word address = value(instr.a);
  if (!touch_mm(address, MmField::kMmapLock)) return;
  if ((self_.mmap_read & mm_bit(address)) == 0) return violate(CheckId::kNoWarning, address);
  write(address, info_.old_value - 1, instr.order);
  self_.mmap_read &= static_cast<std::uint8_t>(~mm_bit(address));
  end_write_locks();
}

void Executor::rwsem_is_locked(const Instr& instr) {
  const Word address = value(instr.a);
  set_result(instr, touch_mm(address, MmField::kMmapLock) && info_.old_value != 0);
}

void Executor::rwsem_assert_any(const Instr& instr) {
  const Word address = value(instr.a);
  if (!touch_mm(address, MmField::kMmapLock)) return;
  const Word lock = info_.old_value;
  if (instr.imm ? (lock & MmState::kWriterBit) == 0 : lock == 0) violate(CheckId::kNoWarning, address);
}

}  // namespace vmalab

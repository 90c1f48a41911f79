// SPDX-License-Identifier: GPL-2.0-only
// The rwsem: one word, the number of readers or a bit for the writer. Who holds it is a fact of the thread as well, so that a
// release by somebody else is seen. The mmap_lock of an mm is one, which gives rights to its VMAs and names its writer; every
// other one is the code's own, and gives no right to anything.
#include <cassert>

#include "machine/executor.h"

namespace vmalab {

void Executor::now_holds(Word rwsem, bool for_write) {
  if (is_mmap_lock(rwsem)) {
    if (!for_write && holds_for_read(rwsem)) {
      if (counted(self_.mmap_read_more, rwsem) == 3) violate(properties::kNoWarning, Details{rwsem, 2});
      return count(self_.mmap_read_more, rwsem, 1);
    }
    (for_write ? self_.mmap_write : self_.mmap_read) |= mm_bit(rwsem);
    keep_referenced(rwsem);
  } else {
    keep(static_cast<std::uint16_t>(lock_id(rwsem) | (for_write ? 0 : kSharedBit)));
  }
}

void Executor::no_longer_holds(Word rwsem, bool for_write) {
  if (is_mmap_lock(rwsem)) {
    if (!for_write && counted(self_.mmap_read_more, rwsem) > 0) return count(self_.mmap_read_more, rwsem, -1);
    (for_write ? self_.mmap_write : self_.mmap_read) &= static_cast<std::uint8_t>(~mm_bit(rwsem));
  } else {
    give_back(static_cast<std::uint16_t>(lock_id(rwsem) | (for_write ? 0 : kSharedBit)));
  }
}

void Executor::down(const Instr& instr, bool for_write, [[maybe_unused]] bool killable, bool trylock) {
  const Word address = value(instr.a);
  const Word refused = trylock ? 0 : static_cast<Word>(-static_cast<int>(kEIntr));
  if (!trylock) sleep_check();
  if (!touch(address)) return set_result(instr, refused);
  const Word old = old_value();
  const bool free = for_write ? old == 0 : (old & MmState::kWriterBit) == 0;
  if (!free) {
    assert((trylock || killable) && "a thread that has to wait took a step");
    if (!trylock) reads(Place::of_thread(Place::Kind::kSignal, id_));
    return set_result(instr, refused);
  }
  if (for_write) {
    write(address, MmState::kWriterBit | (is_mmap_lock(address) ? id_.value : 0u));
  } else {
    // A second read hold by the same thread can deadlock with a writer in between, if it waits; lockdep says so.
    if (holds_for_read(address) && !trylock) violate(properties::kNoWarning, Details{address});
    write(address, old + 1);
  }
  now_holds(address, for_write);
  set_result(instr, trylock ? 1 : 0);
}

void Executor::up_write(const Instr& instr, bool downgrade) {
  const Word address = value(instr.a);
  if (!touch(address)) return;
  if (!holds_for_write(address)) return violate(properties::kNoWarning, Details{address});
  write(address, downgrade ? 1 : 0);
  no_longer_holds(address, true);
  if (downgrade) now_holds(address, false);
  if (is_mmap_lock(address)) lose_mmap_lock(address);
  end_write_locks();
}

void Executor::up_read(const Instr& instr) {
  const Word address = value(instr.a);
  if (!touch(address)) return;
  if (!holds_for_read(address)) return violate(properties::kNoWarning, Details{address});
  write(address, old_value() - 1);
  no_longer_holds(address, false);
  if (is_mmap_lock(address)) lose_mmap_lock(address);
  end_write_locks();
}

void Executor::rwsem_is_locked(const Instr& instr) {
  const Word address = value(instr.a);
  set_result(instr, touch(address) && old_value() != 0);
}

/// With lockdep: it knows the holders without a look at the lock.
void Executor::rwsem_assert_held(const Instr& instr) {
  const Word address = value(instr.a);
  if (Memory::exists(address, machine_.thread_count())) reads(Place::of_thread(Place::Kind::kHeld, id_, address));
  if (!holds_for_write(address) && (instr.imm || !holds_for_read(address))) violate(properties::kNoWarning, Details{address});
}

void Executor::rwsem_assert_any(const Instr& instr) {
  const Word address = value(instr.a);
  if (!touch(address)) return;
  const Word lock = old_value();
  if (instr.imm ? (lock & MmState::kWriterBit) == 0 : lock == 0) violate(properties::kNoWarning, Details{address});
}

}  // namespace vmalab

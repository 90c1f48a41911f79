// SPDX-License-Identifier: GPL-2.0-only
// The one way in which instructions reach shared words. Where memory is sequentially consistent a store is seen by everybody at
// once and the order of an access changes nothing; where it is weaker, weak_memory.h says what an access finds and where a
// store goes.
//
// Whether the object at an address may be touched is not decided here but by the executor, because it depends on
// what the thread holds.
#pragma once

#include "machine/state.h"
#include "machine/weak_memory.h"

namespace vmalab {

/// Of all semaphores, one that gives rights to VMAs, names its writer, and is a fact of its own in each thread.
constexpr bool is_mmap_lock(Word address) {
  return address_kind(address) == ObjectKind::kMm && address_field(address) == static_cast<int>(MmField::kMmapLock);
}

class Memory {
 private:
  template <typename AnyState>
  static auto& word(AnyState& state, Word address) {
    const auto object = static_cast<std::size_t>(address_object(address));
    const auto field = static_cast<std::size_t>(address_field(address));
    switch (address_kind(address)) {
      case ObjectKind::kMm: return state.mms[object].fields[field];
      case ObjectKind::kVma: return state.vmas[object].fields[field];
      case ObjectKind::kGlobal: return state.globals[field];
      default: return state.threads[object].task_state;
    }
  }

 public:
  /// @param weak null: memory is sequentially consistent
  explicit Memory(State& state, WeakMemory* weak = nullptr) : state_(state), weak_(weak) {}

  /// The address names a word of an object that can exist; then load() and store() may be used.
  static bool exists(Word address, int threads) {
    const int object = address_object(address), field = address_field(address);
    switch (address_kind(address)) {
      case ObjectKind::kMm: return object < kMaxMms && field < static_cast<int>(MmField::kCount);
      case ObjectKind::kVma: return object < kMaxVmas && field < static_cast<int>(VmaField::kCount);
      case ObjectKind::kTask: return object < threads && field < static_cast<int>(TaskField::kCount);
      case ObjectKind::kGlobal: return field < kMaxGlobals;
      case ObjectKind::kNone: break;
    }
    return false;
  }

  /// What the instruction that runs finds there, at its first look.
  Word find(Word address) const { return weak_ == nullptr ? word(state_, address) : weak_->find(address); }
  /// What it writes where it has looked.
  void store(Word address, Word value) { weak_ == nullptr ? poke(state_, address, value) : weak_->write(address, value); }
  /// nullptr: memory is sequentially consistent.
  WeakMemory* weak() const { return weak_; }
  /// The word as it stands, for those who look at the world from outside.
  static Word peek(const State& state, Word address) { return word(state, address); }
  static void poke(State& state, Word address, Word value) { word(state, address) = value; }

 private:
  State& state_;
  WeakMemory* weak_;
};

}  // namespace vmalab

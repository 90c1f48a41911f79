// SPDX-License-Identifier: GPL-2.0-only
// The one way in which instructions reach shared words. Memory is sequentially consistent: a store is seen by
// everybody at once and the order of an access changes nothing. A weaker model replaces this class alone.
//
// Whether the object at an address may be touched is not decided here but by the executor, because it depends on
// what the thread holds.
#pragma once

#include "machine/state.h"

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
  explicit Memory(State& state) : state_(state) {}

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

  Word load(Word address, Order) const { return word(state_, address); }
  void store(Word address, Word value, Order) { word(state_, address) = value; }
  /// The word as it stands, for those who look at the world from outside.
  static Word peek(const State& state, Word address) { return word(state, address); }

 private:
  State& state_;
};

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// How the checker stores states: by collapse compression.
//
// A State is split into one *shared* component (mms, VMAs, task states, pending signals, and the sums of all
// threads' ghost facts) and one *local* component a thread (program counter, registers, ghost facts). Each
// distinct component is kept once and known by a number, so a state is a short tuple of numbers, compared in
// full. What a thread's step does depends on the shared component and on its own local component alone;
// the memoized transitions (transitions.h) rest on that.
//
// Interners are shared by all workers: numbers are handed out under a lock, contents never move.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "machine/facts.h"
#include "machine/machine.h"
#include "machine/state.h"

namespace vmalab::check {

/// Number of an interned component.
using Index = std::uint32_t;

struct Shared {
  std::array<MmState, kMaxMms> mms;
  std::array<VmaState, kMaxVmas> vmas;
  std::array<Word, kMaxGlobals> globals;
  RcuState rcu;
  SharedFacts facts;
  std::array<std::uint16_t, kMaxThreads> task_states;
  std::uint16_t signals_pending;  ///< bit t: thread t
  std::uint16_t padding;
};
/// ThreadState with task_state and signal_pending (kept in Shared) zeroed.
using Local = ThreadState;

static_assert(std::is_trivially_copyable_v<Shared> && std::is_trivially_copyable_v<Local>);

inline std::uint64_t hash_bytes(const void* data, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  std::uint64_t h = size * 0x9e3779b97f4a7c15u;
  const auto mix = [&h](std::uint64_t word) {
    h = (h ^ word) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
  };
  std::uint64_t word = 0;
  for (; size >= sizeof word; size -= sizeof word, bytes += sizeof word) {
    std::memcpy(&word, bytes, sizeof word);
    mix(word);
  }
  word = 0;
  for (std::size_t i = 0; i < size; ++i) word |= std::uint64_t{bytes[i]} << 8 * i;
  if (size > 0) mix(word);
  return h;
}

/// Equal bytes get equal numbers; a number's contents can be read without a lock by whoever got the number
/// from a thread that synchronised with the insertion.
template <typename T>
class Interner {
 public:
  Index intern(const T& value) {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = by_hash_.equal_range(hash_bytes(&value, sizeof(T)));
    for (auto it = first; it != last; ++it) {
      if (std::memcmp(&values_[it->second], &value, sizeof(T)) == 0) return it->second;
    }
    const Index index = static_cast<Index>(values_.size());
    values_.push_back(value);
    by_hash_.emplace(hash_bytes(&value, sizeof(T)), index);
    return index;
  }
  T get(Index index) const {
    const std::lock_guard lock(mutex_);
    return values_[index];
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return values_.size();
  }
  std::size_t bytes() const { return size() * (sizeof(T) + 48); }
  void clear() {
    const std::lock_guard lock(mutex_);
    values_.clear();
    by_hash_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::deque<T> values_;
  std::unordered_multimap<std::uint64_t, Index> by_hash_;
};

/// A state as numbers. Only the first thread_count entries of `local` are used, the others are 0.
struct CollapsedState {
  Index shared = 0;
  std::array<Index, kMaxThreads> local{};
  friend bool operator==(const CollapsedState&, const CollapsedState&) = default;
};

/// The components of one machine.
class Components {
 public:
  explicit Components(const Machine& machine) : machine_(machine) {}
  CollapsedState split(const State& state);
  State join(const CollapsedState& tuple) const;
  std::size_t bytes() const { return shared.bytes() + local.bytes(); }
  void clear() {
    shared.clear();
    local.clear();
  }

  Interner<Shared> shared;
  Interner<Local> local;

 private:
  const Machine& machine_;
};

/// The part of `state` that is shared, given the sums of the ghost facts.
Shared shared_part(const State& state, int threads, const SharedFacts& facts);
Local local_part(const ThreadState& thread);

}  // namespace vmalab::check

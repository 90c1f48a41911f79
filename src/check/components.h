// SPDX-License-Identifier: GPL-2.0-only
// How the checker stores states: by collapse compression.
//
// A State is split into one *shared* component (mms, VMAs, task states, pending signals, and the sums of all
// threads' ghost facts) and one *local* component a thread (program counter, registers, ghost facts): parts.h. Each
// distinct component is kept once and known by a number, so a state is a short tuple of numbers, compared in
// full. What a thread's step does depends on the shared component and on its own local component alone;
// the memoized transitions (transitions.h) rest on that.
//
// Interners are shared by all workers: numbers are handed out under a lock, contents never move.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "machine/machine.h"

namespace vmalab::check {

/// Number of an interned component.
using Index = std::uint32_t;

struct Shared;
using Local = ThreadState;

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

/// Records of one size. Equal bytes get equal numbers; a number's contents can be read by whoever got the number from a thread
/// that synchronised with the insertion.
class Records {
 public:
  explicit Records(std::size_t size) : size_(size) {}
  Index intern(const void* record);
  void get(Index index, void* record) const;
  std::size_t count() const;
  std::size_t bytes() const { return count() * (size_ + 48); }
  void clear();

 private:
  const std::byte* at(Index index) const { return chunks_[index / kChunk].get() + index % kChunk * size_; }

  static constexpr Index kChunk = 16;
  const std::size_t size_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;  ///< of kChunk records; contents never move
  Index count_ = 0;
  std::unordered_multimap<std::uint64_t, Index> by_hash_;
};

/// Records that are values of T.
template <typename T>
class Interner : public Records {
 public:
  using Records::Records;
  Index intern(const T& value) { return Records::intern(&value); }
  T get(Index index) const {
    T value;
    Records::get(index, &value);
    return value;
  }
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
  explicit Components(const Machine& machine);
  CollapsedState split(const State& state);
  StateValue join(const CollapsedState& tuple) const;
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

}  // namespace vmalab::check

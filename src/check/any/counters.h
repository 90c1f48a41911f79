// SPDX-License-Identifier: GPL-2.0-only
// The counters that readers move, and what of each the search keeps: how much readers add to it, as 0, 1 or many. What others add
// stays in the word.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "check/parts.h"

namespace vmalab::check {

enum class CounterKind : std::uint8_t { kRefcnt, kMmapLock, kMmCount, kMmUsers };
struct Counter {
  CounterKind kind;
  std::size_t object;
};
constexpr std::size_t kCounters = kMaxVmas + 3 * kMaxMms;
constexpr std::array<Counter, kCounters> all_counters() {
  std::array<Counter, kCounters> all{};
  std::size_t n = 0;
  for (std::size_t v = 0; v < kMaxVmas; ++v) all[n++] = {CounterKind::kRefcnt, v};
  for (const CounterKind kind : {CounterKind::kMmapLock, CounterKind::kMmCount, CounterKind::kMmUsers}) {
    for (std::size_t m = 0; m < kMaxMms; ++m) all[n++] = {kind, m};
  }
  return all;
}
inline constexpr std::array kAllCounters = all_counters();

/// Kinds, as bits.
using CounterKinds = std::uint8_t;
constexpr CounterKinds bit_of(CounterKind kind) { return static_cast<CounterKinds>(1u << static_cast<unsigned>(kind)); }
/// Of the word at the address; nullopt: it is no counter.
std::optional<CounterKind> counter_at(Word address);

/// Of each counter, what readers add to it.
using Counts = std::array<std::uint8_t, kCounters>;
constexpr std::uint8_t kMany = 2;    ///< in a state: 2 or more
constexpr std::uint8_t kOfMany = 3;  ///< in a step: 3, for all that are more than 2
constexpr std::uint8_t kMore = 4;    ///< in a step: a second opinion on kOfMany

/// What one reader adds.
Counts added_by(const ThreadState& reader);
/// Adds what readers add to the words, or takes it off.
void change(Shared& shared, const Counts& counts, bool add);
/// In numbers -> in a state.
Counts as_classes(Counts counts);
/// The numbers that `counts`, in a state, stands for: 2 and 3 for many.
template <typename Each>
void each_number(const Counts& counts, Each&& each) {
  Counts now = counts;
  for (;;) {
    each(static_cast<const Counts&>(now));
    std::size_t c = 0;
    while (c < kCounters && !(counts[c] == kMany && now[c] == kMany)) {
      now[c] = counts[c];
      ++c;
    }
    if (c == kCounters) return;
    now[c] = kOfMany;
  }
}

}  // namespace vmalab::check

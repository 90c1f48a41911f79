// SPDX-License-Identifier: GPL-2.0-only
// A view: for each location the oldest message that may still be read. It is what a thread knows, and what a message lets its
// readers know. Views only grow; to learn is to join.
//
// Invariant: a part is strong (an smp_mb has put it in front of everything later) only as far as it is seen: strong <= seen.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace vmalab::weak {

constexpr std::size_t kMaxLocations = 64;
/// Messages of one location that some thread may still read. A position is one byte, and four bits where situations are kept.
constexpr std::size_t kMaxMessages = 15;

/// Loads that a thread may have postponed at a time.
constexpr std::size_t kMaxOpenLoads = 3;

using Location = std::uint8_t;
constexpr Location kNoLocation = 0xff;
/// Where a message stands among those of its location, from 0, the oldest that somebody may still read.
using Position = std::uint8_t;
/// Bit l: location l.
using LocationSet = std::uint64_t;
constexpr LocationSet bit_of(Location l) { return LocationSet{1} << l; }

struct View {
  std::array<Position, kMaxLocations> seen, strong;

  void clear() {
    seen.fill(0);
    strong.fill(0);
  }
  void join(const View& other) {
    for (std::size_t l = 0; l < kMaxLocations; ++l) seen[l] = std::max(seen[l], other.seen[l]);
    for (std::size_t l = 0; l < kMaxLocations; ++l) strong[l] = std::max(strong[l], other.strong[l]);
  }
  /// Joins what of the other is strong.
  void join_strong(const View& other) {
    for (std::size_t l = 0; l < kMaxLocations; ++l) seen[l] = std::max(seen[l], other.strong[l]);
    for (std::size_t l = 0; l < kMaxLocations; ++l) strong[l] = std::max(strong[l], other.strong[l]);
  }
  void see(Location l, Position position) { seen[l] = std::max(seen[l], position); }
  void make_strong() { strong = seen; }
  /// A message comes in at `position`: those from there on stand one further.
  void make_way(Location l, Position position) {
    seen[l] = static_cast<Position>(seen[l] + (seen[l] >= position));
    strong[l] = static_cast<Position>(strong[l] + (strong[l] >= position));
  }
  void forget(Location l) { seen[l] = strong[l] = 0; }
  bool empty() const {
    return std::all_of(seen.begin(), seen.end(), [](Position p) { return p == 0; });
  }
  friend bool operator==(const View&, const View&) = default;
};

/// A view that knows nothing.
inline constexpr View kNothing{};

}  // namespace vmalab::weak

// SPDX-License-Identifier: GPL-2.0-only
// A growing list that answers "all values from here to there, combined" in a few dozen operations whatever the length
// of the range: each level holds the combination of 16 neighbours of the level below.
//
// Invariant: level k holds one value for each complete block of 16^k values.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <vector>

namespace vmalab::timeline {

/// Combine: associative, T(T, T).
template <typename T, typename Combine>
class Pyramid {
 public:
  std::size_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }
  const T& operator[](std::size_t i) const { return levels_[0][i]; }

  void push_back(T value) {
    for (std::size_t level = 0;; ++level) {
      if (level == levels_.size()) levels_.emplace_back();
      levels_[level].push_back(value);
      const std::size_t n = levels_[level].size();
      if (n % kFan != 0) return;
      const T* block = &levels_[level][n - kFan];
      value = block[0];
      for (std::size_t i = 1; i < kFan; ++i) value = Combine{}(value, block[i]);
    }
  }

  void truncate(std::size_t size) {
    assert(size <= this->size());
    for (std::vector<T>& level : levels_) {
      level.resize(size);
      size /= kFan;
    }
  }

  /// The values in [from, to), combined; to > from.
  T range(std::size_t from, std::size_t to) const {
    assert(from < to && to <= size());
    T result = levels_[0][from++];
    std::array<std::size_t, kMaxLevels> to_below;
    std::size_t level = 0;
    while (from < to) {
      // Up while a whole block of the level above begins here and lies inside, down where it does not.
      while (level + 1 < levels_.size() && from % kFan == 0 && from + kFan <= to) {
        from /= kFan;
        to_below[level++] = to;
        to /= kFan;
      }
      if (from < to) result = Combine{}(result, levels_[level][from++]);
      while (from == to && level > 0) {
        --level;
        from *= kFan;
        to = to_below[level];
      }
    }
    return result;
  }

 private:
  static constexpr std::size_t kFan = 16;
  static constexpr std::size_t kMaxLevels = 16;  ///< 16^16 values and more do not fit into a memory
  std::vector<std::vector<T>> levels_;
};

}  // namespace vmalab::timeline

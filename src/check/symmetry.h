// SPDX-License-Identifier: GPL-2.0-only
// Identical threads as symmetric: states that differ only in which of several threads with the same program
// stands where are one state. The canonical one is chosen here.
//
// Threads whose number never gets into memory (readers: nobody stores a pointer to them, nobody wakes them) are
// sorted by their local component. Threads that can be waited for or woken are permuted for real: task pointers
// in memory and registers are renamed, and the smallest result is taken; only as many of these as keep the
// number of permutations small, the rest is left alone, which is sound and merely reduces less. A thread that some
// program names in its code is never taken for another.
//
// One object a worker; not shared.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "check/components.h"
#include "machine/machine.h"

namespace vmalab::check {

/// Where each thread went: new number by old number.
using Renaming = std::array<std::uint8_t, kMaxThreads>;

class Symmetry {
 public:
  /// `on` false: canonical() changes nothing.
  Symmetry(const Machine& machine, Components& components, bool on, bool signals);

  /// Replaces the tuple by its canonical one.
  void canonical(Tuple& tuple, Renaming* renaming = nullptr);
  /// The thread number under which steps of thread t are memoized: the same for threads that may share them.
  int representative(int t) const { return representative_[static_cast<std::size_t>(t)]; }
  /// The thread before t among those it is sorted with; -1 when it is the first, or not sorted.
  int previous_twin(int t) const { return previous_twin_[static_cast<std::size_t>(t)]; }
  std::size_t bytes() const {
    constexpr std::size_t kEntry = 48;  // key, value, link, its share of the buckets, what the allocator adds
    return (renamed_shared_.size() + renamed_local_.size()) * kEntry;
  }
  /// Some reordering is possible at all.
  bool reduces() const { return !sorted_.empty() || permutations_.size() > 1; }

 private:
  static void sort_group(const std::vector<int>& group, Tuple& tuple, Renaming* renaming);
  Tuple permuted(const Tuple& tuple, std::size_t permutation);
  Index renamed_shared(Index shared, std::size_t permutation);
  Index renamed_local(Index local, std::size_t permutation);

  const Machine& machine_;
  Components& components_;
  std::vector<std::vector<int>> sorted_;     ///< groups of anonymous threads
  std::vector<Renaming> permutations_;       ///< of the others; [0] is the identity
  std::array<int, kMaxThreads> representative_{}, previous_twin_{};
  std::unordered_map<std::uint64_t, Index> renamed_shared_, renamed_local_;
};

/// The program never looks at its own pending signals. Where no other looks at them either, a fatal signal to its thread
/// changes nothing.
bool is_deaf(const Program& program);
/// Some program asks for the signals of a thread that need not be the one that runs it.
bool watches_signals(const Program& program);

}  // namespace vmalab::check

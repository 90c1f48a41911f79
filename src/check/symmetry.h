// SPDX-License-Identifier: GPL-2.0-only
// Identical threads as symmetric: states that differ only in which threads of a group (twins.h) stands where are one state.
// The canonical one is chosen here: sorted groups are sorted by their local component, permuted ones are permuted for real
// and the smallest result is taken.
//
// Renaming acts on every word of shared memory and every register, whatever it is for: an address of a task becomes that of
// the task that took its place, and the owner in an mmap_lock likewise. It is one to one, so nothing is lost by it.
//
// One object a worker; not shared.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "check/components.h"
#include "check/twins.h"
#include "machine/machine.h"

namespace vmalab::check {

Shared renamed(const Shared& before, const Renaming& renaming, const Machine& machine);
Local renamed(const Local& before, const Renaming& renaming);

class Symmetry {
 public:
  Symmetry(const Machine& machine, Components& components, const Twins& twins);

  /// Replaces the tuple by its canonical one.
  void canonical(CollapsedState& tuple, Renaming* renaming = nullptr);
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
  /// Fields whose contents some renaming has changed so far.
  const FieldMask& renamed_fields() const { return renamed_fields_; }

 private:
  static void sort_group(const std::vector<int>& group, CollapsedState& tuple, Renaming* renaming);
  CollapsedState permuted(const CollapsedState& tuple, std::size_t permutation);
  Index renamed_shared(Index shared, std::size_t permutation);
  Index renamed_local(Index local, std::size_t permutation);
  void note_renamed(const Shared& before, const Shared& after);

  const Machine& machine_;
  Components& components_;
  std::vector<std::vector<int>> sorted_;
  std::vector<Renaming> permutations_;  ///< [0] is the identity
  std::array<int, kMaxThreads> representative_{}, previous_twin_{};
  std::unordered_map<std::uint64_t, Index> renamed_shared_, renamed_local_;
  FieldMask renamed_fields_{};
};

/// The program never looks at its own pending signals. Where no other looks at them either, a fatal signal to its thread
/// changes nothing.
bool is_deaf(const Program& program);
/// Some program asks for the signals of a thread that need not be the one that runs it.
bool watches_signals(const Program& program);

}  // namespace vmalab::check

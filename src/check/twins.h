// SPDX-License-Identifier: GPL-2.0-only
// Which threads are taken for one another, and whether that turned out to be right.
//
// A group holds threads that run the same program. It is either *sorted* (nothing of a thread's number gets into memory or
// into registers, so who stands where is all there is) or *permuted* (task pointers and the owner of an mmap_lock are
// renamed along with the threads). That a group is what it is taken for is no theorem about the C: transitions.cpp runs
// every step it computes also as each other thread of the group would take it, renamed, and reports here when that does not
// come out the same. The group then loses what it was taken for, and the search starts over. The first such step is always
// found, because up to it the reduction was sound. So a pointer to a thread may be stored anywhere, compared, cut to pieces
// or ordered by any C: what renaming does not account for shows in the step that does it.
//
// A goal must not tell the threads of a group apart either. Threads it names are in no group, and what else it looks at is
// decided by goal_gaze().
//
// Shared by all workers. groups() changes between attempts of a search only; distrust() may be called from any worker.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "machine/machine.h"

namespace vmalab::check {

/// Where each thread went: new number by old number.
using Renaming = std::array<std::uint8_t, kMaxThreads>;
Renaming no_renaming();

/// Fields of shared objects, by kind: bit = number of the field.
using FieldMask = std::array<std::uint32_t, 8>;

/// What an expression over a state may learn about which thread is which.
struct Gaze {
  bool anything = false;  ///< it computes addresses, so there is no telling
  FieldMask fields{};     ///< fields of which it sees more than whether they are 0 or equal to a constant that is no thread
};
Gaze goal_gaze(const Program& goal);

class Twins {
 public:
  enum class How : std::uint8_t { kSorted, kPermuted };
  struct Group {
    std::vector<int> threads;
    How how = How::kSorted;
  };

  /// @param on false: there are no groups
  /// @param signals some thread can get a signal, which is noted by its number: no group is sorted
  /// @param goal what is looked for, or nullptr
  Twins(const Machine& machine, bool on, bool signals, const Program* goal);

  /// Sorted are only threads whose tasks start out the same.
  void begin_at(const State& start);

  const std::vector<Group>& groups() const { return groups_; }
  /// Permutations of the permuted groups together; [0] changes nothing. Few enough, or groups are left out.
  const std::vector<Renaming>& permutations() const { return permutations_; }
  /// The group of thread t that is sorted, or nullptr.
  const Group* sorted_group(int t) const;

  /// A step of thread t that begins at `pc` comes out otherwise when the threads of `groups` (bits) change places.
  void distrust(std::uint32_t groups, ThreadId t, Pc pc);
  std::uint32_t moved_by(const Renaming& renaming) const;  ///< bits of the groups whose threads change places
  std::uint32_t bit_of(const Group& group) const { return 1u << (&group - groups_.data()); }
  /// The goal sees which thread is which.
  void distrust_for_goal();
  bool is_broken() const;
  /// What was distrusted since the last call is taken apart: results so far are void, search again.
  bool take_broken();
  void forget_distrust();

  /// Sentences on threads that run the same program and are not taken for one another.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  void permute();
  std::string names(const Group& group) const;

  const Machine& machine_;
  std::vector<Group> groups_;
  std::vector<Renaming> permutations_;
  std::vector<std::string> notes_;

  struct Blame {
    int program = 0;
    Pc pc = 0;
    std::uint32_t groups = 0;
    friend auto operator<=>(const Blame&, const Blame&) = default;
  };
  mutable std::mutex mutex_;
  std::optional<Blame> blame_;  ///< the least, so that it does not depend on which worker was first
  bool goal_blamed_ = false;
};

}  // namespace vmalab::check

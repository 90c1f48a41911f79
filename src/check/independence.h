// SPDX-License-Identifier: GPL-2.0-only
// Partial-order reduction: which accesses need not be scheduling points.
//
// Two kinds of reads commute with everything other threads can do before the reader moves again, so they are
// merged into the step before them: reads of a field that no thread of the scenario ever writes, and reads of a
// field that is written only under mmap_lock held for write, by a thread that holds that mmap_lock. A merged
// read must also leave the ghost facts alone, so that no check can tell the difference; freeing an object counts
// as writing all of it, because it decides whether a read is a use after free.
//
// What is written, and under which lock, is not guessed from the code: the search assumes the best, looks at every
// write it executes, and starts over with less when a write breaks an assumption. The first such write is
// always found, because up to it the reduction was sound. Who holds mmap_lock is believed only while nothing but the
// functions of the lock changes its word.
//
// Shared by all workers; every member function may be called from any of them.
#pragma once

#include <atomic>
#include <cstdint>

#include "machine/machine.h"

namespace vmalab::check {

class Independence {
 public:
  explicit Independence(const Machine& machine) : machine_(machine) {}

  /// The next access of thread t may be merged into the step before it.
  bool may_merge(const State& state, ThreadId t);
  /// The same for what the checks looked at during that access (StepInfo::judged); `before` is the state it ran in.
  bool may_judge(const State& before, ThreadId t, const StepInfo& info);
  /// Records what an action wrote, or changed without saying so: the states before and after it.
  void observe(const State& before, const State& after, const StepInfo& info);
  /// A write broke an assumption since the last call: results so far are void, search again.
  bool take_broken() { return broken_.exchange(false); }
  bool is_broken() const { return broken_.load(); }
  /// Nobody changed the word of an mmap_lock by hand so far.
  bool trusts_locks() const { return written_unlocked_.load() != ~Fields{0}; }

 private:
  using Fields = std::uint64_t;  ///< bit 16 * (kind - 1) + field
  bool rely_on(std::atomic<Fields>& relied, const std::atomic<Fields>& excluded, Fields field);
  bool rely_on_guarded(Fields fields);
  bool may_merge_critical_section(const State& state, ThreadId t, Word address, bool change);
  void exclude(std::atomic<Fields>& excluded, const std::atomic<Fields>& relied, Fields fields);
  void exclude_object(ObjectKind kind);
  void wrote(const State& before, ThreadId t, Word address);
  void compare(const State& before, const State& after, ThreadId t);

  const Machine& machine_;
  std::atomic<Fields> written_{0}, relied_unwritten_{0};
  std::atomic<Fields> written_unlocked_{0}, relied_locked_{0};
  std::atomic<bool> broken_{false};
};

}  // namespace vmalab::check

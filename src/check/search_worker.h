// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Part of the search alone: what search.cpp and endless.cpp know and nobody else.
#pragma once

#include <vector>

#include "check/search.h"
#include "check/state_set.h"
#include "check/symmetry.h"
#include "check/transitions.h"

namespace vmalab::check {

/// What one worker owns. Others touch only its inboxes' sources (their own outboxes) between barriers.
struct Search::Worker {
  Worker(const Machine& machine, Components& components, Independence* independence, Twins& twins, std::size_t words)
      : transitions(machine, components, independence, twins), symmetry(machine, components, twins), states(words) {}

  /// Successors on their way to one owner.
  struct Outbox {
    std::vector<std::uint16_t> records;
    std::vector<std::uint64_t> hashes;
    std::vector<std::uint32_t> sources;      ///< number in the batch of the state each came from
    std::vector<std::uint8_t> progresses;    ///< by number in the batch: some successor is on a later level
    void clear() {
      records.clear();
      hashes.clear();
      sources.clear();
    }
    std::size_t bytes() const {
      return records.capacity() * sizeof(std::uint16_t) + hashes.capacity() * sizeof(std::uint64_t) +
             sources.capacity() * sizeof(std::uint32_t) + progresses.capacity();
    }
  };

  Transitions transitions;
  Symmetry symmetry;
  StateSet states;
  std::vector<std::uint64_t> level_begin;   ///< by level; the last entry is the end of the last level
  std::uint64_t next = 0;                   ///< next state of the current level to expand
  std::uint64_t batch_begin = 0, batch_end = 0;
  std::vector<Outbox> out;                  ///< by owner
  std::vector<std::uint64_t> without_progress;  ///< states with no successor on a later level
  std::vector<std::uint8_t> finished;       ///< by number in the batch: every thread is done
  std::uint64_t transition_count = 0, final_states = 0;
  CheckSet violations = 0;                  ///< by steps from the current level
  CheckSet stuck = 0;                       ///< in states of the current level
  bool goal_found = false;
  /// What bytes() was before the last barrier: the others read this while the tables grow again.
  std::size_t bytes_told = 0;

  std::size_t bytes() const {
    std::size_t sum = states.bytes() + transitions.bytes() + symmetry.bytes() + without_progress.capacity() * sizeof(std::uint64_t);
    for (const Outbox& box : out) sum += box.bytes();
    return sum;
  }
};

}  // namespace vmalab::check

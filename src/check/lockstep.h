// SPDX-License-Identifier: GPL-2.0-only
// Two bodies of C on the same scenario, step by step: does every thread do the same accesses to shared memory (location,
// operation, value), whatever the interleaving? A thread's next step is decided by the state, so the same schedule runs on
// both: breadth first over pairs of states, from the pair of the starts, each action on both sides. The first step that
// differs ends the search, and the way there is a shortest one. No reductions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "check/work.h"
#include "machine/machine.h"

namespace vmalab::check {

struct Lockstep {
  enum class Answer { kSame, kDifferent, kUnknown };
  Answer answer = Answer::kUnknown;
  std::string reason;  ///< kUnknown: what ended the search
  std::uint64_t pairs = 0;
  // kDifferent:
  std::string difference;        ///< what the one does and the other does not, in a sentence
  bool shown_on_second = false;  ///< the trace runs on the second machine, else on the first
  std::vector<Action> trace;     ///< up to and including the step that differs
};

/// `names`: what the two are called in sentences, "the model" and "the tree".
Lockstep lockstep(const Machine& first, const Machine& second, const std::array<std::string, 2>& names, std::size_t memory_limit,
                  const ProgressFunction& progress);

}  // namespace vmalab::check

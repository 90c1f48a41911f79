// SPDX-License-Identifier: GPL-2.0-only
// Two bodies of C on the same scenario, step by step: does every thread do the same accesses to shared memory (location,
// operation, value), and return the same in the end, whatever the interleaving? A thread's next step is decided by the state, so
// the same schedule runs on both: breadth first over pairs of states, from the pair of the starts, each action on both sides. The
// first step that differs ends the search, and the way there is a shortest one. No reductions.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "check/work.h"
#include "machine/machine.h"

namespace vmalab::check {

class Lockstep final : public Work {
 public:
  /// The machines must outlive it.
  /// @param names what the two are called in sentences, "the model" and "the tree"
  /// @param memory_limit bytes; 0: none
  Lockstep(const Machine& first, const Machine& second, const std::array<std::string, 2>& names, std::size_t memory_limit);
  ~Lockstep() override;

  /// A step of the budget is a pair of states.
  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;

  struct Difference {
    std::string text;              ///< what the one does and the other does not, in a sentence
    bool shown_on_second = false;  ///< the trace runs on the second machine, else on the first
    std::vector<Action> trace;     ///< up to and including the step that differs
  };
  /// When advance() has said kDone. kComplete: all accesses are the same; kFound: there is a difference.
  SearchEnd end() const { return end_; }
  const Difference& difference() const { return difference_; }

 private:
  class Pairs;
  void end(SearchEnd how);

  std::size_t memory_limit_;
  Status status_ = Status::kRunning;
  SearchEnd end_ = SearchEnd::kComplete;
  Difference difference_;
  double seconds_ = 0;
  std::unique_ptr<Pairs> pairs_;  ///< null: there is nothing to search
};

}  // namespace vmalab::check

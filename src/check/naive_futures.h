// SPDX-License-Identifier: GPL-2.0-only
// The second opinion of the tests on futures.h: every state as a whole in a map, every way back until nothing changes, with
// nothing of the checker's machinery. Only for small scenarios.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "check/futures.h"
#include "machine/machine.h"
#include "machine/state_value.h"

namespace vmalab::check {

class NaiveFutures {
 public:
  /// Of all that can be reached without the event.
  NaiveFutures(const Machine& machine, const Event& event);

  std::size_t size() const { return states_.size(); }
  const State& state(std::size_t i) const { return *states_[i]; }
  bool avoidable(const State& state) const { return avoidable_[number_.at(state)]; }
  bool possible(const State& state) const { return possible_[number_.at(state)]; }
  bool endless(const State& state) const { return endless_[number_.at(state)]; }

  /// The first step of the run after which no end without the event can be reached, or -1.
  int no_return(const std::vector<Action>& run) const;

 private:
  std::size_t add(const State& state);
  std::vector<bool> leads_to(std::vector<bool> there) const;

  const Machine& machine_;
  Event event_;
  std::map<StateValue, std::size_t, StateLess> number_;
  std::vector<const StateValue*> states_;
  std::vector<std::vector<std::size_t>> next_;
  std::vector<bool> avoidable_, possible_, endless_;
};

}  // namespace vmalab::check

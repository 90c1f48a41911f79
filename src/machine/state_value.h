// SPDX-License-Identifier: GPL-2.0-only
// A State for those who keep one and let others look into it: state.h, which says what is in a State, is for the machine, the
// search and the few that show the words themselves.
#pragma once

#include <cstdint>
#include <memory>

namespace vmalab {

struct State;
struct ThreadState;

/// Copies are states of their own. One that was moved from may only be assigned to.
class StateValue {
 public:
  StateValue();  ///< all words 0
  StateValue(const State& state);
  StateValue(const StateValue& other);
  StateValue(StateValue&& other) noexcept;
  StateValue& operator=(const StateValue& other);
  StateValue& operator=(StateValue&& other) noexcept;
  ~StateValue();

  operator State&() { return *state_; }
  operator const State&() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

bool equal_states(const State& a, const State& b, int threads);
/// Some order of the states with so many threads, for sets and maps of StateValue.
struct StateLess {
  int threads = 0;
  bool operator()(const State& a, const State& b) const;
};
/// 64-bit fingerprint of a state, the same on every machine: of memory, task states, signals, and the locks and references that
/// threads have. Neither registers and program counters nor other ghost facts are in it, so that a recording outlives another
/// way of compiling the same C, and a new fact that the checks want to know.
std::uint64_t fingerprint(const State& state, int threads);

}  // namespace vmalab

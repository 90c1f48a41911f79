// SPDX-License-Identifier: GPL-2.0-only
// Which steps a run takes, as a person chooses them in a few words: a schedule, the demo, a policy, so many.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "run/scheduler.h"

namespace vmalab {

struct StepChoice {
  std::optional<std::string> schedule;
  Policy policy = Policy::kDemo;  ///< the demo, or where there is none chance
  std::uint64_t seed = 1;
  bool demo = false;  ///< asked for by name: having none is an error
  std::optional<int> limit;

  bool any() const { return schedule || demo || policy != Policy::kDemo; }
};

/// The steps that were chosen, one after the other.
class ChosenSteps {
 public:
  /// Errors: the schedule does not parse; a demo was asked for by name and there is none.
  static Result<ChosenSteps> of(const StepChoice& choice, const Machine& machine);

  /// Takes one; false at the end. What nobody wrote down (chance, a policy) ends at the first broken check. Error: the step cannot
  /// happen, with its number, or its place where it is the demo's.
  Result<bool> advance(Session& session);
  /// That the demo has for the step just taken; empty for none.
  const std::string& caption() const { return caption_; }
  /// The whole demo has been taken.
  bool demo_done() const { return !demo_.empty() && static_cast<std::size_t>(taken_) == demo_.steps().size(); }
  /// Why the steps ended before their end: a demo may with code that it was not written for. Else empty.
  const std::string& notice() const { return notice_; }

 private:
  std::unique_ptr<Scheduler> scheduler_;
  Demo demo_;  ///< when it is the demo that is played
  bool until_a_check_breaks_ = false;
  bool may_stop_early_ = false;
  std::string caption_, notice_;
  int taken_ = 0;
  int limit_ = -1;  ///< -1: none
};

/// Takes all of them. Gives the notice. Errors: as those of ChosenSteps.
Result<std::string> take_steps(const StepChoice& choice, Session& session);

}  // namespace vmalab

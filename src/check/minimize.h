// SPDX-License-Identifier: GPL-2.0-only
// A recorded run made short: what it shows stays, and nothing else has to. Where all that is nearer fits the budget the answer is
// the shortest run there is, with the fewest switches. Where it does not, the run itself is thinned out: rounds that lead back to
// a state it has been in, then all steps of a thread, then ever smaller pieces (delta debugging; Zeller and Hildebrandt, 2002).
// That makes it shorter, and proves nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "check/nearest.h"

namespace vmalab::check {

/// The same violation: of the same check, about the same object, at the same line. no-stuck is about no object: the same threads can
/// never go on, at the same places.
struct Shown {
  PropertySet judged = ~PropertySet{0};
  const Property* property = nullptr;  ///< the first of these that the run breaks; nullptr: it is the goal
  const Program* goal = nullptr;       ///< must outlive it
  int step = 0;                        ///< of the run, from 1; 0: the start shows it
  StepInfo info;                       ///< of that step
  StateValue state;                    ///< after it
};

/// The first step of the run that breaks one of these, or that leads to the goal. Error: none does; a step that cannot be simulated.
Result<Shown> what_it_shows(const Machine& machine, const std::vector<Action>& run, PropertySet judged, const Program* goal);
/// It is shown by this step.
bool shows(const Machine& machine, const Shown& shown, const StepInfo& info, const State& after);

class Minimize final : public Work {
 public:
  /// `machine` must outlive it.
  Minimize(const Machine& machine, const std::vector<Action>& run, const Shown& shown, const NearestBudget& budget);
  ~Minimize() override;

  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;

  // ---- what is known so far; final when advance() has said kDone
  /// Shows it; never longer than the run up to what it shows.
  const std::vector<Action>& run() const { return run_; }
  /// No run of fewer steps shows it.
  bool is_shortest() const { return at_least_ == static_cast<int>(run_.size()); }
  int at_least() const { return at_least_; }  ///< no run of fewer steps than these shows it
  /// Why it is not known whether it is the shortest, as the end of a sentence.
  std::string reason() const { return reason_; }

 private:
  class Thinning;

  const Machine& machine_;
  Shown shown_;
  std::vector<Action> run_;
  std::unique_ptr<Nearest> nearest_;
  std::unique_ptr<Thinning> thinning_;
  int at_least_ = 0;
  bool stopped_ = false;
  std::string reason_;
  double seconds_ = 0;
};

}  // namespace vmalab::check

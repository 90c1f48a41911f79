// SPDX-License-Identifier: GPL-2.0-only
// The player chooses the next step and its time: the demo, the policy that goes on where nobody chooses, and the speed.
// It only says what comes; the Workbench takes the step.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "run/demo.h"
#include "run/scheduler.h"

namespace vmalab {

/// Steps a second while playing.
inline constexpr std::array kSpeeds{0.5, 1.0, 2.0, 4.0, 8.0, 20.0, 60.0};

class Player {
 public:
  /// `selected`: the thread that Policy::kSelectedThread plays.
  explicit Player(std::function<ThreadId()> selected) : selected_(std::move(selected)) {}

  /// Another run. Without a demo chance chooses.
  void open(Demo demo);
  const Demo& demo() const { return demo_; }
  /// Its captions are not about the code that runs now.
  void drop_demo() { demo_ = {}; }
  /// What the demo does next, if the run has followed it so far and the step can happen.
  std::optional<Action> next_in_demo(const Session& session) const;

  Policy policy() const { return policy_; }
  void set_policy(Policy policy);
  Scheduler& scheduler() { return *scheduler_; }
  Scheduler& chance() { return *chance_; }  ///< of a single random step

  bool playing() const { return playing_; }
  void play() { playing_ = true, waits_ = true, clock_ = 0; }
  void stop() { playing_ = false; }
  int speed() const { return speed_; }
  void set_speed(int index);  ///< into kSpeeds, clamped
  /// How many steps are due after another `dt` seconds; 0 when not playing.
  int due(double dt);
  /// Seconds; infinity when not playing.
  double next_step_in() const;

 private:
  double every() const { return 1 / kSpeeds[static_cast<std::size_t>(speed_)]; }

  std::function<ThreadId()> selected_;
  Demo demo_;
  Policy policy_ = Policy::kRandom;
  std::unique_ptr<Scheduler> scheduler_ = random_scheduler(1), chance_ = random_scheduler(1);
  bool playing_ = false;
  bool waits_ = false;  ///< for the first frame: the time since the one before it does not count
  int speed_ = 1;
  double clock_ = 0;
};

}  // namespace vmalab

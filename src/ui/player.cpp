// SPDX-License-Identifier: GPL-2.0-only
#include "ui/player.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "run/schedule.h"

namespace vmalab {

void Player::open(Demo demo) {
  demo_ = std::move(demo);
  stop();
  chance_ = random_scheduler(1);
  set_policy(demo_.empty() ? Policy::kRandom : Policy::kDemo);
}

std::optional<Action> Player::next_in_demo(const Session& session) const {
  const Demo::Step* next = demo_.next(session);
  if (next == nullptr || !why_not(session.machine(), session.state(), next->action).empty()) return std::nullopt;
  return next->action;
}

void Player::set_policy(Policy policy) {
  policy_ = policy;
  switch (policy) {
    case Policy::kDemo: scheduler_ = demo_scheduler(demo_); break;
    case Policy::kRandom: scheduler_ = random_scheduler(1); break;
    case Policy::kPct: scheduler_ = pct_scheduler(1); break;
    case Policy::kRoundRobin: scheduler_ = round_robin_scheduler(); break;
    case Policy::kSelectedThread: scheduler_ = selected_thread_scheduler(selected_); break;
    case Policy::kCount: break;
  }
}

void Player::set_speed(int index) { speed_ = std::clamp(index, 0, static_cast<int>(kSpeeds.size()) - 1); }

int Player::due(double dt) {
  if (!playing_) return 0;
  // After a frame that took long: one step, or as many as half a second has.
  if (!std::exchange(waits_, false)) clock_ = std::min(clock_ + dt, std::max(every(), 0.5));
  const int steps = static_cast<int>(clock_ / every() + 1e-6);
  clock_ = std::max(clock_ - steps * every(), 0.0);
  return steps;
}

double Player::next_step_in() const { return playing_ ? std::max(every() - clock_, 0.0) : std::numeric_limits<double>::infinity(); }

}  // namespace vmalab

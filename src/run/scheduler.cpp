// SPDX-License-Identifier: GPL-2.0-only
#include "run/scheduler.h"

#include <array>

namespace vmalab {

bool take_step(Session& session, Scheduler& scheduler) {
  const std::optional<Action> action = scheduler.next(session);
  return action && session.apply(*action).has_value();
}

const PolicyInfo& policy_info(Policy policy) {
  static constexpr std::array<PolicyInfo, static_cast<std::size_t>(Policy::kCount)> table{{
      {Policy::kDemo, "demo", "The scenario's demo, as long as the run follows it."},
      {Policy::kRandom, "random", "Any action that can happen, each as likely."},
      {Policy::kPct, "PCT", "Random priorities that change at few random steps: finds deep races sooner than chance."},
      {Policy::kRoundRobin, "round robin", "Each thread that can step, one step in turn."},
      {Policy::kSelectedThread, "this thread", "The selected thread alone, until it waits or is done."},
  }};
  return table[static_cast<std::size_t>(policy)];
}

std::uint32_t Dice::below(std::uint32_t end) {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  z ^= z >> 31U;
  return static_cast<std::uint32_t>(((z >> 32U) * end) >> 32U);
}

}  // namespace vmalab

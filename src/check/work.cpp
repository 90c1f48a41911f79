// SPDX-License-Identifier: GPL-2.0-only
#include "check/work.h"

namespace vmalab::check {

void drive(Work& work, const ProgressFunction& progress) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kInterval{100};
  Clock::time_point told{};
  for (Budget piece{1}; work.advance(piece) == Status::kRunning; piece.steps = 1u << 13) {
    if (!progress || Clock::now() - told < kInterval) continue;
    if (!progress(work.progress())) work.stop();
    told = Clock::now();
  }
}

}  // namespace vmalab::check

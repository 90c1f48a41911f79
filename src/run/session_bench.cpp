// SPDX-License-Identifier: GPL-2.0-only
// How a session behaves with a history of 100,000 steps: the rate of new steps, the time to go to any of them, and
// the memory it takes. Prints one line each; run it from a release build.
#include <chrono>
#include <cstdio>
#include <string>

#include "base/platform.h"
#include "run/session.h"
#include "run/test_machines.h"
#include "run/trace_file.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

int main() {
  using namespace vmalab;
  constexpr int kSteps = 100'000;
  constexpr int kJumps = 100'000;
  Session session(testing::machine_from(testing::kEndlessScenario));
  const auto chance = random_scheduler(1);

  const double before = platform::peak_memory_mib();
  Clock::time_point start = Clock::now();
  for (int i = 0; i < kSteps; ++i) take_step(session, *chance);
  double seconds = seconds_since(start);
  std::printf("append:          %8.0f steps a second\n", kSteps / seconds);
  std::printf("memory:          %8.0f bytes a step, %.1f MiB for %d steps\n", (platform::peak_memory_mib() - before) * (1 << 20) / kSteps,
              platform::peak_memory_mib() - before, kSteps);

  std::uint64_t dice = 1;
  start = Clock::now();
  for (int i = 0; i < kJumps; ++i) {
    dice = dice * 6364136223846793005U + 1442695040888963407U;
    session.go_to_depth(static_cast<int>((dice >> 33U) % kSteps));
  }
  seconds = seconds_since(start);
  std::printf("go anywhere:     %8.2f microseconds\n", seconds / kJumps * 1e6);

  session.go_to_depth(kSteps / 2);
  take_step(session, *chance);
  start = Clock::now();
  constexpr int kSwitches = 1000;
  for (int i = 0; i < kSwitches; ++i) session.select_branch(i % 2);
  std::printf("change branch:   %8.2f microseconds, %d steps apart\n", seconds_since(start) / kSwitches * 1e6, kSteps / 2);

  session.select_branch(0);
  const testing::Folder folder;
  start = Clock::now();
  if (!save_trace(folder / "trace", session)) return 1;
  std::printf("save:            %8.0f steps a second, %.0f bytes a step\n", kSteps / seconds_since(start),
              static_cast<double>(std::filesystem::file_size(folder / "trace")) / kSteps);
  start = Clock::now();
  if (!replay_trace(folder / "trace")) return 1;
  std::printf("replay:          %8.0f steps a second\n", kSteps / seconds_since(start));
  return 0;
}

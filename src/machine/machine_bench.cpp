// SPDX-License-Identifier: GPL-2.0-only
// Steps per second of the bare machine: the standard scenario with two readers, a writer and a detacher under a random
// scheduler, started again whenever nobody can go on. Usage: vmalab_machine_bench ASSETS [SECONDS]
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "machine/machine.h"
#include "machine/state.h"

namespace {

using namespace vmalab;

std::uint64_t xorshift(std::uint64_t& x) {
  x ^= x << 13;
  x ^= x >> 7;
  return x ^= x << 17;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 2 ? std::atof(argv[2]) : 2.0;
  auto code = CodeBase::load_model(argc > 1 ? argv[1] : VMALAB_BENCH_ASSETS, {});
  if (!code) return std::fprintf(stderr, "%s\n", code.error().to_string().c_str()), 2;
  const auto machine = Machine::build(*standard_scenario(2, 1, 1), std::move(*code));
  if (!machine) return std::fprintf(stderr, "%s\n", machine.error().to_string().c_str()), 2;

  using Clock = std::chrono::steady_clock;
  std::uint64_t random = 88172645463325252u, steps = 0, runs = 0;
  PropertySet violations = 0;
  State state = machine->initial();
  const auto start = Clock::now();
  double elapsed = 0;
  while (elapsed < seconds) {
    for (int i = 0; i < 100000; ++i) {
      ActionList actions;
      machine->enabled(state, actions);
      if (actions.count == 0) {
        state = machine->initial();
        ++runs;
        continue;
      }
      const auto choice = static_cast<std::size_t>((xorshift(random) >> 32) * static_cast<std::uint64_t>(actions.count) >> 32);
      StepInfo info;
      machine->step(state, actions.items[choice], info);
      violations |= info.violations;
      ++steps;
    }
    elapsed = std::chrono::duration<double>(Clock::now() - start).count();
  }
  std::printf("standard (2,1,1), random scheduler: %.2f million steps/s (%llu steps, %llu runs, %.2f s)\n",
              static_cast<double>(steps) / elapsed / 1e6, static_cast<unsigned long long>(steps), static_cast<unsigned long long>(runs), elapsed);
  return violations == 0 ? 0 : 1;
}

// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer: any bytes as a scenario; one that builds is run for some steps. See src/lang/code_fuzz.cpp.
//   build-fuzz/bin/vmalab_scenario_fuzz corpus/ assets/scenarios
#include <cstdint>
#include <cstdlib>

#include "machine/machine.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmalab;
  static const CodeBase with_lockdep = CodeBase::load_model(VMALAB_FUZZ_ASSETS, {true}).value();
  static const CodeBase without_lockdep = CodeBase::load_model(VMALAB_FUZZ_ASSETS, {false}).value();
  Result<Scenario> scenario = parse_scenario({reinterpret_cast<const char*>(data), size}, "input", "input.toml");
  if (!scenario) {
    if (scenario.error().to_string().empty()) std::abort();
    return 0;
  }
  const CodeBase& code = scenario->config.lockdep ? with_lockdep : without_lockdep;
  const Result<Machine> machine = Machine::build(std::move(*scenario), code);
  if (!machine) return 0;
  State state = machine->initial();
  ActionList enabled;
  StepInfo info;
  std::size_t dice = size;
  for (int i = 0; i < 300; ++i) {
    machine->enabled(state, enabled);
    if (enabled.count == 0) break;
    dice = dice * 6364136223846793005U + 1442695040888963407U;
    machine->step(state, enabled.begin()[(dice >> 33U) % static_cast<std::size_t>(enabled.count)], info);
  }
  for (const Goal& goal : machine->scenario().goals) (void)code.lower_expression(goal.expression, object_names(machine->scenario()), "goal");
  return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
// A state and a step as JSON: what `--json` prints and scripts read. The values and the words are those of the panels.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "machine/machine.h"

namespace vmalab {

/// Names of the violated checks.
std::vector<std::string> violation_names(PropertySet violations);

nlohmann::ordered_json state_json(const Machine& machine, const State& state);
/// The step with this number, from 1, and the state after it.
nlohmann::ordered_json step_json(const Machine& machine, int number, const StepInfo& info, const State& after);

}  // namespace vmalab

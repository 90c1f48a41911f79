// SPDX-License-Identifier: GPL-2.0-only
// The terms of a verdict: what was asked for besides the code itself, so that nobody takes a part for the whole.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/commands.h"

namespace vmalab::app {

/// "only exclusion is judged, no other check", "variant no-wake", "own code: fork.c", "stub: x() gives 0 or 1", "lockdep on,
/// whatever a scenario says", "fatal signals at any time", each as it was asked for; empty when nothing was.
std::vector<std::string> check_terms(const Subject& subject, const std::vector<const Property*>& judge = {});
/// The same for a script: "judged", "variant", "code", "stubs", "lockdep" and "signals", each only when it was asked for.
void add_check_terms(nlohmann::ordered_json& report, const Subject& subject, const std::vector<const Property*>& judge = {});

}  // namespace vmalab::app

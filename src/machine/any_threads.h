// SPDX-License-Identifier: GPL-2.0-only
// What a scenario says to a search for any number of threads, and to nobody else: count = "any" in a [[thread]].
#pragma once

#include <vector>

#include "machine/scenario.h"

namespace vmalab {

/// By thread of the scenario: there is any number of it. Empty: of none.
std::vector<bool> any_threads(const Scenario& scenario);
/// The same, or where it says nothing all of them.
std::vector<bool> any_threads_or_all(const Scenario& scenario);

/// The scenario with so many of each of its threads, as text and all; without demo, goals and outcome, which name threads.
Result<Scenario> with_numbers(const Scenario& scenario, const std::vector<int>& counts);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// A state and a step in words for the terminal, and as JSON: the rows of the player and of `--json`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/text.h"
#include "machine/describe.h"
#include "run/session.h"

namespace vmalab::app {

/// The VMAs worth showing: in use, or with something left in their words.
std::vector<VmaId> shown_vmas(const Machine& machine, const State& state);
/// "free", "w1 (write)", "read by r1, r2".
std::string mmap_lock_text(const Machine& machine, const State& state, MmId mm);
/// Name of the thread in vma_writer_wait, or "-".
std::string waiter_text(const Machine& machine, const State& state, MmId mm);

/// The compact table beside each step.
std::vector<std::string> state_rows(const Machine& machine, const State& state, std::size_t width, const Colors& colors);
/// Names of the violated checks.
std::vector<std::string> violation_names(CheckSet violations);

nlohmann::ordered_json state_json(const Machine& machine, const State& state);
nlohmann::ordered_json step_json(const Machine& machine, int number, const StepInfo& info, const State& after);

}  // namespace vmalab::app

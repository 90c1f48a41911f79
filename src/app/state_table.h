// SPDX-License-Identifier: GPL-2.0-only
// The state beside each step of the terminal player: the view's rows, laid out in columns of text.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/text.h"
#include "machine/machine.h"

namespace vmalab::app {

/// The compact table beside each step.
std::vector<std::string> state_rows(const Machine& machine, const State& state, std::size_t width, const Colors& colors);

}  // namespace vmalab::app

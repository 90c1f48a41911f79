// SPDX-License-Identifier: GPL-2.0-only
// The terminal player: prints a run step by step with the state beside it, in 100 columns.
#pragma once

#include <string>
#include <string_view>

#include "app/text.h"
#include "lang/result.h"
#include "machine/machine.h"
#include "trace/session.h"

namespace vmalab::app {

/// Writes to standard output at once. Error: it cannot be written (closed, disk full).
Result<void> print(std::string_view text);

/// Waits, less long when Ctrl-C comes.
void wait_ms(int milliseconds);
/// Lets Ctrl-C set a flag in place of ending the program, so that a recording is closed properly.
void catch_interrupts();
bool interrupted();

// The texts; plain functions, so that tests can read them.
std::string opening_text(const Machine& machine, const State& initial, const Colors& colors);
std::string step_block(const Machine& machine, int number, const StepInfo& info, const State& after,
                       std::string_view caption, const Colors& colors);
/// What came of it: who is done, who is stuck and why, which checks were violated.
std::string closing_text(const Machine& machine, const State& state, int steps, CheckSet violations, const Colors& colors);
/// What can happen next and who cannot go on, for a person who chooses.
std::string choices_text(const Machine& machine, const State& state, const Colors& colors);

}  // namespace vmalab::app

// SPDX-License-Identifier: GPL-2.0-only
// The terminal player: prints a run step by step with the state beside it, or below it where that is too narrow.
#pragma once

#include <string>
#include <string_view>

#include "app/text.h"
#include "base/result.h"
#include "machine/machine.h"
#include "run/session.h"

namespace vmalab::app {

/// Before anything is opened: a standard stream that was closed is taken by /dev/null, opened so that using it is an error,
/// so that no file of ours becomes standard output. A reader that goes away is an error of print(), not the end of the program.
void keep_standard_streams();
/// Writes to standard output at once; on a terminal, or where $COLUMNS is small, no line is wider than it. Error: it cannot be written (closed, disk
/// full).
Result<void> print(std::string_view text);
/// The same with the lines as they are, for programs. Nothing that it writes steers a terminal, either.
Result<void> print_exactly(std::string_view text);
/// "FILE: what", for a person who waits for it; not where the bytes themselves went to a pipe or a terminal.
Result<void> tell_written(const std::filesystem::path& file, const std::string& what);
/// The same to standard error, where errors have nobody to be told to.
void print_error(std::string_view text);
/// Whoever read standard output has gone (`| head`): that is no error to tell anybody.
bool reader_gone();
/// Ends the program as SIGPIPE would have.
[[noreturn]] void end_by_broken_pipe();

/// Waits, less long when Ctrl-C comes.
void wait_ms(int milliseconds);
/// Lets Ctrl-C set a flag in place of ending the program, so that a recording is closed properly.
void catch_interrupts();
bool interrupted();

// The texts; plain functions, so that tests can read them.
std::string opening_text(const Session& session, const Colors& colors, std::size_t width = kFullWidth);
std::string step_block(const Machine& machine, int number, const StepInfo& info, const State& after, std::string_view caption, const Colors& colors,
                       std::size_t width = kFullWidth);
/// What came of it: who is done, who is stuck and why, which checks were violated.
std::string closing_text(const Machine& machine, const State& state, int steps, PropertySet violations, const Colors& colors,
                         std::size_t width = kFullWidth);
/// What can happen next and who cannot go on, for a person who chooses.
std::string choices_text(const Session& session, const Colors& colors, std::size_t width = kFullWidth);

}  // namespace vmalab::app

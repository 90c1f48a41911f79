// SPDX-License-Identifier: GPL-2.0-only
// One function a command of the command line. Each returns the exit code, or bad input as a Diagnostic that
// main prints.
#pragma once

#include "app/options.h"
#include "base/result.h"
#include "run/workspace.h"

namespace vmalab::app {

Result<int> run_command(const Options& options, const Workspace& workspace);
Result<int> replay_command(const Options& options, const Workspace& workspace);
Result<int> scenarios_command(const Options& options, const Workspace& workspace);
Result<int> parse_command(const Options& options, const Workspace& workspace);
Result<int> check_command(const Options& options, const Workspace& workspace);
Result<int> variants_command(const Options& options, const Workspace& workspace);
Result<int> compare_command(const Options& options, const Workspace& workspace);
Result<int> new_command(const Options& options, const Workspace& workspace);
Result<int> guide_command(const Options& options, const Workspace& workspace);
Result<int> open_command(const Options& options, const Workspace& workspace);
Result<int> shot_command(const Options& options, const Workspace& workspace);

/// Runs in the terminal what is open: its demo, schedule, random steps, or by hand, as the options say.
Result<int> play(const Options& options, Document document, const Workspace& workspace);
/// Reads commands from standard input until `quit` or its end.
Result<int> steer(const Options& options, Session session, const Workspace& workspace);
/// Applies the steps that the options ask for, without printing anything.
Result<void> advance(const Options& options, Document& document);

}  // namespace vmalab::app

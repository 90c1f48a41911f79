// SPDX-License-Identifier: GPL-2.0-only
// One function a command of the command line. Each returns the exit code, or bad input as a Diagnostic that
// main prints.
#pragma once

#include <filesystem>

#include "app/load.h"
#include "app/options.h"
#include "lang/result.h"

namespace vmalab::app {

Result<int> run_command(const Options& options, const std::filesystem::path& assets);
Result<int> replay_command(const Options& options, const std::filesystem::path& assets);
Result<int> scenarios_command(const Options& options, const std::filesystem::path& assets);
Result<int> parse_command(const Options& options, const std::filesystem::path& assets);
Result<int> check_command(const Options& options, const std::filesystem::path& assets);
Result<int> variants_command(const Options& options, const std::filesystem::path& assets);
Result<int> compare_command(const Options& options, const std::filesystem::path& assets);
Result<int> new_command(const Options& options, const std::filesystem::path& assets);
Result<int> guide_command(const Options& options, const std::filesystem::path& assets);
Result<int> open_command(const Options& options, const std::filesystem::path& assets);
Result<int> shot_command(const Options& options, const std::filesystem::path& assets);

/// Runs in the terminal what is loaded: its demo, schedule, random steps, or by hand, as the options say.
Result<int> play(const Options& options, Loaded loaded);
/// Reads commands from standard input until `quit` or its end.
Result<int> steer(const Options& options, Session session, const std::filesystem::path& assets);
/// Applies the steps that the options ask for, without printing anything.
Result<void> advance(const Options& options, Loaded& loaded);

}  // namespace vmalab::app

// SPDX-License-Identifier: GPL-2.0-only
// Logging: warnings to standard error, and with --log-file everything a bug report needs in a file.
#pragma once

#include "app/command_line.h"
#include "base/result.h"

namespace vmalab::app {

/// Sets spdlog's default logger up. Error: the log file cannot be written.
Result<void> start_logging(const Everywhere& options);
/// Error: something could not be written to the log file, be it long ago.
Result<void> finish_logging(const Everywhere& options);

}  // namespace vmalab::app

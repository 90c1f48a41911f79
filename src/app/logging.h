// SPDX-License-Identifier: GPL-2.0-only
// Logging: warnings to standard error, and with --log-file everything a bug report needs in a file.
#pragma once

#include "app/options.h"
#include "base/result.h"

namespace vmalab::app {

/// Sets spdlog's default logger up. Error: the log file cannot be written.
Result<void> start_logging(const Options& options);
/// Error: something could not be written to the log file, be it long ago.
Result<void> finish_logging(const Options& options);

}  // namespace vmalab::app

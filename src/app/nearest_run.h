// SPDX-License-Identifier: GPL-2.0-only
// What `vmalab futures` says of another ending, and of a line: the nearest run from a step of this one, by any schedule.
#pragma once

#include "app/commands.h"

namespace vmalab::app {

/// Precondition: another_ending or to_line, and at_step is a step of the run.
Result<int> print_nearest_run(const FuturesCommand& command, const Session& session, int at_step);

}  // namespace vmalab::app

// SPDX-License-Identifier: GPL-2.0-only
// Whether an instruction belongs to a line of the C: it stands there, or in a call that is made from there, however deep.
#pragma once

#include "lang/program.h"

namespace vmalab {

/// @param line from 1
bool is_on_line(const Program& program, Pc pc, int file, int line);
/// Some step of the program is. A line that only computes with the thread's own values has none: no thread ever stands there.
bool has_step_on_line(const Program& program, int file, int line);

}  // namespace vmalab

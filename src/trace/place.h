// SPDX-License-Identifier: GPL-2.0-only
// Where a thread stands, as "mm/mmap_lock.c:123 function": traces and comparisons of branches say it alike.
#pragma once

#include <string>

#include "machine/machine.h"

namespace vmalab {

/// Empty when the program has no such instruction.
std::string place_text(const Machine& machine, ThreadId thread, Pc pc);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Which looks (loads, and other steps that change nothing that others see) a race depends on: what `--only-shared` keeps of them.
#pragma once

#include <vector>

#include "export/recorded_run.h"

namespace vmalab {

/// For each step of the range whether it read something for a race:
/// - a value that a step of another thread in the range had given, or an older one than the newest, or
/// - a value that another thread's step changed while it was still in use: what was made of it was used again after that, or the
///   function that had used it last went on, and had not read it again.
std::vector<bool> race_looks(const RecordedRun& run);

}  // namespace vmalab

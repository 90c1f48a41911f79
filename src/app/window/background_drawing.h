// SPDX-License-Identifier: GPL-2.0-only
// Drawing an export while the window goes on: `vmalab export` on a trace of the run, as a program of its own.
#pragma once

#include "run/workspace.h"
#include "ui/exporting.h"

namespace vmalab::app {

/// What Exporting::drawn_by() is given.
Exporting::Draw drawing_in_background(const Workspace& workspace);

}  // namespace vmalab::app

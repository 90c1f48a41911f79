// SPDX-License-Identifier: GPL-2.0-only
// The timeline of two runs: a step that both took is one cell over both lanes, what only one took is in its lane alone. Where they
// part it forks.
#pragma once

#include "ui/panel_context.h"
#include "ui/side_by_side.h"

namespace vmalab {

/// `label`: the width of the names at its left. A click or a drag goes to a row.
void draw_forked_timeline(const PanelContext& context, const SideBySide& sides, ImVec2 at, ImVec2 size, float label);

}  // namespace vmalab

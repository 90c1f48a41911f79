// SPDX-License-Identifier: GPL-2.0-only
// Where everything on the one screen goes: a pure function of the window's size and the em, so that tests can try
// every size. Nothing overlaps and everything lies inside the window.
#pragma once

#include <imgui.h>

#include "ui/arrangement.h"

namespace vmalab {

struct Rect {
  ImVec2 min, max;
  float width() const { return max.x - min.x; }
  float height() const { return max.y - min.y; }
};

struct Layout {
  Rect menu, toolbar, threads, vma, corner, source, lesson, timeline, status;
  Rect main;  ///< all between the toolbar and the status line
  /// Too narrow (in em) for three columns: VMA, memory, classes, source and checks share one place, `vma`, and a row of tabs picks one.
  bool tabs = false;
  /// Below the VMA where there is the height for both; else of no height, and the classes are behind the memory's tab in `corner`.
  Rect classes{};
};

/// `lesson`: one is being taken, and needs more than the line of a story.
Layout compute_layout(float width, float height, float em, const Splits& splits = {}, bool lesson = false);

/// The em that suits a window: 17 pixels at 1280x720, growing slower than the window, so that a larger one shows more.
float base_em(float width, float height);

}  // namespace vmalab

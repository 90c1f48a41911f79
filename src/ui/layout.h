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

/// Of `Layout::lesson`, in em: a caption, and a lesson that is being taken.
constexpr float kCaptionHeight = 3.4F, kLessonHeight = 8.2F;
/// In less than this a lesson cannot show its text and answers.
constexpr float kLeastLessonHeight = 5.5F;

/// `lesson`: how high that wants to be, in em. It grows upwards: what is below stays where it is, but where few lines fit and a lesson
/// is `taken`.
Layout compute_layout(float width, float height, float em, const Splits& splits = {}, float lesson = kCaptionHeight, bool taken = false);

/// Few lines fit: what surrounds the panels takes less room.
inline bool is_low(float height, float em) { return height < 26 * em; }
/// Of the menu bar, in pixels.
float menu_height(float height, float em);

/// The em that suits a window: 17 pixels at 1280x720, growing slower than the window, so that a larger one shows more.
float base_em(float width, float height);

}  // namespace vmalab

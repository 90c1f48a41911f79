// SPDX-License-Identifier: GPL-2.0-only
// The timeline of a run as SVG, for a file of its own and as the part of a page.
#pragma once

#include <string>

#include "export/recorded_run.h"

namespace vmalab {

struct Drawing {
  std::string svg;             ///< one element, of class "vmalab"; its colours are those of drawing_style()
  double left = 0;             ///< x of the state that the range begins in,
  double step_width = 0;       ///< and how far it is to the next
  double top = 0, bottom = 0;  ///< of the lanes
};
/// `alone`: with a title above, the captions below as numbered lines and the style in it.
Drawing draw_timeline(const RecordedRun& run, bool alone);

/// CSS variables for the colours, light and dark as the reader's system has it, or as `data-theme` of the root element says; and the classes of
/// the threads, which set --c.
std::string colour_variables();
/// CSS for what is in the drawing.
std::string drawing_style();
/// "t0": the class of what has the thread's colour.
std::string colour_class(ThreadId t);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// How long each step of a run stands in a film: a constant pace, and at a caption the time to read it. Nothing here looks at a clock.
#pragma once

#include <string_view>
#include <vector>

#include "export/recorded_run.h"

namespace vmalab {

struct Shot {
  int step = 0;  ///< the state behind it is shown; 0 is the start
  int milliseconds = 0;
  friend bool operator==(const Shot&, const Shot&) = default;
};

struct Pace {
  int step = 700;      ///< milliseconds that a step stands
  int opening = 2500;  ///< the state that the run begins in
  int ending = 3000;   ///< the last one, before it begins again
};

/// Milliseconds that a person takes to read a text aloud in the head.
int reading_time(std::string_view text);
/// The state that the range begins in, then one a step.
std::vector<Shot> shots_of(const RecordedRun& run, const Pace& pace);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Which lanes the timeline panel has, in which order, and where each one stands: plain numbers. A lane's place depends on the room and on
// what the person pinned and folded, not on who is selected or what a step did, so that lanes stand still while a run plays.
#pragma once

#include <cstdint>
#include <vector>

#include "view/session_timeline.h"

namespace vmalab {

struct TimelineLane {
  bool counter = false;     ///< vm_refcnt of a VMA; else a thread
  std::uint8_t number = 0;  ///< of the VMA or the thread
  bool pinned = false;      ///< stays above those that scroll
  bool folded = false;      ///< a strip without words
  timeline::TrackId track = 0;
};

/// Bits by number of thread.
struct LaneWishes {
  std::uint32_t pinned = 0, folded = 0;
};

/// Counters first: each VMA whose count moves, and the one that is looked at; then pinned threads, then the others.
std::vector<TimelineLane> timeline_lanes(const SessionTimeline& run, VmaId shown, const LaneWishes& wishes);

struct LaneSizes {
  float counter_least = 0, counter_most = 0, counter_share = 0;  ///< all counters together get this share of the room
  float least = 0, most = 0, folded = 0;                         ///< of a thread's lane
};

struct PlacedLane {
  TimelineLane lane;
  float top = 0, height = 0;  ///< from the top of its part
};

/// Three parts, one below the other. Only the third scrolls.
struct LaneLayout {
  std::vector<PlacedLane> counters, pinned, others;
  float counters_height = 0, pinned_height = 0;
  float others_height = 0;  ///< of all of them
  float others_room = 0;    ///< what is seen of them
  float open_height = 0;    ///< of a lane of the third part that is not folded
  float greatest_scroll() const { return others_height > others_room ? others_height - others_room : 0; }
};
LaneLayout place_lanes(const std::vector<TimelineLane>& lanes, float room, const LaneSizes& sizes);

/// How far to scroll the third part so that a lane lies in view, moving as little as can be.
float scroll_to_lane(const LaneLayout& layout, int thread, float scroll);

/// A round number of steps (1, 2, 5, 10, ...) of at least `least`: how far apart the numbers of a ruler are.
int ruler_interval(float least);

}  // namespace vmalab

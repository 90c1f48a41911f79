// SPDX-License-Identifier: GPL-2.0-only
#include "view/timeline_lanes.h"

#include <algorithm>

namespace vmalab {
namespace {

float place(std::vector<PlacedLane>& lanes, float open, float folded) {
  float top = 0;
  for (PlacedLane& placed : lanes) {
    placed.top = top;
    placed.height = placed.lane.folded ? folded : open;
    top += placed.height;
  }
  return top;
}

}  // namespace

std::vector<TimelineLane> timeline_lanes(const SessionTimeline& run, VmaId shown, const LaneWishes& wishes) {
  std::vector<TimelineLane> lanes;
  for (int v = 0; v < run.vma_count(); ++v) {
    const VmaId vma = vma_id(v);
    if (run.moves(vma) || vma == shown) lanes.push_back({true, vma.value, false, false, run.track(vma)});
  }
  for (const bool pinned : {true, false}) {
    for (int t = 0; t < run.thread_count(); ++t) {
      if (((wishes.pinned >> t & 1U) != 0) != pinned) continue;
      const ThreadId thread = thread_id(t);
      lanes.push_back({false, thread.value, pinned, (wishes.folded >> t & 1U) != 0, run.track(thread)});
    }
  }
  return lanes;
}

LaneLayout place_lanes(const std::vector<TimelineLane>& lanes, float room, const LaneSizes& sizes) {
  room = std::max(room, 0.0F);
  LaneLayout layout;
  int open = 0, folded = 0;
  for (const TimelineLane& lane : lanes) {
    (lane.counter ? layout.counters : lane.pinned ? layout.pinned : layout.others).push_back({lane});
    if (!lane.counter) ++(lane.folded ? folded : open);
  }
  const auto counters = static_cast<float>(layout.counters.size());
  layout.counters_height = std::clamp(sizes.counter_share * room, counters * sizes.counter_least, counters * sizes.counter_most);
  // A panel of a few lines is for the threads.
  layout.counters_height = std::min(layout.counters_height, 0.6F * room);
  if (counters > 0) place(layout.counters, layout.counters_height / counters, sizes.folded);
  room = std::max(room - layout.counters_height, 0.0F);
  const float left = room - static_cast<float>(folded) * sizes.folded;
  layout.open_height = open == 0 ? sizes.least : std::clamp(left / static_cast<float>(open), sizes.least, sizes.most);
  layout.pinned_height = place(layout.pinned, layout.open_height, sizes.folded);
  // Where pinned lanes would leave no room for another one, they scroll like all.
  if (!layout.others.empty() && layout.pinned_height > room - sizes.least) {
    layout.others.insert(layout.others.begin(), layout.pinned.begin(), layout.pinned.end());
    layout.pinned.clear();
    layout.pinned_height = 0;
  }
  layout.others_height = place(layout.others, layout.open_height, sizes.folded);
  layout.others_room = std::min(std::max(room - layout.pinned_height, 0.0F), layout.others_height);
  return layout;
}

float scroll_to_lane(const LaneLayout& layout, int thread, float scroll) {
  for (const PlacedLane& placed : layout.others) {
    if (placed.lane.number != thread) continue;
    scroll = std::min(std::max(scroll, placed.top + placed.height - layout.others_room), placed.top);
  }
  return std::clamp(scroll, 0.0F, layout.greatest_scroll());
}

int ruler_interval(float least) {
  constexpr int kGreatest = 1000000000;
  for (int power = 1; power < kGreatest; power *= 10) {
    for (const int times : {1, 2, 5}) {
      if (static_cast<float>(power * times) >= least) return power * times;
    }
  }
  return kGreatest;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// What of a timeline is in view, at a grain, track by track. Kept from frame to frame: reading it again costs nothing until the run, the
// view or the grain is another. Of a run that grows at its end, what is smaller than a grain may still be missing.
#pragma once

#include <cstdint>
#include <vector>

#include "view/session_timeline.h"

namespace vmalab {

class TimelineSlice {
 public:
  struct Row {
    // Of low weight first: what is drawn later lies on top. At a coarse grain of each cell the heaviest step, and all refused ones and signals.
    std::vector<timeline::Span> spans;
    std::vector<timeline::Instant> instants;
    std::vector<timeline::Sample> samples;
  };
  void update(const SessionTimeline& run, timeline::Time from, timeline::Time to, timeline::Time grain);
  const Row& row(timeline::TrackId track) const { return rows_[track]; }

 private:
  bool holds(const SessionTimeline& run, timeline::Time from, timeline::Time to, timeline::Time grain) const;

  std::uint64_t version_ = 0, replaced_ = 0;
  timeline::Time from_ = 0, to_ = 0, grain_ = 0, end_ = 0;
  std::vector<Row> rows_;
};

/// When each thread stepped at all, over the whole run: what a minimap shows.
class ActivityMap {
 public:
  /// `cells`: how many can be told apart.
  void update(const SessionTimeline& run, int cells);
  /// Of a thread, in order, none touching the next.
  const std::vector<timeline::Instant>& row(ThreadId t) const { return rows_[t.value]; }

 private:
  std::uint64_t replaced_ = 0;
  timeline::Time grain_ = 0, end_ = -1;
  std::vector<std::vector<timeline::Instant>> rows_;
};

}  // namespace vmalab

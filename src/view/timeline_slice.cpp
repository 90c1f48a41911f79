// SPDX-License-Identifier: GPL-2.0-only
#include "view/timeline_slice.h"

#include <algorithm>
#include <iterator>

namespace vmalab {
namespace {

bool is_loud(const timeline::Instant& instant) { return weight_of(static_cast<Mark>(instant.category)) >= weight_of(Mark::kRefused); }

/// Of a cell only its heaviest mark is seen, so that alone is kept, in runs of cells that look the same; those that must not be missed follow, all
/// of them. `instants`: by weight, in cells of the grain.
std::vector<timeline::Instant> heaviest(const std::vector<timeline::Instant>& instants, timeline::Time grain) {
  constexpr auto kNothing = static_cast<timeline::Category>(Mark::kCount);
  if (instants.empty()) return {};
  timeline::Time first = instants[0].first, last = instants[0].last;
  for (const timeline::Instant& instant : instants) {
    first = std::min(first, instant.first);
    last = std::max(last, instant.last);
  }
  std::vector<timeline::Category> cells(static_cast<std::size_t>((last - first) / grain), kNothing);
  for (const timeline::Instant& instant : instants) {
    if (is_loud(instant)) continue;
    for (timeline::Time at = instant.first; at < instant.last; at += grain) cells[static_cast<std::size_t>((at - first) / grain)] = instant.category;
  }
  std::vector<timeline::Instant> out;
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    const timeline::Time at = first + static_cast<timeline::Time>(cell) * grain;
    if (cells[cell] == kNothing) continue;
    if (!out.empty() && out.back().last == at && out.back().category == cells[cell]) {
      out.back().last = at + grain;
    } else {
      out.push_back({cells[cell], at, at + grain});
    }
  }
  std::copy_if(instants.begin(), instants.end(), std::back_inserter(out), is_loud);
  return out;
}

}  // namespace

bool TimelineSlice::holds(const SessionTimeline& run, timeline::Time from, timeline::Time to, timeline::Time grain) const {
  if (rows_.empty() || from_ != from || grain_ != grain || replaced_ != run.replaced()) return false;
  if (version_ == run.version()) return to_ == to;
  return to_ / grain == to / grain && run.timeline().end() - end_ < grain;
}

void TimelineSlice::update(const SessionTimeline& run, timeline::Time from, timeline::Time to, timeline::Time grain) {
  if (holds(run, from, to, grain)) return;
  version_ = run.version();
  replaced_ = run.replaced();
  end_ = run.timeline().end();
  from_ = from;
  to_ = to;
  grain_ = grain;
  rows_.resize(run.timeline().track_count());
  for (timeline::TrackId track = 0; track < rows_.size(); ++track) {
    Row& row = rows_[track];
    row.spans = run.timeline().spans(track, from, to, grain);
    const auto lighter = [](const auto& a, const auto& b) {
      return weight_of(static_cast<Mark>(a.category)) < weight_of(static_cast<Mark>(b.category));
    };
    std::stable_sort(row.spans.begin(), row.spans.end(), lighter);
    row.instants = run.timeline().instants(track, from, to, grain);
    std::stable_sort(row.instants.begin(), row.instants.end(), lighter);
    if (grain > 1) row.instants = heaviest(row.instants, grain);
    row.samples = run.timeline().samples(track, from, to, grain);
  }
}

void ActivityMap::update(const SessionTimeline& run, int cells) {
  const timeline::Time end = run.timeline().end(), steps = std::max(run.expected_steps(), 1);
  const timeline::Time grain = std::max<timeline::Time>(1, (steps + cells - 1) / std::max(cells, 1));
  if (replaced_ == run.replaced() && grain_ == grain && end >= end_ && (end == end_ || end - end_ < grain)) return;
  replaced_ = run.replaced();
  grain_ = grain;
  end_ = end;
  rows_.assign(static_cast<std::size_t>(run.thread_count()), {});
  for (int t = 0; t < run.thread_count(); ++t) {
    std::vector<timeline::Instant>& row = rows_[static_cast<std::size_t>(t)];
    std::vector<timeline::Instant> all = run.timeline().instants(static_cast<timeline::TrackId>(t), 0, end + 1, grain);
    std::sort(all.begin(), all.end(), [](const timeline::Instant& a, const timeline::Instant& b) { return a.first < b.first; });
    for (const timeline::Instant& instant : all) {
      if (row.empty() || row.back().last < instant.first) {
        row.push_back(instant);
      } else {
        row.back().last = std::max(row.back().last, instant.last);
      }
    }
  }
}

}  // namespace vmalab

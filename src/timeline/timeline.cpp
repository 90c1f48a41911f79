// SPDX-License-Identifier: GPL-2.0-only
#include "timeline/timeline.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace vmalab::timeline {
namespace {

Time floor_to(Time time, Time grain) { return time - time % grain; }
Time ceil_to(Time time, Time grain) { return floor_to(time + grain - 1, grain); }

}  // namespace

Category Timeline::add_category(std::string name) {
  categories_.push_back(std::move(name));
  return static_cast<Category>(categories_.size() - 1);
}

TrackId Timeline::add_track(Track track) {
  tracks_.push_back({std::move(track), {}, {}, {}, {}});
  return static_cast<TrackId>(tracks_.size() - 1);
}

void Timeline::extend(Time end) {
  assert(end >= end_);
  end_ = end;
}

const Timeline::Lane* Timeline::find_lane(TrackId track, Category category, std::int32_t object) const {
  const std::vector<Lane>& lanes = tracks_[track].lanes;
  const auto it = std::find_if(lanes.begin(), lanes.end(), [&](const Lane& lane) { return lane.category == category && lane.object == object; });
  return it == lanes.end() ? nullptr : &*it;
}

void Timeline::hold(TrackId track, Category category, std::int32_t object, Time at, bool on) {
  auto* lane = const_cast<Lane*>(find_lane(track, category, object));
  const bool is_on = lane != nullptr && !lane->intervals.empty() && lane->intervals.back().end == kOpen;
  if (is_on == on) return;
  if (lane == nullptr) lane = &tracks_[track].lanes.emplace_back(Lane{category, object, {}});
  if (on) {
    lane->intervals.push_back({at, kOpen});
  } else if (lane->intervals.back().begin == at) {
    lane->intervals.pop_back();
  } else {
    lane->intervals.back().end = at;
  }
}

void Timeline::add_instant(TrackId track, Category category, Time at) {
  std::vector<Marks>& marks = tracks_[track].marks;
  auto it = std::find_if(marks.begin(), marks.end(), [&](const Marks& m) { return m.category == category; });
  if (it == marks.end()) it = marks.insert(marks.end(), Marks{category, {}});
  it->times.push_back(at);
}

void Timeline::set_counter(TrackId track, Time at, std::int64_t value) {
  Content& content = tracks_[track];
  if (!content.changes.empty() && content.changes.back().value == value) return;
  content.changes.push_back({at, value});
  content.ranges.push_back({value, value});
}

void Timeline::set_caption(Time at, std::string_view text, bool quoted) {
  if (!captions_.empty() && captions_.back().end == kOpen) captions_.back().end = at;
  if (!text.empty()) captions_.push_back({at, kOpen, std::string(text), quoted});
}

void Timeline::truncate(Time end) {
  end_ = std::min(end_, end);
  for (Content& content : tracks_) {
    for (Lane& lane : content.lanes) {
      while (!lane.intervals.empty() && lane.intervals.back().begin > end) lane.intervals.pop_back();
      if (!lane.intervals.empty() && lane.intervals.back().end > end) lane.intervals.back().end = kOpen;
    }
    for (Marks& marks : content.marks) {
      while (!marks.times.empty() && marks.times.back() > end) marks.times.pop_back();
    }
    while (!content.changes.empty() && content.changes.back().at > end) content.changes.pop_back();
    content.ranges.truncate(content.changes.size());
  }
  while (!flows_.empty() && flows_.back().at > end) flows_.pop_back();
  while (!captions_.empty() && captions_.back().begin > end) captions_.pop_back();
  if (!captions_.empty() && captions_.back().end > end) captions_.back().end = kOpen;
}

std::vector<Span> Timeline::spans(TrackId track, Time from, Time to, Time grain) const {
  std::vector<Span> out;
  from = floor_to(std::max<Time>(from, 0), grain);
  to = ceil_to(to, grain);
  for (const Lane& lane : tracks_[track].lanes) {
    const auto ends_after = [&](auto first, Time time) {
      return std::upper_bound(first, lane.intervals.end(), time, [](Time t, const Interval& i) { return t < i.end; });
    };
    auto it = ends_after(lane.intervals.begin(), from);
    while (it != lane.intervals.end() && it->begin < to) {
      const Time begin = floor_to(it->begin, grain);
      // At a coarse grain, what lies in one cell or in neighbours is one span: jump over everything that it covers.
      Time end = it->end;
      while (end != kOpen && grain > 1) {
        end = ceil_to(end, grain);
        it = ends_after(it, end);
        if (it == lane.intervals.end() || floor_to(it->begin, grain) > end) break;
        end = it->end;
      }
      if (grain == 1 || end == kOpen) ++it;
      out.push_back({lane.category, lane.object, begin, end});
      if (end == kOpen) break;
    }
  }
  return out;
}

std::vector<Instant> Timeline::instants(TrackId track, Time from, Time to, Time grain) const {
  std::vector<Instant> out;
  from = floor_to(std::max<Time>(from, 0), grain);
  to = ceil_to(to, grain);
  for (const Marks& marks : tracks_[track].marks) {
    const std::size_t before = out.size();
    auto it = std::lower_bound(marks.times.begin(), marks.times.end(), from);
    while (it != marks.times.end() && *it < to) {
      const Time first = floor_to(*it, grain), last = first + grain;
      if (grain > 1 && out.size() > before && out.back().last == first) {
        out.back().last = last;
      } else {
        out.push_back({marks.category, first, last});
      }
      it = grain == 1 ? it + 1 : std::lower_bound(it, marks.times.end(), last);
    }
  }
  return out;
}

std::vector<Sample> Timeline::samples(TrackId track, Time from, Time to, Time grain) const {
  std::vector<Sample> out;
  const Content& content = tracks_[track];
  const std::vector<Change>& changes = content.changes;
  if (changes.empty()) return out;
  const auto after = [&](Time time) {
    const auto it = std::upper_bound(changes.begin(), changes.end(), time, [](Time t, const Change& c) { return t < c.at; });
    return static_cast<std::size_t>(it - changes.begin());
  };
  const Time last = std::min(to, end_ + 1);
  for (Time begin = std::max(floor_to(std::max<Time>(from, 0), grain), changes.front().at); begin < last;) {
    const std::size_t at_begin = after(begin);  // the change before is what holds there
    Time end = floor_to(begin, grain) + grain;
    const std::size_t at_end = after(end - 1);
    // Nothing changes in this cell: nor does it before the cell of the next change.
    if (at_end == at_begin) end = at_begin == changes.size() ? end_ + 1 : floor_to(changes[at_begin].at, grain);
    const Range range = content.ranges.range(at_begin - 1, std::max(at_end, at_begin));
    end = std::min(std::max(end, begin + 1), end_ + 1);
    if (!out.empty() && out.back().low == range.low && out.back().high == range.high) {
      out.back().end = end;
    } else {
      out.push_back({begin, end, range.low, range.high});
    }
    begin = end;
  }
  return out;
}

namespace {

template <typename T>
std::span<const T> between(const std::vector<T>& items, typename std::vector<T>::const_iterator first, typename std::vector<T>::const_iterator last) {
  return {items.data() + (first - items.begin()), static_cast<std::size_t>(last - first)};
}

}  // namespace

std::span<const Flow> Timeline::flows(Time from, Time to) const {
  const auto earlier = [](const Flow& flow, Time time) { return flow.at < time; };
  const auto first = std::lower_bound(flows_.begin(), flows_.end(), from, earlier);
  return between(flows_, first, std::lower_bound(first, flows_.end(), to, earlier));
}

std::span<const Caption> Timeline::captions(Time from, Time to) const {
  const auto first = std::upper_bound(captions_.begin(), captions_.end(), from, [](Time t, const Caption& c) { return t < c.end; });
  return between(captions_, first, std::lower_bound(first, captions_.end(), to, [](const Caption& c, Time t) { return c.begin < t; }));
}

Time Timeline::since(TrackId track, Category category, std::int32_t object, Time at) const {
  const Lane* lane = find_lane(track, category, object);
  if (lane == nullptr) return -1;
  const auto it = std::upper_bound(lane->intervals.begin(), lane->intervals.end(), at, [](Time t, const Interval& i) { return t < i.end; });
  return it != lane->intervals.end() && it->begin <= at ? it->begin : -1;
}

bool Timeline::holds(TrackId track, Category category, std::int32_t object, Time at) const { return since(track, category, object, at) >= 0; }

bool Timeline::occurs(Category category) const {
  const auto in = [&](const Content& content) {
    return std::any_of(content.lanes.begin(), content.lanes.end(),
                       [&](const Lane& lane) { return lane.category == category && !lane.intervals.empty(); }) ||
           std::any_of(content.marks.begin(), content.marks.end(),
                       [&](const Marks& marks) { return marks.category == category && !marks.times.empty(); });
  };
  return std::any_of(tracks_.begin(), tracks_.end(), in) ||
         std::any_of(flows_.begin(), flows_.end(), [&](const Flow& flow) { return flow.category == category; });
}

std::size_t Timeline::count(TrackId track, Category category, Time at) const {
  for (const Marks& marks : tracks_[track].marks) {
    if (marks.category == category)
      return static_cast<std::size_t>(std::upper_bound(marks.times.begin(), marks.times.end(), at) - marks.times.begin());
  }
  return 0;
}

}  // namespace vmalab::timeline

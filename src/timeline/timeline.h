// SPDX-License-Identifier: GPL-2.0-only
// A timeline: what happened on which track, from left to right. It holds tracks with spans, instants and counters, flows
// between tracks, and captions. It knows nothing of what they are about: a run of the machine, or a trace of a kernel. Panels draw
// it and exporters write it.
//
// It grows at its end: everything is added in the order of time. truncate() takes the end away again. Reading at a grain
// costs what the number of grains in view costs, however long the timeline is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "timeline/pyramid.h"

namespace vmalab::timeline {

/// A step's number, or nanoseconds since the start.
using Time = std::int64_t;
enum class Unit : std::uint8_t { kSteps, kNanoseconds };
constexpr Time kOpen = std::numeric_limits<Time>::max();

using TrackId = std::uint32_t;
/// What a span, an instant or a flow is: an index into categories().
using Category = std::uint16_t;
constexpr std::int32_t kNoObject = -1;

struct Track {
  std::string name;
  bool counter = false;  ///< it has a value; the others have spans and instants
};

/// Something that holds from `begin` until just before `end`, such as a lock.
struct Span {
  Category category = 0;
  std::int32_t object = kNoObject;  ///< what it is about, by the maker's numbers
  Time begin = 0, end = kOpen;      ///< kOpen: it holds at the end of the timeline
};
/// Something that happens at a time; at a coarse grain several of a kind next to each other, from `first` up to `last`.
struct Instant {
  Category category = 0;
  Time first = 0, last = 0;  ///< one instant: last is first + 1
};
/// A counter's value from `begin` until just before `end`; at a coarse grain the range it went through.
struct Sample {
  Time begin = 0, end = 0;
  std::int64_t low = 0, high = 0;
};
/// A counter got this value.
struct Change {
  Time at = 0;
  std::int64_t value = 0;
};
struct Flow {
  Category category = 0;
  Time at = 0;
  TrackId from = 0, to = 0;
  Time begin = -1;  ///< when it left `from`; -1: at `at`
};
struct Caption {
  Time begin = 0, end = kOpen;  ///< as a span's
  std::string text;
  bool quoted = false;  ///< somebody's words, and nothing that was checked
};

class Timeline {
 public:
  explicit Timeline(Unit unit) : unit_(unit) {}
  Unit unit() const { return unit_; }

  Category add_category(std::string name);
  const std::vector<std::string>& categories() const { return categories_; }
  TrackId add_track(Track track);
  std::size_t track_count() const { return tracks_.size(); }
  const Track& track(TrackId id) const { return tracks_[id].track; }

  // ---- making; times never go back
  /// Until when the timeline is known: what holds there, holds at its end.
  void extend(Time end);
  Time end() const { return end_; }
  /// A span of this category about this object begins or ends on the track; nothing when it is like that already.
  void hold(TrackId track, Category category, std::int32_t object, Time at, bool on);
  void add_instant(TrackId track, Category category, Time at);
  void set_counter(TrackId track, Time at, std::int64_t value);
  void add_flow(const Flow& flow) { flows_.push_back(flow); }
  /// The caption before ends here; an empty text begins none.
  void set_caption(Time at, std::string_view text, bool quoted = false);
  void forget_captions() { captions_.clear(); }
  /// Forgets everything that happened after `end`.
  void truncate(Time end);

  // ---- reading: what touches [from, to), at a grain of at least 1; cells of the grain stand still when the view moves
  std::vector<Span> spans(TrackId track, Time from, Time to, Time grain = 1) const;
  std::vector<Instant> instants(TrackId track, Time from, Time to, Time grain = 1) const;
  std::vector<Sample> samples(TrackId track, Time from, Time to, Time grain = 1) const;
  std::span<const Flow> flows(Time from, Time to) const;
  std::span<const Caption> captions(Time from, Time to) const;
  /// Every value that the counter was given, and when.
  std::span<const Change> changes(TrackId track) const { return tracks_[track].changes; }
  /// Whether a span of this category about this object holds at that time.
  bool holds(TrackId track, Category category, std::int32_t object, Time at) const;
  /// Since when such a span holds at that time; -1 when none does.
  Time since(TrackId track, Category category, std::int32_t object, Time at) const;
  /// Whether there is a span, an instant or a flow of this category anywhere.
  bool occurs(Category category) const;
  /// How many instants of this category there are up to and at that time.
  std::size_t count(TrackId track, Category category, Time at) const;

 private:
  struct Interval {
    Time begin, end;
  };
  /// The spans of one category about one object: they do not overlap.
  struct Lane {
    Category category;
    std::int32_t object;
    std::vector<Interval> intervals;
  };
  struct Marks {
    Category category;
    std::vector<Time> times;
  };
  struct Range {
    std::int64_t low, high;
  };
  struct Widen {
    Range operator()(Range a, Range b) const { return {a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high}; }
  };
  struct Content {
    Track track;
    std::vector<Lane> lanes;
    std::vector<Marks> marks;
    std::vector<Change> changes;
    Pyramid<Range, Widen> ranges;  ///< of changes, one for one
  };

  const Lane* find_lane(TrackId track, Category category, std::int32_t object) const;

  Unit unit_;
  Time end_ = 0;
  std::vector<std::string> categories_;
  std::vector<Content> tracks_;
  std::vector<Flow> flows_;
  std::vector<Caption> captions_;
};

}  // namespace vmalab::timeline

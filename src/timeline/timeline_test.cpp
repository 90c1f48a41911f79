// SPDX-License-Identifier: GPL-2.0-only
#include "timeline/timeline.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace vmalab::timeline;

namespace {

constexpr Category kHeld = 0, kTick = 1, kArrow = 2;
constexpr int kTracks = 40;  // more threads than any machine of ours has
constexpr std::int32_t kObjects = 6;

/// What a timeline must say, kept the slow way: every fact at every time.
struct Plain {
  struct Moment {
    bool held[kTracks][kObjects] = {};
    bool ticked[kTracks] = {};
    std::int64_t value = 0;
  };
  std::vector<Moment> moments;
};

struct Both {
  Timeline timeline{Unit::kSteps};
  TrackId counter = 0;
  Plain plain;

  Both() {
    timeline.add_category("held");
    timeline.add_category("tick");
    timeline.add_category("arrow");
    for (int t = 0; t < kTracks; ++t) timeline.add_track({"t" + std::to_string(t)});
    counter = timeline.add_track({"value", true});
    plain.moments.emplace_back();
    timeline.set_counter(counter, 0, 0);
  }

  void grow(std::mt19937& random) {
    Plain::Moment next = plain.moments.back();
    const auto at = static_cast<Time>(plain.moments.size());
    timeline.extend(at);
    for (int i = 0; i < 3; ++i) {
      const std::size_t t = random() % kTracks, o = random() % kObjects;
      next.held[t][o] = !next.held[t][o];
      timeline.hold(static_cast<TrackId>(t), kHeld, static_cast<std::int32_t>(o), at, next.held[t][o]);
    }
    std::fill(std::begin(next.ticked), std::end(next.ticked), false);
    const std::size_t t = random() % kTracks;
    next.ticked[t] = true;
    timeline.add_instant(static_cast<TrackId>(t), kTick, at);
    if (random() % 3 == 0) next.value = static_cast<std::int64_t>(random() % 9);
    timeline.set_counter(counter, at, next.value);
    if (random() % 5 == 0) timeline.add_flow({kArrow, at, static_cast<TrackId>(t), 0});
    plain.moments.push_back(next);
  }
  void truncate(std::size_t end) {
    timeline.truncate(static_cast<Time>(end));
    plain.moments.resize(end + 1);
  }

  /// At every grain, a cell shows a span when it holds anywhere in the cell, and so on.
  void check(Time from, Time to, Time grain) const {
    const Time end = std::min(to, timeline.end() + 1);
    for (int t = 0; t < kTracks; ++t) {
      const auto track = static_cast<TrackId>(t);
      const std::vector<Span> spans = timeline.spans(track, from, to, grain);
      const std::vector<Instant> instants = timeline.instants(track, from, to, grain);
      for (Time at = from; at < end; ++at) {
        const Time cell = at - at % grain, cell_end = std::min(cell + grain, timeline.end() + 1);
        bool ticked = false;
        for (Time m = cell; m < cell_end; ++m) ticked |= plain.moments[static_cast<std::size_t>(m)].ticked[t];
        const auto covers = [&](const Instant& i) { return i.first <= at && at < i.last; };
        REQUIRE(std::any_of(instants.begin(), instants.end(), covers) == ticked);
        for (std::int32_t o = 0; o < kObjects; ++o) {
          bool held = false;
          for (Time m = cell; m < cell_end; ++m) held |= plain.moments[static_cast<std::size_t>(m)].held[t][o];
          const auto shows = [&](const Span& s) { return s.object == o && s.begin <= at && at < s.end; };
          REQUIRE(std::count_if(spans.begin(), spans.end(), shows) == (held ? 1 : 0));
          if (grain == 1) REQUIRE(timeline.holds(track, kHeld, o, at) == held);
        }
      }
    }
    const std::vector<Sample> samples = timeline.samples(counter, from, to, grain);
    for (std::size_t i = 1; i < samples.size(); ++i) REQUIRE(samples[i].begin == samples[i - 1].end);
    for (Time at = from; at < end; ++at) {
      const Time cell = at - at % grain, cell_end = std::min(cell + grain, timeline.end() + 1);
      std::int64_t low = plain.moments[static_cast<std::size_t>(cell)].value, high = low;
      for (Time m = cell; m < cell_end; ++m) {
        low = std::min(low, plain.moments[static_cast<std::size_t>(m)].value);
        high = std::max(high, plain.moments[static_cast<std::size_t>(m)].value);
      }
      const auto it = std::find_if(samples.begin(), samples.end(), [&](const Sample& s) { return s.begin <= at && at < s.end; });
      REQUIRE(it != samples.end());
      REQUIRE(it->low == low);
      REQUIRE(it->high == high);
    }
  }
};

}  // namespace

TEST_CASE("what a timeline says at any grain is what held and happened, however it grew and was cut") {
  std::mt19937 random(11);
  Both both;
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 60; ++i) both.grow(random);
    if (round % 3 == 2) both.truncate(random() % both.plain.moments.size());
    for (const Time grain : {1, 2, 7, 64}) {
      const Time from = static_cast<Time>(random() % both.plain.moments.size());
      both.check(from, from + 25, grain);
    }
    both.check(0, both.timeline.end() + 10, 5);
  }
}

TEST_CASE("a span that is open holds to the end, and one that was cut is open again") {
  Timeline timeline(Unit::kNanoseconds);
  const Category held = timeline.add_category("held");
  const TrackId track = timeline.add_track({"t"});
  timeline.extend(10);
  timeline.hold(track, held, kNoObject, 10, true);
  timeline.extend(1'000'000'000'000);
  timeline.hold(track, held, kNoObject, 1'000'000'000'000, false);
  REQUIRE(timeline.spans(track, 0, timeline.end()).size() == 1);
  CHECK(timeline.spans(track, 0, timeline.end())[0].end == 1'000'000'000'000);
  CHECK(timeline.spans(track, 0, 10).empty());
  timeline.truncate(500);
  CHECK(timeline.spans(track, 0, 501)[0].end == kOpen);
  CHECK(timeline.holds(track, held, kNoObject, 500));
  // Nothing lasts from a time to the same time.
  timeline.hold(track, held, kNoObject, 500, false);
  timeline.hold(track, held, kNoObject, 500, true);
  timeline.hold(track, held, kNoObject, 500, false);
  CHECK(timeline.spans(track, 0, 501).size() == 1);
}

TEST_CASE("flows and captions are found by their time") {
  Timeline timeline(Unit::kSteps);
  for (Time at = 0; at < 50; ++at) {
    timeline.extend(at);
    if (at % 10 == 3) timeline.add_flow({0, at, 1, 2});
    if (at == 5) timeline.set_caption(at, "first");
    if (at == 9) timeline.set_caption(at, "second");
    if (at == 20) timeline.set_caption(at, "");
  }
  CHECK(timeline.flows(0, 50).size() == 5);
  CHECK(timeline.flows(13, 23).size() == 1);
  CHECK(timeline.flows(14, 23).empty());
  CHECK(timeline.captions(0, 5).empty());
  REQUIRE(timeline.captions(5, 6).size() == 1);
  CHECK(timeline.captions(5, 6)[0].text == "first");
  CHECK(timeline.captions(8, 10).size() == 2);
  CHECK(timeline.captions(20, 50).empty());
  timeline.truncate(7);
  REQUIRE(timeline.captions(0, 50).size() == 1);
  CHECK(timeline.captions(0, 50)[0].end == kOpen);
  CHECK(timeline.flows(0, 50).size() == 1);
}

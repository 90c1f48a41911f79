// SPDX-License-Identifier: GPL-2.0-only
#include "view/timeline_lanes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "run/demo.h"
#include "run/test_machines.h"
#include "view/branches.h"
#include "view/timeline_slice.h"

namespace vmalab {
namespace {

using testing::finish_randomly;
using testing::model_machine;
using testing::must;

constexpr LaneSizes kSizes{.counter_least = 20, .counter_most = 80, .counter_share = 0.3F, .least = 14, .most = 60, .folded = 8};

SessionTimeline timeline_of(const Session& session) {
  SessionTimeline run;
  run.update(session, 1);
  return run;
}

Session session_of(int readers, int writers) { return Session(model_machine(must(standard_scenario(readers, writers, 0)))); }

std::string order(const std::vector<TimelineLane>& lanes) {
  std::string text;
  for (const TimelineLane& lane : lanes) text += (lane.counter ? "v" : lane.pinned ? "P" : "t") + std::to_string(lane.number) + " ";
  return text;
}

/// No lane lies on another, and all lie in the room.
void check_places(const LaneLayout& layout, float room) {
  for (const std::vector<PlacedLane>* part : {&layout.counters, &layout.pinned, &layout.others}) {
    float end = 0;
    for (const PlacedLane& lane : *part) {
      CHECK(lane.top == doctest::Approx(end));
      CHECK(lane.height >= 0);
      end = lane.top + lane.height;
    }
  }
  CHECK(layout.counters_height + layout.pinned_height + layout.others_room <= std::max(room, 0.0F) + 0.01F);
}

}  // namespace

TEST_CASE("lanes: counters, pinned threads, the others, folded ones stay where they are") {
  const Session session = session_of(3, 1);
  const SessionTimeline run = timeline_of(session);
  CHECK(order(timeline_lanes(run, VmaId{0}, {})) == "v0 t0 t1 t2 t3 ");
  CHECK(order(timeline_lanes(run, VmaId{0}, {.pinned = 0b1010, .folded = 0b0001})) == "v0 P1 P3 t0 t2 ");
  CHECK(timeline_lanes(run, VmaId{0}, {.pinned = 0, .folded = 0b0010})[2].folded);
}

TEST_CASE("every VMA whose count moves has a lane from the first step of the demo on") {
  Session session(model_machine(must(find_scenario(VMALAB_TEST_ASSETS, "one-unlock-ends-many"))));
  SessionTimeline run = timeline_of(session);
  const std::string at_start = order(timeline_lanes(run, VmaId{0}, {}));
  CHECK(at_start.substr(0, 6) == "v0 v1 ");
  const int expected = run.expected_steps();
  CHECK(expected > 0);
  const Demo demo = must(Demo::of(session.machine()));
  for (const Demo::Step& step : demo.steps()) {
    REQUIRE(session.apply(step.action));
    run.update(session, 1);
    CHECK(order(timeline_lanes(run, VmaId{0}, {})) == at_start);
    CHECK(run.expected_steps() == expected);
  }
}

TEST_CASE("a VMA that never moves has a lane only while it is looked at") {
  const Session session(model_machine(must(find_scenario(VMALAB_TEST_ASSETS, "one-unlock-ends-many"))));
  const SessionTimeline run = timeline_of(session);
  for (int v = 0; v < run.vma_count(); ++v) {
    const VmaId vma = vma_id(v);
    CHECK(order(timeline_lanes(run, vma, {})).find("v" + std::to_string(v)) != std::string::npos);
  }
}

TEST_CASE("lanes fit, from two threads to sixteen, in any room") {
  for (const int threads : {2, 12, 16}) {
    const Session session = session_of(threads - 1, 1);
    const SessionTimeline run = timeline_of(session);
    for (const float room : {-20.0F, 0.0F, 40.0F, 120.0F, 300.0F, 1000.0F}) {
      CAPTURE(threads);
      CAPTURE(room);
      const LaneLayout layout = place_lanes(timeline_lanes(run, VmaId{0}, {}), room, kSizes);
      check_places(layout, room);
      CHECK(layout.others.size() == static_cast<std::size_t>(threads));
      CHECK(layout.open_height >= kSizes.least);
      // Every lane can be brought into view.
      for (int t = 0; t < threads; ++t) {
        const float scroll = scroll_to_lane(layout, t, 0);
        const PlacedLane& lane = layout.others[static_cast<std::size_t>(t)];
        CHECK(scroll <= lane.top);
        CHECK(scroll <= layout.greatest_scroll());
        if (layout.others_room >= lane.height) CHECK(lane.top + lane.height <= scroll + layout.others_room + 0.01F);
      }
    }
  }
}

TEST_CASE("pinned lanes leave room for another one, or scroll like all") {
  const Session session = session_of(15, 1);
  const SessionTimeline run = timeline_of(session);
  const LaneLayout two = place_lanes(timeline_lanes(run, VmaId{0}, {.pinned = 0b11}), 120, kSizes);
  check_places(two, 120);
  CHECK(two.pinned.size() == 2);
  CHECK(two.others_room >= kSizes.least);
  const LaneLayout many = place_lanes(timeline_lanes(run, VmaId{0}, {.pinned = 0xfff}), 120, kSizes);
  check_places(many, 120);
  CHECK(many.pinned.empty());
  CHECK(many.others.size() == 16);
  CHECK(many.others[0].lane.number == 0);
}

TEST_CASE("a lane that is in view is not moved to be seen") {
  const Session session = session_of(15, 1);
  const SessionTimeline run = timeline_of(session);
  const LaneLayout layout = place_lanes(timeline_lanes(run, VmaId{0}, {}), 120, kSizes);
  const float scroll = 3 * layout.open_height;
  CHECK(scroll_to_lane(layout, 4, scroll) == scroll);
  CHECK(scroll_to_lane(layout, 1, scroll) == layout.others[1].top);
}

TEST_CASE("the ruler's numbers are round") {
  CHECK(ruler_interval(0.2F) == 1);
  CHECK(ruler_interval(1.5F) == 2);
  CHECK(ruler_interval(2.1F) == 5);
  CHECK(ruler_interval(5.5F) == 10);
  CHECK(ruler_interval(1200) == 2000);
}

TEST_CASE("fork marks: where other branches leave the active one, and back") {
  Session session = session_of(2, 1);
  finish_randomly(session, 5);
  const NodeId first_tip = session.path().back();
  CHECK(fork_marks(session).empty());
  const auto step_other = [&](int depth) {
    session.go_to_depth(depth);
    const NodeId next = session.path()[static_cast<std::size_t>(depth) + 1];
    ActionList enabled;
    session.machine().enabled(session.state(), enabled);
    for (const Action& action : enabled) {
      if (action == session.info(next).action) continue;
      REQUIRE(session.apply(action));
      return;
    }
    REQUIRE(false);
  };
  step_other(3);
  std::vector<ForkMark> forks = fork_marks(session);
  REQUIRE(forks.size() == 1);
  CHECK(forks[0].depth == 3);
  CHECK(forks[0].branches == std::vector{0});
  const int length = session.depth(first_tip) - 3;
  CHECK(fork_text(session, forks[0]) == "main: " + std::to_string(length) + " steps from here");
  // The mark leads to the other way, where there is one back.
  session.go_to(forks[0].to);
  CHECK(session.active_branch() == 0);
  CHECK(session.depth() == 4);
  step_other(1);
  session.select_branch(0);
  forks = fork_marks(session);
  REQUIRE(forks.size() == 2);
  CHECK(forks[0].depth == 1);
  CHECK(forks[1].depth == 3);
  // Seen from the second branch, the other two leave by the same step where they are one way.
  session.select_branch(2);
  forks = fork_marks(session);
  REQUIRE(forks.size() == 1);
  CHECK(forks[0].branches == std::vector{0, 1});
}

TEST_CASE("at a coarse grain a cell shows its heaviest step, and no refused one is lost") {
  Session session = session_of(5, 3);
  finish_randomly(session, 4);
  const SessionTimeline run = timeline_of(session);
  constexpr timeline::Time kGrain = 8;
  TimelineSlice slice;
  slice.update(run, 0, run.steps() + 1, kGrain);
  const auto weight = [](const timeline::Instant& instant) { return weight_of(static_cast<Mark>(instant.category)); };
  for (timeline::TrackId t = 0; t < static_cast<timeline::TrackId>(run.thread_count()); ++t) {
    const std::vector<timeline::Instant>& shown = slice.row(t).instants;
    for (const timeline::Instant& fine : run.timeline().instants(t, 0, run.steps() + 1)) {
      int seen = -1;
      for (const timeline::Instant& cell : shown) {
        if (cell.first <= fine.first && fine.first < cell.last) seen = std::max(seen, weight(cell));
      }
      CHECK(seen >= weight(fine));
      const bool loud = weight(fine) >= weight_of(Mark::kRefused);
      if (loud) CHECK(std::count_if(shown.begin(), shown.end(), [&](const timeline::Instant& cell) { return cell.category == fine.category; }) > 0);
    }
  }
}

TEST_CASE("the minimap's rows have every step, and follow the run to another branch") {
  Session session = session_of(3, 2);
  finish_randomly(session, 4);
  SessionTimeline run = timeline_of(session);
  ActivityMap map;
  const auto check = [&](int cells) {
    map.update(run, cells);
    for (int t = 0; t < run.thread_count(); ++t) {
      const ThreadId id = thread_id(t);
      const std::vector<timeline::Instant>& row = map.row(id);
      for (std::size_t i = 1; i < row.size(); ++i) CHECK(row[i - 1].last < row[i].first);
      for (const timeline::Instant& step : run.timeline().instants(run.track(id), 0, run.steps() + 1)) {
        CHECK(std::any_of(row.begin(), row.end(), [&](const timeline::Instant& cell) { return cell.first <= step.first && step.first < cell.last; }));
      }
      if (cells >= run.steps() + 1) {
        timeline::Time stepped = 0;
        for (const timeline::Instant& cell : row) stepped += cell.last - cell.first;
        CHECK(stepped == static_cast<timeline::Time>(run.timeline().instants(run.track(id), 0, run.steps() + 1).size()));
      }
    }
  };
  check(20);
  check(10000);
  session.go_to_depth(3);
  const auto chance = random_scheduler(17);
  for (int i = 0; i < 40; ++i) take_step(session, *chance);
  run.update(session, 1);
  check(10000);
}

TEST_CASE("a slice is what the timeline says, and follows the run") {
  Session session = session_of(2, 1);
  finish_randomly(session);
  SessionTimeline run = timeline_of(session);
  TimelineSlice slice;
  const auto whole = [&] { slice.update(run, 0, run.steps() + 1, 1); };
  const auto marks = [&] {
    std::size_t count = 0;
    for (timeline::TrackId t = 0; t < 3; ++t) count += slice.row(t).instants.size();
    return count;
  };
  whole();
  CHECK(marks() == static_cast<std::size_t>(run.steps()));
  session.go_to_depth(2);
  const auto other = random_scheduler(9);
  while (session.path().size() > 3 && session.active_branch() == 0 && take_step(session, *other)) {
  }
  run.update(session, 1);
  whole();
  CHECK(marks() == static_cast<std::size_t>(run.steps()));
}

}  // namespace vmalab

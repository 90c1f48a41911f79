// SPDX-License-Identifier: GPL-2.0-only
// The state space in the window, by keyboard and mouse.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "machine/look.h"
#include "ui/test_screen.h"

namespace vmalab::testing {
namespace {

/// Frames until the map and what was asked of it are there.
void settle(TestScreen& screen) {
  screen.frames(2);
  for (int i = 0; i < 20000 && screen.bench().state_space().busy(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    screen.frames(1);
  }
  screen.frames(2);
  REQUIRE_FALSE(screen.bench().state_space().busy());
}

}  // namespace

TEST_CASE("the map fills the window by its key, begins by itself and goes back") {
  TestScreen screen("two-readers");
  CHECK_FALSE(screen.bench().state_space().begun());
  CHECK(screen.key(Key::kM, {.ctrl = true}));
  CHECK(screen.shows("panel/map"));
  settle(screen);
  CHECK(screen.bench().state_space().done());
  CHECK(screen.bench().state_space().map().sum().states == 91);
  CHECK(screen.shows("map/0/1"));
  CHECK(screen.shows("map/here"));
  screen.key(Key::kM, {.ctrl = true});
  CHECK_FALSE(screen.shows("panel/map"));
}

TEST_CASE("the map of any number of the threads, by key and by button, with the run on it") {
  TestScreen screen("two-readers");
  screen.key(Key::kM, {.ctrl = true});
  settle(screen);
  const StateSpace& space = screen.bench().state_space();
  const std::uint64_t own = space.map().sum().states;
  screen.key(Key::kA);
  settle(screen);
  CHECK(space.any_number());
  CHECK(space.crowd() == "any number of readers");
  CHECK(space.map().sum().states != own);
  CHECK(space.map().sum().held[2] > 0);
  CHECK(screen.shows("map/here"));
  for (int i = 0; i < 4; ++i) screen.bench().step(ThreadId{0});
  settle(screen);
  CHECK(space.at(screen.session().cursor()).depth >= 0);
  // No run goes to a state that stands for any number.
  screen.key(Key::kRight);
  REQUIRE(space.selected);
  screen.key(Key::kEnter);
  CHECK(screen.session().depth() == 4);
  CHECK(screen.click("map/any"));
  settle(screen);
  CHECK_FALSE(space.any_number());
  CHECK(space.map().sum().states == own);
}

TEST_CASE("the runs are lines on the map, each once, however often they go along it") {
  TestScreen screen("two-readers");
  Workbench& bench = screen.bench();
  const auto lines_of = [&](bool run) {
    settle(screen);
    MapLines lines;
    lines.update(bench.session(), bench.documents().serial(), bench.state_space(), VmaId{0});
    return run ? lines.run() : lines.others();
  };
  screen.key(Key::kM, {.ctrl = true});
  for (int i = 0; i < 6; ++i) bench.step(ThreadId{0});
  std::vector<MapLine> run = lines_of(true);
  REQUIRE(run.size() == 6);
  for (int i = 0; i < 6; ++i) {
    const MapLine& line = run[static_cast<std::size_t>(i)];
    CHECK(line.from.depth == i);
    CHECK(line.to.depth == i + 1);
    CHECK(line.step == i + 1);
    CHECK(line.thread == ThreadId{0});
  }
  CHECK(lines_of(false).empty());
  // Another branch from the third step on: three lines are its own, three the other's.
  bench.travel_to(3);
  for (int i = 0; i < 3; ++i) bench.step(ThreadId{1});
  run = lines_of(true);
  CHECK(run.size() == 6);
  CHECK(run.back().thread == ThreadId{1});
  CHECK(lines_of(false).size() == 3);
  // Kept lines are those that are made anew, step by step as they come.
  MapLines kept;
  for (int i = 0; i < 12; ++i) {
    bench.random_step();
    settle(screen);
    kept.update(bench.session(), bench.documents().serial(), bench.state_space(), VmaId{0});
    CHECK(kept.run().size() == lines_of(true).size());
    CHECK(kept.others().size() == lines_of(false).size());
  }
}

TEST_CASE("keys walk over the cells, and Enter goes there by a shortest run") {
  TestScreen screen("two-readers");
  screen.key(Key::kM, {.ctrl = true});
  settle(screen);
  StateSpace& space = screen.bench().state_space();
  for (int i = 0; i < 5; ++i) screen.key(Key::kRight);
  REQUIRE(space.selected);
  CHECK(*space.selected == check::MapPlace{5, RefcntClass::kAttached});
  screen.key(Key::kUp);
  CHECK(*space.selected == check::MapPlace{5, RefcntClass::kReferenced});
  CHECK(screen.session().depth() == 0);
  screen.key(Key::kEnter);
  settle(screen);
  CHECK(screen.session().depth() == 5);
  CHECK(refcnt_class(refcnt_in(screen.session().state(), VmaId{0})) == RefcntClass::kReferenced);
  CHECK(space.at(screen.session().cursor()).depth == 5);
  // Elsewhere: another branch, with its name; taken back by one command.
  screen.key(Key::kDown);
  REQUIRE(space.selected);
  screen.key(Key::kEnter);
  settle(screen);
  CHECK(screen.session().branches().size() == 2);
  CHECK(screen.session().branches()[1].name == "map: 5 steps, 1");
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(refcnt_class(refcnt_in(screen.session().state(), VmaId{0})) == RefcntClass::kReferenced);
}

TEST_CASE("the mouse: a click goes there, the wheel zooms around it, dragging moves the map") {
  TestScreen screen("two-readers");
  screen.key(Key::kM, {.ctrl = true});
  settle(screen);
  StateSpace& space = screen.bench().state_space();
  CHECK(screen.click("map/7/2 .. FLAG-1"));
  settle(screen);
  CHECK(screen.session().depth() == 7);
  const ImVec2 at = TestScreen::middle(*screen.bench().widgets().find("map/7/2 .. FLAG-1"));
  screen.move_to(at);
  for (int i = 0; i < 4; ++i) screen.wheel(1);
  CHECK(space.visible > 0);
  CHECK(space.visible < static_cast<float>(space.map().depths()));
  const Widget* same = screen.bench().widgets().find("map/7/2 .. FLAG-1");
  REQUIRE(same != nullptr);
  CHECK(same->min.x <= at.x);
  CHECK(same->max.x >= at.x);
  const float first = space.first;
  const int depth = screen.session().depth();
  screen.drag({at.x, at.y}, {at.x - 120, at.y});
  CHECK(space.first > first);
  CHECK(screen.session().depth() == depth);  // a drag is no click
  screen.key(Key::k0);
  CHECK(space.visible == 0);
  const float timeline = screen.bench().panels.timeline.zoom_by;
  screen.key(Key::kPlus);
  CHECK(space.visible > 0);
  CHECK(screen.bench().panels.timeline.zoom_by == timeline);
  screen.key(Key::kF, {.shift = true});
  CHECK(space.visible == 0);
}

TEST_CASE("N goes to what breaks, and Enter into it") {
  TestScreen screen(open_bench("", "no-recheck"), 1280, 720);
  screen.key(Key::kM, {.ctrl = true});
  settle(screen);
  screen.key(Key::kN);
  REQUIRE(screen.bench().state_space().selected);
  const int depth = screen.bench().state_space().selected->depth;
  screen.key(Key::kEnter);
  settle(screen);
  CHECK(screen.session().depth() == depth + 1);
  REQUIRE(screen.bench().last_step() != nullptr);
  CHECK(screen.bench().last_step()->violations != 0);
  // Behind it nothing is on the map.
  CHECK(screen.bench().state_space().at(screen.session().cursor()).depth < 0);
}

TEST_CASE("on the desk the map is a tab beside the timeline, and begins when somebody looks at it") {
  for (const auto& [width, height] : {std::pair{1280.0F, 720.0F}, {1920.0F, 1080.0F}}) {
    TestScreen screen("two-readers", width, height);
    StateSpace& space = screen.bench().state_space();
    CHECK_FALSE(space.begun());
    REQUIRE(screen.click("tab/map"));
    screen.frames(2);
    CHECK(screen.shows("panel/map"));
    CHECK(screen.shows("panel/timeline"));
    CHECK(space.begun());
    settle(screen);
    CHECK(screen.shows("map/plot"));
    // The run goes on by its keys, and its way on the map with it.
    screen.key(Key::kRight);
    screen.key(Key::kSpace);
    settle(screen);
    CHECK(screen.session().depth() == 1);
    CHECK(space.at(screen.session().cursor()).depth == 1);
  }
}

TEST_CASE("another scenario has another map, and sizes from small to large draw") {
  TestScreen screen("two-readers");
  screen.key(Key::kM, {.ctrl = true});
  settle(screen);
  const auto states = screen.bench().state_space().map().sum().states;
  screen.bench().open_or_tell("writer-waits-for-a-reader");
  settle(screen);
  CHECK(screen.bench().state_space().map().sum().states != states);
  for (const auto& [width, height] : {std::pair{320.0F, 200.0F}, {800.0F, 500.0F}, {1920.0F, 1080.0F}}) {
    screen.resize(width, height);
    screen.frames(3);
  }
}

}  // namespace vmalab::testing

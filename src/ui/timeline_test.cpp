// SPDX-License-Identifier: GPL-2.0-only
// The timeline, used by a person: by mouse and by keyboard alike.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ui/test_screen.h"

namespace vmalab {

using testing::TestScreen;

namespace {

const Widget& widget(TestScreen& screen, std::string_view name) {
  const Widget* found = screen.bench().widgets().find(name);
  INFO("looking for " << std::string(name));
  REQUIRE(found != nullptr);
  return *found;
}

void random_steps(TestScreen& screen, int count) {
  for (int i = 0; i < count && screen.bench().can(CommandId::kRandomStep); ++i) screen.bench().run(CommandId::kRandomStep);
  screen.frames(3);
}

void play_demo(TestScreen& screen) {
  while (screen.bench().can(CommandId::kDemoStep)) screen.bench().run(CommandId::kDemoStep);
  screen.frames(3);
}

void choose_variant(TestScreen& screen, std::string_view name) {
  const auto& variants = screen.bench().documents().variants();
  const auto it = std::find_if(variants.begin(), variants.end(), [&](const auto& variant) { return variant.name == name; });
  REQUIRE(it != variants.end());
  screen.bench().choose_variant(static_cast<int>(it - variants.begin()) + 1);
  screen.frames(3);
}

float& first(TestScreen& screen) { return screen.bench().panels.timeline.first; }

/// Top edges of the lanes of all threads that are seen.
std::map<std::string, float> lane_tops(TestScreen& screen) {
  std::map<std::string, float> tops;
  for (const ThreadSetup& thread : screen.bench().scenario().threads) {
    const Widget& lane = widget(screen, "timeline/" + thread.name);
    tops[thread.name] = lane.min.y;
  }
  return tops;
}

}  // namespace

TEST_CASE("fit shows the whole run, by key and by button, and zooming goes on from there") {
  TestScreen screen("recycled-vma-and-exit");
  play_demo(screen);
  TimelineState& state = screen.bench().panels.timeline;
  const auto steps = static_cast<float>(screen.session().path().size());
  REQUIRE(state.visible < steps);
  screen.key(Key::kF, {.shift = true});
  CHECK(state.fit);
  CHECK(state.visible >= steps - 0.01F);
  CHECK(state.first == 0);
  const float fitted = state.visible;
  screen.key(Key::kPlus);
  CHECK_FALSE(state.fit);
  CHECK(state.visible == doctest::Approx(fitted / 1.25F).epsilon(0.01));
  REQUIRE(screen.click("timeline/fit"));
  CHECK(state.fit);
  REQUIRE(screen.click("timeline/fit"));
  CHECK_FALSE(state.fit);
  CHECK(state.zoom == doctest::Approx(1));
  const float before = state.visible;
  REQUIRE(screen.click("timeline/zoom-in"));
  CHECK(state.visible < before);
  REQUIRE(screen.click("timeline/zoom-out"));
  CHECK(state.visible == doctest::Approx(before).epsilon(0.01));
}

TEST_CASE("the window on the minimap can be dragged, widened, and put elsewhere, the run stays where it is") {
  TestScreen screen("recycled-vma-and-exit");
  play_demo(screen);
  TimelineState& state = screen.bench().panels.timeline;
  const int depth = screen.session().depth();
  const Widget map = widget(screen, "timeline/minimap");
  const float y = 0.5F * (map.min.y + map.max.y);
  Widget window = widget(screen, "timeline/window");
  REQUIRE(window.min.x > map.min.x + 20);
  screen.drag({0.5F * (window.min.x + window.max.x), y}, {0.5F * (window.min.x + window.max.x) - 15, y});
  const Widget moved = widget(screen, "timeline/window");
  CHECK(moved.min.x == doctest::Approx(window.min.x - 15).epsilon(0.02));
  CHECK(moved.max.x - moved.min.x == doctest::Approx(window.max.x - window.min.x).epsilon(0.02));
  // A press beside it takes it there.
  screen.drag({map.min.x + 3, y}, {map.min.x + 3, y});
  CHECK(state.first == 0);
  // An edge zooms.
  window = widget(screen, "timeline/window");
  const float visible = state.visible;
  screen.drag({window.max.x, y}, {window.max.x - 0.4F * (window.max.x - window.min.x), y});
  CHECK(state.visible < 0.8F * visible);
  CHECK(state.first < 1);
  CHECK(screen.session().depth() == depth);
}

TEST_CASE("the picture moves by Shift and arrows, by Shift and wheel, and with the right button, the run does not") {
  TestScreen screen("recycled-vma-and-exit");
  play_demo(screen);
  const int depth = screen.session().depth();
  const float at_end = first(screen);
  REQUIRE(at_end > 10);
  screen.key(Key::kLeft, {.shift = true});
  const float by_key = first(screen);
  CHECK(by_key < at_end - 5);
  screen.key(Key::kRight, {.shift = true});
  CHECK(first(screen) == doctest::Approx(at_end).epsilon(0.02));
  const Widget track = widget(screen, "timeline/track");
  const ImVec2 middle = TestScreen::middle(track);
  screen.drag(middle, {middle.x + 60, middle.y}, 1);
  CHECK(first(screen) < at_end - 1);
  CHECK(screen.session().depth() == depth);
  screen.move_to(middle);
  ImGui::GetIO().KeyShift = true;
  const float before = first(screen);
  screen.wheel(1);
  ImGui::GetIO().KeyShift = false;
  CHECK(screen.session().depth() == depth);
  CHECK(first(screen) != before);
}

TEST_CASE("zooming by wheel keeps what is under the mouse there") {
  TestScreen screen("recycled-vma-and-exit");
  play_demo(screen);
  TimelineState& state = screen.bench().panels.timeline;
  const Widget track = widget(screen, "timeline/track");
  const float width = track.max.x - track.min.x, share = 0.5F;
  screen.move_to({track.min.x + share * width, 0.5F * (track.min.y + track.max.y)});
  const float under = state.first + share * state.visible;
  screen.wheel(2);
  CHECK(state.first + share * state.visible == doctest::Approx(under).epsilon(0.01));
  screen.wheel(-1);
  CHECK(state.first + share * state.visible == doctest::Approx(under).epsilon(0.01));
}

TEST_CASE("lanes stand still while a run is played and stepped, at twelve and sixteen threads") {
  for (const char* scenario : {"std-9-2-1", "std-12-3-1"}) {
    for (const auto& [width, height] : std::vector<std::pair<float, float>>{{1280, 720}, {3840, 2160}}) {
      CAPTURE(width);
      TestScreen screen(scenario, width, height);
      const std::map<std::string, float> before = lane_tops(screen);
      for (int i = 0; i < 60; ++i) {
        screen.bench().run(CommandId::kRandomStep);
        screen.frames(1);
        CHECK(lane_tops(screen) == before);
      }
    }
  }
}

TEST_CASE("the lane on top stays on top when the window gets another size") {
  TestScreen screen("std-12-3-1");
  const auto top_lane = [&] {
    const float top = widget(screen, "timeline/track").min.y;
    std::pair<float, std::string> nearest{1e9F, ""};
    for (const auto& [name, y] : lane_tops(screen)) {
      if (y >= top - 1) nearest = std::min(nearest, std::pair{y, name});
    }
    return nearest.second;
  };
  for (int i = 0; i < 4; ++i) screen.key(Key::kDown, {.shift = true});
  const float scrolled = screen.bench().panels.timeline.lane_scroll;
  CHECK(scrolled == doctest::Approx(4));
  const std::string before = top_lane();
  screen.resize(1440, 760);
  CHECK(screen.bench().panels.timeline.lane_scroll == doctest::Approx(4));
  CHECK(top_lane() == before);
}

TEST_CASE("a run that is opened at a step of the last thread shows its lane") {
  std::unique_ptr<Workbench> bench = testing::open_bench("std-12-3-1");
  bench->select_thread(*bench->machine().find_thread("d1"));
  bench->run(CommandId::kStep);
  TestScreen screen(std::move(bench), 1280, 720);
  const Widget track = widget(screen, "timeline/track"), lane = widget(screen, "timeline/d1");
  CHECK(lane.min.y >= track.min.y - 1);
  CHECK(lane.max.y <= track.max.y + 1);
  CHECK(lane.max.y > lane.min.y);
}

TEST_CASE("who is selected by hand comes into view, and the wheel over the names scrolls") {
  TestScreen screen("std-12-3-1");
  Workbench& bench = screen.bench();
  const Widget track = widget(screen, "timeline/track");
  const auto seen = [&](const char* name) {
    const Widget& lane = widget(screen, std::string("timeline/") + name);
    return lane.min.y >= track.min.y - 1 && lane.max.y <= track.max.y + 1 && lane.max.y > lane.min.y;
  };
  bench.select_thread(*bench.machine().find_thread("d1"));
  screen.frames(3);
  CHECK(seen("d1"));
  const float scroll = bench.panels.timeline.lane_scroll;
  CHECK(scroll > 0);
  screen.move_to({track.min.x - 30, track.max.y - 10});
  screen.wheel(2);
  CHECK(bench.panels.timeline.lane_scroll < scroll);
  REQUIRE(screen.shows("timeline/scroll"));
  const Widget bar = widget(screen, "timeline/scroll");
  screen.drag({bar.min.x + 2, bar.max.y - 2}, {bar.min.x + 2, bar.min.y - 50});
  CHECK(bench.panels.timeline.lane_scroll == doctest::Approx(0));
}

TEST_CASE("a pinned lane stays on top while the others scroll, a folded one is a strip that a click opens") {
  TestScreen screen("std-12-3-1");
  Workbench& bench = screen.bench();
  REQUIRE(screen.click("timeline/r3/pin"));
  screen.frames(2);
  CHECK(bench.panels.timeline.lanes.pinned == 0b100);
  const float pinned_at = widget(screen, "timeline/r3").min.y;
  CHECK(pinned_at < widget(screen, "timeline/r1").min.y);
  for (int i = 0; i < 5; ++i) screen.key(Key::kDown, {.shift = true});
  CHECK(widget(screen, "timeline/r3").min.y == doctest::Approx(pinned_at));
  CHECK(widget(screen, "timeline/r1").max.y <= widget(screen, "timeline/r3").max.y + 1);
  bench.select_thread(*bench.machine().find_thread("r3"));
  screen.key(Key::kL);
  CHECK(bench.panels.timeline.lanes.pinned == 0);

  bench.select_thread(*bench.machine().find_thread("r2"));
  screen.frames(3);
  const float height = widget(screen, "timeline/r2").max.y - widget(screen, "timeline/r2").min.y;
  REQUIRE(screen.click("timeline/r2/fold"));
  screen.frames(2);
  CHECK(widget(screen, "timeline/r2").max.y - widget(screen, "timeline/r2").min.y < 0.8F * height);
  REQUIRE(screen.click("timeline/r2"));
  CHECK(bench.panels.timeline.lanes.folded == 0);
  screen.key(Key::kL, {.shift = true});
  CHECK(bench.panels.timeline.lanes.folded == 0b10);
}

TEST_CASE("a fork mark leads to the other way, and so does its key") {
  TestScreen screen("std-2-1-1");
  Workbench& bench = screen.bench();
  for (int i = 0; i < 6; ++i) bench.step(ThreadId{0});
  bench.travel_to(3);
  bench.step(ThreadId{2});
  screen.frames(3);
  REQUIRE(bench.session().active_branch() == 1);
  REQUIRE(screen.click("timeline/fork/3"));
  CHECK(bench.session().active_branch() == 0);
  CHECK(bench.session().depth() == 4);
  CHECK(bench.last_step()->action.thread == ThreadId{0});
  screen.key(Key::kY);
  CHECK(bench.session().active_branch() == 1);
  CHECK(bench.last_step()->action.thread == ThreadId{2});
}

TEST_CASE("each VMA whose count moves has a lane, whose name selects it") {
  TestScreen screen("one-unlock-ends-many");
  REQUIRE(screen.shows("timeline/vma0"));
  REQUIRE(screen.shows("timeline/vma1"));
  REQUIRE(screen.click("timeline/vma1"));
  CHECK(screen.bench().panels.vma.vma == 1);
}

TEST_CASE("the legend is shown on demand, and stands below the lanes where there is room") {
  TestScreen screen;
  play_demo(screen);
  CHECK_FALSE(screen.shows("timeline/legend"));
  screen.key(Key::kI);
  CHECK(screen.shows("timeline/legend"));
  // It covers no lane.
  CHECK(widget(screen, "timeline/legend").max.y <= widget(screen, "timeline/minimap").min.y);
  REQUIRE(screen.click("timeline/legend-button"));
  screen.frames(1);
  CHECK_FALSE(screen.shows("timeline/legend"));
  screen.bench().panels.arrangement.fill(PanelId::kTimeline);
  screen.frames(3);
  CHECK(screen.shows("timeline/legend"));
  CHECK(widget(screen, "timeline/legend").min.y >= widget(screen, "timeline/track").max.y);
}

TEST_CASE("a violation is marked through all lanes") {
  TestScreen screen;
  choose_variant(screen, "no-flag");
  play_demo(screen);
  const std::string name = "timeline/violation/" + std::to_string(screen.session().depth());
  REQUIRE(screen.shows(name));
  const Widget& band = widget(screen, name);
  const Widget& track = widget(screen, "timeline/track");
  CHECK(band.min.y < track.min.y);
  CHECK(band.max.y >= track.max.y - 1);
  CHECK(band.max.x - band.min.x >= 8);
}

TEST_CASE("any size draws, and what can be pressed lies in the panel") {
  for (const auto& [width, height] : std::vector<std::pair<float, float>>{{640, 200}, {640, 360}, {1280, 720}, {3840, 1200}}) {
    for (const char* scenario : {"writer-waits-for-a-reader", "std-9-2-1"}) {
      CAPTURE(width);
      CAPTURE(height);
      TestScreen screen(scenario, width, height);
      screen.bench().panels.arrangement.fill(PanelId::kTimeline);
      random_steps(screen, 40);
      REQUIRE(screen.shows("timeline/track"));
      const Widget panel = widget(screen, "panel/timeline");
      for (const auto& [name, one] : screen.bench().widgets().all()) {
        if (!name.starts_with("timeline/") || !one.visible) continue;
        CAPTURE(name);
        CHECK(one.min.x >= panel.min.x);
        CHECK(one.max.x <= panel.max.x);
      }
    }
  }
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// What moves in the panels when a person steps, and that nothing is drawn once it stands still.
#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "ui/endless_run.h"
#include "ui/test_screen.h"

namespace vmalab {

using testing::TestScreen;

namespace {

ImVec2 place_of(TestScreen& screen, const std::string& mark) {
  const Widget* widget = screen.bench().widgets().find(mark);
  REQUIRE(widget != nullptr);
  return widget->min;
}

bool inside(ImVec2 at, const Widget& widget) { return at.x >= widget.min.x && at.x <= widget.max.x && at.y >= widget.min.y && at.y <= widget.max.y; }

void rest(TestScreen& screen) { screen.frames(20); }

}  // namespace

TEST_CASE("a new reference goes from its thread's card to the lock word") {
  TestScreen screen("two-readers");
  Workbench& bench = screen.bench();
  const auto chip = [&] { return screen.shows("reference/r1 transient"); };
  for (int i = 0; i < 20 && !chip(); ++i) {
    bench.run(CommandId::kDemoStep);
    screen.frames(1);
  }
  REQUIRE(chip());
  const Widget* card = bench.widgets().find("threads/r1/card");
  REQUIRE(card != nullptr);
  CHECK(inside(place_of(screen, "reference/r1 transient"), *card));
  rest(screen);
  const Widget* panel = bench.widgets().find("panel/vma");
  REQUIRE(panel != nullptr);
  CHECK(inside(place_of(screen, "reference/r1 transient"), *panel));
  const float there = place_of(screen, "reference/r1 transient").x;
  // Looking elsewhere is no step: nothing flies.
  screen.key(Key::kT);
  CHECK(place_of(screen, "reference/r1 transient").x == there);
  screen.resize(1600, 900);
  CHECK(inside(place_of(screen, "reference/r1 transient"), *bench.widgets().find("panel/vma")));
  CHECK(std::isinf(bench.next_frame_in()));
}

TEST_CASE("a reference that is dropped goes home in sight, whichever way the run goes") {
  TestScreen screen("two-readers");
  Workbench& bench = screen.bench();
  const auto has = [&](const char* mark) {
    screen.frames(1);
    return screen.shows(mark);
  };
  while (!has("reference/r1 transient") && bench.can(CommandId::kDemoStep)) bench.run(CommandId::kDemoStep);
  rest(screen);
  const ImVec2 place = place_of(screen, "reference/r1 transient");
  bench.run(CommandId::kBack);
  screen.frames(1);
  REQUIRE(screen.shows("leaving/r1"));
  CHECK(place_of(screen, "leaving/r1").x == place.x);
  screen.frames(4);
  REQUIRE(screen.shows("leaving/r1"));
  CHECK(place_of(screen, "leaving/r1").x < place.x);
  // One that comes back meanwhile is one, and not two.
  bench.run(CommandId::kForward);
  screen.frames(2);
  CHECK(screen.shows("reference/r1 transient"));
  CHECK_FALSE(screen.shows("leaving/r1"));
  rest(screen);
  CHECK(place_of(screen, "reference/r1 transient").x == place.x);
  bench.run(CommandId::kBack);
  rest(screen);
  CHECK_FALSE(screen.shows("leaving/r1"));
  CHECK(std::isinf(bench.next_frame_in()));
}

TEST_CASE("the playhead slides, and a step that comes meanwhile takes it from where it is seen") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  for (int i = 0; i < 4; ++i) bench.run(CommandId::kDemoStep);
  rest(screen);
  const float before = place_of(screen, "timeline/playhead").x;
  bench.run(CommandId::kDemoStep);
  screen.frames(1);
  CHECK(place_of(screen, "timeline/playhead").x == before);
  screen.frames(3);
  const float on_its_way = place_of(screen, "timeline/playhead").x;
  CHECK(on_its_way > before);
  bench.run(CommandId::kBack);
  screen.frames(1);
  const float turned = place_of(screen, "timeline/playhead").x;
  CHECK(turned <= on_its_way);
  CHECK(turned > before);
  rest(screen);
  CHECK(place_of(screen, "timeline/playhead").x == before);
}

TEST_CASE("a VMA that is handed to another mm goes there in sight") {
  TestScreen screen("recycled-vma", 1920, 1080);
  Workbench& bench = screen.bench();
  bool moved = false;
  while (!moved && bench.can(CommandId::kDemoStep)) {
    rest(screen);
    const ImVec2 before = place_of(screen, "memory/vma0/seen");
    bench.run(CommandId::kDemoStep);
    screen.frames(1);
    const ImVec2 place = place_of(screen, "memory/vma0");
    moved = std::abs(place.y - before.y) > 10;
    if (moved) CHECK(std::abs(place_of(screen, "memory/vma0/seen").y - before.y) < 1);
  }
  REQUIRE(moved);
  screen.frames(4);
  CHECK(place_of(screen, "memory/vma0/seen").y != place_of(screen, "memory/vma0").y);
  rest(screen);
  CHECK(place_of(screen, "memory/vma0/seen").y == place_of(screen, "memory/vma0").y);
}

TEST_CASE("the menu switches motion off, for the next time as well") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  CHECK_FALSE(bench.remembered().motion.has_value());
  screen.key(Key::kM, {.shift = true});
  CHECK_FALSE(bench.motion().on());
  CHECK(bench.remembered().motion == false);
  const float before = place_of(screen, "timeline/playhead").x;
  bench.run(CommandId::kDemoStep);
  screen.frames(1);
  const float at_once = place_of(screen, "timeline/playhead").x;
  CHECK(at_once > before);
  rest(screen);
  CHECK(place_of(screen, "timeline/playhead").x == at_once);
  REQUIRE(screen.click("menu/View"));
  REQUIRE(screen.click("menu/View/motion"));
  CHECK(bench.motion().on());
  CHECK(bench.remembered().motion == true);
}

TEST_CASE("frames are asked for while something moves, and at a slow pace of playing only around each step") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  rest(screen);
  CHECK(std::isinf(bench.next_frame_in()));
  bench.run(CommandId::kDemoStep);
  CHECK(bench.next_frame_in() < 0.02);
  rest(screen);
  CHECK(std::isinf(bench.next_frame_in()));
  bench.run(CommandId::kPlay);
  REQUIRE(bench.player().speed() == 1);  // one a second
  const int depth = bench.session().depth();
  double seconds = 0;
  int frames = 0;
  for (; seconds < 5; ++frames) {
    const double wait = bench.next_frame_in();
    screen.frames(1, wait);
    seconds += wait;
  }
  CHECK(bench.session().depth() >= depth + 4);
  CHECK(bench.session().depth() <= depth + 5);
  CHECK(frames <= 5 * 14);
}

TEST_CASE("a frame of a long run is no more work than one of a short run") {
  const auto vertices = [](int steps, bool whole) {
    const testing::Folder folder;
    const Workspace workspace(VMALAB_TEST_ASSETS);
    Result<Document> run = testing::endless_run(workspace, folder.path(), 12, steps);
    REQUIRE(run);
    TestScreen screen(std::make_unique<Workbench>(workspace, WorkbenchOptions{}, std::move(*run)), 1920, 1080);
    REQUIRE(screen.session().depth() == steps);
    screen.bench().panels.timeline.fit = whole;
    screen.frames(3);
    return ImGui::GetDrawData()->TotalVtxCount;
  };
  for (const bool whole : {false, true}) {
    const int of_short = vertices(1000, whole), of_long = vertices(20000, whole);
    CAPTURE(whole);
    CHECK(of_short > 5000);
    CHECK(of_long < of_short + of_short / 2);
  }
}

}  // namespace vmalab

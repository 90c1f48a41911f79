// SPDX-License-Identifier: GPL-2.0-only
// The real screen, driven through ImGui's input as a person does it: clicks on widgets by name, keys, drags.
#include <doctest/doctest.h>

#include <string>

#include "ui/test_screen.h"

namespace vmalab {

using testing::TestScreen;

TEST_CASE("Step on a card steps that thread") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  for (int t = 0; t < bench.machine().thread_count(); ++t) {
    const ThreadId thread = thread_id(t);
    const int depth = bench.session().depth();
    REQUIRE(bench.machine().can_step(bench.state(), thread));
    REQUIRE(screen.click("threads/" + bench.thread_name(thread) + "/step"));
    CHECK(bench.session().depth() == depth + 1);
    CHECK(bench.last_step()->action.thread == thread);
    CHECK(bench.selected_thread() == thread);
  }
}

TEST_CASE("a card of a thread that cannot step does nothing when clicked") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const ThreadId t = bench.selected_thread();
  bench.until_blocked(t);
  screen.frames(3);
  const std::string mark = "threads/" + bench.thread_name(t) + "/step";
  const Widget* step = bench.widgets().find(mark);
  if (step != nullptr) {
    CHECK_FALSE(step->enabled);
    const int depth = bench.session().depth();
    screen.click(mark);
    CHECK(bench.session().depth() == depth);
  }
}

TEST_CASE("the toolbar does what its buttons say") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  REQUIRE(screen.click("toolbar/step"));
  REQUIRE(screen.click("toolbar/demo-step"));
  CHECK(bench.session().depth() >= 1);
  const int depth = bench.session().depth();
  REQUIRE(screen.click("toolbar/random-step"));
  CHECK(bench.session().depth() == depth + 1);
  REQUIRE(screen.click("toolbar/back"));
  CHECK(bench.session().depth() == depth);
  REQUIRE(screen.click("toolbar/forward"));
  CHECK(bench.session().depth() == depth + 1);
  REQUIRE(screen.click("toolbar/undo"));
  CHECK(bench.session().depth() == depth);
  REQUIRE(screen.click("toolbar/redo"));
  CHECK(bench.session().depth() == depth + 1);
  REQUIRE(screen.click("toolbar/restart"));
  CHECK(bench.session().depth() == 0);
  REQUIRE(screen.click("toolbar/play"));
  CHECK(bench.player().playing());
  REQUIRE(screen.click("toolbar/play"));
  CHECK_FALSE(bench.player().playing());
  REQUIRE(screen.click("toolbar/record"));
  CHECK(bench.recording().on());
  REQUIRE(screen.click("toolbar/record"));
  CHECK_FALSE(bench.recording().on());
}

TEST_CASE("a menu item runs its command") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  REQUIRE(screen.click("menu/Run"));
  REQUIRE(screen.click("menu/Run/step"));
  CHECK(bench.session().depth() == 1);
  REQUIRE(screen.click("menu/View"));
  REQUIRE(screen.click("menu/View/theme"));
  CHECK(bench.appearance().theme().id == ThemeId::kLight);
}

TEST_CASE("whose code runs stands beside the title, and leads to the variants") {
  TestScreen screen;
  CHECK_FALSE(screen.shows("menu/code"));
  screen.key(Key::kV, {.ctrl = true});
  screen.key(Key::kDown);
  screen.key(Key::kEnter);
  screen.frames(2);
  REQUIRE(screen.shows("menu/code"));
  REQUIRE(screen.click("menu/code"));
  screen.frames(2);
  screen.key(Key::kUp);
  screen.key(Key::kEnter);
  screen.frames(2);
  CHECK_FALSE(screen.shows("menu/code"));
}

TEST_CASE("the scenario list opens from the title and opens what is clicked") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  REQUIRE(screen.click("menu/scenario"));
  REQUIRE(screen.click("picker/two-readers"));
  CHECK(bench.scenario().name == "two-readers");
  screen.frames(1);
  CHECK_FALSE(screen.shows("picker/two-readers"));
  // By keyboard: the row after it.
  screen.key(Key::kP, {.ctrl = true});
  screen.key(Key::kDown);
  screen.key(Key::kEnter);
  CHECK(bench.scenario().name != "two-readers");
}

TEST_CASE("dragging the timeline travels") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  while (bench.can(CommandId::kDemoStep)) bench.run(CommandId::kDemoStep);
  const int last = bench.session().depth();
  const std::size_t nodes = bench.session().node_count();
  screen.frames(3);
  const Widget* track = bench.widgets().find("timeline/track");
  REQUIRE(track != nullptr);
  const float y = 0.5F * (track->min.y + track->max.y);
  screen.drag({track->min.x + 0.9F * (track->max.x - track->min.x), y}, {track->min.x + 2, y});
  CHECK(bench.session().depth() < last / 2);
  CHECK(bench.session().node_count() == nodes);
  CHECK(static_cast<int>(bench.session().path().size()) == last + 1);
}

TEST_CASE("keys do nothing to the run while somebody types") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  screen.key(Key::kO, {.ctrl = true});
  screen.frames(3);
  CHECK_FALSE(screen.key(Key::kB));
  CHECK(bench.session().depth() == 0);
  screen.key(Key::kEscape);
  screen.frames(3);
  CHECK_FALSE(screen.shows("overlay"));
  CHECK(screen.key(Key::kB));
  CHECK(bench.session().depth() > 0);
}

TEST_CASE("the list of keys runs what is clicked") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  screen.key(Key::kF1);
  REQUIRE(screen.click("help/step"));
  CHECK(bench.session().depth() == 1);
  screen.key(Key::kF1);
  CHECK_FALSE(screen.shows("help/step"));
}

TEST_CASE("a message closes by its button") {
  TestScreen screen;
  screen.bench().notices().say(NoticeKind::kError, "something is wrong");
  screen.frames(3);
  REQUIRE(screen.click("notice/0/close"));
  CHECK(screen.bench().notices().empty());
}

TEST_CASE("nothing that can be clicked is cut off, at the usual sizes") {
  for (const auto& [width, height] : std::vector<std::pair<float, float>>{{1280, 720}, {1920, 1080}, {3840, 2160}}) {
    TestScreen screen("writer-waits-for-a-reader", width, height);
    for (int i = 0; i < 6; ++i) screen.key(Key::kEnter);
    screen.frames(3);
    for (const auto& [name, widget] : screen.bench().widgets().all()) {
      CAPTURE(name);
      CAPTURE(width);
      CHECK(widget.min.x >= 0);
      CHECK(widget.max.x <= width);
      if (name.starts_with("toolbar/") || name.starts_with("menu/")) CHECK_FALSE(widget.clipped);
    }
    for (const char* name :
         {"restart", "back", "forward", "step", "until-blocked", "demo-step", "random-step", "play", "slower", "faster", "undo", "redo", "record"}) {
      CAPTURE(std::string(name));
      CHECK(screen.bench().widgets().find(std::string("toolbar/") + name) != nullptr);
    }
  }
}

TEST_CASE("where the toolbar has no room for all, it keeps what is needed most") {
  TestScreen screen;
  const auto has = [&](const char* name) { return screen.bench().widgets().find(std::string("toolbar/") + name) != nullptr; };
  const auto at_zoom = [&](double zoom) {
    screen.bench().appearance().set_zoom(zoom);
    screen.frames(3);
    for (const auto& [name, widget] : screen.bench().widgets().all()) {
      CAPTURE(name);
      if (name.starts_with("toolbar/")) CHECK_FALSE(widget.clipped);
    }
  };
  at_zoom(1.5);
  for (const char* name : {"back", "step", "demo-step", "play", "undo", "redo", "record"}) {
    CAPTURE(std::string(name));
    CHECK(has(name));
  }
  CHECK_FALSE(has("faster"));
  at_zoom(3.0);
  CHECK(has("step"));
  CHECK_FALSE(has("record"));
}

TEST_CASE("any size and zoom draws") {
  for (const auto& [width, height] : std::vector<std::pair<float, float>>{{160, 160}, {320, 240}, {800, 600}, {1080, 1920}}) {
    TestScreen screen("two-readers", width, height);
    for (const double zoom : {0.6, 1.0, 3.0}) {
      screen.bench().appearance().set_zoom(zoom);
      screen.frames(3);
      screen.key(Key::kF1);
      screen.key(Key::kEscape);
      screen.key(Key::kF6);
    }
  }
  CHECK(true);
}

}  // namespace vmalab

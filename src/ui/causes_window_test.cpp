// SPDX-License-Identifier: GPL-2.0-only
// Causes in the window: asked by mouse and keyboard, jumps, on back, data breakpoints, the blocked thread, the stage.
#include <doctest/doctest.h>

#include <algorithm>

#include "machine/look.h"
#include "ui/test_screen.h"

namespace vmalab {
namespace {

using testing::TestScreen;

ThreadId thread(Workbench& bench, std::string_view name) { return *bench.machine().find_thread(name); }

/// r1 has read-locked vma0, w1 waits for it.
void until_w1_waits(Workbench& bench) {
  while (look(bench.machine(), bench.state(), "holds_read_lock(r1, vma0)") == 0) REQUIRE(bench.step(thread(bench, "r1")));
  while (bench.machine().can_step(bench.state(), thread(bench, "w1"))) REQUIRE(bench.step(thread(bench, "w1")));
}

}  // namespace

TEST_CASE("a click on the count says who made it so, its lines jump and go on back, Escape closes") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  until_w1_waits(bench);
  screen.frames(3);
  const int end = bench.session().depth();
  REQUIRE(screen.click("vma/vma0/refcnt"));
  screen.frames(3);
  REQUIRE(screen.shows("causes"));
  REQUIRE(screen.click("causes/since"));
  const int writer = bench.session().depth();
  CHECK(writer < end);
  CHECK(bench.last_step()->new_value == kExcludeReadersFlag + 2);
  CHECK(screen.shows("timeline/cause/" + std::to_string(writer)));
  // What that step had read: the count before, by the reader.
  const auto read_of = [&](Word address) {
    for (int i = 0; i < 4; ++i) {
      const std::string mark = "causes/read/" + std::to_string(i);
      if (!screen.shows(mark)) continue;
      REQUIRE(screen.click(mark));
      screen.frames(2);
      if (bench.panels.causes.asked.back().place == Place::word(address)) return true;
      REQUIRE(screen.click("causes/return"));
      screen.frames(2);
    }
    return false;
  };
  REQUIRE(read_of(vma_address(0)));
  REQUIRE(screen.click("causes/since"));
  CHECK(bench.session().depth() < writer);
  CHECK(bench.last_step()->action.thread == thread(bench, "r1"));
  CHECK(screen.key(Key::kBackspace));
  CHECK(bench.panels.causes.asked.size() == 1);
  CHECK(screen.key(Key::kEscape));
  CHECK_FALSE(screen.shows("causes"));
  CHECK_FALSE(screen.shows("timeline/cause/" + std::to_string(writer)));
}

TEST_CASE("on a line of the card that leads nowhere Enter is what it is without the card") {
  TestScreen screen;
  CHECK(screen.key(Key::kQ, {.shift = true}));
  REQUIRE(screen.shows("causes"));
  REQUIRE_FALSE(screen.bench().panels.causes.acts);  // nobody has written it yet
  screen.key(Key::kEnter);
  CHECK(screen.session().depth() == 1);
}

TEST_CASE("by keyboard: why, a line, on back, back and on to where it changes") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  until_w1_waits(bench);
  screen.frames(3);
  const int end = bench.session().depth();
  CHECK(screen.key(Key::kQ, {.shift = true}));
  REQUIRE(screen.shows("causes"));
  CHECK(screen.key(Key::kLeftBracket, {.shift = true}));
  const int writer = bench.session().depth();
  CHECK(writer < end);
  CHECK(bench.last_step()->action.thread == thread(bench, "w1"));
  CHECK(screen.key(Key::kLeftBracket, {.shift = true}));
  CHECK(bench.last_step()->action.thread == thread(bench, "r1"));
  CHECK(screen.key(Key::kRightBracket, {.shift = true}));
  CHECK(bench.session().depth() == writer);
  // Behind the end of the run what comes next is done, until the count is another one.
  CHECK(screen.key(Key::kRightBracket, {.shift = true}));
  CHECK(bench.session().depth() > end);
  CHECK(bench.last_step()->old_value == kExcludeReadersFlag + 2);
  CHECK(bench.last_step()->new_value == kExcludeReadersFlag + 1);
  // Enter goes to the step of the line, Down to the next line, which asks about what that step had read.
  CHECK(screen.key(Key::kEnter));
  CHECK(bench.session().depth() == writer);
  CHECK(screen.key(Key::kDown));
  CHECK(screen.key(Key::kEnter));
  CHECK(bench.panels.causes.asked.size() == 2);
  CHECK(screen.key(Key::kBackspace));
  CHECK(screen.key(Key::kBackspace));
  screen.frames(2);
  CHECK_FALSE(screen.shows("causes"));
}

TEST_CASE("a blocked thread's card says why, and goes to the step that took what it waits for") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  until_w1_waits(bench);
  bench.select_thread(thread(bench, "w1"));
  screen.frames(3);
  REQUIRE(screen.shows("threads/w1/why"));
  REQUIRE(screen.click("threads/w1/why"));
  screen.frames(3);
  REQUIRE(screen.shows("causes"));
  CHECK(screen.shows("causes/way"));
  REQUIRE(screen.click("causes/holder/r1"));
  CHECK(bench.last_step()->action.thread == thread(bench, "r1"));
  CHECK(bench.last_step()->new_value == 2);
}

TEST_CASE("the word on stage can be asked about, and another document closes the answer") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  until_w1_waits(bench);
  bench.enter_stage();
  screen.frames(3);
  REQUIRE(screen.click("stage/word"));
  screen.frames(3);
  CHECK(screen.shows("causes"));
  bench.open_or_tell("two-readers");
  screen.frames(3);
  CHECK_FALSE(screen.shows("causes"));
}

TEST_CASE("why a check is broken: what is false, the values of it, and what made them so") {
  TestScreen screen(testing::open_bench("", "no-recheck"), 1280, 720);
  Workbench& bench = screen.bench();
  while (bench.can(CommandId::kDemoStep)) bench.run(CommandId::kDemoStep);
  screen.frames(3);
  const int end = bench.session().depth();
  REQUIRE(bench.last_step()->violations != 0);
  // By the key, where the mouse is over no value.
  screen.move_to({1, 1});
  CHECK(screen.key(Key::kQ, {.shift = true}));
  REQUIRE(screen.shows("causes"));
  REQUIRE(bench.panels.causes.asked.back().property != nullptr);
  CHECK(bench.panels.causes.asked.back().property->name == "exclusion");
  CHECK_FALSE(bench.can(CommandId::kUntilChange));
  CHECK(screen.shows("causes/since"));
  REQUIRE(screen.shows("causes/read/0"));
  REQUIRE(screen.click("causes/read/0"));
  screen.frames(2);
  CHECK(bench.panels.causes.asked.size() == 2);
  CHECK(bench.panels.causes.asked.back().property == nullptr);
  CHECK(screen.key(Key::kBackspace));
  CHECK(screen.key(Key::kEscape));
  // By mouse, in the status line and in the story.
  REQUIRE(screen.click("status/broken"));
  screen.frames(2);
  CHECK(screen.shows("causes"));
  CHECK(screen.key(Key::kEscape));
  REQUIRE(screen.click("lesson/broken/exclusion"));
  screen.frames(2);
  REQUIRE(screen.shows("causes"));
  // A deadlock has no term: who is stuck, and each of them says why.
  CHECK(bench.session().depth() == end);
}

TEST_CASE("why nobody can go on: each thread that is stuck can be asked about") {
  TestScreen screen(testing::open_bench("", "no-wake"), 1280, 720);
  Workbench& bench = screen.bench();
  while (bench.can(CommandId::kDemoStep)) bench.run(CommandId::kDemoStep);
  while (bench.last_step()->violations == 0 && bench.can(CommandId::kRandomStep)) bench.run(CommandId::kRandomStep);
  screen.frames(3);
  REQUIRE(bench.last_step()->violations != 0);
  screen.move_to({1, 1});
  CHECK(screen.key(Key::kQ, {.shift = true}));
  REQUIRE(bench.panels.causes.asked.back().property != nullptr);
  CHECK(bench.panels.causes.asked.back().property->name == "no-stuck");
  REQUIRE(screen.click("causes/stuck/w1"));
  screen.frames(2);
  CHECK(bench.panels.causes.asked.back().thread == thread(bench, "w1"));
}

TEST_CASE("the keys come to every value that is on the screen, and ask about it") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  until_w1_waits(bench);
  screen.frames(3);
  CausesState& causes = bench.panels.causes;
  const std::vector<Place> shown = causes.shown;
  REQUIRE(shown.size() > 6);
  CHECK(std::find(shown.begin(), shown.end(), Place::word(vma_address(0))) != shown.end());
  CHECK(std::find(shown.begin(), shown.end(), Place::word(mm_address(0, MmField::kMmMt))) != shown.end());  // of the memory panel
  for (const Place& place : shown) {
    CHECK(screen.key(Key::kSlash));
    CHECK(causes.chosen == place);
    CHECK(screen.shows("value/chosen"));
  }
  CHECK(screen.key(Key::kSlash));
  CHECK(causes.chosen == shown.front());  // and round
  CHECK(screen.key(Key::kSlash, {.shift = true}));
  CHECK(causes.chosen == shown.back());
  CHECK(screen.key(Key::kQ, {.shift = true}));
  CHECK(causes.asked.back().place == shown.back());
  CHECK(screen.key(Key::kEscape));
  // The mouse takes over as soon as it moves.
  screen.move_to({300, 3});
  screen.move_to({310, 3});
  CHECK_FALSE(causes.chosen);
}

TEST_CASE("reference chips and the memory's fields are asked about by a click") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  until_w1_waits(bench);
  screen.frames(3);
  REQUIRE(screen.click("reference/r1 read lock"));
  screen.frames(2);
  REQUIRE(bench.panels.causes.open());
  CHECK(bench.panels.causes.asked.back().place == Place::of_thread(Place::Kind::kReadLock, thread(bench, "r1"), vma_address(0)));
  CHECK(screen.shows("causes/since"));
  CHECK(screen.key(Key::kEscape));
  REQUIRE(screen.click("reference/w1 FLAG"));
  screen.frames(2);
  REQUIRE(screen.click("causes/since"));
  CHECK(bench.last_step()->new_value == kExcludeReadersFlag + 2);
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Who has the keyboard and the mouse while something lies over the panels.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "ui/picker.h"
#include "ui/test_screen.h"

namespace vmalab {

using testing::TestScreen;

TEST_CASE("a resting mouse explains nothing over what the keys do, and does again when it moves") {
  TestScreen screen;
  const Widget* step = screen.bench().widgets().find("toolbar/step");
  REQUIRE(step != nullptr);
  const ImVec2 at{0.5F * (step->min.x + step->max.x), 0.5F * (step->min.y + step->max.y)};
  const auto windows = [&] {
    screen.frames(3);
    return ImGui::GetDrawData()->CmdListsCount;
  };
  const int without = windows();
  screen.move_to(at);
  CHECK(windows() == without + 1);
  screen.key(Key::kSpace);
  CHECK(windows() == without);
  screen.move_to({at.x + 6, at.y});
  CHECK(windows() == without + 1);
}

TEST_CASE("what lies over the panels has the keyboard alone") {
  for (const Key opens : {Key::kP, Key::kV, Key::kO, Key::kS}) {
    TestScreen screen;
    Workbench& bench = screen.bench();
    screen.key(opens, {.ctrl = true});
    REQUIRE(bench.overlay().open());
    const ThemeId theme = bench.appearance().theme_id();
    for (const Key key : {Key::kT, Key::kSpace, Key::kF9, Key::kB, Key::kK, Key::kHome, Key::k2}) screen.key(key);
    screen.key(Key::kR, {.ctrl = true});
    CHECK(bench.overlay().open());
    CHECK(bench.session().node_count() == 1);
    CHECK(bench.appearance().theme_id() == theme);
    CHECK_FALSE(bench.checks().running());
    CHECK_FALSE(bench.recording().on());
    screen.key(Key::kEscape);
    CHECK_FALSE(bench.overlay().open());
    screen.key(Key::kSpace);
    CHECK(bench.session().depth() == 1);
  }
}

TEST_CASE("typing filters a list, the arrows choose among what is left") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  screen.key(Key::kP, {.ctrl = true});
  const std::size_t all = picker_rows(bench.documents(), bench.overlay(), bench.seen()).size();
  CHECK(all == bench.documents().scenarios().size());
  screen.type("MUNMAP reader");
  const std::vector<PickerRow> rows = picker_rows(bench.documents(), bench.overlay(), bench.seen());
  REQUIRE(!rows.empty());
  CHECK(rows.size() < all);
  for (const PickerRow& row : rows) {
    CHECK(matches(row, "munmap"));
    CHECK(screen.shows("picker/" + row.name));
  }
  CHECK_FALSE(screen.shows("picker/two-readers"));
  screen.key(Key::kUp);
  CHECK(bench.overlay().row == 0);
  screen.key(Key::kPageDown);
  CHECK(bench.overlay().row == static_cast<int>(rows.size()) - 1);
  screen.key(Key::kEnter);
  CHECK(bench.scenario().name == rows.back().name);
  CHECK_FALSE(bench.overlay().open());
  // Nothing is left: Enter changes nothing.
  screen.key(Key::kP, {.ctrl = true});
  screen.type("no such thing");
  screen.key(Key::kEnter);
  CHECK(bench.scenario().name == rows.back().name);
}

TEST_CASE("a click beside what lies over the panels closes it, and does nothing else") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const Widget step = *bench.widgets().find("threads/r1/step");
  screen.key(Key::kP, {.ctrl = true});
  REQUIRE(screen.shows("overlay"));
  screen.move_to(TestScreen::middle(step));
  screen.button(true);
  screen.button(false);
  CHECK_FALSE(bench.overlay().open());
  CHECK(bench.session().depth() == 0);
  screen.frames(3);
  REQUIRE(screen.click("threads/r1/step"));
  CHECK(bench.session().depth() == 1);
  // Inside it stays.
  screen.key(Key::kF1);
  const Widget* help = bench.widgets().find("overlay");
  REQUIRE(help != nullptr);
  screen.move_to({help->min.x + 6, help->max.y - 6});
  screen.button(true);
  screen.button(false);
  CHECK(bench.overlay().open());
  screen.key(Key::kF1);
  CHECK_FALSE(bench.overlay().open());
}

TEST_CASE("the keys stand in columns that follow each other, each name whole and inside, at every size") {
  for (const double zoom : {1.0, 1.4, 2.0}) {
    TestScreen screen;
    screen.bench().appearance().set_zoom(zoom);
    screen.key(Key::kF1);
    screen.frames(2);
    const Widget* overlay = screen.bench().widgets().find("overlay");
    REQUIRE(overlay != nullptr);
    const Widget* before = nullptr;
    for (const Command& what : command_table()) {
      CAPTURE(zoom);
      CAPTURE(std::string(what.name));
      const Widget* row = screen.bench().widgets().find("help/" + std::string(what.name));
      REQUIRE(row != nullptr);
      CHECK(row->max.x <= overlay->max.x);
      if (before != nullptr) {
        const bool below = row->min.x == before->min.x && row->min.y > before->min.y;
        CHECK((below || row->min.x > before->max.x));
      }
      before = row;
    }
    // What does not fit is scrolled to by the arrows.
    const float top = screen.bench().widgets().find("help/scenarios")->min.y;
    screen.key(Key::kPageDown);
    CHECK(screen.bench().widgets().find("help/scenarios")->min.y < top);
    screen.key(Key::kPageUp);
    CHECK(screen.bench().widgets().find("help/scenarios")->min.y == top);
  }
}

TEST_CASE("a key whose command cannot be done says why, and the next command takes that away") {
  TestScreen screen("writer-alone");
  Workbench& bench = screen.bench();
  const auto each_says_why = [&] {
    for (const Command& what : command_table()) {
      if (what.enabled(bench) || what.id == CommandId::kCloseNotice) continue;
      CAPTURE(std::string(what.name));
      CHECK(why_disabled(bench, what.id).ends_with("."));
    }
  };
  each_says_why();
  screen.key(Key::kLeft);
  CHECK(screen.has_notice("Back: this is the start."));
  screen.key(Key::kF3);
  CHECK_FALSE(screen.has_notice("Back: this is the start."));
  CHECK(screen.has_notice("Hint: no lesson is being taken. F7 lists them."));
  bench.until_blocked(bench.selected_thread());
  screen.key(Key::kSpace);
  CHECK(screen.has_notice("Step: w1 cannot step: it has finished"));
  screen.key(Key::kL);
  CHECK_FALSE(screen.has_notice("cannot step"));
  each_says_why();
  bench.enter_stage();
  each_says_why();
}

TEST_CASE("a standard scenario is put together by keys and by mouse") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  screen.key(Key::kN, {.ctrl = true});
  screen.frames(2);
  for (const Key key : {Key::kRight, Key::kRight, Key::kDown, Key::kLeft, Key::kLeft, Key::kDown, Key::kRight, Key::kDown, Key::kRight})
    screen.key(key);
  CHECK(bench.overlay().standard.readers == 4);
  CHECK(bench.overlay().standard.writers == 0);
  CHECK(bench.overlay().standard.detachers == 1);
  CHECK(bench.overlay().standard.signals);
  REQUIRE(screen.click("standard/1/more"));
  REQUIRE(screen.click("standard/4/less"));
  screen.key(Key::kEnter);
  CHECK(bench.scenario().name == "standard-4-1-1");
  CHECK(bench.machine().limits().signals);
  CHECK_FALSE(bench.machine().limits().lockdep);
  // Never none, never more than there can be.
  Overlay::Standard most;
  for (int i = 0; i < 40; ++i) most.change(0, 1);
  CHECK(most.threads() == kMaxThreads);
  for (int i = 0; i < 40; ++i) most.change(0, -1);
  most.change(1, -1);
  CHECK(most.threads() == 1);
}

TEST_CASE("a message has a line of its own, and all of them are behind a click") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  screen.frames(2);
  // It takes the place of the keys worth knowing, and of nothing else.
  const auto widgets_elsewhere = [&] {
    const auto& all = bench.widgets().all();
    return std::count_if(all.begin(), all.end(), [](const auto& widget) { return !widget.first.starts_with("status/"); });
  };
  const auto widgets = widgets_elsewhere();
  bench.notices().say(NoticeKind::kError, "first line\nsecond line");
  bench.notices().say(NoticeKind::kWarning, "newest");
  screen.frames(2);
  const Widget* line = bench.widgets().find("notice/1");
  REQUIRE(line != nullptr);
  const Widget* timeline = bench.widgets().find("panel/timeline");
  CHECK(line->min.y >= timeline->max.y);  // it lies on no panel
  CHECK(widgets_elsewhere() == widgets + 2);
  REQUIRE(screen.click("notice/1"));
  CHECK(bench.overlay().kind == Overlay::Kind::kMessages);
  screen.frames(2);
  REQUIRE(screen.click("messages/0/close"));
  CHECK(bench.notices().all().size() == 1);
  screen.key(Key::kEscape);
  CHECK_FALSE(bench.overlay().open());
  screen.key(Key::kEscape);
  CHECK(bench.notices().empty());
  screen.frames(2);
  CHECK_FALSE(screen.shows("notice/0"));
}

TEST_CASE("a press beside an overlay closes it, at the very edge of the screen too") {
  TestScreen screen;
  for (const ImVec2 at : {ImVec2{300, 20}, ImVec2{2, 717}}) {
    screen.key(Key::kF1);
    REQUIRE(screen.bench().overlay().kind == Overlay::Kind::kHelp);
    screen.move_to(at);
    screen.button(true);
    CHECK_FALSE(screen.bench().overlay().open());
    screen.button(false);
    CHECK(screen.session().depth() == 0);
  }
}

TEST_CASE("the menus are walked by keyboard") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  REQUIRE(screen.key(Key::kAlt));
  screen.frames(2);
  REQUIRE(screen.shows("menu/File/open"));
  CHECK(bench.menus().row() == 0);
  screen.key(Key::kRight);
  screen.frames(2);
  REQUIRE(screen.shows("menu/Run/step"));
  CHECK_FALSE(screen.shows("menu/File/open"));
  screen.key(Key::kEnter);  // the first row: Step
  CHECK(screen.session().depth() == 1);
  screen.frames(2);
  CHECK_FALSE(screen.shows("menu/Run/step"));
  // Around the ends, and past what cannot be chosen now.
  screen.key(Key::kAlt);
  screen.key(Key::kLeft);
  screen.frames(2);
  REQUIRE(screen.shows("menu/Help/help"));
  screen.key(Key::kUp);
  CHECK(menu_rows(bench, bench.menus().menu())[static_cast<std::size_t>(bench.menus().row())].name == "menus");
  screen.key(Key::kLeft);  // View
  screen.key(Key::kLeft);  // Check
  for (int i = 0; i < 12; ++i) {
    const MenuRow row = menu_rows(bench, bench.menus().menu())[static_cast<std::size_t>(bench.menus().row())];
    CAPTURE(row.name);
    CHECK(row.enabled);
    screen.key(Key::kDown);
  }
  // A letter goes to the next row that begins with it.
  screen.key(Key::kRight);
  screen.key(Key::kS);
  CHECK(menu_rows(bench, bench.menus().menu())[static_cast<std::size_t>(bench.menus().row())].title.starts_with("S"));
  screen.key(Key::kEscape);
  screen.frames(2);
  CHECK_FALSE(bench.menus().is_open());
  CHECK_FALSE(screen.shows("menu/View/theme"));
  CHECK(screen.session().depth() == 1);
  // Then the commands have their keys again.
  screen.key(Key::kB);
  CHECK(screen.session().depth() > 1);
  // By its letter, and the second one that has it by the same once more.
  screen.key(Key::kH, {.alt = true});
  CHECK(kMenus[static_cast<std::size_t>(bench.menus().menu())] == std::string("History"));
  screen.key(Key::kH, {.alt = true});
  screen.frames(2);
  CHECK(screen.shows("menu/Help/help"));
  screen.key(Key::kAlt);
  screen.frames(2);
  CHECK_FALSE(screen.shows("menu/Help/help"));
}

TEST_CASE("a mouse that rests over a menu does not take it back from the keys") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  REQUIRE(screen.click("menu/File"));
  screen.frames(3);
  screen.key(Key::kRight);
  screen.frames(4);
  REQUIRE(screen.shows("menu/Run/step"));
  screen.key(Key::kDown);
  const int row = bench.menus().row();
  screen.frames(4);
  CHECK(bench.menus().row() == row);
  // Once it moves it has the menus.
  const Widget* random = bench.widgets().find("menu/Run/random-step");
  REQUIRE(random != nullptr);
  screen.move_to(TestScreen::middle(*random));
  screen.frames(2);
  CHECK(menu_rows(bench, 1)[static_cast<std::size_t>(bench.menus().row())].name == "random-step");
}

TEST_CASE("a command of a menu may open what lies over the panels, which then has the keyboard") {
  TestScreen screen;
  screen.key(Key::kAlt);
  screen.key(Key::kO);
  screen.key(Key::kEnter);
  screen.frames(3);
  CHECK(screen.bench().overlay().kind == Overlay::Kind::kOpen);
  screen.type("abc");
  CHECK(screen.bench().overlay().text == "abc");
}

TEST_CASE("the list of a combo box is walked by keyboard, and keeps the keys") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  REQUIRE(screen.click("toolbar/scheduler"));
  screen.frames(3);
  REQUIRE(screen.shows("toolbar/scheduler/1"));
  const Policy before = bench.player().policy();
  screen.key(Key::kDown);
  CHECK(bench.player().policy() != before);
  screen.key(Key::kSpace);
  CHECK(screen.session().depth() == 0);
  screen.key(Key::kEscape);
  screen.frames(2);
  CHECK_FALSE(screen.shows("toolbar/scheduler/1"));
  screen.key(Key::kSpace);
  CHECK(screen.session().depth() == 1);
}

TEST_CASE("a menu that is open keeps the keys from the commands") {
  TestScreen screen;
  REQUIRE(screen.click("menu/Run"));
  screen.frames(3);
  REQUIRE(screen.shows("menu/Run/step"));
  screen.key(Key::kSpace);
  screen.key(Key::kT);
  CHECK(screen.session().depth() == 0);
  REQUIRE(screen.click("menu/Run/step"));
  CHECK(screen.session().depth() == 1);
}

}  // namespace vmalab

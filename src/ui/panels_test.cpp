// SPDX-License-Identifier: GPL-2.0-only
// The panels, used by a person: each thing that can be clicked does what it says, at several sizes, in every scenario.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "lang/on_line.h"
#include "machine/look.h"
#include "ui/paint.h"
#include "ui/panels.h"
#include "ui/test_screen.h"
#include "view/story.h"

namespace vmalab {

using testing::TestScreen;

namespace {

ThreadId thread(Workbench& bench, std::string_view name) { return *bench.machine().find_thread(name); }
std::string card(std::string_view name, const char* what) { return "threads/" + std::string(name) + "/" + what; }

}  // namespace

TEST_CASE("of a caption that is under way what is so is told, and the rest is announced") {
  const Theme& look = theme(ThemeId::kDark);
  LessonView view;
  view.sentences = {{"r1 is in.", true}, {"w1 sleeps.", false}, {"r1 does not know.", true}};
  view.under_way = true;
  view.progress = "(1 of 3 steps)";
  std::vector<std::string> told;
  for (const ColouredText& part : coloured_story(look, view)) told.emplace_back(part.text);
  CHECK(told == std::vector<std::string>{"r1 is in.", "Coming:", "w1 sleeps.", "r1 does not know.", "(1 of 3 steps)"});
  CHECK(coloured_story(look, view)[0].colour == look.text);
  CHECK(coloured_story(look, view)[2].colour == look.text_dim);
  CHECK(coloured_story(look, view)[3].colour == look.text_dim);
  for (Told& sentence : view.sentences) sentence.holds = true;
  view.under_way = false;
  view.progress.clear();
  CHECK(coloured_story(look, view).size() == 3);
}

TEST_CASE("a card's buttons: over, out, until blocked, a blocked one names who can free it") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  REQUIRE(screen.click(card("r1", "select")));
  REQUIRE(screen.click(card("r1", "over")));
  CHECK(bench.session().depth() >= 1);
  int depth = bench.session().depth();
  const std::size_t stack = bench.machine().program(thread(bench, "r1")).stack_at(Machine::pc(bench.state(), thread(bench, "r1"))).size();
  REQUIRE(stack > 1);
  REQUIRE(screen.click(card("r1", "out")));
  CHECK(bench.session().depth() > depth);
  CHECK(bench.machine().program(thread(bench, "r1")).stack_at(Machine::pc(bench.state(), thread(bench, "r1"))).size() < stack);

  bench.restart();
  while (look(bench.machine(), bench.state(), "holds_read_lock(r1, vma0)") == 0) REQUIRE(bench.step(thread(bench, "r1")));
  screen.frames(3);
  REQUIRE(screen.click(card("w1", "select")));
  CHECK(bench.selected_thread() == thread(bench, "w1"));
  REQUIRE(screen.click(card("w1", "until-blocked")));
  CHECK_FALSE(bench.machine().can_step(bench.state(), thread(bench, "w1")));
  depth = bench.session().depth();
  screen.frames(3);
  REQUIRE(screen.shows(card("w1", "holder/r1")));
  REQUIRE(screen.click(card("w1", "holder/r1")));
  CHECK(bench.selected_thread() == thread(bench, "r1"));
  CHECK(bench.session().depth() == depth);
}

TEST_CASE("number, references, sequence numbers and the most important keys stay in sight at every zoom") {
  for (const char* scenario : {"writer-waits-for-a-reader", "recycled-vma"}) {
    TestScreen screen(scenario);
    Workbench& bench = screen.bench();
    bench.run(CommandId::kMotion);  // off: everything is where it belongs at once
    bench.notices().close_newest();
    for (const double zoom : {1.0, 1.2, 1.4, 1.6, 1.8, 2.0}) {
      bench.appearance().set_zoom(zoom);
      bench.restart();
      for (int i = 0; i < 20; ++i) {
        screen.frames(1);
        CAPTURE(scenario);
        CAPTURE(zoom);
        CAPTURE(i);
        for (const char* mark : {"vma/vma0/refcnt", "reference/attach", "vma/vma0/sequence", "status/step"}) {
          const Widget* widget = bench.widgets().find(mark);
          CAPTURE(std::string(mark));
          REQUIRE(widget != nullptr);
          CHECK(widget->visible);
          CHECK_FALSE(widget->clipped);
        }
        if (bench.can(CommandId::kDemoStep)) bench.run(CommandId::kDemoStep);
      }
    }
  }
}

TEST_CASE("with many references, too, the sequence numbers are in sight") {
  for (const double zoom : {1.0, 1.5, 2.0}) {
    TestScreen screen("standard-7-3-2");
    Workbench& bench = screen.bench();
    bench.run(CommandId::kMotion);
    bench.notices().close_newest();
    bench.appearance().set_zoom(zoom);
    for (int t = 0; t < 7; ++t) {
      const ThreadId reader = thread_id(t);
      for (int i = 0; i < 7; ++i) bench.step(reader);
    }
    screen.frames(3);
    CAPTURE(zoom);
    int references = 0;
    for (const auto& [name, widget] : bench.widgets().all()) references += name.starts_with("reference/") ? 1 : 0;
    CHECK(references == 8);
    const Widget* sequence = bench.widgets().find("vma/vma0/sequence");
    REQUIRE(sequence != nullptr);
    CHECK(sequence->visible);
    CHECK_FALSE(sequence->clipped);
  }
}

TEST_CASE("what a demo says stays in sight below a panel that fills the window") {
  TestScreen screen("writer-waits-for-a-reader");
  screen.bench().panels.arrangement.fill(PanelId::kVma);
  REQUIRE(screen.bench().demo_step());
  screen.frames(2);
  REQUIRE(screen.shows("lesson/words"));
  CHECK(screen.bench().widgets().find("panel/vma")->max.y <= screen.bench().widgets().find("panel/lesson")->min.y);
}

TEST_CASE("of twelve threads on one line of the source all can be reached, and none covers another line") {
  for (const double zoom : {1.0, 2.0}) {
    TestScreen screen("standard-8-3-1");
    Workbench& bench = screen.bench();
    bench.appearance().set_zoom(zoom);
    for (int t = 0; t < 8; ++t) {
      for (int i = 0; i < 3; ++i) bench.step(thread_id(t));
    }
    bench.panels.arrangement.fill(zoom > 1 ? std::optional(PanelId::kSource) : std::nullopt);
    screen.frames(4);
    const int line = static_cast<int>(bench.machine().program(thread_id(0)).code[Machine::pc(bench.state(), thread_id(0))].pos.line);
    CAPTURE(zoom);
    CHECK(screen.shows("source/more/" + std::to_string(line)));
    int underlines = 0;
    for (const auto& [name, widget] : bench.widgets().all()) {
      if (!name.starts_with("source/underline/" + std::to_string(line) + "/")) continue;
      ++underlines;
      CHECK(widget.max.y <= bench.widgets().find("source/more/" + std::to_string(line))->max.y +
                                (zoom > 1 ? 0 : 1.42F * bench.appearance().fonts().code_small.size + 1));
    }
    CHECK(underlines == 1);
    int buttons = 0;
    for (int t = 0; t < 12; ++t) buttons += screen.shows("source/thread/" + bench.scenario().threads[static_cast<std::size_t>(t)].name) ? 1 : 0;
    if (buttons == 11) continue;
    REQUIRE(screen.click("source/threads"));
    screen.frames(2);
    REQUIRE(screen.click("source/threads/d1"));
    CHECK(bench.selected_thread() == thread(bench, "d1"));
  }
}

TEST_CASE("the story stands in large type before the first step, and what is clicked next keeps its place") {
  for (const double zoom : {1.0, 1.3}) {
    TestScreen screen;
    Workbench& bench = screen.bench();
    bench.appearance().set_zoom(zoom);
    screen.frames(3);
    const auto high = [&](const char* mark) { return bench.widgets().find(mark)->max.y - bench.widgets().find(mark)->min.y; };
    const float story = high("panel/lesson");
    const ImVec2 next = bench.widgets().find("lesson/next")->max, track = bench.widgets().find("timeline/track")->min;
    CHECK(story > 4 * bench.appearance().fonts().title.size);
    REQUIRE(screen.click("lesson/next"));
    screen.frames(3);
    CHECK(high("panel/lesson") < story);
    CHECK(std::abs(bench.widgets().find("lesson/next")->max.y - next.y) < 1);
    CHECK(bench.widgets().find("timeline/track")->min.y == track.y);
  }
}

TEST_CASE("whose code runs is in sight at every zoom") {
  for (const double zoom : {1.0, 1.5, 2.0}) {
    TestScreen screen(testing::open_bench("", "no-flag"), 1280, 720);
    screen.bench().appearance().set_zoom(zoom);
    screen.frames(3);
    CAPTURE(zoom);
    const Widget *code = screen.bench().widgets().find("menu/code"), *title = screen.bench().widgets().find("menu/scenario");
    REQUIRE(code != nullptr);
    REQUIRE(title != nullptr);
    CHECK(code->max.x <= title->min.x);
    CHECK(title->max.x <= 1280);
  }
}

TEST_CASE("a story that has to scroll stands beside its scrollbar") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const auto room_beside = [&](double zoom) {
    bench.appearance().set_zoom(zoom);
    screen.frames(4);
    const Widget *words = bench.widgets().find("lesson/words"), *text = bench.widgets().find("lesson/text");
    REQUIRE(words != nullptr);
    REQUIRE(text != nullptr);
    CHECK((words->max.y - words->min.y > text->max.y - text->min.y) == (zoom > 1));
    return text->max.x - words->max.x;
  };
  CHECK(room_beside(1) < 1);
  CHECK(room_beside(2) > ImGui::GetStyle().ScrollbarSize);
}

TEST_CASE("what is right of a button of the toolbar stands still whatever it says") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const float undo = bench.widgets().find("toolbar/undo")->min.x;
  bench.select_thread(thread(bench, "w1"));
  screen.frames(2);
  CHECK(bench.widgets().find("toolbar/undo")->min.x == undo);
  bench.run(CommandId::kPlay);
  screen.frames(2);
  CHECK(bench.widgets().find("toolbar/undo")->min.x == undo);
}

TEST_CASE("a button that is pressed again and again stays under the mouse, on every card") {
  for (const char* scenario : {"writer-waits-for-a-reader", "two-vmas-become-one", "standard-5-2-1"}) {
    CAPTURE(scenario);
    TestScreen screen(scenario);
    Workbench& bench = screen.bench();
    for (int t = 0; t < bench.machine().thread_count(); ++t) {
      const ThreadId id = thread_id(t);
      const Widget* step = bench.widgets().find(card(bench.thread_name(id), "step"));
      if (step == nullptr || !step->visible || !bench.machine().can_step(bench.state(), id)) continue;
      CAPTURE(t);
      bench.restart();
      screen.frames(2);
      screen.move_to(TestScreen::middle(*bench.widgets().find(card(bench.thread_name(id), "step"))));
      int presses = 0;
      for (; presses < 6 && bench.machine().can_step(bench.state(), id); ++presses) {
        screen.button(true);
        screen.button(false);
      }
      CHECK(bench.session().depth() == presses);
      screen.move_to({5, 5});
    }
  }
}

TEST_CASE("a card collapses to a row that can still step, and opens again") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  REQUIRE(screen.click(card("w1", "select")));
  REQUIRE(screen.click(card("r1", "collapse")));
  CHECK(bench.panels.threads.collapsed[thread(bench, "r1").value]);
  screen.frames(3);
  CHECK_FALSE(screen.shows(card("r1", "over")));
  REQUIRE(screen.click(card("r1", "step")));
  CHECK(bench.last_step()->action.thread == thread(bench, "r1"));
  REQUIRE(screen.click(card("r1", "collapse")));
  CHECK_FALSE(bench.panels.threads.collapsed[thread(bench, "r1").value]);
  bench.select_thread(thread(bench, "r1"));
  CHECK(screen.key(Key::kM));
  CHECK(bench.panels.threads.collapsed[thread(bench, "r1").value]);
  CHECK(screen.key(Key::kM));
  CHECK_FALSE(bench.panels.threads.collapsed[thread(bench, "r1").value]);
  screen.frames(3);
  CHECK(screen.shows(card("r1", "over")));
}

TEST_CASE("Signal is there where the scenario allows signals, and works once") {
  TestScreen plain;
  plain.frames(2);
  CHECK_FALSE(plain.shows(card("w1", "signal")));
  TestScreen screen("killable-writer-killed");
  Workbench& bench = screen.bench();
  REQUIRE(screen.click(card("w1", "select")));
  REQUIRE(screen.click(card("w1", "signal")));
  CHECK(look(bench.machine(), bench.state(), "fatal_signal_pending(w1)") != 0);
  screen.frames(3);
  const Widget* signal = bench.widgets().find(card("w1", "signal"));
  REQUIRE(signal != nullptr);
  CHECK_FALSE(signal->enabled);
}

TEST_CASE("the tabs of the VMA panel change the VMA everywhere") {
  TestScreen screen("one-unlock-ends-many");
  REQUIRE(screen.shows("vma/tab/vma0"));
  REQUIRE(screen.click("vma/tab/vma1"));
  CHECK(screen.bench().panels.vma.vma == 1);
  screen.frames(2);
  CHECK(screen.shows("vma/vma1/refcnt"));
  CHECK_FALSE(screen.shows("vma/vma0/refcnt"));
  TestScreen one;
  CHECK_FALSE(one.shows("vma/tab/vma0"));
}

TEST_CASE("the corner: memory first, the classes by a click or by the key that goes through the panels") {
  TestScreen screen;
  CHECK(screen.shows("panel/memory"));
  CHECK_FALSE(screen.shows("panel/classmap"));
  REQUIRE(screen.click("tab/classmap"));
  CHECK(screen.shows("panel/classmap"));
  CHECK_FALSE(screen.shows("panel/memory"));
  REQUIRE(screen.click("tab/memory"));
  CHECK(screen.shows("panel/memory"));
  screen.bench().panels.tab = Tab::kMemory;
  screen.bench().run(CommandId::kNextPanel);
  screen.frames(2);
  CHECK(screen.shows("panel/classmap"));
  // Where there is little room, both are tabs beside the VMA.
  TestScreen narrow("writer-waits-for-a-reader", 800, 600);
  REQUIRE(narrow.click("tab/memory"));
  CHECK(narrow.shows("memory/vma0"));
}

TEST_CASE("a selected card is whole, its buttons too, however low its panel") {
  for (const auto& [width, height, zoom] : std::vector<std::tuple<float, float, double>>{{640, 360, 1}, {1920, 1080, 2}, {1280, 720, 1}}) {
    TestScreen screen("writer-waits-for-a-reader", width, height);
    screen.bench().appearance().set_zoom(zoom);
    screen.frames(3);
    CAPTURE(width);
    const auto bottom = [&](const char* mark) {
      const Widget* widget = screen.bench().widgets().find(mark);
      REQUIRE(widget != nullptr);
      CHECK(widget->visible);
      return widget->max.y;
    };
    const std::string name = screen.bench().thread_name(screen.bench().selected_thread());
    CHECK(bottom(("threads/" + name + "/until-blocked").c_str()) < bottom(("threads/" + name + "/card").c_str()));
    CHECK(bottom(("threads/" + name + "/card").c_str()) <= bottom("panel/threads"));
  }
}

TEST_CASE("the titles of two panels in one place stay in it") {
  TestScreen screen;
  screen.bench().panels.arrangement.splits = clamped({.first = 0.7F, .second = 0.85F});
  screen.frames(2);
  for (const auto& [tab, panel] : {std::pair("tab/checks", "panel/source"), std::pair("tab/classmap", "panel/memory")}) {
    const Widget *title = screen.bench().widgets().find(tab), *room = screen.bench().widgets().find(panel);
    REQUIRE(title != nullptr);
    REQUIRE(room != nullptr);
    CHECK(title->max.x <= room->max.x);
  }
}

TEST_CASE("F6 changes what is seen with every press, and comes to every panel") {
  for (const auto& [width, height] : std::vector<std::pair<float, float>>{{800, 600}, {1280, 720}, {3840, 2160}}) {
    TestScreen screen("writer-waits-for-a-reader", width, height);
    constexpr std::array<const char*, 5> kPanels{"panel/vma", "panel/memory", "panel/classmap", "panel/source", "panel/checks"};
    std::array<bool, kPanels.size()> before{}, ever{};
    for (int press = 0; press < 10; ++press) {
      CAPTURE(width);
      CAPTURE(press);
      std::array<bool, kPanels.size()> now{};
      for (std::size_t i = 0; i < kPanels.size(); ++i) {
        now[i] = screen.shows(kPanels[i]);
        ever[i] = ever[i] || now[i];
      }
      CHECK(now != before);
      before = now;
      screen.key(Key::kF6);
    }
    for (const bool shown : ever) CHECK(shown);
  }
}

TEST_CASE("the memory picture: a click selects the VMA or the thread, what is pointed at says what it is") {
  TestScreen screen("one-unlock-ends-many");
  Workbench& bench = screen.bench();
  REQUIRE(screen.click("memory/vma1"));
  CHECK(bench.panels.vma.vma == 1);
  const ThreadId last = thread_id(bench.machine().thread_count() - 1);
  REQUIRE(screen.click("memory/" + bench.thread_name(last)));
  CHECK(bench.selected_thread() == last);
  CHECK(screen.shows("memory/mm0"));
  bench.panels.arrangement.fill(PanelId::kMemory);
  screen.frames(2);
  bench.panels.causes.close();  // the click was on a reference: it asked about that, too
  REQUIRE(screen.shows("memory/vma0"));
  CHECK_FALSE(screen.shows("memory/hint"));
  for (const char* mark : {"memory/vma0", "memory/mm0", "memory/arrow/0"}) {
    CAPTURE(std::string(mark));
    const Widget* widget = bench.widgets().find(mark);
    REQUIRE(widget != nullptr);
    screen.move_to(TestScreen::middle(*widget));
    CHECK(screen.shows("memory/hint"));
  }
}

TEST_CASE("the memory picture of twelve threads names each reference, or says how many more, and has the sequence number") {
  for (const double zoom : {1.0, 2.0}) {
    for (const bool whole : {true, false}) {
      if (!whole && zoom > 1) continue;
      TestScreen screen("standard-8-3-1");
      Workbench& bench = screen.bench();
      bench.run(CommandId::kMotion);
      bench.appearance().set_zoom(zoom);
      for (int t = 0; t < 8; ++t) {
        for (int i = 0; i < 4; ++i) bench.step(thread_id(t));
      }
      if (whole) bench.panels.arrangement.fill(PanelId::kMemory);
      screen.frames(3);
      CAPTURE(zoom);
      CAPTURE(whole);
      const Widget* box = bench.widgets().find("memory/vma0");
      REQUIRE(box != nullptr);
      for (int t = 0; t < 8; ++t) {
        const Widget* reference = bench.widgets().find("memory/vma0/" + bench.thread_name(thread_id(t)));
        REQUIRE(reference != nullptr);
        CHECK(reference->max.x <= box->max.x);
        CHECK(reference->max.y <= box->max.y);
      }
      CHECK_FALSE(screen.shows("memory/vma0/more"));
      CHECK(screen.shows("memory/mm0/mm_lock_seq"));
    }
  }
}

TEST_CASE("whoever jumps into a story sees the VMA that it is about, and who steps keeps the one he chose") {
  TestScreen screen("userfaultfd-two-vmas");
  Workbench& bench = screen.bench();
  std::vector<int> shown{bench.panels.vma.vma};
  while (bench.demo_step()) shown.push_back(bench.panels.vma.vma);
  bool other = false;
  for (int depth = static_cast<int>(shown.size()) - 1; depth > 0; depth -= 3) {
    bench.travel_to(0);
    bench.select_vma(0);
    bench.travel_to(depth);
    CAPTURE(depth);
    if (depth > 1) CHECK(bench.panels.vma.vma == shown[static_cast<std::size_t>(depth)]);
    other = other || bench.panels.vma.vma == 1;
  }
  CHECK(other);
  // The step after this one touches no VMA.
  int depth = 1;
  const auto touches = [&](int step) {
    return address_kind(bench.session().info(bench.session().path()[static_cast<std::size_t>(step)]).address) == ObjectKind::kVma;
  };
  while (touches(depth + 1)) ++depth;
  bench.travel_to(depth);
  const int chosen = 1 - bench.panels.vma.vma;
  bench.select_vma(chosen);
  bench.travel_to(depth + 1);
  CHECK(bench.panels.vma.vma == chosen);
}

TEST_CASE("a click on a line marks it, a double click or one on its number runs the selected thread to it") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const ThreadId r1 = thread(bench, "r1");
  REQUIRE(bench.selected_thread() == r1);
  // The next line of this file where r1 makes an access, among those that are on the screen.
  const Program& program = bench.machine().program(r1);
  const SourcePos here = program.code[Machine::pc(bench.state(), r1)].pos;
  std::string target;
  int line = 0;
  for (const auto& [name, widget] : bench.widgets().all()) {
    if (!name.starts_with("source/line/") || !widget.enabled || !widget.visible || widget.clipped) continue;
    const int number = std::stoi(name.substr(std::string("source/line/").size()));
    if (number > static_cast<int>(here.line) && (line == 0 || number < line)) {
      line = number;
      target = name;
    }
  }
  if (target.empty()) return;
  REQUIRE(screen.click(target));
  CHECK(bench.panels.source.cursor_line == line);
  CHECK(bench.session().depth() == 0);
  screen.frames(1, 2.0);  // no double click with what follows
  const Widget* widget = bench.widgets().find(target);
  screen.move_to({widget->min.x + 4, TestScreen::middle(*widget).y});
  screen.button(true);
  screen.button(false);
  const int by_number = bench.session().depth();
  bench.restart();
  screen.frames(1, 2.0);
  REQUIRE(screen.click(target));
  REQUIRE(screen.click(target));
  CHECK(bench.session().depth() == by_number);
  CHECK(bench.session().depth() > 0);
  CHECK(is_on_line(program, Machine::pc(bench.state(), r1), here.file, line));
}

TEST_CASE("the source follows the selected thread, and stays when it may not") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const auto line_shown = [&](ThreadId t) {
    const SourcePos pos = bench.machine().program(t).code[Machine::pc(bench.state(), t)].pos;
    const Widget* widget = bench.widgets().find("source/line/" + std::to_string(pos.line));
    return bench.source_file() == static_cast<int>(pos.file) && widget != nullptr && widget->visible;
  };
  for (int i = 0; i < 12; ++i) {
    screen.key(Key::kEnter);
    screen.frames(3);
    CAPTURE(i);
    if (!bench.machine().done(bench.state(), bench.selected_thread())) CHECK(line_shown(bench.selected_thread()));
  }
  REQUIRE(screen.click("source/follow"));
  CHECK_FALSE(bench.panels.source.follow);
  screen.key(Key::kRightBracket);
  const int file = bench.source_file();
  screen.key(Key::kEnter);
  screen.frames(2);
  CHECK(bench.source_file() == file);
}

TEST_CASE("the line that comes next is there in the frame that shows the step, also of another file or far away") {
  TestScreen screen("recycled-vma");
  Workbench& bench = screen.bench();
  int files = 0, before = -1;
  while (bench.demo_step()) {
    screen.frames(1);
    if (bench.machine().done(bench.state(), bench.selected_thread())) continue;
    const SourcePos next = bench.machine().program(bench.selected_thread()).code[Machine::pc(bench.state(), bench.selected_thread())].pos;
    CAPTURE(bench.session().depth());
    const Widget* line = bench.widgets().find("source/line/" + std::to_string(next.line));
    const Widget* panel = bench.widgets().find("panel/source");
    REQUIRE(line != nullptr);
    REQUIRE(panel != nullptr);
    CHECK(line->min.y >= panel->min.y);
    CHECK(line->max.y <= panel->max.y);
    if (next.file != before) ++files;
    before = next.file;
  }
  CHECK(files > 4);
}

TEST_CASE("the timeline: lanes select, branches are listed and go to their tips") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  REQUIRE(screen.click("timeline/w1"));
  CHECK(bench.selected_thread() == thread(bench, "w1"));
  CHECK_FALSE(screen.shows("timeline/branch/0"));
  for (int i = 0; i < 6; ++i) bench.step(thread(bench, "r1"));
  bench.travel_to(2);
  bench.step(thread(bench, "w1"));
  screen.frames(3);
  REQUIRE(screen.shows("timeline/branch/1"));
  REQUIRE(screen.click("timeline/branch/0"));
  CHECK(bench.session().active_branch() == 0);
  CHECK(bench.session().depth() == 6);
  REQUIRE(screen.click("timeline/compare"));
  screen.frames(2);
  CHECK(screen.shows("beside/timeline"));  // there is only one other
}

TEST_CASE("the wheel zooms the timeline around the mouse and reaches the whole history") {
  TestScreen screen("std-2-1-1");
  Workbench& bench = screen.bench();
  for (int round = 0; round < 40; ++round) {
    while (bench.can(CommandId::kRandomStep)) {
      bench.run(CommandId::kRandomStep);
    }
    bench.travel_to(bench.session().depth() - 5);
  }
  screen.frames(3);
  for (int i = 0; i < 60; ++i) {
    bench.run(CommandId::kZoomOut);
    screen.frames(1);
  }
  // The start and the tip are in view at once: clicks at both ends of the track reach them.
  REQUIRE(screen.shows("timeline/track"));
  const Widget track = *bench.widgets().find("timeline/track");
  const float y = 0.5F * (track.min.y + track.max.y);
  const int tip = static_cast<int>(bench.session().path().size()) - 1;
  screen.drag({track.max.x - 2, y}, {track.min.x + 1, y});
  CHECK(bench.session().depth() == 0);
  screen.drag({track.min.x + 1, y}, {track.max.x - 2, y});
  CHECK(bench.session().depth() == tip);
  for (int i = 0; i < 100; ++i) {
    bench.run(CommandId::kZoomIn);
    screen.frames(1);
  }
  CHECK(bench.panels.timeline.zoom <= TimelineState::kGreatestZoom);
}

TEST_CASE("the lesson: next does the demo's step, a question takes one answer and forgets it at the next step") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const std::optional<Action> next = bench.player().next_in_demo(bench.session());
  REQUIRE(next);
  REQUIRE(screen.click("lesson/next"));
  CHECK(bench.session().depth() == 1);
  CHECK(bench.last_step()->action == *next);
  REQUIRE(screen.click("lesson/ask"));
  screen.frames(2);
  REQUIRE(screen.shows("lesson/answer/1"));
  REQUIRE(screen.click("lesson/answer/1"));
  CHECK(bench.panels.lesson.asked == 1);
  CHECK(bench.panels.lesson.right == 1);  // the step to come only reads
  screen.frames(2);
  screen.click("lesson/answer/2");
  CHECK(bench.panels.lesson.asked == 1);
  REQUIRE(screen.click("lesson/next"));
  CHECK(bench.panels.lesson.answer.empty());
  // By keyboard, too.
  const std::optional<Question> question = bench.question();
  REQUIRE(question);
  CHECK(screen.key(Key::k2, {.shift = true}));
  CHECK(bench.panels.lesson.asked == 2);
  CHECK(bench.panels.lesson.answer == question->choices[1].text);
  CHECK(screen.key(Key::k9, {.shift = true}));
  CHECK(bench.panels.lesson.asked == 2);
}

TEST_CASE("every scenario draws at every step of its demo, with every detail, and no card is lost") {
  const Result<std::vector<Scenario>> scenarios = list_scenarios(VMALAB_TEST_ASSETS);
  REQUIRE(scenarios);
  for (const Scenario& scenario : *scenarios) {
    CAPTURE(scenario.name);
    TestScreen screen(scenario.name);
    Workbench& bench = screen.bench();
    do {
      screen.frames(1);
      for (const ThreadSetup& setup : bench.scenario().threads) CHECK(screen.shows(card(setup.name, "card")));
      CHECK(screen.shows("timeline/track"));
      CHECK(screen.shows("lesson/text"));
      for (const VmaSetup& vma : bench.scenario().vmas) CHECK(screen.shows("memory/" + vma.name));
      CHECK(screen.shows("vma/vma" + std::to_string(bench.panels.vma.vma) + "/refcnt"));
      if (bench.session().depth() % 7 == 0) bench.run(CommandId::kDetail);
      bench.run(CommandId::kDemoStep);
    } while (bench.can(CommandId::kDemoStep));
    screen.frames(2);
  }
}

TEST_CASE("sixteen threads: every card is there, the selected one whole and in view") {
  TestScreen screen("std-10-4-2");
  Workbench& bench = screen.bench();
  for (int t = 0; t < 16; ++t) {
    bench.select_thread(thread_id(t));
    screen.frames(4);
    const std::string& name = bench.thread_name(thread_id(t));
    CAPTURE(name);
    const Widget* over = bench.widgets().find(card(name, "over"));
    REQUIRE(over != nullptr);
    CHECK(over->visible);
    CHECK_FALSE(over->clipped);
    const Widget* lane = bench.widgets().find("timeline/" + name);
    REQUIRE(lane != nullptr);
    CHECK(lane->visible);
  }
}

}  // namespace vmalab

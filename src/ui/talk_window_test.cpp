// SPDX-License-Identifier: GPL-2.0-only
// What an author says of a run, said in the window: by keyboard and mouse, with undo, kept by everything that keeps a run.
#include <doctest/doctest.h>

#include "run/link.h"
#include "run/trace_file.h"
#include "ui/test_screen.h"

namespace vmalab {
namespace {

using testing::must;
using testing::TestScreen;

constexpr Mods kCtrl{.ctrl = true}, kShift{.shift = true}, kAlt{.alt = true}, kCtrlShift{.ctrl = true, .shift = true};

void step(TestScreen& screen, int steps) {
  for (int i = 0; i < steps; ++i) screen.key(Key::kEnter);
}

/// Into the field that the key opens.
void say(TestScreen& screen, Key key, Mods mods, std::string_view words) {
  screen.key(key, mods);
  REQUIRE(screen.bench().overlay().is_said());
  screen.frames(3);
  screen.type(words);
  screen.key(Key::kEnter);
}

const Talk& talk(TestScreen& screen) { return screen.session().talk(); }

}  // namespace

TEST_CASE("caption, note, chapter and title are said at a step by keyboard, and each is one undo") {
  TestScreen screen;
  CHECK_FALSE(screen.bench().can(CommandId::kSayCaption));  // a caption begins with a step
  step(screen, 3);
  const NodeId here = screen.session().cursor();
  say(screen, Key::kW, {}, "Look at r1.");
  REQUIRE(talk(screen).caption(here) != nullptr);
  CHECK(talk(screen).caption(here)->text == "Look at r1.");
  say(screen, Key::kW, kShift, "Wait.\\nBreathe.");
  CHECK(talk(screen).note(here)->text == "Wait.\nBreathe.");
  say(screen, Key::kJ, {}, "The reader");
  CHECK(talk(screen).marker(here)->text == "The reader");
  say(screen, Key::kF2, kShift, "A race");
  CHECK(talk(screen).title() == "A race");
  // What is said already stands in the field; a line of a note is not lost.
  screen.key(Key::kW, kShift);
  CHECK(screen.bench().overlay().text == "Wait.\\nBreathe.");
  screen.key(Key::kEscape);
  CHECK(talk(screen).note(here)->text == "Wait.\nBreathe.");
  for (int i = 0; i < 4; ++i) screen.key(Key::kZ, kCtrl);
  CHECK(talk(screen).empty());
  CHECK(screen.session().depth() == 3);
  for (int i = 0; i < 4; ++i) screen.key(Key::kZ, kCtrlShift);
  CHECK(talk(screen).title() == "A race");
  screen.key(Key::kDelete);
  CHECK_FALSE(screen.bench().authoring().says_something_at(here));
  CHECK(talk(screen).title() == "A race");
  screen.key(Key::kZ, kCtrl);
  CHECK(talk(screen).caption(here) != nullptr);
}

TEST_CASE("by the menu and the mouse, too") {
  TestScreen screen;
  step(screen, 2);
  REQUIRE(screen.click("menu/Talk"));
  REQUIRE(screen.click("menu/Talk/say-caption"));
  screen.frames(3);
  screen.type("By mouse.");
  REQUIRE(screen.click("overlay/confirm"));
  CHECK(talk(screen).captions().size() == 1);
  for (const Command& command : command_table()) CHECK((command.menu != "Talk" || command.shortcut.key != Key::kNone));
}

TEST_CASE("the panel says whose words they are, and a claim is checked before it is told") {
  TestScreen screen("two-readers");
  while (screen.bench().last_step() == nullptr || screen.bench().last_step()->new_value != 2) screen.bench().run(CommandId::kStep);
  say(screen, Key::kW, {}, "r1 has counted itself.");
  CHECK(screen.bench().demo_caption().by_author);
  CHECK_FALSE(screen.bench().demo_caption().checked);
  // A false one is refused where it is typed, with what it claimed.
  say(screen, Key::kW, {}, " {vma0->vm_refcnt == 7}");
  REQUIRE(screen.bench().overlay().open());
  CHECK(screen.bench().overlay().error.find("does not hold") != std::string::npos);
  CHECK(screen.bench().overlay().text == "r1 has counted itself. {vma0->vm_refcnt == 7}");
  screen.key(Key::kEscape);
  CHECK(talk(screen).captions()[0].claims.empty());
  say(screen, Key::kW, {}, " {vma0->vm_refcnt == 2}");
  CHECK_FALSE(screen.bench().overlay().open());
  CHECK(screen.bench().demo_caption().checked);
  CHECK(screen.shows("timeline/caption/" + std::to_string(screen.session().depth())));
}

TEST_CASE("the list of what is said: go there, change, reorder, take away, by keyboard") {
  TestScreen screen;
  step(screen, 2);
  say(screen, Key::kJ, {}, "One");
  step(screen, 2);
  say(screen, Key::kJ, {}, "Two");
  say(screen, Key::kW, {}, "Here.");
  step(screen, 2);
  screen.key(Key::kT, kShift);
  REQUIRE(screen.bench().overlay().kind == Overlay::Kind::kTalk);
  REQUIRE(screen.bench().authoring().rows().size() == 4);  // the title, which is the scenario's, and what was said
  screen.key(Key::kDown);
  CHECK(screen.bench().overlay().row == 1);
  screen.key(Key::kDown, kAlt);
  CHECK(talk(screen).markers()[0].text == "Two");
  CHECK(talk(screen).markers()[1].text == "One");
  CHECK(screen.bench().overlay().row == 2);
  screen.key(Key::kDown, kAlt);  // it is the last
  CHECK(talk(screen).markers()[1].text == "One");
  screen.key(Key::kF2);
  REQUIRE(screen.bench().overlay().kind == Overlay::Kind::kSayChapter);
  CHECK(screen.bench().overlay().text == "One");
  screen.frames(3);
  screen.type(" more");
  screen.key(Key::kEnter);
  CHECK(talk(screen).markers()[1].text == "One more");
  screen.key(Key::kT, kShift);
  screen.type("here");
  REQUIRE(screen.bench().authoring().rows().size() == 1);
  screen.key(Key::kEnter);
  CHECK_FALSE(screen.bench().overlay().open());
  CHECK(screen.session().depth() == 4);
  screen.key(Key::kT, kShift);
  screen.key(Key::kDown);
  screen.key(Key::kDelete);
  CHECK(talk(screen).markers().size() == 1);
  screen.key(Key::kZ, kCtrl);  // with the list open
  CHECK(talk(screen).markers().size() == 2);
  CHECK(screen.bench().overlay().open());
}

TEST_CASE("the list by mouse, chapters on the timeline, and the keys between them") {
  TestScreen screen;
  step(screen, 2);
  say(screen, Key::kJ, {}, "One");
  step(screen, 4);
  say(screen, Key::kJ, {}, "Two");
  const int second = screen.session().depth();
  CHECK(screen.shows("timeline/chapter/0"));
  REQUIRE(screen.click("timeline/chapter/0"));
  CHECK(screen.session().depth() == 2);
  screen.key(Key::kPageDown, kCtrl);
  CHECK(screen.session().depth() == second);
  screen.key(Key::kPageUp, kCtrl);
  CHECK(screen.session().depth() == 2);
  screen.key(Key::kRight);
  screen.key(Key::kPageUp, kCtrl);  // first to where the chapter begins
  CHECK(screen.session().depth() == 2);
  screen.key(Key::kT, kShift);
  screen.frames(3);
  REQUIRE(screen.click("talk/1/later"));
  CHECK(talk(screen).markers()[0].text == "Two");
  REQUIRE(screen.click("talk/2/change"));
  CHECK(screen.bench().overlay().text == "One");
  screen.key(Key::kEscape);
  screen.key(Key::kT, kShift);
  screen.frames(3);
  REQUIRE(screen.click("talk/2/away"));
  CHECK(talk(screen).markers().size() == 1);
  screen.frames(3);
  REQUIRE(screen.click("talk/1"));
  CHECK(screen.session().depth() == second);
}

TEST_CASE("saving, a link and a recording under way keep what is said") {
  TestScreen screen;
  step(screen, 3);
  screen.key(Key::kR, kCtrl);
  REQUIRE(screen.bench().recording().on());
  say(screen, Key::kW, {}, "Kept.");
  CHECK_FALSE(screen.bench().authoring().unsaved());  // it is recorded
  screen.key(Key::kR, kCtrl);
  CHECK_FALSE(screen.bench().authoring().unsaved());
  std::filesystem::path recorded;
  for (const auto& entry : std::filesystem::directory_iterator(screen.folder())) recorded = entry.path();
  CHECK(must(replay_trace(recorded)).session.talk() == talk(screen));

  say(screen, Key::kJ, {}, "Chapter");
  CHECK(screen.bench().authoring().unsaved());
  screen.key(Key::kL, kCtrl);
  CHECK_FALSE(screen.bench().authoring().unsaved());
  Origin link;
  link.what = Origin::What::kLink;
  link.text = screen.copied();
  CHECK(must(screen.bench().documents().workspace().open(link)).session.talk() == talk(screen));
  REQUIRE(screen.bench().save_run(screen.folder() / "saved.jsonl"));
  CHECK(must(replay_trace(screen.folder() / "saved.jsonl")).session.talk() == talk(screen));
}

TEST_CASE("what is said and not saved is not lost without a word") {
  TestScreen screen;
  step(screen, 3);
  say(screen, Key::kW, {}, "Mine.");
  const Talk said = talk(screen);
  SUBCASE("reloading keeps it") {
    screen.key(Key::kF5);
    CHECK(talk(screen) == said);
    CHECK(screen.bench().authoring().unsaved());
    CHECK_FALSE(screen.has_notice("not saved"));
  }
  SUBCASE("another scenario says so, and undo comes back to it") {
    screen.key(Key::kN);
    CHECK(screen.has_notice("What you said of the run before is not saved"));
    CHECK(talk(screen).empty());
    screen.key(Key::kZ, kCtrl);
    CHECK(talk(screen) == said);
    CHECK(screen.bench().authoring().unsaved());
  }
  SUBCASE("a title alone, before the first step") {
    screen.key(Key::kN);
    say(screen, Key::kF2, kShift, "Titled");
    screen.key(Key::kN);
    screen.key(Key::kZ, kCtrl);
    CHECK(talk(screen).title() == "Titled");
  }
  SUBCASE("quitting asks once") {
    screen.key(Key::kQ, kCtrl);
    CHECK_FALSE(screen.bench().quit_wanted());
    CHECK(screen.has_notice("Ctrl+Q once more quits"));
    screen.key(Key::kQ, kCtrl);
    CHECK(screen.bench().quit_wanted());
  }
  SUBCASE("saved: nobody is asked") {
    REQUIRE(screen.bench().save_run(screen.folder() / "saved.jsonl"));
    screen.key(Key::kN);
    CHECK_FALSE(screen.has_notice("not saved"));
    screen.key(Key::kQ, kCtrl);
    CHECK(screen.bench().quit_wanted());
  }
}

TEST_CASE("a text that cannot be said is refused where it was typed") {
  TestScreen screen;
  step(screen, 1);
  say(screen, Key::kJ, {}, std::string(Talk::kMostName + 1, 'x'));
  REQUIRE(screen.bench().overlay().open());
  CHECK(screen.bench().overlay().error.find("80 is the most") != std::string::npos);
  CHECK(talk(screen).empty());
}

TEST_CASE("a branch is not given a name that a recording cannot carry") {
  TestScreen screen;
  step(screen, 1);
  screen.key(Key::kF2);
  screen.frames(3);
  screen.bench().overlay().put(std::string(Talk::kMostName + 1, 'x'));
  screen.key(Key::kEnter);
  REQUIRE(screen.bench().overlay().open());
  CHECK(screen.bench().overlay().error.find("cannot go into a recording") != std::string::npos);
  CHECK(screen.session().branches()[0].name == "main");
}

TEST_CASE("chapters and captions are seen on stage, and F5 there keeps them") {
  TestScreen screen;
  step(screen, 3);
  say(screen, Key::kJ, {}, "Stage chapter");
  say(screen, Key::kW, {}, "On stage.");
  screen.key(Key::kF11);
  REQUIRE(screen.bench().stage().on());
  CHECK(screen.shows("timeline/chapter/0"));
  CHECK(screen.shows("stage/caption"));
  screen.key(Key::kF5);
  CHECK(talk(screen).markers().size() == 1);
}

}  // namespace vmalab

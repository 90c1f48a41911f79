// SPDX-License-Identifier: GPL-2.0-only
// The commands, by key and by call: what they do to the session.
#include "ui/workbench.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <tuple>

#include "run/trace_file.h"
#include "ui/browser_keys.h"
#include "ui/test_screen.h"

namespace vmalab {

using testing::TestScreen;

TEST_CASE("no two commands share a name or a shortcut, and every one has both") {
  std::set<std::string_view> names;
  std::set<std::tuple<Where, int, bool, bool, bool>> shortcuts;
  for (const Command& what : command_table()) {
    CAPTURE(std::string(what.name));
    CHECK(names.insert(what.name).second);
    CHECK_FALSE(what.title.empty());
    CHECK(what.sentence.ends_with("."));
    CHECK_FALSE(shortcut_text(what.shortcut).empty());
    const Mods m = what.shortcut.mods;
    CHECK(shortcuts.emplace(what.where, static_cast<int>(what.shortcut.key), m.ctrl, m.shift, m.alt).second);
    // Digits alone select threads.
    CHECK_FALSE((m == Mods{} && what.shortcut.key >= Key::k0 && what.shortcut.key <= Key::k9));
    CHECK(find_command(what.shortcut, what.where) == &what);
  }
}

TEST_CASE("in a browser no command has a key that is the browser's own, and no two have the same") {
  std::set<std::tuple<Where, int, bool, bool, bool>> shortcuts;
  const std::set<Key> owned{Key::kF1, Key::kF3, Key::kF5, Key::kF6, Key::kF7, Key::kF10, Key::kF11, Key::kF12, Key::kTab, Key::kAlt};
  for (const Command& what : commands_in_browser()) {
    CAPTURE(std::string(what.name));
    const auto [key, m] = what.shortcut;
    CHECK(shortcuts.emplace(what.where, static_cast<int>(key), m.ctrl, m.shift, m.alt).second);
    CHECK(owned.count(key) == 0);
    const bool letter = key >= Key::kA && key <= Key::kZ;
    CHECK_FALSE((m.ctrl && letter && key != Key::kZ));                                        // menus of the browser
    CHECK_FALSE((m.ctrl && (key == Key::kPlus || key == Key::kMinus || key == Key::k0)));     // its zoom
    CHECK_FALSE((m.ctrl && (key == Key::kPageUp || key == Key::kPageDown)));                  // its tabs
    CHECK_FALSE((m == Mods{.alt = true} && (letter || (key >= Key::k1 && key <= Key::k9))));  // its menus, its tabs
    CHECK_FALSE((m == Mods{.alt = true} && (key == Key::kLeft || key == Key::kRight)));       // its history
    CHECK_FALSE((m == Mods{.shift = true} && key >= Key::k1 && key <= Key::k9));              // a step that can go several ways
    CHECK(what.sentence.ends_with("."));
  }
}

TEST_CASE("every command can be given by its key and by its menu") {
  std::set<std::string> menus;
  for (const Command& what : command_table()) menus.emplace(what.menu);
  for (const std::string& menu : menus) {
    TestScreen screen;
    REQUIRE(screen.click("menu/" + menu));
    for (const Command& what : command_table()) {
      if (what.menu != menu) continue;
      CAPTURE(std::string(what.name));
      const Widget* item = screen.bench().widgets().find("menu/" + menu + "/" + std::string(what.name));
      REQUIRE(item != nullptr);
      CHECK(item->enabled == what.enabled(screen.bench()));
    }
  }
  for (const Command& what : command_table()) {
    CAPTURE(std::string(what.name));
    TestScreen screen;
    CHECK(screen.key(what.shortcut.key, what.shortcut.mods));
  }
}

TEST_CASE("stepping, going back and branching by key") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const ThreadId first = bench.selected_thread();
  CHECK(screen.key(Key::kSpace));
  CHECK(bench.session().depth() == 1);
  REQUIRE(bench.last_step() != nullptr);
  CHECK(bench.last_step()->action.thread == first);
  screen.key(Key::kSpace);
  screen.key(Key::kLeft);
  CHECK(bench.session().depth() == 1);
  CHECK(bench.session().path().size() == 3);
  screen.key(Key::kTab);
  CHECK(bench.selected_thread() != first);
  screen.key(Key::kSpace);
  CHECK(bench.session().branches().size() == 2);
  CHECK(bench.session().depth() == 2);
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(bench.session().depth() == 1);
  screen.key(Key::kZ, {.ctrl = true, .shift = true});
  CHECK(bench.session().depth() == 2);
  screen.key(Key::kDown, {.ctrl = true});
  CHECK(bench.session().active_branch() == 0);
  CHECK(bench.session().node_count() == 4);
  screen.key(Key::kHome);
  CHECK(bench.session().depth() == 0);
  CHECK_FALSE(bench.can(CommandId::kBack));
  screen.key(Key::kEnd);
  CHECK(bench.session().depth() == 2);
  screen.key(Key::k1);
  CHECK(bench.selected_thread() == ThreadId{0});
}

TEST_CASE("the demo runs to its end by Enter and its captions come along") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  REQUIRE_FALSE(bench.scenario().demo.empty());
  int steps = 0;
  while (bench.can(CommandId::kDemoStep) && steps < 1000) {
    const Demo::Step* next = bench.player().demo().next(bench.session());
    REQUIRE(next != nullptr);
    bench.run(CommandId::kDemoStep);
    CHECK(bench.demo_caption().text == bench.scenario().demo[static_cast<std::size_t>(next->line)].caption);
    ++steps;
  }
  CHECK(steps == bench.session().depth());
  CHECK(steps > 3);
  CHECK(bench.machine().all_done(bench.state()) == bench.scenario().expect.all_done);
  // Another way than the demo's has no captions.
  bench.run(CommandId::kRestart);
  const std::optional<Action> planned = bench.player().next_in_demo(bench.session());
  REQUIRE(planned);
  for (int t = 0; t < bench.machine().thread_count(); ++t) {
    const ThreadId thread = thread_id(t);
    if (thread == planned->thread || !bench.machine().can_step(bench.state(), thread)) continue;
    REQUIRE(bench.step(thread));
    CHECK(bench.demo_caption().text.empty());
    CHECK_FALSE(bench.player().next_in_demo(bench.session()));
    break;
  }
}

TEST_CASE("with a variant the demo goes as far as it fits, and then says why it stops") {
  TestScreen screen;
  const auto created = testing::open_bench("writer-waits-for-a-reader", "no-wake");
  Workbench& bench = *created;
  const Result<Demo> demo = Demo::of(bench.machine());
  REQUIRE(demo);
  while (bench.can(CommandId::kDemoStep)) {
    bench.run(CommandId::kDemoStep);
    CHECK(bench.demo_caption().text.empty());  // they were written for the code without the variant
  }
  CHECK(bench.session().depth() > 20);
  CHECK(bench.session().depth() < static_cast<int>(demo->steps().size()));
  REQUIRE_FALSE(bench.notices().empty());
  CHECK(bench.notices().all().back().text.find("The demo goes no further with this code: ") == 0);
}

TEST_CASE("stepping over and out of functions") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const ThreadId t = bench.selected_thread();
  const Program& program = bench.machine().program(t);
  for (int guard = 0; guard < 60 && bench.machine().can_step(bench.state(), t); ++guard) {
    const Instr before = program.code[Machine::pc(bench.state(), t)];
    const auto depth = program.stack_at(Machine::pc(bench.state(), t)).size();
    const int steps = bench.session().depth();
    if (guard % 2 == 0) {
      bench.step_over(t);
      const Instr& after = program.code[Machine::pc(bench.state(), t)];
      const bool stopped = !bench.machine().can_step(bench.state(), t);
      const bool same_place = after.frame == before.frame && after.pos.line == before.pos.line;
      CHECK((stopped || !same_place));
      if (!stopped) CHECK(program.stack_at(Machine::pc(bench.state(), t)).size() <= depth);
    } else {
      bench.step(t);
    }
    CHECK(bench.session().depth() > steps);
  }
  bench.restart();
  while (bench.machine().can_step(bench.state(), t) && program.stack_at(Machine::pc(bench.state(), t)).size() < 2) bench.step(t);
  REQUIRE(bench.machine().can_step(bench.state(), t));
  const auto depth = program.stack_at(Machine::pc(bench.state(), t)).size();
  bench.step_out(t);
  const bool stopped = !bench.machine().can_step(bench.state(), t);
  CHECK((stopped || program.stack_at(Machine::pc(bench.state(), t)).size() < depth));
}

TEST_CASE("running to a line stops there or says why not") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const ThreadId t = bench.selected_thread();
  const Program& program = bench.machine().program(t);
  bench.until_blocked(t);
  const SourcePos target = program.code[Machine::pc(bench.state(), t)].pos;
  CHECK_FALSE(bench.machine().can_step(bench.state(), t));
  bench.restart();
  bench.step(t);
  const std::uint32_t line = program.code[Machine::pc(bench.state(), t)].pos.line;
  const int file = program.code[Machine::pc(bench.state(), t)].pos.file;
  bench.restart();
  bench.run_to_line(t, file, static_cast<int>(line));
  CHECK(program.code[Machine::pc(bench.state(), t)].pos.line == line);
  CHECK(target.line > 0);
  // A step to a line that is passed already is not there any more: nothing is done, also not for later.
  const int depth = bench.session().depth();
  const auto steps = bench.session().path().size();
  bench.run_to_line(t, file, static_cast<int>(line));
  CHECK(screen.has_notice("without reaching line " + std::to_string(line) + ", so it stays where it is"));
  CHECK(bench.session().depth() == depth);
  CHECK(bench.session().path().size() == steps);
  bench.run_to_line(t, file, 1);
  CHECK(screen.has_notice("makes no step on line 1, so it stays where it is"));
  bench.seek_line(t, file, 1);
  CHECK_FALSE(bench.foresight().seeking());
}

TEST_CASE("a line that only calls is reached where the call begins") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const ThreadId t = bench.selected_thread();
  const Program& program = bench.machine().program(t);
  while (program.stack_at(Machine::pc(bench.state(), t)).size() < 3) bench.step(t);
  const int depth = bench.session().depth();
  const Frame& call = program.frames[program.stack_at(Machine::pc(bench.state(), t)).back()];
  bench.restart();
  bench.run_to_line(t, call.call.file, static_cast<int>(call.call.line));
  CHECK(bench.session().depth() == depth);
  CHECK(program.frames[program.stack_at(Machine::pc(bench.state(), t)).back()].function == call.function);
  // From there it is the next time that counts, and there is none.
  bench.run_to_line(t, call.call.file, static_cast<int>(call.call.line));
  CHECK(bench.session().depth() == depth);
  CHECK(screen.has_notice("finishes without reaching line"));
}

TEST_CASE("play follows the demo at the speed that is set, and stops at its end") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  bench.player().set_speed(static_cast<int>(kSpeeds.size()) - 1);
  screen.key(Key::kP);
  CHECK(bench.player().playing());
  screen.frames(10, 1.0 / 30);
  const int after_third = bench.session().depth();
  CHECK(after_third >= 5);
  screen.frames(400, 1.0 / 10);
  CHECK_FALSE(bench.player().playing());
  CHECK_FALSE(bench.can(CommandId::kDemoStep));

  // From the past it follows the branch and adds nothing.
  const std::size_t nodes = bench.session().node_count();
  screen.key(Key::kHome);
  screen.key(Key::kP);
  screen.frames(400, 1.0 / 10);
  CHECK(bench.session().node_count() == nodes);
}

TEST_CASE("every scheduler ends by itself") {
  for (int s = 0; s < static_cast<int>(Policy::kCount); ++s) {
    CAPTURE(s);
    TestScreen screen;
    Workbench& bench = screen.bench();
    bench.player().set_policy(static_cast<Policy>(s));
    bench.player().set_speed(static_cast<int>(kSpeeds.size()) - 1);
    screen.key(Key::kP);
    for (int i = 0; i < 60 && bench.player().playing(); ++i) screen.frames(1, 0.5);
    CHECK_FALSE(bench.player().playing());
    CHECK(bench.session().depth() > 0);
  }
}

TEST_CASE("a recording is a whole trace, and a branch continues in a new file") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  bench.run(CommandId::kDemoStep);
  screen.key(Key::kR, {.ctrl = true});
  REQUIRE(bench.recording().on());
  bench.run(CommandId::kDemoStep);
  bench.run(CommandId::kDemoStep);
  bench.run(CommandId::kBack);
  bench.run(CommandId::kBack);
  for (int t = 0; t < bench.machine().thread_count(); ++t) {
    const ThreadId thread = thread_id(t);
    if (thread != bench.player().next_in_demo(bench.session())->thread && bench.machine().can_step(bench.state(), thread)) {
      REQUIRE(bench.step(thread));
      break;
    }
  }
  screen.key(Key::kR, {.ctrl = true});
  CHECK_FALSE(bench.recording().on());
  std::multiset<int> steps;
  for (const auto& entry : std::filesystem::directory_iterator(screen.folder())) {
    const Result<Replayed> replayed = replay_trace(entry.path());
    REQUIRE(replayed);
    CHECK(replayed->complete);
    steps.insert(replayed->steps);
  }
  CHECK(steps == std::multiset<int>{2, 3});
}

TEST_CASE("a run that is there is walked as it went: who acts is selected, and Next is its next step") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  for (int i = 0; i < 20; ++i) bench.run(CommandId::kDemoStep);
  const std::vector<Action> actions = bench.session().actions_to(bench.session().cursor());
  bench.restart();
  bench.select_thread(ThreadId{1});
  for (const Action& action : actions) {
    REQUIRE(bench.next_action());
    CHECK(bench.next_action()->by == NextAction::By::kRun);
    CHECK(bench.next_action()->action == action);
    screen.key(Key::kRight);
    CHECK(bench.selected_thread() == action.thread);
  }
  CHECK(bench.next_action()->by == NextAction::By::kDemo);
  screen.key(Key::kLeft);
  CHECK(bench.selected_thread() == actions.back().thread);
  REQUIRE(screen.click("lesson/next"));
  CHECK(bench.session().depth() == 20);
  CHECK(bench.session().branches().size() == 1);
}

TEST_CASE("Next is never a thread that cannot go on while another can") {
  TestScreen screen("two-readers");
  Workbench& bench = screen.bench();
  bench.player().set_policy(Policy::kSelectedThread);
  while (bench.machine().can_step(bench.state(), ThreadId{0})) bench.step(ThreadId{0});
  REQUIRE(bench.next_action());
  CHECK(bench.next_action()->action == Action{Action::Kind::kStep, ThreadId{1}});
  while (const auto next = bench.next_action()) bench.take_next();
  CHECK(bench.machine().all_done(bench.state()));
}

TEST_CASE("a caption's steps are one command, and until the last it is under way") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  int captions = 0, commands = 0;
  std::string_view before;
  while (bench.player().next_in_demo(bench.session())) {
    screen.key(Key::kEnter, {.ctrl = true});
    ++commands;
    const Caption caption = bench.demo_caption();
    CHECK(caption.step == caption.of);
    captions += caption.text != before;
    before = caption.text;
  }
  CHECK(commands == captions);
  CHECK(commands < bench.session().depth());
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(bench.session().depth() < static_cast<int>(bench.session().path().size()) - 1);
  bench.restart();
  bench.demo_step();
  if (bench.demo_caption().of > 1) CHECK(bench.demo_caption().step == 1);
}

TEST_CASE("a variant is chosen from the list, shown as a diff, and left again") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const std::string hash = bench.machine().code().hash();
  screen.key(Key::kV, {.ctrl = true});
  REQUIRE(screen.click("picker/detach-no-wait"));
  CHECK(bench.machine().code().hash() != hash);
  CHECK(bench.scenario().name == "recycled-vma-and-exit");
  CHECK(bench.panels.source.show_diff);
  screen.key(Key::kV, {.ctrl = true});
  REQUIRE(screen.click("picker/none"));
  CHECK(bench.machine().code().hash() == hash);
  CHECK_FALSE(bench.panels.source.show_diff);
}

TEST_CASE("the next scenario is the next in the list, round and round") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const std::string first = bench.scenario().name;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    seen.insert(bench.scenario().name);
    bench.run(CommandId::kNextScenario);
    if (bench.scenario().name == first) break;
  }
  CHECK(bench.scenario().name == first);
  CHECK(seen.size() >= 14);
  bench.run(CommandId::kNextScenario);
  bench.run(CommandId::kPreviousScenario);
  CHECK(bench.scenario().name == first);
}

TEST_CASE("zoom rebuilds the type, within limits") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const float normal = bench.appearance().em();
  screen.key(Key::kPlus, {.ctrl = true});
  CHECK(bench.appearance().em() > normal);
  CHECK(bench.appearance().fonts().huge.size > 1.8F * bench.appearance().em());
  for (int i = 0; i < 40; ++i) bench.run(CommandId::kSmaller);
  screen.frames(2);
  CHECK(bench.appearance().em() >= 9);
  screen.key(Key::k0, {.ctrl = true});
  CHECK(bench.appearance().em() == normal);
  screen.key(Key::kT);
  CHECK(bench.appearance().theme().id == ThemeId::kLight);
}

TEST_CASE("the same message is not shown twice, and a flood keeps the newest") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  for (int i = 0; i < 50; ++i) bench.notices().say(NoticeKind::kError, "message " + std::to_string(i / 2));
  CHECK(bench.notices().all().size() <= 4);
  CHECK(bench.notices().all().back().text == "message 24");
  bench.notices().say(NoticeKind::kInfo, "soon gone");
  screen.frames(20, 0.5);
  CHECK_FALSE(screen.has_notice("soon gone"));
  CHECK(screen.has_notice("message 24"));
}

TEST_CASE("playing off the demo says what to press") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  bench.select_thread(ThreadId{1});
  bench.run(CommandId::kStep);
  bench.run(CommandId::kPlay);
  screen.frames(4, 1.0);
  CHECK(screen.session().depth() == 1);
  CHECK(screen.has_notice("S goes on with another scheduler"));
}

TEST_CASE("a window too small for all panels says so once, and what to do") {
  TestScreen screen("writer-waits-for-a-reader", 500, 300);
  CHECK(screen.has_notice("Too small"));
  screen.bench().notices().close(0);
  screen.frames(3);
  CHECK_FALSE(screen.has_notice("Too small"));
  screen.resize(1280, 720);
  CHECK_FALSE(screen.has_notice("Too small"));
  screen.resize(639, 720);
  CHECK(screen.has_notice("Too small"));
  screen.resize(640, 720);
  CHECK_FALSE(screen.has_notice("Too small"));
}

}  // namespace vmalab

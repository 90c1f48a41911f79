// SPDX-License-Identifier: GPL-2.0-only
// The Lab's commands, by key and by call: what they do to the session, and that bad input becomes a notice.
#include "ui/lab.h"

#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <string>
#include <tuple>

#include "run/trace_file.h"
#include "ui/test_screen.h"

namespace vmalab {

using testing::TestScreen;

TEST_CASE("no two commands share a name or a shortcut, and every one has both") {
  std::set<std::string_view> names;
  std::set<std::tuple<int, bool, bool, bool>> shortcuts;
  for (const Command& what : command_table()) {
    CAPTURE(std::string(what.name));
    CHECK(names.insert(what.name).second);
    CHECK_FALSE(what.title.empty());
    CHECK(what.sentence.ends_with("."));
    CHECK_FALSE(shortcut_text(what.shortcut).empty());
    const Mods m = what.shortcut.mods;
    CHECK(shortcuts.emplace(static_cast<int>(what.shortcut.key), m.ctrl, m.shift, m.alt).second);
    // Digits alone select threads.
    CHECK_FALSE((m == Mods{} && what.shortcut.key >= Key::k0 && what.shortcut.key <= Key::k9));
    CHECK(find_command(what.shortcut) == &what);
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
      const Widget* item = screen.lab().widgets().find("menu/" + menu + "/" + std::string(what.name));
      REQUIRE(item != nullptr);
      CHECK(item->enabled == what.enabled(screen.lab()));
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
  Lab& lab = screen.lab();
  const ThreadId first = lab.selected_thread();
  CHECK(screen.key(Key::kSpace));
  CHECK(lab.session().depth() == 1);
  REQUIRE(lab.last_step() != nullptr);
  CHECK(lab.last_step()->action.thread == first);
  screen.key(Key::kSpace);
  screen.key(Key::kLeft);
  CHECK(lab.session().depth() == 1);
  CHECK(lab.session().path().size() == 3);
  screen.key(Key::kTab);
  CHECK(lab.selected_thread() != first);
  screen.key(Key::kSpace);
  CHECK(lab.session().branches().size() == 2);
  CHECK(lab.session().depth() == 2);
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(lab.session().depth() == 1);
  screen.key(Key::kZ, {.ctrl = true, .shift = true});
  CHECK(lab.session().depth() == 2);
  screen.key(Key::kDown, {.ctrl = true});
  CHECK(lab.session().active_branch() == 0);
  CHECK(lab.session().node_count() == 4);
  screen.key(Key::kHome);
  CHECK(lab.session().depth() == 0);
  CHECK_FALSE(lab.can(CommandId::kBack));
  screen.key(Key::kEnd);
  CHECK(lab.session().depth() == 2);
  screen.key(Key::k1);
  CHECK(lab.selected_thread() == ThreadId{0});
}

TEST_CASE("the demo runs to its end by Enter and its captions come along") {
  TestScreen screen;
  Lab& lab = screen.lab();
  REQUIRE_FALSE(lab.scenario().demo.empty());
  int steps = 0;
  while (lab.can(CommandId::kDemoStep) && steps < 1000) {
    const DemoStep* next = lab.next_demo_step();
    REQUIRE(next != nullptr);
    lab.run(CommandId::kDemoStep);
    CHECK(lab.demo_caption().text == next->caption);
    ++steps;
  }
  CHECK(steps == lab.session().depth());
  CHECK(steps > 3);
  CHECK(lab.machine().all_done(lab.state()) == lab.scenario().expect.all_done);
  // Another way than the demo's has no captions.
  lab.run(CommandId::kRestart);
  const std::optional<Action> planned = lab.next_demo_action();
  REQUIRE(planned);
  for (int t = 0; t < lab.machine().thread_count(); ++t) {
    const ThreadId thread{static_cast<std::uint8_t>(t)};
    if (thread == planned->thread || !lab.machine().can_step(lab.state(), thread)) continue;
    REQUIRE(lab.step(thread));
    CHECK(lab.demo_caption().text.empty());
    CHECK_FALSE(lab.next_demo_action());
    break;
  }
}

TEST_CASE("with a variant the demo goes as far as it fits, and then says why it stops") {
  TestScreen screen;
  const auto created = testing::open_lab("writer-waits-for-a-reader", "no-wake");
  Lab& lab = *created;
  const Result<Demo> demo = Demo::of(lab.machine());
  REQUIRE(demo);
  while (lab.can(CommandId::kDemoStep)) {
    lab.run(CommandId::kDemoStep);
    CHECK(lab.demo_caption().text.empty());  // they were written for the code without the variant
  }
  CHECK(lab.session().depth() > 20);
  CHECK(lab.session().depth() < static_cast<int>(demo->steps().size()));
  REQUIRE_FALSE(lab.notices().empty());
  CHECK(lab.notices().back().text.find("The demo goes no further with this code: ") == 0);
}

TEST_CASE("stepping over and out of functions") {
  TestScreen screen;
  Lab& lab = screen.lab();
  const ThreadId t = lab.selected_thread();
  const Program& program = lab.machine().program(t);
  for (int guard = 0; guard < 60 && lab.machine().can_step(lab.state(), t); ++guard) {
    const Instr before = program.code[lab.state().thread(t).pc];
    const auto depth = program.stack_at(lab.state().thread(t).pc).size();
    const int steps = lab.session().depth();
    if (guard % 2 == 0) {
      lab.step_over(t);
      const Instr& after = program.code[lab.state().thread(t).pc];
      const bool stopped = !lab.machine().can_step(lab.state(), t);
      const bool same_place = after.frame == before.frame && after.pos.line == before.pos.line;
      CHECK((stopped || !same_place));
      if (!stopped) CHECK(program.stack_at(lab.state().thread(t).pc).size() <= depth);
    } else {
      lab.step(t);
    }
    CHECK(lab.session().depth() > steps);
  }
  lab.restart();
  while (lab.machine().can_step(lab.state(), t) && program.stack_at(lab.state().thread(t).pc).size() < 2) lab.step(t);
  REQUIRE(lab.machine().can_step(lab.state(), t));
  const auto depth = program.stack_at(lab.state().thread(t).pc).size();
  lab.step_out(t);
  const bool stopped = !lab.machine().can_step(lab.state(), t);
  CHECK((stopped || program.stack_at(lab.state().thread(t).pc).size() < depth));
}

TEST_CASE("running to a line stops there or says why not") {
  TestScreen screen;
  Lab& lab = screen.lab();
  const ThreadId t = lab.selected_thread();
  const Program& program = lab.machine().program(t);
  lab.until_blocked(t);
  const SourcePos target = program.code[lab.state().thread(t).pc].pos;
  CHECK_FALSE(lab.machine().can_step(lab.state(), t));
  lab.restart();
  lab.step(t);
  const std::uint32_t line = program.code[lab.state().thread(t).pc].pos.line;
  const int file = program.code[lab.state().thread(t).pc].pos.file;
  lab.restart();
  lab.run_to_line(t, file, static_cast<int>(line));
  CHECK(program.code[lab.state().thread(t).pc].pos.line == line);
  lab.run_to_line(t, file, 1);
  CHECK(screen.has_notice("without coming to line 1"));
  CHECK(target.line > 0);
}

TEST_CASE("play follows the demo at the speed that is set, and stops at its end") {
  TestScreen screen;
  Lab& lab = screen.lab();
  lab.set_speed(static_cast<int>(kSpeeds.size()) - 1);
  screen.key(Key::kP);
  CHECK(lab.playing());
  screen.frames(10, 1.0 / 30);
  const int after_third = lab.session().depth();
  CHECK(after_third >= 5);
  screen.frames(400, 1.0 / 10);
  CHECK_FALSE(lab.playing());
  CHECK_FALSE(lab.can(CommandId::kDemoStep));

  // From the past it follows the branch and adds nothing.
  const std::size_t nodes = lab.session().node_count();
  screen.key(Key::kHome);
  screen.key(Key::kP);
  screen.frames(400, 1.0 / 10);
  CHECK(lab.session().node_count() == nodes);
}

TEST_CASE("every scheduler ends by itself") {
  for (int s = 0; s < static_cast<int>(Policy::kCount); ++s) {
    CAPTURE(s);
    TestScreen screen;
    Lab& lab = screen.lab();
    lab.set_policy(static_cast<Policy>(s));
    lab.set_speed(static_cast<int>(kSpeeds.size()) - 1);
    screen.key(Key::kP);
    for (int i = 0; i < 60 && lab.playing(); ++i) screen.frames(1, 0.5);
    CHECK_FALSE(lab.playing());
    CHECK(lab.session().depth() > 0);
  }
}

TEST_CASE("a recording is a whole trace, and a branch continues in a new file") {
  TestScreen screen;
  Lab& lab = screen.lab();
  lab.run(CommandId::kDemoStep);
  screen.key(Key::kR, {.ctrl = true});
  REQUIRE(lab.recording());
  lab.run(CommandId::kDemoStep);
  lab.run(CommandId::kDemoStep);
  lab.run(CommandId::kBack);
  lab.run(CommandId::kBack);
  for (int t = 0; t < lab.machine().thread_count(); ++t) {
    const ThreadId thread{static_cast<std::uint8_t>(t)};
    if (thread != lab.next_demo_action()->thread && lab.machine().can_step(lab.state(), thread)) {
      REQUIRE(lab.step(thread));
      break;
    }
  }
  screen.key(Key::kR, {.ctrl = true});
  CHECK_FALSE(lab.recording());
  std::multiset<int> steps;
  for (const auto& entry : std::filesystem::directory_iterator(screen.folder())) {
    const Result<Replayed> replayed = replay_trace(entry.path());
    REQUIRE(replayed);
    CHECK(replayed->complete);
    steps.insert(replayed->steps);
  }
  CHECK(steps == std::multiset<int>{2, 3});
}

TEST_CASE("a scenario of one's own is read again from its file, and a variant keeps its configuration") {
  TestScreen screen;
  Lab& lab = screen.lab();
  const std::filesystem::path file = screen.folder() / "mine.toml";
  const auto write = [&](const std::string& title) {
    std::ofstream(file) << "title = \"" << title << "\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
                        << "[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\n";
  };
  write("First");
  REQUIRE(lab.open(file.string()));
  lab.run(CommandId::kStep);
  lab.run(CommandId::kStep);
  write("Second");
  lab.run(CommandId::kReload);
  CHECK(lab.scenario().title == "Second");
  CHECK(lab.session().depth() == 2);
  CHECK(lab.notices().back().text == "Reloaded.");
  write("\"");
  lab.run(CommandId::kReload);
  CHECK(lab.scenario().title == "Second");
  CHECK(lab.notices().back().kind == NoticeKind::kError);

  const auto created = testing::open_lab("sequence-comes-round", "seq-wraps");
  CHECK(created->scenario().seq_bits == 2);
  created->run(CommandId::kReload);
  CHECK(created->scenario().seq_bits == 2);
}

TEST_CASE("an unwritable folder is a notice and the run goes on") {
  TestScreen screen;
  LabOptions options;
  options.trace_folder = screen.folder() / "not" / "there";
  const auto lab = testing::open_lab("writer-waits-for-a-reader", {}, options);
  lab->start_recording();
  CHECK_FALSE(lab->recording());
  REQUIRE_FALSE(lab->notices().empty());
  CHECK(lab->notices().back().kind == NoticeKind::kError);
  CHECK(lab->step(lab->selected_thread()));
}

TEST_CASE("bad input is a notice, and the session stays") {
  TestScreen screen;
  Lab& lab = screen.lab();
  lab.run(CommandId::kDemoStep);
  const std::uint64_t serial = lab.session_serial();
  CHECK_FALSE(lab.open("no-such-scenario"));
  CHECK_FALSE(lab.open((screen.folder() / "missing.jsonl").string()));
  CHECK_FALSE(lab.open("vmalab:nonsense"));
  std::ofstream(screen.folder() / "broken.jsonl") << "{\"not\": \"a trace\"}\n";
  CHECK_FALSE(lab.open((screen.folder() / "broken.jsonl").string()));
  CHECK(lab.session_serial() == serial);
  CHECK(lab.session().depth() == 1);

  // The same through the text field.
  screen.key(Key::kO, {.ctrl = true});
  screen.type("/nowhere/run.jsonl");
  screen.key(Key::kEnter);
  CHECK(screen.has_notice("/nowhere/run.jsonl"));
  CHECK(lab.session_serial() == serial);
  const auto count = lab.notices().size();
  screen.key(Key::kEscape);
  CHECK(lab.notices().size() == count - 1);

  // A step that cannot happen.
  lab.until_blocked(lab.selected_thread());
  CHECK_FALSE(lab.step(lab.selected_thread()));
  CHECK(screen.has_notice("cannot step"));
}

TEST_CASE("a link brings back the same run") {
  TestScreen screen;
  Lab& lab = screen.lab();
  for (int i = 0; i < 4; ++i) lab.run(CommandId::kDemoStep);
  const State before = lab.state();
  screen.key(Key::kL, {.ctrl = true});
  REQUIRE(screen.copied().starts_with("vmalab:"));
  lab.restart();
  REQUIRE(lab.open(screen.copied()));
  CHECK(lab.session().depth() == 4);
  CHECK(equal_states(lab.state(), before, lab.machine().thread_count()));
}

TEST_CASE("saving writes a trace that opens again, and never overwrites") {
  TestScreen screen;
  Lab& lab = screen.lab();
  for (int i = 0; i < 3; ++i) lab.run(CommandId::kDemoStep);
  screen.key(Key::kS, {.ctrl = true});
  screen.key(Key::kEnter);
  std::filesystem::path file;
  for (const auto& entry : std::filesystem::directory_iterator(screen.folder())) file = entry.path();
  REQUIRE_FALSE(file.empty());
  const Result<void> again = save_trace(file, lab.session());
  CHECK_FALSE(again);
  lab.restart();
  REQUIRE(lab.open(file.string()));
  CHECK(lab.session().depth() == 3);
}

TEST_CASE("reloading keeps the run") {
  TestScreen screen;
  Lab& lab = screen.lab();
  for (int i = 0; i < 5; ++i) lab.run(CommandId::kDemoStep);
  const std::uint64_t serial = lab.session_serial();
  screen.key(Key::kF5);
  CHECK(lab.session_serial() != serial);
  CHECK(lab.session().depth() == 5);
  CHECK(screen.has_notice("Reloaded"));
}

TEST_CASE("reloading edited code says from which step on the run is another one, and drops the demo") {
  const testing::Folder folder;
  std::filesystem::copy(VMALAB_TEST_ASSETS, folder.path(), std::filesystem::copy_options::recursive);
  const auto made = testing::open_lab("writer-waits-for-a-reader", {}, {}, folder.path());
  Lab& lab = *made;
  for (int i = 0; i < 20; ++i) lab.run(CommandId::kDemoStep);
  const auto edit = [&](const std::string& from, const std::string& to) {
    const std::filesystem::path file = folder.path() / "kernel" / "mmap_lock.h";
    std::ifstream in(file);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    std::ofstream(file) << text.replace(at, from.size(), to);
  };
  edit("\tmm_lock_seqcount_begin(mm);", "\tmm_lock_seqcount_begin(mm); mm_lock_seqcount_begin(mm);");
  lab.run(CommandId::kReload);
  const Notice& notice = lab.notices().back();
  CHECK(notice.kind == NoticeKind::kWarning);
  CHECK(notice.text.find("Reloaded. From step ") == 0);
  CHECK(notice.text.find("breaks seq-parity") != std::string::npos);
  CHECK(lab.last_step()->violations == check_bit(CheckId::kSeqParity));  // it stops there
  CHECK(lab.demo_caption().text.empty());

  // A file that does not compile is refused; the complaint goes when it is mended.
  edit("mm_lock_seqcount_begin(mm); mm_lock_seqcount_begin(mm);", "mm_lock_seqcount_begin(mm;");
  lab.run(CommandId::kReload);
  CHECK(lab.notices().back().text.find("Not reloaded") == 0);
  edit("mm_lock_seqcount_begin(mm;", "mm_lock_seqcount_begin(mm);");
  lab.run(CommandId::kReload);
  for (const Notice& n : lab.notices()) CHECK(n.text.find("Not reloaded") == std::string::npos);
}

TEST_CASE("reloading is about what is open, not about what was open before it") {
  TestScreen screen("two-readers");
  Lab& lab = screen.lab();
  for (int i = 0; i < 3; ++i) lab.run(CommandId::kDemoStep);
  const std::filesystem::path trace = screen.folder() / "two-readers.jsonl";
  REQUIRE(save_trace(trace, lab.session()));
  lab.run(CommandId::kCopyLink);
  const std::string link = screen.copied();
  const std::string model = lab.machine().code().hash();

  const std::filesystem::path mine = screen.folder() / "mine.toml";
  std::ofstream(mine) << "title = \"Mine\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
                      << "[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\n";
  for (const std::string& recorded : {trace.string(), link}) {
    CAPTURE(recorded);
    // A scenario file was open, and it was looked at with a variant.
    REQUIRE(lab.open(mine.string()));
    screen.key(Key::kV, {.ctrl = true});
    REQUIRE(screen.click("picker/detach-no-wait"));
    REQUIRE(lab.machine().code().hash() != model);
    REQUIRE(lab.open(recorded));
    CHECK(lab.session().depth() == 3);
    screen.key(Key::kF5);
    CHECK(lab.scenario().name == "two-readers");
    CHECK(lab.machine().code().hash() == model);
    CHECK(lab.session().depth() == 3);
    // What is chosen next runs the code that is seen, too.
    REQUIRE(lab.open("writer-alone"));
    CHECK(lab.machine().code().hash() == model);
  }
}

TEST_CASE("a trace or a link recorded with a variant brings it along, and reloading keeps it") {
  TestScreen screen;
  Lab& lab = screen.lab();
  screen.key(Key::kV, {.ctrl = true});
  REQUIRE(screen.click("picker/detach-no-wait"));
  lab.run(CommandId::kDemoStep);
  lab.run(CommandId::kDemoStep);
  const std::string hash = lab.machine().code().hash();
  const std::filesystem::path trace = screen.folder() / "no-wake.jsonl";
  REQUIRE(save_trace(trace, lab.session()));
  lab.run(CommandId::kCopyLink);
  const std::string link = screen.copied();
  for (const std::string& recorded : {trace.string(), link}) {
    CAPTURE(recorded);
    screen.key(Key::kV, {.ctrl = true});
    REQUIRE(screen.click("picker/none"));
    REQUIRE(lab.machine().code().hash() != hash);
    REQUIRE(lab.open(recorded));
    CHECK(lab.machine().code().hash() == hash);
    screen.key(Key::kF5);
    CHECK(lab.machine().code().hash() == hash);
    CHECK(lab.session().depth() == 2);
    // The picker shows it as the one that runs.
    screen.key(Key::kV, {.ctrl = true});
    CHECK(screen.key(Key::kEnter));
    CHECK(lab.machine().code().hash() == hash);
  }
}

TEST_CASE("Undo comes back to what was open before, Redo goes there again") {
  TestScreen screen;
  Lab& lab = screen.lab();
  const std::string first = lab.scenario().name;
  for (int i = 0; i < 5; ++i) lab.run(CommandId::kDemoStep);
  screen.key(Key::kN);
  const std::string second = lab.scenario().name;
  CHECK(second != first);
  lab.run(CommandId::kDemoStep);
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(lab.session().depth() == 0);
  CHECK(lab.scenario().name == second);
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(lab.scenario().name == first);
  CHECK(lab.session().depth() == 5);
  CHECK(screen.has_notice("as it was left"));
  screen.key(Key::kZ, {.ctrl = true, .shift = true});
  CHECK(lab.scenario().name == second);

  // A variant is left the same way.
  const std::string model = lab.machine().code().hash();
  screen.key(Key::kV, {.ctrl = true});
  REQUIRE(screen.click("picker/detach-no-wait"));
  const std::string no_wait = lab.machine().code().hash();
  lab.run(CommandId::kDemoStep);
  screen.key(Key::kV, {.ctrl = true});
  REQUIRE(screen.click("picker/none"));
  REQUIRE(lab.machine().code().hash() == model);
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(lab.machine().code().hash() == no_wait);
  CHECK(lab.session().depth() == 1);
  screen.key(Key::kF5);
  CHECK(lab.machine().code().hash() == no_wait);
}

TEST_CASE("a run that is there is walked as it went: who acts is selected, and Next is its next step") {
  TestScreen screen;
  Lab& lab = screen.lab();
  for (int i = 0; i < 20; ++i) lab.run(CommandId::kDemoStep);
  const std::vector<Action> actions = lab.session().actions_to(lab.session().cursor());
  lab.restart();
  lab.select_thread(ThreadId{1});
  for (const Action& action : actions) {
    REQUIRE(lab.next_action());
    CHECK(lab.next_action()->by == NextAction::By::kRun);
    CHECK(lab.next_action()->action == action);
    screen.key(Key::kRight);
    CHECK(lab.selected_thread() == action.thread);
  }
  CHECK(lab.next_action()->by == NextAction::By::kDemo);
  screen.key(Key::kLeft);
  CHECK(lab.selected_thread() == actions.back().thread);
  REQUIRE(screen.click("lesson/next"));
  CHECK(lab.session().depth() == 20);
  CHECK(lab.session().branches().size() == 1);
}

TEST_CASE("Next is never a thread that cannot go on while another can") {
  TestScreen screen("two-readers");
  Lab& lab = screen.lab();
  lab.set_policy(Policy::kSelectedThread);
  while (lab.machine().can_step(lab.state(), ThreadId{0})) lab.step(ThreadId{0});
  REQUIRE(lab.next_action());
  CHECK(lab.next_action()->action == Action{Action::Kind::kStep, ThreadId{1}});
  while (const auto next = lab.next_action()) lab.take_next();
  CHECK(lab.machine().all_done(lab.state()));
}

TEST_CASE("a caption's steps are one command, and until the last it is under way") {
  TestScreen screen;
  Lab& lab = screen.lab();
  int captions = 0, commands = 0;
  std::string_view before;
  while (lab.next_demo_action()) {
    screen.key(Key::kEnter, {.ctrl = true});
    ++commands;
    const Caption caption = lab.demo_caption();
    CHECK(caption.step == caption.of);
    captions += caption.text != before;
    before = caption.text;
  }
  CHECK(commands == captions);
  CHECK(commands < lab.session().depth());
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(lab.session().depth() < static_cast<int>(lab.session().path().size()) - 1);
  lab.restart();
  lab.demo_step();
  if (lab.demo_caption().of > 1) CHECK(lab.demo_caption().step == 1);
}

TEST_CASE("a variant is chosen from the list, shown as a diff, and left again") {
  TestScreen screen;
  Lab& lab = screen.lab();
  const std::string hash = lab.machine().code().hash();
  screen.key(Key::kV, {.ctrl = true});
  REQUIRE(screen.click("picker/detach-no-wait"));
  CHECK(lab.machine().code().hash() != hash);
  CHECK(lab.scenario().name == "recycled-vma-and-exit");
  CHECK(lab.source_state.show_diff);
  screen.key(Key::kV, {.ctrl = true});
  REQUIRE(screen.click("picker/none"));
  CHECK(lab.machine().code().hash() == hash);
  CHECK_FALSE(lab.source_state.show_diff);
}

TEST_CASE("the next scenario is the next in the list, round and round") {
  TestScreen screen;
  Lab& lab = screen.lab();
  const std::string first = lab.scenario().name;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    seen.insert(lab.scenario().name);
    lab.run(CommandId::kNextScenario);
    if (lab.scenario().name == first) break;
  }
  CHECK(lab.scenario().name == first);
  CHECK(seen.size() >= 14);
  lab.run(CommandId::kNextScenario);
  lab.run(CommandId::kPreviousScenario);
  CHECK(lab.scenario().name == first);
}

TEST_CASE("zoom rebuilds the type, within limits") {
  TestScreen screen;
  Lab& lab = screen.lab();
  const float normal = lab.em();
  screen.key(Key::kPlus, {.ctrl = true});
  CHECK(lab.em() > normal);
  CHECK(lab.fonts().huge.size > 1.8F * lab.em());
  for (int i = 0; i < 40; ++i) lab.run(CommandId::kSmaller);
  screen.frames(2);
  CHECK(lab.em() >= 9);
  screen.key(Key::k0, {.ctrl = true});
  CHECK(lab.em() == normal);
  screen.key(Key::kT);
  CHECK(lab.theme().id == ThemeId::kLight);
}

TEST_CASE("the same message is not shown twice, and a flood keeps the newest") {
  TestScreen screen;
  Lab& lab = screen.lab();
  for (int i = 0; i < 50; ++i) lab.set_notice(NoticeKind::kError, "message " + std::to_string(i / 2));
  CHECK(lab.notices().size() <= 4);
  CHECK(lab.notices().back().text == "message 24");
  lab.set_notice(NoticeKind::kInfo, "soon gone");
  screen.frames(20, 0.5);
  CHECK_FALSE(screen.has_notice("soon gone"));
  CHECK(screen.has_notice("message 24"));
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The panel "Checks and finder" as a person uses it: keys and clicks.
#include "ui/checks.h"
#include "machine/look.h"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "ui/test_screen.h"

namespace vmalab {
namespace {

using testing::TestScreen;
using Verdict = check::CheckReport::Verdict;
using Section = Checks::Section;

/// Opens the find box and types.
void type_goal(TestScreen& screen, std::string_view text) {
  screen.key(Key::kF, {.ctrl = true});
  screen.frames(3);
  screen.type(text);
}

void wait(TestScreen& screen) {
  for (int i = 0; i < 10000 && screen.bench().checks().running(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    screen.frames(1);
  }
  REQUIRE_FALSE(screen.bench().checks().running());
  screen.frames(2);
}

}  // namespace

TEST_CASE("check all interleavings: a key, verdicts, and edges for the class map") {
  TestScreen screen;
  CHECK_FALSE(screen.shows("checks/judge"));
  CHECK(screen.key(Key::kF9));
  wait(screen);
  const auto& verdicts = screen.bench().checks().verdicts();
  REQUIRE(verdicts);
  CHECK(verdicts->report.verdict == Verdict::kPass);
  for (const Property* check : kProperties) CHECK(screen.shows("checks/check/" + std::string(check->name)));
  REQUIRE(screen.bench().panels.vma.reachable_edges);
  CHECK_FALSE(screen.bench().panels.vma.reachable_edges->empty());
  CHECK_FALSE(screen.shows("checks/open-run"));

  // Another scenario: nothing is known about it.
  screen.key(Key::kN);
  CHECK_FALSE(screen.bench().checks().verdicts());
  CHECK_FALSE(screen.bench().panels.vma.reachable_edges);
}

TEST_CASE("any number of threads: proved, with what it rests on and the edges of all of them") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  screen.key(Key::kF9, {.alt = true});
  wait(screen);
  REQUIRE(bench.checks().answer());
  const Checks::Answer& answer = *bench.checks().answer();
  REQUIRE(answer.any);
  CHECK(answer.any->sentence.starts_with(
      "Proved for any number of readers and writers, for ever (one VMA object in one mm, sequentially consistent memory"));
  CHECK(answer.any->basis.starts_with("Readers are alike"));
  CHECK(answer.report.verdict == Verdict::kPass);
  CHECK(bench.panels.vma.edges_of_any_number);
  CHECK(screen.shows("checks/any"));
  screen.click("checks/section/evidence");
  screen.click("checks/judge");
  wait(screen);
  CHECK_FALSE(bench.panels.vma.edges_of_any_number);
}

TEST_CASE("a violation for any number is a run of the fewest threads that show it, opened like any other") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  for (std::size_t i = 0; i < bench.documents().variants().size(); ++i) {
    if (bench.documents().variants()[i].name == "no-wake") bench.choose_variant(static_cast<int>(i) + 1);
  }
  REQUIRE(bench.open("standard-3-2-0"));
  bench.step(ThreadId{0});
  screen.key(Key::kF9, {.alt = true});
  wait(screen);
  REQUIRE(bench.checks().answer());
  const Checks::Answer answer = *bench.checks().answer();
  REQUIRE(answer.any);
  CHECK(answer.any->sentence.starts_with("no-stuck can be broken, by 1 reader and 1 writer and no fewer readers"));
  CHECK(answer.report.verdict == Verdict::kViolation);
  CHECK(screen.shows("checks/check/no-stuck/open"));
  CHECK_FALSE(screen.shows("checks/others"));
  screen.key(Key::kO);
  CHECK(screen.session().machine().scenario().name == "standard-1-1-0");
  CHECK(bench.documents().current().origin.text == "standard-1-1-0");
  CHECK(bench.documents().current().origin.code.variant == "no-wake");
  CHECK(screen.session().depth() == static_cast<int>(answer.report.trace.size()));
  CHECK(screen.session().machine().stuck(screen.session().state()));
  // And back, step by step, to what was open before.
  for (int i = 0; i < 2; ++i) screen.key(Key::kZ, {.ctrl = true});
  CHECK(screen.session().machine().scenario().name == "standard-3-2-0");

  // With the threads that are there it is a branch.
  REQUIRE(bench.open("standard-1-1-0"));
  const std::uint64_t serial = bench.documents().serial();
  screen.key(Key::kF9, {.alt = true});
  wait(screen);
  screen.key(Key::kO);
  CHECK(bench.documents().serial() == serial);
  CHECK(screen.session().branches()[0].name == "counterexample: no-stuck");
}

TEST_CASE("after a violation the others are judged, and each broken check has its own shortest run") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  screen.key(Key::kV, {.ctrl = true});
  bench.overlay().row = 0;
  for (std::size_t i = 0; i < bench.documents().variants().size(); ++i) {
    if (bench.documents().variants()[i].name == "seq-before-wait") bench.overlay().row = static_cast<int>(i) + 1;
  }
  screen.key(Key::kEnter);
  const Variant variant = bench.documents().variants()[static_cast<std::size_t>(bench.documents().variant_row() - 1)];
  REQUIRE(variant.breaks.size() == 2);
  CHECK_FALSE(bench.can(CommandId::kCheckOthers));
  screen.key(Key::kF9);
  wait(screen);
  REQUIRE(bench.can(CommandId::kCheckOthers));
  for (int rounds = 0; bench.can(CommandId::kCheckOthers); ++rounds) {
    REQUIRE(rounds < static_cast<int>(kProperties.size()));
    if (rounds == 0) {
      REQUIRE(screen.click("checks/others"));
    } else {
      screen.key(Key::kF9, {.ctrl = true});
    }
    wait(screen);
  }
  REQUIRE(bench.checks().judged().size() >= 3);
  CHECK(bench.checks().judged().back().report.verdict == Verdict::kPass);
  for (std::size_t i = 0; i < variant.breaks.size(); ++i) {
    const std::string name(variant.breaks[i]->name);
    CAPTURE(name);
    REQUIRE(bench.checks().judged()[i].report.check == variant.breaks[i]);
    CHECK(static_cast<int>(bench.checks().judged()[i].report.trace.size()) == variant.steps[i]);
    screen.key(Key::kF9, {});  // nothing is lost by looking
    wait(screen);
    while (bench.can(CommandId::kCheckOthers)) {
      bench.run(CommandId::kCheckOthers);
      wait(screen);
    }
    bench.restart();
    bench.show_checks(Section::kChecks);
    screen.frames(3);
    bench.checks().show_counterexample(*variant.breaks[i]);
    bench.run(CommandId::kOpenRun);
    bench.run(CommandId::kEnd);
    CHECK(bench.session().depth() == variant.steps[i]);
    CHECK((bench.last_step()->violations & bit_of(*variant.breaks[i])) != 0);
  }
}

TEST_CASE("the window keeps drawing while a check runs, and stops being busy after it") {
  TestScreen screen;
  screen.bench().run(CommandId::kCheckAll);
  CHECK(screen.bench().next_frame_in() < 0.1);
  CHECK(screen.bench().can(CommandId::kCancelCheck));
  CHECK_FALSE(screen.bench().can(CommandId::kCheckAll));
  wait(screen);
  CHECK_FALSE(screen.bench().can(CommandId::kCancelCheck));
  CHECK(screen.bench().can(CommandId::kCheckAll));
}

TEST_CASE("a state is typed, found, and opened as a run to step through") {
  TestScreen screen;
  screen.key(Key::kF, {.ctrl = true});
  screen.frames(3);
  CHECK(screen.bench().checks().typing);
  screen.type("vma0->vm_refcnt == 2");
  CHECK(screen.bench().checks().typed() == "vma0->vm_refcnt == 2");
  // Letters in the box are no commands, Enter asks.
  CHECK_FALSE(screen.key(Key::kR));
  CHECK(screen.session().depth() == 0);
  CHECK(screen.key(Key::kEnter));
  wait(screen);
  const auto& answer = screen.bench().checks().answer();
  REQUIRE(answer);
  REQUIRE(answer->report.verdict == Verdict::kGoalFound);
  const std::size_t steps = answer->report.trace.size();
  CHECK(steps > 0);

  CHECK(screen.click("checks/open-run"));
  CHECK(screen.session().depth() == static_cast<int>(steps));
  CHECK(screen.session().path().size() == steps + 1);
  const auto& branch = screen.session().branches()[static_cast<std::size_t>(screen.session().active_branch())];
  CHECK(branch.name == "goal: vma0->vm_refcnt == 2");
  CHECK(refcnt_in(screen.bench().state(), VmaId{0}) == 2);
  CHECK_FALSE(screen.shows("checks/judge"));  // the source is back, to step through it
}

TEST_CASE("to open a run is one command to undo") {
  TestScreen screen;
  for (int i = 0; i < 4; ++i) screen.bench().run(CommandId::kStep);
  const NodeId before = screen.session().cursor();
  screen.bench().find_state("two", "vma0->vm_refcnt > VM_REFCNT_EXCLUDE_READERS_FLAG + 1");
  wait(screen);
  screen.bench().run(CommandId::kOpenRun);
  CHECK(screen.session().cursor() != before);
  screen.bench().run(CommandId::kUndo);
  CHECK(screen.session().cursor() == before);
}

TEST_CASE("from here: the way starts at the cursor and its run leaves the old branch alone") {
  TestScreen screen;
  while (refcnt_in(screen.bench().state(), VmaId{0}) != 2 && screen.bench().step(ThreadId{0})) {
  }
  const int depth = screen.session().depth();
  REQUIRE(refcnt_in(screen.bench().state(), VmaId{0}) == 2);
  screen.key(Key::kH);
  CHECK(screen.bench().checks().from_here);
  screen.bench().find_state("two", "vma0->vm_refcnt == 2");
  wait(screen);
  REQUIRE(screen.bench().checks().answer());
  CHECK(screen.bench().checks().answer()->question.depth == depth);
  CHECK_FALSE(screen.bench().checks().answer()->has_run());  // it is so already
  CHECK_FALSE(screen.bench().can(CommandId::kOpenRun));

  // A check from here says nothing about the scenario as a whole.
  screen.bench().run(CommandId::kCheckAll);
  wait(screen);
  CHECK(screen.bench().checks().answer()->report.verdict == Verdict::kPass);
  CHECK_FALSE(screen.bench().checks().verdicts());
  CHECK_FALSE(screen.bench().panels.vma.reachable_edges);
}

TEST_CASE("what cannot be asked is said in the panel") {
  TestScreen screen;
  screen.bench().find_state("wrong", "nothing_known == 1");
  wait(screen);
  CHECK_FALSE(screen.bench().checks().answer());
  CHECK(screen.bench().checks().error().find("nothing_known") != std::string::npos);
}

TEST_CASE("a completion is taken with the mouse") {
  TestScreen screen;
  type_goal(screen, "vma0->vm_ref");
  CHECK(screen.shows("checks/completion/0"));
  CHECK(screen.click("checks/completion/0"));
  screen.frames(3);
  CHECK(screen.bench().checks().typed() == "vma0->vm_refcnt");
  screen.type(" == 1");
  CHECK(screen.bench().checks().typed() == "vma0->vm_refcnt == 1");
}

TEST_CASE("Enter takes the completion that an arrow chose, and the keyboard stays in the box") {
  TestScreen screen;
  type_goal(screen, "vma0->vm_ref");
  REQUIRE(screen.shows("checks/completion/0"));
  screen.key(Key::kDown);
  screen.key(Key::kEnter);
  screen.frames(3);
  CHECK(screen.bench().checks().typed() == "vma0->vm_refcnt");
  CHECK_FALSE(screen.bench().checks().running());
  CHECK(screen.bench().checks().typing);
  screen.type(" == 1");
  CHECK(screen.bench().checks().typed() == "vma0->vm_refcnt == 1");
}

TEST_CASE("an expression with a mistake says where, and is mended where it was typed") {
  TestScreen screen;
  type_goal(screen, "vma0->vm_count == 1");
  screen.key(Key::kEnter);
  wait(screen);
  screen.frames(3);
  CHECK(screen.bench().checks().error().starts_with("At character 7: "));
  CHECK(screen.bench().checks().typing);
  screen.type("x");
  CHECK(screen.bench().checks().typed() == "vma0->xvm_count == 1");
}

TEST_CASE("the find box keeps the keyboard where nothing was found, and what was found is opened by O or Enter") {
  TestScreen screen;
  type_goal(screen, "vma0->vm_refcnt == 77");
  screen.key(Key::kEnter);
  wait(screen);
  screen.frames(3);
  REQUIRE(screen.bench().checks().answer());
  CHECK(screen.bench().checks().typing);
  for (const Key key : {Key::kEnter, Key::kO}) {
    TestScreen found;
    type_goal(found, "vma0->vm_refcnt == 2");
    found.key(Key::kEnter);
    wait(found);
    found.frames(3);
    REQUIRE(found.bench().checks().answer());
    CHECK_FALSE(found.bench().checks().typing);
    CHECK(found.session().path().size() == 1);
    found.key(key);
    CHECK(found.session().path().size() > 1);
  }
}

TEST_CASE("Enter belongs to the find box only while it is there") {
  TestScreen screen;
  type_goal(screen, "vma0->vm_refcnt == 2");
  CHECK(screen.click("tab/source"));
  screen.key(Key::kEnter);
  CHECK_FALSE(screen.bench().checks().running());
  CHECK_FALSE(screen.bench().checks().answer());
}

TEST_CASE("look-ahead: each row is a step that can be taken") {
  TestScreen screen;
  screen.key(Key::kA);
  CHECK(screen.bench().checks().section == Section::kNext);
  CHECK(screen.click("checks/next/r1"));
  CHECK(screen.session().depth() == 1);
  CHECK(screen.bench().last_step()->action.thread == ThreadId{0});
}

TEST_CASE("the pages and the place of the panel are reached by mouse too") {
  TestScreen screen;
  CHECK(screen.click("tab/checks"));
  for (const auto& [name, section] :
       {std::pair{"find", Section::kFind}, {"next", Section::kNext}, {"evidence", Section::kEvidence}, {"checks", Section::kChecks}}) {
    CHECK(screen.click("checks/section/" + std::string(name)));
    CHECK(screen.bench().checks().section == section);
  }
  CHECK(screen.click("tab/source"));
  CHECK_FALSE(screen.shows("checks/judge"));
}

TEST_CASE("all checks are in sight at 1280x720") {
  TestScreen screen;
  screen.bench().run(CommandId::kCheckAll);
  wait(screen);
  for (const auto& [name, widget] : screen.bench().widgets().all()) {
    if (!name.starts_with("checks/")) continue;
    CAPTURE(name);
    CHECK(widget.visible);
    CHECK_FALSE(widget.clipped);
  }
}

}  // namespace vmalab

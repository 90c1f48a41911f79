// SPDX-License-Identifier: GPL-2.0-only
// What can still come, as a person sees it: what stands beside the next steps, the mark on the timeline, runs that are looked for.
#include "ui/foresight.h"

#include <doctest/doctest.h>

#include "check/minimize.h"
#include "ui/test_screen.h"

namespace vmalab {
namespace {

using testing::open_bench;
using testing::TestScreen;

/// Until nothing is left to find out.
void settle(TestScreen& screen) {
  for (int i = 0; i < 5000 && screen.bench().foresight().busy(); ++i) screen.frames(1);
  REQUIRE_FALSE(screen.bench().foresight().busy());
  screen.frames(2);
}

void take_demo(TestScreen& screen) {
  while (screen.bench().can(CommandId::kDemoStep)) screen.bench().run(CommandId::kDemoStep);
  screen.frames(2);
}

}  // namespace

TEST_CASE("the timeline marks the point of no return of a run that breaks a check, and of no other") {
  TestScreen screen(open_bench("standard-1-1-0", "no-wake"), 1280, 720);
  CHECK_FALSE(screen.bench().foresight().no_return());
  take_demo(screen);
  settle(screen);
  REQUIRE(screen.bench().foresight().no_return());
  const int step = *screen.bench().foresight().no_return();
  CHECK(step == 27);
  CHECK(screen.shows("timeline/no-return/27"));
  // Another branch, which breaks nothing.
  screen.bench().travel_to(10);
  screen.bench().run(CommandId::kRandomStep);
  if (screen.session().path().size() > 20) screen.bench().random_step();
  settle(screen);
  CHECK_FALSE(screen.shows("timeline/no-return/27"));
  TestScreen whole;
  take_demo(whole);
  settle(whole);
  CHECK_FALSE(whole.bench().foresight().no_return());
}

TEST_CASE("beside the next steps stands what they lead to, before and after the point of no return") {
  TestScreen screen(open_bench("standard-1-1-0", "no-wake"), 1280, 720);
  take_demo(screen);
  screen.key(Key::kA);
  // At the violation nothing is left to be avoided.
  settle(screen);
  CHECK(screen.bench().foresight().here() == nullptr);
  screen.bench().travel_to(26);
  settle(screen);
  REQUIRE(screen.bench().foresight().here() != nullptr);
  CHECK(screen.bench().foresight().here()->avoidable == check::Known::kYes);
  CHECK(screen.shows("checks/future"));
  const Action w1{Action::Kind::kStep, *screen.bench().machine().find_thread("w1")};
  REQUIRE(screen.bench().foresight().after(w1) != nullptr);
  CHECK(screen.bench().foresight().after(w1)->after.avoidable == check::Known::kNo);
  screen.key(Key::kRight);
  settle(screen);
  REQUIRE(screen.bench().foresight().here() != nullptr);
  CHECK(screen.bench().foresight().here()->avoidable == check::Known::kNo);
}

TEST_CASE("another ending becomes a branch that breaks nothing, and where there is none, that is said") {
  TestScreen screen(open_bench("standard-1-1-0", "no-wake"), 1280, 720);
  take_demo(screen);
  screen.key(Key::kA, {.shift = true});  // at the violation
  CHECK_FALSE(screen.bench().foresight().seeking());
  REQUIRE_FALSE(screen.bench().notices().empty());
  screen.bench().travel_to(10);
  CHECK(screen.key(Key::kA, {.shift = true}));
  settle(screen);
  CHECK(screen.session().branches().size() == 2);
  CHECK(screen.session().branches()[1].name == "another ending");
  CHECK(screen.bench().machine().all_done(screen.session().state()));
  // One command to undo.
  screen.key(Key::kZ, {.ctrl = true});
  CHECK(screen.session().depth() == 10);

  TestScreen whole("read-lock-and-unlock");
  take_demo(whole);
  while (!whole.bench().machine().all_done(whole.session().state())) whole.bench().random_step();
  whole.bench().travel_to(3);
  whole.key(Key::kA, {.shift = true});
  settle(whole);
  CHECK(whole.session().branches().size() == 1);
}

TEST_CASE("the shortest run with the same violation becomes a branch, and a run without one has nothing to make short") {
  TestScreen screen(open_bench("killed-writer-tries-again", "seq-before-wait"), 1280, 720);
  Workbench& bench = screen.bench();
  for (int seed = 1; seed < 60; ++seed) {
    bench.restart();
    while (bench.can(CommandId::kRandomStep) && (bench.last_step() == nullptr || bench.last_step()->violations == 0))
      bench.run(CommandId::kRandomStep);
    if (bench.last_step() != nullptr && bench.last_step()->violations != 0) break;
  }
  REQUIRE(bench.last_step() != nullptr);
  REQUIRE(bench.last_step()->violations != 0);
  const int before = bench.session().depth();
  const std::vector<Action> run = bench.session().actions_to(bench.session().path().back());
  const check::Shown shown = check::what_it_shows(bench.machine(), run, ~PropertySet{0}, nullptr).value();
  CHECK(screen.key(Key::kO, {.shift = true}));
  settle(screen);
  CHECK(bench.session().depth() <= before);
  StateValue state = bench.session().state();
  CHECK(check::shows(bench.machine(), shown, *bench.last_step(), state));

  TestScreen whole;
  take_demo(whole);
  whole.key(Key::kO, {.shift = true});
  CHECK_FALSE(whole.bench().foresight().seeking());
  CHECK_FALSE(whole.bench().notices().empty());
}

TEST_CASE("to a line by any schedule: the others go first where they must") {
  TestScreen screen;
  Workbench& bench = screen.bench();
  const ThreadId w1 = *bench.machine().find_thread("w1");
  // Where w1 goes to sleep it comes only when r1 is in before.
  const Program& program = bench.machine().program(w1);
  std::size_t pc = 0;
  while (program.code[pc].op != Op::kSchedule) ++pc;
  const SourcePos pos = program.code[pc].pos;
  bench.select_thread(w1);
  bench.panels.source.file = pos.file;
  bench.panels.source.cursor_line = static_cast<int>(pos.line);
  CHECK(screen.key(Key::kG, {.shift = true}));
  settle(screen);
  CHECK(bench.session().depth() > 0);
  CHECK(program.code[Machine::pc(bench.state(), w1)].pos.line == pos.line);
}

TEST_CASE("what is looked for can be stopped, and is given up with the document") {
  TestScreen screen(open_bench("standard-3-1-1", {}), 1280, 720);
  Workbench& bench = screen.bench();
  while (bench.can(CommandId::kRandomStep)) bench.run(CommandId::kRandomStep);
  bench.travel_to(0);
  bench.run(CommandId::kOtherEnding);
  CHECK(bench.foresight().seeking());
  CHECK(bench.can(CommandId::kCancelCheck));
  bench.run(CommandId::kCancelCheck);
  CHECK_FALSE(bench.foresight().seeking());
  bench.run(CommandId::kOtherEnding);
  CHECK(bench.foresight().seeking());
  CHECK(bench.open("two-readers"));
  screen.frames(1);
  CHECK_FALSE(bench.foresight().seeking());
}

}  // namespace vmalab

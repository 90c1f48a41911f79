// SPDX-License-Identifier: GPL-2.0-only
#include "view/session_timeline.h"
#include "machine/state.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "machine/test_programs.h"
#include "run/test_machines.h"
#include "view/vma_view.h"

namespace vmalab {
namespace {

using testing::finish_randomly;
using testing::model_machine;
using testing::must;

Session session_of(int readers, int writers, int detachers) { return Session(model_machine(must(standard_scenario(readers, writers, detachers)))); }

constexpr VmaId kVma{0};

/// Everything the timeline says, against the states themselves.
void check_against_session(const SessionTimeline& run, const Session& session) {
  const std::vector<NodeId>& path = session.path();
  REQUIRE(run.steps() + 1 == static_cast<int>(path.size()));
  REQUIRE(run.timeline().end() == run.steps());
  const Machine& machine = session.machine();
  ClassEdges edges;
  std::size_t wakes = 0;
  for (int depth = 0; depth <= run.steps(); ++depth) {
    const NodeId node = path[static_cast<std::size_t>(depth)];
    const State state = session.state_at(node);
    CAPTURE(depth);
    REQUIRE(run.refcnt(kVma, depth) == state.vmas[0][VmaField::kRefcnt]);
    for (int t = 0; t < machine.thread_count(); ++t) {
      const ThreadId id = thread_id(t);
      const auto holds = [&](Mark mark, std::int32_t object = timeline::kNoObject) {
        return run.timeline().holds(run.track(id), static_cast<timeline::Category>(mark), object, depth);
      };
      const ThreadState& thread = state.thread(id);
      REQUIRE(holds(Mark::kRcu) == (thread.rcu_depth > 0));
      REQUIRE(holds(Mark::kMmapWrite) == (thread.mmap_write != 0));
      REQUIRE(holds(Mark::kDone) == machine.done(state, id));
      REQUIRE(holds(Mark::kReadLock, 0) == (thread.holds[0].read_locks != 0));
      REQUIRE(holds(Mark::kExcludes, 0) == (thread.holds[0].excluding != 0));
      REQUIRE(run.flag_owner(kVma, depth) == flag_owner(machine, state, kVma));
      const std::vector<timeline::Instant> marks = run.timeline().instants(run.track(id), depth, depth + 1);
      const bool stepped = depth > 0 && session.info(node).action.thread == id;
      REQUIRE(!marks.empty() == stepped);
      if (stepped) REQUIRE(static_cast<Mark>(marks[0].category) == mark_of_step(machine, session.info(node)));
    }
    if (depth == 0) continue;
    const Word before = run.refcnt(kVma, depth - 1), now = run.refcnt(kVma, depth);
    if (before != now) ++edges.at(refcnt_class(before), refcnt_class(now));
    const StepInfo& info = session.info(node);
    if (info.wake_target != kNoThread && info.wake_target != info.action.thread.value) ++wakes;
  }
  CHECK(run.timeline().flows(0, run.steps() + 1).size() == wakes);
  CHECK(run.walked(kVma, run.steps()).count == edges.count);
}

}  // namespace

TEST_CASE("the timeline says what the states say, however the session moves") {
  Session session = session_of(2, 1, 1);
  const auto chance = random_scheduler(3);
  SessionTimeline run;
  run.update(session, 1);
  check_against_session(run, session);
  for (int round = 0; round < 12; ++round) {
    finish_randomly(session);
    run.update(session, 1);
    check_against_session(run, session);
    session.go_to_depth(session.depth() * (round % 5) / 5);
    take_step(session, *chance);
    run.update(session, 1);
    check_against_session(run, session);
    session.select_branch(round / 2);
    run.update(session, 1);
    check_against_session(run, session);
  }
  CHECK(session.branches().size() > 3);
}

TEST_CASE("travelling along a branch leaves the timeline alone, another session does not") {
  Session session = session_of(1, 1, 0);
  finish_randomly(session);
  SessionTimeline run;
  run.update(session, 1);
  const std::uint64_t version = run.version();
  session.go_to_depth(2);
  run.update(session, 1);
  CHECK(run.version() == version);
  CHECK(run.steps() > 2);
  Session other = session_of(1, 0, 0);
  run.update(other, 2);
  CHECK(run.version() != version);
  CHECK(run.steps() == 0);
}

TEST_CASE("each step is one mark, of its kind") {
  Session session = session_of(2, 1, 0);
  finish_randomly(session, 11);
  SessionTimeline run;
  run.update(session, 1);
  for (int t = 0; t < 3; ++t) {
    const ThreadId id = thread_id(t);
    const std::vector<timeline::Instant> fine = run.timeline().instants(run.track(id), 0, run.steps() + 1);
    std::size_t steps = 0;
    for (const Action& action : session.actions_to(session.path().back())) steps += action.thread == id ? 1U : 0U;
    CHECK(fine.size() == steps);
    CHECK(run.timeline().instants(run.track(id), 0, run.steps() + 1, 8).size() < fine.size());
  }
}

TEST_CASE("a refused atomic is no atomic, and a wake-up is one") {
  Session session(model_machine(must(find_scenario(VMALAB_TEST_ASSETS, "flag-keeps-a-reader-out"))));
  const Demo demo = must(Demo::of(session.machine()));
  for (const Demo::Step& step : demo.steps()) REQUIRE(session.apply(step.action));
  SessionTimeline run;
  run.update(session, 1);
  std::array<int, static_cast<std::size_t>(Mark::kCount)> count{};
  for (int t = 0; t < session.machine().thread_count(); ++t) {
    for (const timeline::Instant& mark : run.timeline().instants(run.track(thread_id(t)), 0, run.steps() + 1)) ++count[mark.category];
  }
  const auto of = [&](Mark mark) { return count[static_cast<std::size_t>(mark)]; };
  CHECK(of(Mark::kRefused) > 0);
  CHECK(of(Mark::kAtomic) > of(Mark::kRefused));
  CHECK(of(Mark::kViolation) == 0);
}

TEST_CASE("a span lasts from the step that takes a lock to the step that drops it") {
  Session session = session_of(1, 0, 0);
  finish_randomly(session);
  SessionTimeline run;
  run.update(session, 1);
  int taken = 0, dropped = 0;
  for (int depth = 1; depth <= run.steps(); ++depth) {
    const auto held = [&](int at) {
      const StateValue value = session.state_at(session.path()[static_cast<std::size_t>(at)]);
      const State& state = value;
      return state.thread(ThreadId{0}).holds[0].read_locks != 0;
    };
    if (held(depth) && !held(depth - 1)) taken = depth;
    if (!held(depth) && held(depth - 1)) dropped = depth;
  }
  REQUIRE(taken > 0);
  REQUIRE(dropped > taken);
  int spans = 0;
  for (const timeline::Span& span : run.timeline().spans(run.track(ThreadId{0}), 0, run.steps() + 1)) {
    if (static_cast<Mark>(span.category) != Mark::kReadLock) continue;
    ++spans;
    CHECK(span.begin == taken);
    CHECK(span.end == dropped);
    CHECK(span.object == 0);
  }
  CHECK(spans == 1);
}

TEST_CASE("captions stand while the run is the demo's, each from its first step") {
  Session session(model_machine(must(find_scenario(VMALAB_TEST_ASSETS, "writer-waits-for-a-reader"))));
  const Demo demo = must(Demo::of(session.machine()));
  for (const Demo::Step& step : demo.steps()) REQUIRE(session.apply(step.action));
  SessionTimeline run;
  run.update(session, 1);
  const auto captions = run.timeline().captions(0, run.steps() + 1);
  REQUIRE(captions.size() == session.machine().scenario().demo.size());
  for (std::size_t i = 0; i < captions.size(); ++i) CHECK(captions[i].text == session.machine().scenario().demo[i].caption);
  // Another way: no caption from there on.
  session.go_to_depth(1);
  for (int t = 0; t < session.machine().thread_count(); ++t) {
    const Action other{Action::Kind::kStep, thread_id(t)};
    if (other.thread == demo.steps()[1].action.thread || !session.machine().can_step(session.state(), other.thread)) continue;
    REQUIRE(session.apply(other));
    break;
  }
  run.update(session, 1);
  CHECK(run.timeline().captions(2, 10).empty());
  CHECK(run.timeline().captions(1, 2).size() == 1);
}

TEST_CASE("the author's captions are on the timeline as soon as they are said, and go with undo") {
  Session session = session_of(1, 1, 0);
  finish_randomly(session);
  SessionTimeline run;
  run.update(session, 1);
  CHECK(run.timeline().captions(0, 100).empty());
  const std::uint64_t replaced = run.replaced();
  Talk talk;
  must(talk.set_caption(2, 2, "Here."));
  session.retell(talk);
  run.update(session, 1);
  CHECK(run.replaced() != replaced);
  REQUIRE(run.timeline().captions(0, 100).size() == 1);
  CHECK(run.timeline().captions(0, 100)[0].begin == 2);
  CHECK(run.timeline().captions(0, 100)[0].end == 4);
  check_against_session(run, session);
  session.undo();
  run.update(session, 1);
  CHECK(run.timeline().captions(0, 100).empty());
}

TEST_CASE("the height of vm_refcnt tells plain numbers from those with FLAG") {
  CHECK(refcnt_height(1, 3) < refcnt_height(2, 3));
  CHECK(refcnt_height(3, 3) < refcnt_height(kExcludeReadersFlag, 3));
  CHECK(refcnt_height(kExcludeReadersFlag + 3, 3) <= 1.0F);
}

}  // namespace vmalab

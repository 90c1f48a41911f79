// SPDX-License-Identifier: GPL-2.0-only
// Old runs in changed code: what stays, where it stops, and that the way on is the nearest there is.
#include <doctest/doctest.h>

#include "base/test_text.h"
#include "machine/describe.h"
#include "run/rerun.h"
#include "run/schedule.h"
#include "run/test_machines.h"
#include "run/trace_file.h"
#include "run/workspace.h"

namespace vmalab::testing {
namespace {

/// One more shared step than the small code has, between its two.
constexpr std::string_view kLonger =
    "void count(struct vm_area_struct *vma)\n"
    "{\n"
    "\tunsigned int n = vma->vm_lock_seq;\n"
    "\n"
    "\tvma->vm_lock_seq = n;\n"
    "\tvma->vm_lock_seq = n + 1;\n"
    "}\n";
/// Its first step does something else.
constexpr std::string_view kOther =
    "void count(struct vm_area_struct *vma)\n"
    "{\n"
    "\tunsigned int n = vma->vm_mm->mm_lock_seq.sequence;\n"
    "\n"
    "\tvma->vm_lock_seq = n + 1;\n"
    "}\n";
/// It has one step less.
constexpr std::string_view kShorter =
    "void count(struct vm_area_struct *vma)\n"
    "{\n"
    "\tvma->vm_lock_seq = 1;\n"
    "}\n";

Session small_run(std::string_view schedule) {
  Session session(small_machine());
  for (const Action action : must(parse_schedule(session.machine(), schedule))) must(session.apply(action));
  return session;
}

std::string schedule(const Session& session) { return schedule_text(session.machine(), session.actions_to(session.path().back())); }

/// The fewest changes there are, by trying every way: for small runs.
int naive_distance(const Machine& machine, const State& state, std::span<const PastRun::Step> rest, int most) {
  if (rest.empty()) return 0;
  if (most < 0) return 1000;
  int best = 1000;
  if (most > 0) best = 1 + naive_distance(machine, state, rest.subspan(1), most - 1);
  ActionList enabled;
  machine.enabled(state, enabled);
  for (const Action action : enabled) {
    StateValue after = state;
    StepInfo info;
    machine.step(after, action, info);
    if (action == rest.front().action) {
      const int cost = step_text(machine, info) == rest.front().did ? 0 : 1;
      if (cost <= most) best = std::min(best, cost + naive_distance(machine, after, rest.subspan(1), most - cost));
    }
    if (action.kind == Action::Kind::kStep && most > 0) best = std::min(best, 1 + naive_distance(machine, after, rest, most - 1));
  }
  return best;
}

}  // namespace

TEST_CASE("in the same code an old run is as it was: branches, talk, cursor") {
  Session old = small_run("a,b,b,a");
  old.go_to(1);
  must(old.apply(step_of(old.machine(), "a")));
  old.rename_branch(1, "alone");
  Talk talk;
  must(talk.set_title("T"));
  must(talk.set_caption(3, 0, "C."));
  must(talk.set_marker(5, "M"));
  old.retell(talk);
  old.go_to(3);
  Session now(small_machine());
  const Rerun again = rerun(now, past_run(old));
  CHECK(again.as_it_was());
  CHECK(again.text().empty());
  REQUIRE(now.node_count() == old.node_count());
  CHECK(now.talk() == old.talk());
  CHECK(now.cursor() == old.cursor());
  CHECK(now.path() == old.path());
  CHECK(now.branches()[1].name == "alone");
  CHECK(now.can_undo());
  CHECK(now.undo());
  CHECK_FALSE(now.can_undo());  // one command
}

TEST_CASE("a run stops before the first step that differs, and the nearest way goes on from there") {
  Session old = small_run("a*2,b*2");
  SUBCASE("one step more") {
    Session now(machine_from(kSmallScenario, kLonger));
    const Rerun again = rerun(now, past_run(old));
    CHECK(again.last_same == 1);
    CHECK(now.depth() == 1);
    CHECK(contains(again.differs, "Step 2 is another one"));
    CHECK(contains(again.differs, "no longer"));
    // a's extra step is inserted, b's too: then both do what they did.
    CHECK(schedule(now) == "a*3,b*3");
    CHECK(again.goes_on.inserted == 2);
    CHECK(again.goes_on.same == 3);
    CHECK(again.goes_on.distance() == 2);
    CHECK(contains(again.text(), "The nearest run goes on from step 1 with 5 steps: 3 as they were, 2 inserted."));
  }
  SUBCASE("one step less") {
    Session now(machine_from(kSmallScenario, kShorter));
    const Rerun again = rerun(now, past_run(old));
    CHECK(again.last_same == 0);
    CHECK(now.depth() == 0);
    CHECK(schedule(now).find('b') != std::string::npos);
    CHECK(again.goes_on.left_out == 2);
  }
  SUBCASE("another step") {
    Session now(machine_from(kSmallScenario, kOther));
    const Rerun again = rerun(now, past_run(old));
    CHECK(again.last_same == 0);
    CHECK(again.goes_on.changed > 0);
    CHECK(schedule(now) == "a*2,b*2");
  }
  SUBCASE("a step that cannot happen, and its thread") {
    Session now(small_machine());
    PastRun past = past_run(old);
    past.steps[1].action.thread.value = 7;
    const Rerun again = rerun(now, past);
    CHECK(contains(again.differs, "a thread that is no more"));
    // It is left out, and a does the same in its place: else b would count from 0.
    CHECK(schedule(now) == "a*2,b*2");
    CHECK(again.goes_on.left_out == 1);
    CHECK(again.goes_on.inserted == 1);
  }
}

TEST_CASE("a thread is who it is called: another one that comes before it, or is no more, takes nobody's steps") {
  std::string more(kSmallScenario);
  const std::size_t first = more.find("[[thread]]");
  REQUIRE(first != std::string::npos);
  const std::size_t second = more.find("[[thread]]", first + 1);
  REQUIRE(second != std::string::npos);
  std::string another = more.substr(first, second - first);
  another.replace(another.find("\"a\""), 3, "\"z\"");
  const Session old = small_run("a*2,b*2");
  more.insert(first, another);
  Session now(machine_from(more, kSmallCode));
  const Rerun again = rerun(now, past_run(old));
  CHECK(again.as_it_was());
  CHECK(schedule(now) == "a*2,b*2");
  // And back: z has gone.
  Session back(small_machine());
  const Rerun without = rerun(back, past_run(now));
  CHECK(without.as_it_was());
  CHECK(schedule(back) == "a*2,b*2");
}

TEST_CASE("the nearest way is the nearest: as a search that tries every way finds it") {
  for (const std::string_view code : {kLonger, kShorter, kOther, kSmallCode}) {
    for (const char* run : {"a*2,b*2", "a,b*2,a", "a,b,a,b", "b,a*2,b"}) {
      CAPTURE(code);
      CAPTURE(run);
      const PastRun past = past_run(small_run(run));
      const Machine machine = machine_from(kSmallScenario, code);
      const Continuation found = nearest_continuation(machine, machine.initial(), past.steps);
      CHECK(found.nearest);
      CHECK(found.distance() == naive_distance(machine, machine.initial(), past.steps, 4));
      CHECK(found.actions.size() == static_cast<std::size_t>(found.same + found.changed + found.inserted));
      CHECK(past.steps.size() == static_cast<std::size_t>(found.same + found.changed + found.left_out));
    }
  }
}

TEST_CASE("when the search is given up the rest is taken where it can be") {
  const PastRun past = past_run(small_run("a*2,b*2"));
  const Machine machine = machine_from(kSmallScenario, kLonger);
  const Continuation found = nearest_continuation(machine, machine.initial(), past.steps, 1);
  CHECK_FALSE(found.nearest);
  CHECK(found.actions.size() == 4);
  CHECK(found.inserted == 0);
}

TEST_CASE("branches that differ end where they do, and what was said on lost steps is counted") {
  Session old = small_run("a*2,b*2");
  old.go_to(1);
  for (const char* thread : {"b", "b", "a"}) must(old.apply(step_of(old.machine(), thread)));
  Talk talk;
  must(talk.set_caption(1, 0, "First."));
  must(talk.set_caption(3, 0, "On the other branch."));
  must(talk.set_note(6, "b writes."));
  old.retell(talk);
  Session now(machine_from(kSmallScenario, kLonger));
  const Rerun again = rerun(now, past_run(old));
  CHECK(again.shorter_branches == 1);
  CHECK(again.lost_texts == 1);
  REQUIRE(now.talk().captions().size() == 1);
  CHECK(now.talk().captions()[0].text == "First.");
  REQUIRE(now.talk().notes().size() == 1);
  CHECK(contains(again.text(), "1 other branch ends before the first step that differs."));
  CHECK(contains(again.text(), "1 caption, note or chapter stood on steps that are no more."));
}

TEST_CASE("a trace goes on in other code, and says where and how") {
  const Folder folder;
  const Workspace workspace(VMALAB_TEST_ASSETS);
  Origin origin;
  origin.text = "two-readers";
  Session session = must(workspace.open(origin)).session;
  finish_randomly(session);
  must(save_trace(folder / "run.jsonl", session));
  Origin trace;
  trace.what = Origin::What::kTrace;
  trace.text = (folder / "run.jsonl").string();
  trace.goes_on = true;
  const Document same = must(workspace.open(trace));
  CHECK_FALSE(same.differs);
  CHECK(same.session.node_count() == session.node_count());
  trace.code.variant = "no-recheck";
  const Document other = must(workspace.open(trace));
  CHECK(other.differs);
  CHECK(contains(other.notice, "Step "));
  CHECK(contains(other.notice, "The nearest run goes on"));
  CHECK(other.session.depth() + 1 < static_cast<int>(other.session.path().size()));
  trace.goes_on = false;
  CHECK_FALSE(workspace.open(trace));  // a trace brings its own code
}

}  // namespace vmalab::testing

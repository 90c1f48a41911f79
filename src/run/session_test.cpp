// SPDX-License-Identifier: GPL-2.0-only
// The tree of steps against the plain truth: what machine.step() gives when the same actions run from the start.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

#include "machine/look.h"
#include "run/schedule.h"
#include "run/session.h"
#include "run/test_machines.h"

namespace vmalab::testing {
namespace {

StateValue run(const Machine& machine, const std::vector<Action>& actions) {
  StateValue state = machine.initial();
  StepInfo info;
  for (const Action action : actions) machine.step(state, action, info);
  return state;
}

bool at_right_state(const Session& s) { return equal_states(s.state(), run(s.machine(), s.actions_to(s.cursor())), s.machine().thread_count()); }

bool holds_its_promises(const Session& s) {
  const auto& path = s.path();
  bool right = path[0] == kRootNode && path[static_cast<std::size_t>(s.depth())] == s.cursor();
  for (std::size_t d = 1; d < path.size(); ++d) right = right && s.parent(path[d]) == path[d - 1] && path[d - 1] < path[d];
  const Session::Branch& active = s.branches()[static_cast<std::size_t>(s.active_branch())];
  return right && active.tip == path.back() && s.children(path.back()).empty();
}

int step(Session& s, const char* thread) { return s.apply(step_of(s.machine(), thread)) ? 1 : 0; }

}  // namespace

TEST_CASE("stepping from the past makes a branch and keeps the old one") {
  Session s(small_machine());
  std::vector<NodeId> seen;
  s.on_new_step([&](NodeId node) { seen.push_back(node); });
  REQUIRE(step(s, "a"));
  REQUIRE(step(s, "a"));
  REQUIRE(step(s, "b"));
  REQUIRE(step(s, "b"));
  CHECK(s.branches().size() == 1);
  CHECK(look(s.machine(), s.state(), "vma0->vm_lock_seq") == 1);  // UINT_MAX, counted up twice
  s.go_to_depth(1);
  CHECK(s.path().size() == 5);
  CHECK(s.info(s.cursor()).action == step_of(s.machine(), "a"));
  REQUIRE(step(s, "b"));
  REQUIRE(step(s, "b"));
  REQUIRE(step(s, "a"));
  CHECK(look(s.machine(), s.state(), "vma0->vm_lock_seq") == 0);  // the lost update
  REQUIRE(s.branches().size() == 2);
  CHECK(s.branches()[1].name == "branch 2");
  CHECK(s.branches()[1].fork == 1);
  CHECK(s.branches()[0].tip == 4);
  CHECK(s.active_branch() == 1);
  CHECK(s.node_count() == 8);
  CHECK(seen == std::vector<NodeId>{1, 2, 3, 4, 5, 6, 7});
  CHECK(s.children(1) == std::vector<NodeId>{2, 5});
  s.select_branch(0);
  CHECK(s.cursor() == 4);
  CHECK(look(s.machine(), s.state(), "vma0->vm_lock_seq") == 1);
  CHECK(holds_its_promises(s));
}

TEST_CASE("a step that was taken before is found again, not added") {
  Session s(small_machine());
  step(s, "a");
  step(s, "b");
  s.restart();
  CHECK(s.depth() == 0);
  CHECK(step(s, "a"));
  CHECK(s.node_count() == 3);
  CHECK(s.path().size() == 3);  // the future is still there
  s.go_to_depth(0);
  step(s, "b");  // branch 2
  s.go_to_depth(0);
  CHECK(s.active_branch() == 1);
  step(s, "a");  // back on main
  CHECK(s.active_branch() == 0);
  CHECK(s.cursor() == 1);
  CHECK(s.node_count() == 4);
  CHECK(holds_its_promises(s));
}

TEST_CASE("undo and redo bring back cursor and branch, and nothing is lost") {
  Session s(small_machine());
  CHECK_FALSE(s.can_undo());
  CHECK_FALSE(s.undo());
  step(s, "a");
  step(s, "a");
  s.back();
  step(s, "b");
  CHECK(s.active_branch() == 1);
  CHECK(s.undo());  // the step to b
  CHECK(s.cursor() == 1);
  CHECK(s.active_branch() == 0);
  CHECK(s.path().size() == 3);
  CHECK(s.undo());  // back()
  CHECK(s.cursor() == 2);
  CHECK(s.redo());
  CHECK(s.redo());
  CHECK(s.cursor() == 3);
  CHECK(s.active_branch() == 1);
  CHECK_FALSE(s.redo());
  s.undo();
  step(s, "a");  // another way after an undo: redo is over, the nodes stay
  CHECK_FALSE(s.can_redo());
  CHECK(s.node_count() == 4);
  CHECK(holds_its_promises(s));
}

TEST_CASE("commands that change nothing leave no entry for undo") {
  Session s(small_machine());
  CHECK_FALSE(s.back());
  CHECK_FALSE(s.forward());
  s.restart();
  s.go_to_depth(7);
  s.go_to(99);
  s.select_branch(0);
  s.select_branch(5);
  s.rename_branch(-1, "x");
  s.rename_branch(0, "");
  CHECK(s.run_until_blocked(ThreadId{0}, 0) == 0);
  CHECK(s.run_until_blocked(ThreadId{9}) == 0);
  CHECK_FALSE(s.can_undo());
  CHECK(s.branches()[0].name == "main");
}

TEST_CASE("a run is one entry of undo and ends when the thread is done") {
  Session s(small_machine());
  const ThreadId a = *s.machine().find_thread("a");
  const int whole = s.run_until_blocked(a);
  // seq-write-rule is broken by the store, and a broken check ends the run.
  CHECK(whole >= 1);
  CHECK(s.undo());
  CHECK(s.depth() == 0);
  CHECK(s.run_until(a, [](const Session& now) { return now.depth() == 1; }) == 1);
  CHECK(s.depth() == 1);
}

TEST_CASE("several commands as one are one entry of undo, and none when they change nothing") {
  Session s(small_machine());
  REQUIRE(step(s, "a"));
  REQUIRE(step(s, "b"));
  {
    const Session::OneCommand outer(s);
    s.restart();
    const Session::OneCommand inner(s);
    REQUIRE(step(s, "b"));
    REQUIRE(step(s, "b"));
    s.go_to_depth(0);
  }
  CHECK(s.active_branch() == 1);
  CHECK(s.undo());
  CHECK(s.depth() == 2);
  CHECK(s.active_branch() == 0);
  CHECK(s.redo());
  CHECK(s.depth() == 0);
  CHECK(s.active_branch() == 1);
  CHECK(s.undo());
  CHECK(s.undo());
  CHECK(s.undo());
  CHECK_FALSE(s.can_undo());
  { const Session::OneCommand nothing(s); }
  CHECK_FALSE(s.can_undo());
  REQUIRE(step(s, "a"));
  CHECK(s.undo());
  CHECK(s.depth() == 0);
}

TEST_CASE("any place of a long history with many branches is what its actions give") {
  Session s(machine_from(kEndlessScenario));
  std::mt19937 dice(7);
  const auto chance = random_scheduler(42);
  for (int i = 0; i < 3000; ++i) {
    switch (dice() % 20) {
      case 0: s.go_to_depth(static_cast<int>(dice() % s.path().size())); break;
      case 1: s.go_to(static_cast<NodeId>(dice() % s.node_count())); break;
      case 2: s.undo(); break;
      case 3: s.redo(); break;
      case 4: s.select_branch(static_cast<int>(dice() % s.branches().size())); break;
      case 5: s.back(); break;
      case 6: s.forward(); break;
      default: REQUIRE(take_step(s, *chance));
    }
    REQUIRE(holds_its_promises(s));
    if (i % 16 == 0) REQUIRE(at_right_state(s));
  }
  CHECK(s.branches().size() > 10);
  for (NodeId node = 0; node < s.node_count(); node += 37) {
    const StateValue state = s.state_at(node);
    REQUIRE(equal_states(state, run(s.machine(), s.actions_to(node)), s.machine().thread_count()));
  }
  // Each leaf is the tip of exactly one branch: none is lost.
  std::map<NodeId, int> tips;
  for (const Session::Branch& branch : s.branches()) ++tips[branch.tip];
  for (NodeId node = 0; node < s.node_count(); ++node) {
    REQUIRE((s.children(node).empty() ? 1 : 0) == (tips.count(node) == 1 ? tips[node] : 0));
  }
}

TEST_CASE("the random scheduler is the same everywhere and depends on its seed") {
  const auto choices = [](std::uint64_t seed) {
    Session s(machine_from(kEndlessScenario));
    const auto chance = random_scheduler(seed);
    for (int i = 0; i < 24; ++i) take_step(s, *chance);
    return schedule_text(s.machine(), s.actions_to(s.cursor()));
  };
  CHECK(choices(1) == choices(1));
  CHECK(choices(1) != choices(2));
  CHECK(choices(1) == "b*3,a*2,b*3,a,b,a,b,a,b,a*2,b*4,a*4");
}

TEST_CASE("branches are compared in words") {
  Session s(small_machine());
  for (const char* thread : {"a", "a", "b", "b"}) REQUIRE(step(s, thread));
  s.go_to_depth(1);
  for (const char* thread : {"b", "b", "a"}) REQUIRE(step(s, thread));
  s.rename_branch(1, "lost");
  const Session::Difference difference = s.compare_branches(0, 1);
  CHECK(difference.common_steps == 1);
  CHECK(difference.common == 1);
  CHECK(difference.steps_a == 3);
  CHECK(difference.steps_b == 3);
  CHECK_FALSE(difference.same_state);
  const auto has = [&](std::string_view line) { return std::find(difference.lines.begin(), difference.lines.end(), line) != difference.lines.end(); };
  INFO(difference.lines);
  CHECK(has("Both share the first 1 step."));
  CHECK(has("Then main went on for 3 steps: a,b*2"));
  CHECK(has("Then lost went on for 3 steps: b*2,a"));
  CHECK(has("vma0->vm_lock_seq: 1 in main, 0 in lost"));
  CHECK(s.compare_branches(0, 7).lines.empty());
  CHECK(s.compare_branches(1, 1).same_state);
}

TEST_CASE("two orders that end alike are said to") {
  Session s(small_machine());
  for (const char* thread : {"a", "b", "a", "b"}) REQUIRE(step(s, thread));
  s.restart();
  for (const char* thread : {"b", "a", "b", "a"}) REQUIRE(step(s, thread));
  const Session::Difference difference = s.compare_branches(0, 1);
  CHECK(difference.same_state);
  CHECK(difference.lines.front() == "The two go apart at the start.");
  CHECK(difference.lines.back() == "Both end in the same state: here the order of the steps made no difference.");
}

}  // namespace vmalab::testing

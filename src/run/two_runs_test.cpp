// SPDX-License-Identifier: GPL-2.0-only
#include "run/two_runs.h"

#include <doctest/doctest.h>

#include "machine/look.h"
#include "machine/variants.h"
#include "run/demo.h"
#include "run/test_machines.h"
#include "run/workspace.h"

namespace vmalab {
namespace {

using testing::must;

Machine machine_of(const std::string& scenario, const std::string& variant = {}, std::optional<bool> lockdep = {}) {
  Origin origin;
  origin.text = scenario;
  origin.code.variant = variant;
  origin.overrides.lockdep = lockdep;
  return must(Workspace(VMALAB_TEST_ASSETS).open(origin)).session.machine();
}

std::vector<Action> demo_of(const Machine& machine) {
  std::vector<Action> actions;
  const Demo demo = must(Demo::of(machine));
  for (const Demo::Step& step : demo.steps()) actions.push_back(step.action);
  return actions;
}

TwoRuns both(const Machine& first, const Machine& second, std::array<std::string, 2> names, const std::vector<Action>& schedule,
             std::size_t lead = 1) {
  TwoRuns two = must(TwoRuns::begin(first, second, std::move(names), lead));
  for (const Action& action : schedule) two.take(action);
  return two;
}

}  // namespace

TEST_CASE("the same code does not part from itself, in any demo") {
  const std::vector<Scenario> scenarios = must(list_scenarios(VMALAB_TEST_ASSETS));
  for (const Scenario& scenario : scenarios) {
    CAPTURE(scenario.name);
    const Machine machine = machine_of(scenario.name);
    const std::vector<Action> schedule = demo_of(machine);
    const TwoRuns two = both(machine, machine, {"one", "other"}, schedule);
    CHECK_FALSE(two.parting());
    CHECK(two.common() == static_cast<int>(schedule.size()));
    CHECK(two.left_out() == 0);
  }
}

TEST_CASE("every variant parts from the lock in its demo, not behind the first check that it breaks") {
  const std::vector<Variant> variants = must(list_variants(VMALAB_TEST_ASSETS));
  for (const Variant& v : variants) {
    CAPTURE(v.name);
    const Machine changed = machine_of("", v.name), lock = machine_of(changed.scenario().name);
    const std::vector<Action> schedule = demo_of(changed);
    const TwoRuns two = both(lock, changed, {"lock", "variant"}, schedule);
    REQUIRE(two.parting());
    CHECK_FALSE(two.parting()->text.empty());
    // Until then every word is the same after every row, whoever looked.
    const Session &a = two.sessions()[0], &b = two.sessions()[1];
    for (int row = 0; row < two.parting()->row; ++row) {
      for (const DifferingField& field : differing_fields(a.machine(), two.state_at(0, row), b.machine(), two.state_at(1, row)))
        CHECK(address_kind(field.address) == ObjectKind::kTask);
      if (row == 0) continue;
      const StepInfo *left = two.step(0, row), *right = two.step(1, row);
      REQUIRE((left != nullptr || right != nullptr));
      for (const StepInfo* alone : {left, right}) {
        if (left != nullptr && right != nullptr) break;
        if (alone != nullptr) CHECK(alone->old_value == alone->new_value);
      }
    }
  }
}

TEST_CASE("lockdep on and off do not part where its assertions only look, and the looks are told") {
  const std::vector<Scenario> scenarios = must(list_scenarios(VMALAB_TEST_ASSETS));
  for (const Scenario& scenario : scenarios) {
    if (scenario.name == "assertions-without-lockdep") continue;  // what its assertions see decides
    CAPTURE(scenario.name);
    const Machine on = machine_of(scenario.name, {}, true), off = machine_of(scenario.name, {}, false);
    for (const std::size_t lead : {0u, 1u}) {
      CAPTURE(lead);
      const TwoRuns two = both(on, off, {"on", "off"}, demo_of(lead == 0 ? on : off), lead);
      CHECK_FALSE(two.parting());
      if (two.parting()) MESSAGE(two.parting()->text);
    }
  }
  const Machine on = machine_of("writer-waits-for-a-reader", {}, true), off = machine_of("writer-waits-for-a-reader", {}, false);
  const TwoRuns two = both(on, off, {"on", "off"}, demo_of(off));
  REQUIRE_FALSE(two.looks_alone().empty());
  const int look = two.looks_alone().front();
  CHECK(two.step(0, look) == nullptr);
  REQUIRE(two.step(1, look) != nullptr);
  CHECK(two.rows()[static_cast<std::size_t>(look)].depth[1] == two.rows()[static_cast<std::size_t>(look)].depth[0] + 1);
  CHECK(two.sessions()[1].depth() + two.left_out() == static_cast<int>(demo_of(off).size()));
}

TEST_CASE("where they part: the step, what each does, and the values that differ") {
  const Machine changed = machine_of("", "no-flag"), lock = machine_of(changed.scenario().name);
  const TwoRuns two = both(lock, changed, {"the lock", "no-flag"}, demo_of(changed));
  REQUIRE(two.parting());
  CHECK(two.parting()->text.find("the lock: ") == 0);
  CHECK(two.parting()->text.find("; no-flag: ") != std::string::npos);
}

TEST_CASE("threads that do not match are refused, and nothing is guessed") {
  const Result<TwoRuns> two = TwoRuns::begin(machine_of("standard-2-1-0"), machine_of("standard-1-1-0"), {"one", "other"});
  REQUIRE_FALSE(two);
  CHECK(two.error().message == "the threads do not match: one has r1, r2 and w1, other has r1 and w1");
}

TEST_CASE("a schedule that neither can follow leaves its step out") {
  const Machine machine = machine_of("standard-1-1-0");
  std::vector<Action> schedule(200, Action{Action::Kind::kStep, ThreadId{0}});  // far more than r1 has
  const TwoRuns two = both(machine, machine, {"one", "other"}, schedule);
  CHECK_FALSE(two.parting());
  CHECK(two.left_out() > 0);
  CHECK(two.common() + two.left_out() == 200);
}

TEST_CASE("two branches are the same until they fork") {
  Session session(machine_of("standard-1-1-0"));
  const Action r{Action::Kind::kStep, ThreadId{0}}, w{Action::Kind::kStep, ThreadId{1}};
  for (const Action& action : {r, r, r, w}) must(session.apply(action));
  session.go_to_depth(2);
  must(session.apply(w));
  const TwoRuns two = TwoRuns::of_branches(session, 0, 1);
  CHECK(two.common() == 2);
  REQUIRE(two.parting());
  CHECK(two.parting()->why == Parting::Why::kSchedule);
  CHECK(two.parting()->row == 3);
  CHECK(two.rows().size() == 5);
  CHECK(two.rows()[4].depth == std::array<int, 2>{4, 3});
  CHECK(two.step(1, 4) == nullptr);
  CHECK(two.row_of(4) == 4);
  CHECK_FALSE(TwoRuns::of_branches(session, 0, 0).parting());
}

TEST_CASE("steps can be given one at a time, and the row of a step is known") {
  const Machine on = machine_of("detach-alone", {}, true), off = machine_of("detach-alone", {}, false);
  TwoRuns two = must(TwoRuns::begin(on, off, {"on", "off"}, 0));
  const std::vector<Action> schedule = demo_of(on);
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    two.take(schedule[i]);
    CHECK(two.sessions()[0].depth() == static_cast<int>(i) + 1);  // the lead takes exactly its steps
    CHECK(two.rows()[static_cast<std::size_t>(two.row_of(static_cast<int>(i) + 1))].depth[0] == static_cast<int>(i) + 1);
  }
}

}  // namespace vmalab

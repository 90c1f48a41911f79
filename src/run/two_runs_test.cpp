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

}  // namespace

TEST_CASE("the same code does not part from itself, in any demo") {
  const std::vector<Scenario> scenarios = must(list_scenarios(VMALAB_TEST_ASSETS));
  for (const Scenario& scenario : scenarios) {
    CAPTURE(scenario.name);
    const Machine machine = machine_of(scenario.name);
    const std::vector<Action> schedule = demo_of(machine);
    const TwoRuns two = must(run_both(machine, machine, {"one", "other"}, schedule));
    CHECK_FALSE(two.parting);
    CHECK(two.common == static_cast<int>(schedule.size()));
    CHECK(two.left_out == 0);
  }
}

TEST_CASE("every variant parts from the lock in its demo, not behind the first check that it breaks") {
  const std::vector<Variant> variants = must(list_variants(VMALAB_TEST_ASSETS));
  for (const Variant& v : variants) {
    CAPTURE(v.name);
    const Machine changed = machine_of("", v.name), lock = machine_of(changed.scenario().name);
    const std::vector<Action> schedule = demo_of(changed);
    const TwoRuns two = must(run_both(lock, changed, {"lock", "variant"}, schedule));
    REQUIRE(two.parting);
    CHECK_FALSE(two.parting->text.empty());
    CHECK(two.parting->step == two.common + 1);
    // What is common is common: the same words of memory after every step.
    for (int depth = 0; depth <= two.common; ++depth) {
      const auto at = static_cast<std::size_t>(depth);
      const Session &a = two.sessions[0], &b = two.sessions[1];
      CHECK(differing_fields(a.machine(), a.state_at(a.path()[at]), b.machine(), b.state_at(b.path()[at])).empty());
      if (depth > 0) CHECK(a.info(a.path()[at]).violations == b.info(b.path()[at]).violations);
    }
  }
}

TEST_CASE("where they part: the step, what each does, and the values that differ") {
  const Machine changed = machine_of("", "no-flag"), lock = machine_of(changed.scenario().name);
  const TwoRuns two = must(run_both(lock, changed, {"the lock", "no-flag"}, demo_of(changed)));
  REQUIRE(two.parting);
  CHECK(two.parting->text.find("the lock: ") == 0);
  CHECK(two.parting->text.find("; no-flag: ") != std::string::npos);
}

TEST_CASE("threads that do not match are refused, and nothing is guessed") {
  const Result<TwoRuns> two = run_both(machine_of("standard-2-1-0"), machine_of("standard-1-1-0"), {"one", "other"}, {});
  REQUIRE_FALSE(two);
  CHECK(two.error().message == "the threads do not match: one has r1, r2 and w1, other has r1 and w1");
}

TEST_CASE("a schedule that neither can follow leaves its step out") {
  const Machine machine = machine_of("standard-1-1-0");
  std::vector<Action> schedule(200, Action{Action::Kind::kStep, ThreadId{0}});  // far more than r1 has
  const TwoRuns two = must(run_both(machine, machine, {"one", "other"}, schedule));
  CHECK_FALSE(two.parting);
  CHECK(two.left_out > 0);
  CHECK(two.common + two.left_out == 200);
}

}  // namespace vmalab

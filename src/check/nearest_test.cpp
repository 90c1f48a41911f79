// SPDX-License-Identifier: GPL-2.0-only
// The nearest run to something, and how a run comes out, against a search that keeps whole states in a map.
#include "check/nearest.h"

#include <doctest/doctest.h>

#include <cstring>
#include <map>
#include <string>

#include "check/test_models.h"
#include "machine/state_value.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

using testing::variant;

int actor_of(const Action& action) { return action.kind == Action::Kind::kSignal ? 1000 : action.thread.value; }

int switches_of(const std::vector<Action>& run) {
  int switches = 0;
  for (std::size_t i = 1; i < run.size(); ++i) switches += actor_of(run[i]) != actor_of(run[i - 1]);
  return switches;
}

struct Shortest {
  int steps = -1, switches = 0;  ///< -1: there is none
  friend bool operator==(const Shortest&, const Shortest&) = default;
};

/// Level by level: of each state, by who came last, the fewest switches.
Shortest naive_nearest(const Machine& machine, const State& from, const Wanted& wanted) {
  const StateLess less{machine.thread_count()};
  using Level = std::map<StateValue, std::map<int, int>, StateLess>;
  Level level(less), seen(less);
  level[from][-1] = 0;
  seen[from];
  for (int steps = 0; !level.empty(); ++steps) {
    Shortest best;
    const auto offer = [&best](int length, int switches) {
      if (best.steps < 0 || switches < best.switches) best = {length, switches};
    };
    Level next(less);
    int steps_best = -1;
    for (const auto& [state, ways] : level) {
      const bool over = machine.stuck(state) || machine.all_done(state);
      if (wanted.state && (over || !wanted.only_ends) && wanted.state(state)) {
        for (const auto& [actor, switches] : ways) offer(steps, switches);
      }
    }
    if (best.steps >= 0) return best;
    for (const auto& [state, ways] : level) {
      if (machine.stuck(state) && (wanted.walls & bit_of(properties::kNoStuck)) != 0) continue;
      ActionList actions;
      machine.enabled(state, actions);
      for (const Action& action : actions) {
        StateValue after = state;
        StepInfo info;
        machine.step(after, action, info);
        for (const auto& [actor, before] : ways) {
          const int switches = before + (actor >= 0 && actor != actor_of(action));
          if ((info.violations & ~bit_of(properties::kNoStuck) & wanted.walls) != 0) {
            if (wanted.step && wanted.step(state, info) && (steps_best < 0 || switches < steps_best)) steps_best = switches;
            continue;
          }
          if (seen.count(after) != 0) continue;
          auto& known = next[after];
          const auto [it, fresh] = known.try_emplace(actor_of(action), switches);
          if (!fresh) it->second = std::min(it->second, switches);
        }
      }
    }
    for (const auto& [state, ways] : next) seen[state];
    if (steps_best >= 0) {
      offer(steps + 1, steps_best);
      for (const auto& [state, ways] : next) {
        const bool over = machine.stuck(state) || machine.all_done(state);
        if (!wanted.state || (wanted.only_ends && !over) || !wanted.state(state)) continue;
        for (const auto& [actor, switches] : ways) offer(steps + 1, switches);
      }
      return best;
    }
    level.swap(next);
  }
  return {};
}

Shortest found(const Machine& machine, const State& from, const Wanted& wanted, std::uint64_t piece, int jobs) {
  NearestBudget budget;
  budget.jobs = jobs;
  Nearest nearest(machine, from, wanted, budget);
  while (nearest.advance({piece}) == Status::kRunning) {
  }
  if (nearest.end() == SearchEnd::kComplete) return {};
  REQUIRE(nearest.end() == SearchEnd::kFound);
  CHECK(nearest.at_least() == static_cast<int>(nearest.run().size()));
  // It gets there, and does not go through walls before.
  StateValue state = from;
  StepInfo info;
  StateValue before = from;
  for (std::size_t i = 0; i < nearest.run().size(); ++i) {
    ActionList actions;
    machine.enabled(state, actions);
    REQUIRE(actions.contains(nearest.run()[i]));
    before = state;
    machine.step(state, nearest.run()[i], info);
    if (i + 1 < nearest.run().size()) CHECK((info.violations & wanted.walls) == 0);
  }
  const bool by_step = !nearest.run().empty() && wanted.step && (info.violations & wanted.walls) != 0 && wanted.step(before, info);
  CHECK((by_step || (wanted.state && wanted.state(state))));
  return {static_cast<int>(nearest.run().size()), switches_of(nearest.run())};
}

void agree(const Machine& machine, const State& from, const Wanted& wanted) {
  const Shortest expected = naive_nearest(machine, from, wanted);
  CHECK(found(machine, from, wanted, 1u << 20, 1) == expected);
  CHECK(found(machine, from, wanted, 7, 1) == expected);
  CHECK(found(machine, from, wanted, 1, 3) == expected);
}

/// The first action that can happen, again and again.
std::vector<Action> plain_run(const Machine& machine) {
  std::vector<Action> run;
  StateValue state = machine.initial();
  for (;;) {
    ActionList actions;
    machine.enabled(state, actions);
    if (actions.count == 0) return run;
    run.push_back(actions.items[0]);
    StepInfo info;
    machine.step(state, run.back(), info);
    if (info.violations != 0) return run;
  }
}

}  // namespace

TEST_CASE("another ending is the nearest there is, from every tenth state of a run") {
  for (const char* name : {"no-wake", "no-flag", "rcu-is-no-lock", "killable-keeps-flag", "seq-before-wait", "detach-no-wait"}) {
    CAPTURE(name);
    const Machine machine = variant(name);
    const std::vector<Action> run = plain_run(machine);
    const auto outcome = outcome_of(machine, run);
    REQUIRE(outcome);
    StateValue state = machine.initial();
    for (std::size_t i = 0; i < run.size(); ++i) {
      if (i % 10 == 0) agree(machine, state, another_outcome(machine, *outcome));
      StepInfo info;
      machine.step(state, run[i], info);
    }
  }
}

TEST_CASE("an outcome that has no other is found to have none") {
  const Machine machine = Machine::build(standard_scenario(1, 0, 0).value(), CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value()).value();
  const auto outcome = outcome_of(machine, plain_run(machine));
  REQUIRE(outcome);
  CHECK(outcome->broken == nullptr);
  CHECK(found(machine, machine.initial(), another_outcome(machine, *outcome), 7, 1) == Shortest{});
  CHECK_FALSE(outcome_of(machine, {}));
}

TEST_CASE("a run to a line, by any schedule, is the shortest, and a line that nobody comes to is told") {
  const Machine machine = variant("no-wake");
  int reached = 0, never = 0;
  for (const ThreadId thread : {ThreadId{0}, ThreadId{1}}) {
    const Program& program = machine.program(thread);
    for (std::size_t pc = 0; pc < program.code.size(); pc += 3) {
      const SourcePos pos = program.code[pc].pos;
      const Wanted wanted = at_line(machine, &thread, pos.file, static_cast<int>(pos.line));
      const Shortest expected = naive_nearest(machine, machine.initial(), wanted);
      CHECK(found(machine, machine.initial(), wanted, 7, 1) == expected);
      (expected.steps > 0 ? reached : never) += 1;
    }
  }
  CHECK(reached > 10);
  CHECK(never > 0);
}

TEST_CASE("beyond the budget it is not known, and how far it was looked is") {
  const Machine machine = variant("put-wakes-freed-mm");
  Wanted nothing;
  nothing.state = [](const State&) { return false; };
  NearestBudget budget;
  budget.states = 500;
  Nearest nearest(machine, machine.initial(), nothing, budget);
  while (nearest.advance({100}) == Status::kRunning) {
  }
  CHECK(nearest.end() == SearchEnd::kMemory);
  CHECK(nearest.reason() == "the graph has more than 500 states");
  CHECK(nearest.at_least() > 3);
  Nearest stopped(machine, machine.initial(), nothing, {});
  stopped.advance({1});
  stopped.stop();
  CHECK(stopped.advance({1}) == Status::kDone);
  CHECK(stopped.end() == SearchEnd::kStopped);
}

}  // namespace vmalab::check

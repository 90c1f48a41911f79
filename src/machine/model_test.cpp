// SPDX-License-Identifier: GPL-2.0-only
// The model's C on the machine: random schedules over the standard scenarios, demos of the scenarios that come with the
// program, and small changes to the C that each check must object to.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "machine/describe.h"
#include "machine/machine.h"
#include "machine/state.h"
#include "machine/variants.h"

namespace vmalab {
namespace {

const CodeBase& model(bool lockdep) {
  static const CodeBase on = CodeBase::load_model(VMALAB_TEST_ASSETS, {true}).value();
  static const CodeBase off = CodeBase::load_model(VMALAB_TEST_ASSETS, {false}).value();
  return lockdep ? on : off;
}

Machine build(Scenario scenario, const CodeBase& code) {
  auto machine = Machine::build(std::move(scenario), code);
  if (!machine) FAIL(machine.error().to_string());
  return std::move(*machine);
}

struct Random {
  std::uint64_t state = 88172645463325252u;
  std::uint64_t below(std::uint64_t bound) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 32) * bound >> 32;
  }
};

struct Outcome {
  PropertySet violations = 0;
  int not_done = 0;
  int longest = 0;
  std::set<Word> refcnts;  ///< every value that vma0 had
  std::set<Word> final_refcnts;
  std::string first;  ///< the first violation in words
};

/// Many runs under a random scheduler, or until all of `wanted` was violated. Long streaks of one thread reach what an even
/// mix does not.
Outcome run_at_random(const Machine& machine, int runs, PropertySet wanted = 0) {
  Outcome outcome;
  Random random;
  for (int run = 0; run < runs && (wanted == 0 || (outcome.violations & wanted) != wanted); ++run) {
    State state = machine.initial();
    int steps = 0;
    Action last{Action::Kind::kStep, ThreadId{0}};
    const std::uint64_t streak = 1 + random.below(12);
    for (;; ++steps) {
      ActionList actions;
      machine.enabled(state, actions);
      if (machine.all_done(state) || actions.count == 0 || steps > 5000) break;
      Action action = last;
      if (!actions.contains(last) || random.below(streak) == 0) action = actions.items[random.below(static_cast<std::uint64_t>(actions.count))];
      last = action;
      StepInfo info;
      machine.step(state, action, info);
      outcome.refcnts.insert(state.vmas[0][VmaField::kRefcnt]);
      if (info.violations != 0 && outcome.violations == 0) {
        for (const Property* check : kProperties) {
          if (info.violations & bit_of(*check)) outcome.first += std::string(check->name) + ": " + violation_text(machine, info, *check) + "\n";
        }
      }
      outcome.violations |= info.violations;
    }
    outcome.not_done += !machine.all_done(state);
    outcome.longest = std::max(outcome.longest, steps);
    outcome.final_refcnts.insert(state.vmas[0][VmaField::kRefcnt]);
  }
  return outcome;
}

Outcome run_standard(int readers, int writers, int detachers, bool lockdep, int runs, bool signals = false) {
  Scenario scenario = standard_scenario(readers, writers, detachers).value();
  scenario.signals = signals;
  return run_at_random(build(std::move(scenario), model(lockdep)), runs);
}

/// Plays the demo; the text says which line could not be played, if any.
std::string run_demo(const Machine& machine, State& state, PropertySet& violations) {
  for (const DemoStep& line : machine.scenario().demo) {
    std::string name = line.action;
    int times = 1;
    if (const auto star = name.find('*'); star != std::string::npos) {
      times = std::stoi(name.substr(star + 1));
      name.resize(star);
    }
    Action action;
    if (name.back() == '!') {
      action.kind = Action::Kind::kSignal;
      name.pop_back();
    }
    const auto thread = machine.find_thread(name);
    if (!thread) return "no thread " + name;
    action.thread = *thread;
    for (int i = 0; i < times; ++i) {
      ActionList actions;
      machine.enabled(state, actions);
      if (!actions.contains(action)) return line.action + " (" + line.caption + "): " + blocked_text(machine, state, *thread);
      StepInfo info;
      machine.step(state, action, info);
      violations |= info.violations;
    }
  }
  return {};
}

}  // namespace

TEST_CASE("no schedule of the standard scenarios breaks a check") {
  struct Case {
    int readers, writers, detachers;
  };
  for (const bool lockdep : {true, false}) {
    for (const Case& c : {Case{1, 1, 1}, {2, 1, 1}, {3, 0, 1}, {2, 2, 0}, {1, 2, 2}, {3, 1, 0}}) {
      CAPTURE(lockdep);
      CAPTURE(c.readers);
      CAPTURE(c.writers);
      CAPTURE(c.detachers);
      const Outcome outcome = run_standard(c.readers, c.writers, c.detachers, lockdep, 4000);
      CHECK(outcome.first == "");
      CHECK(outcome.not_done == 0);
      CHECK(outcome.final_refcnts == std::set<Word>{c.detachers > 0 ? 0u : 1u});
    }
  }
}

TEST_CASE("random schedules reach every class of vm_refcnt") {
  const Outcome outcome = run_standard(2, 1, 1, true, 20000);
  std::set<RefcntClass> classes;
  for (const Word value : outcome.refcnts) classes.insert(refcnt_class(value));
  CHECK(classes.size() == 6);
  CHECK(classes.count(RefcntClass::kOther) == 0);
}

TEST_CASE("signals and killable writers") {
  Scenario scenario = standard_scenario(2, 1, 1).value();
  scenario.signals = true;
  scenario.threads[2].call = "writer_killable(mm0, 0x1000)";
  for (const bool lockdep : {true, false}) {
    const Outcome outcome = run_at_random(build(scenario, model(lockdep)), 10000);
    CHECK(outcome.first == "");
    CHECK(outcome.not_done == 0);
  }
}

TEST_CASE("identical threads share a program") {
  const Machine machine = build(standard_scenario(2, 1, 1).value(), model(true));
  CHECK(machine.programs().size() == 3);
  CHECK(machine.program_index(ThreadId{0}) == machine.program_index(ThreadId{1}));
  CHECK(machine.program_index(ThreadId{1}) != machine.program_index(ThreadId{2}));
  CHECK(machine.find_thread("d1") == ThreadId{3});
  CHECK_FALSE(machine.find_thread("d2").has_value());
}

TEST_CASE("goals of the standard scenario are expressions the code understands") {
  const Machine machine = build(standard_scenario(2, 1, 1).value(), model(true));
  for (const Goal& goal : machine.scenario().goals) {
    const auto program = machine.expression(goal.expression, "goal");
    if (!program) FAIL(program.error().to_string());
    CHECK(machine.evaluate(*program, machine.initial()) == 0);
  }
  const auto value = [&](const char* text) { return machine.evaluate(machine.expression(text, "test").value(), machine.initial()); };
  CHECK(value("vma0->vm_refcnt == 1 && attach_reference(vma0)") == 1);
  CHECK(value("in_function(r1, lock_vma_under_rcu)") == 1);
  CHECK(value("in_function(w1, lock_vma_under_rcu)") == 0);
  CHECK_FALSE(machine.expression("vma9->vm_refcnt", "test").has_value());
}

TEST_CASE("every demo runs as its scenario expects") {
  const auto scenarios = list_scenarios(VMALAB_TEST_ASSETS);
  REQUIRE(scenarios.has_value());
  for (const Scenario& scenario : *scenarios) {
    CAPTURE(scenario.name);
    const Machine machine = build(scenario, model(scenario.config.lockdep));
    CHECK(machine.initial_violations() == 0);
    State state = machine.initial();
    PropertySet violations = 0;
    const std::string refused = run_demo(machine, state, violations);
    CHECK(refused == "");
    if (!refused.empty()) continue;
    PropertySet expected = 0;
    for (const Property* check : kProperties) {
      for (const std::string& name : scenario.expect.violations) expected |= name == check->name ? bit_of(*check) : 0;
    }
    CHECK(violations == expected);
    CHECK(machine.all_done(state) == scenario.expect.all_done);
    for (const std::string& text : scenario.expect.final_state) {
      CAPTURE(text);
      const auto expression = machine.expression(text, "expect");
      CHECK_MESSAGE(expression.has_value(), (expression ? "" : expression.error().to_string()));
      if (expression) CHECK(machine.evaluate(*expression, state) != 0);
    }
    for (const Goal& goal : scenario.goals) {
      const auto expression = machine.expression(goal.expression, "goal");
      CHECK_MESSAGE(expression.has_value(), (expression ? "" : expression.error().to_string()));
    }
  }
}

TEST_CASE("no schedule of the scenarios that come with the program breaks a check") {
  const auto scenarios = list_scenarios(VMALAB_TEST_ASSETS);
  REQUIRE(scenarios.has_value());
  for (const Scenario& scenario : *scenarios) {
    if (!scenario.expect.violations.empty()) continue;
    CAPTURE(scenario.name);
    for (const bool lockdep : {true, false}) {
      const Outcome outcome = run_at_random(build(scenario, model(lockdep)), 500);
      CHECK(outcome.first == "");
      CHECK(outcome.not_done == 0);
    }
  }
}

TEST_CASE("random schedules alone show what most variants break") {
  const auto variants = list_variants(VMALAB_TEST_ASSETS);
  REQUIRE(variants);
  std::size_t shown = 0;
  for (const Variant& variant : *variants) {
    CAPTURE(variant.name);
    // The first check that the file names; the search of all schedules, elsewhere, is for the rare ones.
    const PropertySet wanted = bit_of(*variant.breaks.front());
    const auto scenario = scenario_of(variant, VMALAB_TEST_ASSETS);
    REQUIRE(scenario);
    const auto code = CodeBase::load_model(VMALAB_TEST_ASSETS, scenario->config, variant.file);
    CHECK_MESSAGE(code.has_value(), (code ? "" : code.error().to_string()));
    if (!code) continue;
    const Outcome outcome = run_at_random(build(*scenario, *code), 3000, wanted);
    shown += (outcome.violations & wanted) == wanted ? 1 : 0;
  }
  CHECK(shown * 4 >= variants->size() * 3);
}

TEST_CASE("what a step does depends on shared memory and its own thread alone") {
  // The checker rests on this: it runs a step without knowing the other threads' registers and ghost facts.
  const Machine machine = build(standard_scenario(2, 1, 1).value(), model(true));
  Random random;
  for (int run = 0; run < 300; ++run) {
    State state = machine.initial();
    for (;;) {
      ActionList actions;
      machine.enabled(state, actions);
      if (actions.count == 0) break;
      const Action action = actions.items[random.below(static_cast<std::uint64_t>(actions.count))];
      State alone = state;
      for (std::size_t t = 0; t < 4; ++t) {
        if (t == action.thread.value) continue;
        const Word task_state = alone.threads[t].task_state;
        std::memset(static_cast<void*>(&alone.threads[t]), 0, sizeof(ThreadState));
        alone.threads[t].task_state = task_state;
      }
      StepInfo info, info_alone;
      machine.execute(state, action, info);
      machine.execute(alone, action, info_alone);
      REQUIRE(std::memcmp(&state, &alone, offsetof(State, threads)) == 0);
      REQUIRE(std::memcmp(&state.threads[action.thread.value], &alone.threads[action.thread.value], sizeof(ThreadState)) == 0);
      REQUIRE(info.violations == info_alone.violations);
    }
  }
}

TEST_CASE("step() is execute(), judge() and stuck()") {
  const Machine machine = build(standard_scenario(2, 1, 1).value(), model(true));
  State state = machine.initial();
  Random random;
  SharedFacts sums = machine.facts(state);
  for (;;) {
    ActionList actions;
    machine.enabled(state, actions);
    if (actions.count == 0) break;
    const Action action = actions.items[random.below(static_cast<std::uint64_t>(actions.count))];
    sums.subtract(Machine::facts(state.thread(action.thread)));
    StepInfo info;
    machine.step(state, action, info);
    sums.add(Machine::facts(state.thread(action.thread)));
    REQUIRE(sums == machine.facts(state));
    REQUIRE(machine.judge(state, sums) == 0);
  }
  CHECK(machine.all_done(state));
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// No reduction changes a verdict, whatever the C: random programs, searched with every combination of reductions and
// workers, against a search that is nothing but breadth first over whole states.
//
// VMALAB_RANDOM_PROGRAMS=FIRST:COUNT tries others than those of every build.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "check/checker.h"
#include "check/random_program.h"
#include "machine/state_value.h"

namespace vmalab::check {
namespace {

Machine machine_of(const RandomProgram& program) {
  static const std::vector<CodeBase::Text> model = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value().texts();
  std::vector<CodeBase::Text> texts = model;
  texts.push_back({"variants/random.c", "void reader(struct mm_struct *mm, unsigned long addr) { }\n" + program.c(), SourceFile::Origin::kVariant});
  const Scenario scenario = parse_scenario("title = \"random\"\n" + program.toml(), "random", "random").value();
  auto machine = Machine::build(scenario, CodeBase::load_texts(std::move(texts), {}).value());
  REQUIRE_MESSAGE(machine, machine.error().to_string());
  return *std::move(machine);
}

/// What is so, by brute force. `depth`: of the first violation, goal or non-terminating state.
struct Truth {
  bool too_large = false, goal_found = false, non_terminating = false;
  PropertySet violations = 0;
  int depth = 0;
};

Truth brute_force(const Machine& machine, PropertySet judged, const Program* goal) {
  constexpr std::size_t kLimit = 6000;
  std::map<StateValue, std::size_t, StateLess> number(StateLess{machine.thread_count()});
  std::vector<StateValue> states;
  std::vector<int> depth;
  std::vector<std::vector<std::size_t>> before;
  std::vector<std::size_t> ends;
  const auto add = [&](const State& state, int d) {
    const auto [it, fresh] = number.emplace(state, states.size());
    if (fresh) {
      states.push_back(state);
      depth.push_back(d);
      before.emplace_back();
    }
    return it->second;
  };
  Truth truth;
  add(machine.initial(), 0);
  for (std::size_t i = 0; i < states.size(); ++i) {
    const StateValue state = states[i];
    if (truth.violations != 0 && depth[i] >= truth.depth) return truth;
    if (goal != nullptr && machine.evaluate(*goal, state) != 0) {
      truth.goal_found = true;
      truth.depth = depth[i];
      return truth;
    }
    if (states.size() > kLimit) {
      truth.too_large = true;
      return truth;
    }
    if (machine.all_done(state)) ends.push_back(i);
    ActionList actions;
    machine.enabled(state, actions);
    for (const Action& action : actions) {
      StateValue after = state;
      StepInfo info;
      machine.step(after, action, info);
      if (const auto broken = static_cast<PropertySet>(info.violations & judged); broken != 0 && goal == nullptr) {
        truth.depth = depth[i] + 1;
        truth.violations |= broken;
        continue;
      }
      before[add(after, depth[i] + 1)].push_back(i);
    }
  }
  if (truth.violations != 0 || goal != nullptr || (judged & bit_of(properties::kTermination)) == 0) return truth;
  std::vector<bool> can_end(states.size());
  for (const std::size_t end : ends) can_end[end] = true;
  while (!ends.empty()) {
    const std::size_t to = ends.back();
    ends.pop_back();
    for (const std::size_t from : before[to]) {
      if (!can_end[from]) ends.push_back(from);
      can_end[from] = true;
    }
  }
  for (std::size_t i = 0; i < states.size() && !truth.non_terminating; ++i) {
    truth.non_terminating = !can_end[i];
    truth.depth = depth[i];
  }
  return truth;
}

/// Returns whether some reduction was not used because of the code.
bool compare_with(const Truth& truth, const Machine& machine, CheckOptions options) {
  bool told_apart = false;
  const Property* said = nullptr;
  bool first = true;
  for (const bool symmetry : {false, true}) {
    for (const bool partial_order : {false, true}) {
      for (const int jobs : {1, 3}) {
        CAPTURE(symmetry);
        CAPTURE(partial_order);
        CAPTURE(jobs);
        options.symmetry = symmetry;
        options.partial_order = partial_order;
        options.jobs = jobs;
        const Result<CheckReport> result = run_check(machine, options);
        REQUIRE_MESSAGE(result, result.error().to_string());
        const CheckReport& report = *result;
        const bool found = truth.goal_found || truth.non_terminating || truth.violations != 0;
        CHECK((report.check || report.verdict == CheckReport::Verdict::kGoalFound) == found);
        CHECK((report.verdict == CheckReport::Verdict::kGoalFound) == truth.goal_found);
        CHECK(report.verdict != CheckReport::Verdict::kIncomplete);
        if (found) CHECK(report.trace.size() == static_cast<std::size_t>(truth.depth));
        if (truth.violations != 0 && report.check) CHECK((truth.violations & bit_of(*report.check)) != 0);
        CHECK((report.check == &properties::kTermination) == truth.non_terminating);
        if (first) said = report.check;
        first = false;
        CHECK(report.check == said);
        told_apart = told_apart || !report.reduction_notes.empty();
      }
    }
  }
  return told_apart;
}

/// Programs of that many seeds from `first` on.
void try_programs(unsigned long first, unsigned long count, bool callbacks) {
  if (const char* wanted = std::getenv("VMALAB_RANDOM_PROGRAMS")) std::sscanf(wanted, "%lu:%lu", &first, &count);
  int tried = 0, found = 0, told_apart = 0;
  for (unsigned long seed = first; seed < first + count; ++seed) {
    RandomProgram program(seed, callbacks);
    INFO("seed ", seed, "\n", program.toml(), program.c(), "goal: ", program.goal());
    const Machine machine = machine_of(program);
    CheckOptions options;
    PropertySet judged = static_cast<PropertySet>(~0u);
    std::optional<Program> goal;
    switch (program.pick(5)) {
      case 0: options.only = {&properties::kNoWarning}; break;
      case 1: options.only = {&properties::kTermination}; break;
      case 2: options.only = {&properties::kNoStuck}; break;
      case 3: options.goal = program.goal(); break;
      default: break;
    }
    if (!options.only.empty()) judged = bit_of(*options.only.front());
    if (!options.goal.empty()) goal = machine.expression(options.goal, "goal").value();
    if (!goal && (machine.initial_violations() & judged) != 0) continue;
    const Truth truth = brute_force(machine, judged, goal ? &*goal : nullptr);
    if (truth.too_large) continue;
    ++tried;
    found += truth.goal_found || truth.non_terminating || truth.violations != 0;
    told_apart += compare_with(truth, machine, options);
  }
  MESSAGE(tried << " programs, something found in " << found << ", a reduction not used in " << told_apart);
  CHECK(tried * 2 > static_cast<int>(count));
  CHECK(found * 10 > tried);
  if (!callbacks) CHECK(told_apart * 50 > tried);
}

}  // namespace

TEST_CASE("no reduction changes a verdict, for random C") { try_programs(1, 160, false); }

TEST_CASE("no reduction changes a verdict, for random C that frees after grace periods") { try_programs(1, 120, true); }

}  // namespace vmalab::check

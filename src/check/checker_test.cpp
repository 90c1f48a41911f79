// SPDX-License-Identifier: GPL-2.0-only
// The checker against itself: exact state counts, reductions on and off, one worker and several, and a naive search
// that shares nothing with it but Machine::step().
#include "check/checker.h"

#include <doctest/doctest.h>

#include <deque>
#include <set>
#include <string>

#include "check/naive_search.h"
#include "check/test_models.h"
#include "machine/look.h"

namespace vmalab::check {
namespace {

using testing::standard;

const CodeBase& model(bool lockdep = true) {
  static const CodeBase on = CodeBase::load_model(VMALAB_TEST_ASSETS, {true}).value();
  static const CodeBase off = CodeBase::load_model(VMALAB_TEST_ASSETS, {false}).value();
  return lockdep ? on : off;
}

CheckReport check(const Machine& machine, bool symmetry, bool partial_order, int jobs) {
  CheckOptions options;
  options.symmetry = symmetry;
  options.partial_order = partial_order;
  options.jobs = jobs;
  return run_check(machine, options).value();
}

}  // namespace

TEST_CASE("the state graph of the standard scenarios is what it was") {
  struct Row {
    int readers, writers, detachers;
    std::uint64_t states, transitions;
    int depth;
    std::uint64_t final_states;
  };
  // Every access a step, every thread itself: these numbers change only with the model or the machine.
  for (const Row& row : {Row{1, 1, 0, 327, 596, 37, 1}, Row{2, 1, 0, 4183, 11371, 48, 1}, Row{1, 0, 1, 482, 883, 53, 1},
                         Row{2, 0, 1, 6310, 17255, 66, 1}, Row{2, 1, 1, 21442, 59526, 87, 2}, Row{3, 1, 1, 315948, 1170218, 103, 2}}) {
    CAPTURE(row.readers);
    CAPTURE(row.writers);
    CAPTURE(row.detachers);
    const CheckReport report = check(standard(row.readers, row.writers, row.detachers), false, false, 2);
    CHECK(report.verdict == CheckReport::Verdict::kPass);
    CHECK(report.states == row.states);
    CHECK(report.transitions == row.transitions);
    CHECK(report.depth == row.depth);
    CHECK(report.final_states == row.final_states);
  }
}

TEST_CASE("without lockdep the graph is larger and the verdict the same") {
  const Machine machine = Machine::build(standard_scenario(1, 1, 1).value(), model(false)).value();
  const CheckReport report = check(machine, false, false, 2);
  CHECK(report.verdict == CheckReport::Verdict::kPass);
  CHECK(report.states > check(standard(1, 1, 1), false, false, 2).states);
  CHECK(report.states == naive_search(machine).states);
}

TEST_CASE("a naive search agrees with the checker") {
  for (const auto& [r, w, d] : {std::tuple{1, 1, 0}, {2, 1, 0}, {1, 0, 1}, {2, 0, 1}, {1, 1, 1}}) {
    const std::string counts = std::to_string(r) + ", " + std::to_string(w) + ", " + std::to_string(d);
    CAPTURE(counts);
    const Machine machine = standard(r, w, d);
    const NaiveResult naive = naive_search(machine);
    const CheckReport report = check(machine, false, false, 1);
    CHECK(report.verdict == CheckReport::Verdict::kPass);
    CHECK(naive.violations == 0);
    CHECK(report.states == naive.states);
    CHECK(report.transitions == naive.transitions);
    CHECK(report.final_states == naive.final_states);
    CHECK(report.depth == naive.depth);
    CHECK(std::set<Word>(report.refcnt_values.begin(), report.refcnt_values.end()) == naive.refcnt_values);
    CHECK(std::set<std::pair<Word, Word>>(report.refcnt_edges.begin(), report.refcnt_edges.end()) == naive.refcnt_edges);
  }
}

TEST_CASE("the number of workers changes nothing") {
  const Machine machine = standard(2, 1, 1);
  for (const bool reduced : {false, true}) {
    const CheckReport one = check(machine, reduced, reduced, 1);
    for (const int jobs : {2, 3}) {
      const CheckReport many = check(machine, reduced, reduced, jobs);
      CHECK(many.states == one.states);
      CHECK(many.transitions == one.transitions);
      CHECK(many.depth_histogram == one.depth_histogram);
      CHECK(many.refcnt_values == one.refcnt_values);
      CHECK(many.refcnt_edges == one.refcnt_edges);
      CHECK(many.final_states == one.final_states);
    }
  }
}

TEST_CASE("reductions keep verdict, values and edges") {
  for (const auto& [r, w, d] : {std::tuple{2, 1, 0}, {2, 0, 1}, {2, 1, 1}, {1, 2, 0}, {1, 1, 2}}) {
    const std::string counts = std::to_string(r) + ", " + std::to_string(w) + ", " + std::to_string(d);
    CAPTURE(counts);
    const Machine machine = standard(r, w, d);
    const CheckReport full = check(machine, false, false, 2);
    for (const auto& [symmetry, partial_order] : {std::pair{true, false}, {false, true}, {true, true}}) {
      const CheckReport reduced = check(machine, symmetry, partial_order, 2);
      CHECK(reduced.verdict == full.verdict);
      CHECK(reduced.refcnt_values == full.refcnt_values);
      CHECK(reduced.refcnt_edges == full.refcnt_edges);
      CHECK(reduced.states < full.states);
      if (!partial_order) CHECK(reduced.depth == full.depth);
    }
  }
}

TEST_CASE("a goal is found on the shortest way, the same for any number of workers") {
  const Machine machine = standard(2, 1, 1);
  CheckOptions options;
  options.goal = "vma0->vm_refcnt == VM_REFCNT_EXCLUDE_READERS_FLAG + 3";
  std::vector<Action> first;
  for (const int jobs : {1, 2, 3}) {
    options.jobs = jobs;
    const CheckReport report = run_check(machine, options).value();
    REQUIRE(report.verdict == CheckReport::Verdict::kGoalFound);
    StateValue state = machine.initial();
    for (const Action& action : report.trace) {
      ActionList enabled;
      machine.enabled(state, enabled);
      REQUIRE(enabled.contains(action));
      StepInfo info;
      machine.step(state, action, info);
    }
    CHECK(refcnt_in(state, VmaId{0}) == kExcludeReadersFlag + 3);
    if (first.empty()) first = report.trace;
    CHECK(report.trace == first);
  }
  options.goal = "vma0->vm_refcnt == 77";
  CHECK(run_check(machine, options).value().verdict == CheckReport::Verdict::kGoalUnreachable);
  options.goal = "nonsense";
  CHECK_FALSE(run_check(machine, options).has_value());
}

TEST_CASE("a goal that must be reachable and is not is no pass") {
  Scenario scenario = standard_scenario(1, 1, 0).value();
  Goal may, must;
  may.name = "nobody asks for it";
  may.expression = "vma0->vm_refcnt == 77";
  must.name = "asleep";
  must.expression = "thread_asleep(w1)";
  must.must = true;
  scenario.goals = {may, must};
  const CheckReport before = run_check(Machine::build(scenario, model()).value(), {}).value();
  CHECK(before.verdict == CheckReport::Verdict::kPass);
  scenario.goals[1].expression = "thread_asleep(w1) && vma0->vm_refcnt == 2";
  const Machine machine = Machine::build(scenario, model()).value();
  const CheckReport lost = run_check(machine, {}).value();
  CHECK(lost.verdict == CheckReport::Verdict::kGoalLost);
  CHECK(lost.lost_goal == "asleep");
  CHECK(lost.goal.empty());
  CHECK(lost.states == before.states);
  // Neither of a part of the checks, nor from a state on the way, nor where it is left out.
  CheckOptions options;
  options.goals = false;
  CHECK(run_check(machine, options).value().verdict == CheckReport::Verdict::kPass);
  options = {};
  options.only = {&properties::kExclusion};
  CHECK(run_check(machine, options).value().verdict == CheckReport::Verdict::kPass);
  options = {};
  options.from = machine.initial();
  CHECK(run_check(machine, options).value().verdict == CheckReport::Verdict::kPass);
}

TEST_CASE("a memory limit ends in a report") {
  CheckOptions options;
  options.memory_mib = 1;
  options.symmetry = options.partial_order = false;
  const CheckReport report = run_check(standard(3, 1, 1), options).value();
  CHECK(report.verdict == CheckReport::Verdict::kIncomplete);
  CHECK(report.reason.find("memory") != std::string::npos);
  CHECK(report.states > 0);
}

TEST_CASE("a search can be stopped and keeps what it knows") {
  CheckOptions options;
  options.symmetry = options.partial_order = false;
  options.progress = [](const Progress&) { return false; };
  const CheckReport report = run_check(standard(3, 1, 1), options).value();
  CHECK(report.verdict == CheckReport::Verdict::kIncomplete);
  CHECK(report.states > 0);
}

}  // namespace vmalab::check

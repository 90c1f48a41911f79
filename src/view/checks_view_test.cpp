// SPDX-License-Identifier: GPL-2.0-only
#include "view/checks_view.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "machine/describe.h"
#include "machine/test_programs.h"

namespace vmalab {
namespace {

using check::CheckReport;
using Verdict = CheckReport::Verdict;

const CheckRow& row_of(const std::vector<CheckRow>& rows, const Property& property) {
  return *std::find_if(rows.begin(), rows.end(), [&](const CheckRow& row) { return row.property == &property; });
}

const ReadyGoal& goal(const std::vector<ReadyGoal>& goals, std::string_view name) {
  const auto it = std::find_if(goals.begin(), goals.end(), [&](const ReadyGoal& g) { return g.name == name; });
  REQUIRE(it != goals.end());
  return *it;
}

bool offers(const Completions& completions, std::string_view insert) {
  return std::any_of(completions.items.begin(), completions.items.end(), [&](const Completion& c) { return c.insert == insert; });
}

Machine two_readers_and_a_flag() {
  using namespace testing;
  return machine_of({program({read_lock(), put()}), program({read_lock(), put()}), program({add_flag(), sub_flag()})});
}

std::string value_of(const std::vector<EvidenceRow>& rows, std::string_view label) {
  for (const EvidenceRow& row : rows) {
    if (row.label == label) return row.value;
  }
  return "no such row";
}

}  // namespace

TEST_CASE("a verdict a check, and only as much as the search has seen") {
  for (const CheckRow& row : check_rows({})) {
    CHECK(row.word == "not judged yet");
    CHECK_FALSE(row.property->statement.empty());
  }
  CheckReport report;
  report.verdict = Verdict::kPass;
  report.vacuous_checks = {&properties::kRcuBalanced};
  std::vector<CheckRow> rows = check_rows({&report});
  REQUIRE(rows.size() == kProperties.size());
  CHECK(row_of(rows, properties::kExclusion).word == "holds");
  CHECK(row_of(rows, properties::kRcuBalanced).word == "not exercised");

  // The search stops at the first violation: nothing is known of the others.
  report.verdict = Verdict::kViolation;
  report.check = &properties::kNoStuck;
  rows = check_rows({&report});
  CHECK(row_of(rows, properties::kNoStuck).word == "BROKEN");
  CHECK(row_of(rows, properties::kExclusion).word == "not judged yet");
  // Termination comes last, after all states have been seen.
  report.check = &properties::kTermination;
  rows = check_rows({&report});
  CHECK(row_of(rows, properties::kTermination).word == "BROKEN");
  CHECK(row_of(rows, properties::kExclusion).word == "holds");

  report.check = nullptr;
  for (const Verdict verdict : {Verdict::kIncomplete, Verdict::kGoalFound, Verdict::kGoalUnreachable}) {
    report.verdict = verdict;
    for (const CheckRow& row : check_rows({&report})) CHECK(row.verdict == CheckVerdict::kNotJudged);
  }
  // Memory ended when only this was left to decide.
  report.verdict = Verdict::kIncomplete;
  report.undecided = {&properties::kTermination};
  rows = check_rows({&report});
  CHECK(row_of(rows, properties::kTermination).word == "not judged yet");
  CHECK(row_of(rows, properties::kExclusion).word == "holds");
}

TEST_CASE("what one judgement left open, the next one decides") {
  check::CheckReport first, second;
  first.verdict = check::CheckReport::Verdict::kViolation;
  first.check = &properties::kExclusion;
  first.trace.resize(12);
  second.verdict = check::CheckReport::Verdict::kPass;
  second.ordering = Ordering::kLkmm;  // under sc ordered-access has nothing to judge
  for (const Property* property : kProperties) {
    if (property != &properties::kExclusion) second.only.push_back(property);
  }
  for (const CheckRow& row : check_rows({&first, &second})) {
    CAPTURE(row.property->name);
    CHECK(row.verdict == (row.property == &properties::kExclusion ? CheckVerdict::kBroken : CheckVerdict::kHolds));
    CHECK(row.steps == (row.property == &properties::kExclusion ? 12 : -1));
  }
  for (const CheckRow& row : check_rows({&second})) CHECK((row.verdict == CheckVerdict::kNotJudged) == (row.property == &properties::kExclusion));
}

TEST_CASE("the result in a sentence says how many steps and from where") {
  CheckReport report;
  report.verdict = Verdict::kViolation;
  report.check = &properties::kExclusion;
  report.trace.resize(7);
  CHECK(result_text(report, "", "step 12") == "exclusion can be broken, 7 steps from step 12.");
  report.verdict = Verdict::kGoalFound;
  report.trace.resize(1);
  CHECK(result_text(report, "x", "the start").find("1 step from the start") != std::string::npos);
  report.trace.clear();
  CHECK(result_text(report, "x", "step 3").find("already") != std::string::npos);
  report.verdict = Verdict::kGoalUnreachable;
  report.states = 1234567;
  CHECK(result_text(report, "x", "the start")
            .find("1\xc2\xa0"
                  "234\xc2\xa0"
                  "567 states") != std::string::npos);
  report.verdict = Verdict::kIncomplete;
  report.reason = "the memory limit";
  CHECK(result_text(report, "", "the start").find("the memory limit") != std::string::npos);
}

TEST_CASE("of the checks that are asked about beside a broken one it is not said that all hold") {
  CheckReport report;
  report.verdict = Verdict::kPass;
  report.states = 5;
  CHECK(result_text(report, "", "the start") == "All checks hold over all interleavings from the start: 5 states.");
  report.only = {&properties::kExclusion};
  CHECK(result_text(report, "", "the start") == "The other checks hold over all interleavings from the start: 5 states.");
}

TEST_CASE("the evidence has every number of the report") {
  CheckReport report;
  report.states = 2000000;
  report.transitions = 3000000;
  report.seconds = 2;
  report.jobs = 2;
  report.depth = 3;
  report.final_states = 4;
  report.symmetry = true;
  report.depth_histogram = {1, 20, 3000, 7};
  report.refcnt_values = {0, kExcludeReadersFlag + 1};
  report.unreached_lines = {{"mm.c", "f", 3}, {"mm.c", "f", 4}, {"mm.c", "g", 9}};
  report.vacuous_checks = {&properties::kSeqParity};
  const std::vector<EvidenceRow> rows = evidence_rows(report);
  CHECK(value_of(rows, "States") ==
        "2\xc2\xa0"
        "000\xc2\xa0"
        "000");
  CHECK(value_of(rows, "Speed") == "1.0 million states/s, 2.00 s, 2 workers");
  CHECK(value_of(rows, "Depth") == "3 steps");
  CHECK(value_of(rows, "Reductions") == "identical threads as one");
  CHECK(value_of(rows, "Values of vm_refcnt") == "0, FLAG+1");
  CHECK(value_of(rows, "Lines never reached") == "f (mm.c): 3, 4\ng (mm.c): 9");
  CHECK(value_of(rows, "Nothing to judge") == "seq-parity");
  CHECK(value_of(rows, "States a level") ==
        "1, 20, 3\xc2\xa0"
        "000, 7");
}

TEST_CASE("look-ahead says what each step makes of vm_refcnt and what it breaks") {
  const Machine machine = two_readers_and_a_flag();
  StateValue state = machine.initial();
  std::vector<LookAheadRow> rows = look_ahead_rows(machine, state, VmaId{0});
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].name == "t0");
  CHECK(rows[0].before == 1);
  CHECK(rows[0].after == 2);
  CHECK(rows[0].violations == 0);
  CHECK(rows[2].after == kExcludeReadersFlag + 1);
  CHECK(rows[2].after_text == "FLAG+1");
  for (const LookAheadRow& row : rows) CHECK_FALSE(row.text.empty());

  // Looking changes nothing.
  CHECK(equal_states(state, machine.initial(), machine.thread_count()));

  // A put too many: the row says so before it happens.
  const Machine broken = testing::machine_of({testing::program({testing::put(), testing::put(), testing::put()})});
  state = broken.initial();
  StepInfo info;
  broken.step(state, {Action::Kind::kStep, ThreadId{0}}, info);
  rows = look_ahead_rows(broken, state, VmaId{0});
  REQUIRE(rows.size() == 1);
  CHECK((rows[0].violations & bit_of(properties::kRefcountSane)) != 0);
  CHECK(rows[0].consequence.find("refcount-sane") != std::string::npos);
}

TEST_CASE("ready-made goals: the scenario's own, then five that every scenario has") {
  Scenario scenario = standard_scenario(2, 1, 1).value();
  scenario.goals.clear();
  scenario.goals.push_back({"Mine", "teaches", "vma0->vm_refcnt == 2", {}, true, {}});
  std::vector<ReadyGoal> goals = ready_goals(scenario);
  REQUIRE(goals.size() == 6);
  CHECK(goals[0].own);
  CHECK(goals[0].expression == "vma0->vm_refcnt == 2");
  CHECK(goal(goals, "FLAG+1 while detaching").expression == "vma0->vm_refcnt == VM_REFCNT_EXCLUDE_READERS_FLAG + 1 && !attach_reference(vma0)");
  CHECK(goal(goals, "Two readers shut out by FLAG").expression.find("in_function(r2, vma_start_read)") != std::string::npos);
  CHECK(goal(goals, "Spurious wakeup").expression.find("thread_woken(d1)") != std::string::npos);
  // One mm: no thread can have a reference in a strange one, and the row says why.
  CHECK(goal(goals, "Reader of another mm").expression.empty());

  scenario.mms.push_back({"mm1", 1, 0});
  goals = ready_goals(scenario);
  CHECK(goal(goals, "Reader of another mm").expression.find("references(r1, vma0) > 0 && vma0->vm_mm == mm1") != std::string::npos);
  CHECK(goal(ready_goals(standard_scenario(1, 1, 0).value()), "Two readers shut out by FLAG").expression.empty());
}

TEST_CASE("every ready-made goal of every scenario is C that can be asked") {
  const auto scenarios = list_scenarios(VMALAB_TEST_ASSETS);
  REQUIRE(scenarios);
  for (const Scenario& scenario : *scenarios) {
    CAPTURE(scenario.name);
    const auto machine = Machine::build(scenario, CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config).value());
    REQUIRE(machine);
    for (const ReadyGoal& ready : ready_goals(scenario)) {
      if (ready.expression.empty()) continue;
      CAPTURE(ready.name);
      const auto expression = machine->expression(ready.expression, "goal");
      if (!expression) FAIL_CHECK(expression.error().to_string());
    }
  }
}

TEST_CASE("no sequence of 32 bits comes round: the goal is not taken for what a recycled VMA still holds") {
  const std::vector<Scenario> scenarios = list_scenarios(VMALAB_TEST_ASSETS).value();
  for (Scenario scenario : scenarios) {
    CAPTURE(scenario.name);
    scenario.seq_bits = 32;
    for (MmSetup& mm : scenario.mms) mm.lock_seq = 0;  // one that begins next to its end does come round
    const Machine machine = Machine::build(scenario, CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config).value()).value();
    check::CheckOptions options;
    options.goal = goal(ready_goals(scenario), "False locked by wrap-around").expression;
    if (options.goal.empty()) continue;
    CHECK(check::run_check(machine, options).value().verdict == check::CheckReport::Verdict::kGoalUnreachable);
  }
}

TEST_CASE("the find box completes names, fields, constants and questions") {
  const Machine machine = two_readers_and_a_flag();
  CHECK(offers(completions(machine, "vm", 2), "vma0"));
  CHECK(offers(completions(machine, "thread_d", 8), "thread_done("));
  CHECK(offers(completions(machine, "VM_REF", 6), "VM_REFCNT_EXCLUDE_READERS_FLAG"));
  CHECK(offers(completions(machine, "vm_ref", 6), "vma0->vm_refcnt"));
  CHECK(offers(completions(machine, "waiter", 6), "mm0->vma_writer_wait.task"));
  CHECK(offers(completions(machine, "detached", 8), "vma0->vm_refcnt == 0"));
  const std::string spurious = goal(ready_goals(machine.scenario()), "Spurious wakeup").expression;
  if (!spurious.empty()) {
    CHECK(offers(completions(machine, "spur", 4), spurious));
    CHECK(offers(completions(machine, "1 && spur", 9), "(" + spurious + ")"));
  }

  // After an arrow: the fields of that object alone.
  const Completions fields = completions(machine, "vma0->", 6);
  CHECK(offers(fields, "vm_lock_seq"));
  CHECK_FALSE(offers(fields, "mm_count"));
  CHECK(offers(completions(machine, "mm0->mm_l", 9), "mm_lock_seq.sequence"));
  CHECK(offers(completions(machine, "vma0->vm_mm->mm_c", 17), "mm_count"));
  CHECK(completions(machine, "vma0->vm_refcnt == 12", 21).items.empty());
  CHECK(completions(machine, "no_such_thing", 13).items.empty());
}

TEST_CASE("a completion takes the place of the word under the cursor") {
  const Machine machine = two_readers_and_a_flag();
  const std::string text = "vma0->vm_r == 1";
  const Completions at = completions(machine, text, 10);
  REQUIRE_FALSE(at.items.empty());
  std::size_t cursor = 0;
  CHECK(completed(text, at, at.items.front(), &cursor) == "vma0->vm_refcnt == 1");
  CHECK(cursor == 15);
  const Completions query = completions(machine, "thread_do(t0)", 9);
  REQUIRE_FALSE(query.items.empty());
  CHECK(completed("thread_do(t0)", query, query.items.front(), &cursor) == "thread_done(t0)");
  CHECK(completions(machine, "vm", 99).end == 2);
}

}  // namespace vmalab

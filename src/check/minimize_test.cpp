// SPDX-License-Identifier: GPL-2.0-only
// Runs made short: proved against the checker's own shortest traces, and thinned out where there is no budget for a proof.
#include "check/minimize.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "check/checker.h"
#include "check/test_models.h"
#include "machine/describe.h"
#include "machine/state_value.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

using testing::variant;

constexpr PropertySet kAny = ~PropertySet{0};

/// Random steps until a check breaks; empty: none did.
std::vector<Action> violating_run(const Machine& machine, std::uint64_t seed, std::size_t most = 20'000) {
  std::vector<Action> run;
  StateValue state = machine.initial();
  std::uint64_t dice = seed;
  for (;;) {
    ActionList actions;
    machine.enabled(state, actions);
    if (actions.count == 0 || run.size() == most) return {};
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    run.push_back(actions.items[static_cast<std::size_t>((dice >> 33) % static_cast<std::uint64_t>(actions.count))]);
    StepInfo info;
    machine.step(state, run.back(), info);
    if (info.violations != 0) return run;
  }
}

struct Result_ {
  std::vector<Action> run;
  bool shortest = false;
  int at_least = 0;
  friend bool operator==(const Result_&, const Result_&) = default;
};

/// Does it, and looks whether what comes out shows the same.
Result_ minimized(const Machine& machine, const std::vector<Action>& run, const Shown& shown, std::uint64_t states, std::uint64_t piece) {
  NearestBudget budget;
  budget.states = states;
  Minimize work(machine, run, shown, budget);
  while (work.advance({piece}) == Status::kRunning) {
  }
  StateValue state = machine.initial();
  StepInfo info;
  for (std::size_t i = 0; i < work.run().size(); ++i) {
    ActionList actions;
    machine.enabled(state, actions);
    REQUIRE(actions.contains(work.run()[i]));
    machine.step(state, work.run()[i], info);
    CHECK(shows(machine, shown, info, state) == (i + 1 == work.run().size()));
  }
  CHECK(work.run().size() <= static_cast<std::size_t>(shown.step));
  CHECK(work.at_least() <= static_cast<int>(work.run().size()));
  return {work.run(), work.is_shortest(), work.at_least()};
}

std::string what(const Machine& machine, const Shown& shown) {
  const CodePlace place = place_of(machine, shown.info.action.thread, shown.info.detail_pc);
  return std::string(shown.property->name) + " " + address_text(machine, shown.info.details.a) + " " + place.file + ":" + std::to_string(place.line);
}

}  // namespace

TEST_CASE("random runs of every variant: the shortest with the same violation, which the checker's trace is where it is the same") {
  const auto variants = list_variants(VMALAB_TEST_ASSETS).value();
  int runs = 0, as_the_checker = 0, shorter = 0;
  for (const Variant& v : variants) {
    CAPTURE(v.name);
    const Machine machine = variant(v);
    CheckOptions options;
    options.jobs = 1;
    const CheckReport report = run_check(machine, options).value();
    REQUIRE(report.verdict == CheckReport::Verdict::kViolation);
    const Shown of_check = what_it_shows(machine, report.trace, kAny, nullptr).value();
    const Result_ again = minimized(machine, report.trace, of_check, 1'000'000, 1u << 20);
    CHECK(again.shortest);
    CHECK(again.run.size() == report.trace.size());
    std::map<std::string, std::size_t> lengths;
    int here = 0;
    for (std::uint64_t seed = 1; seed <= 200 && here < 8; ++seed) {
      const std::vector<Action> run = violating_run(machine, seed);
      if (run.empty()) continue;
      ++here;
      CAPTURE(seed);
      const Shown shown = what_it_shows(machine, run, kAny, nullptr).value();
      const Result_ exact = minimized(machine, run, shown, 1'000'000, 1u << 20);
      CHECK(exact.shortest);
      // Whatever run it was made of; of a deadlock, who stands where belongs to it.
      if (shown.property != &properties::kNoStuck) {
        const auto [it, fresh] = lengths.try_emplace(what(machine, shown), exact.run.size());
        CHECK(it->second == exact.run.size());
        if (what(machine, shown) == what(machine, of_check)) CHECK(exact.run.size() == report.trace.size());
      } else {
        CHECK(exact.run.size() >= report.trace.size());
      }
      as_the_checker += exact.run.size() == report.trace.size();
      shorter += exact.run.size() < run.size();
      if (++runs % 8 != 0) continue;
      // Without the budget for a proof: the same violation, never longer, never said to be the shortest when it is not.
      const Result_ thinned = minimized(machine, run, shown, 10, 1u << 20);
      CHECK(thinned.run.size() >= exact.run.size());
      if (thinned.shortest) CHECK(thinned.run.size() == exact.run.size());
      for (const std::uint64_t piece : {1u, 7u}) {
        CHECK(minimized(machine, run, shown, 1'000'000, piece) == exact);
        CHECK(minimized(machine, run, shown, 10, piece) == thinned);
      }
    }
  }
  CHECK(runs >= 150);
  CHECK(as_the_checker >= 30);
  CHECK(shorter >= 100);
}

TEST_CASE("runs to a goal") {
  const Machine machine = variant("no-wake");
  const Program goal = machine.expression("thread_done(r1)", "goal").value();
  std::vector<Action> run(3, Action{Action::Kind::kStep, *machine.find_thread("w1")});
  StateValue state = machine.initial();
  StepInfo info;
  for (const Action& action : run) machine.step(state, action, info);
  while (!machine.done(state, *machine.find_thread("r1"))) {
    run.push_back({Action::Kind::kStep, *machine.find_thread("r1")});
    machine.step(state, run.back(), info);
  }
  const Shown shown = what_it_shows(machine, run, kAny, &goal).value();
  CHECK(shown.step == static_cast<int>(run.size()));
  CheckOptions options;
  options.goal = "thread_done(r1)";
  CHECK(minimized(machine, run, shown, 1'000'000, 100).run.size() == run_check(machine, options).value().trace.size());
}

TEST_CASE("what a run does not show is said") {
  const Machine machine = variant("no-wake");
  CHECK(what_it_shows(machine, {}, kAny, nullptr).error().message == "the run breaks no check in its 0 steps");
  const Program goal = machine.expression("0", "goal").value();
  CHECK(what_it_shows(machine, {{Action::Kind::kStep, ThreadId{0}}}, kAny, &goal).error().message ==
        "the run does not get to a state where that is so in its 1 step");
  const Program now = machine.expression("1", "goal").value();
  const Shown shown = what_it_shows(machine, {}, kAny, &now).value();
  CHECK(shown.step == 0);
  const Result_ nothing = minimized(machine, {}, shown, 100, 1);
  CHECK(nothing.run.empty());
  CHECK(nothing.shortest);
}

TEST_CASE("a run of ten thousand steps: rounds and steps that do not matter are left out without a search") {
  // Two that count for ever, and one that warns when it sees a number.
  std::vector<CodeBase::Text> texts = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value().texts();
  texts.push_back({"variants/case.c",
                   "void reader(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\n"
                   "\trcu_read_lock();\n\tvma = vma_lookup(mm, addr);\n\trcu_read_unlock();\n"
                   "\tfor (;;)\n\t\tWRITE_ONCE(vma->vm_start, READ_ONCE(vma->vm_start) + 1);\n}\n"
                   "void writer(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\n"
                   "\trcu_read_lock();\n\tvma = vma_lookup(mm, addr);\n\trcu_read_unlock();\n"
                   "\twhile (READ_ONCE(vma->vm_start) < 0x1000 + 20)\n\t\t;\n\tWARN_ON(1);\n}\n",
                   SourceFile::Origin::kVariant});
  const Machine machine = Machine::build(standard_scenario(2, 1, 0).value(), CodeBase::load_texts(std::move(texts), {}).value()).value();
  const PropertySet warning = bit_of(properties::kNoWarning);
  const auto step = [&](const char* name) { return Action{Action::Kind::kStep, *machine.find_thread(name)}; };
  std::vector<Action> run;
  for (int i = 0; i < 3000; ++i) {
    run.push_back(step("r1"));
    run.push_back(step("r2"));
    run.push_back(step("r1"));
  }
  for (int i = 0; i < 1000; ++i) run.push_back(step("w1"));
  run.resize(10'000);
  StateValue state = machine.initial();
  StepInfo info;
  std::size_t taken = 0;
  std::vector<Action> possible;
  for (const Action& action : run) {
    if (!machine.can_step(state, action.thread)) break;
    machine.step(state, action, info);
    possible.push_back(action);
    ++taken;
    if ((info.violations & warning) != 0) break;
  }
  CAPTURE(taken);
  const Shown shown = what_it_shows(machine, possible, warning, nullptr).value();
  CHECK(shown.step > 9000);
  const Result_ thinned = minimized(machine, possible, shown, 10, 1u << 20);
  CHECK_FALSE(thinned.shortest);
  CHECK(thinned.run.size() < 80);
  // With the budget it is proved.
  const Result_ exact = minimized(machine, possible, shown, 1'000'000, 1u << 20);
  CHECK(exact.shortest);
  CHECK(exact.run.size() <= thinned.run.size());
}

}  // namespace vmalab::check

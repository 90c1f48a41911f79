// SPDX-License-Identifier: GPL-2.0-only
// Everything in assets/scenarios and assets/variants keeps its promises over all interleavings: a scenario passes and
// has so many states; a goal is so many steps away; a variant breaks the check that it names, and v4 does not.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "check/checker.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

constexpr int kUnreachable = -1;

struct ExpectedScenario {
  std::uint64_t states;            ///< without reductions
  std::vector<int> goal_distance;  ///< steps to each goal, in the order of the file
};
const std::map<std::string, ExpectedScenario> kScenarios{
    {"read-lock-and-unlock", {13, {}}},
    {"two-readers", {169, {18}}},
    {"writer-alone", {25, {}}},
    {"writer-waits-for-a-reader", {327, {16, 20, 30}}},
    {"flag-keeps-a-reader-out", {4183, {24}}},
    {"one-unlock-ends-many", {100041, {40}}},
    {"reader-backs-off", {327, {25}}},
    {"fallback-to-mmap-lock", {1827, {6}}},
    {"downgrade", {4823, {33}}},
    {"attach-new-vma", {4650, {}}},
    {"detach-alone", {482, {29}}},
    {"detach-meets-reader-before-flag", {482, {32}}},
    {"detach-meets-reader-after-flag", {482, {34}}},
    {"spurious-wakeup-on-detach", {6310, {49}}},
    {"a-wake-up-one-wait-too-late", {7749, {54}}},
    {"killable-writer-killed", {1652, {33, 21}}},
    {"recycled-vma", {3726, {59}}},
    {"recycled-in-the-same-mm", {785, {}}},
    {"munmap-waits-for-a-reader", {489, {44}}},
    {"recycled-vma-and-exit", {8610, {102}}},
    {"killed-writer-then-writer", {15560, {}}},
    {"killed-writer-tries-again", {1932, {}}},
    {"sequence-comes-round", {4002, {kUnreachable}}},
    {"assertions-with-lockdep", {476, {}}},
    {"assertions-without-lockdep", {648, {}}},
    {"madvise-under-the-vma-lock", {5212, {22}}},
    {"wait-for-the-writer", {342, {28}}},
    {"fork-locks-the-parent", {20220, {31}}},
    {"fork-is-killed", {3516, {37, 59}}},
    {"stack-grows", {2212, {23}}},
    {"two-vmas-become-one", {861, {22, 63}}},
    {"userfaultfd-one-vma", {401, {21}}},
    {"userfaultfd-two-vmas", {1267, {20, 67}}},
    {"maps-walk-meets-munmap", {11326, {12, 27}}},
    {"maps-walk-meets-a-writer", {3152, {50, 48}}},
    {"maps-walk-and-a-new-vma", {1857, {51, 47}}},
    {"exit-and-the-reaper", {220, {64, 64}}},
};

struct ExpectedVariant {
  CheckId check;
  int steps;  ///< of the shortest trace
};
const std::map<std::string, ExpectedVariant> kVariants{
    {"address-not-compared", {CheckId::kRightVma, 66}},
    {"change-downgraded", {CheckId::kChangeLocked, 24}},
    {"detach-no-wait", {CheckId::kNoWarning, 35}},
    {"eintr-ignored", {CheckId::kChangeLocked, 27}},
    {"fork-unlocked", {CheckId::kChangeLocked, 37}},
    {"full-count-ignored", {CheckId::kUseLocked, 10}},
    {"killable-keeps-flag", {CheckId::kRefcntClass, 25}},
    {"linked-before-locked", {CheckId::kChangeLocked, 8}},
    {"merge-locks-one", {CheckId::kChangeLocked, 27}},
    {"no-flag", {CheckId::kExclusion, 30}},
    {"no-recheck", {CheckId::kExclusion, 28}},
    {"no-wake", {CheckId::kNoStuck, 28}},
    {"policy-unlocked", {CheckId::kChangeLocked, 4}},
    {"publish-late", {CheckId::kNoStuck, 29}},
    {"put-reads-mm-late", {CheckId::kNoUseAfterFree, 44}},
    {"put-wakes-freed-mm", {CheckId::kNoUseAfterFree, 102}},
    {"rcu-is-no-lock", {CheckId::kUseLocked, 3}},
    {"recheck-before-get", {CheckId::kExclusion, 30}},
    {"second-lock-waits", {CheckId::kNoStuck, 50}},
    {"seq-before-wait", {CheckId::kSeqWriteRule, 11}},
    {"seq-wraps", {CheckId::kExclusion, 45}},
    {"stack-grows-unlocked", {CheckId::kChangeLocked, 5}},
    {"stale-maple-state", {CheckId::kIteratorValid, 31}},
    {"use-after-unlock", {CheckId::kUseLocked, 12}},
    {"v3-exit-assert", {CheckId::kNoWarning, 25}},
    {"wake-only-attached", {CheckId::kNoStuck, 43}},
    {"wake-outside-rcu", {CheckId::kIteratorValid, 28}},
    {"walk-holds-two", {CheckId::kNoStuck, 54}},
};

template <typename T>
T value(Result<T> result) {
  REQUIRE_MESSAGE(result.has_value(), result.error().to_string());
  return *std::move(result);
}

Machine build(const Scenario& scenario, const std::optional<std::filesystem::path>& variant = {}) {
  return value(Machine::build(scenario, value(CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, variant))));
}

CheckReport check(const Machine& machine, bool reduced, std::string goal = {}) {
  CheckOptions options;
  options.symmetry = options.partial_order = reduced;
  options.jobs = 1;
  options.goal = std::move(goal);
  return value(run_check(machine, options));
}

}  // namespace

TEST_CASE("every scenario passes all checks over all interleavings, and has the states it had") {
  const auto scenarios = value(list_scenarios(VMALAB_TEST_ASSETS));
  CHECK(scenarios.size() == kScenarios.size());
  for (const Scenario& scenario : scenarios) {
    CAPTURE(scenario.name);
    const auto expected = kScenarios.find(scenario.name);
    REQUIRE(expected != kScenarios.end());
    const Machine machine = build(scenario);
    const CheckReport full = check(machine, false);
    CHECK(full.verdict == CheckReport::Verdict::kPass);
    CHECK(full.states == expected->second.states);
    const CheckReport reduced = check(machine, true);
    CHECK(reduced.verdict == CheckReport::Verdict::kPass);
    CHECK(reduced.refcnt_values == full.refcnt_values);
    CHECK(reduced.refcnt_edges == full.refcnt_edges);
  }
}

TEST_CASE("every goal of a scenario is as far away as it was") {
  for (const Scenario& scenario : value(list_scenarios(VMALAB_TEST_ASSETS))) {
    CAPTURE(scenario.name);
    const Machine machine = build(scenario);
    std::vector<int> distance;
    for (const Goal& goal : scenario.goals) {
      CAPTURE(goal.name);
      CHECK_FALSE(goal.text.empty());
      const CheckReport report = check(machine, true, goal.expression);
      const bool found = report.verdict == CheckReport::Verdict::kGoalFound;
      CHECK((found || report.verdict == CheckReport::Verdict::kGoalUnreachable));
      distance.push_back(found ? static_cast<int>(report.trace.size()) : kUnreachable);
    }
    CHECK(distance == kScenarios.at(scenario.name).goal_distance);
  }
}

TEST_CASE("every scenario has a story, and something to say at each step of its demo") {
  for (const Scenario& scenario : value(list_scenarios(VMALAB_TEST_ASSETS))) {
    CAPTURE(scenario.name);
    CHECK_FALSE(scenario.title.empty());
    CHECK(std::count(scenario.story.begin(), scenario.story.end(), '.') >= 3);
    CHECK(scenario.demo.size() >= 8);
    CHECK_FALSE(scenario.expect.final_state.empty());
    for (const DemoStep& step : scenario.demo) {
      CAPTURE(step.caption);
      CHECK(step.caption.size() >= 10);
      CHECK(step.caption.size() <= 200);
    }
  }
}

TEST_CASE("every variant breaks what it says, by the shortest trace it had, and v4 does not") {
  const auto variants = value(list_variants(VMALAB_TEST_ASSETS));
  CHECK(variants.size() == kVariants.size());
  for (const Variant& variant : variants) {
    CAPTURE(variant.name);
    const auto expected = kVariants.find(variant.name);
    REQUIRE(expected != kVariants.end());
    CHECK_FALSE(variant.title.empty());
    CHECK_FALSE(variant.story.empty());
    REQUIRE_FALSE(variant.breaks.empty());
    CHECK(variant.breaks.front() == expected->second.check);

    const Scenario scenario = value(scenario_of(variant, VMALAB_TEST_ASSETS));
    const CheckReport report = check(build(scenario, variant.file), true);
    REQUIRE(report.verdict == CheckReport::Verdict::kViolation);
    CHECK(report.check == expected->second.check);
    CHECK(report.trace.size() == static_cast<std::size_t>(expected->second.steps));

    // What a narrow sequence breaks it breaks in v4 as well: there the width is the variant.
    Scenario wide = scenario;
    wide.seq_bits = 32;
    CHECK(check(build(wide), true).verdict == CheckReport::Verdict::kPass);
  }
}

TEST_CASE("a variant breaks each check that it names, judged alone") {
  // By the shortest way to each; the first is the one that a search without --judge shows.
  const std::map<std::string, std::vector<int>> steps{
      {"detach-no-wait", {35, 94}}, {"killable-keeps-flag", {25, 39, 51}}, {"linked-before-locked", {8, 12}},
      {"merge-locks-one", {27, 31}}, {"seq-before-wait", {11, 36}}, {"use-after-unlock", {12, 44}}};
  for (const Variant& variant : value(list_variants(VMALAB_TEST_ASSETS))) {
    CAPTURE(variant.name);
    const Machine machine = build(value(scenario_of(variant, VMALAB_TEST_ASSETS)), variant.file);
    std::vector<int> found;
    for (const CheckId id : variant.breaks) {
      for (const bool reduced : {true, false}) {
        CheckOptions options;
        options.symmetry = options.partial_order = reduced;
        options.only = {id};
        const CheckReport report = value(run_check(machine, options));
        REQUIRE(report.verdict == CheckReport::Verdict::kViolation);
        CHECK(report.check == id);
        const int length = static_cast<int>(report.trace.size());
        if (reduced) found.push_back(length);
        CHECK(length == found.back());
      }
    }
    if (const auto expected = steps.find(variant.name); expected != steps.end()) CHECK(found == expected->second);
  }
}

TEST_CASE("a thread that sleeps for ever cannot finish: termination judged alone says so, too") {
  // The state from which the sleep cannot be avoided comes before the one in which nothing can step.
  const std::map<std::string, std::pair<int, int>> steps{{"no-wake", {20, 28}}, {"publish-late", {26, 29}}, {"wake-only-attached", {38, 43}}};
  for (const auto& [name, lengths] : steps) {
    CAPTURE(name);
    const Variant variant = value(find_variant(VMALAB_TEST_ASSETS, name));
    const Machine machine = build(value(scenario_of(variant, VMALAB_TEST_ASSETS)), variant.file);
    for (const bool reduced : {true, false}) {
      for (const int jobs : {1, 3}) {
        CheckOptions options;
        options.symmetry = options.partial_order = reduced;
        options.jobs = jobs;
        options.only = {CheckId::kTermination};
        const CheckReport termination = value(run_check(machine, options));
        CHECK(termination.check == CheckId::kTermination);
        CHECK(termination.trace.size() == static_cast<std::size_t>(lengths.first));
        options.only = {CheckId::kNoStuck};
        CHECK(value(run_check(machine, options)).trace.size() == static_cast<std::size_t>(lengths.second));
      }
    }
  }
}

TEST_CASE("a narrow sequence makes a false \"locked\" reachable, a wide one does not") {
  const Variant variant = value(find_variant(VMALAB_TEST_ASSETS, "seq-wraps"));
  Scenario scenario = value(scenario_of(variant, VMALAB_TEST_ASSETS));
  CHECK(scenario.seq_bits == 2);
  CHECK(check(build(scenario, variant.file), true, variant.goal).trace.size() == 31);
  scenario.seq_bits = 32;
  CHECK(check(build(scenario), true, variant.goal).verdict == CheckReport::Verdict::kGoalUnreachable);
}

}  // namespace vmalab::check

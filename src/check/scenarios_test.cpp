// SPDX-License-Identifier: GPL-2.0-only
// Everything in assets/scenarios and assets/variants keeps its promises over all interleavings: a scenario passes and
// has so many states; a goal is so many steps away; a variant breaks the check that it names, and the lock does not.
// The numbers stand beside what they are about: in the scenarios and in the headers of the variants.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "check/checker.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

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
  CHECK(scenarios.size() >= 49);
  for (const Scenario& scenario : scenarios) {
    CAPTURE(scenario.name);
    REQUIRE(scenario.expect.states);
    const Machine machine = build(scenario);
    const CheckReport full = check(machine, false);
    CHECK(full.verdict == CheckReport::Verdict::kPass);
    CHECK(full.states == *scenario.expect.states);
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
    for (const Goal& goal : scenario.goals) {
      CAPTURE(goal.name);
      CHECK_FALSE(goal.text.empty());
      const CheckReport report = check(machine, true, goal.expression);
      const bool found = report.verdict == CheckReport::Verdict::kGoalFound;
      CHECK(found == goal.reachable);
      if (!found) {
        CHECK(report.verdict == CheckReport::Verdict::kGoalUnreachable);
        continue;
      }
      REQUIRE(goal.steps);
      CHECK(static_cast<int>(report.trace.size()) == *goal.steps);
    }
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

TEST_CASE("every variant breaks what it says, by the shortest trace it had, and the lock does not") {
  const auto variants = value(list_variants(VMALAB_TEST_ASSETS));
  CHECK(variants.size() >= 30);
  for (const Variant& variant : variants) {
    CAPTURE(variant.name);
    CHECK_FALSE(variant.title.empty());
    CHECK_FALSE(variant.story.empty());
    REQUIRE_FALSE(variant.breaks.empty());
    REQUIRE_FALSE(variant.steps.empty());

    const Scenario scenario = value(scenario_of(variant, VMALAB_TEST_ASSETS));
    const CheckReport report = check(build(scenario, variant.file), true);
    REQUIRE(report.verdict == CheckReport::Verdict::kViolation);
    CHECK(report.check == variant.breaks.front());
    CHECK(report.trace.size() == static_cast<std::size_t>(variant.steps.front()));

    // What a narrow sequence breaks it breaks in the lock as well: there the width is the variant.
    Scenario wide = scenario;
    wide.seq_bits = 32;
    CHECK(check(build(wide), true).verdict == CheckReport::Verdict::kPass);
  }
}

TEST_CASE("a variant breaks each check that it names, judged alone") {
  for (const Variant& variant : value(list_variants(VMALAB_TEST_ASSETS))) {
    CAPTURE(variant.name);
    const Machine machine = build(value(scenario_of(variant, VMALAB_TEST_ASSETS)), variant.file);
    std::vector<int> found;
    for (const Property* property : variant.breaks) {
      for (const bool reduced : {true, false}) {
        CheckOptions options;
        options.symmetry = options.partial_order = reduced;
        options.only = {property};
        const CheckReport report = value(run_check(machine, options));
        REQUIRE(report.verdict == CheckReport::Verdict::kViolation);
        CHECK(report.check == property);
        const int length = static_cast<int>(report.trace.size());
        if (reduced) found.push_back(length);
        CHECK(length == found.back());
      }
    }
    // By the shortest way to each; the first is the one that a search without --judge shows.
    CHECK(found == variant.steps);
  }
}

TEST_CASE("a thread that sleeps for ever cannot finish: termination judged alone says so, too") {
  // The state from which the sleep cannot be avoided comes before the one in which nothing can step.
  const std::map<std::string, std::pair<int, int>> steps{{"no-wake", {20, 28}}, {"publish-late", {26, 29}}, {"wake-only-attached", {38, 43}}};
  for (const auto& [name, lengths] : steps) {
    const Variant variant = value(find_variant(VMALAB_TEST_ASSETS, name));
    CAPTURE(variant.name);
    const Machine machine = build(value(scenario_of(variant, VMALAB_TEST_ASSETS)), variant.file);
    for (const bool reduced : {true, false}) {
      for (const int jobs : {1, 3}) {
        CheckOptions options;
        options.symmetry = options.partial_order = reduced;
        options.jobs = jobs;
        options.only = {&properties::kTermination};
        const CheckReport termination = value(run_check(machine, options));
        CHECK(termination.check == &properties::kTermination);
        CHECK(termination.trace.size() == static_cast<std::size_t>(lengths.first));
        options.only = {&properties::kNoStuck};
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

TEST_CASE("code that forgets to set vm_refcnt of an object that was never used is found, and the lock sets it") {
  const auto verdict_of = [](const char* name, const char* own, const Property* broken) {
    CAPTURE(own);
    for (const Scenario& scenario : value(list_scenarios(VMALAB_TEST_ASSETS))) {
      if (scenario.name != name) continue;
      std::vector<CodeBase::Text> texts = value(CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config)).texts();
      texts.push_back({"own.c", own, SourceFile::Origin::kOwn});
      const CheckReport report = check(value(Machine::build(scenario, value(CodeBase::load_texts(std::move(texts), scenario.config)))), true);
      CHECK(report.check == broken);
    }
  };
  const char* no_reset = "static inline void vma_lock_init(struct vm_area_struct *vma, bool reset_refcnt)\n{\n\tvma->vm_lock_seq = UINT_MAX;\n}\n";
  verdict_of("fork-locks-the-parent", no_reset, &properties::kRefcountSane);
  verdict_of("attach-new-vma", no_reset, nullptr);  // vm_area_alloc() zeroes the object
  const std::string alloc =
      "struct vm_area_struct *vm_area_alloc(struct mm_struct *mm)\n{\n\tstruct vm_area_struct *vma = kmem_cache_alloc(vm_area_cachep, GFP_KERNEL);\n\n"
      "\tif (!vma)\n\t\treturn NULL;\n\tvma->vm_mm = mm;\n\tvma_lock_init(vma, ";
  verdict_of("attach-new-vma", (alloc + "false);\n\treturn vma;\n}\n").c_str(), &properties::kRefcountSane);
  verdict_of("attach-new-vma", (alloc + "true);\n\treturn vma;\n}\n").c_str(), nullptr);
  // One that was used has the 0 with which it was freed.
  verdict_of("recycled-vma", (alloc + "false);\n\treturn vma;\n}\n").c_str(), nullptr);
}

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// A counterexample is believed only if its run shows it.
#include "check/confirm.h"

#include <doctest/doctest.h>

#include "check/test_models.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

using testing::variant;

CheckReport found(const Machine& machine, CheckOptions options) {
  options.jobs = 1;
  return run_check(machine, options).value();
}

}  // namespace

TEST_CASE("a counterexample is what its run shows, and nothing less") {
  struct Case {
    const char* variant;
    CheckOptions options;
  };
  std::vector<Case> cases(4);
  cases[0].variant = "no-recheck";
  cases[1].variant = "no-wake";  // no-stuck
  cases[2].variant = "no-wake";
  cases[2].options.only = {&properties::kTermination};
  cases[3].variant = "no-recheck";
  cases[3].options.goal = "vma0->vm_refcnt == 2";
  for (const Case& one : cases) {
    CAPTURE(one.variant);
    const Machine machine = variant(one.variant);
    const CheckReport report = found(machine, one.options);
    REQUIRE(report.trace.size() > 1);
    std::optional<Program> goal;
    if (!report.goal.empty()) goal = machine.expression(report.goal, "goal").value();
    const auto say = [&](const CheckReport& r) { return confirm(machine, r, goal ? &*goal : nullptr, 0, {}); };
    CHECK(say(report) == Confirmation::kConfirmed);
    CheckReport shorter = report;
    shorter.trace.pop_back();
    CHECK(say(shorter) == Confirmation::kWrong);
    CheckReport nonsense = report;
    nonsense.trace.insert(nonsense.trace.begin(), {Action::Kind::kSignal, ThreadId{0}});
    CHECK(say(nonsense) == Confirmation::kWrong);
    if (report.check && report.check != &properties::kRefcntClass) {
      CheckReport other = report;
      other.check = &properties::kRefcntClass;
      CHECK(say(other) == Confirmation::kWrong);
    }
  }
}

TEST_CASE("that a thread can never finish takes memory to confirm") {
  const Machine machine = variant("no-wake");
  CheckOptions options;
  options.only = {&properties::kTermination};
  const CheckReport report = found(machine, options);
  CHECK(confirm(machine, report, nullptr, 1, {}) == Confirmation::kUnknown);
  CHECK(confirm(machine, report, nullptr, 0, {}) == Confirmation::kConfirmed);
}

}  // namespace vmalab::check

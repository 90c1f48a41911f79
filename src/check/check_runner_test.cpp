// SPDX-License-Identifier: GPL-2.0-only
#include "check/check_runner.h"
#include "machine/look.h"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "check/test_models.h"

namespace vmalab {
namespace {

using testing::standard;

using Verdict = check::CheckReport::Verdict;

/// What comes in the end; a runner that never ends fails the test instead of hanging it.
std::optional<Result<check::CheckReport>> result_of(CheckRunner& runner) {
  for (int i = 0; i < 30000 && runner.running(); ++i) {
    if (CheckRunner::News news = runner.poll(); news.result) return std::move(news.result);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return std::nullopt;
}

/// More states than any computer gets through while a test waits.
check::CheckOptions endless() {
  check::CheckOptions options;
  options.symmetry = options.partial_order = false;
  return options;
}

}  // namespace

TEST_CASE("a check for any number of threads runs in the background as well") {
  CheckRunner runner;
  runner.start_any(standard(1, 1, 1));
  std::optional<CheckRunner::Any> any;
  std::optional<Result<check::CheckReport>> result;
  for (int i = 0; i < 30000 && runner.running(); ++i) {
    CheckRunner::News news = runner.poll();
    if (news.result) {
      any = news.any;
      result = std::move(news.result);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  REQUIRE(result);
  CHECK((*result).value().verdict == Verdict::kPass);
  REQUIRE(any);
  CHECK(any->sentence.starts_with("Proved for any number of readers, writers and detachers, for ever"));
}

TEST_CASE("a check runs in the background and is handed over once") {
  CheckRunner runner;
  CHECK_FALSE(runner.running());
  CHECK_FALSE(runner.poll().result);
  runner.start(standard(1, 1, 0), {});
  CHECK(runner.running());
  const auto result = result_of(runner);
  REQUIRE(result);
  REQUIRE(*result);
  CHECK((*result)->verdict == Verdict::kPass);
  CHECK((*result)->states > 10);
  CHECK_FALSE(runner.running());
  CHECK_FALSE(runner.poll().result);
}

TEST_CASE("progress comes before the result, and cancelling ends it with what is known") {
  CheckRunner runner;
  runner.start(standard(5, 2, 2), endless());
  for (int i = 0; i < 30000 && runner.poll().progress.states == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK(runner.running());
  CHECK_FALSE(runner.cancelled());
  runner.cancel();
  CHECK(runner.cancelled());
  const auto result = result_of(runner);
  REQUIRE(result);
  REQUIRE(*result);
  CHECK((*result)->verdict == Verdict::kIncomplete);
  CHECK_FALSE((*result)->reason.empty());
  CHECK((*result)->states > 0);
}

TEST_CASE("a goal that can be reached is found with the way there") {
  CheckRunner runner;
  const Machine machine = standard(1, 1, 0);
  check::CheckOptions options;
  options.goal = "vma0->vm_refcnt == 2";
  runner.start(machine, options);
  const auto result = result_of(runner);
  REQUIRE(result);
  REQUIRE(*result);
  CHECK((*result)->verdict == Verdict::kGoalFound);
  REQUIRE_FALSE((*result)->trace.empty());
  StateValue state = machine.initial();
  StepInfo info;
  for (const Action action : (*result)->trace) machine.step(state, action, info);
  CHECK(refcnt_in(state, VmaId{0}) == 2);
}

TEST_CASE("a goal that names nothing known is an error in words") {
  CheckRunner runner;
  check::CheckOptions options;
  options.goal = "nothing_known == 1";
  runner.start(standard(1, 1, 0), options);
  const auto result = result_of(runner);
  REQUIRE(result);
  REQUIRE_FALSE(*result);
  CHECK(result->error().to_string().find("nothing_known") != std::string::npos);
}

TEST_CASE("a new check replaces one that runs, and leaving does not wait for the end") {
  const auto begin = std::chrono::steady_clock::now();
  {
    CheckRunner runner;
    runner.start(standard(5, 2, 2), endless());
    runner.start(standard(1, 1, 0), {});
    const auto result = result_of(runner);
    REQUIRE(result);
    REQUIRE(*result);
    CHECK((*result)->verdict == Verdict::kPass);
    runner.start(standard(5, 2, 2), endless());
    runner.drop();
    CHECK_FALSE(runner.running());
    CHECK_FALSE(runner.poll().result);
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Work in pieces: however a search, and what is decided on its graph, is cut, what comes out is the same.
#include "check/explorer.h"

#include <doctest/doctest.h>

#include "check/can_finish.h"
#include "check/checker.h"
#include "check/test_models.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

using testing::standard;
using testing::variant;

template <typename Work>
void in_pieces(Work& work, std::uint64_t steps) {
  while (work.advance({steps}) == Status::kRunning) {
  }
  CHECK(work.advance({steps}) == Status::kDone);
}

CheckReport check_in_pieces(const Machine& machine, const CheckOptions& options, std::uint64_t steps) {
  const auto check = Check::begin(machine, options).value();
  in_pieces(*check, steps);
  return check->report().value();
}

}  // namespace

TEST_CASE("a search gives the same numbers in pieces of any size, by any number of workers") {
  const Machine machine = standard(2, 1, 1);
  for (const bool reduced : {false, true}) {
    SearchOptions options;
    options.symmetry = options.partial_order = reduced;
    Explorer whole(machine, options, machine.initial());
    const SearchResult expected = run(whole, {});
    CHECK(expected.end == SearchEnd::kComplete);
    for (const int jobs : {1, 3}) {
      for (const std::uint64_t steps : {1, 7, 1000}) {
        CAPTURE(jobs);
        CAPTURE(steps);
        options.jobs = jobs;
        Explorer explorer(machine, options, machine.initial());
        in_pieces(explorer, steps);
        const SearchResult result = explorer.result();
        CHECK(result.states == expected.states);
        CHECK(result.transitions == expected.transitions);
        CHECK(result.final_states == expected.final_states);
        CHECK(result.level_sizes == expected.level_sizes);
        CHECK(explorer.graph().refcnt_edges() == whole.graph().refcnt_edges());
        CHECK(explorer.progress().states == expected.states);
        CHECK(explorer.progress().frontier == 0);
      }
    }
  }
}

TEST_CASE("a piece of a search expands about as much as it may") {
  const Machine machine = standard(2, 1, 1);
  SearchOptions options;
  options.symmetry = options.partial_order = false;
  Explorer explorer(machine, options, machine.initial());
  std::uint64_t calls = 1;
  while (explorer.advance({10}) == Status::kRunning) ++calls;
  CHECK(calls >= explorer.result().states / 10);
}

TEST_CASE("a whole check gives the same report in pieces of any size") {
  struct Case {
    const char* variant;
    const char* goal;
    std::vector<const Property*> only;
  };
  for (const Case& one : {Case{"no-recheck", "", {}}, Case{"no-wake", "", {}}, Case{"no-wake", "", {&properties::kTermination}},
                          Case{"no-recheck", "vma0->vm_refcnt == 2", {}}}) {
    CAPTURE(one.variant);
    const Machine machine = variant(one.variant);
    CheckOptions options;
    options.goal = one.goal;
    options.only = one.only;
    options.jobs = 1;
    const CheckReport expected = run_check(machine, options).value();
    CHECK_FALSE(expected.trace.empty());
    for (const int jobs : {1, 3}) {
      for (const std::uint64_t steps : {1, 7, 1000}) {
        CAPTURE(jobs);
        CAPTURE(steps);
        options.jobs = jobs;
        const CheckReport report = check_in_pieces(machine, options, steps);
        CHECK(report.verdict == expected.verdict);
        CHECK(report.check == expected.check);
        CHECK(report.states == expected.states);
        CHECK(report.transitions == expected.transitions);
        CHECK(report.depth_histogram == expected.depth_histogram);
        CHECK(report.trace == expected.trace);
        CHECK(report.vacuous_checks == expected.vacuous_checks);
      }
    }
  }
}

TEST_CASE("what is stopped says what it knew") {
  const Machine machine = standard(2, 1, 0);
  CheckOptions options;
  options.jobs = 1;
  const std::uint64_t states = run_check(machine, options).value().states;
  const auto check = Check::begin(machine, options).value();
  while (check->progress().phase == Phase::kSearch) REQUIRE(check->advance({1}) == Status::kRunning);
  CHECK(check->progress().phase == Phase::kTermination);
  check->stop();
  REQUIRE(check->advance({1}) == Status::kDone);
  const CheckReport report = check->report().value();
  CHECK(report.verdict == CheckReport::Verdict::kIncomplete);
  CHECK(report.states == states);
  CHECK(report.undecided == std::vector{&properties::kTermination});
  CHECK(report.reason ==
        "every other check holds in all " + std::to_string(states) + " states, and whether every thread can always finish is open: it was stopped");

  const auto early = Check::begin(machine, options).value();
  early->advance({1});
  early->stop();
  CHECK(early->advance({1}) == Status::kDone);
  CHECK(early->report().value().reason == "it was stopped");
  CHECK(early->report().value().undecided.empty());
}

TEST_CASE("memory that ends after the search leaves termination open, and nothing else") {
  const Machine machine = standard(2, 1, 0);
  Explorer explorer(machine, {}, machine.initial());
  run(explorer, {});
  const std::size_t needed = explorer.graph().bytes();
  CanFinish without(explorer.graph(), needed);
  in_pieces(without, 1000);
  CHECK(without.end() == SearchEnd::kMemory);
  CanFinish with(explorer.graph(), 2 * needed);
  in_pieces(with, 1000);
  CHECK(with.end() == SearchEnd::kComplete);
  CHECK(with.non_terminating().empty());
}

}  // namespace vmalab::check

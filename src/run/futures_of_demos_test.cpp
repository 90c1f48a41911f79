// SPDX-License-Identifier: GPL-2.0-only
// The point of no return of every variant's demo, against the search of the tests; and runs that were found, as branches of a session.
#include <doctest/doctest.h>

#include "check/futures.h"
#include "check/naive_futures.h"
#include "check/nearest.h"
#include "machine/variants.h"
#include "run/demo.h"
#include "run/test_machines.h"
#include "run/workspace.h"

namespace vmalab::check {
namespace {

using testing::must;

Session opened(const std::string& variant) {
  Origin origin;
  origin.code.variant = variant;
  return must(Workspace(VMALAB_TEST_ASSETS).open(origin)).session;
}

/// As far as it goes with this code.
std::vector<Action> demo_of(const Machine& machine) {
  Session session(machine);
  const Demo demo = must(Demo::of(machine));
  for (const Demo::Step& step : demo.steps()) {
    if (!session.apply(step.action)) break;
  }
  return session.actions_to(session.cursor());
}

template <typename Any>
void finish(Any& work, std::uint64_t piece) {
  while (work.advance({piece}) == Status::kRunning) {
  }
}

}  // namespace

TEST_CASE("the point of no return of every variant's demo is where the plainest search has it") {
  const auto variants = must(list_variants(VMALAB_TEST_ASSETS));
  int demos = 0, earlier = 0;
  for (const Variant& variant : variants) {
    CAPTURE(variant.name);
    const Session session = opened(variant.name);
    const Machine& machine = session.machine();
    const std::vector<Action> run = demo_of(machine);
    for (const PropertySet breaks : {~PropertySet{0}, bit_of(*variant.breaks.front())}) {
      const Event event{breaks, nullptr};
      const int expected = NaiveFutures(machine, event).no_return(run);
      for (const std::uint64_t piece : {1u, 7u, 1u << 24}) {
        Futures futures(machine, event, {});
        NoReturn work(futures, run);
        finish(work, piece);
        REQUIRE(work.exists() != Known::kUnknown);
        CHECK((work.exists() == Known::kYes ? *work.step() : -1) == expected);
        if (work.happens()) CHECK(expected <= *work.happens());
        earlier += work.happens() && piece == 1 && expected < *work.happens();
      }
      ++demos;
    }
  }
  CHECK(demos >= 60);
  CHECK(earlier >= 20);
}

TEST_CASE("another ending opens a branch that ends otherwise") {
  Session session = opened("no-wake");
  const Machine& machine = session.machine();
  for (const Action& action : demo_of(machine)) must(session.apply(action));
  const auto outcome = outcome_of(machine, session.actions_to(session.cursor()));
  REQUIRE(outcome);
  CHECK(outcome->broken == &properties::kNoStuck);
  session.go_to_depth(10);
  Nearest nearest(machine, session.state(), another_outcome(machine, *outcome), {});
  finish(nearest, 1000);
  REQUIRE(nearest.end() == SearchEnd::kFound);
  for (const Action& action : nearest.run()) must(session.apply(action));
  CHECK(session.branches().size() == 2);
  const auto other = outcome_of(machine, session.actions_to(session.cursor()));
  REQUIRE(other);
  CHECK(*other != *outcome);
}

}  // namespace vmalab::check

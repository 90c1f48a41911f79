// SPDX-License-Identifier: GPL-2.0-only
#include "run/scheduler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "machine/variants.h"
#include "run/schedule.h"
#include "run/test_machines.h"

using namespace vmalab;
using namespace vmalab::testing;

namespace {

std::string run_of(const Machine& machine, Scheduler& scheduler, int most = 1000) {
  Session session(machine);
  for (int i = 0; i < most && take_step(session, scheduler); ++i) {
  }
  return schedule_text(machine, session.actions_to(session.cursor()));
}

Machine standard(int readers, int writers, int detachers) { return model_machine(must(standard_scenario(readers, writers, detachers))); }

}  // namespace

TEST_CASE("a policy that leaves things to chance gives the same run for the same seed, and ends with the run") {
  const Machine machine = standard(2, 1, 1);
  for (const auto& make : {+[](std::uint64_t seed) { return random_scheduler(seed); }, +[](std::uint64_t seed) { return pct_scheduler(seed); }}) {
    CHECK(run_of(machine, *make(7)) == run_of(machine, *make(7)));
    int different = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      different += run_of(machine, *make(seed)) != run_of(machine, *make(seed + 1));
      Session session(machine);
      const auto scheduler = make(seed);
      while (take_step(session, *scheduler)) {
      }
      CHECK(machine.all_done(session.state()));
      CHECK(scheduler->why_not_further(session).empty());
    }
    CHECK(different > 15);
  }
}

TEST_CASE("a replay gives its actions, and says no more at their end") {
  const Machine machine = standard(1, 1, 0);
  Session session(machine);
  const auto replay = replay_scheduler(must(parse_schedule(machine, "r1*2,w1")));
  CHECK(run_of(machine, *replay) == "r1*2,w1");
  CHECK_FALSE(replay->next(session));
  CHECK(replay->why_not_further(session) == "The schedule is over.");
}

TEST_CASE("round robin gives each thread that can step a step, from wherever the run stands") {
  const Machine machine = standard(3, 0, 0);
  const auto scheduler = round_robin_scheduler();
  CHECK(run_of(machine, *scheduler, 7) == "r1,r2,r3,r1,r2,r3,r1");
  Session session(machine);
  REQUIRE(session.apply(step_of(machine, "r2")));
  CHECK(*scheduler->next(session) == step_of(machine, "r3"));
}

TEST_CASE("the selected thread runs alone until it waits, and it is said why") {
  const Machine machine = standard(0, 2, 0);
  Session session(machine);
  ThreadId selected{0};
  const auto scheduler = selected_thread_scheduler([&] { return selected; });
  for (int i = 0; i < 3; ++i) REQUIRE(take_step(session, *scheduler));
  selected = ThreadId{1};
  while (take_step(session, *scheduler)) {
  }
  CHECK(session.info(session.cursor()).action.thread == ThreadId{0});
  CHECK(scheduler->why_not_further(session).find("w2 cannot step: ") == 0);
  selected = ThreadId{0};
  while (take_step(session, *scheduler)) {
  }
  CHECK(scheduler->why_not_further(session) == "w1 is done.");
}

TEST_CASE("the demo is played while the run follows it") {
  const Machine machine = model_machine(must(find_scenario(VMALAB_TEST_ASSETS, "two-readers")));
  Session session(machine);
  const auto scheduler = demo_scheduler(must(Demo::of(machine)));
  while (take_step(session, *scheduler)) {
  }
  CHECK(machine.all_done(session.state()));
  CHECK(scheduler->why_not_further(session) == "The demo is over.");
  session.go_to_depth(1);
  const Action demo = *scheduler->next(session);
  for (const char* name : {"r1", "r2"}) {
    if (step_of(machine, name) != demo) REQUIRE(session.apply(step_of(machine, name)));
  }
  CHECK_FALSE(scheduler->next(session));
  CHECK(scheduler->why_not_further(session) == "This run has left the demo.");
  CHECK(demo_scheduler({})->why_not_further(session) == "This scenario has no demo.");
}

TEST_CASE("PCT runs a thread until it waits, but for the few steps where priorities change") {
  const Machine machine = standard(3, 2, 0);
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto scheduler = pct_scheduler(seed, 1);  // no change points
    Session session(machine);
    while (take_step(session, *scheduler)) {
    }
    // Each switch to another thread is one away from a thread that cannot go on, or to one that was woken.
    int free_switches = 0;
    for (int d = 1; d < session.depth(); ++d) {
      const ThreadId now = session.info(session.path()[static_cast<std::size_t>(d)]).action.thread;
      const ThreadId next = session.info(session.path()[static_cast<std::size_t>(d) + 1]).action.thread;
      const StateValue state = session.state_at(session.path()[static_cast<std::size_t>(d)]);
      const StateValue before = session.state_at(session.path()[static_cast<std::size_t>(d) - 1]);
      if (now != next && machine.can_step(state, now) && machine.can_step(before, next)) ++free_switches;
    }
    CHECK(free_switches == 0);
  }
}

TEST_CASE("PCT finds a lost wake-up within few runs") {
  const Variant variant = must(find_variant(VMALAB_TEST_ASSETS, "no-wake"));
  Scenario scenario = must(scenario_of(variant, VMALAB_TEST_ASSETS));
  const CodeConfig config = scenario.config;
  const Machine machine = must(Machine::build(std::move(scenario), must(CodeBase::load_model(VMALAB_TEST_ASSETS, config, variant.file))));
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Session session(machine);
    const auto scheduler = pct_scheduler(seed);
    while (take_step(session, *scheduler)) {
    }
    found += session.depth() > 0 && session.info(session.cursor()).violations != 0;
  }
  CHECK(found > 0);
}

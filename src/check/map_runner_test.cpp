// SPDX-License-Identifier: GPL-2.0-only
#include "check/map_runner.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "check/test_models.h"
#include "machine/look.h"

namespace vmalab {
namespace {

using testing::standard;

check::CheckOptions two_jobs() {
  check::CheckOptions options;
  options.jobs = 2;
  return options;
}

/// Polls until there is a run; a runner that never answers fails the test instead of hanging it.
std::shared_ptr<const MapRunner::Found> found_by(MapRunner& runner) {
  for (int i = 0; i < 30000; ++i) {
    if (MapRunner::News news = runner.poll(); news.found) return news.found;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a map made in the background is the one made at once, and has the runs on it") {
  const Machine machine = standard(2, 1, 1);
  check::MapSearch search(machine, two_jobs());
  check::drive(search, {});
  // r1 all the way, and from its second step on w1 instead.
  std::vector<MapStep> steps;
  std::vector<int> depths{0};
  const auto go = [&](StateValue& state, std::uint32_t from, Action action) {
    StepInfo info;
    machine.step(state, action, info);
    steps.push_back({from, action});
    depths.push_back(search.depth_of(state).value());
    return static_cast<std::uint32_t>(steps.size());
  };
  StateValue state(machine.initial());
  const ThreadId r1{0}, w1 = machine.find_thread("w1").value();
  std::uint32_t node = go(state, 0, {Action::Kind::kStep, r1});
  node = go(state, node, {Action::Kind::kStep, r1});
  StateValue branch = state;
  for (std::uint32_t n = node; machine.can_step(state, r1);) n = go(state, n, {Action::Kind::kStep, r1});
  for (std::uint32_t n = node; machine.can_step(branch, w1);) n = go(branch, n, {Action::Kind::kStep, w1});
  CHECK(steps.size() > 20);

  MapRunner runner;
  runner.start(machine, two_jobs());
  runner.add({steps.begin(), steps.begin() + 5});
  runner.add({steps.begin() + 5, steps.end()});
  runner.wait();
  const MapRunner::News news = runner.poll();
  CHECK(news.done);
  CHECK(news.end == check::SearchEnd::kComplete);
  REQUIRE(news.map);
  REQUIRE(news.tree);
  CHECK(news.map->sum() == search.map().sum());
  CHECK(news.map->depths() == search.map().depths());
  REQUIRE(news.tree->size() == depths.size());
  for (std::size_t i = 0; i < depths.size(); ++i) CHECK((*news.tree)[i].depth == depths[i]);
  CHECK((*news.tree)[0].classes[0] == refcnt_class(refcnt_in(machine.initial(), VmaId{0})));
  CHECK((*news.tree)[steps.size()].classes[0] == refcnt_class(refcnt_in(branch, VmaId{0})));
  CHECK_FALSE(runner.poll().map);
}

TEST_CASE("a run to a cell comes, of a map that is done and of one that grows") {
  const check::MapPlace place{3, RefcntClass::kAttached};
  for (const bool small : {true, false}) {
    MapRunner runner;
    runner.start(small ? standard(1, 1, 0) : standard(4, 4, 2), two_jobs());
    while (!runner.poll().map) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    runner.find(VmaId{0}, place, false);
    const auto found = found_by(runner);
    REQUIRE(found);
    CHECK(found->place == place);
    CHECK(found->run.size() == 3);
    CHECK_FALSE(runner.poll().found);
  }
}

TEST_CASE("a map that is large enough, stopped or given up ends") {
  MapRunner runner;
  runner.start(standard(4, 4, 2), two_jobs(), 20'000);
  runner.wait();
  MapRunner::News news = runner.poll();
  CHECK(news.done);
  CHECK(news.end == check::SearchEnd::kStopped);
  REQUIRE(news.map);
  CHECK(news.map->sum().states >= 20'000);
  CHECK(news.map->sum().states < 60'000);
  runner.start(standard(4, 4, 2), two_jobs());
  runner.stop();
  runner.wait();
  CHECK(runner.poll().end == check::SearchEnd::kStopped);
  runner.start(standard(4, 4, 2), two_jobs());
  runner.drop();
  CHECK_FALSE(runner.running());
  CHECK_FALSE(runner.poll().done);
}

TEST_CASE("the map for any number has the states of the search, and runs of any of its numbers") {
  const Machine machine = standard(2, 1, 1);
  MapRunner runner;
  runner.start(machine, two_jobs(), 0, std::vector<bool>(4, true));
  // All of w1, then of r1, then of r2.
  std::vector<MapStep> steps;
  StateValue state(machine.initial());
  for (const int t : {2, 0, 1}) {
    while (machine.can_step(state, thread_id(t))) {
      StepInfo info;
      const Action action{Action::Kind::kStep, thread_id(t)};
      machine.step(state, action, info);
      steps.push_back({static_cast<std::uint32_t>(steps.size()), action});
    }
  }
  runner.add(steps);
  runner.wait();
  const MapRunner::News news = runner.poll();
  CHECK(news.done);
  CHECK(news.end == check::SearchEnd::kComplete);
  CHECK(news.refused.empty());
  CHECK(news.crowd == "any number of readers, writers and detachers");
  REQUIRE(news.map);
  const check::MapCell sum = news.map->sum();
  CHECK(sum.states == news.progress.states);
  CHECK(sum.states > 1000);
  CHECK(sum.breaking == 0);
  CHECK(sum.held[0] + sum.held[1] + sum.held[2] == sum.states);
  CHECK(sum.held[2] > 0);
  REQUIRE(news.tree);
  CHECK(news.tree->size() == steps.size() + 1);
  CHECK(std::all_of(news.tree->begin(), news.tree->end(), [](const OnMap& at) { return at.depth >= 0; }));

  // What the threads do not fit into is said, and nobody waits for more.
  Scenario unlike = standard_scenario(1, 0, 0).value();
  unlike.threads.push_back({"f1", "reader_fallback(mm0, 0x1000)"});
  unlike.toml += "\n[[thread]]\nname = \"f1\"\nrun = \"reader_fallback(mm0, 0x1000)\"\n";
  const Machine two_kinds = Machine::build(std::move(unlike), CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value()).value();
  runner.start(two_kinds, two_jobs(), 0, std::vector<bool>(2, true));
  runner.add({{0, {Action::Kind::kStep, thread_id(0)}}});
  runner.wait();
  CHECK(runner.poll().refused.find("they are not alike") != std::string::npos);
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The map against a search that knows nothing of the checker's machinery: every cell, every depth, every run to a cell.
#include "check/state_map.h"

#include <doctest/doctest.h>

#include <cstring>
#include <random>
#include <set>

#include "check/map_search.h"
#include "check/test_models.h"
#include "machine/look.h"
#include "machine/state_value.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

using testing::variant;

Machine machine_of(const char* name) {
  Scenario scenario = [&] {
    const std::vector<Scenario> shipped = list_scenarios(VMALAB_TEST_ASSETS).value();
    for (const Scenario& s : shipped) {
      if (s.name == name) return s;
    }
    return standard_scenario(2, 1, 1).value();
  }();
  CodeBase code = CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config).value();
  return Machine::build(std::move(scenario), std::move(code)).value();
}

CheckOptions plain(int jobs = 1) {
  CheckOptions options;
  options.symmetry = false;
  options.jobs = jobs;
  return options;
}

void in_pieces(Work& work, std::uint64_t steps) {
  while (work.advance({steps}) == Status::kRunning) {
  }
}

RefcntClass class_in(const State& state, VmaId vma) { return refcnt_class(refcnt_in(state, vma)); }

/// Whole states, level by level.
struct Naive {
  explicit Naive(const Machine& m) : machine(m), depth_of(StateLess{m.thread_count()}) {
    std::vector<StateValue> level{machine.initial()}, next;
    depth_of.emplace(machine.initial(), 0);
    for (int depth = 0; !level.empty(); ++depth) {
      StateMap::Level cells{};
      for (const StateValue& state : level) {
        PropertySet broken = machine.stuck(state) ? bit_of(properties::kNoStuck) : 0;
        ActionList actions;
        machine.enabled(state, actions);
        for (const Action& action : actions) {
          StateValue after = state;
          StepInfo info;
          machine.step(after, action, info);
          const PropertySet by_step = info.violations & ~bit_of(properties::kNoStuck);
          broken |= by_step;
          if (by_step == 0 && depth_of.emplace(after, depth + 1).second) next.push_back(after);
        }
        for (int v = 0; v < machine.limits().vmas; ++v) {
          const VmaId vma = vma_id(v);
          cells[vma.value][static_cast<std::size_t>(class_in(state, vma))].add({1, machine.all_done(state) ? 1u : 0u, broken != 0 ? 1u : 0u, broken});
        }
      }
      map.add(depth, cells);
      level.swap(next);
      next.clear();
    }
  }
  const Machine& machine;
  std::map<StateValue, int, StateLess> depth_of;
  StateMap map;
};

void check_same(const StateMap& a, const StateMap& b, int vmas) {
  REQUIRE(a.depths() == b.depths());
  for (int depth = 0; depth < a.depths(); ++depth) {
    for (int v = 0; v < vmas; ++v) {
      for (std::size_t c = 0; c < StateMap::kClasses; ++c) {
        CAPTURE(depth);
        CAPTURE(v);
        CAPTURE(c);
        const VmaId vma = vma_id(v);
        CHECK(a.at(vma, depth, static_cast<RefcntClass>(c)) == b.at(vma, depth, static_cast<RefcntClass>(c)));
      }
    }
  }
}

}  // namespace

TEST_CASE("the map has every state that a naive search meets, at its depth and in its class") {
  const Machine machines[] = {machine_of("writer-waits-for-a-reader"), machine_of("two-readers"), machine_of("recycled-vma"),
                              variant("put-wakes-freed-mm"), variant("no-wake")};
  for (const Machine& machine : machines) {
    CAPTURE(machine.scenario().name);
    const Naive naive(machine);
    for (const int jobs : {1, 3}) {
      MapSearch search(machine, plain(jobs));
      in_pieces(search, jobs == 1 ? 7 : 1000);
      CHECK(search.end() == SearchEnd::kComplete);
      check_same(search.map(), naive.map, machine.limits().vmas);
      CHECK(search.map().sum().states == naive.depth_of.size());
    }
  }
}

TEST_CASE("the counts of all cells are the states of the checker") {
  for (const bool symmetry : {false, true}) {
    const Machine machine = machine_of("standard");
    CheckOptions options = plain();
    options.symmetry = symmetry;
    options.partial_order = false;
    const CheckReport report = run_check(machine, options).value();
    MapSearch search(machine, options);
    in_pieces(search, 1000);
    const MapCell sum = search.map().sum();
    CHECK(sum.states == report.states);
    CHECK(sum.ends == report.final_states);
    CHECK(sum.breaking == 0);
    REQUIRE(search.map().depths() == static_cast<int>(report.depth_histogram.size()));
    for (int depth = 0; depth < search.map().depths(); ++depth) {
      std::uint64_t states = 0;
      for (std::size_t c = 0; c < StateMap::kClasses; ++c) states += search.map().at(VmaId{0}, depth, static_cast<RefcntClass>(c)).states;
      CHECK(states == report.depth_histogram[static_cast<std::size_t>(depth)]);
    }
  }
}

TEST_CASE("what breaks is as near as the checker says, and the map goes on beside it") {
  const std::vector<Variant> variants = list_variants(VMALAB_TEST_ASSETS).value();
  for (const Variant& v : variants) {
    CAPTURE(v.name);
    const Machine machine = variant(v.name.c_str());
    CheckOptions options;
    options.jobs = 1;
    const CheckReport report = run_check(machine, options).value();
    REQUIRE(report.verdict == CheckReport::Verdict::kViolation);
    MapSearch search(machine, options);
    in_pieces(search, 100000);
    REQUIRE(search.end() == SearchEnd::kComplete);
    // A step that breaks leaves a state one step before; a state that is broken itself has the depth of its run.
    const bool by_step = report.check->kind == Property::Kind::kOnStep || report.check->kind == Property::Kind::kOnState;
    std::optional<MapPlace> first;
    for (int depth = 0; depth < search.map().depths() && !first; ++depth) {
      for (std::size_t c = 0; c < StateMap::kClasses && !first; ++c) {
        const MapPlace place{depth, static_cast<RefcntClass>(c)};
        if (search.map().at(VmaId{0}, depth, place.of).breaking != 0) first = place;
      }
    }
    REQUIRE(first);
    CHECK(first->depth == static_cast<int>(report.trace.size()) - (by_step ? 1 : 0));
    CHECK((search.map().at(VmaId{0}, first->depth, first->of).broken & bit_of(*report.check)) != 0);
    const auto way = search.way_to(VmaId{0}, *first, true);
    in_pieces(*way, 100000);
    REQUIRE(way->run());
    CHECK(way->run()->size() == report.trace.size());
  }
}

TEST_CASE("the run to a cell is a shortest one and ends in the cell") {
  const Machine machine = machine_of("recycled-vma");
  const Naive naive(machine);
  MapSearch search(machine, {});
  in_pieces(search, 100000);
  int cells = 0;
  for (int v = 0; v < machine.limits().vmas; ++v) {
    const VmaId vma = vma_id(v);
    for (int depth = 0; depth < search.map().depths(); ++depth) {
      for (std::size_t c = 0; c < StateMap::kClasses; ++c) {
        const MapPlace place{depth, static_cast<RefcntClass>(c)};
        if (search.map().at(vma, depth, place.of).states == 0) continue;
        ++cells;
        const auto way = search.way_to(vma, place, false);
        in_pieces(*way, 1000);
        REQUIRE(way->run());
        REQUIRE(way->run()->size() == static_cast<std::size_t>(depth));
        StateValue state(machine.initial());
        StepInfo info;
        for (const Action& action : *way->run()) machine.step(state, action, info);
        CHECK(class_in(state, vma) == place.of);
        CHECK(naive.depth_of.at(state) == depth);
      }
    }
  }
  CHECK(cells > 100);
}

TEST_CASE("a state of any run lies where a naive search met it") {
  const Machine machine = machine_of("standard");
  const Naive naive(machine);
  MapSearch search(machine, plain());
  in_pieces(search, 100000);
  std::mt19937 random(7);
  for (int run = 0; run < 50; ++run) {
    StateValue state(machine.initial());
    for (;;) {
      CHECK(search.depth_of(state) == naive.depth_of.at(state));
      ActionList actions;
      machine.enabled(state, actions);
      if (actions.begin() == actions.end()) break;
      const auto count = static_cast<std::size_t>(actions.end() - actions.begin());
      StepInfo info;
      machine.step(state, *(actions.begin() + random() % count), info);
    }
  }
}

TEST_CASE("a search that is stopped, or has no memory, has a map of what it expanded") {
  const Machine machine = machine_of("standard");
  MapSearch search(machine, plain());
  search.advance({500});
  search.stop();
  CHECK(search.advance({500}) == Status::kDone);
  CHECK(search.end() == SearchEnd::kStopped);
  const std::uint64_t states = search.map().sum().states;
  CHECK(states >= 500);
  CHECK(states < search.progress().states);
}

}  // namespace vmalab::check

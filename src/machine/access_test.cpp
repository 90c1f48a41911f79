// SPDX-License-Identifier: GPL-2.0-only
// What the executor says that a step reads and writes, against what the step does: nothing changes that is not recorded, and a value
// that the step is not said to read may be any other without making a difference.
#include "machine/access.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "machine/machine.h"
#include "machine/scenario.h"
#include "machine/state.h"
#include "machine/variants.h"

namespace vmalab {
namespace {

using Kind = Place::Kind;

template <typename T>
T value(Result<T> result) {
  REQUIRE_MESSAGE(result.has_value(), result.error().to_string());
  return *std::move(result);
}

bool has(const std::vector<Place>& places, Place place) { return std::find(places.begin(), places.end(), place) != places.end(); }

/// Every place of the machine's objects and threads, of these kinds.
std::vector<Place> places_of(const Machine& machine, std::initializer_list<Kind> kinds) {
  std::vector<Word> words, vmas;
  for (int m = 0; m < machine.limits().mms; ++m) {
    for (int f = 0; f < static_cast<int>(MmField::kCount); ++f) words.push_back(mm_address(m, static_cast<MmField>(f)));
  }
  for (int v = 0; v < machine.limits().vmas; ++v) {
    vmas.push_back(vma_address(v));
    for (int f = 0; f < static_cast<int>(VmaField::kCount); ++f) words.push_back(vma_address(v, static_cast<VmaField>(f)));
  }
  for (int g = 0; g < kMaxGlobals; ++g) words.push_back(global_address(g));
  std::vector<Place> out;
  const auto each_thread = [&](const auto& add) {
    for (int t = 0; t < machine.thread_count(); ++t) add(thread_id(t));
  };
  for (const Kind kind : kinds) {
    switch (kind) {
      case Kind::kWord:
        for (const Word word : words) out.push_back(Place::word(word));
        each_thread([&](ThreadId t) { out.push_back(Place::word(task_address(t.value))); });
        break;
      case Kind::kRegister:
        each_thread([&](ThreadId t) {
          for (Word r = 0; r < kMaxRegisters; ++r) out.push_back(Place::of_thread(kind, t, r));
        });
        break;
      case Kind::kAllocated:
      case Kind::kAttached:
        for (const Word vma : vmas) out.push_back(Place::of_vma(kind, vma));
        break;
      case Kind::kReferences:
      case Kind::kReadLock:
      case Kind::kWriteLock:
      case Kind::kExcluding:
      case Kind::kLockdep:
        each_thread([&](ThreadId t) {
          for (const Word vma : vmas) out.push_back(Place::of_thread(kind, t, vma));
        });
        break;
      case Kind::kHeld:
        each_thread([&](ThreadId t) {
          for (const Word word : words) {
            const bool mmap_lock = word == mm_address(address_object(word)) || address_kind(word) != ObjectKind::kMm;
            if (mmap_lock) out.push_back(Place::of_thread(kind, t, word));
          }
        });
        break;
      default: each_thread([&](ThreadId t) { out.push_back(Place::of_thread(kind, t)); });
    }
  }
  return out;
}

std::vector<Place> all_places(const Machine& machine) {
  return places_of(machine, {Kind::kWord, Kind::kRegister, Kind::kSignal, Kind::kAllocated, Kind::kAttached, Kind::kReferences, Kind::kReadLock,
                             Kind::kWriteLock, Kind::kExcluding, Kind::kLockdep, Kind::kHeld, Kind::kRcu, Kind::kStatus, Kind::kPc});
}

void disturb(State& state, Place place) {
  ThreadState& thread = state.threads[place.thread];
  switch (place.kind) {
    case Kind::kWord: {
      const auto object = static_cast<std::size_t>(address_object(place.what)), field = static_cast<std::size_t>(address_field(place.what));
      switch (address_kind(place.what)) {
        case ObjectKind::kMm: state.mms[object].fields[field] ^= 1; break;
        case ObjectKind::kVma: state.vmas[object].fields[field] ^= 1; break;
        case ObjectKind::kGlobal: state.globals[field] ^= 1; break;
        default: state.threads[object].task_state ^= 1;
      }
      break;
    }
    case Kind::kRegister: thread.registers[place.what] ^= 1; break;
    case Kind::kSignal: thread.signal_pending ^= 1; break;
    case Kind::kAllocated: state.vmas[static_cast<std::size_t>(address_object(place.what))].allocated ^= 1; break;
    default: REQUIRE(false);
  }
}

struct Walked {
  int steps = 0, disturbed = 0, rewrites = 0;
};

/// One step, and everything that is claimed of it.
void check_step(const Machine& machine, State& state, Action action, Walked& walked) {
  const State before = state;
  AccessRecord record;
  StepInfo info;
  machine.step(state, action, info, nullptr, &record);
  const std::vector<Place> reads = record.reads(), writes = record.writes();
  const ThreadId t = action.thread;
  const RegisterSet live = machine.program(t).live_in[state.thread(t).pc];
  const bool signal = action.kind == Action::Kind::kSignal;
  CAPTURE(walked.steps);

  // for_each_change() finds what a look at every place does.
  std::set<int> changed;
  for_each_change(machine, before, state, [&](Place place) {
    REQUIRE(changed.insert(place_number(place)).second);
    if (signal || (place.kind != Kind::kWord && place.kind != Kind::kRegister && place.kind != Kind::kAllocated)) return;
    const bool died = place.kind == Kind::kRegister && (live >> place.what & 1) == 0;
    REQUIRE_MESSAGE((died || has(writes, place)), static_cast<int>(place.kind), " ", place.what);
  });
  for (const Place place : all_places(machine)) {
    const bool differs = value_of(machine, before, place) != value_of(machine, state, place);
    REQUIRE(differs == (changed.count(place_number(place)) != 0));
  }
  for (const Place place : writes) {
    if (place.kind != Kind::kRegister && changed.count(place_number(place)) == 0) ++walked.rewrites;
    for (const Place made : record.made_of(place, machine.program(t))) REQUIRE(has(reads, made));
  }
  ++walked.steps;
  if (signal) return;

  // What is not read is not needed.
  static constexpr auto kSeen = {Kind::kWord, Kind::kRegister, Kind::kSignal, Kind::kAllocated, Kind::kHeld, Kind::kRcu, Kind::kLockdep, Kind::kPc};
  const std::vector<Place> seen = places_of(machine, kSeen);
  for (const Place place : places_of(machine, {Kind::kWord, Kind::kRegister, Kind::kSignal, Kind::kAllocated})) {
    if (has(reads, place) || (place.kind == Kind::kRegister && place.owner() != t)) continue;
    State other = before;
    disturb(other, place);
    const Word given = value_of(machine, other, place);
    StepInfo other_info;
    machine.execute(other, action, other_info);
    ++walked.disturbed;
    for (const Place after : seen) {
      const Word was = value_of(machine, state, after), is = value_of(machine, other, after);
      if (was == is || (after == place && is == given && !has(writes, place))) continue;
      FAIL("step ", walked.steps, ", ", op_info(info.op).name, ": place ", static_cast<int>(place.kind), "/", place.what, " is not read and changes ",
           static_cast<int>(after.kind), "/", after.what, " from ", was, " to ", is);
    }
  }
}

std::uint64_t xorshift(std::uint64_t& x) {
  x ^= x << 13;
  x ^= x >> 7;
  return x ^= x << 17;
}

void walk_randomly(const Machine& machine, std::uint64_t seed, int steps, Walked& walked) {
  State state = machine.initial();
  std::uint64_t random = 88172645463325252u + seed * 7919;
  for (int i = 0; i < steps; ++i) {
    ActionList actions;
    machine.enabled(state, actions);
    if (actions.count == 0) return;
    const auto choice = static_cast<std::size_t>((xorshift(random) >> 32) * static_cast<std::uint64_t>(actions.count) >> 32);
    check_step(machine, state, actions.items[choice], walked);
  }
}

}  // namespace

TEST_CASE("every scenario: what changes is recorded, and what is not said to be read makes no difference") {
  Walked walked;
  for (const Scenario& scenario : value(list_scenarios(VMALAB_TEST_ASSETS))) {
    CAPTURE(scenario.name);
    const Machine machine = value(Machine::build(scenario, value(CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config))));
    for (std::uint64_t seed = 0; seed < 3; ++seed) walk_randomly(machine, seed, 120, walked);
  }
  CHECK(walked.steps > 5000);
  CHECK(walked.disturbed > 100000);
  CHECK(walked.rewrites > 0);
}

TEST_CASE("every variant: the same of code that is wrong") {
  Walked walked;
  for (const Variant& variant : value(list_variants(VMALAB_TEST_ASSETS))) {
    CAPTURE(variant.name);
    const Scenario scenario = value(scenario_of(variant, VMALAB_TEST_ASSETS));
    const Machine machine = value(Machine::build(scenario, value(CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, variant.file))));
    walk_randomly(machine, 1, 100, walked);
  }
  CHECK(walked.steps > 1000);
}

TEST_CASE("places have numbers of their own") {
  const Scenario scenario = value(standard_scenario(2, 1, 1));
  const Machine machine = value(Machine::build(scenario, value(CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config))));
  std::set<int> numbers;
  for (const Place place : all_places(machine)) {
    const int number = place_number(place);
    CHECK(number >= 0);
    CHECK(number < kPlaceCount);
    CHECK(numbers.insert(number).second);
  }
}

}  // namespace vmalab

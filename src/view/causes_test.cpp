// SPDX-License-Identifier: GPL-2.0-only
// Causes against naive answers: the run again from the start, and every value compared step by step.
#include "view/causes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <map>

#include "machine/state.h"
#include "machine/variants.h"
#include "run/test_machines.h"
#include "view/session_timeline.h"

namespace vmalab {
namespace {

using testing::finish_randomly;
using testing::machine_from;
using testing::model_machine;
using testing::must;
using Kind = Place::Kind;

/// Every value that has a name, or could have one.
std::vector<Place> places_of(const Machine& machine) {
  std::vector<Place> out;
  const auto words = [&](ObjectKind kind, int objects, int fields) {
    for (int o = 0; o < objects; ++o) {
      for (int f = 0; f < fields; ++f) out.push_back(Place::word(make_address(kind, o, f)));
    }
  };
  words(ObjectKind::kMm, machine.limits().mms, static_cast<int>(MmField::kCount));
  words(ObjectKind::kVma, machine.limits().vmas, static_cast<int>(VmaField::kCount));
  words(ObjectKind::kTask, machine.thread_count(), 1);
  words(ObjectKind::kGlobal, 1, kMaxGlobals);
  for (int v = 0; v < machine.limits().vmas; ++v) {
    for (const Kind kind : {Kind::kAllocated, Kind::kAttached}) out.push_back(Place::of_vma(kind, vma_address(v)));
  }
  for (int i = 0; i < machine.thread_count(); ++i) {
    const ThreadId t = thread_id(i);
    for (const Kind kind : {Kind::kSignal, Kind::kRcu, Kind::kStatus, Kind::kPc}) out.push_back(Place::of_thread(kind, t));
    for (Word r = 0; r < kMaxRegisters; ++r) out.push_back(Place::of_thread(Kind::kRegister, t, r));
    for (int v = 0; v < machine.limits().vmas; ++v) {
      for (const Kind kind : {Kind::kReferences, Kind::kReadLock, Kind::kWriteLock, Kind::kExcluding, Kind::kLockdep}) {
        out.push_back(Place::of_thread(kind, t, vma_address(v)));
      }
    }
    for (int m = 0; m < machine.limits().mms; ++m) out.push_back(Place::of_thread(Kind::kHeld, t, mm_address(m)));
  }
  return out;
}

/// The run from its start, state by state.
struct Replayed {
  explicit Replayed(const Session& session) : machine(session.machine()), states{machine.initial()}, records(1) {
    for (std::size_t depth = 1; depth < session.path().size(); ++depth) {
      states.push_back(states.back());
      records.emplace_back();
      infos.emplace_back();
      machine.step(states.back(), session.info(session.path()[depth]).action, infos.back(), nullptr, &records.back());
    }
  }
  int steps() const { return static_cast<int>(states.size()) - 1; }
  const State& at(int depth) const { return states[static_cast<std::size_t>(depth)]; }
  Word value(Place place, int depth) const { return value_of(machine, at(depth), place); }
  bool changes(Place place, int depth) const { return value(place, depth - 1) != value(place, depth); }
  bool in(const std::vector<Place>& places, Place place) const { return std::find(places.begin(), places.end(), place) != places.end(); }

  const Machine& machine;
  std::vector<StateValue> states;
  std::vector<AccessRecord> records;
  std::vector<StepInfo> infos;
};

/// Every question of the history, at every step, of every place.
void check_history(const AccessHistory& history, const Replayed& run) {
  long wrong = 0;
  for (const Place place : places_of(run.machine)) {
    int change = 0, read = 0, write = 0;
    std::vector<int> changes(run.states.size()), reads(run.states.size()), writes(run.states.size());
    for (int depth = 1; depth <= run.steps(); ++depth) {
      const AccessRecord& record = run.records[static_cast<std::size_t>(depth)];
      const bool changed = run.changes(place, depth);
      if (changed) change = depth;
      if (run.in(record.reads(), place)) read = depth;
      if (changed || run.in(record.writes(), place)) write = depth;
      wrong += history.last_change(place, depth) != change;
      wrong += history.last_read(place, depth) != read;
      wrong += history.last_write(place, depth) != write;
      changes[static_cast<std::size_t>(depth)] = changed;
      reads[static_cast<std::size_t>(depth)] = read == depth;
      writes[static_cast<std::size_t>(depth)] = write == depth;
    }
    int next_change = 0, next_read = 0, next_write = 0;
    for (int depth = run.steps(); depth >= 0; --depth) {
      wrong += history.next_change(place, depth) != next_change;
      wrong += history.next_read(place, depth) != next_read;
      wrong += history.next_write(place, depth) != next_write;
      const auto at = static_cast<std::size_t>(depth);
      if (changes[at] != 0) next_change = depth;
      if (reads[at] != 0) next_read = depth;
      if (writes[at] != 0) next_write = depth;
    }
  }
  REQUIRE(wrong == 0);
}

/// The answers about a value, at every step.
void check_value(const CauseContext& run, const Replayed& naive, const std::string& name) {
  CAPTURE(name);
  for (int depth = 0; depth <= naive.steps(); ++depth) {
    CAPTURE(depth);
    const NamedPlaces named = must(places_named(naive.machine, naive.at(depth), name));
    const Result<Program> expression = naive.machine.expression(name, "test");
    const auto value = [&](int at) { return expression ? naive.machine.evaluate(*expression, naive.at(at)) : naive.value(named.places.front(), at); };
    int last = depth, next = depth + 1;
    while (last > 0 && value(last - 1) == value(depth)) --last;
    while (next <= naive.steps() && value(next) == value(depth)) ++next;
    const ValueCauses causes = value_causes(run, named, depth);
    REQUIRE(causes.word == value(depth));
    REQUIRE(causes.since.depth == last);
    REQUIRE(causes.next_change.depth == (next <= naive.steps() ? next : 0));
    if (last > 0) REQUIRE(causes.since.thread == naive.infos[static_cast<std::size_t>(last) - 1].action.thread);
    int before = depth + 1;
    for (const CauseLink& link : causes.chain) {
      REQUIRE(link.step.depth < before);
      before = link.step.depth;
      const std::vector<Place> reads = naive.records[static_cast<std::size_t>(before)].reads();
      for (const CauseValue& read : link.read) {
        REQUIRE(read.since < link.step.depth);
        if (read.place.kind == Kind::kWord) REQUIRE(naive.in(reads, read.place));
        int since = before - 1;
        while (read.place.kind != Kind::kRegister && since > 0 && !naive.changes(read.place, since)) --since;
        if (read.place.kind != Kind::kRegister) REQUIRE(read.since == since);
      }
    }
    if (last > 0) REQUIRE(causes.chain.front().step.depth >= last);
  }
}

/// Of every thread, at every step.
void check_threads(const CauseContext& run, const Replayed& naive, std::map<std::string, int>& seen) {
  const Machine& machine = naive.machine;
  for (int i = 0; i < machine.thread_count(); ++i) {
    const ThreadId t = thread_id(i);
    const Place status = Place::of_thread(Kind::kStatus, t);
    for (int depth = 0; depth <= naive.steps(); ++depth) {
      const ThreadCauses causes = thread_causes(run, t, depth);
      const State& state = naive.at(depth);
      int since = depth;
      while (since > 0 && !naive.changes(status, since)) --since;
      REQUIRE(causes.since.depth == since);
      REQUIRE((causes.status == ThreadStatus::kCanStep) == machine.can_step(state, t));
      REQUIRE((causes.status == ThreadStatus::kDone) == machine.done(state, t));
      if (causes.status == ThreadStatus::kCanStep || causes.status == ThreadStatus::kDone) continue;
      int freed = depth;
      while (freed <= naive.steps() && !machine.can_step(naive.at(freed), t)) ++freed;
      REQUIRE(causes.freed.depth == (freed <= naive.steps() ? freed : 0));
      REQUIRE(causes.obstacles.size() == machine.blocked(state, t).holders.size());
      // The way is one: after its last step, and not before, the thread can go on.
      StateValue after = state;
      StepInfo info;
      for (const ThreadCauses::Turn& turn : causes.way) {
        for (int step = 0; step < turn.steps; ++step) {
          REQUIRE(!machine.can_step(after, t));
          REQUIRE(machine.can_step(after, turn.thread));
          machine.step(after, {Action::Kind::kStep, turn.thread}, info);
        }
      }
      REQUIRE(machine.can_step(after, t) == !causes.way.empty());
      REQUIRE(causes.way.empty() == !causes.no_way.empty());
      ++seen[causes.way.empty() ? "no way" : "way"];
    }
  }
}

/// Takes the demo, as far as it goes.
void take_demo(Session& session) {
  const auto demo = demo_scheduler(must(Demo::of(session.machine())));
  while (take_step(session, *demo)) {
  }
}

template <typename Check>
void each_demo(const Check& check) {
  for (const Scenario& scenario : must(list_scenarios(VMALAB_TEST_ASSETS))) {
    CAPTURE(scenario.name);
    Session session(model_machine(scenario));
    take_demo(session);
    check(session);
  }
  for (const Variant& variant : must(list_variants(VMALAB_TEST_ASSETS))) {
    CAPTURE(variant.name);
    const Scenario scenario = must(scenario_of(variant, VMALAB_TEST_ASSETS));
    Session session(must(Machine::build(scenario, must(CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, variant.file)))));
    take_demo(session);
    check(session);
  }
}

const std::vector<std::string> kNames = {"vma0->vm_refcnt",
                                         "vma0->vm_lock_seq == mm0->mm_lock_seq.sequence",
                                         "vma0->vm_refcnt & 1073741824",
                                         "mm0->mmap_lock",
                                         "mm0->vma_writer_wait",
                                         "attach_reference(vma0)"};

void check_all(const Session& session, std::map<std::string, int>& seen) {
  SessionTimeline timeline;
  timeline.update(session, 1);
  const Replayed naive(session);
  check_history(timeline.accesses(), naive);
  const CauseContext run{session, timeline.accesses()};
  for (const std::string& name : kNames) {
    // Not every scenario has these objects, and of a VMA that has no owner no sequence is to be compared.
    if (places_named(session.machine(), session.machine().initial(), name)) check_value(run, naive, name);
  }
  check_threads(run, naive, seen);
}

}  // namespace

TEST_CASE("causes of every demo are those that a naive search finds") {
  std::map<std::string, int> seen;
  each_demo([&](const Session& session) { check_all(session, seen); });
  CHECK(seen["way"] > 50);
  CHECK(seen["no way"] > 0);
}

TEST_CASE("causes of 200 random runs are those that a naive search finds") {
  std::map<std::string, int> seen;
  const std::vector<Scenario> scenarios = must(list_scenarios(VMALAB_TEST_ASSETS));
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    const bool standard = seed % 2 == 0;
    Session session(model_machine(standard ? must(standard_scenario(2, 1, 1)) : scenarios[seed % scenarios.size()]));
    const auto chance = random_scheduler(seed);
    for (int i = 0; i < 60 && take_step(session, *chance); ++i) {
    }
    check_all(session, seen);
  }
  CHECK(seen["way"] > 200);
}

TEST_CASE("after undo and another future causes are those of the branch that is shown") {
  Session session(model_machine(must(standard_scenario(2, 1, 1))));
  SessionTimeline timeline;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    finish_randomly(session, seed);
    timeline.update(session, 1);
    check_history(timeline.accesses(), Replayed(session));
    session.go_to_depth(static_cast<int>((seed * 7) % 23));
    if (seed % 3 == 0) session.undo();
    if (seed % 3 == 1) session.select_branch(0);
    timeline.update(session, 1);
    check_history(timeline.accesses(), Replayed(session));
  }
}

TEST_CASE("the term of a property is false where it is said to be, for every variant") {
  int broken = 0, terms = 0;
  for (const Variant& variant : must(list_variants(VMALAB_TEST_ASSETS))) {
    CAPTURE(variant.name);
    const Scenario scenario = must(scenario_of(variant, VMALAB_TEST_ASSETS));
    Session session(must(Machine::build(scenario, must(CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, variant.file)))));
    take_demo(session);
    SessionTimeline timeline;
    timeline.update(session, 1);
    const CauseContext run{session, timeline.accesses()};
    const Machine& machine = session.machine();
    for (int depth = 1; depth <= run.steps(); ++depth) {
      for (const Property* property : kProperties) {
        const PropertyCauses causes = property_causes(run, *property, depth);
        REQUIRE(causes.broken == ((run.info(depth).violations & bit_of(*property)) != 0));
        if (!causes.broken) {
          if (causes.nearest > 0) REQUIRE((run.info(causes.nearest).violations & bit_of(*property)) != 0);
          continue;
        }
        CAPTURE(property->name);
        CHECK(!causes.sentence.empty());
        ++broken;
        if (properties_in(run.info(depth).violations).front() != property) continue;
        const bool says = !causes.term.empty() || !causes.values.empty() || !causes.stuck.empty();
        // What is left over at the end was read by nobody, and some conditions were decided before the program ran.
        CHECK_MESSAGE((says || property == &properties::kNoWarning || property == &properties::kIteratorValid), property->name);
        if (causes.term.empty()) continue;
        ++terms;
        CAPTURE(causes.term);
        const StateValue state = session.state_at(run.node(causes.before ? depth - 1 : depth));
        REQUIRE(machine.evaluate(must(machine.expression(causes.term, "test")), state) == 0);
        for (const CauseValue& value : causes.values) CHECK(value.since <= depth);
      }
    }
  }
  CHECK(broken > 30);
  CHECK(terms > 15);
}

TEST_CASE("a variable of a thread is known by its name, with the steps that made it") {
  Session session(machine_from(testing::kSmallScenario,
                               "void count(struct vm_area_struct *vma)\n{\n\tunsigned int n = vma->vm_lock_seq;\n\n"
                               "\tvma->vm_lock_seq = n + 1;\n\tvma->vm_lock_seq = n;\n}\n"));
  must(session.apply(testing::step_of(session.machine(), "a")));
  must(session.apply(testing::step_of(session.machine(), "b")));
  SessionTimeline timeline;
  timeline.update(session, 1);
  const CauseContext run{session, timeline.accesses()};
  const NamedPlaces named = must(places_named(session.machine(), session.state(), "a:n"));
  const ValueCauses causes = value_causes(run, named, 2);
  CHECK(causes.since.depth == 1);
  REQUIRE(causes.chain.size() == 1);
  REQUIRE(!causes.chain.front().read.empty());
  CHECK(causes.chain.front().read.back().name == "vma0->vm_lock_seq");
  CHECK(causes.chain.front().read.back().since == 0);
  CHECK(must(places_named(session.machine(), session.state(), "b:vma->vm_lock_seq")).places.front() ==
        Place::word(vma_address(0, VmaField::kLockSeq)));
  // What was lost: b stores over what a has stored, and had read the value from before.
  must(session.apply(testing::step_of(session.machine(), "a")));
  must(session.apply(testing::step_of(session.machine(), "b")));
  timeline.update(session, 1);
  const ValueCauses lost = value_causes(run, must(places_named(session.machine(), session.state(), "vma0->vm_lock_seq")), 4);
  CHECK(lost.since.depth == 3);
  CHECK(lost.rewritten.depth == 4);
}

TEST_CASE("names that mean nothing are refused with those that there are") {
  const Machine machine = model_machine(must(standard_scenario(1, 1, 0)));
  const auto refused = [&](const char* name) {
    const Result<NamedPlaces> named = places_named(machine, machine.initial(), name);
    REQUIRE_MESSAGE(!named, name);
    return named.error().to_string();
  };
  CHECK(refused("vma0->refcnt").find("vm_refcnt") != std::string::npos);
  CHECK(refused("vma9->vm_refcnt").find("vma0") != std::string::npos);
  CHECK(refused("r1:nonsense").find("r1 has no value \"nonsense\"") != std::string::npos);
  CHECK(refused("").find("expected an expression") != std::string::npos);
  CHECK(refused("vma0->vm_refcnt ==").find("expression") != std::string::npos);
}

TEST_CASE("the causes of any value of a run of 100,000 steps take less than a frame, and the history little memory") {
  constexpr int kSteps = 100'000, kQuestions = 200;
  Session session(machine_from(testing::kEndlessScenario));
  const auto chance = random_scheduler(1);
  for (int i = 0; i < kSteps; ++i) take_step(session, *chance);
  SessionTimeline timeline;
  timeline.update(session, 1);
  CHECK(timeline.accesses().bytes() < 100u * kSteps);
  const CauseContext run{session, timeline.accesses()};
  const std::clock_t start = std::clock();
  for (int i = 0; i < kQuestions; ++i) {
    const int depth = static_cast<int>((static_cast<long>(i) * 7919) % kSteps);
    const Place word = Place::word(vma_address(0, VmaField::kLockSeq));
    CHECK(value_causes(run, word, depth).at == depth);
    thread_causes(run, ThreadId{0}, depth);
  }
  const double ms = static_cast<double>(std::clock() - start) * 1000 / CLOCKS_PER_SEC / kQuestions;
  MESSAGE("causes of a value and a thread: ", ms, " ms of CPU time, ", timeline.accesses().bytes() / kSteps, " bytes a step");
  CHECK(ms < 16);
}

}  // namespace vmalab

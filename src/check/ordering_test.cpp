// SPDX-License-Identifier: GPL-2.0-only
// The lock where memory is weaker than sequentially consistent: what holds, what each ordering that its code asks for is needed
// for, and that the ways to search agree.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "check/checker.h"
#include "check/naive_search.h"
#include "machine/look.h"

namespace vmalab::check {
namespace {

/// The standard scenario under lkmm, with the model changed by this C.
Machine machine_of(int readers, int writers, int detachers, const std::string& change = "") {
  std::vector<CodeBase::Text> texts = CodeBase::model_texts(VMALAB_TEST_ASSETS).value();
  if (!change.empty()) texts.push_back({"variants/change.c", change, SourceFile::Origin::kVariant});
  Scenario scenario = standard_scenario(readers, writers, detachers).value();
  scenario.ordering = Ordering::kLkmm;
  return Machine::build(std::move(scenario), CodeBase::load_texts(std::move(texts), {}).value()).value();
}

/// The check that breaks first, nullptr when all hold, by the explorer with one and with several workers.
const Property* broken(const Machine& machine) {
  const Property* said = nullptr;
  std::vector<Action> trace;
  for (const int jobs : {1, 3}) {
    CheckOptions options;
    options.jobs = jobs;
    options.goals = false;
    const CheckReport report = run_check(machine, options).value();
    REQUIRE(report.verdict != CheckReport::Verdict::kIncomplete);
    if (jobs == 1) trace = report.trace;
    CHECK(report.trace == trace);
    said = report.check;
  }
  return said;
}

}  // namespace

TEST_CASE("under lkmm the lock holds of a reader and a writer, by every way to search") {
  const Machine machine = machine_of(1, 1, 0);
  CHECK(broken(machine) == nullptr);
  const NaiveResult naive = naive_search(machine);
  CHECK(naive.violations == 0);
  CheckOptions options;
  options.goals = false;
  const CheckReport report = run_check(machine, options).value();
  CHECK(report.states == naive.states);
  CHECK(report.transitions == naive.transitions);
  CHECK(report.final_states == naive.final_states);
  CHECK(report.states == 458);
}

TEST_CASE("identical threads are taken for one another under lkmm, and nothing is lost by that") {
  for (const Ordering ordering : {Ordering::kLkmm, Ordering::kLkmmLb}) {
    for (const char* change : {"", "#define raw_read_seqcount(s) __vmalab_load_once((s)->sequence)\n"}) {
      std::vector<CodeBase::Text> texts = CodeBase::model_texts(VMALAB_TEST_ASSETS).value();
      if (*change != 0) texts.push_back({"variants/change.c", change, SourceFile::Origin::kVariant});
      Scenario scenario = standard_scenario(2, 1, 0).value();
      scenario.ordering = ordering;
      if (ordering == Ordering::kLkmmLb) {  // the reader's side alone is large enough
        scenario.threads.pop_back();
      }
      const Machine machine = Machine::build(std::move(scenario), CodeBase::load_texts(std::move(texts), {}).value()).value();
      CheckOptions options;
      options.goals = false;
      const CheckReport with = run_check(machine, options).value();
      options.symmetry = false;
      const CheckReport without = run_check(machine, options).value();
      CHECK(with.verdict == without.verdict);
      CHECK(with.check == without.check);
      CHECK(with.trace == without.trace);
      CHECK(with.refcnt_values == without.refcnt_values);
      CHECK(with.states < without.states);
      if (without.verdict == CheckReport::Verdict::kPass) CHECK(without.states == naive_search(machine).states);
    }
  }
}

TEST_CASE("what is forgotten of memory changes no answer") {
  for (const char* change : {"", "#define raw_read_seqcount(s) __vmalab_load_once((s)->sequence)\n"}) {
    const Machine machine = machine_of(1, 1, 0, change);
    const NaiveResult less = naive_search(machine), all = naive_search(machine.remembering());
    CHECK(less.violations == all.violations);
    CHECK(less.violation_depth == all.violation_depth);
    CHECK(less.refcnt_edges == all.refcnt_edges);
    CHECK(less.states <= all.states);
  }
}

TEST_CASE("each ordering that the lock asks for is needed") {
  struct Case {
    const char* what;
    const char* change;
    const Property* breaks;
  };
  for (const Case& c : {
           Case{"the reader's increment acquires",
                "#define __refcount_inc_not_zero_limited_acquire(r, oldp, limit) __vmalab_ref_inc_limited_relaxed(r, oldp, limit)\n",
                &properties::kExclusion},
           Case{"the reader acquires mm_lock_seq (b1f02b95758d)", "#define raw_read_seqcount(s) __vmalab_load_once((s)->sequence)\n",
                &properties::kOrderedAccess},
           Case{"the end of all write locks releases (b1f02b95758d)",
                "#define do_raw_write_seqcount_end(s) __vmalab_store_once((s)->sequence, (s)->sequence + 1)\n", &properties::kOrderedAccess},
           Case{"the reader's decrement releases", "#define __refcount_dec_and_test(r, oldp) __vmalab_ref_sub_and_test_relaxed(1, r, oldp)\n",
                &properties::kOrderedAccess},
           Case{"FLAG is taken off with a release", "#define refcount_sub_and_test(i, r) __vmalab_ref_sub_and_test_relaxed(i, r, NULL)\n",
                &properties::kExclusion},
           Case{"the waiter tests behind a barrier", "#define set_current_state(state) __vmalab_set_task_state_plain(state)\n",
                &properties::kNoStuck},
           Case{"the waker looks for the waiter behind a barrier", "#define smp_mb() ((void)0)\n", &properties::kNoStuck},
       }) {
    CAPTURE(c.what);
    const Property* const found = broken(machine_of(1, 1, 0, c.change));
    CHECK_MESSAGE(found == c.breaks, (found != nullptr ? found->name : "nothing is broken"));
  }
}

TEST_CASE("of the shortest traces with the fewest switches the one with the fewest older values is shown") {
  // With FLAG taken off relaxed, both looks of the reader have to miss the sequence, and nothing else has to be old.
  const Machine machine = machine_of(1, 1, 0, "#define refcount_sub_and_test(i, r) __vmalab_ref_sub_and_test_relaxed(i, r, NULL)\n");
  CheckOptions options;
  options.goals = false;
  const CheckReport report = run_check(machine, options).value();
  CHECK(std::count_if(report.trace.begin(), report.trace.end(), [](const Action& a) { return a.choice != 0; }) == 2);
}

namespace {

/// A reader that stores something, and a writer that looks at it once it has the write lock.
Machine reader_that_stores() {
  std::vector<CodeBase::Text> texts = CodeBase::model_texts(VMALAB_TEST_ASSETS).value();
  texts.push_back({"stores.c",
                   "static int mark;\n"
                   "void reader_stores(struct mm_struct *mm, unsigned long addr)\n"
                   "{\n\tstruct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);\n"
                   "\tif (!vma)\n\t\treturn;\n\tWRITE_ONCE(mark, 1);\n\tvma_end_read(vma);\n}\n"
                   "unsigned int writer_looks(struct mm_struct *mm, unsigned long addr)\n"
                   "{\n\tstruct vm_area_struct *vma;\n\tunsigned int seen = 0;\n\tmmap_write_lock(mm);\n\tvma = vma_lookup(mm, addr);\n"
                   "\tif (vma) {\n\t\tvma_start_write(vma);\n\t\tseen = READ_ONCE(mark);\n\t}\n\tmmap_write_unlock(mm);\n\treturn seen;\n}\n",
                   SourceFile::Origin::kOwn});
  Scenario scenario = standard_scenario(1, 1, 0).value();
  scenario.ordering = Ordering::kLkmm;
  scenario.threads[0].call = "reader_stores(mm0, 0x1000)";
  scenario.threads[1].call = "writer_looks(mm0, 0x1000)";
  return Machine::build(std::move(scenario), CodeBase::load_texts(std::move(texts), {}).value()).value();
}

/// Steps t by newest values until it cannot go on, or is about to read a word that the code added.
void run_to_the_mark(const Machine& machine, State& state, ThreadId t) {
  while (machine.can_step(state, t)) {
    const std::vector<Way> ways = machine.ways(state, t);
    if (ways.front().reads && !ways.front().writes && address_kind(ways.front().address) == ObjectKind::kGlobal) return;
    StepInfo info;
    machine.execute(state, {Action::Kind::kStep, t}, info);
  }
}

}  // namespace

TEST_CASE("what a writer that did not sleep may miss of what a reader stored, and what it may not") {
  const Machine machine = reader_that_stores();
  const ThreadId reader{0}, writer{1};
  const auto until = [&](StateValue& state, ThreadId t, Op op, ObjectKind kind) {
    StepInfo info;
    while (info.op != op || address_kind(info.address) != kind) machine.execute(state, {Action::Kind::kStep, t}, info);
  };
  const auto values = [&](const StateValue& state) { return machine.ways(state, writer).size(); };
  // The reader has gone before FLAG is added: the writer's own barrier, in set_current_state(), comes behind that.
  StateValue state = machine.initial();
  run_to_the_mark(machine, state, reader);
  REQUIRE(machine.done(state, reader));
  run_to_the_mark(machine, state, writer);
  CHECK(values(state) == 1);

  // It goes after that barrier and before the test, which is relaxed: the writer does not sleep, and may miss what it stored.
  state = machine.initial();
  until(state, reader, Op::kStore, ObjectKind::kGlobal);
  until(state, writer, Op::kSetTaskState, ObjectKind::kTask);
  run_to_the_mark(machine, state, reader);
  REQUIRE(machine.done(state, reader));
  run_to_the_mark(machine, state, writer);
  REQUIRE(values(state) == 2);
  CHECK(machine.ways(state, writer)[0].value == 1);
  CHECK(machine.ways(state, writer)[1].value == 0);

  // The writer sleeps, and is woken.
  state = machine.initial();
  until(state, reader, Op::kStore, ObjectKind::kGlobal);
  run_to_the_mark(machine, state, writer);
  REQUIRE_FALSE(machine.can_step(state, writer));
  run_to_the_mark(machine, state, reader);
  run_to_the_mark(machine, state, writer);
  REQUIRE(machine.can_step(state, writer));
  CHECK(values(state) == 1);
  CHECK(machine.ways(state, writer).front().value == 1);
}

TEST_CASE("with postponed loads the lock still holds of a reader and a writer, by both ways to search") {
  Scenario scenario = standard_scenario(1, 1, 0).value();
  scenario.ordering = Ordering::kLkmmLb;
  const Machine machine = Machine::build(std::move(scenario), CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value()).value();
  CHECK(broken(machine) == nullptr);
  const NaiveResult naive = naive_search(machine), all = naive_search(machine.remembering());
  CHECK(naive.violations == 0);
  CHECK(all.violations == 0);
  CheckOptions options;
  options.goals = false;
  const CheckReport report = run_check(machine, options).value();
  CHECK(report.states == naive.states);
  CHECK(report.transitions == naive.transitions);
  CHECK(report.states > 458);
}

}  // namespace vmalab::check

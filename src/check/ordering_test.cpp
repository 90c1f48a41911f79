// SPDX-License-Identifier: GPL-2.0-only
// The lock where memory is weaker than sequentially consistent: what holds, what each ordering that its code asks for is needed
// for, and that the ways to search agree.
#include <doctest/doctest.h>

#include <string>

#include "check/checker.h"
#include "check/naive_search.h"

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

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// What can still come of a state, against a search that knows nothing of how futures.h finds it out.
#include "check/futures.h"

#include <doctest/doctest.h>

#include <string>

#include "check/naive_futures.h"
#include "check/random_program.h"
#include "check/test_models.h"
#include "machine/variants.h"

namespace vmalab::check {
namespace {

using testing::variant;

constexpr PropertySet kAny = ~PropertySet{0};
using Question = Futures::Question;

/// Readers that run this in place of reader(), on a VMA whose vm_start is 0 and counts from there.
Machine readers(int count, const std::string& body) {
  std::vector<CodeBase::Text> texts = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value().texts();
  texts.push_back({"variants/case.c",
                   "void reader(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\tunsigned long seen = 0;\n\n"
                   "\trcu_read_lock();\n\tvma = vma_lookup(mm, addr);\n\trcu_read_unlock();\n" +
                       body + "}\n",
                   SourceFile::Origin::kVariant});
  return Machine::build(standard_scenario(count, 0, 0).value(), CodeBase::load_texts(std::move(texts), {}).value()).value();
}

Machine random_machine(std::uint64_t seed) {
  const RandomProgram program(seed);
  std::vector<CodeBase::Text> texts = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value().texts();
  texts.push_back({"variants/random.c", "void reader(struct mm_struct *mm, unsigned long addr) { }\n" + program.c(), SourceFile::Origin::kVariant});
  Scenario scenario = parse_scenario("title = \"random\"\nstory = \"Random.\"\n" + program.toml(), "random", "test").value();
  return Machine::build(std::move(scenario), CodeBase::load_texts(std::move(texts), {}).value()).value();
}

Known known(bool value) { return value ? Known::kYes : Known::kNo; }

Known ask(Futures& futures, Question question, Futures::Number state, std::uint64_t piece) {
  for (std::uint64_t steps = piece; !futures.decide(question, state, steps); steps = piece) {
  }
  return futures.answer(question, state);
}

/// Every state, every question, in pieces of this size; last states first or first states first.
void agree(const Machine& machine, const NaiveFutures& naive, const Event& event, std::uint64_t piece, bool backwards) {
  Futures futures(machine, event, {});
  int wrong = 0;
  for (std::size_t i = 0; i < naive.size(); ++i) {
    const State& state = naive.state(backwards ? naive.size() - 1 - i : i);
    const Futures::Number number = futures.number_of(state).value();
    wrong += ask(futures, Question::kAvoidable, number, piece) != known(naive.avoidable(state));
    wrong += ask(futures, Question::kPossible, number, piece) != known(naive.possible(state));
    wrong += ask(futures, Question::kEndless, number, piece) != known(naive.endless(state));
  }
  CHECK(wrong == 0);
}

void agree(const Machine& machine, const Event& event) {
  const NaiveFutures naive(machine, event);
  agree(machine, naive, event, 1u << 20, false);
  agree(machine, naive, event, 7, true);
}

struct Dice {
  std::uint64_t state;
  int below(int end) {
    state += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return static_cast<int>((z ^ z >> 31) % static_cast<std::uint64_t>(end));
  }
};

struct RandomRun {
  std::vector<Action> run;
  bool violates = false;
};
RandomRun random_run(const Machine& machine, std::uint64_t seed) {
  Dice dice{seed};
  RandomRun out;
  StateValue state = machine.initial();
  ActionList actions;
  for (machine.enabled(state, actions); actions.count > 0 && !out.violates && out.run.size() < 2000; actions = {}, machine.enabled(state, actions)) {
    out.run.push_back(actions.items[static_cast<std::size_t>(dice.below(actions.count))]);
    StepInfo info;
    machine.step(state, out.run.back(), info);
    out.violates = info.violations != 0;
  }
  return out;
}

int no_return(const Machine& machine, const Event& event, const std::vector<Action>& run, std::uint64_t piece) {
  Futures futures(machine, event, {});
  NoReturn work(futures, run);
  while (work.advance({piece}) == Status::kRunning) {
  }
  REQUIRE(work.exists() != Known::kUnknown);
  return work.exists() == Known::kYes ? *work.step() : -1;
}

}  // namespace

TEST_CASE("every state of every variant: what can be avoided, what can happen, as the plainest search has it") {
  const auto variants = list_variants(VMALAB_TEST_ASSETS).value();
  for (const Variant& v : variants) {
    CAPTURE(v.name);
    const Machine machine = variant(v);
    agree(machine, {kAny, nullptr});
    agree(machine, {bit_of(*v.breaks.front()), nullptr});
  }
}

TEST_CASE("goals can be avoided and reached, too") {
  const Machine machine = variant("no-wake");
  for (const char* text : {"thread_done(r1)", "vma0->vm_refcnt == 0", "!(vma0->vm_refcnt & VM_REFCNT_EXCLUDE_READERS_FLAG)"}) {
    CAPTURE(text);
    const Program goal = machine.expression(text, "goal").value();
    agree(machine, {0, &goal});
  }
}

TEST_CASE("ways that go round for ever are no end, and are told") {
  // Round and round; only who sees a certain value leaves, and warns.
  const std::string round =
      "\tdo {\n\t\tWRITE_ONCE(vma->vm_start, (READ_ONCE(vma->vm_start) + 1) & 7);\n\t\tseen = READ_ONCE(vma->vm_start);\n\t} while (seen != 5);\n";
  const Machine warns = readers(2, round + "\tWARN_ON(1);\n");
  const Event warning{bit_of(properties::kNoWarning), nullptr};
  agree(warns, warning);
  Futures futures(warns, warning, {});
  const Futures::Number start = futures.number_of(warns.initial()).value();
  CHECK(ask(futures, Question::kAvoidable, start, 100) == Known::kNo);
  CHECK(ask(futures, Question::kPossible, start, 100) == Known::kYes);
  CHECK(ask(futures, Question::kEndless, start, 100) == Known::kYes);
  // Who leaves may lock the other in: then nothing ends any more.
  const Machine locks_in = readers(
      2,
      "\tdo {\n\t\tseen = READ_ONCE(vma->vm_start);\n\t\tif (seen < 3)\n\t\t\tWRITE_ONCE(vma->vm_start, seen + 1);\n\t} while (seen < 3);\n"
      "\tWRITE_ONCE(vma->vm_start, READ_ONCE(vma->vm_start) == 3 ? 0x10 : 2);\n"
      "\twhile (READ_ONCE(vma->vm_start) == 2)\n\t\t;\n");
  agree(locks_in, {kAny, nullptr});
  agree(locks_in, {bit_of(properties::kTermination), nullptr});
  agree(locks_in, warning);
}

TEST_CASE("random programs: every state, as the plainest search has it") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const Machine machine = random_machine(seed);
    agree(machine, {kAny, nullptr});
    agree(machine, {bit_of(properties::kNoStuck), nullptr});
    const Program goal = machine.expression(RandomProgram(seed).goal(), "goal").value();
    agree(machine, {0, &goal});
  }
}

TEST_CASE("the point of no return of 200 random runs that violate, and of those that do not") {
  int violating = 0, others = 0, before_the_violation = 0;
  const auto variants = list_variants(VMALAB_TEST_ASSETS).value();
  for (const Variant& v : variants) {
    CAPTURE(v.name);
    const Machine machine = variant(v);
    const Event event{kAny, nullptr};
    const NaiveFutures naive(machine, event);
    int here = 0;
    for (std::uint64_t seed = 1; seed <= 400 && here < 12; ++seed) {
      const auto [run, violates] = random_run(machine, seed);
      if (!violates && seed > 3) continue;
      CAPTURE(seed);
      const int expected = naive.no_return(run);
      CHECK((expected >= 0) == violates);
      for (const std::uint64_t piece : {1u, 7u, 1u << 20}) CHECK(no_return(machine, event, run, piece) == expected);
      here += violates;
      others += !violates;
      before_the_violation += violates && expected < static_cast<int>(run.size());
    }
    violating += here;
  }
  CHECK(violating >= 200);
  CHECK(others >= 20);
  CHECK(before_the_violation >= 50);
}

TEST_CASE("what each action leads to is the same however the work is cut into pieces") {
  const Machine machine = variant("no-wake");
  const Event event{kAny, nullptr};
  const NaiveFutures naive(machine, event);
  const std::vector<Action> run = random_run(machine, 3).run;
  StateValue state = machine.initial();
  for (const Action& action : run) {
    std::vector<StepFutures::Row> first;
    for (const std::uint64_t piece : {1u, 7u, 1u << 20}) {
      Futures futures(machine, event, {});
      StepFutures work(futures, state);
      while (work.advance({piece}) == Status::kRunning) {
      }
      CHECK(work.here().avoidable == known(naive.avoidable(state)));
      CHECK(work.here().possible == known(naive.possible(state)));
      if (first.empty()) first = work.rows();
      REQUIRE(work.rows().size() == first.size());
      for (std::size_t i = 0; i < first.size(); ++i) CHECK(work.rows()[i].after == first[i].after);
    }
    for (const StepFutures::Row& row : first) {
      StateValue after = state;
      StepInfo info;
      machine.step(after, row.action, info);
      CHECK(row.is_event == (info.violations != 0));
      if (row.is_event) continue;
      CHECK(row.after.avoidable == known(naive.avoidable(after)));
      CHECK(row.after.possible == known(naive.possible(after)));
    }
    StepInfo info;
    machine.step(state, action, info);
    if (info.violations != 0) break;
  }
}

TEST_CASE("beyond the budget nothing is guessed: what is answered is right, and the rest is not known") {
  const Machine machine = variant("put-wakes-freed-mm");
  const Event event{kAny, nullptr};
  const NaiveFutures naive(machine, event);
  int unknown = 0, answered = 0, wrong = 0;
  for (const std::uint64_t most : {1u, 50u, 400u, 3000u}) {
    Futures futures(machine, event, {most, 0});
    for (std::size_t i = 0; i < naive.size(); i += 7) {
      const auto number = futures.number_of(naive.state(i));
      if (!number) continue;
      for (const Question question : {Question::kAvoidable, Question::kPossible}) {
        const Known answer = ask(futures, question, *number, 5);
        const bool truth = question == Question::kAvoidable ? naive.avoidable(naive.state(i)) : naive.possible(naive.state(i));
        unknown += answer == Known::kUnknown;
        answered += answer != Known::kUnknown;
        wrong += answer != Known::kUnknown && answer != known(truth);
      }
    }
    CHECK_FALSE(futures.reason().empty());
  }
  CHECK(wrong == 0);
  CHECK(unknown > 20);
  CHECK(answered > 20);
}

TEST_CASE("stopped work knows nothing, and leaves what comes after it right") {
  const Machine machine = variant("put-wakes-freed-mm");
  const Event event{kAny, nullptr};
  Futures futures(machine, event, {});
  NoReturn stopped(futures, {});
  CHECK(stopped.advance({1}) == Status::kRunning);
  stopped.stop();
  CHECK(stopped.advance({1}) == Status::kDone);
  CHECK(stopped.exists() == Known::kUnknown);
  StepFutures half(futures, machine.initial());
  for (int i = 0; i < 300; ++i) half.advance({1});
  half.stop();
  StepFutures whole(futures, machine.initial());
  while (whole.advance({7}) == Status::kRunning) {
  }
  CHECK(whole.here() == Future{Known::kYes, Known::kYes, Known::kUnknown});
}

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// Reductions on code that is not the lock's: each case once made a reduction answer wrongly. With and without them, and by
// the naive search, the answer must be the same.
#include <doctest/doctest.h>

#include <string>

#include "check/checker.h"
#include "check/naive_search.h"

namespace vmalab::check {
namespace {

/// The model with this C in place of reader(), which makes it a variant.
Machine machine_of(const std::string& objects_and_threads, const std::string& c) {
  std::vector<CodeBase::Text> texts = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value().texts();
  texts.push_back({"variants/case.c", "void reader(struct mm_struct *mm, unsigned long addr) { }\n" + c, SourceFile::Origin::kVariant});
  const Scenario scenario = parse_scenario("title = \"case\"\n" + objects_and_threads, "case", "case").value();
  return Machine::build(scenario, CodeBase::load_texts(std::move(texts), {}).value()).value();
}

std::string thread(const std::string& name, const std::string& call) { return "[[thread]]\nname = \"" + name + "\"\nrun = \"" + call + "\"\n"; }
/// Detached, so that it is its owners': these programs are not about users of the lock.
const std::string kOneVma = "[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\nattached = false\n";

/// What all ways of searching say of it; nullptr is a pass.
const Property* verdict(const Machine& machine) {
  const NaiveResult naive = naive_search(machine);
  const Property* said = nullptr;
  bool first = true;
  for (const bool symmetry : {false, true}) {
    for (const bool partial_order : {false, true}) {
      for (const int jobs : {1, 3}) {
        CAPTURE(symmetry);
        CAPTURE(partial_order);
        CAPTURE(jobs);
        CheckOptions options;
        options.symmetry = symmetry;
        options.partial_order = partial_order;
        options.jobs = jobs;
        const CheckReport report = run_check(machine, options).value();
        if (first) said = report.check;
        first = false;
        CHECK(report.check == said);
        CHECK((report.verdict == CheckReport::Verdict::kViolation) == (said != nullptr));
        if (naive.violations != 0) {
          REQUIRE(said != nullptr);
          CHECK((naive.violations & bit_of(*said)) != 0);
          CHECK(report.trace.size() == static_cast<std::size_t>(naive.violation_depth));
        }
      }
    }
  }
  return said;
}

}  // namespace

TEST_CASE("a thread that other code names is no twin") {
  const std::string c =
      "void sleeper(struct mm_struct *mm, struct vm_area_struct *vma)\n{\n\tunsigned long turn;\n"
      "\tmmap_write_lock(mm);\n\tturn = vma->vm_end;\n\tvma->vm_end = turn + 0x1000;\n\tmmap_write_unlock(mm);\n"
      "\tif (turn == 0x2000)\n\t\treturn;\n\tset_current_state(TASK_UNINTERRUPTIBLE);\n\tschedule();\n}\n"
      "void watcher(struct task_struct *t, struct vm_area_struct *vma)\n{\n"
      "\twhile (READ_ONCE(vma->vm_end) != 0x4000)\n\t\t;\n\tWARN_ON(READ_ONCE(t->__state) != 0);\n}\n";
  for (const char* name : {"r1", "r2"}) {
    const Machine machine = machine_of(
        kOneVma + thread("r1", "sleeper(mm0, vma0)") + thread("r2", "sleeper(mm0, vma0)") + thread("k1", "watcher(" + std::string(name) + ", vma0)"),
        c);
    CHECK(verdict(machine) == &properties::kNoWarning);
  }
}

TEST_CASE("a number is not taken for a thread") {
  // The count begins where pointers to threads could be.
  const std::string c =
      "void careful(struct mm_struct *mm, struct vm_area_struct *vma)\n{\n\tunsigned int seq;\n"
      "\tmmap_write_lock(mm);\n\tmmap_write_unlock(mm);\n\tseq = READ_ONCE(mm->mm_lock_seq.sequence);\n"
      "\tchange_vma(vma);\n\tWARN_ON(seq - 0x30000 > 4);\n}\n";
  const std::string threads = thread("w1", "careful(mm0, vma0)") + thread("w2", "careful(mm0, vma0)");
  CHECK_FALSE(
      verdict(machine_of("[[mm]]\nname = \"mm0\"\nlock_seq = 0x30000\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\nattached = false\n" + threads, c)));
  // There it is not allowed to begin.
  const auto refused = parse_scenario("title = \"t\"\n[[mm]]\nname = \"mm0\"\nlock_seq = 0xa0030000\n" + threads, "t", "t");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("lock_seq") != std::string::npos);
}

TEST_CASE("a signal counts when another thread looks for it") {
  const std::string c =
      "void plain(struct vm_area_struct *vma) { use_vma(vma); WRITE_ONCE(vma->vm_start, 0x1000); }\n"
      "void watch(struct task_struct *t) { WARN_ON(fatal_signal_pending(t)); }\n";
  CHECK(verdict(machine_of("signals = true\n" + kOneVma + thread("r1", "plain(vma0)") + thread("w1", "watch(r1)"), c)) == &properties::kNoWarning);
}

TEST_CASE("who guards a VMA may change") {
  const std::string c =
      "void a(struct mm_struct *mm, struct vm_area_struct *vma)\n{\n\tunsigned long x;\n"
      "\tmmap_read_lock(mm);\n\tx = vma->vm_end;\n\tWARN_ON(x == 0x5000);\n\tmmap_read_unlock(mm);\n}\n"
      "void b(struct mm_struct *mm, struct mm_struct *other, struct vm_area_struct *vma)\n{\n"
      "\tmmap_write_lock(other);\n\tif (rwsem_is_locked(&mm->mmap_lock)) {\n\t\tvma->vm_mm = other;\n"
      "\t\tvma->vm_end = 0x5000;\n\t}\n\tmmap_write_unlock(other);\n}\n";
  CHECK(verdict(machine_of("[[mm]]\nname = \"mm0\"\n[[mm]]\nname = \"mm1\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\nattached = false\n" +
                               thread("a1", "a(mm0, vma0)") + thread("b1", "b(mm0, mm1, vma0)"),
                           c)) == &properties::kNoWarning);
}

TEST_CASE("a comparison tells of what was compared, not of what stands there now") {
  const std::string c =
      "void f(struct vm_area_struct *vma)\n{\n"
      "\tunsigned long x = READ_ONCE(vma->vm_start), y = READ_ONCE(vma->vm_start);\n\tint same = x == y;\n"
      "\ty = 5;\n\tif (same) {\n\t\tWARN_ON(x == 5);\n\t\tWRITE_ONCE(vma->vm_end, x);\n\t}\n}\n";
  CHECK_FALSE(verdict(machine_of(kOneVma + thread("r1", "f(vma0)"), c)));
}

TEST_CASE("a thread's pointer may be stored anywhere") {
  // Who comes second tells by the address whether it was first: only if the address goes along with the thread.
  for (const char* store :
       {"(unsigned long)current", "(unsigned long)current + 1", "((unsigned long)current >> 8) & 0xff", "(unsigned long)current ^ 0x55"}) {
    CAPTURE(store);
    const std::string c =
        "void owner(struct mm_struct *mm, struct vm_area_struct *vma)\n{\n\tbool mine = false;\n"
        "\tmmap_write_lock(mm);\n\tif (vma->vm_end == 0x2000) {\n\t\tvma->vm_start = " +
        std::string(store) +
        ";\n"
        "\t\tvma->vm_end = 0x3000;\n\t\tmine = true;\n\t}\n\tmmap_write_unlock(mm);\n"
        "\tif (!mine)\n\t\tWRITE_ONCE(vma->vm_end, 0x5000);\n"
        "\telse\n\t\tVM_WARN_ON(READ_ONCE(vma->vm_end) == 0x5000 && READ_ONCE(vma->vm_start) == (" +
        std::string(store) + "));\n}\n";
    CHECK(verdict(machine_of(kOneVma + thread("w1", "owner(mm0, vma0)") + thread("w2", "owner(mm0, vma0)"), c)) == &properties::kNoWarning);
  }
}

TEST_CASE("threads that compare their addresses are no twins, and the report says so") {
  const std::string c =
      "void racer(struct mm_struct *mm, struct vm_area_struct *vma)\n{\n\tunsigned long other;\n"
      "\tmmap_write_lock(mm);\n\tother = vma->vm_end;\n\tvma->vm_end = (unsigned long)current;\n\tmmap_write_unlock(mm);\n"
      "\tWARN_ON(other > 0x10000 && other < (unsigned long)current);\n}\n";
  const Machine machine = machine_of(kOneVma + thread("w1", "racer(mm0, vma0)") + thread("w2", "racer(mm0, vma0)"), c);
  CHECK(verdict(machine) == &properties::kNoWarning);
  for (const int jobs : {1, 3}) {
    CheckOptions options;
    options.jobs = jobs;
    const CheckReport report = run_check(machine, options).value();
    CHECK_FALSE(report.symmetry);
    REQUIRE(report.reduction_notes.size() == 1);
    const std::string& note = report.reduction_notes.front();
    CHECK(note.starts_with("w1 and w2 run the same code and are told apart: what it does after mmap_write_unlock(), mmap_lock.h:"));
    CHECK(note.ends_with(" depends on which thread runs it"));
  }
}

TEST_CASE("a store to a lock's word is a violation, and no hold is believed after it") {
  const std::string c =
      "void by_hand(struct mm_struct *mm, struct vm_area_struct *vma)\n{\n\t*(unsigned int *)&mm->mmap_lock = 0;\n"
      "\tdown_write(&mm->mmap_lock);\n\tWRITE_ONCE(vma->vm_end, 1);\n\tup_write(&mm->mmap_lock);\n}\n"
      "void looks(struct mm_struct *mm, struct vm_area_struct *vma)\n{\n\tunsigned int x, y;\n"
      "\tdown_read(&mm->mmap_lock);\n\tx = READ_ONCE(vma->vm_end);\n\ty = READ_ONCE(vma->vm_end);\n"
      "\tif (x != y)\n\t\tschedule_for_ever(vma);\n\tup_read(&mm->mmap_lock);\n}\n";
  const std::string sleeper = "void schedule_for_ever(struct vm_area_struct *vma)\n{\n\tset_current_state(TASK_UNINTERRUPTIBLE);\n\tschedule();\n}\n";
  const Machine machine = machine_of(kOneVma + thread("a", "looks(mm0, vma0)") + thread("b", "by_hand(mm0, vma0)"), sleeper + c);
  CHECK(verdict(machine) != nullptr);
  for (const bool partial_order : {false, true}) {
    CheckOptions options;
    options.partial_order = partial_order;
    options.only = {&properties::kTermination};
    CHECK(run_check(machine, options).value().check == &properties::kTermination);
    options.only = {&properties::kNoWarning};
    CHECK(run_check(machine, options).value().check == &properties::kNoWarning);
  }
  // An owner that is no thread is none of the checker's business.
  const std::string stranger =
      "void w(struct mm_struct *mm, unsigned long addr)\n{\n\tmmap_write_lock(mm);\n\t*(unsigned int *)&mm->mmap_lock = 0x80ffffffU;\n"
      "\tvma_lookup(mm, addr);\n\t*(unsigned int *)&mm->mmap_lock = 0x80000000U;\n\tmmap_write_unlock(mm);\n}\n";
  const Machine crowd = machine_of(kOneVma + thread("w1", "w(mm0, 0x1000)") + thread("w2", "w(mm0, 0x1000)"), stranger);
  CHECK(verdict(crowd) != nullptr);
  CheckOptions exclusion;
  exclusion.only = {&properties::kExclusion};
  CHECK(run_check(crowd, exclusion).has_value());
}

TEST_CASE("a goal that tells threads apart is found") {
  const Machine machine = Machine::build(standard_scenario(0, 2, 0).value(), CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value()).value();
  for (const auto& [goal, told_apart] : {std::pair<const char*, bool>{"(*(unsigned int *)&mm0->mmap_lock & 0xff) == 1", true},
                                         {"*(unsigned int *)&mm0->mmap_lock == 0x80000001U", true},
                                         {"thread_done(w2) && !thread_done(w1)", false},
                                         {"*(unsigned int *)&mm0->mmap_lock != 0", false},
                                         {"rwsem_is_locked(&mm0->mmap_lock)", false}}) {
    CheckOptions options;
    options.goal = goal;
    CAPTURE(options.goal);
    const CheckReport report = run_check(machine, options).value();
    CHECK(report.verdict == CheckReport::Verdict::kGoalFound);
    CHECK(report.reduction_notes.empty() == !told_apart);
    options.symmetry = false;
    CHECK(run_check(machine, options).value().trace.size() == report.trace.size());
  }
}

TEST_CASE("a goal is found behind states that are stuck and steps that break something") {
  const auto find = [](const std::string& variant, const char* scenario, const char* goal) {
    const Scenario s = find_scenario(VMALAB_TEST_ASSETS, scenario).value();
    const auto file = std::filesystem::path(VMALAB_TEST_ASSETS) / "variants" / (variant + ".c");
    const Machine machine = Machine::build(s, CodeBase::load_model(VMALAB_TEST_ASSETS, s.config, file).value()).value();
    CheckOptions options;
    options.goal = goal;
    const CheckReport report = run_check(machine, options).value();
    StateValue state = machine.initial();
    for (const Action& action : report.trace) {
      StepInfo info;
      machine.step(state, action, info);
    }
    const bool holds = machine.evaluate(machine.expression(goal, "goal").value(), state) != 0;
    CHECK(holds == (report.verdict == CheckReport::Verdict::kGoalFound));
    CHECK_FALSE(report.check);
    return report.verdict;
  };
  using Verdict = CheckReport::Verdict;
  CHECK(find("publish-late", "standard-2-1-1", "thread_done(d1) && thread_done(w1) && thread_done(r1) && thread_done(r2)") == Verdict::kGoalFound);
  CHECK(find("no-wake", "standard-1-1-1", "vma0->vm_refcnt == 0 && thread_done(d1)") == Verdict::kGoalFound);
  CHECK(find("no-recheck", "standard-1-1-0", "thread_done(r1) && thread_done(w1)") == Verdict::kGoalFound);
  CHECK(find("no-recheck", "standard-1-1-0", "vma0->vm_refcnt == 0") == Verdict::kGoalUnreachable);
}

TEST_CASE("on the lock's own code the reductions are as strong as they were") {
  const auto states = [](int readers, int writers, int detachers) {
    const CodeBase model = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value();
    return run_check(Machine::build(standard_scenario(readers, writers, detachers).value(), model).value(), {}).value().states;
  };
  CHECK(states(2, 1, 1) == 3'786);
  CHECK(states(5, 1, 1) == 179'663);
}

}  // namespace vmalab::check

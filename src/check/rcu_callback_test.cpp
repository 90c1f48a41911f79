// SPDX-License-Identifier: GPL-2.0-only
// What is freed after a grace period, as Linux 6.4 to 6.14 freed VMAs and a patch may again: the same code with call_rcu(), with
// kfree_rcu() and with neither, over all interleavings.
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "check/checker.h"
#include "check/naive_search.h"
#include "machine/describe.h"
#include "machine/state.h"

namespace vmalab::check {
namespace {

/// A slab that is not type-stable, a reader, and who unmaps its VMA.
const std::string kUnmap =
    "title = \"unmap\"\ntype_stable = false\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
    "[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\n[[thread]]\nname = \"u1\"\nrun = \"unmapper(mm0, 0x1000)\"\n";
const std::string kHead = "struct vm_area_struct {\n\tstruct rcu_head vm_rcu;\n};\n";
const std::string kCallback =
    "static void free_later(struct rcu_head *head)\n{\n\tstruct vm_area_struct *vma = container_of(head, struct vm_area_struct, vm_rcu);\n\n"
    "\tvma_assert_detached(vma);\n\tkmem_cache_free(vm_area_cachep, vma);\n}\n";

std::string freeing(const std::string& how) {
  return "void vm_area_free(struct vm_area_struct *vma)\n{\n\tvma_assert_detached(vma);\n\t" + how + ";\n}\n";
}
const std::string kLater = kHead + kCallback + freeing("call_rcu(&vma->vm_rcu, free_later)");

Result<Machine> build(const std::string& toml, const std::string& own) {
  std::vector<CodeBase::Text> texts = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value().texts();
  texts.push_back({"own.c", own, SourceFile::Origin::kOwn});
  auto code = CodeBase::load_texts(std::move(texts), {});
  REQUIRE_MESSAGE(code, code.error().to_string());
  return Machine::build(parse_scenario(toml, "test", "test.toml").value(), std::move(*code));
}
Machine machine_of(const std::string& toml, const std::string& own) {
  auto machine = build(toml, own);
  REQUIRE_MESSAGE(machine, machine.error().to_string());
  return *std::move(machine);
}
CheckReport check(const Machine& machine) {
  const auto report = run_check(machine, {});
  REQUIRE_MESSAGE(report, report.error().to_string());
  return *report;
}
/// What the last step of the report's trace broke.
std::string told(const Machine& machine, const CheckReport& report) {
  State state = machine.initial();
  StepInfo info;
  for (const Action& action : report.trace) machine.step(state, action, info);
  return violation_text(machine, info, *report.check);
}
/// Two threads with one VMA each, or both with the first, and this to do with it.
std::string two(const std::string& body, bool same) {
  const std::string second = same ? "vma0" : "vma1";
  return "title = \"two\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\nattached = false\n[[vma]]\nname = \"vma1\"\nmm = \"mm0\"\nattached = false\n"
         "[[thread]]\nname = \"a\"\nrun = \"f(vma0)\"\n[[thread]]\nname = \"b\"\nrun = \"" +
         body + "(" + second + ")\"\n";
}
std::string error_of(const std::string& own) {
  const auto machine = build(two("f", false), own);
  REQUIRE_FALSE(machine);
  return machine.error().to_string();
}

}  // namespace

TEST_CASE("a VMA that is freed after a grace period is there for those who found it, and one that is freed at once is not") {
  const std::pair<std::string, std::uint64_t> kSafe[] = {{kLater, 516}, {kHead + freeing("kfree_rcu(vma, vm_rcu)"), 507}};
  for (const auto& [code, states] : kSafe) {
    const std::string& own = code;
    CAPTURE(own);
    const Machine machine = machine_of(kUnmap, own);
    REQUIRE(machine.thread_count() == 3);
    CHECK(machine.scenario().threads[2].name == "rcu_vma0");
    CHECK(machine.is_rcu(ThreadId{2}));
    const CheckReport report = check(machine);
    CHECK(report.verdict == CheckReport::Verdict::kPass);
    const NaiveResult naive = naive_search(machine);
    CHECK(naive.violations == 0);
    CheckOptions plain;
    plain.symmetry = plain.partial_order = false;
    CHECK(run_check(machine, plain)->states == naive.states);
    CHECK(naive.states == states);
    CHECK(naive.final_states == 1);
  }
  for (const char* how : {"kmem_cache_free(vm_area_cachep, vma)", "kfree(vma)"}) {
    CAPTURE(how);
    const Machine at_once = machine_of(kUnmap, kHead + freeing(how));
    REQUIRE(at_once.thread_count() == 2);
    const CheckReport report = check(at_once);
    CHECK(report.check == &properties::kNoUseAfterFree);
    CHECK(report.trace.size() == static_cast<std::size_t>(naive_search(at_once).violation_depth));
    CHECK(report.trace.size() == 34);
    CHECK(told(at_once, report) == "r1 touches vma0->vm_lock_seq of a freed VMA");
  }
  // A type-stable slab forgives it.
  const std::string stable = kUnmap.substr(0, kUnmap.find("type_stable")) + kUnmap.substr(kUnmap.find("[[mm]]"));
  CHECK(check(machine_of(stable, freeing("kfree(vma)"))).verdict == CheckReport::Verdict::kPass);
}

TEST_CASE("callbacks run in any order and beside everything else, and nothing ends before they have run") {
  const std::string own = kHead + kCallback + "void f(struct vm_area_struct *vma)\n{\n\tcall_rcu(&vma->vm_rcu, free_later);\n}\n";
  const Machine machine = machine_of(two("f", false), own);
  REQUIRE(machine.thread_count() == 4);
  const auto reaches = [&](const std::string& goal) {
    CheckOptions options;
    options.goal = goal;
    return run_check(machine, options)->verdict == CheckReport::Verdict::kGoalFound;
  };
  CHECK(reaches("!allocated(vma0) && allocated(vma1) && thread_done(b)"));
  CHECK(reaches("allocated(vma0) && !allocated(vma1) && thread_done(a)"));
  CHECK(reaches("!allocated(vma0) && !thread_done(b)"));
  CHECK(reaches("in_function(rcu_vma0, free_later) && in_function(rcu_vma1, free_later)"));
  CHECK(reaches("thread_done(a) && thread_done(b) && !thread_done(rcu_vma0)"));
  CHECK_FALSE(reaches(
      "thread_done(a) && thread_done(b) && thread_done(rcu_vma0) && allocated(vma0) && !in_function(a, f) && !in_function(rcu_vma0, free_later)"));
  CHECK(check(machine).verdict == CheckReport::Verdict::kPass);
  CHECK(naive_search(machine).final_states == 1);
}

TEST_CASE("a callback waits for a section that began before call_rcu(), its own caller's too, and for no later one") {
  const std::string own =
      kHead + kCallback +
      "void f(struct vm_area_struct *vma)\n{\n\trcu_read_lock();\n\tcall_rcu(&vma->vm_rcu, free_later);\n\tREAD_ONCE(vma->vm_mm);\n\trcu_read_unlock();\n}\n"
      "void g(struct vm_area_struct *vma)\n{\n\trcu_read_lock();\n\tREAD_ONCE(vma->vm_mm);\n\tREAD_ONCE(vma->vm_mm);\n\trcu_read_unlock();\n}\n";
  const Machine machine = machine_of(two("g", true), own);
  State state = machine.initial();
  StepInfo info;
  const auto step = [&](std::uint8_t t) {
    REQUIRE(machine.can_step(state, ThreadId{t}));
    machine.step(state, {Action::Kind::kStep, ThreadId{t}}, info);
  };
  const ThreadId rcu{2};
  CHECK(machine.done(state, rcu));
  CHECK(blocked_text(machine, state, rcu) == "no callback is queued");
  step(0);
  CHECK(step_text(machine, info) == "queues free_later() on vma0->vm_rcu");
  CHECK_FALSE(machine.done(state, rcu));
  CHECK_FALSE(machine.can_step(state, rcu));
  CHECK(blocked_text(machine, state, rcu) == "waits for those inside RCU: a");
  step(1);  // came in later
  step(0);
  CHECK(next_step_text(machine, state, rcu) == "begin to run free_later() of vma0->vm_rcu");
  step(2);
  CHECK(step_text(machine, info) == "begins to run free_later() of vma0->vm_rcu");
  CHECK(state.thread(rcu).rcu_depth == 1);
  step(2);
  step(2);
  CHECK(machine.done(state, rcu));
  CHECK(state.vmas[0].allocated == 0);
  CHECK(state.thread(rcu).rcu_depth == 0);
}

TEST_CASE("rcu_barrier() waits for the callbacks that are queued or run when it begins, and for no later one") {
  const auto own = [](const std::string& callback, const std::string& after) {
    return kHead + "static int ran;\nstatic void free_later(struct rcu_head *head)\n{\n" + callback +
           "}\nvoid f(struct vm_area_struct *vma)\n{\n\tcall_rcu(&vma->vm_rcu, free_later);\n" + after +
           "}\nvoid g(struct vm_area_struct *vma)\n{\n\trcu_read_lock();\n\tREAD_ONCE(vma->vm_mm);\n\trcu_read_unlock();\n}\n";
  };
  const std::string once = "\tREAD_ONCE(ran);\n\tWRITE_ONCE(ran, READ_ONCE(ran) + 1);\n",
                    twice = "\tif (READ_ONCE(ran) == 0)\n\t\tcall_rcu(head, free_later);\n";
  const std::string wait = "\trcu_barrier();\n", done = "\tWARN_ON(READ_ONCE(ran) == 0);\n", all = "\tWARN_ON(READ_ONCE(ran) != 2);\n";
  const auto verdict = [&](const std::string& text) {
    CAPTURE(text);
    const Machine machine = machine_of(two("g", true), text);
    const NaiveResult naive = naive_search(machine);
    CheckOptions plain;
    plain.symmetry = plain.partial_order = false;
    const CheckReport full = run_check(machine, plain).value(), reduced = check(machine);
    CHECK(full.check == reduced.check);
    CHECK((naive.violations == 0) == (full.check == nullptr));
    if (naive.violations == 0) CHECK(full.states == naive.states);
    return reduced.check;
  };
  CHECK(!verdict(own(once, wait + done)));
  CHECK(verdict(own(once, done)) == &properties::kNoWarning);
  CHECK(verdict(own(once, "\tsynchronize_rcu();\n" + done)) == &properties::kNoWarning);  // a grace period is over before the callbacks are
  // A callback that queues another: the barrier may be over before that one has run, and two are enough.
  CHECK(!verdict(own(twice + once, wait + done)));
  CHECK(verdict(own(twice + once, wait + all)) == &properties::kNoWarning);
  CHECK(!verdict(own(twice + once, wait + wait + all)));
  CHECK(verdict(own(once, "\trcu_read_lock();\n\trcu_barrier();\n\trcu_read_unlock();\n")) == &properties::kRcuBalanced);
}

TEST_CASE("what a thread does in rcu_barrier(), in words") {
  const std::string own = kHead + kCallback + "void f(struct vm_area_struct *vma)\n{\n\tcall_rcu(&vma->vm_rcu, free_later);\n\trcu_barrier();\n}\n" +
                          "void g(struct vm_area_struct *vma)\n{\n\trcu_barrier();\n}\n";
  const Machine machine = machine_of(two("g", true), own);
  const ThreadId a{0}, b{1}, rcu{2};
  State state = machine.initial();
  StepInfo info;
  const auto step = [&](ThreadId t) {
    REQUIRE(machine.can_step(state, t));
    machine.step(state, {Action::Kind::kStep, t}, info);
    return step_text(machine, info);
  };
  CHECK(next_step_text(machine, state, b) == "begin to wait for all callbacks that are queued");
  CHECK(step(b) == "begins to wait for callbacks: none is queued");
  CHECK(step(b) == "the callbacks have ended; b is done");
  step(a);
  CHECK(step(a) == "begins to wait for callbacks");
  CHECK_FALSE(machine.can_step(state, a));
  CHECK(blocked_text(machine, state, a) == "waits for callbacks: rcu_vma0");
  CHECK(activity_text(machine, state, a) == "waiting for callbacks");
  step(rcu);
  CHECK_FALSE(machine.can_step(state, a));
  while (!machine.done(state, rcu)) step(rcu);
  CHECK(step(a) == "the callbacks have ended; a is done");
  CHECK(state.rcu.running == 0);
}

TEST_CASE("what is wrong with a callback") {
  const std::string f = "void f(struct vm_area_struct *vma)\n{\n\tcall_rcu(&vma->vm_rcu, free_later);\n}\n";
  const auto broken = [&](const std::string& own, bool same) {
    const Machine machine = machine_of(two("f", same), own);
    const CheckReport report = check(machine);
    REQUIRE(report.check);
    return std::string(report.check->name) + ": " + told(machine, report);
  };
  CHECK(broken(kHead + kCallback + f, true) == "no-warning: b gives call_rcu() vma0->vm_rcu, where a callback is queued already");
  const auto with = [&](const std::string& body) { return kHead + "static void free_later(struct rcu_head *head)\n{\n" + body + "}\n" + f; };
  CHECK(
      broken(
          with(
              "\tstruct mm_struct *mm = container_of(head, struct vm_area_struct, vm_rcu)->vm_mm;\n\n\tdown_read(&mm->mmap_lock);\n\tup_read(&mm->mmap_lock);\n"),
          false) == "rcu-balanced: rcu_vma0 may sleep in an RCU callback");
  CHECK(broken(with("\trcu_read_lock();\n"), false) == "rcu-balanced: rcu_vma0 ends a callback inside an RCU read section");
  CHECK(broken(with("\tWARN_ON(!rcu_read_lock_held());\n"), false) ==
        "no-warning: rcu_vma0 meets the condition of WARN_ON(!rcu_read_lock_held()) in free_later()");
  CHECK(broken(with("\tWARN_ON(container_of((void *)head, struct vm_area_struct, vm_refcnt));\n"), false).find("container_of") != std::string::npos);
  // Freed while it is queued.
  CHECK(broken(kHead + kCallback +
                   "void f(struct vm_area_struct *vma)\n{\n\tcall_rcu(&vma->vm_rcu, free_later);\n\tkmem_cache_free(vm_area_cachep, vma);\n}\n",
               false) == "no-use-after-free: rcu_vma0 touches vma0->vm_rcu of a freed VMA, outside RCU and without a reference");
}

TEST_CASE("what of it cannot be run is refused") {
  const auto says = [](const std::string& text, const std::string& part) {
    CAPTURE(text);
    return text.find(part) != std::string::npos;
  };
  const auto f = [](const std::string& body) { return kHead + kCallback + "void f(struct vm_area_struct *vma)\n{\n\t" + body + "\n}\n"; };
  CHECK(says(error_of(f("call_rcu(&vma->vm_rcu, nowhere);")), "own.c:13:25: error: there is no function `nowhere`"));
  CHECK(
      says(error_of(f("call_rcu(&vma->vm_rcu, vm_area_free);")), "`vm_area_free` is no callback: one takes a `struct rcu_head *` and nothing else"));
  CHECK(says(error_of(f("call_rcu(&vma->vm_rcu, vma);")), "call_rcu() takes the name of a function here"));
  CHECK(says(error_of(f("kfree_rcu(vma->vm_mm, rcu);")), "kfree_rcu() of a `struct mm_struct *` cannot be judged"));
  CHECK(says(error_of(f("kfree(vma->vm_mm);")), "kfree() of a `struct mm_struct *` cannot be judged"));
  CHECK(says(error_of(f("vma = container_of(vma, struct vm_area_struct, vm_rcu);")),
             "container_of() of a `struct vm_area_struct *`, and `vm_rcu` is a `struct rcu_head`"));
  CHECK(says(error_of(f("vma = container_of(&vma->vm_rcu, struct vm_area_struct, vm_head);")), "has no member `vm_head` here"));
  CHECK(says(error_of(f("struct ma_state m = {}; container_of(&m.index, struct ma_state, index);")),
             "container_of() of a `struct ma_state` is not supported"));
  std::string many = two("f", true);
  for (const char* name : {"vma2", "vma3"}) many.insert(many.find("[[thread]]"), "[[vma]]\nname = \"" + std::string(name) + "\"\nmm = \"\"\n");
  const auto heads = build(many,
                           "struct vm_area_struct {\n\tstruct rcu_head one, two;\n};\n" + kCallback.substr(0, kCallback.find('{')) + "{\n}\n" +
                               "void f(struct vm_area_struct *vma)\n{\n\tcall_rcu(&vma->one, free_later);\n\tcall_rcu(&vma->two, free_later);\n}\n");
  REQUIRE_FALSE(heads);
  CHECK(says(heads.error().to_string(), "may be at most 7, and here they are 8"));
  // What a callback calls is its own error, and says who runs it.
  const std::string wrong = error_of(
      kHead +
      "static void free_later(struct rcu_head *head)\n{\n\tnowhere(head);\n}\nvoid f(struct vm_area_struct *vma)\n{\n\tcall_rcu(&vma->vm_rcu, free_later);\n}\n");
  CHECK(says(wrong, "own.c:6:2: error: there is no function or macro `nowhere`"));
  CHECK(says(wrong, "rcu_vma0, RCU callbacks of vma0->vm_rcu"));
}

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// One's own situation: a scenario with C of its own, and the errors of people who write one for the first time.
#include "app/test_typing.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

namespace vmalab::testing {
namespace {

using nlohmann::json;

/// Takes mmap_lock inside the VMA lock: with a writer that is a deadlock.
const std::string kIterator =
    "void iterator(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);\n\n"
    "\tif (!vma)\n\t\treturn;\n\tmmap_read_lock(mm);\n\tuse_vma(vma);\n\tmmap_read_unlock(mm);\n\tvma_end_read(vma);\n}\n";
const std::string kTwo = thread("i1", "iterator(mm0, 0x1000)") + thread("w1", "writer(mm0, 0x1000)");

}  // namespace

TEST_CASE("a file that only adds a thread: named by the scenario, by --code, by --variant, and from another folder") {
  write("own/lib/iterator.c", kIterator);
  const std::string named = write("own/named.toml", scenario("code = [\"lib/iterator.c\"]", kTwo));
  const std::string bare = write("own/bare.toml", scenario("", kTwo));
  const std::string file = file_named("own/lib/iterator.c");
  for (const std::string& command : {named, bare + " --code " + file, bare + " --variant " + file, std::string("own/named.toml")}) {
    CAPTURE(command);
    const Outcome outcome = type("cd '" + folder().string() + "'; vmalab check --json " + command);
    CAPTURE(outcome.err);
    CHECK(outcome.code == 1);
    CHECK(json::parse(outcome.out)["check"] == "no-stuck");
  }
  check_refused("vmalab check " + bare, bare + ":10:8: error: thread i1: there is no function `iterator`");
  // A trace carries the code, wherever the files are by then.
  const std::string trace = file_named("own/found.jsonl");
  REQUIRE(type("vmalab check " + named + " --trace " + trace).code == 1);
  fs::rename(folder() / "own/lib", folder() / "own/gone");
  CHECK(type("vmalab replay " + trace).code == 1);
  check_refused("vmalab check " + named, named + ":2:10: error: there is no C file 'lib/iterator.c'");
}

TEST_CASE("a file of macros, of a struct, or one that changes the lock") {
  const std::string two = thread("r1", "reader(mm0, 0x1000)") + thread("w1", "writer(mm0, 0x1000)");
  const std::string toml = write("kinds.toml", scenario("", two));
  CHECK(type("vmalab check " + toml + " --code " + write("macros.c", "#define MINE 1\n")).code == 0);
  CHECK(type("vmalab check " + toml + " --code " + write("struct.c", "struct mine {\n\tint a;\n};\n")).code == 0);
  const std::string put = write("put.c",
                                "static inline void vma_refcount_put(struct vm_area_struct *vma)\n{\n\t(void)__vma_refcount_put_return(vma);\n}\n");
  const Outcome changed = type("vmalab check " + toml + " --code " + put);
  CHECK(changed.code == 1);
  CHECK(contains(changed.out, "code: own " + put));
  // Several, and the later one counts.
  const std::string again = write("again.c", "#define vma_refcount_put(vma) ((void)0)\n");
  CHECK(type("vmalab check " + toml + " --code " + again + " --code " + put + " --judge refcnt-class").code == 0);
  CHECK(type("vmalab parse --code " + put).code == 0);
  CHECK(type("vmalab run --readers 1 --code " + put).code == 1);  // lockdep's hold is not given back
}

TEST_CASE("a rwsem of the code's own excludes, and gives no right to a VMA") {
  const std::string code =
      "static DECLARE_RWSEM(sem);\nstatic int value;\n"
      "void w(struct mm_struct *mm)\n{\n\tdown_write(&sem);\n\tvalue = 1;\n\tvalue = 0;\n\tdowngrade_write(&sem);\n\tlockdep_assert_held(&sem);\n\tup_read(&sem);\n}\n"
      "void r(struct mm_struct *mm)\n{\n\tscoped_guard(rwsem_read, &sem)\n\t\tWARN_ON(value);\n}\n"
      "void user(struct mm_struct *mm, unsigned long addr)\n{\n\tguard(rwsem_write)(&sem);\n\tuse_vma(vma_lookup(mm, addr));\n}\n";
  const std::string both = thread("w1", "w(mm0)") + thread("r1", "r(mm0)") + thread("r2", "r(mm0)");
  const std::string toml = write("rwsem.toml", scenario("code = [\"rwsem.c\"]", both));
  write("rwsem.c", code);
  const Outcome passes = type("vmalab check " + toml);
  CHECK_MESSAGE(passes.code == 0, passes.out);
  std::string without = code;
  without.replace(without.find("scoped_guard(rwsem_read, &sem)\n\t\t"), 33, "");
  write("rwsem.c", without);
  const Outcome races = type("vmalab check " + toml);
  CHECK(races.code == 1);
  CHECK(contains(races.out, "takes sem for write"));
  CHECK(contains(races.out, "r1 meets the condition of WARN_ON(value)"));
  std::string again = code;
  again.replace(again.find("\tscoped_guard(rwsem_read, &sem)"), 1, "\tinit_rwsem(&sem);\n\t");
  write("rwsem.c", again);
  const Outcome made_again = type("vmalab check " + toml);
  CHECK(made_again.code == 1);
  CHECK_MESSAGE(contains(made_again.out, "init_rwsem(&sem): it is held"), made_again.out);
  write("rwsem.c", code);
  const Outcome unlocked = type("vmalab check " + write("user.toml", scenario("code = [\"rwsem.c\"]", thread("u1", "user(mm0, 0x1000)"))) +
                                " --judge use-locked");
  CHECK(unlocked.code == 1);
}

TEST_CASE("a VMA found in one RCU section is not touched in a later one, unless something kept it or it is found again") {
  const std::string head =
      "void r(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\n\trcu_read_lock();\n\tvma = vma_lookup(mm, addr);\n\tif (!vma)\n\t\tgoto out;\n";
  const std::string touch = "\tREAD_ONCE(vma->vm_lock_seq);\nout:\n\trcu_read_unlock();\n}\n";
  const std::string again = "\trcu_read_unlock();\n\trcu_read_lock();\n";
  const auto check = [&](const std::string& middle, const std::string& end, const std::string& options = "") {
    write("sections.c", head + middle + end);
    return type("vmalab check " +
                write("sections.toml", scenario("code = [\"sections.c\"]", thread("r1", "r(mm0, 0x1000)") + thread("d1", "unmapper(mm0, 0x1000)"))) +
                options);
  };
  CHECK(check("", touch).code == 0);
  for (const std::string options : {"", " --no-symmetry"}) {
    const Outcome carried = check(again, touch, options);
    CHECK(carried.code == 1);
    CHECK_MESSAGE(contains(carried.out, "by a pointer that nothing kept good"), carried.out);
  }
  const Outcome anew = check(again + "\tvma = vma_lookup(mm, addr);\n\tif (!vma)\n\t\tgoto out;\n", touch);
  CHECK_MESSAGE(anew.code == 0, anew.out);
  const std::string other = "\trcu_read_unlock();\n\tmmap_read_lock(mm);\n\tvma = vma_lookup(mm, addr);\n";
  const Outcome kept = check(
      other + "\tif (!vma) {\n\t\tmmap_read_unlock(mm);\n\t\treturn;\n\t}\n\trcu_read_lock();\n\trcu_read_unlock();\n\trcu_read_lock();\n",
      "\tREAD_ONCE(vma->vm_lock_seq);\n\tmmap_read_unlock(mm);\nout:\n\trcu_read_unlock();\n}\n");
  CHECK_MESSAGE(kept.code == 0, kept.out);
  const Outcome let_go = check(other + "\tmmap_read_unlock(mm);\n\tif (!vma)\n\t\treturn;\n\trcu_read_lock();\n", touch);
  CHECK(let_go.code == 1);
  CHECK_MESSAGE(contains(let_go.out, "by a pointer that nothing kept good"), let_go.out);
}

TEST_CASE("a pointer to a VMA does not become good again in memory, nor by the mmap_lock of another mm") {
  const auto check = [&](const std::string& code, const std::string& options = "") {
    write("parked.c", code);
    const std::string toml = write(
        "parked.toml",
        "title = \"t\"\ncode = [\"parked.c\"]\n[[mm]]\nname = \"mm0\"\n[[mm]]\nname = \"mm1\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
        "start = 0x1000\nend = 0x3000\n" +
            thread("r1", "r(mm0, mm1, 0x1000)") + thread("d1", "unmapper(mm0, 0x1000)"));
    return type("vmalab check " + toml + options);
  };
  const std::string head =
      "static struct vm_area_struct *cached;\nvoid r(struct mm_struct *mm, struct mm_struct *other, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\n";
  const std::string find = "\trcu_read_lock();\n\tvma = vma_lookup(mm, addr);\n",
                    touch = "\tif (vma)\n\t\tREAD_ONCE(vma->vm_lock_seq);\n\trcu_read_unlock();\n";
  const std::string park = "\tWRITE_ONCE(cached, vma);\n", fetch = "\tvma = READ_ONCE(cached);\n",
                    next = "\trcu_read_unlock();\n\trcu_read_lock();\n";
  for (const std::string options : {"", " --no-symmetry"}) {
    const Outcome parked = check(head + find + park + next + fetch + touch + "}\n", options);
    CHECK(parked.code == 1);
    CHECK_MESSAGE(contains(parked.out, "by a pointer that nothing kept good"), parked.out);
    for (const auto& [mm, code] : {std::pair<std::string, int>{"mm", 0}, {"other", 1}}) {
      const Outcome locked = check(head + "\tmmap_read_lock(" + mm + ");\n" + find + next + touch + "\tmmap_read_unlock(" + mm + ");\n}\n", options);
      CHECK_MESSAGE(locked.code == code, locked.out);
    }
  }
}

TEST_CASE("an RCU callback is a thread of its own: in the check, its trace, the replay and a demo") {
  write("later.c",
        "struct vm_area_struct {\n\tstruct rcu_head vm_rcu;\n};\nstatic void later(struct rcu_head *head)\n{\n"
        "\tWARN_ON(container_of(head, struct vm_area_struct, vm_rcu)->vm_mm);\n}\n"
        "void queues(struct vm_area_struct *vma)\n{\n\tcall_rcu(&vma->vm_rcu, later);\n}\n");
  const std::string toml = write("later.toml", scenario("code = [\"later.c\"]", thread("q1", "queues(vma0)")) +
                                                   "[[demo]]\ndo = \"q1,rcu_vma0*2\"\n[expect]\nviolations = [\"no-warning\"]\n");
  const std::string trace = file_named("later.jsonl");
  const Outcome found = type("vmalab check " + toml + " --trace " + trace);
  CHECK(found.code == 1);
  CHECK(contains(found.out, "rcu_vma0"));
  const Outcome replayed = type("vmalab replay " + trace);
  CHECK(replayed.code == 1);
  CHECK(contains(replayed.out, "begins to run later() of vma0->vm_rcu"));
  const Outcome demo = type("vmalab run " + toml);
  CHECK(demo.code == 1);
  CHECK_FALSE(contains(demo.out, "Not as the scenario expects"));
}

TEST_CASE("code that cannot be loaded says where it is asked for") {
  const auto refused = [](const std::string& head, const std::string& part) {
    check_refused("vmalab check " + write("refused.toml", scenario(head, thread("r1", "reader(mm0, 0x1000)"))), part);
  };
  fs::create_directories(folder() / "a-folder");
  refused("code = [\"none.c\"]", "refused.toml:2:10: error: there is no C file 'none.c'");
  refused("code = [\"a-folder\"]", "refused.toml:2:10: error: 'a-folder' is a folder");
  refused("code = [\"\"]", "refused.toml:2:8: error: 'code' of the scenario names a file without a name");
  refused("code = \"x.c\"", "expected a list of texts");
  write("round.c", "#include \"round.c\"\n");
  refused("code = [\"round.c\"]", "round.c:1:10: error: this file includes itself");
  check_refused("vmalab check --readers 1 --code " + file_named("nowhere.c"), "nowhere.c: error: a C file cannot be read: No such file or directory");
  check_refused("vmalab check --readers 1 --code /dev/null", "this is a device, not a C file");
}

TEST_CASE("a mistake is told with file, line and thread") {
  const auto refused = [](const std::string& threads, const std::string& part) {
    check_refused("vmalab check " + write("wrong.toml", scenario("", threads)), part);
  };
  const std::string good = thread("r1", "reader(mm0, 0x1000)");
  refused(good + thread("r2", "reader(mm0)"),
          "wrong.toml:13:8: error: thread r2: `reader` takes 2 arguments, not 1\n  run = \"reader(mm0)\"\n         ^");
  refused(good + thread("r2", "reader(mm0, vma7)"), "wrong.toml:13:20: error: thread r2: ");
  refused(good + "[[goal]]\nname = \"g\"\nexpr = \"vma0->vm_refcntt\"\n", "wrong.toml:13:");
  refused(good + "[[goal]]\nname = \"g\"\nexpr = \"vma0->vm_refcntt\"\n", "error: goal \"g\": ");
  refused(good + "[expect]\nfinal = [\"vma0->vm_refcnt == 1\",\n  \"thread_done(r7)\"]\n", "wrong.toml:13:");
  // C that fails: its own place, and the thread that needs it.
  write("wrong.c", "void mine(struct mm_struct *mm)\n{\n\tnowhere(mm);\n}\n");
  check_refused("vmalab check " + write("wrong.toml", scenario("code = [\"wrong.c\"]", good + thread("m1", "mine(mm0)"))), "wrong.c:3:2: error: ");
  CHECK(contains(type("vmalab check " + file_named("wrong.toml")).err, "needed by thread m1, " + file_named("wrong.toml") + ":13"));
  // A scenario that nobody wrote has no lines.
  write("wrong.c", "void reader(struct mm_struct *mm)\n{\n}\n");
  const Outcome standard = type("vmalab check --readers 1 --code " + file_named("wrong.c"));
  CHECK(standard.code == 2);
  CHECK(contains(standard.err, "standard-1-0-0: error: thread r1, `reader(mm0, 0x1000)`: `reader` takes 1 arguments, not 2"));
  // Demos.
  const std::string demo = write("demo.toml", scenario("", good + "[[demo]]\ndo = \"r1\"\n[[demo]]\ndo = \"r9\"\n"));
  check_refused("vmalab run " + demo, "demo.toml:14:");
  check_refused("vmalab run " + write("demo.toml", scenario("", good + "[[demo]]\ndo = \"r1\"\n[[demo]]\ndo = \"r1*500\"\n")), "demo.toml:14:");
  CHECK(contains(type("vmalab run " + demo).err, "r1*500"));
}

/// A C file with one thread function that asks `go()` before it takes the lock.
std::string asking(const std::string& declaration, const std::string& body) {
  return declaration + "\nvoid asker(struct mm_struct *mm, unsigned long addr)\n{\n" + body + "}\n";
}

TEST_CASE("a call that leaves the lock's files: an error that names --stub, and a stub in its place") {
  // Wrong only when go() fails: then mmap_lock is never released.
  const std::string body = "\tif (mmap_write_lock_killable(mm))\n\t\treturn;\n\tif (go(mm))\n\t\treturn;\n\tmmap_write_unlock(mm);\n";
  const std::string toml = write(
      "stub.toml", scenario("code = [\"stub.c\"]",
                            thread("a1", "asker(mm0, 0x1000)") + thread("r1", "reader(mm0, 0x1000)") + thread("w1", "writer(mm0, 0x1000)")));
  write("stub.c", asking("int go(struct mm_struct *mm);", body));
  check_refused("vmalab check " + toml, "stub.c:6:6: error: `go` is declared, but no loaded file has its body; --stub go stands in");
  CHECK(type("vmalab check --stub go=0 " + toml).code == 0);
  const Outcome fails = type("vmalab check --stub go=-EINTR " + toml);
  CHECK(fails.code == 1);
  CHECK(contains(fails.out, "with stubs: go() gives -EINTR"));

  const std::string trace = file_named("stub.jsonl");
  const Outcome any = type("vmalab check --stub go --trace " + trace + " " + toml);
  CHECK(any.code == 1);
  CHECK(contains(any.out, "with stubs: go() is tried with 0, 1 and -EINTR\n"));
  CHECK(contains(any.out, "3 choices of values were checked one after the other, and it is found in 2"));
  CHECK(contains(any.out, "a1: go() gives 1 ("));
  // The trace is the run with that value, and needs no --stub.
  const Outcome replayed = type("vmalab replay --json " + trace);
  CHECK(replayed.code == 1);
  check_refused("vmalab check " + trace + " --stub go=0", "brings its own code");
  const json report = json::parse(type("vmalab check --json --stub go " + toml).out);
  CHECK(report["with_stubs"]["choices"] == 3);
  CHECK(report["with_stubs"]["given"][0]["value"] == "1");
  // A state is found when one choice has it.
  CHECK(type("vmalab check --stub go --find 'thread_done(a1) && holds_mmap_write(a1, mm0)' " + toml).code == 1);
  CHECK(type("vmalab check --stub go=0 --find 'thread_done(a1) && holds_mmap_write(a1, mm0)' " + toml).code == 0);

  CHECK(contains(type("vmalab check --help | tr -s ' \\n' ' '").out, "tries 0, 1 and -EINTR (a number), false and true (a bool), NULL and each"));
  CHECK(contains(type("vmalab run --stub go " + toml).err, "go() gives 0 to a1 (of 0, 1 and -EINTR)"));
  CHECK(contains(type("vmalab run --stub go=0 --stub unused " + toml).err, "no thread calls unused(), so --stub changes nothing there"));
  CHECK_FALSE(contains(type("vmalab run --stub go=0 " + toml).err, "no thread calls"));
  check_refused("vmalab check --stub reader=0 " + toml, "there is a function of this name");
  check_refused("vmalab check --stub go=0 --stub go=1 " + toml, "--stub go is there twice");
  check_refused("vmalab check --stub go=what " + toml, "--stub go=what: ");
  check_refused("vmalab check --stub go= " + toml, "a value is missing");
  CHECK(contains(type("vmalab check --stub unused --stub go=0 " + toml).out, "unused() gives no value to anybody"));
}

TEST_CASE("each call of a stub has values of its own, in a loop a pass is not complete") {
  // Deadlocks only when the first call gives something and the second does not.
  const std::string one = write("two.toml", scenario("code = [\"two.c\"]", thread("a1", "asker(mm0, 0x1000)") + thread("w1", "writer(mm0, 0x1000)")));
  write("two.c", asking("bool go(void);", "\tbool first = go();\n\n\tmmap_write_lock(mm);\n\tif (go() || !first)\n\t\tmmap_write_unlock(mm);\n"));
  const Outcome two = type("vmalab check --stub go " + one);
  CHECK(two.code == 1);
  CHECK(contains(two.out, "4 choices of values were checked one after the other, and it is found in 1"));
  write("two.c", asking("bool go(void);", "\twhile (go())\n\t\t(void)rwsem_is_locked(&mm->mmap_lock);\n"));
  const Outcome always = type("vmalab check --stub go=0 " + one);
  CHECK(always.code == 0);
  const Outcome loop = type("vmalab check --judge exclusion --stub go " + one);
  CHECK(loop.code == 3);
  CHECK(contains(loop.out, "go() is called in a loop"));
  // Always the same answer is no world that a thread has to get through.
  for (const char* stub : {"go", "go=1"}) {
    const Outcome forever = type(std::string("vmalab check --stub ") + stub + " " + one);
    CHECK(forever.code == 3);
    CHECK(contains(forever.out, "termination is not judged: go() is called in a loop ("));
  }
  // This one does not end whatever go() says.
  write("two.c", asking("bool go(void);", "\twhile (go() || vma_lookup(mm, 0x1000))\n\t\t(void)rwsem_is_locked(&mm->mmap_lock);\n"));
  CHECK(type("vmalab check --stub go " + one).code == 1);
  // A pointer: nothing, or any VMA there is.
  write("two.c", asking("struct vm_area_struct *go(void);",
                        "\tstruct vm_area_struct *vma = go();\n\n\tif (vma && vma_start_read_locked(vma))\n\t\tvma_end_read(vma);\n"));
  CHECK(contains(type("vmalab check --stub go " + one).out, "with stubs: go() is tried with NULL and vma0\n"));
}

TEST_CASE("a link of a run with stubs and C of one's own is that run, wherever the files are by then") {
  fs::create_directories(folder() / "linked");
  const std::string toml = write(
      "linked/mine.toml", scenario("code = [\"lib/mine.c\", \"more.c\"]", thread("a1", "asker(mm0, 0x1000)") + thread("w1", "writer(mm0, 0x1000)")));
  write(
      "linked/lib/mine.c",
      asking(
          "int go(struct mm_struct *mm);\nstruct vm_area_struct *which(void);",
          "\tif (mmap_write_lock_killable(mm))\n\t\treturn;\n\tif (go(mm) == FAILED)\n\t\treturn;\n\tif (which())\n\t\tvma_start_write(which());\n\tmmap_write_unlock(mm);\n"));
  write("linked/more.c", "#define FAILED -4\n");
  const std::string extra = write("linked/extra.c", "void vma_lookup_twice(struct mm_struct *mm)\n{\n\t(void)vma_lookup(mm, 0x1000);\n}\n");
  std::vector<std::string> links;
  std::vector<json> runs;
  for (const std::string& options :
       {std::string("--stub go --stub which"), std::string("--stub go=0 --stub which=vma0"), "--stub go=-EINTR --stub which --code " + extra}) {
    CAPTURE(options);
    const Outcome run = type("vmalab run --json --schedule 'a1*2' " + options + " " + toml);
    CAPTURE(run.err);
    REQUIRE(run.code <= 1);
    runs.push_back(json::parse(run.out));
    links.push_back(runs.back()["link"]);
  }
  // The values that a violation happened with are a part of its trace, and of a link made of that.
  const std::string trace = file_named("linked/found.jsonl");
  REQUIRE(type("vmalab check --stub go --stub which=NULL --trace " + trace + " " + toml).code == 1);
  const Outcome replayed = type("vmalab replay --json " + trace);
  runs.push_back(json::parse(replayed.out));
  links.push_back(runs.back()["link"]);
  fs::rename(folder() / "linked", folder() / "linked-away");
  CHECK(std::set<std::string>(links.begin(), links.end()).size() == links.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    CAPTURE(links[i]);
    const Outcome again = type("cd /; vmalab run --json '" + links[i] + "'");
    CAPTURE(again.err);
    CHECK(again.code <= 1);
    const json opened = json::parse(again.out, nullptr, false);
    REQUIRE_FALSE(opened.is_discarded());
    for (const char* part : {"model_hash", "steps", "final", "violations", "link"}) CHECK_MESSAGE(opened[part] == runs[i][part], part);
    check_refused("vmalab run '" + links[i] + "' --stub go=0", "a link brings its own code");
  }
}

TEST_CASE("a new scenario checks and runs as it is written") {
  const std::string here = "cd '" + folder().string() + "'; ";
  const Outcome written = type(here + "vmalab new fresh-one");
  CHECK(written.code == 0);
  CHECK(contains(written.out, "vmalab check fresh-one.toml"));
  CHECK(type(here + "vmalab check fresh-one.toml").code == 0);
  const Outcome run = type(here + "vmalab run fresh-one.toml");
  CAPTURE(run.err);
  CHECK(run.code == 0);
  CHECK(contains(run.out, "The reader begins"));
  CHECK(type(here + "vmalab check fresh-one.toml --find 'holds_read_lock(r1, vma0) && excluding_readers(w1, vma0)'").code == 1);
  // Never over what is there.
  const std::string before = contents(folder() / "fresh-one.toml");
  check_refused(here + "vmalab new fresh-one", "fresh-one.toml: error: the file exists already; --force replaces it");
  CHECK(contents(folder() / "fresh-one.toml") == before);
  write("only-c.c", "mine\n");
  check_refused(here + "vmalab new only-c", "only-c.c: error: the file exists already");
  CHECK(contents(folder() / "only-c.c") == "mine\n");
  CHECK_FALSE(fs::exists(folder() / "only-c.toml"));
  CHECK(type(here + "vmalab new only-c --force").code == 0);
  CHECK(type(here + "vmalab check only-c.toml").code == 0);
  for (const char* bad : {"''", "a/b", "../up", "x.toml", "'two words'", "-- -dash", "'a\nb'", "$(printf 'x%.0s' $(seq 65))"}) {
    check_refused(here + "vmalab new " + bad, "cannot be the name of a scenario");
  }
  check_refused("cd /proc; vmalab new nothing-here", "nothing-here.c: error: cannot be written");
}

TEST_CASE("a demo that does not end as the scenario expects says so") {
  const std::string head = thread("r1", "reader(mm0, 0x1000)") + "[[demo]]\ndo = \"r1*2\"\n[expect]\n";
  const std::string toml = write("expects.toml", scenario("", head + "final = [\"vma0->vm_refcnt == 2\"]\n"));
  const Outcome outcome = type("vmalab run " + toml);
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.out, "Not as the scenario expects: vma0->vm_refcnt == 2 (" + toml + ":14)"));
  CHECK(contains(outcome.out, "Not as the scenario expects: all threads are done"));
  CHECK(type("vmalab run --steps 1 " + toml).code == 0);
  CHECK(json::parse(type("vmalab run --json " + toml).out)["not_as_expected"].size() == 2);
  write("expects.toml", scenario("", head + "final = [\"vma0->vm_refcnt == 1\"]\nall_done = false\n"));
  CHECK(type("vmalab run " + toml).code == 0);
  write("expects.toml", scenario("", head + "violations = [\"no-stuck\"]\nall_done = false\n"));
  CHECK(contains(type("vmalab run " + toml).out, "a violation of no-stuck"));
}

TEST_CASE("a new scenario from one that there is") {
  const std::string here = "cd '" + folder().string() + "'; ";
  for (const char* from : {"writer-waits-for-a-reader", "recycled-vma", "standard-2-1-1"}) {
    CAPTURE(from);
    CHECK(type(here + "vmalab new copy --force --from " + from).code == 0);
    const json of_copy = json::parse(type(here + "vmalab check --json copy.toml").out);
    const json of_original = json::parse(type("vmalab check --json " + std::string(from)).out);
    CHECK(of_copy["verdict"] == of_original["verdict"]);
    CHECK(of_copy["states"] == of_original["states"]);
  }
  check_refused(here + "vmalab new other --from no-such-scenario", "no-such-scenario");
  CHECK_FALSE(fs::exists(folder() / "other.c"));
}

}  // namespace vmalab::testing

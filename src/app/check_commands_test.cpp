// SPDX-License-Identifier: GPL-2.0-only
// `vmalab check`, `variants` and `compare` as a person and a script meet them.
#include "app/test_typing.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace vmalab::testing {
namespace {

using nlohmann::json;

/// The fixture tree of Linux 7.0 with this body of vma_refcount_put().
std::string tree_with(const std::string& name, const std::string& put) {
  const fs::path root = folder() / name;
  fs::remove_all(root);
  fs::copy(fs::path(VMALAB_TEST_ASSETS) / ".." / "src/lang/testdata/trees/7.0", root, fs::copy_options::recursive);
  std::string text = contents(root / "include/linux/mmap_lock.h");
  const std::size_t begin = text.find("{\n", text.find("void vma_refcount_put(")), end = text.find("}\n", begin);
  std::ofstream(root / "include/linux/mmap_lock.h") << text.substr(0, begin) << "{\n" << put << text.substr(end);
  return root.string();
}

const std::string kPut =
    "\tstruct mm_struct *mm = vma->vm_mm;\n\tint old, left;\n\n"
    "\t__vma_lockdep_release_read(vma);\n"
    "\tleft = __refcount_dec_and_test(&vma->vm_refcnt, &old) ? 0 : old - 1;\n"
    "\tif (left && (left & VM_REFCNT_EXCLUDE_READERS_FLAG) && left <= VM_REFCNT_EXCLUDE_READERS_FLAG + 1)\n"
    "\t\trcuwait_wake_up(&mm->vma_writer_wait);\n";

}  // namespace

TEST_CASE("a check that passes, for a script") {
  const Outcome outcome = type("vmalab check --readers 2 --writers 1 --no-symmetry --no-partial-order --json");
  REQUIRE(outcome.code == 0);
  CHECK(outcome.err.empty());
  const json report = json::parse(outcome.out);
  for (const char* key : {"verdict", "states", "transitions", "depth", "seconds", "peak_memory_mib", "refcnt_values", "refcnt_edges", "final_states",
                          "depth_histogram", "unreached_lines", "vacuous_checks", "trace"}) {
    CAPTURE(key);
    CHECK(report.contains(key));
  }
  CHECK(report["verdict"] == "pass");
  CHECK(report["states"] == 4183);
  CHECK(report["trace"].empty());
  constexpr unsigned kFlag = 1U << 30U;
  CHECK(report["refcnt_values"] == json({1, 2, 3, kFlag + 1, kFlag + 2, kFlag + 3}));
  unsigned sum = 0;
  for (const json& level : report["depth_histogram"]) sum += level.get<unsigned>();
  CHECK(sum == 4183);
}

namespace {
std::string on_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}
}  // namespace

TEST_CASE("any number of readers: proved, refused with a line, or a run with the fewest that show it") {
  const Outcome proved = type("vmalab check --readers any --writers 1");
  CHECK(proved.code == 0);
  CHECK(contains(on_one_line(proved.out),
                 "any number of readers, 1 writer, 0 detachers on one VMA: proved (one VMA object in one mm, sequentially consistent"));
  CHECK(contains(on_one_line(proved.out), "not decided this way: termination"));
  const json report = json::parse(type("vmalab check --readers any --detachers 1 --json").out);
  CHECK(report["verdict"] == "proved");
  CHECK(report["readers"] == "any");
  const std::string trace = file_named("any.jsonl");
  const Outcome broken = type("vmalab check --readers any --writers 1 --variant no-wake --trace " + trace);
  CHECK(broken.code == 1);
  CHECK(contains(on_one_line(broken.out), "violation, with 1 reader, and with no fewer readers"));
  CHECK(type("vmalab replay " + trace).code == 1);
  const std::string code = file_named("five.c");
  std::ofstream(code)
      << "void reader(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\n\tvma = lock_vma_under_rcu(mm, addr);\n"
         "\tif (IS_ERR_OR_NULL(vma))\n\t\treturn;\n\tWARN_ON_ONCE(refcount_read(&vma->vm_refcnt) == 5);\n\tvma_end_read(vma);\n}\n";
  const Outcome refused = type("vmalab check --readers any --writers 1 --code " + code);
  CHECK(refused.code == 3);
  CHECK(contains(on_one_line(refused.out), "a count of references is compared with 5"));
  CHECK(contains(on_one_line(refused.out), "five.c:8"));
  check_refused("vmalab run --readers any --writers 1", "a run needs a number of readers");
  check_refused("vmalab check --readers any --find 'vma0->vm_refcnt == 2'", "no --find");
  check_refused("vmalab check --readers some", "some");
  CHECK(type("vmalab check --readers any --writers 1 --ordering lkmm").code == 3);
}

TEST_CASE("any number of everybody: proved within bounds that are named, or a run with the fewest readers") {
  const Outcome proved = type("vmalab check --any");
  CHECK(proved.code == 0);
  CHECK(contains(
      on_one_line(proved.out),
      "any number of readers, writers, killable writers, unmappers and attachers of one VMA, for ever and with fatal signals at any time: "
      "proved (one VMA object in one mm, sequentially consistent memory, sequences that do not wrap, fewer than VM_REFCNT_LIMIT references at a time): "
      "refcnt-class, exclusion, detached-stays, no-use-after-free"));
  CHECK(contains(on_one_line(proved.out), "between classes of it: 0 to 1; "));
  CHECK(contains(proved.out, "  lines never reached: "));
  const json classes = json::parse(type("vmalab check --any --json").out);
  CHECK(classes["refcnt_edges"].size() > classes["refcnt_class_edges"].size());
  CHECK_FALSE(classes["unreached_lines"].empty());
  const auto edge = json::array({"FLAG+1", "FLAG"});
  CHECK(std::find(classes["refcnt_class_edges"].begin(), classes["refcnt_class_edges"].end(), edge) != classes["refcnt_class_edges"].end());
  CHECK(type("vmalab check --readers any --writers any --detachers any").code == 0);
  CHECK(type("vmalab check --readers 2 --writers any").code == 0);
  const std::string trace = file_named("any-everybody.jsonl");
  const Outcome broken = type("vmalab check --any --variant killable-keeps-flag --trace " + trace);
  CHECK(broken.code == 1);
  CHECK(contains(on_one_line(broken.out), "violation, with 1 reader and 1 killable writer, and with no fewer readers"));
  CHECK(type("vmalab replay " + trace).code == 1);
  const Outcome refused = type("vmalab check --any --ordering sc --variant seq-unordered");
  CHECK(refused.code == 3);
  CHECK(contains(on_one_line(refused.out), "mm_lock_seq becomes what is not its next number (variants/seq-unordered.c:49 vma_end_write_all)"));
  const std::string own = file_named("many.toml");
  std::ofstream(own) << "title = \"Many\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
                        "[[thread]]\nname = \"r1\"\nrun = \"reader(mm0, 0x1000)\"\ncount = \"any\"\n"
                        "[[thread]]\nname = \"w1\"\nrun = \"writer(mm0, 0x1000)\"\ncount = \"any\"\n";
  CHECK(contains(type("vmalab check " + own).out, "many, any number of readers and writers: proved"));
  check_refused("vmalab check --report " + own, "alone: no --report");
  check_refused("vmalab check " + own + " --find 'vma0->vm_refcnt == 2'", "no --find with it");
  std::ofstream(own, std::ios::app) << "[[thread]]\nname = \"f1\"\nrun = \"reader_fallback(mm0, 0x1000)\"\ncount = \"any\"\n";
  const Outcome unlike = type("vmalab check " + own);
  CHECK(unlike.code == 3);
  CHECK(contains(on_one_line(unlike.out), "they are not alike"));
  CHECK(contains(on_one_line(unlike.out), "many.toml:17)"));
  const Outcome undecidable = type("vmalab check --any --judge termination");
  CHECK(undecidable.code == 3);
  CHECK(contains(on_one_line(undecidable.out), "incomplete: termination cannot be decided this way; nothing is proved"));
  check_refused("vmalab check --any two-readers", "--any");
  check_refused("vmalab check --any --readers 2", "--any");
  check_refused("vmalab run --writers any", "a run needs a number of readers");
}

TEST_CASE("a violation is exit code 1 and a trace that shows it when replayed") {
  const std::string file = file_named("no-wake.jsonl");
  const Outcome outcome = type("vmalab check --variant no-wake --json --trace " + file);
  REQUIRE(outcome.code == 1);
  const json report = json::parse(outcome.out);
  CHECK(report["verdict"] == "violation");
  CHECK(report["check"] == "no-stuck");
  const Outcome replayed = type("vmalab replay --json " + file);
  CHECK(replayed.code == 1);
  const json run = json::parse(replayed.out);
  CHECK(run["steps"].size() == report["trace"].size());
  REQUIRE(run["violations"].size() == 1);
  CHECK(run["violations"][0]["check"] == "no-stuck");
  CHECK(run["violations"][0]["step"] == report["trace"].size());

  // Not written over unless asked to, and that is said before the search.
  check_refused("vmalab check --variant no-wake --trace " + file, "--force");
  CHECK(type("vmalab check --variant no-wake --force --trace " + file).code == 1);
  check_refused("vmalab check --variant no-wake --trace /dev/null/none/x.jsonl", "/dev/null/none/x.jsonl");
  check_refused("vmalab check --force", "--force needs --trace");
  // The lock without the bug passes the same.
  CHECK(type("vmalab check standard-1-1-0").code == 0);
}

TEST_CASE("a state is found by the shortest way, the same for any number of workers, or told to be out of reach") {
  const std::string find = "vmalab check --readers 2 --writers 1 --json --find 'vma0->vm_refcnt == VM_REFCNT_EXCLUDE_READERS_FLAG + 3'";
  const Outcome one = type(find + " --jobs 1"), two = type(find + " --jobs 2");
  CHECK(one.code == 1);
  CHECK(two.code == 1);
  const json report = json::parse(one.out);
  CHECK(report["verdict"] == "goal-found");
  CHECK(report["trace"] == json::parse(two.out)["trace"]);
  CHECK(contains(type("vmalab check --readers 2 --writers 1 --find 'vma0->vm_refcnt == VM_REFCNT_EXCLUDE_READERS_FLAG + 3'").out,
                 "the shortest way there, " + std::to_string(report["trace"].size()) + " steps:"));

  const Outcome unreachable = type("vmalab check --readers 1 --writers 1 --json --find 'vma0->vm_refcnt == 3'");
  CHECK(unreachable.code == 0);
  CHECK(json::parse(unreachable.out)["verdict"] == "goal-unreachable");
}

TEST_CASE("what was found before the memory ran out or somebody stopped it is reported") {
  const Outcome full = type("vmalab check --readers 6 --writers 2 --detachers 1 --no-symmetry --no-partial-order --memory 4 --json");
  CHECK(full.code == 3);
  const json report = json::parse(full.out);
  CHECK(report["verdict"] == "incomplete");
  CHECK(report["states"] > 1000);
  CHECK_FALSE(report["refcnt_values"].empty());

  const Outcome stopped = type(std::string("'") + VMALAB_EXECUTABLE +
                               "' check --readers 10 --writers 3 --detachers 3 --no-symmetry --no-partial-order --json & "
                               "sleep 1; kill -INT $!; kill -TERM $!; wait $!");
  CHECK(stopped.code == 3);
  CHECK(json::parse(stopped.out)["verdict"] == "incomplete");
}

TEST_CASE("questions that cannot be asked") {
  check_refused("vmalab check --readers 1 --find 'vma0->vm_refcntt == 1'", "did you mean `vm_refcnt`?");
  check_refused("vmalab check --readers 1 --find 'asleep(r1)'", "did you mean `thread_asleep`?");
  check_refused("vmalab check --readers 1 --find 'r7'", "there are mm0, vma0, r1");
  check_refused("vmalab check --readers 1 --find 'vma0->vm_refcnt = 1'", "not change it");
  check_refused("vmalab check --readers 1 --find ' '", "--find");
  check_refused("vmalab check --readers 17", "--readers");
  check_refused("vmalab check --readers 9 --writers 9", "1 to 16 threads in all");
  check_refused("vmalab check --readers 1 --jobs 0", "--jobs");
  check_refused("vmalab check --readers 1 --memory 0", "--memory");
  check_refused("vmalab check --variant nobody-knows", "put-wakes-freed-mm");
  const std::string nothing = file_named("nothing.c");
  std::ofstream(nothing) << "int something_else(void) { return 1; }\n";
  CHECK(type("vmalab check --readers 1 --variant " + nothing).code == 0);  // it only adds to the code
  const std::string own = file_named("own.c");
  const std::string silent_put = "static inline void vma_refcount_put(struct vm_area_struct *vma)\n{\n\t(void)__vma_refcount_put_return(vma);\n}\n";
  std::ofstream(own) << "// Mine.\n" << silent_put;
  CHECK(type("vmalab check --variant " + own).code == 1);  // the usual scenario, since it names none
  std::ofstream(own) << "// variant: own\n// breaks: everything\n" << silent_put;
  check_refused("vmalab check --variant " + own, own + ":2:1: error: there is no check");
}

TEST_CASE("a second bug behind a first") {
  const Outcome outcome = type("vmalab check --variant killable-keeps-flag --judge no-stuck --json");
  CHECK(outcome.code == 1);
  const json report = json::parse(outcome.out);
  CHECK(report["check"] == "no-stuck");
  CHECK(report["judged"] == json({"no-stuck"}));
  CHECK(report["trace"].size() == 51);
  const Outcome others = type("vmalab check --variant no-wake --judge exclusion,no-warning");
  CHECK(others.code == 0);
  CHECK(contains(others.out, "pass: exclusion and no-warning hold in every interleaving"));
  check_refused("vmalab check --judge everything", "--judge");
}

TEST_CASE("the variants are listed, and each names a scenario that can be checked") {
  const Outcome outcome = type("vmalab variants --json");
  REQUIRE(outcome.code == 0);
  const json list = json::parse(outcome.out)["variants"];
  CHECK(list.size() == 38);
  std::set<std::string> names;
  for (const json& variant : list) {
    CAPTURE(variant.dump());
    names.insert(variant["name"]);
    CHECK_FALSE(variant["story"].get<std::string>().empty());
    CHECK(contains(type("vmalab variants").out, variant["name"].get<std::string>()));
  }
  CHECK(names.size() == 38);
  CHECK(names.count("put-wakes-freed-mm") == 1);
}

TEST_CASE("a kernel tree: the same, different with a run that shows it, or why it cannot run") {
  const std::string good = tree_with("good", kPut);
  const Outcome same = type("vmalab compare --kernel " + good + " --readers 1 --detachers 1");
  CHECK(same.code == 0);
  CHECK(contains(same.out, "the tree and the model agree"));
  const Outcome checked = type("vmalab check --kernel " + good + " --readers 1 --detachers 1 --json");
  CHECK(checked.code == 0);
  const json from_tree = json::parse(checked.out);
  CHECK(from_tree["model_functions"].empty());
  CHECK(from_tree["kernel"] == "Linux 7.0");
  CHECK(from_tree["functions_run"] == from_tree["functions_run_from_tree"]);
  CHECK(from_tree["memory_ordering"] == "not judged");

  std::string put = kPut;
  put.replace(put.find("<= VM"), 2, "==");
  const std::string bad = tree_with("bad", put);
  const Outcome different = type("vmalab compare --kernel " + bad + " --readers 1 --detachers 1");
  CHECK(different.code == 1);
  CHECK(contains(different.out, "DIFFERENT"));
  CHECK(contains(different.out, "! no-stuck"));

  // The same words in another order: other accesses, the same outcomes, and that is no reason for an exit code.
  put = kPut;
  put.replace(put.find("mm = vma->vm_mm"), 15, "mm = (vma->vm_mm, vma->vm_mm)");
  const Outcome reordered = type("vmalab compare --kernel " + tree_with("twice", put) + " --readers 1 --detachers 1");
  CHECK(reordered.code == 0);
  CHECK(contains(reordered.out, "same outcomes"));
  CHECK(contains(reordered.out, "other accesses: after "));
  const json rows = json::parse(type("vmalab compare --json --kernel " + tree_with("twice", put) + " --readers 1 --detachers 1").out);
  CHECK(rows["same"] == true);
  CHECK(rows["same_accesses"] == false);
  CHECK(rows["scenarios"][0]["outcomes"] == "same");
  CHECK(rows["scenarios"][0]["accesses"] == "different");
  // What is not known is not the same.
  const Outcome unfinished = type("vmalab compare --json --memory 1 --kernel " + good + " --readers 2 --writers 2 --detachers 1");
  CHECK(unfinished.code == 3);
  CHECK(json::parse(unfinished.out)["same"] == false);
  CHECK(json::parse(unfinished.out)["scenarios"][0]["outcomes"] == "unknown");
  CHECK_FALSE(contains(type("vmalab compare --memory 1 --kernel " + good + " --readers 2 --writers 2 --detachers 1").out, "agree"));
  const Outcome broken = type("vmalab check --kernel " + bad + " --readers 1 --detachers 1 --json");
  CHECK(broken.code == 1);
  CHECK(json::parse(broken.out)["check"] == "no-stuck");

  // Beyond the subset: named with its place, and what does not run it can still be checked.
  const std::string odd = tree_with("odd", "\tasm(\"nop\");\n");
  check_refused("vmalab check --kernel " + odd + " --readers 1", "include/linux/mmap_lock.h:96:");
  CHECK(type("vmalab check --kernel " + odd + " --writers 1").code == 0);
  CHECK(type("vmalab parse --kernel " + odd).code == 1);
  check_refused("vmalab check --kernel " + file_named("no-such-tree"), "no such folder");
  fs::create_directories(folder() / "empty-tree");
  check_refused("vmalab check --kernel " + file_named("empty-tree"), "mmap_lock.h");
}

TEST_CASE("a kernel tree without a word on scenarios is checked on all of them") {
  std::string put = kPut;
  put.replace(put.find("<= VM"), 2, "==");
  const Outcome outcome = type("vmalab check --json --kernel " + tree_with("wake-at-one", put));
  CHECK(outcome.code == 1);
  const json report = json::parse(outcome.out);
  CHECK(report["verdict"] == "violation");
  const auto all = static_cast<int>(report["scenarios"].size());
  CHECK(all >= 47);
  int passed = 0, broken = 0, not_applicable = 0;
  for (const json& one : report["scenarios"]) {
    passed += one["verdict"] == "pass";
    not_applicable += one["verdict"] == "not-applicable";
    broken += one["verdict"] == "violation" && one["check"] == "no-stuck";
  }
  CHECK(passed > 0);
  CHECK(broken > 0);
  CHECK(passed + broken + not_applicable == all);
  CHECK(type("vmalab check --all").code == 0);
  check_refused("vmalab check --all two-readers", "--all");

  // What cannot run on it is told apart from what was found.
  const Outcome partly = type("vmalab check --kernel " + tree_with("asm-put", "\tasm(\"nop\");\n"));
  CHECK(partly.code == 2);
  CHECK(contains(partly.out, "CANNOT RUN, because of "));
  CHECK(partly.out.find(" error: ") == partly.out.rfind(" error: "));  // told once, however many scenarios it stops
  CHECK(contains(partly.out, "include/linux/mmap_lock.h:96:"));
  CHECK(contains(partly.out, "writer-alone                       pass"));
  const Outcome compared = type("vmalab compare --kernel " + tree_with("asm-put", "\tasm(\"nop\");\n"));
  CHECK(compared.code == 2);
  CHECK(contains(compared.out, "agree wherever the tree can run"));
}

TEST_CASE("a tree that does not parse is not silently replaced by the model") {
  const std::string open_bracket = tree_with("open-bracket", "\t__vma_lockdep_release_read(vma;\n");
  check_refused("vmalab check --readers 1 --kernel " + open_bracket, "include/linux/mmap_lock.h:96:");
  CHECK(type("vmalab parse --kernel " + open_bracket).code == 1);
  check_refused("vmalab parse --kernel " + tree_with("open-brace", "\tif (1) {\n"), "this brace is never closed");
  const Outcome parsed = type("vmalab parse --kernel " + tree_with("good", kPut));
  CHECK(parsed.code == 0);
  CHECK(!contains(parsed.out, "so the model's: "));
  fs::remove_all(folder() / "good" / "kernel");
  CHECK(contains(type("vmalab parse --kernel " + file_named("good")).out, "so the model's: finish_rcuwait, rcuwait_wake_up"));
  CHECK(contains(type("vmalab compare --kernel " + file_named("good") + " --readers 1 --writers 1").out, "so the model's: "));
}

TEST_CASE("a trace brings its own code, a variant its own configuration") {
  const std::string file = file_named("own-code.jsonl");
  REQUIRE(type("vmalab check --variant no-wake --trace " + file).code == 1);
  CHECK(type("vmalab check " + file).code == 1);
  check_refused("vmalab check " + file + " --variant no-flag", "brings its own code");
  check_refused("vmalab shot " + file + " --signals -o " + file_named("x.png"), VMALAB_HAS_WINDOW != 0 ? "brings its own code" : "VMALAB_UI=OFF");
  // seq-wraps breaks nothing on a sequence of 32 bits.
  CHECK(type("vmalab check sequence-comes-round --variant seq-wraps").code == 1);
  CHECK(type("vmalab run sequence-comes-round --variant seq-wraps").code == 1);
  CHECK(contains(type("vmalab check standard-1-1-0 --variant no-wake").out, "code: variant no-wake"));
}

TEST_CASE("a verdict over all scenarios is told with its terms: checks, variant, own code, stubs, lockdep, signals") {
  const std::string own = file_named("nothing.c"), tree = std::string(VMALAB_TEST_ASSETS) + "/../src/lang/testdata/trees/7.0";
  std::ofstream(own) << "#define NOTHING 0\n";
  const std::string command = "vmalab check --kernel " + tree + " --judge exclusion,refcnt-class --code " + own +
                              " --stub elsewhere --lockdep off --signals";
  const std::vector<std::string> terms = {"only exclusion and refcnt-class are judged, no other check",
                                          "own code: ",
                                          "nothing.c",
                                          "stub: elsewhere() is tried with 0, 1 and -EINTR (a number), false",
                                          "lockdep off, whatever a scenario says",
                                          "fatal signals at any time"};
  for (const char* more : {"", " --report"}) {
    const Outcome outcome = type(command + more);
    CAPTURE(outcome.out);
    CHECK(outcome.code == 0);
    for (const std::string& term : terms) CHECK(contains(outcome.out, term));
    CHECK_FALSE(contains(outcome.out, "every check holds"));
    std::istringstream lines(outcome.out);
    for (std::string line; *more != '\0' && std::getline(lines, line);) CHECK((line.size() <= 79 || contains(line, "nothing.c")));
  }
  const json report = json::parse(type(command + " --json").out);
  CHECK(report["judged"] == json({"exclusion", "refcnt-class"}));
  CHECK(report["stubs"] == json({"elsewhere"}));
  CHECK(report["code"].size() == 1);
  CHECK(report["lockdep"] == false);
  CHECK(report["signals"] == true);
  const Outcome one = type("vmalab check two-readers --judge exclusion --lockdep off");
  CHECK(contains(one.out, "with: only exclusion is judged, no other check"));
  CHECK(contains(one.out, "with: lockdep off"));
}

}  // namespace vmalab::testing

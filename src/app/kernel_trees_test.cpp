// SPDX-License-Identifier: GPL-2.0-only
// `vmalab check --kernel` on a tree of each age of the lock: src/lang/testdata/trees, written for these tests.
#include "app/test_typing.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace vmalab::testing {
namespace {

using nlohmann::json;

const fs::path kTrees = VMALAB_TEST_TREES;

/// The fixture tree of a version.
std::string tree(const std::string& version) { return (kTrees / version).string(); }

/// A copy of that tree in which `from`, which must be in `file` once, reads `to`.
std::string edited_tree(const std::string& version, const std::string& file, const std::string& from, const std::string& to) {
  const fs::path copy = folder() / ("edited-" + version);
  fs::remove_all(copy);
  fs::copy(kTrees / version, copy, fs::copy_options::recursive);
  std::string text = contents(copy / file);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  REQUIRE(text.find(from, at + 1) == std::string::npos);
  text.replace(at, from.size(), to);
  std::ofstream(copy / file, std::ios::binary) << text;
  return copy.string();
}

/// Scenarios by their verdict, and by the check that a violation breaks.
struct Verdicts {
  int code = -1;
  json report;
  std::map<std::string, std::set<std::string>> scenarios;
};
Verdicts check_all(const std::string& kernel) {
  const Outcome outcome = type("vmalab check --json --kernel '" + kernel + "'");
  CAPTURE(outcome.err);
  Verdicts all;
  all.code = outcome.code;
  all.report = json::parse(outcome.out, nullptr, false);
  REQUIRE_FALSE(all.report.is_discarded());
  for (const json& row : all.report["scenarios"]) {
    const std::string verdict = row["verdict"];
    all.scenarios[verdict == "violation" ? row["check"].get<std::string>() : verdict].insert(row["scenario"].get<std::string>());
  }
  return all;
}

/// Whether a scenario breaks this check on a tree; others, which it may break sooner, are not judged.
bool breaks(const std::string& kernel, const std::string& scenario, const std::string& check) {
  const Outcome outcome = type("vmalab check " + scenario + " --json --judge " + check + " --kernel '" + kernel + "'");
  CAPTURE(outcome.err);
  const json report = json::parse(outcome.out, nullptr, false);
  REQUIRE_FALSE(report.is_discarded());
  return outcome.code == 1 && report["check"] == check;
}

}  // namespace

TEST_CASE("every age of the lock holds, judged by its own text, and in 6.15 and 6.16-rc1 CVE-2025-38554 is found unaided") {
  // What the kernel does not have yet, and the scenarios that need it.
  const std::set<std::string> killable{"killable-writer-killed", "killed-writer-then-writer", "killed-writer-tries-again", "fork-is-killed",
                                       "write-locked-twice-killable"},
      waits{"wait-for-the-writer"},
      walk{"maps-walk-meets-munmap",     "maps-walk-meets-a-writer", "maps-walk-and-a-new-vma",      "maps-walk-and-mremap",
           "maps-walk-and-a-vma-behind", "maps-walk-finds-the-end",  "maps-walk-and-a-recycled-vma", "maps-walk-and-a-split"};
  const std::set<std::string> newer{"vma_assert_can_modify", "vma_assert_stabilised"};
  using Lacks = std::vector<std::set<std::string>>;
  const struct {
    std::string version;
    bool cve;
    int functions;  ///< that run, all of them the tree's
    Lacks lacks;
    std::set<std::string> left_out;  ///< assertions that the threads do without
  } trees[] = {
      {"6.15", true, 36, {killable, waits, walk}, newer},
      {"6.16-rc1", true, 36, {killable, waits, walk}, newer},
      {"6.17", false, 41, {killable, waits}, newer},
      {"6.18", false, 41, {killable, waits}, newer},
      {"6.19", false, 42, {waits}, newer},
      {"7.0", false, 47, {waits}, {"vma_assert_can_modify"}},
      {"newest", false, 49, {}, {}},
  };
  for (const auto& [version, cve, functions, lacks, left_out] : trees) {
    CAPTURE(version);
    const Verdicts all = check_all(tree(version));
    CAPTURE(all.report.dump());
    CHECK(all.code == (cve ? 1 : 0));
    CHECK(all.report["verdict"] == (cve ? "violation" : "pass"));
    CHECK(all.report["kernel"] == "Linux " + (version == "newest" ? "7.4" : version));
    CHECK(all.report["functions_run"] == functions);
    CHECK(all.report["functions_run_from_tree"] == functions);
    CHECK(all.report["model_functions"].empty());
    CHECK(all.report["assertions_left_out"] == json(left_out));
    std::set<std::string> lacking, bad, verdicts;
    for (const std::set<std::string>& scenarios : lacks) lacking.insert(scenarios.begin(), scenarios.end());
    if (cve) bad.insert("recycled-vma-and-exit");
    for (const auto& [verdict, scenarios] : all.scenarios) {
      CHECK_MESSAGE((verdict == "pass" || scenarios == (verdict == "not-applicable" ? lacking : bad)), verdict);
      verdicts.insert(verdict);
    }
    CHECK(verdicts.contains("no-use-after-free") == cve);
    CHECK(verdicts.contains("not-applicable") == !lacking.empty());
    CHECK(all.scenarios.at("pass").size() + lacking.size() + bad.size() == all.report["scenarios"].size());
  }
}

TEST_CASE("a bug put into a tree is found there") {
  const struct {
    std::string version, file, from, to, scenario, check;
  } bugs[] = {
      // The reader on another mm's VMA, with and without a reference on that mm.
      {"6.17", "include/linux/mmap_lock.h", "\t\tmmgrab(stranger);\n", "", "recycled-vma-and-exit", "no-use-after-free"},
      {"6.18", "mm/mmap_lock.c", "\t\tmmgrab(stranger);\n", "", "recycled-vma-and-exit", "no-use-after-free"},
      {"6.17", "include/linux/mmap_lock.h", "\t\trcu_read_lock();\n\t\treturn NULL;\n", "\t\treturn NULL;\n", "recycled-vma", "rcu-balanced"},
      // The killable lock as it first was: killed, and the flag stays up.
      {"6.19", "mm/mmap_lock.c",
       "\tif (refcount_sub_and_test(VMA_LOCK_OFFSET, &vma->vm_refcnt)) {\n\t\tWARN_ON_ONCE(!detaching);\n\t\terr = 0;\n\t}\n", "",
       "killable-writer-killed", "refcnt-class"},
      // 270065f514c5: the maple state of a section that was left. In 6.17 the retry is in the same section.
      {"6.18", "mm/mmap_lock.c", "\t\tmas_set(&mas, address);\n", "", "detach-alone", "iterator-valid"},
      {"7.0", "mm/mmap_lock.c", "\t\tmas_set(&mas, address);\n", "", "detach-alone", "iterator-valid"},
      // A VMA that was recycled within its mm: the address is another's.
      {"7.0", "mm/mmap_lock.c", "address < found->vm_end && address >= found->vm_start", "found", "recycled-in-the-same-mm", "right-vma"},
      {"7.0", "mm/mmap_lock.c", "\t\tWRITE_ONCE(vma->vm_lock_seq, seq);\n", "", "writer-waits-for-a-reader", "change-locked"},
      // A reader that does not look at the sequence again once it has its reference.
      {"7.0", "mm/mmap_lock.c", "if (likely(vma->vm_lock_seq != raw_read_seqcount(&mm->mm_lock_seq)))\n\t\treturn vma;\n", "return vma;\n",
       "writer-waits-for-a-reader", "exclusion"},
      {"newest", "include/linux/mmap_lock.h", "refcnt <= VM_REFCNT_EXCLUDE_READERS_FLAG + 1", "refcnt <= VM_REFCNT_EXCLUDE_READERS_FLAG",
       "standard-2-1-0", "no-stuck"},
      // The same, for the page right above; and a walk that does not look for a gap of one page.
      {"newest", "mm/mmap_lock.c", "address >= found->vm_start", "address + PAGE_SIZE >= found->vm_start", "recycled-in-the-same-mm", "right-vma"},
      {"7.0", "mm/mmap_lock.c", "next->vm_start > from && (", "next->vm_start > from + PAGE_SIZE && (", "maps-walk-and-a-split", "no-warning"},
      // A VMA of another mm, compared with its own mm.
      {"newest", "mm/mmap_lock.c", "vma_start_read(mm, next)", "vma_start_read(next->vm_mm, next)", "maps-walk-and-a-recycled-vma", "right-vma"},
      // What two address spaces must not share.
      {"newest", "mm/mmap_lock.c", "\tconst unsigned int seq = __vma_raw_mm_seqnum(vma);\n",
       "\tstatic unsigned int seq;\n\n\tseq = __vma_raw_mm_seqnum(vma);\n", "two-address-spaces", "change-locked"},
      {"newest", "mm/mmap_lock.c", "\tconst unsigned int goal = get_target_refcnt(ves);\n\tint err;\n",
       "\tstatic unsigned int goal;\n\tint err;\n\n\tgoal = get_target_refcnt(ves);\n", "two-address-spaces", "no-warning"},
      // A trylock that waits, and an assertion the wrong way round.
      {"6.15", "include/linux/mmap_lock.h", "return down_read_trylock(&mm->mmap_lock) != 0;", "down_read(&mm->mmap_lock);\n\treturn true;",
       "trylock-inside-rcu", "rcu-balanced"},
      {"newest", "include/linux/mmap_lock.h", "\tif (vma_is_attached(vma))\n\t\tvma_assert_write_locked",
       "\tif (!vma_is_attached(vma))\n\t\tvma_assert_write_locked", "assertions-on-a-new-vma", "no-warning"},
  };
  for (const auto& bug : bugs) {
    CAPTURE(bug.version);
    CAPTURE(bug.from);
    CHECK(breaks(edited_tree(bug.version, bug.file, bug.from, bug.to), bug.scenario, bug.check));
    CHECK_FALSE(breaks(tree(bug.version), bug.scenario, bug.check));
  }
}

TEST_CASE("a killable lock that cannot be killed is found, though it breaks no check") {
  const std::string edited = edited_tree("newest", "include/linux/mmap_lock.h", "__vma_start_write(vma, TASK_KILLABLE)",
                                         "__vma_start_write(vma, TASK_UNINTERRUPTIBLE)");
  const Outcome outcome = type("vmalab check --json --kernel '" + edited + "' killable-writer-killed");
  CHECK(outcome.code == 1);
  const json report = json::parse(outcome.out);
  CHECK(report["verdict"] == "goal-lost");
  CHECK(report["lost_goal"] == "Gone without the lock");
  const Outcome all = type("vmalab check --all --bisect --kernel '" + edited + "'");
  CHECK(all.code == 1);
  CHECK(all.out.find("LOST: \"Gone without the lock\", which must be able to happen, cannot") != std::string::npos);
  CHECK(type("vmalab check --kernel '" + tree("newest") + "' killable-writer-killed").code == 0);
}

TEST_CASE("what must be able to happen and cannot any more is found") {
  const std::string header = "include/linux/mmap_lock.h", killable = "killable-writer-killed", gone = "Gone without the lock",
                    before = "killed-before-mmap-lock", waiting = "Killed while it waits for mmap_lock";
  const struct {
    std::string version, file, from, to, scenario, goal;
  } bugs[] = {
      // Killed, and what comes back is not -EINTR.
      {"newest", header, "? 0 : __vma_start_write(", "? 0 : -__vma_start_write(", killable, gone},
      {"newest", "mm/mmap_lock.c", "\t__vma_end_exclude_readers(ves);\n\treturn err;", "\t__vma_end_exclude_readers(ves);\n\treturn -EAGAIN;",
       killable, gone},
      {"newest", header, "\treturn killed;\n", "\treturn killed ? -EAGAIN : 0;\n", before, waiting},
      // mmap_lock that cannot be killed, and one that is never had by trying.
      {"newest", header, "= down_write_killable(&mm->mmap_lock);", "= 0;\n\n\tdown_write(&mm->mmap_lock);", before, waiting},
      {"6.17", header, "return down_read_trylock(&mm->mmap_lock) != 0;", "return false;", "trylock-inside-rcu",
       "mmap_lock is free, and the program has it"},
  };
  for (const auto& bug : bugs) {
    CAPTURE(bug.to);
    const std::string edited = edited_tree(bug.version, bug.file, bug.from, bug.to);
    const json report = json::parse(type("vmalab check --json --kernel '" + edited + "' " + bug.scenario).out);
    CHECK(report["verdict"] == "goal-lost");
    CHECK(report["lost_goal"] == bug.goal);
    CHECK(type("vmalab check --kernel '" + tree(bug.version) + "' " + bug.scenario).code == 0);
  }
}

TEST_CASE("a kernel with the rwsem lock is refused, and what it has is named with its place") {
  check_refused("vmalab check --kernel '" + tree("6.12") + "'",
                "this tree (Linux 6.12) has the rwsem lock of Linux 6.4 to 6.14: struct vma_lock, include/linux/mm_types.h:6");
}

}  // namespace vmalab::testing

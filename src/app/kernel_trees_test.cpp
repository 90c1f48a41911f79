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

TEST_CASE("the lock of 7.0 and later holds, judged by its own text") {
  for (const std::string& version : std::vector<std::string>{"7.0", "newest"}) {
    CAPTURE(version);
    const Verdicts all = check_all(tree(version));
    CAPTURE(all.report.dump());
    CHECK(all.code == 0);
    CHECK(all.report["verdict"] == "pass");
    CHECK(all.report["model_functions"].empty());
    for (const auto& [verdict, scenarios] : all.scenarios) CHECK_MESSAGE((verdict == "pass" || verdict == "not-applicable"), verdict);
    for (const char* always : {"two-readers", "recycled-vma-and-exit", "spurious-wakeup-on-detach", "downgrade"}) {
      CHECK(all.scenarios.at("pass").contains(always));
    }
  }
}

TEST_CASE("a bug put into a tree is found there") {
  const struct {
    std::string version, file, from, to, scenario, check;
  } bugs[] = {
      {"7.0", "mm/mmap_lock.c", "\t\tWRITE_ONCE(vma->vm_lock_seq, seq);\n", "", "writer-waits-for-a-reader", "change-locked"},
      // 270065f514c5: the maple state of an RCU section that was left.
      {"7.0", "mm/mmap_lock.c", "\t\tmas_set(&mas, address);\n", "", "detach-alone", "iterator-valid"},
      // A VMA that was recycled within its mm: the address is another's.
      {"7.0", "mm/mmap_lock.c", "address < found->vm_end && address >= found->vm_start", "found", "recycled-in-the-same-mm", "right-vma"},
      // A reader that does not look at the sequence again once it has its reference.
      {"7.0", "mm/mmap_lock.c", "if (likely(vma->vm_lock_seq != raw_read_seqcount(&mm->mm_lock_seq)))\n\t\treturn vma;\n", "return vma;\n", "writer-waits-for-a-reader", "exclusion"},
      {"newest", "include/linux/mmap_lock.h", "refcnt <= VM_REFCNT_EXCLUDE_READERS_FLAG + 1", "refcnt <= VM_REFCNT_EXCLUDE_READERS_FLAG", "standard-2-1-0", "no-stuck"},
  };
  for (const auto& bug : bugs) {
    CAPTURE(bug.version);
    CAPTURE(bug.from);
    CHECK(breaks(edited_tree(bug.version, bug.file, bug.from, bug.to), bug.scenario, bug.check));
    CHECK_FALSE(breaks(tree(bug.version), bug.scenario, bug.check));
  }
}

}  // namespace vmalab::testing

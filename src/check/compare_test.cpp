// SPDX-License-Identifier: GPL-2.0-only
// A "kernel tree": the model's lock in a tree's files, with a part of it in other words, in the kernel's dialect. The
// faithful one must be the same as the model on every count; one with a mistake must be caught.
#include "check/compare.h"

#include "check/lockstep.h"
#include "check/outcomes.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace vmalab::check {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHeader = R"(/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_MMAP_LOCK_H
#define _LINUX_MMAP_LOCK_H
#include <linux/rwsem.h>

DECLARE_TRACEPOINT(some_event);
extern int rcuwait_wake_up(struct rcuwait *w);

#ifdef CONFIG_PER_VMA_LOCK
static inline __must_check bool dialect_flag_is_up(int count)
{
	return (count & VM_REFCNT_EXCLUDE_READERS_FLAG) && WAKE_AT(count);
}

static inline void vma_refcount_put(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	int old, left;

	__vma_lockdep_release_read(vma);
	left = __refcount_dec_and_test(&vma->vm_refcnt, &old) ? 0 : old - 1;
	if (likely(!left))
		return;
	if (unlikely(dialect_flag_is_up(left)))
		rcuwait_wake_up(&mm->vma_writer_wait);
}

static inline void vma_end_read(struct vm_area_struct *vma)
{
	vma_refcount_put(vma);
}
#endif /* CONFIG_PER_VMA_LOCK */

DEFINE_GUARD(mmap_read_lock, struct mm_struct *,
	     mmap_read_lock(_T), mmap_read_unlock(_T))

static inline int __must_check something_else(struct mm_struct *mm, unsigned long x[static 4])
{
	asm volatile("nop" ::: "memory");
	return mm->pgd ? 1.5 : 0;
}
#endif
)";

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void cut(std::string& text, const std::string& function) {
  const std::size_t begin = text.find(function);
  REQUIRE(begin != std::string::npos);
  text.erase(begin, text.find("\n}\n", begin) + 3 - begin);
}

/// A folder that is gone when the test is over.
struct Tree {
  explicit Tree(const std::string& wake_at) {
    std::string pattern = (fs::temp_directory_path() / "vmalab-tree-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root = pattern;
    fs::create_directories(root / "include/linux");
    fs::create_directories(root / "mm");
    const fs::path model = fs::path(VMALAB_TEST_ASSETS) / "kernel";
    std::string header = text_of(model / "mmap_lock.h");
    // The model's own has been read by then, and its guard with it.
    for (std::size_t at; (at = header.find("VMALAB_MMAP_LOCK_H")) != std::string::npos;) header.replace(at, 6, "LINUXS");
    cut(header, "static inline void vma_refcount_put(");
    cut(header, "static inline void vma_end_read(");
    std::ofstream(root / "include/linux/mmap_lock.h") << "#define WAKE_AT(count) " << wake_at << "\n" << header << kHeader;
    std::ofstream(root / "mm/mmap_lock.c") << "#include <linux/mm.h>\n"
                                           << text_of(model / "mmap_lock.c") << "EXPORT_SYMBOL_GPL(lock_vma_under_rcu);\n";
  }
  ~Tree() {
    std::error_code ignored;
    fs::remove_all(root, ignored);
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  fs::path root;
};

Comparison compare_on(const Tree& tree, int readers, int writers, int detachers) {
  const Scenario scenario = standard_scenario(readers, writers, detachers).value();
  const Machine model = Machine::build(scenario, CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value()).value();
  const Machine other = Machine::build(scenario, CodeBase::load_kernel(VMALAB_TEST_ASSETS, tree.root, {}).value()).value();
  CHECK(other.code().find("vma_refcount_put")->origin == SourceFile::Origin::kKernelTree);
  CHECK(other.code().find("vma_start_read")->origin == SourceFile::Origin::kKernelTree);
  CheckOptions options;
  options.jobs = 2;
  return compare(model, other, options).value();
}

using Edits = std::vector<std::pair<std::string, std::string>>;

/// The model with the first place of each that has it replaced.
Machine edited(const Scenario& scenario, const Edits& edits) {
  std::vector<CodeBase::Text> texts = CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config).value().texts();
  for (const auto& [from, to] : edits) {
    bool found = false;
    for (CodeBase::Text& text : texts) {
      const std::size_t at = text.text.find(from);
      if (at == std::string::npos || found) continue;
      text.text.replace(at, from.size(), to);
      found = true;
    }
    REQUIRE(found);
  }
  return Machine::build(scenario, CodeBase::load_texts(std::move(texts), scenario.config).value()).value();
}

constexpr std::uint64_t kNever = ~std::uint64_t{0} >> 1;

/// Drives it by calls of so many steps; at the call `stop_at`, counted from 0, it is stopped.
Comparison in_pieces(const Machine& model, const Machine& other, int jobs, std::uint64_t steps, std::uint64_t stop_at = kNever,
                     std::uint64_t* calls = nullptr) {
  CheckOptions options;
  options.jobs = jobs;
  Compare work(model, other, options);
  std::uint64_t call = 0;
  for (;; ++call) {
    if (call == stop_at) work.stop();
    if (work.advance({steps}) == Status::kDone) break;
    if (call > stop_at + 64) FAIL("it goes on though it was stopped");
  }
  CHECK(work.advance({steps}) == Status::kDone);
  if (calls != nullptr) *calls = call;
  return work.result().value();
}

void check_equal(const Comparison& one, const Comparison& other) {
  CHECK(one.outcomes == other.outcomes);
  CHECK(one.accesses == other.accesses);
  CHECK(one.reason == other.reason);
  CHECK(one.difference == other.difference);
  CHECK(one.access_difference == other.access_difference);
  CHECK(one.shown_on_tree == other.shown_on_tree);
  CHECK(one.trace == other.trace);
  CHECK(one.model.states == other.model.states);
  CHECK(one.tree.states == other.tree.states);
}

Comparison compare_edited(const char* scenario_name, const std::string& from, const std::string& to, std::size_t memory_mib = 0) {
  const Scenario scenario = find_scenario(VMALAB_TEST_ASSETS, scenario_name).value();
  const Machine model = Machine::build(scenario, CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config).value()).value();
  CheckOptions options;
  options.jobs = 2;
  options.memory_mib = memory_mib;
  return compare(model, edited(scenario, {{from, to}}), options).value();
}

constexpr const char* kAddressCheck = "address < vma->vm_start || address >= vma->vm_end";

}  // namespace

TEST_CASE("a look at the address left out is another outcome: the wrong VMA is used") {
  const Comparison c = compare_edited("recycled-in-the-same-mm", kAddressCheck, "0");
  CHECK(c.accesses == Comparison::Answer::kDifferent);
  CHECK(c.access_difference.find("vm_start") != std::string::npos);
  CHECK(c.outcomes == Comparison::Answer::kDifferent);
  CHECK(c.shown_on_tree);
  CHECK_FALSE(c.trace.empty());
}

TEST_CASE("the same two loads the other way round are other accesses with the same outcomes") {
  const Comparison c = compare_edited("recycled-in-the-same-mm", kAddressCheck, "address >= vma->vm_end || address < vma->vm_start");
  CHECK(c.outcomes == Comparison::Answer::kSame);
  CHECK(c.accesses == Comparison::Answer::kDifferent);
  CHECK(c.difference.empty());
  CHECK(c.access_difference.find("on the tree") != std::string::npos);
  CHECK_FALSE(c.trace.empty());
}

namespace {

struct Pair {
  const char* scenario;
  Edits of_model, of_tree;
  const char* difference;  ///< in the outcomes, has this in it; empty: there is none
};

const Edits kNoAddress = {{kAddressCheck, "0"}};
const Edits kOneReader = {{"&before, VM_REFCNT_LIMIT))) {", "&before, 2))) {"}};
const Pair kPairs[] = {
    {"recycled-in-the-same-mm", {}, kNoAddress, "the verdict: pass on the model"},
    {"recycled-in-the-same-mm", {}, {{kAddressCheck, "address >= vma->vm_end || address < vma->vm_start"}}, ""},
    {"recycled-in-the-same-mm", kNoAddress, {{kAddressCheck, "vma->vm_start == 1"}}, ""},  // every check alone
    {"two-readers", {}, kOneReader, "vm_refcnt goes from 2 to 3 in one step only on the model"},
    {"killed-before-mmap-lock",
     {},
     {{"vma_start_write(vma);\n\t\tchange_vma(vma);\n\t}\n\tmmap_write_unlock(mm);\n\treturn 0;",
       "vma_start_write(vma);\n\t\tchange_vma(vma);\n\t}\n\tmmap_write_unlock(mm);\n\treturn 5;"}},
     "w2 returned 5"},
};

}  // namespace

TEST_CASE("a comparison in pieces of any size, by any number of workers, says the same") {
  for (const Pair& pair : kPairs) {
    CAPTURE(pair.difference);
    const Scenario scenario = find_scenario(VMALAB_TEST_ASSETS, pair.scenario).value();
    const Machine model = edited(scenario, pair.of_model), tree = edited(scenario, pair.of_tree);
    const Comparison expected = in_pieces(model, tree, 1, kNever);
    CHECK(expected.accesses == Comparison::Answer::kDifferent);
    CHECK(expected.outcomes == (*pair.difference == 0 ? Comparison::Answer::kSame : Comparison::Answer::kDifferent));
    CHECK(expected.difference.find(pair.difference) != std::string::npos);
    CHECK_FALSE(expected.trace.empty());
    check_equal(in_pieces(model, tree, 3, 1), expected);
    check_equal(in_pieces(model, tree, 1, 7), expected);
  }
}

TEST_CASE("a comparison that is stopped, wherever it is, ends soon and says nothing that is not so") {
  for (const Pair& pair : kPairs) {
    CAPTURE(pair.difference);
    const Scenario scenario = find_scenario(VMALAB_TEST_ASSETS, pair.scenario).value();
    const Machine model = edited(scenario, pair.of_model), tree = edited(scenario, pair.of_tree);
    std::uint64_t calls = 0;
    const Comparison expected = in_pieces(model, tree, 1, 7, kNever, &calls);
    for (std::uint64_t call = 0; call < calls; call += calls / 25) {
      CAPTURE(call);
      const Comparison stopped = in_pieces(model, tree, 1, 7, call);
      if (stopped.outcomes != Comparison::Answer::kUnknown) {
        CHECK(stopped.outcomes == expected.outcomes);
        CHECK(stopped.difference == expected.difference);
        CHECK((stopped.trace.empty() || stopped.trace == expected.trace));
      } else {
        CHECK(stopped.reason.find("stopped") != std::string::npos);
      }
      CHECK((stopped.accesses == Comparison::Answer::kUnknown || stopped.accesses == expected.accesses));
    }
  }
}

TEST_CASE("outcomes and lockstep end where the memory they may use ends") {
  const Scenario scenario = find_scenario(VMALAB_TEST_ASSETS, "recycled-in-the-same-mm").value();
  const Machine machine = edited(scenario, {});
  Outcomes whole(machine, 0, 1);
  drive(whole, {});
  CHECK(whole.end() == SearchEnd::kComplete);
  CHECK_FALSE(whole.endings().empty());
  CHECK_FALSE(whole.uses().empty());
  bool was_too_little = false;
  SearchEnd end = SearchEnd::kMemory;
  for (std::size_t limit = 1u << 16; end == SearchEnd::kMemory; limit += limit / 8) {
    Outcomes outcomes(machine, limit, 1);
    drive(outcomes, {});
    end = outcomes.end();
    was_too_little = was_too_little || end == SearchEnd::kMemory;
    if (end == SearchEnd::kComplete) CHECK(outcomes.endings() == whole.endings());
  }
  CHECK(end == SearchEnd::kComplete);
  CHECK(was_too_little);
  Lockstep little(machine, machine, {"the model", "the tree"}, 1);
  CHECK(little.advance({1000}) == Status::kDone);
  CHECK(little.end() == SearchEnd::kMemory);
  Lockstep enough(machine, machine, {"the model", "the tree"}, 0);
  drive(enough, {});
  CHECK(enough.end() == SearchEnd::kComplete);
}

TEST_CASE("what could not be searched is neither the same nor different") {
  const Comparison c = compare_edited("one-unlock-ends-many", kAddressCheck, "address >= vma->vm_end || address < vma->vm_start", 1);
  CHECK(c.outcomes == Comparison::Answer::kUnknown);
  CHECK(c.accesses != Comparison::Answer::kSame);
  CHECK_FALSE(c.reason.empty());
}

TEST_CASE("a tree that says the same in other words is the same") {
  const Tree tree("(count) <= VM_REFCNT_EXCLUDE_READERS_FLAG + 1");
  for (const auto& [r, w, d] : {std::tuple{1, 1, 0}, {2, 0, 1}, {1, 1, 1}}) {
    const Comparison c = compare_on(tree, r, w, d);
    CHECK(c.outcomes == Comparison::Answer::kSame);
    CHECK(c.accesses == Comparison::Answer::kSame);
    CHECK(c.difference.empty());
    CHECK(c.access_difference.empty());
    CHECK(c.model.states == c.tree.states);
    // The report says which functions the tree did not have.
    const auto from_model = [](const CheckReport& report, std::string_view name) {
      return std::find(report.model_functions.begin(), report.model_functions.end(), name) != report.model_functions.end();
    };
    CHECK(c.model.model_functions.empty());
    CHECK(from_model(c.tree, "prepare_to_rcuwait"));
    CHECK_FALSE(from_model(c.tree, "vma_start_read"));
    CHECK_FALSE(from_model(c.tree, "vma_end_read"));
    CHECK_FALSE(from_model(c.tree, "vma_start_write_killable"));  // no thread runs it
  }
}

TEST_CASE("a tree with a mistake is caught, with a run that shows it") {
  const Tree tree("(count) == VM_REFCNT_EXCLUDE_READERS_FLAG + 1");
  CHECK(compare_on(tree, 1, 1, 0).accesses == Comparison::Answer::kSame);  // a writer alone cannot tell
  const Comparison c = compare_on(tree, 1, 0, 1);
  CHECK(c.outcomes == Comparison::Answer::kDifferent);
  CHECK(c.accesses == Comparison::Answer::kDifferent);
  CHECK(c.tree.check == &properties::kNoStuck);
  CHECK(c.shown_on_tree);
  CHECK(c.trace.size() == 43);
  CHECK(c.difference.find("no-stuck") != std::string::npos);
}

TEST_CASE("a variant of the assets that redefines nothing is an error that says so, anybody's own file may") {
  const Tree tree("(count) > 0");
  fs::create_directories(tree.root / "variants");
  for (const char* text : {"", "int f;", "static int unheard_of(int x) { return x; }\n"}) {
    std::ofstream(tree.root / "nothing.c") << text;
    CHECK(CodeBase::load_model(VMALAB_TEST_ASSETS, {}, tree.root / "nothing.c").has_value());
    std::ofstream(tree.root / "variants/nothing.c") << text;
    const auto code = CodeBase::load_model(VMALAB_TEST_ASSETS, {}, tree.root / "variants/nothing.c");
    REQUIRE_FALSE(code.has_value());
    CHECK(code.error().message.find("redefines none") != std::string::npos);
  }
}

TEST_CASE("a folder without the lock's files is an error that names the file") {
  const auto code = CodeBase::load_kernel(VMALAB_TEST_ASSETS, fs::temp_directory_path(), {});
  REQUIRE_FALSE(code.has_value());
  CHECK(code.error().message.find("mmap_lock") != std::string::npos);
  CHECK_FALSE(CodeBase::load_kernel(VMALAB_TEST_ASSETS, "/nowhere/at/all", {}).has_value());
}

}  // namespace vmalab::check

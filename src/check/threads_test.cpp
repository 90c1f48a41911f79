// SPDX-License-Identifier: GPL-2.0-only
// Searches with several workers, many and small, so that every table grows while others look. ThreadSanitizer runs this file
// in every build; the numbers must not depend on how the workers interleave.
#include <doctest/doctest.h>

#include <string>

#include "check/checker.h"
#include "check/test_models.h"

namespace vmalab::check {
namespace {

using testing::standard;

/// Two threads that never end, with tables that grow level by level.
Machine endless() {
  std::vector<CodeBase::Text> texts = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value().texts();
  texts.push_back({"variants/case.c",
                   "void reader(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n\tunsigned long seen;\n\n"
                   "\trcu_read_lock();\n\tvma = vma_lookup(mm, addr);\n\trcu_read_unlock();\n"
                   "\tdo {\n\t\tWRITE_ONCE(vma->vm_end, (READ_ONCE(vma->vm_end) * 3 + 1) & 0xf);\n\t\tseen = READ_ONCE(vma->vm_start);\n"
                   "\t\tWRITE_ONCE(vma->vm_start, (seen + 1) & 7);\n\t} while (seen < 100);\n}\n",
                   SourceFile::Origin::kVariant});
  return Machine::build(standard_scenario(2, 0, 0).value(), CodeBase::load_texts(std::move(texts), {}).value()).value();
}

CheckReport check(const Machine& machine, int jobs, const std::string& goal = {}, std::vector<const Property*> only = {}) {
  CheckOptions options;
  options.jobs = jobs;
  options.goal = goal;
  options.only = std::move(only);
  return run_check(machine, options).value();
}

}  // namespace

TEST_CASE("the numbers do not depend on how the workers interleave") {
  const Machine machine = standard(2, 1, 0);
  const CheckReport alone = check(machine, 1);
  for (int i = 0; i < 5; ++i) {
    const CheckReport report = check(machine, 4);
    CHECK(report.verdict == CheckReport::Verdict::kPass);
    CHECK(report.states == alone.states);
    CHECK(report.transitions == alone.transitions);
    CHECK(report.depth_histogram == alone.depth_histogram);
  }
  CHECK(check(machine, 4, "vma0->vm_refcnt == 3").verdict == CheckReport::Verdict::kGoalFound);
  CHECK(check(machine, 4, "vma0->vm_refcnt == 7").verdict == CheckReport::Verdict::kGoalUnreachable);
}

TEST_CASE("a search that fits into memory is never incomplete") {
  const Machine machine = endless();
  const std::uint64_t states = check(machine, 1, "", {&properties::kNoWarning}).states;
  for (int i = 0; i < 100; ++i) {
    const CheckReport report = check(machine, 4, "", {&properties::kNoWarning});
    REQUIRE(report.verdict == CheckReport::Verdict::kPass);
    REQUIRE(report.states == states);
  }
  for (int i = 0; i < 3; ++i) CHECK(check(machine, 3, "", {&properties::kTermination}).check == &properties::kTermination);
}

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// Code of somebody's own that relies on what keeps an address space or a VMA: its users, its owner. Right and wrong, over all
// interleavings with the exit or the detach that it is up against.
#include <doctest/doctest.h>

#include <string>

#include "check/checker.h"
#include "check/naive_search.h"
#include "machine/describe.h"

namespace vmalab::check {
namespace {

/// A process that exits, and another thread, h1, that has a reference on its mm_struct.
const std::string kExit =
    "title = \"exit\"\n[[mm]]\nname = \"mm0\"\ncount = 2\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n[[vma]]\nname = \"vma1\"\nmm = \"mm0\"\n"
    "start = 0x4000\nend = 0x6000\n[[thread]]\nname = \"x1\"\nrun = \"exiter(mm0)\"\n[[thread]]\nname = \"h1\"\nrun = \"holder(mm0, 0x1000)\"\n";
/// A VMA that is detached and kept, and h1, another thread of the process.
const std::string kDetach =
    "title = \"detach\"\n[[mm]]\nname = \"mm0\"\n[[vma]]\nname = \"vma0\"\nmm = \"mm0\"\n"
    "[[thread]]\nname = \"d1\"\nrun = \"detacher(mm0, 0x1000)\"\n[[thread]]\nname = \"h1\"\nrun = \"holder(mm0, 0x1000)\"\n";

std::string holder(const std::string& body) {
  return "void holder(struct mm_struct *mm, unsigned long addr)\n{\n\tstruct vm_area_struct *vma;\n" + body + "}\n";
}

/// What a check says, the same with and without reductions and by the naive search; and in a sentence what was broken.
struct Answer {
  const Property* broken = nullptr;
  std::string text;
};
Answer check(const std::string& toml, const std::string& own) {
  CAPTURE(own);
  std::vector<CodeBase::Text> texts = CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value().texts();
  texts.push_back({"own.c", own, SourceFile::Origin::kOwn});
  auto code = CodeBase::load_texts(std::move(texts), {});
  REQUIRE_MESSAGE(code, code.error().to_string());
  const auto machine = Machine::build(parse_scenario(toml, "test", "test.toml").value(), std::move(*code));
  REQUIRE_MESSAGE(machine, machine.error().to_string());
  const NaiveResult naive = naive_search(*machine);
  Answer answer;
  for (const bool reduced : {true, false}) {
    CheckOptions options;
    options.symmetry = options.partial_order = reduced;
    const auto report = run_check(*machine, options);
    REQUIRE_MESSAGE(report, report.error().to_string());
    answer.broken = report->check;
    CHECK((naive.violations == 0) == (report->verdict == CheckReport::Verdict::kPass));
    if (!report->check) continue;
    CHECK((naive.violations & bit_of(*report->check)) != 0);
    StateValue state = machine->initial();
    StepInfo info;
    for (const Action& action : report->trace) machine->step(state, action, info);
    answer.text = violation_text(*machine, info, *report->check);
  }
  return answer;
}

const std::string kLook =
    "\t\tmmap_read_lock(mm);\n\t\tvma = vma_lookup(mm, addr);\n\t\tWARN_ON(!vma);\n\t\tuse_vma(vma);\n\t\tmmap_read_unlock(mm);\n";

}  // namespace

TEST_CASE("a user of the address space keeps it, and who puts the last use takes it down") {
  const Answer right = check(kExit, holder("\tif (mmget_not_zero(mm)) {\n" + kLook + "\t\tmmput(mm);\n\t}\n\tmmdrop(mm);\n"));
  CHECK_MESSAGE(!right.broken, right.text);
  // With a reference on the mm_struct alone it may be gone.
  CHECK(check(kExit, holder("\t{\n" + kLook + "\t}\n\tmmdrop(mm);\n")).broken != nullptr);
}

TEST_CASE("a use of the address space that is never put is found") {
  const Answer leak = check(kExit, holder("\tif (mmget_not_zero(mm)) {\n" + kLook + "\t}\n\tmmdrop(mm);\n"));
  CHECK(leak.broken == &properties::kNoWarning);
  CHECK(leak.text == "h1 ends while it still holds mm0->mm_users: what mmget() took of it, mmput() has to give back");
}

TEST_CASE("a use of the address space that is put twice is found") {
  const Answer twice = check(kExit, holder("\tif (mmget_not_zero(mm)) {\n\t\tmmput(mm);\n\t\tmmput(mm);\n\t}\n\tmmdrop(mm);\n"));
  CHECK(twice.broken != nullptr);
  CHECK(twice.text.find("mm0->mm_users") != std::string::npos);
}

TEST_CASE("nobody becomes a user of an address space that has none") {
  const Answer late = check(kExit, holder("\tmmget(mm);\n\tmmput(mm);\n\tmmdrop(mm);\n"));
  CHECK(late.broken == &properties::kRefcountSane);
  CHECK(late.text ==
        "h1 changes mm0->mm_users, which is 0: the last user has gone, and the address space is taken down; mmget_not_zero() would say so");
  // One that comes while another user is there is right.
  const std::string early =
      "static int ready;\nvoid exiter(struct mm_struct *mm)\n{\n\twhile (!READ_ONCE(ready))\n\t\tcpu_relax();\n\tmmput(mm);\n}\n";
  CHECK(!check(kExit, early + holder("\tmmget(mm);\n\tWRITE_ONCE(ready, 1);\n" + kLook + "\tmmput(mm);\n\tmmdrop(mm);\n")).broken);
}

TEST_CASE("mmput() may sleep") {
  CHECK(check(kExit, holder("\tif (mmget_not_zero(mm)) {\n\t\trcu_read_lock();\n\t\tmmput(mm);\n\t\trcu_read_unlock();\n\t}\n\tmmdrop(mm);\n"))
            .broken == &properties::kNoWarning);
}

TEST_CASE("a VMA that was detached since it was found is its owner's, whoever has mmap_lock") {
  const std::string found = "\tmmap_read_lock(mm);\n\tvma = vma_lookup(mm, addr);\n\tmmap_read_unlock(mm);\n\tmmap_read_lock(mm);\n";
  for (const char* use : {"\tif (vma)\n\t\tuse_vma(vma);\n", "\tif (vma)\n\t\tWARN_ON(vma->vm_start > addr);\n"}) {
    const Answer late = check(kDetach, holder(found + use + "\tmmap_read_unlock(mm);\n"));
    CHECK(late.broken == &properties::kUseLocked);
    CHECK(late.text == "h1 uses vma0, which was detached since it was found: nothing keeps it but who detached it");
    CHECK(!check(kDetach, holder(found + "\tvma = vma_lookup(mm, addr);\n" + use + "\tmmap_read_unlock(mm);\n")).broken);
  }
  // Found under RCU, and mmap_lock taken after that.
  const std::string walk = "\tMA_STATE(mas, &mm->mm_mt, addr, addr);\n\n\trcu_read_lock();\n\tvma = mas_walk(&mas);\n";
  const std::string end = "\t\tuse_vma(vma);\n\t\tmmap_read_unlock(mm);\n\t}\n\trcu_read_unlock();\n";
  CHECK(check(kDetach, holder(walk + "\tif (vma && mmap_read_trylock(mm)) {\n" + end)).broken == &properties::kUseLocked);
  CHECK(!check(kDetach, holder("\trcu_read_lock();\n\tif (mmap_read_trylock(mm)) {\n\t\tvma = vma_lookup(mm, addr);\n\t\tif (vma)\n" + end)).broken);
}

TEST_CASE("who detached a VMA may use it, and whom it is handed to") {
  const std::string detach =
      "\tmmap_write_lock(mm);\n\tvma = vma_lookup(mm, addr);\n\tvma_start_write(vma);\n\tvma_mark_detached(vma);\n\tvma_erase(mm, vma);\n"
      "\tmmap_write_unlock(mm);\n";
  const std::string nobody = "void detacher(struct mm_struct *mm, unsigned long addr) { }\n";
  CHECK(!check(kDetach, nobody + holder(detach + "\tuse_vma(vma);\n\tvm_area_free(vma);\n")).broken);
  const std::string takes =
      "static struct vm_area_struct *given;\nvoid detacher(struct mm_struct *mm, unsigned long addr)\n{\n"
      "\tstruct vm_area_struct *vma = READ_ONCE(given);\n\n\tif (!vma)\n\t\treturn;\n\tWARN_ON(vma->vm_start != addr);\n\tuse_vma(vma);\n\tvm_area_free(vma);\n}\n";
  CHECK(!check(kDetach, takes + holder(detach + "\tWRITE_ONCE(given, vma);\n")).broken);
}

}  // namespace vmalab::check

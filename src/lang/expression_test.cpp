// SPDX-License-Identifier: GPL-2.0-only
#include "lang/lang_test_support.h"

using namespace vmalab;
using namespace vmalab::test;

namespace {

const char* const kText = R"(
#define FLAG (1U << 30)
static bool is_attached(struct vm_area_struct *vma) { return refcount_read(&vma->vm_refcnt); }
static void change(struct vm_area_struct *vma) { vma->vm_start = 1; }
static int spin(struct vm_area_struct *vma) { while (READ_ONCE(vma->vm_start)) ; return 1; }
)";

Word value(const std::string& expression, std::map<Word, Word> memory = {}) {
  const Result<Program> program = code(kText).lower_expression(expression, objects(), "goal");
  if (!program) FAIL(program.error().to_string());
  return run(*program, std::move(memory)).result;
}

std::string error(const std::string& expression) {
  const Result<Program> program = code(kText).lower_expression(expression, objects(), "goal");
  return program ? "no error" : position(program.error());
}

}  // namespace

TEST_CASE("expressions over a state") {
  const Word refcnt = vma_address(0, VmaField::kRefcnt);
  CHECK(value("1 + 2") == 3);
  CHECK(value("vma0->vm_refcnt == FLAG + 1", {{refcnt, (1u << 30) + 1}}) == 1);
  CHECK(value("vma0->vm_refcnt & FLAG && vma0->vm_refcnt > FLAG", {{refcnt, 1u << 30}}) == 0);
  CHECK(value("is_attached(vma0)", {{refcnt, 3}}) == 1);
  CHECK(value("mm0->vma_writer_wait.task == w1", {{mm_address(0, MmField::kVmaWriterWait), task_address(1)}}) == 1);
  CHECK(value("mm0->mm_lock_seq.sequence & 1 ? 7 : 8", {{mm_address(0, MmField::kMmLockSeq), 5}}) == 7);
  CHECK(value("7 % 4 + -7 / 2 + (vma0 != NULL)") == 1);
}

TEST_CASE("questions become queries") {
  const Result<Program> program = code(kText).lower_expression("holds_read_lock(r1, vma1) && !thread_done(w1) && in_function(r1, is_attached)",
                                                               objects(), "goal");
  REQUIRE(program);
  std::vector<Instr> queries;
  for (const Instr& instr : program->code) {
    if (instr.op == Op::kQuery) queries.push_back(instr);
  }
  REQUIRE(queries.size() == 3);
  CHECK(queries[0].imm == static_cast<std::uint32_t>(Query::kReadLocked));
  CHECK(queries[0].a.value == task_address(0));
  CHECK(queries[0].b.value == vma_address(1));
  CHECK(queries[1].imm == static_cast<std::uint32_t>(Query::kDone));
  CHECK(queries[1].a.value == task_address(1));
  CHECK(program->strings[queries[2].b.value] == "is_attached");
}

TEST_CASE("an expression looks and changes nothing") {
  for (const char* text : {"vma0->vm_start = 1", "vma0->vm_start++", "change(vma0)", "refcount_inc(&vma0->vm_refcnt)", "schedule()", "WARN_ON(1)",
                           "down_read_trylock(&mm0->mmap_lock)", "rcu_read_lock()", "spin(vma0)", "current == r1"}) {
    CAPTURE(text);
    CHECK(error(text) != "no error");
  }
}

TEST_CASE("mistakes name their column") {
  CHECK(error("vma0->vm_refcnt == x") == "goal:1:20: undeclared identifier `x`; there are mm0, mm1, vma0, vma1, r1, w1");
  CHECK(error("1 +") == "goal:1:4: expected an expression, not the end of the text");
  CHECK(error("1 2").starts_with("goal:1:3: unexpected `2`"));
  CHECK(error("").starts_with("goal:1:1: "));
  CHECK(error("thread_done(vma0)") == "goal:1:13: expected the name of a thread");
  CHECK(error("thread_done(r1, w1)").starts_with("goal:1:1: `thread_done` takes 1 arguments"));
  CHECK(error("vm_refcnt == 1") == "goal:1:1: undeclared identifier `vm_refcnt`; did you mean `vma0->vm_refcnt`?");
  CHECK(error("vma0->vm_refcnt == FLAG + 1") == "no error");
  CHECK(error("in_function(r1, nothing)") == "goal:1:17: expected the name of a function");
  CHECK(error("vma0->vm_refcnt % 3") == "goal:1:1: division is only supported between constants, and of an unsigned number by a power of two");
  CHECK(error("1 / 0") == "goal:1:1: division by zero");
  CHECK(error("mm0->mmap_lock").starts_with("goal:1:1: "));
}

// SPDX-License-Identifier: GPL-2.0-only
// `vmalab why` as it is typed: a value, a thread, a check; of a scenario, a variant, a trace, a link and a kernel tree.
#include <nlohmann/json.hpp>

#include "app/test_typing.h"

namespace vmalab {
namespace {

using namespace testing;
using Json = nlohmann::json;

std::string told(const std::string& words) {
  const Outcome outcome = type("COLUMNS=100 vmalab why " + words);
  CAPTURE(words);
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  return outcome.out;
}

const char* kRun = "--readers 1 --writers 1 --schedule r1*5,w1*16 ";

TEST_CASE("why tells who made a value so, what that step had read, and who is next") {
  const std::string text = told(std::string(kRun) + "end 'vma0->vm_refcnt'");
  CHECK(contains(text, "vma0->vm_refcnt is FLAG+2 since step "));
  CHECK(contains(text, "w1 adds FLAG to vma0->vm_refcnt (2 -> FLAG+2)"));
  CHECK(contains(text, "Before, it was 2."));
  CHECK(contains(text, "vma0->vm_refcnt (1 -> 2)"));
  CHECK(contains(text, "vma0->vm_refcnt = 1 (from the start)"));
  CHECK(contains(told("writer-waits-for-a-reader 20 'vma0->vm_refcnt' --next"), "Written next at step "));
  CHECK(contains(told("writer-waits-for-a-reader 0 'mm0->mmap_lock'"), "free from the start: nobody has written it yet"));
  // Never true, and what it compares was written all the time.
  const std::string never = told("writer-waits-for-a-reader 20 'vma0->vm_refcnt == 7'");
  CHECK(contains(never, "vma0->vm_refcnt == 7 is 0 from the start, and was so all the time up to step 20."));
  CHECK_FALSE(contains(never, "nobody has written it"));
  CHECK(contains(told("writer-waits-for-a-reader end 'mm0->mm_users' --next"), "It stays 1 to the end of this run."));
  CHECK(contains(told("writer-waits-for-a-reader 3 'holds_mmap_write(w1, mm0)' --next"), "It changes to 1 at step "));
}

TEST_CASE("why says the same as JSON") {
  const Json value = Json::parse(told(std::string(kRun) + "end 'vma0->vm_refcnt' --json"));
  CHECK(value["kind"] == "value");
  CHECK(value["word"] == (1u << 30) + 2);
  CHECK(value["since"]["thread"] == "w1");
  CHECK(value["since"]["line"].get<int>() > 0);
  CHECK(value["chain"][0]["step"] == value["since"]["step"]);
  CHECK(value["chain"][0]["read"].size() >= 2);
  CHECK(value["next_read"].is_null());
  const Json thread = Json::parse(told(std::string(kRun) + "end w1 --json"));
  CHECK(thread["status"] == "asleep");
  CHECK(thread["who"][0]["thread"] == "r1");
  CHECK(thread["way"][0]["thread"] == "r1");
  const Json check = Json::parse(told("--variant put-wakes-freed-mm end no-use-after-free --json"));
  CHECK(check["broken"] == true);
  CHECK(check["false"] == "mm1->mm_count != 0");
  CHECK(check["made_of"][0]["since"].get<int>() > 0);
}

TEST_CASE("why a thread waits: who holds what, since when, and whose steps would free it") {
  const std::string text = told(std::string(kRun) + "end w1");
  CHECK(contains(text, "w1 sleeps (UNINTERRUPTIBLE) until vma0->vm_refcnt is FLAG+1"));
  CHECK(contains(text, "r1 has 1 reference on vma0 since step 4"));
  CHECK(contains(text, "steps of r1 would free w1; the last "));
  CHECK(contains(told("--readers 0 --writers 2 --schedule 'w1*8' end w2"), "w1 holds mm0->mmap_lock for write since step "));
  CHECK(contains(told("writer-waits-for-a-reader end r1"), "r1 is done"));
  CHECK(contains(told("writer-waits-for-a-reader 1 r1"), "r1 can go on: next it is to "));
}

TEST_CASE("why a check is false: the term, and the steps that made it so") {
  const std::string text = told("--variant put-wakes-freed-mm end no-use-after-free");
  CHECK(contains(text, "False: mm1->mm_count != 0"));
  CHECK(contains(text, "mm1->mm_count is 0 since step "));
  CHECK(contains(told("--variant put-wakes-freed-mm 3 no-use-after-free"), "It is broken at step "));
  CHECK(contains(told("writer-waits-for-a-reader 3 exclusion"), "Nothing breaks it in this run."));
  CHECK(contains(told("writer-waits-for-a-reader 3 termination"), "no single run shows"));
}

TEST_CASE("why a warning's condition is met: its values, also those that no step wrote, and what chose the way there") {
  const std::string text = told("--variant v3-exit-assert end no-warning");
  CHECK(contains(text, "the condition of VM_WARN_ON_ONCE(!ves->exclusive)"));
  CHECK(contains(text, "w1:ves->exclusive is false on the way that it took: no step wrote it."));
  CHECK(contains(text, "w1's fatal signal = pending (since step 5)"));
  CHECK(contains(text, "vma0->vm_refcnt = FLAG+2"));
  const Json check = Json::parse(told("--variant v3-exit-assert end no-warning --json"));
  CHECK(check["met"] == "!ves->exclusive");
  CHECK(check["broken_at"] == 25);
  CHECK(check["made_of"][0]["name"] == "w1:ves->exclusive");
  CHECK(check["made_of"][0]["since"].is_null());
  CHECK(check["chain"].size() >= 3);
  // Of a condition that reads: what it had read.
  CHECK(Json::parse(told("--variant detach-no-wait end no-warning --json"))["met"] == "vma_is_attached(vma)");
}

TEST_CASE("why of a trace, a link and a kernel tree") {
  const std::string trace = file_named("why.jsonl");
  REQUIRE(type("vmalab run two-readers --schedule 'r1*5' --record " + trace).code == 0);
  CHECK(contains(told(trace + " end 'vma0->vm_refcnt'"), "vma0->vm_refcnt (1 -> 2)"));
  const std::string link = type("vmalab run two-readers --schedule 'r1*5' --link").out;
  CHECK(told("'" + link.substr(0, link.find('\n')) + "' end 'vma0->vm_refcnt'") == told(trace + " end 'vma0->vm_refcnt'"));
  const std::string tree = std::string(VMALAB_TEST_TREES) + "/7.0";
  CHECK(contains(told("--kernel " + tree + " " + kRun + "end 'vma0->vm_refcnt'"), "(mm/mmap_lock.c:"));
}

TEST_CASE("bad words to why are refused in one sentence") {
  check_refused("vmalab why two-readers 900 'vma0->vm_refcnt'", "it has 0, the start, to ");
  check_refused("vmalab why two-readers -1 'vma0->vm_refcnt'", "-1");
  check_refused("vmalab why two-readers x 'vma0->vm_refcnt'", "\"x\" is no step of this run");
  check_refused("vmalab why two-readers 3 'vma0->refcnt'", "vm_refcnt");
  const Outcome nobody = type("vmalab why two-readers 3 nobody");
  CHECK(nobody.code == 2);
  for (const char* known :
       {"\n  values    ", "vma0->vm_refcnt", "\n  of r1     r1:", "\n  threads   r1, r2\n", "\n  checks    ", "exclusion, ", "no-stuck"}) {
    CAPTURE(known);
    CHECK(contains(nobody.err, known));
  }
  std::istringstream lines(nobody.err);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 100);
  const Outcome dashed = type("vmalab why two-readers 3 no-such");
  CHECK(dashed.code == 2);
  CHECK(contains(dashed.err, "nothing here is called \"no-such\"\n"));
  CHECK(contains(dashed.err, "\n  values    "));
  check_refused("vmalab why two-readers 3 r1:nothing", "r1 has no value \"nothing\" at this step; it has ");
  check_refused("vmalab why two-readers 3 'vma0->vm_refcnt +'", "expected an expression");
  check_refused("vmalab why two-readers 3", "needs a run, a step of it and what");
  check_refused("vmalab why", "needs a run, a step of it and what");
  check_refused("vmalab why no-such-run 3 r1", "no-such-run");
  check_refused("vmalab why two-readers 3 r1 --back 0", "--back");
}

}  // namespace
}  // namespace vmalab

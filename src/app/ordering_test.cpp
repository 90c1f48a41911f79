// SPDX-License-Identifier: GPL-2.0-only
// `vmalab litmus` and --ordering as a person types them.
#include "app/test_typing.h"

#include <nlohmann/json.hpp>

namespace vmalab::testing {
namespace {

const std::string kTests = std::string(VMALAB_TEST_ASSETS) + "/../src/litmus/testdata/";

}  // namespace

TEST_CASE("litmus: an answer a test, with its states and a way there, and what is refused is named and the rest still runs") {
  const Outcome both = type("vmalab litmus " + kTests + "sb-relaxed.litmus " + kTests + "sb-full-barriers.litmus");
  CHECK(both.code == 0);
  CHECK(contains(both.out, "sb-relaxed: Sometimes, "));
  CHECK(contains(both.out, " states\n  P0"));
  CHECK(contains(both.out, "sb-full-barriers: Never, "));

  const std::string loop = write("loop.litmus", "C loop\n{}\nP0(int *x)\n{\n\twhile (READ_ONCE(*x))\n\t\t;\n}\nexists (x=1)\n");
  const Outcome refused = type("vmalab litmus " + loop + " " + kTests + "sb-relaxed.litmus");
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "loop.litmus:5: "));
  CHECK(contains(refused.out, "sb-relaxed: Sometimes"));

  const std::string wrong = write("wrong.litmus",
                                  "C wrong\n(* Result: Always *)\n{}\nP0(int *x)\n{\n\tint r0 = READ_ONCE(*x);\n}\nexists (0:r0=1)\n");
  const Outcome differs = type("vmalab litmus " + wrong);
  CHECK(differs.code == 1);
  CHECK(contains(differs.out, "wrong: Never, "));
  const nlohmann::json told = nlohmann::json::parse(type("vmalab litmus --json " + wrong).out);
  CHECK(told[0]["answer"] == "Never");
  CHECK(told[0]["expected"] == "Always");
}

TEST_CASE("--ordering lkmm: the verdict names it, and a step says when it does not read the newest value") {
  const Outcome checked = type("vmalab check --readers 1 --writers 1 --ordering lkmm");
  CHECK(checked.code == 0);
  CHECK(contains(checked.out, "Linux-kernel memory model (lkmm), without load buffering"));
  CHECK(contains(type("vmalab check --readers 1 --writers 1").out, "memory ordering is not judged"));
  check_refused("vmalab check --readers 1 --ordering tso", "sc");
  // The reader's first look at vm_lock_seq may miss what the writer has stored there.
  const Outcome listed = type("printf 'w1*21,r1\\nlist\\nr1?1\\nquit\\n' | vmalab run -i --readers 1 --writers 1 --ordering lkmm");
  CHECK(contains(listed.out, "r1    Read vma0->vm_lock_seq: 1, the newest (w1, step 20)."));
  CHECK(contains(listed.out, "r1?1  Read vma0->vm_lock_seq: UINT_MAX, an older value (from the start)."));
  CHECK(contains(listed.out, "reads vma0->vm_lock_seq: UINT_MAX, not the"));
  const Outcome run = type("vmalab run --readers 1 --writers 1 --ordering lkmm --schedule 'w1*24,r1,r1?1'");
  CHECK(contains(run.out, "newest value of vma0->vm_lock_seq"));
  check_refused("vmalab run --readers 1 --writers 1 --ordering lkmm --schedule 'w1*24,r1,r1?9'", "this step goes ways 0 to 1");
}

TEST_CASE("litmus: postponed loads, unless they are not wanted, and a witness that opens like any run") {
  CHECK(contains(type("vmalab litmus " + kTests + "lb-relaxed.litmus").out, "lb-relaxed: Sometimes, "));
  const Outcome without = type("vmalab litmus --no-lb " + kTests + "lb-relaxed.litmus");
  CHECK(without.code == 1);
  CHECK(contains(without.out, "lb-relaxed: Never, "));
  CHECK(contains(without.out, ", no load postponed; expected Sometimes"));

  const std::string trace = file_named("witness.jsonl");
  const Outcome saved = type("vmalab litmus --trace " + trace + " " + kTests + "lb-relaxed.litmus");
  CHECK(saved.code == 0);
  CHECK(contains(saved.out, "saved: vmalab open " + trace));
  const Outcome replayed = type("vmalab replay " + trace);
  CHECK(replayed.code == 0);
  CHECK(contains(type("vmalab run " + kTests + "lb-relaxed.litmus").out, "postpones its read of x"));
  CHECK(contains(type("vmalab run " + kTests + "lb-relaxed.litmus").out, "A shortest way to an end that meets the condition."));
  check_refused("vmalab litmus --trace " + file_named("none.jsonl") + " " + kTests + "lb-acquire.litmus", "never met");
  check_refused("vmalab run --lockdep off " + kTests + "lb-relaxed.litmus", "brings its own code");
  CHECK(contains(type("vmalab check --readers 1 --writers 1 --ordering lkmm+lb").out, "loads that are postponed included"));
}

}  // namespace vmalab::testing

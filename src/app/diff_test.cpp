// SPDX-License-Identifier: GPL-2.0-only
// `vmalab diff` as a person and a script meet it.
#include <nlohmann/json.hpp>

#include "app/test_typing.h"

namespace vmalab::testing {

using nlohmann::json;

TEST_CASE("a variant parts from the lock in its demo") {
  const Outcome outcome = type("vmalab diff --variant no-flag");
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.out, ": the lock as it is, and no-flag\n"));
  CHECK(contains(outcome.out, "The same for "));
  CHECK(contains(outcome.out, "They part at step "));
  const json diff = json::parse(type("vmalab diff --variant no-flag --json").out);
  CHECK(diff["same"] == false);
  CHECK(diff["first"] == "the lock as it is");
  CHECK(diff["second"] == "no-flag");
  // Beside what is the same the variant has looks of its own.
  int looks = 0;
  for (const json& look : diff["looks_of_one"]) looks += look["side"] == "second" ? 1 : 0;
  CHECK(looks > 0);
  CHECK(diff["parting"]["step_second"] == diff["common_steps"].get<int>() + looks + 1);
  // Without the step at which they part they are the same.
  const json back = json::parse(type("vmalab diff --variant none --variant no-flag --json --schedule " + diff["common"].get<std::string>()).out);
  CHECK(back["same"] == true);
}

TEST_CASE("the variant that names a scenario says what runs, whichever side it is") {
  CHECK(type("vmalab diff --variant v3-exit-assert --variant none").code == 1);
  CHECK(type("vmalab diff --variant none --variant v3-exit-assert").code == 1);
}

TEST_CASE("a value in which they differ is named on both sides") {
  const Outcome outcome = type("vmalab diff reader-backs-off --variant no-recheck");
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.out, "They part after step 26 of the lock as it is, at step 28 of no-recheck: "));
  CHECK(contains(outcome.out, "  r1\n    the lock as it is: can go on, has a transient reference on vma0"));
  CHECK(contains(outcome.out, "Only no-recheck has "));
}

TEST_CASE("what is the same is exit code 0") {
  CHECK(type("vmalab diff two-readers --lockdep on --lockdep off").code == 0);
  CHECK(type("vmalab diff two-readers --variant none").code == 0);
  // Without lockdep assertions look at locks: that is said, and no difference.
  const Outcome looks = type("vmalab diff writer-waits-for-a-reader --lockdep on --lockdep off");
  CHECK(looks.code == 0);
  CHECK(contains(looks.out, "The same in all 41 steps of both, but for looks.\n"));
  CHECK(contains(looks.out,
                 "Only lockdep off has 4 looks:\n  step 14 of lockdep off (13 of lockdep on): w1 looks at mm0->mmap_lock: held for write by w1\n"));
  // What is given once beside something that is given twice is on both sides.
  const std::string both = type("vmalab diff two-readers --variant no-flag --lockdep on --lockdep off").out;
  CHECK(contains(both, "two-readers: no-flag, lockdep on, and no-flag, lockdep off\n"));
  CHECK(contains(both, "The same in all "));
  const Outcome outcome = type("vmalab diff two-readers --variant none --schedule r1*3,r2");
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "The same in all 4 steps.\n"));
}

TEST_CASE("a recorded run, and the same in other code") {
  const std::string file = file_named("diff.jsonl");
  REQUIRE(type("vmalab check --variant no-wake --trace " + file).code == 1);
  const json diff = json::parse(type("vmalab diff " + file + " --variant none --json").out);
  CHECK(diff["first"] == "as recorded");
  CHECK(diff["second"] == "the lock as it is");
  CHECK(diff["same"] == false);
  CHECK(diff["parting"]["why"] == "checks");
  CHECK(diff["parting"]["step"] == 28);
}

TEST_CASE("what cannot be put side by side") {
  check_refused("vmalab diff two-readers", "diff needs what differs");
  check_refused("vmalab diff --variant no-flag --variant no-wake --variant no-recheck", "diff is of two");
  check_refused("vmalab diff two-readers --variant no-such-variant", "no-such-variant");
  check_refused("vmalab diff two-readers --lockdep maybe", "on");
  check_refused("vmalab diff no-such-file.jsonl --variant no-flag", "no-such-file.jsonl");
}

}  // namespace vmalab::testing

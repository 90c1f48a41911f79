// SPDX-License-Identifier: GPL-2.0-only
// `vmalab futures` and `vmalab minimize` as a person and a script meet them.
#include "app/test_typing.h"

#include <nlohmann/json.hpp>

namespace vmalab::testing {
namespace {

using nlohmann::json;

json answer(const std::string& shell) {
  const Outcome outcome = type(shell);
  CAPTURE(shell);
  CAPTURE(outcome.err);
  REQUIRE(!outcome.out.empty());
  return json::parse(outcome.out);
}

}  // namespace

TEST_CASE("futures: the point of no return of a variant's demo, and what comes before and after it") {
  const Outcome told = type("vmalab futures --variant no-wake");
  CHECK(told.code == 1);
  CHECK(contains(told.out, "point of no return: step "));
  CHECK(contains(told.out, "memory ordering is not judged"));
  const json all = answer("vmalab futures --variant no-wake --json");
  const int step = all["point_of_no_return"]["step"];
  REQUIRE(step > 0);
  CHECK(step <= all["happens"]);
  // One step earlier the step of the run is one that loses it, and after it nothing is left.
  const std::string before = std::to_string(step - 1), after = std::to_string(step);
  CHECK(type("vmalab futures --variant no-wake --at " + before).code == 0);
  CHECK(type("vmalab futures --variant no-wake --at " + after).code == 1);
  const json earlier = answer("vmalab futures --variant no-wake --json --at " + before);
  CHECK(earlier["here"]["avoidable"] == true);
  bool lost = false;
  for (const json& action : earlier["actions"]) lost = lost || (action["do"] == all["point_of_no_return"]["do"] && action["avoidable"] == false);
  CHECK(lost);
  CHECK(answer("vmalab futures --variant no-wake --json --at " + after)["here"]["avoidable"] == false);
  CHECK(contains(type("vmalab futures --variant no-wake --at " + before).out, "can still be avoided"));
  CHECK(contains(type("vmalab futures --variant no-wake --at " + after).out, "no longer avoidable"));
  const std::string end = std::to_string(all["happens"].get<int>());
  CHECK(contains(type("vmalab futures --variant no-wake --at " + end).out, "it has happened"));
}

TEST_CASE("futures: a run without a violation has no point of no return, and a goal has a future, too") {
  const Outcome none = type("vmalab futures two-readers");
  CHECK(none.code == 0);
  CHECK(contains(none.out, "no point of no return"));
  const Outcome never = type("vmalab futures two-readers --at 3");
  CHECK(never.code == 0);
  CHECK(contains(never.out, "cannot happen any more"));
  const json certain = answer("vmalab futures two-readers --at 0 --find 'thread_done(r1) && thread_done(r2)' --json");
  CHECK(certain["here"]["avoidable"] == false);
  CHECK(certain["here"]["possible"] == true);
  CHECK(certain["point_of_no_return"]["step"] == 0);
  CHECK(contains(type("vmalab futures two-readers --at 0 --find 0").out, "out of reach"));
  CHECK(contains(type("vmalab futures two-readers --find 1").out, "already at the start"));
}

TEST_CASE("futures: what cannot be asked, and what is not known") {
  check_refused("vmalab futures --variant no-wake --at 5000", "there is no step 5000");
  check_refused("vmalab futures two-readers --at -1", "--at");
  check_refused("vmalab futures two-readers --find 'no_such('", "no_such");
  check_refused("vmalab futures two-readers --judge nonsense", "nonsense");
  check_refused("vmalab futures two-readers --judge exclusion --find 1", "give one of them");
  check_refused("vmalab futures missing.jsonl", "missing.jsonl");
  const Outcome unknown = type("vmalab futures --readers 2 --writers 1 --schedule r1 --at 1 --states 5");
  CHECK(unknown.code == 3);
  CHECK(contains(unknown.out, "the graph has more than 5 states"));
  // That some way leads to an end is found sooner than that no way leads to a violation.
  const Outcome partly = type("vmalab futures --readers 3 --writers 1 --detachers 1 --schedule r1 --at 1 --states 2000");
  CHECK(partly.code == 3);
  CHECK(contains(partly.out, "a violation can still be avoided"));
  CHECK(contains(partly.out, "whether it can happen at all is not known, because the graph has more than 2,000 states"));
  const json nothing = answer("vmalab futures --readers 2 --writers 1 --schedule r1 --at 1 --states 5 --json");
  CHECK(nothing["here"]["avoidable"].is_null());
  CHECK(nothing["point_of_no_return"]["known"] == false);
}

TEST_CASE("futures and minimize: on a recorded run and on a link") {
  const std::string race = file_named("race.jsonl");
  CHECK(type("vmalab check --variant no-wake --trace " + race + " --force").code == 1);
  const json recorded = answer("vmalab futures --json " + race);
  CHECK(recorded["point_of_no_return"]["step"] == 27);
  CHECK(recorded["happens"] == 28);
  const std::string link = type("vmalab run --variant no-wake --link").out;
  CHECK(answer("vmalab futures --json '" + link + "'")["point_of_no_return"] ==
        answer("vmalab futures --json --variant no-wake")["point_of_no_return"]);
  CHECK(answer("vmalab minimize --json '" + link + "'")["shortest"] == true);
}

TEST_CASE("minimize: the shortest run with the same violation, saved as a trace that shows it") {
  const std::string shorter = file_named("short.jsonl");
  const std::string run = "vmalab minimize --variant seq-before-wait --random 1 ";
  const Outcome told = type(run + "-o " + shorter);
  CHECK(told.code == 0);
  CHECK(contains(told.out, "saved: vmalab open"));
  const json report = answer(run + "--json");
  CHECK(report["shortest"] == true);
  CHECK(report["steps"] <= report["steps_before"]);
  CHECK(report["at_least"] == report["steps"]);
  const json replayed = answer("vmalab replay --json " + shorter);
  REQUIRE(replayed["steps"].size() == report["steps"]);
  CHECK(replayed["violations"].front()["check"] == report["check"]);
  CHECK(replayed["violations"].front()["step"] == report["steps"]);
  check_refused(run + "-o " + shorter, "--force");
  CHECK(type(run + "--force -o " + shorter).code == 0);
  // What is the shortest is not made shorter.
  CHECK(contains(type("vmalab minimize " + shorter).out, "no shorter run shows it"));
}

TEST_CASE("minimize: without the budget it is shorter and says so, and what a run does not show is refused") {
  const std::string run = "vmalab minimize --variant seq-before-wait --random 1 --states 10 ";
  const Outcome thinned = type(run);
  CHECK(thinned.code == 3);
  CHECK(contains(thinned.out, "not proved shortest"));
  const json report = answer(run + "--json");
  CHECK(report["shortest"] == false);
  CHECK(report["reason"] == "the graph has more than 10 states");
  CHECK(report["at_least"] < report["steps"]);
  check_refused("vmalab minimize two-readers", "breaks no check");
  check_refused("vmalab minimize two-readers --find 0", "does not get to a state");
  check_refused("vmalab minimize two-readers --force", "--force needs -o");
  check_refused("vmalab minimize two-readers --find 1 -o /no/such/folder/x.jsonl", "/no/such/folder");
  const json goal = answer("vmalab minimize two-readers --find 'thread_done(r1)' --json");
  CHECK(goal["shortest"] == true);
  CHECK(goal["steps"] == 12);
}

TEST_CASE("futures and minimize on a kernel tree") {
  const std::string tree = std::string(VMALAB_TEST_TREES) + "/7.0";
  const Outcome futures = type("vmalab futures writer-waits-for-a-reader --at 5 --kernel " + tree);
  CHECK(futures.code == 0);
  CHECK(contains(futures.out, "cannot happen any more"));
  CHECK(contains(futures.out, "Linux 7.0"));
  CHECK(type("vmalab futures --variant no-wake --kernel " + tree).code == 1);
  CHECK(type("vmalab minimize two-readers --find 'thread_done(r1)' --kernel " + tree).code == 0);
}

TEST_CASE("another ending, and a line by any schedule: a schedule that gets there, or that there is none") {
  const json other = answer("vmalab futures writer-waits-for-a-reader --at 5 --another-ending --json");
  // Two threads that do the same whoever is first end the same.
  CHECK(other["found"] == false);
  CHECK(type("vmalab futures writer-waits-for-a-reader --at 5 --another-ending").code == 1);
  const json race = answer("vmalab futures killable-writer-killed --at 5 --another-ending --json");
  REQUIRE(race["found"] == true);
  CHECK(race["steps"] > 0);
  // What it gives is a run, and that run ends as it says.
  const std::string schedule = race["schedule"].get<std::string>();
  CHECK(type("vmalab run killable-writer-killed --schedule " + schedule).code == 0);
  const Outcome told = type("vmalab futures killable-writer-killed --at 5 --another-ending");
  CHECK(told.code == 0);
  CHECK(contains(told.out, "another ending than that of the run\n  which is: "));
  CHECK(contains(told.out, "--schedule " + schedule.substr(0, 20)));

  const json line = answer("vmalab futures writer-waits-for-a-reader --at 3 --to-line mmap_lock.c:66 --thread w1 --json");
  REQUIRE(line["found"] == true);
  CHECK(line["schedule"].get<std::string>().find("w1") != std::string::npos);
  check_refused("vmalab futures writer-waits-for-a-reader --to-line mmap_lock.c", "a line is FILE:NUMBER");
  check_refused("vmalab futures writer-waits-for-a-reader --to-line no-such.c:3", "no file of the C that runs is called 'no-such.c'");
  check_refused("vmalab futures writer-waits-for-a-reader --to-line mmap_lock.c:99999", "lines");
  check_refused("vmalab futures writer-waits-for-a-reader --to-line mmap_lock.c:66 --thread x9", "there is no thread 'x9'");
  check_refused("vmalab futures writer-waits-for-a-reader --thread w1", "--thread says who comes to the line");
  check_refused("vmalab futures writer-waits-for-a-reader --to-line mmap_lock.c:66 --another-ending", "give one of them");
  check_refused("vmalab futures --variant no-wake --at 28 --another-ending", "already");
}

}  // namespace vmalab::testing

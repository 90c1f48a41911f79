// SPDX-License-Identifier: GPL-2.0-only
// `vmalab map` as a person and a script meet it.
#include <nlohmann/json.hpp>

#include "app/test_typing.h"

namespace vmalab::testing {

using nlohmann::json;

TEST_CASE("the map of a scenario: every state in one cell") {
  const Outcome check = type("vmalab check two-readers --no-symmetry --no-partial-order --json");
  const Outcome outcome = type("vmalab map two-readers --no-symmetry --json");
  REQUIRE(outcome.code == 0);
  const json map = json::parse(outcome.out), report = json::parse(check.out);
  CHECK(map["complete"] == true);
  CHECK(map["vma"] == "vma0");
  CHECK(map["states"] == report["states"]);
  CHECK(map["ends"] == report["final_states"]);
  CHECK(map["breaking"] == 0);
  CHECK(map["run"].empty());
  std::uint64_t states = 0, deepest = 0;
  for (const json& cell : map["cells"]) {
    states += cell["states"].get<std::uint64_t>();
    deepest = cell["depth"];
  }
  CHECK(states == report["states"]);
  CHECK(deepest == report["depth"]);
  CHECK(map["cells"][0] == json({{"depth", 0}, {"class", "1"}, {"states", 1}, {"ends", 0}, {"breaking", 0}, {"checks", json::array()}}));
}

TEST_CASE("the map as a table, with the run on it") {
  const Outcome outcome = type("vmalab map two-readers --demo");
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "  2 .. FLAG-1   states  ends  breaking\n    0   1*            .        1\n"));
  CHECK(contains(outcome.out, "\n    5   1*            2        3\n"));
  CHECK(contains(outcome.out, "\n  all  "));
}

TEST_CASE("the nearest broken check is a run that breaks it") {
  const Outcome to = type("vmalab map --variant no-wake --to breaking");
  CHECK(to.code == 1);
  const std::string schedule = to.out.substr(0, to.out.find('\n'));
  REQUIRE_FALSE(schedule.empty());
  CHECK(type("vmalab run --variant no-wake --schedule " + schedule).code == 1);
  const json cell = json::parse(type("vmalab map two-readers --to 4:2 --json").out);
  CHECK(cell["to"] == json({{"depth", 4}, {"class", "2 .. FLAG-1"}}));
  CHECK(type("vmalab run two-readers --schedule " + cell["schedule"].get<std::string>()).code == 0);
}

TEST_CASE("the map for any number of threads: the states of the check, and a run on it") {
  const json report = json::parse(type("vmalab check --readers any --writers 1 --json").out);
  const Outcome outcome = type("vmalab map --readers any --writers 1 --schedule r1*3,w1*2 --json");
  CHECK(outcome.code == 0);
  const json map = json::parse(outcome.out);
  CHECK(map["threads"] == "any number of readers");
  CHECK(map["states"] == report["states"]);
  CHECK(map["breaking"] == 0);
  const json& held = map["references_of_readers"];
  CHECK(held["none"].get<int>() + held["one"].get<int>() + held["many"].get<int>() == map["states"].get<int>());
  REQUIRE(map["run"].size() == 6);
  for (const json& at : map["run"]) CHECK(at["depth"].is_number());
  const Outcome broken = type("vmalab map --readers any --writers 1 --variant no-wake");
  CHECK(broken.code == 3);
  CHECK(contains(broken.out, "The states that stand for any number of readers by depth"));
  CHECK(contains(broken.out, "no-stuck\n"));
  CHECK(contains(broken.out, "`vmalab check` with the same options finds out"));
}

TEST_CASE("what a map cannot be asked") {
  check_refused("vmalab map two-readers --vma vma7", "there is no VMA \"vma7\"; there is: vma0");
  check_refused("vmalab map two-readers --to 3", "a cell is DEPTH:CLASS");
  check_refused("vmalab map two-readers --to x:FLAG", "a cell is DEPTH:CLASS");
  check_refused("vmalab map two-readers --to 99999999999:FLAG", "a cell is DEPTH:CLASS");
  check_refused("vmalab map two-readers --to 0:FLAG", "no state was counted after 0 steps");
  check_refused("vmalab map two-readers --to 9999:1", "no state was counted after 9999 steps");
  check_refused("vmalab map two-readers --to breaking", "no state that was counted breaks a check");
  check_refused("vmalab map no-such-scenario", "no-such-scenario");
  check_refused("vmalab map --any --to breaking", "none goes to states that stand for any number");
  check_refused("vmalab map --any two-readers", "--any");
  const Outcome full = type("vmalab map --readers 4 --writers 4 --detachers 2 --memory 1 --json");
  CHECK(full.code == 3);
  CHECK(json::parse(full.out)["reason"] == "the memory limit was reached");
}

}  // namespace vmalab::testing

// SPDX-License-Identifier: GPL-2.0-only
// Trace events against the rules of their format, and ITF against its own.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "export/format.h"
#include "export/test_runs.h"

namespace vmalab {
namespace {

using testing::demo_of;
using testing::must;
using Json = nlohmann::json;

/// What an importer asks of the events: begins and ends pair up on each track, complete events lie within what is open, times never go
/// back, flows begin and end inside of something, each counter has numbers.
struct Rules {
  struct Track {
    std::vector<std::string> open;
    std::int64_t time = -1, busy_until = -1;
  };
  std::map<std::pair<int, int>, Track> tracks;
  std::map<int, std::pair<int, int>> flows;  ///< begins and ends, by id
  std::map<std::string, int> seen;           ///< events by phase
  std::set<std::string> names;

  void check(const Json& events) {
    for (const Json& event : events) one(event);
    for (const auto& [track, state] : tracks) CHECK(state.open.empty());
    for (const auto& [id, ends] : flows) CHECK(ends == std::pair{1, 1});
  }
  void one(const Json& event) {
    CAPTURE(event.dump());
    const std::string phase = event.at("ph");
    ++seen[phase];
    REQUIRE(event.at("pid").is_number_integer());
    if (event.contains("name")) names.insert(event["name"].get<std::string>());
    if (phase == "M") {
      CHECK(event.at("args").size() == 1);
      return;
    }
    const auto now = event.at("ts").get<std::int64_t>();
    REQUIRE(now >= 0);
    if (phase == "C") {
      for (const auto& [key, value] : event.at("args").items()) CHECK(value.is_number());
      return;
    }
    Track& track = tracks[{event["pid"].get<int>(), event.at("tid").get<int>()}];
    CHECK(now >= track.time);
    track.time = now;
    if (phase == "B") {
      CHECK(now >= track.busy_until);
      track.open.push_back(event.at("name"));
    } else if (phase == "E") {
      CHECK(now >= track.busy_until);
      REQUIRE(!track.open.empty());
      track.open.pop_back();
    } else if (phase == "X") {
      CHECK(now >= track.busy_until);
      CHECK(!track.open.empty());
      track.busy_until = now + event.at("dur").get<std::int64_t>();
    } else if (phase == "s" || phase == "f") {
      // It binds to what is around it.
      CHECK((!track.open.empty() || now < track.busy_until));
      std::pair<int, int>& ends = flows[event.at("id").get<int>()];
      ++(phase == "s" ? ends.first : ends.second);
      if (phase == "f") CHECK(event.at("bp") == "e");
    } else {
      CHECK(phase == "i");
      CHECK((event.at("s") == "t" || event.at("s") == "g"));
    }
  }
};

Rules checked(const Session& session, StepRange range) {
  const Json file = Json::parse(must(write_trace_events(RecordedRun(session, range), {})));
  Rules rules;
  rules.check(file.at("traceEvents"));
  CHECK(rules.seen["X"] + rules.seen["i"] >= range.count());
  return rules;
}

TEST_CASE("the events of a wait have the functions, the holds, the wake-up and the counter") {
  const Session session = demo_of("writer-waits-for-a-reader");
  const auto steps = static_cast<int>(session.path().size()) - 1;
  Rules rules = checked(session, {1, steps});
  for (const char* name : {"vma_start_read", "__vma_start_write", "asleep", "woke a thread", "vma0.vm_refcnt", "read lock (vma0)",
                           "write lock (vma0)", "mmap_lock for write", "vma0->vm_refcnt 2 -> FLAG+2"}) {
    CAPTURE(name);
    CHECK(rules.names.count(name) == 1);
  }
  CHECK(rules.flows.size() == 1);
  CHECK(rules.seen["C"] == 5);  // at the start, and four changes
}

TEST_CASE("the rules of trace events hold for every range, for violations, signals and runs that do not end") {
  const Session wait = demo_of("writer-waits-for-a-reader");
  const auto steps = static_cast<int>(wait.path().size()) - 1;
  for (int first = 1; first <= steps; first += 3) {
    for (int last = first; last <= steps; last += 5) checked(wait, {first, last});
  }
  const Session broken = demo_of("", "put-wakes-freed-mm");
  Rules rules = checked(broken, {1, static_cast<int>(broken.path().size()) - 1});
  CHECK(rules.names.count("VIOLATED no-use-after-free") == 1);
  const Session killed = demo_of("killable-writer-killed");
  checked(killed, {1, static_cast<int>(killed.path().size()) - 1});
  checked(testing::endless_run(500), {1, 500});
}

TEST_CASE("chapters have a track, from each to the next") {
  Session session = demo_of("two-readers");
  Talk talk;
  must(talk.set_marker(session.path()[4], "Second"));
  must(talk.set_marker(session.path()[2], "First"));
  session.retell(talk);
  const auto steps = static_cast<int>(session.path().size()) - 1;
  const Rules rules = checked(session, {1, steps});
  CHECK(rules.names.count("2. First") == 1);
  CHECK(rules.names.count("1. Second") == 1);
  CHECK(checked(session, {3, steps}).names.count("2. First") == 0);
}

TEST_CASE("a state of ITF has every variable, and numbers of any size") {
  const Session session = demo_of("two-readers");
  const auto steps = session.path().size() - 1;
  const Json file = Json::parse(must(write_itf(RecordedRun(session), {})));
  CHECK(file.at("#meta").at("format") == "ITF");
  const std::vector<std::string> vars = file.at("vars");
  REQUIRE(file.at("states").size() == steps + 1);
  std::size_t index = 0;
  for (const Json& state : file["states"]) {
    CHECK(state.at("#meta").at("index") == index++);
    for (const std::string& var : vars) CHECK(state.contains(var));
    CHECK(state.size() == vars.size() + 1);
    CHECK(state["vmas"]["vma0"]["vm_refcnt"].at("#bigint").is_string());
    CHECK(state.dump().find("null") == std::string::npos);  // TLA+ has none
  }
  CHECK(file["states"][0]["action"] == "");
  CHECK(file["states"][1]["action"] == "r1");
}

}  // namespace
}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "run/chosen_steps.h"

#include <doctest/doctest.h>

#include "machine/property.h"
#include "run/schedule.h"
#include "run/test_machines.h"
#include "run/workspace.h"

using namespace vmalab;
using namespace vmalab::testing;

namespace {

Session open(const char* scenario, const char* variant = "") {
  Origin origin;
  origin.what = Origin::What::kName;
  origin.text = scenario;
  origin.code.variant = variant;
  return must(Workspace(VMALAB_TEST_ASSETS).open(origin)).session;
}
StepChoice schedule(const char* text) {
  StepChoice choice;
  choice.schedule = text;
  return choice;
}
std::string taken(const Session& session) { return schedule_text(session.machine(), session.actions_to(session.cursor())); }

}  // namespace

TEST_CASE("a schedule is taken as it is written, up to the limit") {
  Session session = open("standard-1-1-0");
  CHECK(must(take_steps(schedule("r1*2,w1"), session)).empty());
  CHECK(taken(session) == "r1*2,w1");
  session.restart();
  StepChoice two = schedule("r1*2,w1");
  two.limit = 2;
  CHECK(must(take_steps(two, session)).empty());
  CHECK(taken(session) == "r1*2");
}

TEST_CASE("a step that cannot happen is named by its number, and those before it stay") {
  Session session = open("standard-1-0-0");
  const Result<std::string> result = take_steps(schedule("r1*500"), session);
  REQUIRE_FALSE(result);
  CHECK(session.depth() > 2);
  CHECK(result.error().message.find("step " + std::to_string(session.depth() + 1) + " cannot happen: ") == 0);
}

TEST_CASE("a demo gives each caption with the first step of its line, and is refused where there is none") {
  Session session = open("two-readers");
  StepChoice choice;
  ChosenSteps steps = must(ChosenSteps::of(choice, session.machine()));
  std::vector<std::string> captions;
  while (must(steps.advance(session))) {
    if (!steps.caption().empty()) captions.push_back(steps.caption());
  }
  CHECK(steps.demo_done());
  REQUIRE(captions.size() > 1);
  CHECK(captions.front() == session.machine().scenario().demo.front().caption);

  Session standard = open("standard-1-1-0");
  choice.demo = true;
  const Result<std::string> none = take_steps(choice, standard);
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("has no demo") != std::string::npos);
}

TEST_CASE("steps by chance end where a check breaks") {
  StepChoice choice;
  choice.policy = Policy::kRandom;
  int broken = 0;
  for (choice.seed = 1; choice.seed <= 20; ++choice.seed) {
    Session session = open("", "use-after-unlock");
    must(take_steps(choice, session));
    for (int depth = 1; depth < session.depth(); ++depth) CHECK(session.info(session.path()[static_cast<std::size_t>(depth)]).violations == 0);
    broken += session.info(session.cursor()).violations != 0;
  }
  CHECK(broken > 0);
}

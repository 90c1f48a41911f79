// SPDX-License-Identifier: GPL-2.0-only
#include <doctest/doctest.h>

#include "base/test_text.h"
#include "machine/look.h"
#include "machine/variants.h"
#include "run/demo.h"
#include "run/schedule.h"
#include "run/session.h"
#include "run/test_machines.h"

namespace vmalab::testing {
namespace {

std::string error_of(const Machine& machine, std::string_view schedule) {
  const auto parsed = parse_schedule(machine, schedule);
  return parsed ? "no error" : parsed.error().message;
}

}  // namespace

TEST_CASE("schedules are read with commas, blanks and repeats, and written in their shortest form") {
  const Machine m = small_machine();
  const auto parsed = parse_schedule(m, " a,a  b!\n,a*3,,b\ta*1 ");
  REQUIRE(parsed);
  CHECK(parsed->size() == 8);
  CHECK((*parsed)[2] == Action{Action::Kind::kSignal, *m.find_thread("b")});
  CHECK(schedule_text(m, *parsed) == "a*2,b!,a*3,b,a");
  CHECK(*parse_schedule(m, schedule_text(m, *parsed)) == *parsed);
  const auto ways = parse_schedule(m, "a?2*3,b?0,b?255");
  REQUIRE(ways);
  CHECK((*ways)[2].choice == 2);
  CHECK((*ways)[3].choice == 0);
  CHECK(schedule_text(m, *ways) == "a?2*3,b,b?255");
  CHECK_FALSE(parse_schedule(m, "a?256"));
  CHECK_FALSE(parse_schedule(m, "a?"));
  CHECK_FALSE(parse_schedule(m, "a?-1"));
  CHECK(contains(why_not(m, m.initial(), {Action::Kind::kStep, *m.find_thread("a"), 1}),
                 "a?1 cannot happen: this step goes only one way; possible now: a, b"));
  CHECK(parse_schedule(m, "")->empty());
  CHECK(schedule_text(m, {}).empty());
  CHECK(parse_schedule(m, "a*1000000")->size() == 1000000);
}

TEST_CASE("a schedule's error names the item, its place and what there is") {
  const Machine m = small_machine();
  CHECK(error_of(m, "a,zz9") == "item 2 of the schedule, \"zz9\" at character 3: no thread is called \"zz9\"; there are a, b");
  CHECK(contains(error_of(m, "a*"), "after * comes the number of steps"));
  CHECK(contains(error_of(m, "a*0"), "after * comes the number of steps"));
  CHECK(contains(error_of(m, "a*-1"), "after * comes the number of steps"));
  CHECK(contains(error_of(m, "a*2x"), "after * comes the number of steps"));
  CHECK(contains(error_of(m, "a*1000001"), "more than 1000000 times"));
  CHECK(contains(error_of(m, "a*99999999999999999999999999"), "more than 1000000 times"));
  CHECK(contains(error_of(m, "a*600000,b*600000"), "item 2 of the schedule, \"b*600000\" at character 10: the schedule has more than"));
  CHECK(contains(error_of(m, "*3"), "no thread is called \"\""));
  CHECK(contains(error_of(m, "a!!"), "no thread is called \"a!\""));
  CHECK(contains(error_of(m, std::string("a\0b", 3)), "no thread is called \"a?b\""));
  CHECK(error_of(m, std::string(100000, 'x')).size() < 300);
  CHECK(contains(error_of(machine_from(kEndlessScenario), "a!"), "the scenario does not allow signals"));
}

TEST_CASE("an action that cannot happen says why and what can") {
  Session s(model_machine(must(standard_scenario(1, 1, 1))));
  const Machine& m = s.machine();
  REQUIRE(s.apply(step_of(m, "w1")));
  const auto blocked = s.apply(step_of(m, "d1"));
  REQUIRE_FALSE(blocked);
  CHECK(blocked.error().message == "d1 cannot step: it waits for mmap_lock of mm0, held for write by w1; possible now: r1, w1");
  CHECK(s.run_until_blocked(*m.find_thread("d1")) == 0);
  CHECK(why_not(m, s.state(), {Action::Kind::kSignal, *m.find_thread("r1")}) ==
        "r1 cannot get a signal: the scenario does not allow signals; possible now: r1, w1");
  CHECK(contains(why_not(m, s.state(), {Action::Kind::kStep, ThreadId{12}}), "there is no thread number 12"));
  CHECK(s.run_until_blocked(*m.find_thread("r1")) > 3);
  CHECK(why_not(m, s.state(), step_of(m, "r1")) == "r1 cannot step: it has finished; possible now: w1");
  CHECK(why_not(m, s.state(), step_of(m, "w1")).empty());
}

TEST_CASE("a thread that sleeps says so") {
  Session s(model_machine(must(standard_scenario(1, 1, 0))));
  const Machine& m = s.machine();
  // The reader goes on until it holds the lock; then the writer has to wait for it.
  const ThreadId r1 = *m.find_thread("r1");
  s.run_until(r1, [&](const Session& now) { return look(now.machine(), now.state(), "holds_read_lock(r1, vma0)") != 0; });
  s.run_until_blocked(*m.find_thread("w1"));
  const std::string why = why_not(m, s.state(), step_of(m, "w1"));
  INFO(why);
  CHECK(contains(why, "w1 cannot step: it sleeps until somebody wakes it"));
  CHECK(contains(why, "r1"));
}

TEST_CASE("signals that cannot come say why") {
  Session s(small_machine());
  const Machine& m = s.machine();
  const Action signal{Action::Kind::kSignal, *m.find_thread("a")};
  REQUIRE(s.apply(signal));
  CHECK(contains(why_not(m, s.state(), signal), "a cannot get a signal: a fatal signal is already pending; possible now: a, b, b!"));
  while (s.apply(step_of(m, "b"))) {
  }
  CHECK(contains(why_not(m, s.state(), {Action::Kind::kSignal, *m.find_thread("b")}), "b cannot get a signal: it has finished"));
}

TEST_CASE("a demo is read action by action, a session follows it or not, and a bad item is an error with its number") {
  const std::string with_demo = std::string(kSmallScenario) +
                                "[[demo]]\ndo = \"a,b*2\"\ncaption = \"first\"\n[[demo]]\ndo = \"a\"\ncaption = \"second\"\n";
  Session session(machine_from(with_demo));
  const Result<Demo> demo = Demo::of(session.machine());
  REQUIRE(demo);
  REQUIRE(demo->steps().size() == 4);
  CHECK(demo->steps()[0].begins_line);
  CHECK_FALSE(demo->steps()[2].begins_line);
  CHECK(demo->steps()[2].line == 0);
  CHECK(demo->steps()[3].line == 1);
  CHECK(demo->steps()[3].begins_line);
  CHECK(demo->followed(session) == 0);
  for (const Demo::Step& next : demo->steps()) REQUIRE(session.apply(next.action));
  CHECK(demo->followed(session) == 4);
  session.restart();
  REQUIRE(session.apply(step_of(session.machine(), "b")));
  CHECK_FALSE(demo->followed(session));
  const auto unknown = Demo::of(machine_from(with_demo + "[[demo]]\ndo = \"x\"\ncaption = \"third\"\n"));
  REQUIRE_FALSE(unknown);
  CHECK(contains(unknown.error().message, "step 3 of the demo: "));
}

TEST_CASE("a demo has as many steps as a schedule, and no more") {
  std::string endless(kSmallScenario);
  for (int i = 0; i < 3; ++i) endless += "[[demo]]\ndo = \"a*400000\"\ncaption = \"long\"\n";
  const auto demo = Demo::of(machine_from(endless));
  REQUIRE_FALSE(demo);
  CHECK(contains(demo.error().message, "more than 1000000 steps"));
}

TEST_CASE("every variant's demo plays to its end, and its last step breaks the check that the variant names") {
  const std::vector<Variant> variants = must(list_variants(VMALAB_TEST_ASSETS));
  CHECK(variants.size() == 38);
  for (const Variant& variant : variants) {
    CAPTURE(variant.name);
    const Scenario scenario = must(scenario_of(variant, VMALAB_TEST_ASSETS));
    Session session(must(Machine::build(scenario, must(CodeBase::load_model(VMALAB_TEST_ASSETS, scenario.config, variant.file)))));
    const Demo demo = must(Demo::of(session.machine()));
    REQUIRE_FALSE(variant.demo.empty());
    for (const DemoStep& line : variant.demo) {
      CHECK(line.caption.size() >= 10);
      CHECK(line.caption.size() <= 200);
    }
    for (std::size_t i = 0; i < demo.steps().size(); ++i) {
      CAPTURE(i);
      const NodeId node = must(session.apply(demo.steps()[i].action));
      const bool last = i + 1 == demo.steps().size();
      CHECK((session.info(node).violations & bit_of(*variant.breaks.front())) == (last ? bit_of(*variant.breaks.front()) : 0));
      if (!last) CHECK(session.info(node).violations == 0);
    }
  }
}

}  // namespace vmalab::testing

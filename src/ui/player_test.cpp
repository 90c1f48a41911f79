// SPDX-License-Identifier: GPL-2.0-only
#include "ui/player.h"

#include <doctest/doctest.h>

#include <cmath>

#include "run/test_machines.h"

namespace vmalab {
namespace {

using testing::model_machine;
using testing::must;

}  // namespace

TEST_CASE("steps are due at the speed that is set, and none while it does not play") {
  Player player([] { return ThreadId{0}; });
  CHECK(player.due(10) == 0);
  player.play();
  player.set_speed(2);  // 2 a second
  int steps = 0;
  for (int i = 0; i < 40; ++i) steps += player.due(0.1);
  CHECK(steps >= 7);
  CHECK(steps <= 8);
  // A frame that took for ever is not made up for.
  player.set_speed(100);
  CHECK(player.speed() == static_cast<int>(kSpeeds.size()) - 1);
  CHECK(player.due(100) <= 30);
  player.stop();
  CHECK(player.due(1) == 0);
}

TEST_CASE("whoever waits until the next step is due comes at its time") {
  Player player([] { return ThreadId{0}; });
  CHECK(std::isinf(player.next_step_in()));
  for (int speed = 0; speed < static_cast<int>(kSpeeds.size()); ++speed) {
    player.set_speed(speed);
    player.play();
    CHECK(player.due(60) == 0);  // of the minute before it was pressed
    const double every = player.next_step_in();
    CHECK(every == doctest::Approx(1 / kSpeeds[static_cast<std::size_t>(speed)]));
    CHECK(player.due(0.3 * every) == 0);  // the mouse moved
    CHECK(player.next_step_in() == doctest::Approx(0.7 * every));
    for (int step = 0; step < 5; ++step) CHECK(player.due(player.next_step_in()) == 1);
  }
}

TEST_CASE("the demo is offered while the run follows it, without one chance chooses") {
  Session session(model_machine(must(find_scenario(VMALAB_TEST_ASSETS, "two-readers"))));
  Player player([] { return ThreadId{0}; });
  player.open(must(Demo::of(session.machine())));
  CHECK(player.policy() == Policy::kDemo);
  while (const std::optional<Action> next = player.next_in_demo(session)) REQUIRE(session.apply(*next));
  CHECK(session.machine().all_done(session.state()));
  player.open({});
  CHECK(player.policy() == Policy::kRandom);
  CHECK_FALSE(player.next_in_demo(session));
}

}  // namespace vmalab

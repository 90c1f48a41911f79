// SPDX-License-Identifier: GPL-2.0-only
#include "ui/motion.h"

#include <doctest/doctest.h>

namespace vmalab {
namespace {

constexpr Mover kThing{Mover::What::kVma, 1, 0, 0}, kOther{Mover::What::kReference, 0, 2, 0};
constexpr double kFrame = 1.0 / 60;

}  // namespace

TEST_CASE("what a step has put elsewhere goes there, fast at first, and is there in time") {
  Motion motion;
  motion.pass(kFrame);
  CHECK(motion.seen(kThing, {0, 0}).x == 0);
  motion.begin(true);
  CHECK(motion.moving());
  motion.pass(30);  // somebody thought for half a minute before that step
  CHECK(motion.seen(kThing, {100, 50}).x == 0);
  CHECK(motion.grown() == 0);
  float before = 0;
  int frames = 0;
  for (; motion.moving(); ++frames) {
    motion.pass(kFrame);
    const ImVec2 at = motion.seen(kThing, {100, 50});
    CHECK(at.x >= before);
    CHECK(at.y == doctest::Approx(0.5 * at.x));
    if (frames == 2) CHECK(at.x > 50);
    before = at.x;
  }
  CHECK(frames <= 10);
  CHECK(before == 100);
  CHECK(motion.grown() == 1);
}

TEST_CASE("a step that comes while things move sets out from where they are seen, and hurries nobody else") {
  Motion motion;
  motion.pass(kFrame);
  motion.seen(kThing, {0, 0});
  motion.seen(kOther, {0, 0});
  motion.begin(true);
  motion.pass(kFrame);
  motion.seen(kThing, {100, 0});
  motion.seen(kOther, {100, 0});
  for (int i = 0; i < 3; ++i) {
    motion.pass(kFrame);
    motion.seen(kThing, {100, 0});
    motion.seen(kOther, {100, 0});
  }
  const float there = motion.seen(kThing, {100, 0}).x;
  motion.begin(true);
  const float other = motion.seen(kOther, {100, 0}).x;
  CHECK(motion.seen(kThing, {0, 0}).x == doctest::Approx(there));
  motion.pass(kFrame);
  CHECK(motion.seen(kThing, {0, 0}).x < there);
  CHECK(motion.seen(kOther, {100, 0}).x > other);
  // However fast the steps come, the newest is shown 150 ms after it at the latest.
  for (int i = 0; i < 50; ++i) {
    motion.begin(true);
    motion.pass(kFrame);
    motion.seen(kThing, {static_cast<float>(i), 0});
  }
  for (int i = 0; i < 10; ++i) {
    motion.pass(kFrame);
    motion.seen(kThing, {49, 0});
  }
  CHECK_FALSE(motion.moving());
  CHECK(motion.seen(kThing, {49, 0}).x == 49);
}

TEST_CASE("when the picture itself is moved, all goes along at once") {
  Motion motion;
  motion.pass(kFrame);
  motion.seen(kThing, {0, 0});
  motion.pass(kFrame);
  CHECK(motion.seen(kThing, {500, 0}).x == 500);
  motion.begin(true);
  motion.pass(kFrame);
  motion.seen(kThing, {600, 0});
  motion.pass(kFrame);
  motion.pass(kFrame);
  motion.seen(kThing, {600, 0});
  const float before = motion.seen(kThing, {600, 0}).x;
  CHECK(motion.seen(kThing, {700, 0}).x == doctest::Approx(before + 100));
}

TEST_CASE("what was not there comes from its origin, what is gone is forgotten, a step back brings nothing about") {
  Motion motion;
  motion.pass(kFrame);
  CHECK(motion.seen(kThing, {10, 10}, ImVec2{0, 0}).x == 10);  // no step brought it
  motion.begin(false);
  motion.pass(kFrame);
  CHECK(motion.grown() == 1);
  CHECK(motion.seen(kOther, {10, 10}, ImVec2{0, 0}).x == 0);
  motion.pass(kFrame);
  CHECK(motion.seen(kOther, {10, 10}, ImVec2{0, 0}).x > 0);
  motion.pass(1);
  motion.pass(1);
  motion.begin(true);
  motion.pass(kFrame);
  CHECK(motion.seen(kThing, {99, 99}).x == 99);
}

TEST_CASE("switched off, nothing ever moves") {
  Motion motion;
  motion.set_on(false);
  motion.pass(kFrame);
  motion.seen(kThing, {0, 0});
  motion.begin(true);
  CHECK_FALSE(motion.moving());
  motion.pass(kFrame);
  CHECK(motion.seen(kThing, {100, 0}).x == 100);
  CHECK(motion.grown() == 1);
}

}  // namespace vmalab

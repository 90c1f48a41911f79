// SPDX-License-Identifier: GPL-2.0-only
#include "ui/colour_vision.h"

#include <doctest/doctest.h>

#include <array>

namespace vmalab {

TEST_CASE("CIEDE2000 gives the numbers of the pairs published with it") {
  struct Pair {
    Lab one, other;
    double difference;
  };
  // Sharma, Wu and Dalal 2005, table 1: the turn of blue, hues on either side of 0 and 180 degrees, greys, far, near, dark.
  const std::array<Pair, 16> pairs{{
      {{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
      {{50, 3.1571, -77.2803}, {50, 0, -82.7485}, 2.8615},
      {{50, -1.3802, -84.2814}, {50, 0, -82.7485}, 1.0000},
      {{50, 0, 0}, {50, -1, 2}, 2.3669},
      {{50, 2.4900, -0.0010}, {50, -2.4900, 0.0009}, 7.1792},
      {{50, 2.4900, -0.0010}, {50, -2.4900, 0.0011}, 7.2195},
      {{50, -0.0010, 2.4900}, {50, 0.0009, -2.4900}, 4.8045},
      {{50, -0.0010, 2.4900}, {50, 0.0011, -2.4900}, 4.7461},
      {{50, 2.5, 0}, {50, 0, -2.5}, 4.3065},
      {{50, 2.5, 0}, {73, 25, -18}, 27.1492},
      {{50, 2.5, 0}, {61, -5, 29}, 22.8977},
      {{50, 2.5, 0}, {58, 24, 15}, 19.4535},
      {{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
      {{22.7233, 20.0904, -46.6940}, {23.0331, 14.9730, -42.5619}, 2.0373},
      {{90.8027, -2.0831, 1.4410}, {91.1528, -1.6435, 0.0447}, 1.4441},
      {{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082},
  }};
  for (const Pair& pair : pairs) {
    CAPTURE(pair.difference);
    CHECK(ciede2000(pair.one, pair.other) == doctest::Approx(pair.difference).epsilon(0.0001));
    CHECK(ciede2000(pair.other, pair.one) == doctest::Approx(pair.difference).epsilon(0.0001));
  }
}

TEST_CASE("L*a*b* of sRGB") {
  const Lab red = seen_by(Vision::kNormal, IM_COL32(255, 0, 0, 255));
  CHECK(red.lightness == doctest::Approx(53.24).epsilon(0.001));
  CHECK(red.a == doctest::Approx(80.09).epsilon(0.001));
  CHECK(red.b == doctest::Approx(67.20).epsilon(0.001));
  CHECK(red.chroma() == doctest::Approx(104.55).epsilon(0.001));
  CHECK(seen_by(Vision::kNormal, IM_COL32_WHITE).lightness == doctest::Approx(100));
}

TEST_CASE("everybody sees a grey as it is") {
  for (const int value : {0, 60, 128, 200, 255}) {
    const Colour grey = IM_COL32(value, value, value, 255);
    for (const Vision vision : {Vision::kProtanope, Vision::kDeuteranope, Vision::kTritanope}) {
      CAPTURE(value);
      CAPTURE(static_cast<int>(vision));
      CHECK(ciede2000(seen_by(vision, grey), seen_by(Vision::kNormal, grey)) < 0.5);
    }
  }
}

TEST_CASE("what some people cannot tell apart is near, and only for them") {
  // An orange and a green for those without the cones for red or for green; a blue and a green for those without the ones for blue.
  const Colour orange = IM_COL32(201, 130, 40, 255), green = IM_COL32(139, 154, 40, 255);
  CHECK(difference(Vision::kNormal, orange, green) > 25);
  CHECK(difference(Vision::kDeuteranope, orange, green) < 6);
  CHECK(difference(Vision::kTritanope, orange, green) > 18);
  const Colour blue = IM_COL32(0, 140, 220, 255), teal = IM_COL32(0, 152, 145, 255);
  CHECK(difference(Vision::kNormal, blue, teal) > 25);
  CHECK(difference(Vision::kTritanope, blue, teal) < 12);
}

}  // namespace vmalab

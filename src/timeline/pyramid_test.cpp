// SPDX-License-Identifier: GPL-2.0-only
#include "timeline/pyramid.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace vmalab::timeline;

namespace {

struct Sum {
  long operator()(long a, long b) const { return a + b; }
};

}  // namespace

TEST_CASE("a pyramid's ranges are what adding up gives") {
  Pyramid<long, Sum> pyramid;
  std::vector<long> plain;
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    const std::size_t grow = random() % 700;
    for (std::size_t i = 0; i < grow; ++i) {
      const long value = static_cast<long>(random() % 1000);
      pyramid.push_back(value);
      plain.push_back(value);
    }
    const std::size_t keep = plain.empty() ? 0 : random() % (plain.size() + 1);
    if (round % 3 == 2) {
      pyramid.truncate(keep);
      plain.resize(keep);
    }
    REQUIRE(pyramid.size() == plain.size());
    for (int query = 0; query < 50 && !plain.empty(); ++query) {
      const std::size_t from = random() % plain.size();
      const std::size_t to = from + 1 + random() % (plain.size() - from);
      long sum = 0;
      for (std::size_t i = from; i < to; ++i) sum += plain[i];
      REQUIRE(pyramid.range(from, to) == sum);
    }
  }
}

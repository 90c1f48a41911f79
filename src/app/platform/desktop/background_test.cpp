// SPDX-License-Identifier: GPL-2.0-only
#include "base/background.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace vmalab {
namespace {

/// False when it does not come about in ten seconds.
template <typename Condition>
bool comes_about(Condition&& condition) {
  for (int i = 0; i < 10000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return condition();
}

}  // namespace

TEST_CASE("pieces of a background are done until there is no more") {
  std::atomic<int> pieces{0};
  const auto background = in_background([&](std::uint64_t units) {
    CHECK(units > 0);
    return ++pieces == 5 ? Background::Next::kEnded : Background::Next::kMore;
  });
  CHECK(comes_about([&] { return pieces == 5; }));
  background->wake();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(pieces == 5);
}

TEST_CASE("a background that waits goes on when it is woken, also when that happens during a piece") {
  std::atomic<int> pieces{0};
  std::atomic<bool> go_on{false};
  const auto background = in_background([&](std::uint64_t) {
    if (++pieces == 2) {
      while (!go_on) std::this_thread::yield();
    }
    return Background::Next::kWaits;
  });
  CHECK(comes_about([&] { return pieces == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(pieces == 1);
  background->wake();
  CHECK(comes_about([&] { return pieces == 2; }));
  background->wake();
  go_on = true;
  CHECK(comes_about([&] { return pieces == 3; }));
}

TEST_CASE("to give up a background waits for no more than a piece") {
  std::atomic<int> pieces{0};
  {
    const auto background = in_background([&](std::uint64_t) {
      ++pieces;
      return Background::Next::kMore;
    });
    CHECK(comes_about([&] { return pieces > 0; }));
  }
  const int then = pieces;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(pieces == then);
}

}  // namespace vmalab

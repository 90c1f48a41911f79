// SPDX-License-Identifier: GPL-2.0-only
#include "film/shots.h"

#include <doctest/doctest.h>

#include "export/test_runs.h"

namespace vmalab {
namespace {

TEST_CASE("every step has its shot, and a caption stands until it is read") {
  const Session session = testing::demo_of("writer-waits-for-a-reader");
  const RecordedRun run(session);
  Pace pace;
  pace.step = 100;
  const std::vector<Shot> shots = shots_of(run, pace);
  REQUIRE(static_cast<int>(shots.size()) == run.all_steps() + 1);
  CHECK(shots[0] == Shot{0, pace.opening});
  // The first caption has three steps.
  CHECK(shots[1].milliseconds == 100);
  CHECK(shots[2].milliseconds == 100);
  int all = 0;
  for (std::size_t i = 0; i < shots.size(); ++i) {
    CHECK(shots[i].step == static_cast<int>(i));
    all += shots[i].milliseconds;
  }
  int told = 0;
  for (const timeline::Caption& caption : run.timeline().timeline().captions(1, run.all_steps() + 1)) told += reading_time(caption.text);
  CHECK(all == told + pace.opening + pace.ending);
  CHECK(shots[3].milliseconds > 2000);
}

TEST_CASE("a range begins in the state before it, and a slow pace needs no more time to read") {
  const Session session = testing::demo_of("writer-waits-for-a-reader");
  Pace pace;
  pace.step = 20'000;
  const std::vector<Shot> shots = shots_of(RecordedRun(session, {9, 12}), pace);
  REQUIRE(shots.size() == 5);
  CHECK(shots[0].step == 8);
  CHECK(shots[4] == Shot{12, pace.step + pace.ending});
}

}  // namespace
}  // namespace vmalab

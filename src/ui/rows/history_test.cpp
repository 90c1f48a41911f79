// SPDX-License-Identifier: GPL-2.0-only
#include "ui/rows/history.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "machine/test_programs.h"
#include "run/test_machines.h"
#include "ui/rows/timeline_rows.h"

namespace vmalab {
namespace {

using testing::model_machine;
using testing::must;

Session session_of(int readers, int writers, int detachers) {
  return Session(model_machine(must(standard_scenario(readers, writers, detachers))));
}

/// Everything the history says, against the states themselves.
void check_against_session(const History& history, const Session& session) {
  const std::vector<NodeId>& path = session.path();
  REQUIRE(history.steps() + 1 == static_cast<int>(path.size()));
  const Machine& machine = session.machine();
  ClassEdges edges;
  std::size_t wakes = 0;
  for (int depth = 0; depth <= history.steps(); ++depth) {
    const NodeId node = path[static_cast<std::size_t>(depth)];
    const State state = session.state_at(node);
    CAPTURE(depth);
    REQUIRE(history.refcnt(0, depth) == state.vmas[0][VmaField::kRefcnt]);
    for (int t = 0; t < machine.thread_count(); ++t) {
      const ThreadId id{static_cast<std::uint8_t>(t)};
      const LaneMask mask = history.lane(id, depth);
      const ThreadState& thread = state.thread(id);
      REQUIRE(mask.has(LaneMask::kRcu) == (thread.rcu_depth > 0));
      REQUIRE(mask.has(LaneMask::kMmapWrite) == (thread.mmap_write != 0));
      REQUIRE(mask.has(LaneMask::kDone) == machine.done(state, id));
      REQUIRE(((mask.vma(0) & LaneMask::kReadLock) != 0) == (thread.holds[0].read_locks != 0));
      const bool stepped = depth > 0 && session.info(node).action == Action{Action::Kind::kStep, id};
      REQUIRE(mask.has(LaneMask::kStepped) == stepped);
    }
    if (depth == 0) continue;
    const Word before = history.refcnt(0, depth - 1), now = history.refcnt(0, depth);
    if (before != now) ++edges.at(refcnt_class(before), refcnt_class(now));
    const StepInfo& info = session.info(node);
    if (info.wake_target != kNoThread && info.wake_target != info.action.thread.value) ++wakes;
  }
  CHECK(history.wakes().size() == wakes);
  CHECK(history.walked(0, history.steps()).count == edges.count);
}

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

TEST_CASE("the history says what the states say, however the session moves") {
  Session session = session_of(2, 1, 1);
  session.seed(3);
  History history;
  history.update(session, 1);
  check_against_session(history, session);
  for (int round = 0; round < 12; ++round) {
    while (session.random_step()) {
    }
    history.update(session, 1);
    check_against_session(history, session);
    session.go_to_depth(session.depth() * (round % 5) / 5);
    session.random_step();
    history.update(session, 1);
    check_against_session(history, session);
    session.select_branch(round / 2);
    history.update(session, 1);
    check_against_session(history, session);
  }
  CHECK(session.branches().size() > 3);
}

TEST_CASE("travelling along a branch leaves the history alone, another session does not") {
  Session session = session_of(1, 1, 0);
  while (session.random_step()) {
  }
  History history;
  history.update(session, 1);
  const std::uint64_t version = history.version();
  session.go_to_depth(2);
  history.update(session, 1);
  CHECK(history.version() == version);
  CHECK(history.steps() > 2);
  Session other = session_of(1, 0, 0);
  history.update(other, 2);
  CHECK(history.version() != version);
  CHECK(history.steps() == 0);
}

TEST_CASE("a lane shows each step at the fine grain and their sum at a coarse one") {
  Session session = session_of(2, 1, 0);
  session.seed(11);
  while (session.random_step()) {
  }
  History history;
  history.update(session, 1);
  for (int t = 0; t < 3; ++t) {
    const ThreadId id{static_cast<std::uint8_t>(t)};
    const LaneRow fine = lane_row(history, id, 0, history.steps(), 1);
    std::size_t steps = 0;
    for (const Action& action : session.actions_to(session.path().back())) steps += action.thread == id ? 1U : 0U;
    CHECK(fine.ticks.size() == steps);
    const LaneRow coarse = lane_row(history, id, 0, history.steps(), 8);
    CHECK(coarse.ticks.size() <= fine.ticks.size());
    CHECK_FALSE(coarse.ticks.empty());
    for (const LaneRow* row : {&fine, &coarse}) {
      for (const LaneBar& bar : row->bars) {
        CHECK(bar.last > bar.first);
        CHECK(bar.last <= static_cast<float>(history.steps()) + 0.5F);
      }
    }
  }
}

TEST_CASE("a bar lasts from the step that takes a lock to the step that drops it") {
  Session session = session_of(1, 0, 0);
  while (session.random_step()) {
  }
  History history;
  history.update(session, 1);
  int taken = 0, dropped = 0;
  for (int depth = 1; depth <= history.steps(); ++depth) {
    const bool held = (history.lane(ThreadId{0}, depth).vma(0) & LaneMask::kReadLock) != 0;
    const bool before = (history.lane(ThreadId{0}, depth - 1).vma(0) & LaneMask::kReadLock) != 0;
    if (held && !before) taken = depth;
    if (!held && before) dropped = depth;
  }
  REQUIRE(taken > 0);
  REQUIRE(dropped > taken);
  const LaneRow row = lane_row(history, ThreadId{0}, 0, history.steps(), 1);
  int bars = 0;
  for (const LaneBar& bar : row.bars) {
    if (bar.kind != LaneBar::Kind::kReadLock) continue;
    ++bars;
    CHECK(bar.first == static_cast<float>(taken) - 0.5F);
    CHECK(bar.last == static_cast<float>(dropped) - 0.5F);
    CHECK(bar.vma == 0);
  }
  CHECK(bars == 1);
}

TEST_CASE("the line of vm_refcnt covers the way without gaps, and keeps extremes at any grain") {
  Session session = session_of(3, 1, 1);
  session.seed(5);
  while (session.random_step()) {
  }
  History history;
  history.update(session, 1);
  for (const int grain : {1, 3, 16, 64}) {
    const std::vector<RefcntPiece> pieces = refcnt_row(history, 0, 0, history.steps(), grain);
    REQUIRE_FALSE(pieces.empty());
    Word low = pieces[0].low, high = pieces[0].high;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (i > 0) CHECK(pieces[i].first == pieces[i - 1].last);
      low = std::min(low, pieces[i].low);
      high = std::max(high, pieces[i].high);
    }
    const auto [least, greatest] = history.refcnt_range(0, 0, history.steps() + 1);
    CHECK(low == least);
    CHECK(high == greatest);
  }
  CHECK(refcnt_height(1, 3) < refcnt_height(2, 3));
  CHECK(refcnt_height(3, 3) < refcnt_height(kExcludeReadersFlag, 3));
  CHECK(refcnt_height(kExcludeReadersFlag + 3, 3) <= 1.0F);
}

}  // namespace vmalab

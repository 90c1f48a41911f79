// SPDX-License-Identifier: GPL-2.0-only
#include "view/messages.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "machine/look.h"
#include "run/schedule.h"
#include "run/test_machines.h"

namespace vmalab {
namespace {

Session session_of(Ordering ordering, std::string_view schedule) {
  Scenario scenario = standard_scenario(1, 1, 0).value();
  scenario.ordering = ordering;
  Session session(Machine::build(std::move(scenario), CodeBase::load_model(VMALAB_TEST_ASSETS, {}).value()).value());
  const std::vector<Action> actions = parse_schedule(session.machine(), schedule).value();
  for (const Action& action : actions) REQUIRE(session.apply(action));
  return session;
}

std::vector<WayRow> ways_of(const Session& session, const char* thread) {
  return way_rows(session.machine(), session.state(), session.machine().find_thread(thread).value(), messages_of(session), session.depth());
}

}  // namespace

TEST_CASE("the ways of a load are told newest first, with who wrote each value and at which step") {
  const Session session = session_of(Ordering::kLkmm, "w1*21,r1");
  const std::vector<WayRow> ways = ways_of(session, "r1");
  REQUIRE(ways.size() == 2);
  CHECK(ways[0].value == "1");
  CHECK(ways[0].origin == "w1, step 20");
  CHECK(ways[0].text == "read vma0->vm_lock_seq: 1, the newest (w1, step 20)");
  CHECK(ways[1].text == "read vma0->vm_lock_seq: UINT_MAX, an older value (from the start)");
  CHECK(ways[1].action.choice == 1);
  CHECK(ways_of(session, "w1").empty());
  CHECK(ways_of(session_of(Ordering::kSc, "w1*21,r1"), "r1").empty());
}

TEST_CASE("what each way is said to give, it gives, and who wrote it is known of the step that read it") {
  for (const Ordering ordering : {Ordering::kLkmm, Ordering::kLkmmLb}) {
    Session session = session_of(ordering, "w1*21");
    std::uint32_t random = 7;
    int older = 0, postponed = 0;
    for (int run = 0; run < 60; ++run) {
      session.go_to_depth(0);
      for (;;) {
        ActionList actions;
        session.machine().enabled(session.state(), actions);
        if (actions.count == 0) break;
        random = random * 1664525u + 1013904223u;
        const Action action = actions.items[(random >> 16) % static_cast<unsigned>(actions.count)];
        const std::vector<Way> ways = session.machine().ways(session.state(), action.thread);
        REQUIRE(action.choice < ways.size());
        const Way way = ways[action.choice];
        REQUIRE(session.apply(action));
        const StepInfo& info = session.info(session.cursor());
        CHECK(info.kind == way.kind);
        if (way.address == 0 || way.kind == Way::Kind::kPostpone) {
          postponed += way.kind == Way::Kind::kPostpone;
          continue;
        }
        CHECK(info.newer == way.newer);
        if (way.reads) CHECK(info.old_value == way.value);
        if (!way.reads || way.writes || way.newer == 0) continue;
        const auto message = messages_of(session).older_read(session.machine(), info, session.depth());
        REQUIRE(message.has_value());
        CHECK(message->value == info.old_value);
        ++older;
      }
    }
    CHECK(older > 0);
    CHECK((postponed > 0) == (ordering == Ordering::kLkmmLb));
  }
}

TEST_CASE("the words that not everybody reads the newest value of, with who may read what") {
  const Session session = session_of(Ordering::kLkmm, "w1*21");
  const std::vector<WordMessages> words = session.machine().memory(session.state());
  const Word lock_seq = vma_address(0, VmaField::kLockSeq);
  const auto found = std::find_if(words.begin(), words.end(), [&](const WordMessages& w) { return w.address == lock_seq; });
  REQUIRE(found != words.end());
  REQUIRE(found->messages.size() == 2);
  CHECK(found->messages[0].value == ~Word{0});
  CHECK(found->messages[1].value == 1);
  CHECK(found->oldest[session.machine().find_thread("r1")->value] == 0);
  CHECK(found->oldest[session.machine().find_thread("w1")->value] != 0);
  // The count that FLAG was taken off carries the sequence.
  const Word refcnt = vma_address(0, VmaField::kRefcnt);
  const auto count = std::find_if(words.begin(), words.end(), [&](const WordMessages& w) { return w.address == refcnt; });
  REQUIRE(count != words.end());
  const auto& carries = count->messages.back().carries;
  CHECK(std::find(carries.begin(), carries.end(), std::pair<Word, std::uint8_t>{lock_seq, 1}) != carries.end());
  CHECK(session_of(Ordering::kSc, "w1*21").machine().memory(session.state()).empty());
}

}  // namespace vmalab

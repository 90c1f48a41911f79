// SPDX-License-Identifier: GPL-2.0-only
// What the panels say, on the model's own scenarios.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "machine/look.h"
#include "run/schedule.h"
#include "run/test_machines.h"
#include "view/branches.h"
#include "view/class_map.h"
#include "view/story.h"
#include "view/thread_view.h"
#include "view/vma_view.h"

namespace vmalab {
namespace {

using testing::finish_randomly;
using testing::model_machine;
using testing::must;

Session open_scenario(std::string_view name) { return Session(model_machine(must(find_scenario(VMALAB_TEST_ASSETS, name)))); }

/// Steps that thread until the predicate holds.
template <typename Predicate>
void run_until(Session& session, std::string_view thread, Predicate predicate) {
  const ThreadId t = *session.machine().find_thread(thread);
  session.run_until(t, [&](const Session& s) { return predicate(s); });
  REQUIRE(predicate(session));
}

Word refcnt(const Session& s) { return refcnt_in(s.state(), VmaId{0}); }

const FactRow& fact(const VmaView& view, std::string_view label) {
  const auto it = std::find_if(view.facts.begin(), view.facts.end(), [&](const FactRow& f) { return f.label == label; });
  REQUIRE(it != view.facts.end());
  return *it;
}

VmaView view_of(const Session& session) {
  const StateValue kept = session.state_at(session.depth() > 0 ? session.parent(session.cursor()) : kRootNode);
  const State& before = kept;
  return vma_view(session.machine(), session.state(), session.depth() > 0 ? &before : nullptr, VmaId{0}, 0);
}

bool holds_kind(const VmaView& view, HolderRow::Kind kind) {
  return std::any_of(view.holders.begin(), view.holders.end(), [&](const HolderRow& h) { return h.kind == kind; });
}

}  // namespace

TEST_CASE("at the start the VMA is attached and idle, and nothing glows") {
  const Session session = open_scenario("writer-waits-for-a-reader");
  const VmaView view = view_of(session);
  CHECK(view.name == "vma0");
  CHECK(view.text == "1");
  CHECK(view.refcnt_class == RefcntClass::kAttached);
  CHECK(view.bits[31]);
  CHECK(std::count(view.bits.begin(), view.bits.end(), true) == 1);
  CHECK(std::count(view.bit_changed.begin(), view.bit_changed.end(), true) == 0);
  REQUIRE(view.holders.size() == 1);
  CHECK(view.holders[0].kind == HolderRow::Kind::kAttach);
  CHECK(view.lock_seq == "UINT_MAX");
  CHECK_FALSE(view.seq_equal);
  CHECK(fact_text(session.machine(), fact(view, "mmap_lock")) == "free");
  CHECK(fact_text(session.machine(), fact(view, "waiter")) == "nobody");
  CHECK(fact_text(session.machine(), fact(view, "mm0")) == "mm_count 1");
  for (const FactRow& row : view.facts) CHECK_FALSE(row.changed);
}

TEST_CASE("a reference is transient until the second check, then a read lock, the writer's FLAG has an owner") {
  Session session = open_scenario("writer-waits-for-a-reader");
  const ThreadId r1 = *session.machine().find_thread("r1"), w1 = *session.machine().find_thread("w1");
  run_until(session, "r1", [](const Session& s) { return refcnt(s) == 2; });
  VmaView view = view_of(session);
  CHECK(view.refcnt_changed);
  CHECK(view.bit_changed[30]);
  CHECK(view.bit_changed[31]);
  CHECK(holds_kind(view, HolderRow::Kind::kTransient));
  CHECK_FALSE(holds_kind(view, HolderRow::Kind::kReadLock));
  run_until(session, "r1", [&](const Session& s) { return look(s.machine(), s.state(), "holds_read_lock(r1, vma0)") != 0; });
  view = view_of(session);
  CHECK(holds_kind(view, HolderRow::Kind::kReadLock));
  CHECK_FALSE(view.refcnt_changed);

  session.run_until_blocked(w1);
  view = view_of(session);
  CHECK(view.text == "FLAG + 2");
  CHECK(view.flag_owner == w1);
  CHECK(vma_tabs(session.machine(), session.state(), nullptr)[0].flag_owner == w1);
  CHECK(vma_tabs(session.machine(), session.machine().initial(), nullptr)[0].flag_owner == std::nullopt);
  CHECK(view.bits[1]);
  CHECK(holds_kind(view, HolderRow::Kind::kFlag));
  CHECK(fact_text(session.machine(), fact(view, "mmap_lock")) == "w1 writes");
  CHECK(fact_text(session.machine(), fact(view, "waiter")) == "w1 for FLAG+1");
  CHECK(fact(view, "waiter").threads == std::vector<ThreadId>{w1});
  CHECK(view.refcnt_class == RefcntClass::kFlagAndReaders);

  const std::vector<ThreadRow> rows = thread_rows(session.machine(), session.state(), &session.info(session.cursor()));
  REQUIRE(rows.size() == 2);
  CHECK(rows[w1.value].asleep);
  CHECK_FALSE(rows[w1.value].can_step);
  CHECK_FALSE(rows[w1.value].blocked.empty());
  CHECK(rows[w1.value].holders == std::vector<ThreadId>{r1});
  CHECK(rows[w1.value].state == "UNINTERRUPTIBLE");
  CHECK(rows[w1.value].last_moved);
  CHECK(rows[w1.value].stack.front() == "writer");
  CHECK(rows[r1.value].can_step);
  CHECK(rows[r1.value].blocked.empty());
  CHECK_FALSE(rows[r1.value].next.empty());
  CHECK(rows[r1.value].place.find(".") != std::string::npos);
  CHECK_FALSE(rows[r1.value].line.empty());
}

TEST_CASE("equal sequences mean write-locked, and say by whom") {
  Session session = open_scenario("writer-alone");
  const ThreadId w1 = *session.machine().find_thread("w1");
  run_until(session, "w1", [&](const Session& s) { return look(s.machine(), s.state(), "vma0->vm_lock_seq == mm0->mm_lock_seq.sequence") != 0; });
  const VmaView view = view_of(session);
  CHECK(view.seq_equal);
  CHECK(view.seq_changed);
  CHECK(view.seq_meaning == "write-locked by w1");
  CHECK(view.writers == std::vector<ThreadId>{w1});
}

TEST_CASE("every scenario's demo can be shown at every step, and the rows add up") {
  for (const Scenario& scenario : must(list_scenarios(VMALAB_TEST_ASSETS))) {
    CAPTURE(scenario.name);
    Session session(model_machine(scenario));
    SessionTimeline run;
    for (const DemoStep& demo : scenario.demo) {
      for (const Action action : must(parse_schedule(session.machine(), demo.action))) {
        const std::optional<Question> question = make_question(session.machine(), session.state(), action, VmaId{0});
        REQUIRE(question);
        REQUIRE(session.apply(action));
        run.update(session, 1);
        // The question's right answer is what came.
        int right = 0;
        for (const Question::Choice& choice : question->choices) {
          if (!choice.right) continue;
          ++right;
          CHECK(choice.text == spaced_refcount(refcnt_in(session.state(), VmaId{0})));
        }
        CHECK(right == 1);
        CHECK(question->choices.size() >= 2);

        const StateValue kept = session.state_at(session.parent(session.cursor()));

        const State& before = kept;
        for (const VmaTab& tab : vma_tabs(session.machine(), session.state(), &before)) {
          const VmaView view = vma_view(session.machine(), session.state(), &before, tab.id, run.times_recycled(tab.id, session.depth()));
          // In a correct run the chips are what vm_refcnt counts.
          Word sum = 0;
          for (const HolderRow& holder : view.holders) sum += holder.kind == HolderRow::Kind::kFlag ? kExcludeReadersFlag : 1;
          CHECK(sum == view.refcnt);
        }
        const ClassMapView map = class_map_view(run, VmaId{0}, session.depth(), protocol_edges());
        CHECK(map.flag_owner == flag_owner(session.machine(), session.state(), VmaId{0}));
        CHECK(std::count_if(map.nodes.begin(), map.nodes.end(), [](const ClassNode& n) { return n.current; }) == 1);
        for (const ClassEdge& edge : map.edges) {
          // Only an object that starts a new life may leave the protocol's ways: attach sets 1.
          if (edge.walked > 0) CHECK(edge.possible);
        }
        const LessonView lesson = lesson_view(session.machine(), session.state(), session.depth(), &session.info(session.cursor()), {}, {});
        CHECK_FALSE(lesson.text.empty());
        for (const ThreadRow& row : thread_rows(session.machine(), session.state(), nullptr)) {
          CHECK(row.done == row.stack.empty());
          CHECK((row.can_step || row.done || !row.blocked.empty()));
        }
      }
    }
  }
}

TEST_CASE("the lesson tells the caption, else the story, else the step") {
  Session session = open_scenario("two-readers");
  const Machine& machine = session.machine();
  const ThreadId first{0};
  const LessonView start = lesson_view(machine, session.state(), 0, nullptr, {}, std::nullopt);
  CHECK(start.heading == machine.scenario().title);
  CHECK(start.text.find(machine.scenario().story.substr(0, 20)) != std::string::npos);
  const NextAction next{{Action::Kind::kStep, first}, NextAction::By::kDemo};
  CHECK(lesson_view(machine, session.state(), 0, nullptr, {}, next).next.find("The demo's next step") != std::string::npos);
  REQUIRE(session.apply({Action::Kind::kStep, first}));
  const StepInfo info = session.info(session.cursor());  // a copy: the session grows below
  CHECK(lesson_view(machine, session.state(), 1, &info, {"A caption.", 3, 3}, std::nullopt).text == "A caption.");
  const LessonView under_way = lesson_view(machine, session.state(), 1, &info, {"A caption.", 2, 3}, std::nullopt);
  CHECK(under_way.text == "A caption.  (2 of 3 steps)");
  CHECK(under_way.under_way);
  CHECK(lesson_view(machine, session.state(), 1, &info, {}, std::nullopt).text.find(step_text(machine, info)) != std::string::npos);
  finish_randomly(session);
  CHECK(start.broken.empty());
  StepInfo bad = info;
  bad.violations = bit_of(properties::kExclusion) | bit_of(properties::kNoWarning);
  const std::string broken = lesson_view(machine, session.state(), 1, &bad, {"A caption.", 1, 1}, std::nullopt).broken;
  CHECK(broken.find("exclusion: ") == 0);
  CHECK(broken.find("\nno-warning: ") != std::string::npos);
  const LessonView end = lesson_view(machine, session.state(), session.depth(), &info, {}, std::nullopt);
  CHECK(end.next == "All threads are done.");
}

TEST_CASE("the map counts the ways gone up to the cursor, and takes what is possible from a check") {
  Session session = open_scenario("writer-waits-for-a-reader");
  run_until(session, "r1", [](const Session& s) { return refcnt(s) == 2; });
  SessionTimeline run;
  run.update(session, 1);
  const ClassMapView map = class_map_view(run, VmaId{0}, session.depth(), protocol_edges());
  CHECK(map.walked == 1);
  const auto edge = std::find_if(map.edges.begin(), map.edges.end(), [](const ClassEdge& e) { return e.walked > 0; });
  REQUIRE(edge != map.edges.end());
  CHECK(edge->from == RefcntClass::kAttached);
  CHECK(edge->to == RefcntClass::kReferenced);
  CHECK(edge->last);
  CHECK(class_map_view(run, VmaId{0}, session.depth() - 1, protocol_edges()).walked == 0);

  const PossibleEdges checked = class_edges({{1, 2}, {2, 1}, {1, kExcludeReadersFlag + 1}, {3, 2}, {2, 2}});
  CHECK(checked.at(RefcntClass::kAttached, RefcntClass::kReferenced));
  CHECK(checked.at(RefcntClass::kReferenced, RefcntClass::kReferenced));
  CHECK_FALSE(checked.at(RefcntClass::kFlag, RefcntClass::kDetached));
  CHECK(class_map_view(run, VmaId{0}, session.depth(), checked).possible == 4);
}

TEST_CASE("branches say where they begin and how long they are") {
  Session session = open_scenario("two-readers");
  const ThreadId a{0}, b{1};
  for (int i = 0; i < 3; ++i) REQUIRE(session.apply({Action::Kind::kStep, a}));
  session.go_to_depth(1);
  REQUIRE(session.apply({Action::Kind::kStep, b}));
  session.rename_branch(1, "the other way");
  const std::vector<BranchRow> rows = branch_rows(session);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].where.empty());
  CHECK(rows[0].length == 3);
  CHECK_FALSE(rows[0].active);
  CHECK(rows[1].name == "the other way");
  CHECK(rows[1].where == "from step 1");
  CHECK(rows[1].length == 2);
  CHECK(rows[1].active);
  CHECK(step_tooltip(session, 2)[0].find("Step 2, " + session.machine().scenario().threads[1].name) == 0);
  CHECK(step_tooltip(session, 0)[0] == "the start");
}

}  // namespace vmalab

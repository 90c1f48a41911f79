// SPDX-License-Identifier: GPL-2.0-only
// What the marks of a session's timeline are, and what the two ends of a violation are, in runs that are known.
#include "view/timeline_marks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "machine/variants.h"
#include "run/demo.h"
#include "run/test_machines.h"
#include "run/workspace.h"
#include "view/session_timeline.h"

namespace vmalab {
namespace {

using testing::must;

/// The demo of a variant, played to its end.
struct Played {
  explicit Played(std::string scenario, std::string variant = {}) : document(open(std::move(scenario), std::move(variant))) {
    const Demo demo = must(Demo::of(document.session.machine()));
    for (const Demo::Step& step : demo.steps()) REQUIRE(document.session.apply(step.action));
    run.update(document.session, 1);
  }
  static Document open(std::string scenario, std::string variant) {
    Origin origin;
    origin.what = what_is(scenario);
    origin.text = std::move(scenario);
    origin.code.variant = std::move(variant);
    return must(Workspace(VMALAB_TEST_ASSETS).open(origin));
  }
  std::string name(ThreadId t) const { return document.session.machine().scenario().threads[t.value].name; }
  const StepInfo& step(int depth) const { return document.session.info(document.session.path()[static_cast<std::size_t>(depth)]); }

  Document document;
  SessionTimeline run;
};

}  // namespace

TEST_CASE("no two kinds of step look alike, and what must not be missed lies on top") {
  std::set<Shape> shapes;
  for (auto i = static_cast<int>(Mark::kRead); i <= static_cast<int>(Mark::kViolation); ++i) {
    const auto mark = static_cast<Mark>(i);
    CHECK(shape_of(mark) != Shape::kNone);
    CHECK(shapes.insert(shape_of(mark)).second);
    if (mark != Mark::kViolation) CHECK(weight_of(mark) < weight_of(Mark::kViolation));
    if (mark != Mark::kRefused && is_step(mark) && mark != Mark::kSignal) CHECK(weight_of(mark) < weight_of(Mark::kRefused));
  }
}

TEST_CASE("the legend has what occurs and nothing else") {
  const Played quiet("read-lock-and-unlock");
  const std::vector<Mark> legend = legend_of(quiet.run.timeline());
  const auto has = [](const std::vector<Mark>& marks, Mark mark) { return std::find(marks.begin(), marks.end(), mark) != marks.end(); };
  CHECK(has(legend, Mark::kRead));
  CHECK(has(legend, Mark::kAtomic));
  CHECK(has(legend, Mark::kReadLock));
  for (const Mark mark : {Mark::kRefused, Mark::kViolation, Mark::kSignal, Mark::kAsleep, Mark::kWoke, Mark::kDone}) {
    CAPTURE(std::string(mark_name(mark)));
    CHECK_FALSE(has(legend, mark));
  }
  const Played flag("flag-keeps-a-reader-out");
  CHECK(has(legend_of(flag.run.timeline()), Mark::kRefused));
  const Played waits("writer-waits-for-a-reader");
  CHECK(has(legend_of(waits.run.timeline()), Mark::kAsleep));
  CHECK(has(legend_of(waits.run.timeline()), Mark::kWoke));
}

TEST_CASE("exclusion: the write lock that broke it is joined to the read lock that it broke") {
  const Played played("standard-1-1-0", "no-flag");
  REQUIRE(played.run.violations().size() == 1);
  const Violation& violation = played.run.violations()[0];
  CHECK(violation.property == &properties::kExclusion);
  CHECK(violation.depth == played.run.steps());
  CHECK(played.name(violation.thread) == "w1");
  REQUIRE(violation.other);
  CHECK(played.name(violation.other->thread) == "r1");
  CHECK(violation.other->what == "read lock taken");
  const auto held = [&](int depth) {
    return played.run.timeline().holds(violation.other->thread.value, static_cast<timeline::Category>(Mark::kReadLock), 0, depth);
  };
  CHECK(held(violation.other->depth));
  CHECK_FALSE(held(violation.other->depth - 1));
}

TEST_CASE("no-use-after-free: the use is joined to the freeing") {
  const Played played("recycled-vma-and-exit", "put-wakes-freed-mm");
  REQUIRE(!played.run.violations().empty());
  const Violation& violation = played.run.violations()[0];
  CHECK(violation.property == &properties::kNoUseAfterFree);
  CHECK(played.name(violation.thread) == "r1");
  REQUIRE(violation.other);
  CHECK(played.name(violation.other->thread) == "p1");
  CHECK(violation.other->what == "freed");
  CHECK(played.step(violation.other->depth).op == Op::kMmDrop);
  CHECK(played.step(violation.other->depth).new_value == 0);
}

TEST_CASE("no-stuck: the step that woke nobody is joined to the sleep that it left") {
  const Played played("standard-1-1-0", "no-wake");
  REQUIRE(played.run.violations().size() == 1);
  const Violation& violation = played.run.violations()[0];
  CHECK(violation.property == &properties::kNoStuck);
  REQUIRE(violation.other);
  CHECK(violation.other->thread != violation.thread);
  CHECK(played.run.timeline().holds(violation.other->thread.value, static_cast<timeline::Category>(Mark::kAsleep), timeline::kNoObject,
                                    violation.other->depth));
}

TEST_CASE("violations follow the session to another branch and back, and a state that stays broken is named once") {
  Played played("standard-1-1-0", "no-flag");
  Session& session = played.document.session;
  const int broken_at = played.run.violations()[0].depth;
  // Go on as long as it stays broken: it is one violation.
  const auto chance = random_scheduler(1);
  take_step(session, *chance);
  played.run.update(session, 1);
  if ((played.step(broken_at + 1).violations & ~played.step(broken_at).violations) == 0) CHECK(played.run.violations().size() == 1);
  const int branch = session.active_branch();
  session.go_to_depth(1);
  const ThreadId other{played.name(played.step(2).action.thread) == "w1" ? std::uint8_t{0} : std::uint8_t{1}};
  REQUIRE(session.apply({Action::Kind::kStep, other}));
  played.run.update(session, 1);
  CHECK(played.run.violations().empty());
  session.select_branch(branch);
  played.run.update(session, 1);
  REQUIRE(played.run.violations().size() == 1);
  CHECK(played.run.violations()[0].depth == broken_at);
  CHECK(played.run.violations()[0].other);
}

TEST_CASE("every variant's demo ends in a violation whose ends are in order") {
  const Result<std::vector<Variant>> variants = list_variants(VMALAB_TEST_ASSETS);
  REQUIRE(variants);
  int joined = 0;
  for (const Variant& variant : *variants) {
    CAPTURE(variant.name);
    if (variant.demo.empty()) continue;
    const Played played(variant.scenario, variant.name);
    for (const Violation& violation : played.run.violations()) {
      CHECK((played.step(violation.depth).violations & bit_of(*violation.property)) != 0);
      if (!violation.other) continue;
      ++joined;
      CHECK(violation.other->depth < violation.depth);
      CHECK(violation.other->depth > 0);
    }
  }
  CHECK(joined >= 4);
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "view/beside_view.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "run/demo.h"
#include "run/test_machines.h"
#include "run/workspace.h"

namespace vmalab {
namespace {

using testing::must;

Machine machine_of(const std::string& scenario, const std::string& variant = {}, std::optional<bool> lockdep = {}) {
  Origin origin;
  origin.text = scenario;
  origin.code.variant = variant;
  origin.overrides.lockdep = lockdep;
  return must(Workspace(VMALAB_TEST_ASSETS).open(origin)).session.machine();
}

TwoRuns demo_in(const Machine& first, const Machine& second, std::size_t lead) {
  TwoRuns runs = must(TwoRuns::begin(first, second, {"first", "second"}, lead));
  const Demo demo = must(Demo::of(lead == 0 ? first : second));
  for (const Demo::Step& step : demo.steps()) runs.take(step.action);
  return runs;
}

const BesideLine& line(const BesideView& view, const std::string& label) {
  const auto it = std::find_if(view.lines.begin(), view.lines.end(), [&](const BesideLine& l) { return l.label == label; });
  REQUIRE(it != view.lines.end());
  return *it;
}

}  // namespace

TEST_CASE("before the parting everything is one, at it what differs is new, behind it it is not new any more") {
  const Machine changed = machine_of("", "no-flag"), lock = machine_of(changed.scenario().name);
  const TwoRuns runs = demo_in(lock, changed, 1);
  REQUIRE(runs.parting());
  const int parting = runs.parting()->row;
  const BesideView start = beside_view(runs, 0, VmaId{0});
  CHECK(start.where == BesideView::Where::kBefore);
  CHECK(start.sentence.find("Both are at the start. They part ") == 0);
  for (const BesideLine& l : start.lines) CHECK(l.same);
  CHECK_FALSE(start.anything_anew);

  const BesideView here = beside_view(runs, parting, VmaId{0});
  CHECK(here.where == BesideView::Where::kParting);
  CHECK(here.anything_anew);
  CHECK_FALSE(here.same_step);
  CHECK_FALSE(here.same_word);
  CHECK(here.word_anew);
  CHECK(here.vmas[0].text == "FLAG + 1");
  CHECK(here.vmas[1].text == "1");
  CHECK(here.steps[0].taken);
  CHECK(here.steps[0].text.find("vma0->vm_refcnt 1 -> FLAG+1") == 0);
  // The line that each ran stands in what is shown around it.
  for (const BesideStep& step : here.steps) {
    if (!step.taken) continue;
    REQUIRE(step.line >= step.first);
    REQUIRE(step.line - step.first < step.code.size());
  }
  REQUIRE(static_cast<int>(runs.rows().size()) > parting + 1);
  const BesideView behind = beside_view(runs, parting + 1, VmaId{0});
  CHECK(behind.where == BesideView::Where::kBehind);
  CHECK_FALSE(behind.same_word);
  CHECK_FALSE(behind.word_anew);
}

TEST_CASE("a look of one alone is shown as that, and where the other stands") {
  const Machine on = machine_of("detach-alone", {}, true), off = machine_of("detach-alone", {}, false);
  const TwoRuns runs = demo_in(on, off, 0);
  REQUIRE_FALSE(runs.parting());
  REQUIRE_FALSE(runs.looks_alone().empty());
  const int look = runs.looks_alone().front();
  const BesideView view = beside_view(runs, look, VmaId{0});
  CHECK(view.where == BesideView::Where::kLookAlone);
  CHECK(view.sentence == "Only second looks here, which changes nothing. They do not part in this run.");
  CHECK_FALSE(view.steps[0].taken);
  CHECK(view.steps[0].text == "no such step");
  CHECK(view.steps[1].text.find("looks at mm0->mmap_lock") == 0);
  CHECK(view.same_word);
  CHECK(view.same_sequence);
  CHECK(line(view, "mmap_lock").same);
}

TEST_CASE("no value is lost: whatever differs stands in some line") {
  for (const char* variant : {"no-recheck", "put-wakes-freed-mm", "walk-holds-two", "second-lock-waits"}) {
    CAPTURE(variant);
    const Machine changed = machine_of("", variant), lock = machine_of(changed.scenario().name);
    const TwoRuns runs = demo_in(lock, changed, 1);
    REQUIRE(runs.parting());
    for (int row = 0; row < static_cast<int>(runs.rows().size()); ++row) {
      const BesideView view = beside_view(runs, row, VmaId{0});
      const bool any = !view.same_word || !view.same_sequence || !view.same_references ||
                       std::any_of(view.lines.begin(), view.lines.end(), [](const BesideLine& l) { return !l.same; });
      const auto fields = differing_fields(lock, runs.state_at(0, row), changed, runs.state_at(1, row));
      CHECK((any || fields.empty()));
    }
  }
}

TEST_CASE("two branches: the shorter one has ended") {
  Session session(machine_of("standard-1-1-0"));
  const Action r{Action::Kind::kStep, ThreadId{0}}, w{Action::Kind::kStep, ThreadId{1}};
  for (const Action& action : {r, r, r, r}) must(session.apply(action));
  session.go_to_depth(1);
  must(session.apply(w));
  const TwoRuns runs = TwoRuns::of_branches(session, 0, 1);
  const BesideView fork = beside_view(runs, 2, VmaId{0});
  CHECK(fork.sentence == "Here the branches part.");
  const BesideView end = beside_view(runs, 4, VmaId{0});
  CHECK(end.steps[1].text == "this branch has ended");
  CHECK(end.steps[0].taken);
}

}  // namespace vmalab

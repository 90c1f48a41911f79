// SPDX-License-Identifier: GPL-2.0-only
// The memory picture on the stories that it is for, and on every scenario and variant: it says what the states and the run say.
#include "view/memory_view.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "machine/holds.h"
#include "machine/variants.h"
#include "run/demo.h"
#include "run/test_machines.h"
#include "run/workspace.h"
#include "view/session_timeline.h"
#include "view/vma_view.h"

namespace vmalab {
namespace {

using testing::finish_randomly;
using testing::must;

using Kind = MemoryArrow::Kind;
using Look = MemoryArrow::Look;
using Life = MemoryVma::Life;

Session open_session(std::string_view scenario, std::string variant = {}) {
  Origin origin;
  origin.what = what_is(scenario);
  origin.text = scenario;
  origin.code.variant = std::move(variant);
  return must(Workspace(VMALAB_TEST_ASSETS).open(origin)).session;
}

/// The picture of a session, step by step.
struct Run {
  Session session;
  SessionTimeline timeline;

  explicit Run(std::string_view scenario, std::string variant = {}) : session(open_session(scenario, std::move(variant))) {}

  ThreadId thread(std::string_view name) const { return *session.machine().find_thread(name); }
  void steps(std::string_view name, int count = 1) {
    for (int i = 0; i < count; ++i) REQUIRE(session.apply({Action::Kind::kStep, thread(name)}));
  }
  template <typename Predicate>
  MemoryView until(std::string_view name, Predicate predicate) {
    for (int i = 0; i < 200; ++i) {
      steps(name);
      MemoryView now = view();
      if (predicate(now)) return now;
    }
    FAIL("it never comes to that");
    return {};
  }
  MemoryView view() {
    timeline.update(session, 1);
    const NodeId cursor = session.cursor();
    const State before = session.state_at(cursor == kRootNode ? cursor : session.parent(cursor));
    const bool first = cursor == kRootNode;
    return memory_view(session.machine(), session.state(), first ? nullptr : &before, first ? nullptr : &session.info(cursor), timeline.memory(),
                       session.depth());
  }
};

const MemoryArrow* find(const MemoryView& view, Kind kind, std::optional<ThreadId> thread = {}, std::optional<VmaId> vma = {}) {
  for (const MemoryArrow& arrow : view.arrows) {
    const bool by = !thread || std::find(arrow.threads.begin(), arrow.threads.end(), *thread) != arrow.threads.end();
    if (arrow.kind == kind && by && (!vma || arrow.vma == vma)) return &arrow;
  }
  return nullptr;
}

constexpr VmaId kVma0{0};
constexpr MmId kMm0{0}, kMm1{1};

/// Every arrow, and nothing else, is what the state, the run and the last step say.
void check_picture(const Run& run, const MemoryView& view) {
  const State& state = run.session.state();
  const Machine& machine = run.session.machine();
  REQUIRE(static_cast<int>(view.mms.size()) == machine.limits().mms);
  REQUIRE(static_cast<int>(view.vmas.size()) == machine.limits().vmas);
  REQUIRE(static_cast<int>(view.threads.size()) == machine.thread_count());
  for (const MemoryVma& vma : view.vmas) {
    CHECK((vma.life == Life::kSpare || vma.life == Life::kFreed) == (state.vma(vma.vma.id).allocated == 0));
    if (vma.owner) CHECK(mm_address(vma.owner->value) == state.vma(vma.vma.id)[VmaField::kMm]);
    if (vma.owner) CHECK(state.vma(vma.vma.id).allocated != 0);
    CHECK(vma.text.back() == '.');
  }
  for (const MemoryMm& mm : view.mms) {
    Word tree = 0;
    for (std::size_t page = 0; page < mm.pages.size(); ++page) {
      if (mm.pages[page]) tree |= static_cast<Word>(mm.pages[page]->value + 1) << (4 * page);
    }
    CHECK(tree == state.mm(mm.id)[MmField::kMmMt]);
    for (const std::string* text : {&mm.text, &mm.tree_text, &mm.lock_text, &mm.waiter_text}) CHECK(text->back() == '.');
  }
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    if (machine.done(state, id)) continue;
    for (const Word word : state.thread(id).registers) {
      if (!names_vma(word)) continue;
      const MemoryArrow* arrow = find(view, Kind::kVmaOfThread, id, vma_id(address_object(word)));
      REQUIRE(arrow != nullptr);
      if (arrow->look == Look::kFreed) CHECK(vma_at(state, word).allocated == 0);
      if (arrow->look == Look::kStale) CHECK(is_stale(state.thread(id), word));
      if (arrow->look == Look::kLoose) CHECK(is_loose(state.thread(id), word));
      if (arrow->look == Look::kSound) CHECK_FALSE(is_stale(state.thread(id), word));
    }
  }
  std::size_t pointers = 0;
  for (const MemoryArrow& arrow : view.arrows) {
    CHECK_FALSE(arrow.text.empty());
    if (arrow.kind == Kind::kTouch) {
      CHECK((arrow.violation || arrow.look == Look::kFreed));
    } else {
      CHECK(arrow.text.back() == '.');
    }
    const bool of_threads = arrow.kind == Kind::kVmaOfThread || arrow.kind == Kind::kMmOfThread;
    CHECK(arrow.threads.empty() == (arrow.kind == Kind::kTree || arrow.kind == Kind::kOwner));
    for (const ThreadId t : arrow.threads) {
      if (of_threads) CHECK_FALSE(machine.done(state, t));
    }
    pointers += of_threads ? 1 : 0;
  }
  // Bundled by object and look, whatever the number of threads; of the recycled there are more where lives differ.
  CHECK(pointers <= 6 * (view.vmas.size() + view.mms.size()));
}

}  // namespace

TEST_CASE("at the start: the tree has the VMA, vm_mm leads back, and no thread has a pointer") {
  Run run("recycled-vma");
  const MemoryView view = run.view();
  CHECK(view.arrows.size() == 2);
  const MemoryArrow* tree = find(view, Kind::kTree);
  REQUIRE(tree != nullptr);
  CHECK(tree->mm == kMm0);
  CHECK(tree->vma == kVma0);
  CHECK(tree->text == "The tree of mm0 has vma0 at 0x1000.");
  const MemoryArrow* owner = find(view, Kind::kOwner);
  REQUIRE(owner != nullptr);
  CHECK(owner->text == "vma0->vm_mm is mm0.");
  CHECK(view.vmas[0].life == Life::kAttached);
  CHECK(view.vmas[0].generation == 0);
  CHECK(view.vmas[0].owner == kMm0);
  CHECK(view.vmas[0].bounds == "0x1000 - 0x2000");
  for (const MemoryVma& vma : view.vmas) CHECK_FALSE((vma.moved || vma.changed));
  for (const MemoryMm& mm : view.mms) CHECK(mm.alive);
}

TEST_CASE("recycled: the VMA goes to the slab and to the other mm, and the old pointer says so") {
  Run run("recycled-vma");
  const ThreadId r1 = run.thread("r1");
  run.steps("r1");
  MemoryView view = run.view();
  const MemoryArrow* pointer = find(view, Kind::kVmaOfThread, r1);
  REQUIRE(pointer != nullptr);
  CHECK(pointer->look == Look::kLoose);
  CHECK(pointer->changed);
  CHECK(pointer->text.find("r1 points at vma0") == 0);

  view = run.until("u1", [](const MemoryView& v) { return v.vmas[0].moved; });
  CHECK(view.vmas[0].life == Life::kFreed);
  CHECK_FALSE(view.vmas[0].owner);
  CHECK(view.vmas[0].owner_before == kMm0);
  CHECK(find(view, Kind::kTree) == nullptr);
  CHECK(find(view, Kind::kOwner) == nullptr);
  pointer = find(view, Kind::kVmaOfThread, r1);
  REQUIRE(pointer != nullptr);
  CHECK(pointer->look == Look::kFreed);
  run.session.run_until_blocked(run.thread("u1"));

  // Handed out, it still has the vm_mm of its old life: it has not gone back there.
  view = run.until("a1", [](const MemoryView& v) { return v.vmas[0].generation == 1; });
  CHECK(address_object(run.session.state().vma(kVma0)[VmaField::kMm]) == kMm0.value);
  CHECK(view.vmas[0].life == Life::kDetached);
  CHECK_FALSE(view.vmas[0].owner);
  pointer = find(view, Kind::kVmaOfThread, r1);
  REQUIRE(pointer != nullptr);
  CHECK(pointer->look == Look::kRecycled);
  CHECK(pointer->found_generation == 0);
  CHECK(pointer->text.find("handed the object out once since") != std::string::npos);
  const MemoryArrow* own = find(view, Kind::kVmaOfThread, run.thread("a1"));
  REQUIRE(own != nullptr);
  CHECK(own->look == Look::kSound);
  CHECK(own->found_generation == 1);

  view = run.until("a1", [](const MemoryView& v) { return v.vmas[0].moved; });
  CHECK(view.vmas[0].owner == kMm1);
  view = run.until("a1", [](const MemoryView& v) { return find(v, Kind::kTree) != nullptr; });
  CHECK(find(view, Kind::kTree)->mm == kMm1);
  // r1 counts itself in a VMA of the other mm, and then points at that mm.
  run.session.run_until_blocked(run.thread("a1"));
  run.until("r1", [](const MemoryView& v) { return v.vmas[0].vma.holders.size() == 2; });
  view = run.until("r1", [&](const MemoryView& v) { return find(v, Kind::kMmOfThread, r1) != nullptr; });
  CHECK(find(view, Kind::kMmOfThread, r1)->mm == kMm1);
}

TEST_CASE("a pointer that is found anew is as good as new, and a branch of the run has its own history") {
  MemoryHistory history;
  const auto step = [](Word result, std::uint8_t recycled = 0xff) {
    StepInfo info;
    info.result = result;
    info.recycled = recycled;
    return info;
  };
  const ThreadId r1{0};
  history.append(step(vma_address(0)), 1);
  history.append(step(vma_address(0), 0), 5);
  history.append(step(0), 6);
  CHECK(history.found_generation(r1, kVma0, 4) == 0);
  CHECK(history.found_generation(r1, kVma0, 5) == 1);
  CHECK(history.found_generation(ThreadId{1}, kVma0, 6) == 0);
  CHECK(history.generation(kVma0, 4) == 0);
  CHECK(history.generation(kVma0, 6) == 1);
  CHECK(history.owner_is_set(kVma0, 4));
  CHECK_FALSE(history.owner_is_set(kVma0, 5));
  StepInfo store = step(0);
  store.op = Op::kStore;
  store.address = vma_address(0, VmaField::kMm);
  history.append(store, 7);
  CHECK(history.owner_is_set(kVma0, 7));
  CHECK_FALSE(history.owner_is_set(kVma0, 6));
  history.truncate(4);
  CHECK(history.generation(kVma0, 100) == 0);
  CHECK(history.found_generation(r1, kVma0, 100) == 0);
  CHECK(history.owner_is_set(kVma0, 100));
}

TEST_CASE("the writer that waits: its FLAG on the VMA, its name in the slot, its mmap_lock") {
  Run run("writer-waits-for-a-reader");
  const ThreadId r1 = run.thread("r1"), w1 = run.thread("w1");
  run.session.run_until(r1, [&](const Session& s) { return s.state().thread(r1).holds[0].read_locks == 1; });
  const MemoryView locked = run.view();
  const MemoryArrow* pointer = find(locked, Kind::kVmaOfThread, r1);
  REQUIRE(pointer != nullptr);
  CHECK(pointer->look == Look::kSound);
  run.session.run_until_blocked(w1);
  const MemoryView view = run.view();
  const MemoryArrow* waits = find(view, Kind::kWaiter, w1);
  REQUIRE(waits != nullptr);
  CHECK(waits->mm == kMm0);
  CHECK(view.mms[0].waiter == w1);
  CHECK(view.mms[0].writers == std::vector<ThreadId>{w1});
  CHECK(view.mms[0].lock_text.find("w1") != std::string::npos);
  CHECK(view.threads[w1.value].asleep);
  CHECK(view.vmas[0].vma.text == "FLAG + 2");
}

TEST_CASE("a pointer is stale once nothing keeps its VMA, and a use of it strikes") {
  Run run("munmap-waits-for-a-reader", "use-after-unlock");
  const ThreadId r1 = run.thread("r1");
  MemoryView view = run.until("r1", [&](const MemoryView& v) {
    const MemoryArrow* pointer = find(v, Kind::kVmaOfThread, r1);
    return pointer != nullptr && pointer->look == Look::kStale;
  });
  CHECK(find(view, Kind::kTouch) == nullptr);
  view = run.until("r1", [](const MemoryView& v) { return find(v, Kind::kTouch) != nullptr; });
  const MemoryArrow* touch = find(view, Kind::kTouch, r1);
  REQUIRE(touch != nullptr);
  CHECK(touch->violation);
  CHECK(touch->vma == kVma0);
  CHECK(view.vmas[0].touch == Touch::kViolation);
}

TEST_CASE("CVE-2025-38554: mm1 is freed under a stranger's pointer, which then strikes it") {
  Run run("recycled-vma-and-exit", "put-wakes-freed-mm");
  const Demo demo = must(Demo::of(run.session.machine()));
  const ThreadId r1 = run.thread("r1");
  bool pointed = false;
  for (const Demo::Step& step : demo.steps()) {
    REQUIRE(run.session.apply(step.action));
    const MemoryView view = run.view();
    const MemoryArrow* pointer = find(view, Kind::kMmOfThread, r1);
    const bool dangles = pointer != nullptr && pointer->mm == kMm1 && pointer->look == Look::kFreed;
    CHECK(dangles == (pointer != nullptr && !view.mms[1].alive));
    pointed |= dangles;
    if (run.session.depth() < static_cast<int>(demo.steps().size())) {
      const MemoryArrow* touch = find(view, Kind::kTouch);
      CHECK((touch == nullptr || !touch->violation));
    }
  }
  CHECK(pointed);
  const MemoryView view = run.view();
  CHECK_FALSE(view.mms[1].alive);
  CHECK(view.mms[0].alive);
  // Beside the lock word, too: what lay in the mm is gone, not free.
  const VmaView beside = vma_view(run.session.machine(), run.session.state(), nullptr, VmaId{0}, 1);
  const auto says = [&](const char* label, const char* value) {
    return std::any_of(beside.facts.begin(), beside.facts.end(),
                       [&](const FactRow& row) { return row.label == label && row.value == value && row.freed; });
  };
  CHECK(says("mmap_lock", "freed with mm1"));
  CHECK(says("waiter", "freed with mm1"));
  CHECK(says("mm1", "freed"));
  CHECK(beside.mm_seq == "freed");
  CHECK(beside.seq_meaning == "gone with mm1");
  CHECK(view.mms[1].touch == Touch::kViolation);
  const MemoryArrow* touch = find(view, Kind::kTouch, r1);
  REQUIRE(touch != nullptr);
  CHECK(touch->violation);
  CHECK(touch->mm == kMm1);
  CHECK(touch->look == Look::kFreed);
  CHECK(touch->text.find("after the mm_struct was freed") != std::string::npos);
}

TEST_CASE("a pointer that a thread was called with is one from the start, also late in a long run") {
  Session session(testing::machine_from(testing::kEndlessScenario));
  SessionTimeline timeline;
  const auto pointer = [&] {
    timeline.update(session, 1);
    const MemoryView view = memory_view(session.machine(), session.state(), nullptr, nullptr, timeline.memory(), session.depth());
    const MemoryArrow* arrow = find(view, Kind::kVmaOfThread);
    REQUIRE(arrow != nullptr);
    CHECK(arrow->look == Look::kSound);
    return arrow->text;
  };
  CHECK(pointer() == "a and b point at vma0.");
  for (int i = 0; i < 5000; ++i) REQUIRE(session.apply({Action::Kind::kStep, thread_id(i % 2)}));
  CHECK(pointer() == "a and b point at vma0.");
}

TEST_CASE("fourteen readers' pointers are one arrow a look") {
  Run run("std-14-1-1");
  for (int t = 0; t < 14; ++t) run.steps("r" + std::to_string(t + 1));
  const MemoryView view = run.view();
  int arrows = 0;
  for (const MemoryArrow& arrow : view.arrows) {
    if (arrow.kind != Kind::kVmaOfThread) continue;
    ++arrows;
    CHECK(arrow.threads.size() == 14);
    CHECK(arrow.text.find("r13 and r14 point at vma0") != std::string::npos);
  }
  CHECK(arrows == 1);
}

TEST_CASE("every scenario and every variant, at every step of its demo and of runs by chance") {
  const auto walk = [](Run& run) {
    check_picture(run, run.view());
    if (const Result<Demo> demo = Demo::of(run.session.machine())) {
      for (const Demo::Step& step : demo->steps()) {
        if (!run.session.apply(step.action)) break;
        CAPTURE(run.session.depth());
        check_picture(run, run.view());
      }
    }
    run.session.restart();
    finish_randomly(run.session, 7);
    for (int depth = 0; depth < static_cast<int>(run.session.path().size()); depth += 3) {
      run.session.go_to_depth(depth);
      CAPTURE(depth);
      check_picture(run, run.view());
    }
  };
  for (const Scenario& scenario : must(list_scenarios(VMALAB_TEST_ASSETS))) {
    CAPTURE(scenario.name);
    Run run(scenario.name);
    walk(run);
  }
  for (const Variant& variant : must(list_variants(VMALAB_TEST_ASSETS))) {
    CAPTURE(variant.name);
    Run run(variant.scenario, variant.name);
    walk(run);
  }
}

}  // namespace vmalab

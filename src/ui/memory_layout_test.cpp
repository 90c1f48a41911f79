// SPDX-License-Identifier: GPL-2.0-only
// The geometry of the memory picture, at every size: boxes apart, no arrow through a box, arrows where they belong.
#include "ui/memory_layout.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "run/test_machines.h"
#include "run/workspace.h"
#include "ui/panel_cache.h"

namespace vmalab {
namespace {

using Kind = MemoryArrow::Kind;

bool overlap(const Rect& a, const Rect& b) {
  return a.min.x < b.max.x - 0.1F && b.min.x < a.max.x - 0.1F && a.min.y < b.max.y - 0.1F && b.min.y < a.max.y - 0.1F;
}
bool inside(const Rect& inner, const Rect& outer) {
  return inner.min.x >= outer.min.x - 0.1F && inner.min.y >= outer.min.y - 0.1F && inner.max.x <= outer.max.x + 0.1F &&
         inner.max.y <= outer.max.y + 0.1F;
}
/// All lines are upright or level, so a line is a box of no breadth.
Rect box_of(ImVec2 a, ImVec2 b) { return {{std::min(a.x, b.x), std::min(a.y, b.y)}, {std::max(a.x, b.x) + 0.05F, std::max(a.y, b.y) + 0.05F}}; }
bool is_corner(ImVec2 a, ImVec2 b) { return std::abs(a.x - b.x) < 0.1F || std::abs(a.y - b.y) < 0.1F; }

void check_layout(const MemoryView& view, ImVec2 room, float unit) {
  const MemoryLayout layout = memory_layout(view, room, unit, 2.2F * unit);
  const Rect whole{{0, 0}, layout.size};
  std::vector<Rect> boxes(layout.mms.begin(), layout.mms.end() - 1);
  boxes.insert(boxes.end(), layout.vmas.begin(), layout.vmas.end());
  boxes.insert(boxes.end(), layout.threads.begin(), layout.threads.end());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    CHECK(inside(boxes[i], whole));
    for (std::size_t j = i + 1; j < boxes.size(); ++j) CHECK_FALSE(overlap(boxes[i], boxes[j]));
  }
  for (const Rect& box : boxes) CHECK(box.height() >= unit);
  for (std::size_t m = 0; m < view.mms.size(); ++m) {
    CHECK(inside(layout.mms[m], layout.bands[m]));
    CHECK(inside(layout.trees[m], layout.mms[m]));
  }
  for (std::size_t v = 0; v < view.vmas.size(); ++v) {
    const std::size_t row = view.vmas[v].owner ? view.vmas[v].owner->value : view.mms.size();
    CHECK(inside(layout.vmas[v], layout.bands[row]));
    // A VMA that moves stays in its column.
    CHECK(layout.vmas[v].min.x == layout.vmas_before[v].min.x);
  }
  REQUIRE(layout.ways.size() == view.arrows.size());
  for (std::size_t i = 0; i < layout.ways.size(); ++i) {
    const MemoryLayout::Way& way = layout.ways[i];
    const MemoryArrow& arrow = view.arrows[i];
    CAPTURE(arrow.text);
    REQUIRE(way.trunk.size() >= 2);
    std::vector<Rect> lines;
    for (std::size_t p = 1; p < way.trunk.size(); ++p) {
      CHECK(is_corner(way.trunk[p - 1], way.trunk[p]));
      lines.push_back(box_of(way.trunk[p - 1], way.trunk[p]));
    }
    for (const MemoryLayout::Way::Stub& stub : way.stubs) lines.push_back(box_of(stub.from, stub.to));
    if (!way.stubs.empty()) lines.push_back(box_of(way.rail_left, way.rail_right));
    for (const Rect& line : lines) {
      CHECK(inside(line, whole));
      for (const Rect& box : boxes) CHECK_FALSE(overlap(line, box));
    }
    // The head is at the edge of what it points at.
    const Rect& to = arrow.kind == Kind::kOwner || (!arrow.vma && arrow.kind != Kind::kWaiter) ? layout.mms[arrow.mm->value]
                     : arrow.kind == Kind::kWaiter                                             ? layout.threads[arrow.threads[0].value]
                                                                                               : layout.vmas[arrow.vma->value];
    CHECK(inside(box_of(way.trunk.back(), way.trunk.back()), to));
    CHECK(distance(way, way.trunk.back()) < 0.1F);
    if (arrow.kind != Kind::kWaiter) CHECK(way.stubs.size() == arrow.threads.size());
  }
}

}  // namespace

TEST_CASE("boxes stand apart and no arrow crosses one, in every scenario, at every size") {
  const Workspace workspace(VMALAB_TEST_ASSETS);
  std::vector<std::string> names{"std-9-2-1", "std-10-4-2"};
  for (const Scenario& scenario : testing::must(list_scenarios(VMALAB_TEST_ASSETS))) names.push_back(scenario.name);
  for (const std::string& name : names) {
    CAPTURE(name);
    Origin origin;
    origin.what = what_is(name);
    origin.text = name;
    Session session = testing::must(workspace.open(origin)).session;
    testing::finish_randomly(session, 3);
    PanelCache cache;
    for (int depth = 0; depth < static_cast<int>(session.path().size()); depth += 2) {
      session.go_to_depth(depth);
      CAPTURE(depth);
      const MemoryView& view = cache.memory(session, 1);
      for (const ImVec2 room : {ImVec2{420, 140}, ImVec2{460, 145}, ImVec2{1200, 560}, ImVec2{3800, 1900}}) {
        CAPTURE(room.x);
        check_layout(view, room, 15);
        if (room.x > 2000) check_layout(view, room, 60);
      }
    }
  }
}

TEST_CASE("four mms, four VMAs, moved, stale and bundled") {
  MemoryView view;
  for (std::uint8_t m = 0; m < kMaxMms; ++m) {
    MemoryMm mm;
    mm.id = MmId{m};
    for (std::uint8_t v = 0; v < kMaxVmas; ++v) mm.pages[v] = VmaId{v};
    mm.waiter = ThreadId{m};
    view.mms.push_back(mm);
  }
  for (std::uint8_t v = 0; v < kMaxVmas; ++v) {
    MemoryVma vma;
    vma.vma.id = VmaId{v};
    if (v > 0) vma.owner = mm_id(kMaxMms - v);
    view.vmas.push_back(vma);
  }
  std::vector<ThreadId> all;
  for (std::uint8_t t = 0; t < kMaxThreads; ++t) {
    MemoryThread thread;
    thread.id = ThreadId{t};
    view.threads.push_back(thread);
    all.push_back(thread.id);
  }
  const auto add = [&](Kind kind, std::optional<MmId> mm, std::optional<VmaId> vma, std::vector<ThreadId> threads) {
    MemoryArrow arrow{kind};
    arrow.mm = mm;
    arrow.vma = vma;
    arrow.threads = std::move(threads);
    view.arrows.push_back(std::move(arrow));
  };
  for (const MemoryMm& mm : view.mms) {
    for (const MemoryVma& vma : view.vmas) add(Kind::kTree, mm.id, vma.vma.id, {});
    add(Kind::kWaiter, mm.id, {}, {*mm.waiter});
    add(Kind::kMmOfThread, mm.id, {}, all);
    add(Kind::kTouch, mm.id, {}, {all[5]});
  }
  for (const MemoryVma& vma : view.vmas) {
    if (vma.owner) add(Kind::kOwner, vma.owner, vma.vma.id, {});
    for (int look = 0; look < 3; ++look) add(Kind::kVmaOfThread, {}, vma.vma.id, all);
    add(Kind::kTouch, {}, vma.vma.id, {all[15]});
  }
  for (const ImVec2 room : {ImVec2{420, 140}, ImVec2{1200, 560}, ImVec2{3800, 1900}}) check_layout(view, room, 15);
}

TEST_CASE("no room at all: the picture asks for what it needs and never folds up") {
  const Session session(testing::model_machine(testing::must(standard_scenario(2, 1, 1))));
  PanelCache cache;
  check_layout(cache.memory(session, 1), {10, 10}, 15);
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "view/state_map_view.h"

#include <doctest/doctest.h>

namespace vmalab {
namespace {

using check::MapCell;
using check::StateMap;

/// Two depths: {1: 1 state}, {1: 2 states, FLAG+1: 3 of which 1 ends and 2 break no-stuck}.
StateMap small() {
  StateMap map;
  StateMap::Level level{};
  level[0][static_cast<std::size_t>(RefcntClass::kAttached)].states = 1;
  map.add(0, level);
  level[0][static_cast<std::size_t>(RefcntClass::kAttached)].states = 2;
  level[0][static_cast<std::size_t>(RefcntClass::kFlagPlusOne)] = {3, 1, 2, bit_of(properties::kNoStuck)};
  map.add(1, level);
  return map;
}

}  // namespace

TEST_CASE("rows are the classes that occur, the largest on top, and columns are depths, or several") {
  const StateMapView view = state_map_view(small(), VmaId{0});
  CHECK(view.rows == std::vector{RefcntClass::kFlagPlusOne, RefcntClass::kAttached});
  REQUIRE(view.columns.size() == 2);
  CHECK(view.columns[1].of(RefcntClass::kFlagPlusOne).states == 3);
  CHECK(view.sum == MapCell{6, 1, 2, bit_of(properties::kNoStuck)});
  CHECK(view.most == 3);
  const StateMapView narrow = state_map_view(small(), VmaId{0}, 2);
  REQUIRE(narrow.columns.size() == 1);
  CHECK(narrow.columns[0].first == 0);
  CHECK(narrow.columns[0].last == 1);
  CHECK(narrow.columns[0].of(RefcntClass::kAttached).states == 3);
  CHECK(narrow.sum == view.sum);
  CHECK(state_map_view({}, VmaId{0}).rows.empty());
}

TEST_CASE("a cell is told in one sentence") {
  CHECK(map_cell_text("vma0", 1, 1, RefcntClass::kAttached, {2, 0, 0, 0}) ==
        "1 step from the start, vm_refcnt of vma0 1 (attached, idle or write-locked): 2 states.");
  CHECK(map_cell_text("vma0", 4, 7, RefcntClass::kFlag, {1, 1, 0, 0}) ==
        "4 to 7 steps from the start, vm_refcnt of vma0 FLAG (detaching, readers gone): 1 state, it ends the run.");
  const PropertySet stuck = bit_of(properties::kNoStuck), use = bit_of(properties::kUseLocked);
  CHECK(map_cell_text("v", 2, 2, RefcntClass::kDetached, {1200, 3, 7, stuck}) ==
        "2 steps from the start, vm_refcnt of v 0 (detached): 1,200 states, 3 of them end the run; 7 of them break no-stuck.");
  CHECK(map_cell_text("v", 2, 2, RefcntClass::kDetached, {5, 0, 1, use}) ==
        "2 steps from the start, vm_refcnt of v 0 (detached): 5 states; from 1 of them a step breaks use-locked.");
  CHECK(map_cell_text("v", 2, 2, RefcntClass::kDetached, {5, 0, 5, use | stuck}) ==
        "2 steps from the start, vm_refcnt of v 0 (detached): 5 states; all of them break at once or with the next step use-locked and no-stuck.");
}

TEST_CASE("of any number a cell says how many references readers hold") {
  CHECK(map_cell_text("v", 2, 2, RefcntClass::kFlag, {.states = 4, .held = {4, 0, 0}}) ==
        "2 steps from the start, vm_refcnt of v FLAG (detaching, readers gone): 4 states. References that readers hold: none.");
  CHECK(map_cell_text("v", 2, 2, RefcntClass::kFlagAndReaders, {.states = 4, .held = {0, 1, 3}})
            .ends_with("4 states. References that readers hold: one in 1 of them and many in 3 of them."));
}

TEST_CASE("classes are written as they are shown") {
  for (const RefcntClassInfo& info : refcnt_classes()) CHECK(parse_refcnt_class(info.value) == info.id);
  CHECK(parse_refcnt_class("flag+1") == RefcntClass::kFlagPlusOne);
  CHECK(parse_refcnt_class("2") == RefcntClass::kReferenced);
  CHECK(parse_refcnt_class(">FLAG+1") == RefcntClass::kFlagAndReaders);
  CHECK_FALSE(parse_refcnt_class("3"));
  CHECK_FALSE(parse_refcnt_class(""));
}

TEST_CASE("the nearest state that breaks a check") {
  CHECK(nearest_breaking(small(), VmaId{0}) == check::MapPlace{1, RefcntClass::kFlagPlusOne});
  CHECK_FALSE(nearest_breaking({}, VmaId{0}));
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The map of the state space as a table to draw or print: rows are the classes of vm_refcnt, the largest on top, so that it reads as
// a chart of the word; columns are depths, several to a column where there are more of them than room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/map_search.h"
#include "check/state_map.h"

namespace vmalab {

/// One or several depths of the map.
struct MapColumn {
  int first = 0, last = 0;                                      ///< depths
  std::array<check::MapCell, check::StateMap::kClasses> cells;  ///< by class
  const check::MapCell& of(RefcntClass c) const { return cells[static_cast<std::size_t>(c)]; }
};

struct StateMapView {
  std::vector<RefcntClass> rows;   ///< those that occur, the largest value first
  std::vector<MapColumn> columns;  ///< from the start's depth
  check::MapCell sum;
  std::uint64_t most = 0;  ///< states in the fullest cell
};
/// @param per_column depths that share a column, at least 1
StateMapView state_map_view(const check::StateMap& map, VmaId vma, int per_column = 1);

/// "12 to 15", "12".
std::string depths_text(int first, int last);
/// What a cell is, in one sentence: "12 steps from the start, vm_refcnt of vma0 FLAG+1 (exclusive, or detaching with one reader left): 34
/// states, 2 of them end the run; 1 of them breaks no-stuck."
std::string map_cell_text(std::string_view vma, int first, int last, RefcntClass of, const check::MapCell& cell);
/// "FLAG+1", also "flag+1", "2..FLAG-1", "2", as the classes are written; nullopt: none.
std::optional<RefcntClass> parse_refcnt_class(std::string_view text);
/// The nearest depth with states of that class that break a check, and the class; of several the largest value. nullopt: none does.
std::optional<check::MapPlace> nearest_breaking(const check::StateMap& map, VmaId vma);

}  // namespace vmalab

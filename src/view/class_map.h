// SPDX-License-Identifier: GPL-2.0-only
// The classes of vm_refcnt as a graph: where the nodes stand (fixed, so that the eye learns the map), which one is lit,
// which edges this run has walked and which are possible.
//
// The map is a table: columns are the number (0, 1, more), the upper row is with FLAG. So every step of the protocol
// moves one node sideways (a reference comes or goes) or up and down (FLAG comes or goes).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "view/session_timeline.h"

namespace vmalab {

/// Edges that can happen: by the protocol as it is described, or as a check has found them.
struct PossibleEdges {
  std::array<std::array<bool, ClassEdges::kClasses>, ClassEdges::kClasses> set{};
  bool& at(RefcntClass from, RefcntClass to) { return set[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)]; }
  bool at(RefcntClass from, RefcntClass to) const { return set[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)]; }
};
const PossibleEdges& protocol_edges();
/// From pairs of values (old, new), as a check reports them.
PossibleEdges class_edges(const std::vector<std::pair<Word, Word>>& value_edges);

struct ClassNode {
  RefcntClass id{};
  std::string value, brief, name, meaning;
  int column = 0, row = 0;  ///< row 0 is the upper one
  bool current = false;
  bool visited = false;
};
struct ClassEdge {
  RefcntClass from{}, to{};
  int walked = 0;  ///< times, on the way to the cursor
  bool possible = false;
  bool last = false;  ///< by the step that led to the cursor
};
struct ClassMapView {
  std::vector<ClassNode> nodes;
  std::vector<ClassEdge> edges;  ///< walked or possible; those never walked first
  std::optional<ThreadId> flag_owner;
  const ClassNode& node(RefcntClass id) const;
  int walked = 0, possible = 0;  ///< how many different edges
};

/// Of one VMA, on the way to `depth`.
ClassMapView class_map_view(const SessionTimeline& timeline, VmaId vma, int depth, const PossibleEdges& possible);

}  // namespace vmalab

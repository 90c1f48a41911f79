// SPDX-License-Identifier: GPL-2.0-only
#include "ui/state_map_lines.h"

namespace vmalab {

void MapLines::update(const Session& session, std::uint64_t serial, const StateSpace& space, VmaId vma) {
  const std::vector<NodeId>& path = session.path();
  const bool again = missed_ && tree_ != space.tree();
  if (again || serial_ != serial || branch_ != session.active_branch() || vma_ != vma || steps_ > path.size()) {
    *this = {};
    serial_ = serial;
    branch_ = session.active_branch();
    vma_ = vma;
  }
  tree_ = space.tree();
  const std::size_t placed = tree_ ? tree_->size() : 0;
  for (; steps_ < path.size() && path[steps_] < placed; ++steps_) add(run_, session, space, path[steps_], static_cast<int>(steps_));
  for (; nodes_ < session.node_count() && nodes_ < placed; ++nodes_) {
    const auto node = static_cast<NodeId>(nodes_);
    const auto depth = static_cast<std::size_t>(session.depth(node));
    if (depth >= path.size() || path[depth] != node) add(others_, session, space, node, 0);
  }
}

void MapLines::add(std::vector<MapLine>& lines, const Session& session, const StateSpace& space, NodeId node, int step) {
  const OnMap from = space.at(session.parent(node)), to = space.at(node);
  if (from.depth < 0 || to.depth < 0) {
    missed_ = true;
    return;
  }
  const MapLine line{{from.depth, from.classes[vma_.value]}, {to.depth, to.classes[vma_.value]}, session.info(node).action.thread, step};
  const auto bits = [](const check::MapPlace& place) { return static_cast<std::uint64_t>(place.depth) << 4U | static_cast<std::uint64_t>(place.of); };
  // A depth has fewer than 24 bits: no memory holds a graph of that many states.
  const std::uint64_t key = bits(line.from) << 34U | bits(line.to) << 6U | static_cast<std::uint64_t>(line.thread.value) << 1U | (step > 0 ? 1U : 0U);
  if (known_.insert(key).second) lines.push_back(line);
}

}  // namespace vmalab

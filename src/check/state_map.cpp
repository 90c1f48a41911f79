// SPDX-License-Identifier: GPL-2.0-only
#include "check/state_map.h"

#include <algorithm>

#include "check/parts.h"

namespace vmalab::check {

MapCell StateMap::sum() const {
  MapCell sum;
  for (const Level& level : levels_) {
    for (const MapCell& cell : level[0]) sum.add(cell);
  }
  return sum;
}

MapCell& StateMap::cell_at(int depth, VmaId vma, RefcntClass of) {
  if (levels_.size() <= static_cast<std::size_t>(depth)) levels_.resize(static_cast<std::size_t>(depth) + 1);
  return levels_[static_cast<std::size_t>(depth)][vma.value][static_cast<std::size_t>(of)];
}

void StateMap::add(int depth, const Level& level) {
  for (std::size_t v = 0; v < level.size(); ++v) {
    for (std::size_t c = 0; c < kClasses; ++c) add(depth, vma_id(static_cast<int>(v)), static_cast<RefcntClass>(c), level[v][c]);
  }
}

StateMap::Tally::Tally(const Machine& machine, const Components& components) : components_(components), vmas_(machine.limits().vmas) {}

void StateMap::Tally::look_at(Index shared) {
  if (shared >= classes_.size()) classes_.resize(std::max<std::size_t>(2 * classes_.size(), shared + 1));
  const Shared parts = components_.shared.get(shared);
  classes_[shared] = {ClassCode::of(vmas_, [&](int v) { return parts.vmas[static_cast<std::size_t>(v)][VmaField::kRefcnt]; }), true};
}

}  // namespace vmalab::check

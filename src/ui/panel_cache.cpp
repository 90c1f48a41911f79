// SPDX-License-Identifier: GPL-2.0-only
#include "ui/panel_cache.h"

namespace vmalab {

const State* PanelCache::before(const Session& session, std::uint64_t serial) {
  const NodeId cursor = session.cursor();
  if (before_serial_ != serial || before_node_ != cursor) {
    before_serial_ = serial;
    before_node_ = cursor;
    before_.reset();
    if (cursor != kRootNode) before_ = session.state_at(session.parent(cursor));
  }
  return before_ ? &static_cast<const State&>(*before_) : nullptr;
}

const MemoryView& PanelCache::memory(const Session& session, std::uint64_t serial) {
  const NodeId cursor = session.cursor();
  if (memory_serial_ != serial || memory_node_ != cursor) {
    memory_serial_ = serial;
    memory_node_ = cursor;
    timeline.update(session, serial);
    const StepInfo* last = cursor == kRootNode ? nullptr : &session.info(cursor);
    memory_ = memory_view(session.machine(), session.state(), before(session, serial), last, timeline.memory(), session.depth());
  }
  return memory_;
}

const std::vector<Session::Difference>& PanelCache::differences(const Session& session, std::uint64_t serial) {
  std::string names;
  for (const Session::Branch& branch : session.branches()) names += branch.name + '\n';
  std::tuple now{serial, session.node_count(), session.active_branch(), std::move(names)};
  if (now != differences_of_) {
    differences_of_ = std::move(now);
    differences_.clear();
    for (int branch = 0; branch < static_cast<int>(session.branches().size()); ++branch) {
      const bool itself = branch == session.active_branch();
      differences_.push_back(itself ? Session::Difference{} : session.compare_branches(session.active_branch(), branch));
    }
  }
  return differences_;
}

const std::vector<ForkMark>& PanelCache::forks(const Session& session, std::uint64_t serial) {
  // A branch that grows leaves where it left: only another one changes the marks.
  const std::tuple now{serial, session.branches().size(), session.active_branch()};
  if (now != forks_of_) {
    forks_of_ = now;
    forks_ = fork_marks(session);
  }
  return forks_;
}

const StateMapView& PanelCache::state_map(const std::shared_ptr<const check::StateMap>& map, VmaId vma, int per_column) {
  const std::tuple now{map, vma, per_column};
  if (now != state_map_of_) {
    state_map_of_ = now;
    state_map_ = state_map_view(*map, vma, per_column);
  }
  return state_map_;
}

}  // namespace vmalab

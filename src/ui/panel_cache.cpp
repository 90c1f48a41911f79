// SPDX-License-Identifier: GPL-2.0-only
#include "ui/panel_cache.h"

namespace vmalab {

PanelCache& panel_cache(Lab& lab) {
  if (!lab.panel_cache) lab.panel_cache = std::make_shared<PanelCache>();
  lab.panel_cache->timeline_of_run.update(lab.session(), lab.session_serial());
  return *lab.panel_cache;
}

const State* PanelCache::before(const Lab& lab) {
  const NodeId cursor = lab.session().cursor();
  if (before_serial_ != lab.session_serial() || before_node_ != cursor) {
    before_serial_ = lab.session_serial();
    before_node_ = cursor;
    before_.reset();
    if (cursor != kRootNode) before_ = lab.session().state_at(lab.session().parent(cursor));
  }
  return before_ ? &*before_ : nullptr;
}

const std::vector<Session::Difference>& PanelCache::differences(const Lab& lab) {
  const Session& session = lab.session();
  std::string names;
  for (const Session::Branch& branch : session.branches()) names += branch.name + '\n';
  std::tuple now{lab.session_serial(), session.node_count(), session.active_branch(), std::move(names)};
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

}  // namespace vmalab

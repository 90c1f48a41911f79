// SPDX-License-Identifier: GPL-2.0-only
#include "ui/panel_cache.h"

namespace vmalab {

PanelCache& panel_cache(Lab& lab) {
  if (!lab.panel_cache) lab.panel_cache = std::make_shared<PanelCache>();
  lab.panel_cache->history.update(lab.session(), lab.session_serial());
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

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The steps that the value which is asked about comes from: a quiet mark at each below the ruler, and an arc from each to the next.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "ui/timeline_panel.h"

namespace vmalab {

void TimelinePanel::causes() const {
  const std::vector<int>& chain = state.chain;
  if (chain.empty()) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float y = rows.ruler + rows.ruler_height, r = 0.22F * em();
  ImGui::PushClipRect({min.x, rows.ruler}, {max.x, rows.lanes_end}, true);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const float x = x_of_step(chain[i]);
    if (i + 1 < chain.size()) {
      const float from = x_of_step(chain[i + 1]), deep = std::min(0.9F * em(), 0.25F * (x - from) + 0.3F * em());
      draw->AddBezierCubic({from, y}, {from, y + deep}, {x, y + deep}, {x, y}, with_alpha(theme().accent, 0.7F), 1.5F * hairline(context));
    }
    draw->AddQuadFilled({x - r, y}, {x, y - r}, {x + r, y}, {x, y + r}, theme().accent);
    context.mark_rect("timeline/cause/" + std::to_string(chain[i]), {x - r, y - r}, {x + r, y + r});
  }
  ImGui::PopClipRect();
}

}  // namespace vmalab

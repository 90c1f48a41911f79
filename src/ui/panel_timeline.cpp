// SPDX-License-Identifier: GPL-2.0-only
// Time from left to right: the whole run as a minimap, a ruler, vm_refcnt as lines, then a lane a thread. Only what is in view is looked at, at the
// grain of a pixel. What the parts are and how they are drawn is in timeline_*.cpp.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "ui/panels.h"
#include "ui/timeline_panel.h"
#include "view/branches.h"

namespace vmalab {
namespace {

/// The names of threads, with a pin and a fold button each.
float width_of_names(const PanelContext& context) {
  WithFont bold(context.fonts().bold);
  float widest = 2.6F * context.em();
  for (const ThreadSetup& thread : context.scenario().threads) widest = std::max(widest, text_width(thread.name) + 0.5F * context.em());
  return widest + 2 * context.em();
}

}  // namespace

void draw_timeline(const PanelContext& context, TimelineState& state, int vma) {
  const float em = context.em();
  const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  context.timeline();  // up to date from here on
  TimelinePanel panel{context, state, context.cache, vma_id(std::clamp(vma, 0, std::max(context.machine().limits().vmas - 1, 0)))};
  panel.names = std::min(width_of_names(context), 0.25F * room.x);
  const bool tree = context.session().branches().size() > 1 && room.x > 30 * em;
  const float side = tree ? std::min(11 * em, 0.28F * room.x) : 0;
  panel.min = {at.x + panel.names, at.y};
  panel.max = {at.x + room.x - (tree ? side + 1.2F * em : 0.6F * em), at.y + room.y};
  panel.minimap_end = panel.max.x - panel.buttons_width();
  if (panel.minimap_end - panel.min.x < 2 * em || room.y < 2 * em) return;
  if (context.cache.view.version != panel.run().version()) {
    context.cache.view.version = panel.run().version();
    context.cache.view.legend = legend_of(panel.timeline());
  }
  panel.place_rows(at.y, at.y + room.y);
  panel.set_scale();
  if (state.zoom_by != 1) {
    const float now = panel.x_of(static_cast<float>(context.session().depth()));
    const bool seen = now >= panel.min.x && now <= panel.max.x;
    panel.zoom_around(seen ? now : 0.5F * (panel.min.x + panel.max.x), std::exchange(state.zoom_by, 1.0F));
  }
  panel.keep_cursor_in_view();
  panel.set_scale();
  panel.keep_selected_in_view();

  panel.minimap();
  panel.buttons();
  panel.chapters();
  panel.forks();
  panel.ruler_input();
  panel.track_input();
  const int grain = panel.has_shapes() ? 1 : std::max(1, static_cast<int>(std::ceil(kFinestCell * em / panel.step)));
  context.cache.view.lanes.update(panel.run(), panel.first_depth(), panel.last_depth() + 1, grain);
  panel.draw_lanes();
  panel.ruler();
  panel.captions();
  panel.hover_band();
  panel.causes();
  panel.no_return();
  panel.violations();
  panel.playhead();
  panel.scrollbar();
  panel.legend_row();
  panel.legend_window();
  if (panel.hovered_step >= 0 && state.drag == TimelineState::Drag::kNone) {
    std::string text;
    for (const std::string& line : step_tooltip(context.session(), panel.hovered_step)) text += (text.empty() ? "" : "\n") + line;
    show_tooltip(text);
  }
  if (tree) draw_branches(context, {at.x + room.x - side, at.y}, {side, room.y});
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The whole run in one line: every thread's steps, what broke, where the present is, and the window on it that the lanes below
// show. The window can be dragged, its edges too; a press beside it takes it there.
#include <algorithm>
#include <cmath>

#include "ui/timeline_panel.h"

namespace vmalab {
namespace {

constexpr const char* kLess = "\xe2\x88\x92";
constexpr float kEdge = 0.35F;  // em, in which an edge of the window is caught

}  // namespace

float TimelinePanel::x_in_minimap(float depth) const {
  return min.x + depth / (static_cast<float>(run().expected_steps()) + 1.0F) * (minimap_end - min.x);
}

void TimelinePanel::minimap_input() {
  const ImGuiIO& io = ImGui::GetIO();
  const float steps = static_cast<float>(run().expected_steps()) + 1.0F;
  const float per_pixel = steps / (minimap_end - min.x);
  const float at = std::clamp((io.MousePos.x - min.x) * per_pixel, 0.0F, steps);
  const float left = x_in_minimap(state.first), right = std::min(x_in_minimap(state.first + visible_steps()), minimap_end);
  using Drag = TimelineState::Drag;
  const bool at_left = std::abs(io.MousePos.x - left) < kEdge * em(), at_right = std::abs(io.MousePos.x - right) < kEdge * em();
  if (ImGui::IsItemActivated()) {
    state.drag = at_right ? Drag::kRightEdge : at_left ? Drag::kLeftEdge : Drag::kWindow;
    const bool inside = io.MousePos.x >= left && io.MousePos.x <= right;
    state.drag_offset = inside ? at - state.first : 0.5F * visible_steps();
    state.drag_anchor = at_right ? state.first : state.first + std::min(visible_steps(), steps - state.first);
  }
  if (ImGui::IsItemHovered() && (at_left || at_right)) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  if (ImGui::IsItemActive()) {
    if (state.drag == Drag::kWindow) {
      state.first = at - state.drag_offset;
    } else if (state.drag == Drag::kLeftEdge || state.drag == Drag::kRightEdge) {
      const float wide = std::max(std::abs(at - state.drag_anchor), 2.0F);
      zoom_around(min.x, visible_steps() / wide);
      state.first = state.drag == Drag::kLeftEdge ? state.drag_anchor - wide : state.drag_anchor;
    }
    set_scale();
  } else if (ImGui::IsItemHovered() && io.MouseWheel != 0) {
    state.first -= io.MouseWheel * 0.2F * visible_steps();
    set_scale();
  }
}

void TimelinePanel::minimap() {
  if (rows.minimap_height <= 0) return;
  const ImVec2 low{min.x, rows.minimap}, high{minimap_end, rows.minimap + rows.minimap_height};
  ImGui::SetCursorScreenPos(low);
  ImGui::InvisibleButton("minimap", {high.x - low.x, high.y - low.y});
  context.mark("timeline/minimap");
  minimap_input();

  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(low, high, theme().background, 0.2F * em());
  cache.view.minimap.update(run(), static_cast<int>((high.x - low.x) / kFinestCell / em()));
  const float inset = 0.12F * em(), row = (high.y - low.y - 2 * inset) / static_cast<float>(run().thread_count());
  for (int t = 0; t < run().thread_count(); ++t) {
    const float y = low.y + inset + row * static_cast<float>(t);
    const ThreadId id = thread_id(t);
    for (const timeline::Instant& instant : cache.view.minimap.row(id)) {
      const float left = x_in_minimap(static_cast<float>(instant.first) - 1), right = x_in_minimap(static_cast<float>(instant.last) - 1);
      draw->AddRectFilled({left, y}, {std::max(right, left + 1), y + std::max(row - 0.15F * row, 1.0F)}, theme().thread(id));
    }
  }
  float last = -1e9F;
  for (const Violation& violation : run().violations()) {
    const float x = x_in_minimap(static_cast<float>(violation.depth) - 0.5F);
    if (x - last < 1) continue;
    last = x;
    draw->AddRectFilled({x - 0.18F * em(), low.y}, {x + 0.18F * em(), high.y}, theme().bad);
  }
  const float left = x_in_minimap(state.first), right = std::min(x_in_minimap(state.first + visible_steps()), high.x);
  draw->AddRectFilled(low, {left, high.y}, with_alpha(theme().panel, 0.6F));
  draw->AddRectFilled({right, low.y}, high, with_alpha(theme().panel, 0.6F));
  const bool hot = ImGui::IsMouseHoveringRect(low, high);
  draw->AddRect({left, low.y}, {right, high.y}, hot ? theme().text : theme().text_dim, 0.2F * em(), 0, 1.5F * hairline(context));
  const float now = x_in_minimap(static_cast<float>(context.session().depth()));
  draw->AddRectFilled({now - hairline(context), low.y}, {now + hairline(context), high.y}, theme().accent);
  context.mark_rect("timeline/window", {left, low.y}, {right, high.y});
}

float TimelinePanel::buttons_width() const {
  WithFont small(context.fonts().small);
  float wide = 0.4F * em();
  for (const char* text : {"Fit", kLess, "+", "?"}) wide += text_width(text) + 1.0F * em();
  return wide;
}

/// Fit, narrower, wider, legend: right of the minimap.
void TimelinePanel::buttons() const {
  if (rows.minimap_height <= 0) return;
  WithFont small(context.fonts().small);
  const float height = std::min(rows.minimap_height, 1.6F * em()), pad = std::max(0.5F * (height - ImGui::GetFontSize()), 0.0F);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.4F * em(), pad});
  ImGui::SetCursorScreenPos({minimap_end + 0.4F * em(), rows.minimap});
  if (toggle(context, "timeline/fit", "Fit", state.fit, "The whole run in view.  (Shift+F)")) context.actions.run(CommandId::kFitTimeline);
  ImGui::SameLine(0, 0.2F * em());
  if (button(context, "timeline/zoom-out", kLess, true, "More steps, less room for each.  (-)")) context.actions.run(CommandId::kZoomOut);
  ImGui::SameLine(0, 0.2F * em());
  if (button(context, "timeline/zoom-in", "+", true, "Fewer steps, more room for each.  (+)")) context.actions.run(CommandId::kZoomIn);
  if (!rows.legend_complete) {
    ImGui::SameLine(0, 0.2F * em());
    if (toggle(context, "timeline/legend-button", "?", state.legend, "What the marks mean.  (I)")) context.actions.run(CommandId::kLegend);
  }
  ImGui::PopStyleVar();
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Where the timeline stands, and what mouse and wheel do to it: a press or a drag on the lanes travels, the right or middle button drags
// the picture, the wheel zooms around the mouse, Shift and wheel move along, over the names it scrolls the lanes.
#include <algorithm>
#include <cmath>

#include "ui/timeline_panel.h"

namespace vmalab {
namespace {

constexpr float kWidestStep = 1.4F;    // em, at zoom 1
constexpr float kWidestDemo = 3.2F;    // em: the length of a demo is known, and it fills the panel from its first step on
constexpr float kNarrowestFit = 0.5F;  // em: a run that fits at this width is shown whole

}  // namespace

int TimelinePanel::first_depth() const { return std::max(0, static_cast<int>(std::floor(state.first)) - 1); }
int TimelinePanel::last_depth() const { return std::min(run().steps(), static_cast<int>(std::ceil(state.first + visible_steps())) + 1); }

void TimelinePanel::set_scale() {
  const float room = max.x - min.x, steps = static_cast<float>(run().expected_steps()) + 1.0F;
  const float widest = (run().has_demo() ? kWidestDemo : kWidestStep) * em();
  // At zoom 1 a short run is shown whole.
  const float whole = std::clamp(room / steps, kNarrowestFit * em(), widest), fit = std::min(whole, room / steps);
  step = state.fit ? fit : std::max(whole * state.zoom, fit);
  // What is remembered is what is seen, so that the next step of zooming is seen as well.
  state.zoom = step / whole;
  state.first = std::clamp(state.first, 0.0F, std::max(0.0F, steps - 0.5F * visible_steps()));
  if (steps <= visible_steps() * 1.0001F) state.first = 0;
  state.visible = visible_steps();
}

void TimelinePanel::zoom_around(float x, float factor) {
  const float at = depth_at(x);
  state.fit = false;
  state.zoom = std::clamp(state.zoom * factor, TimelineState::kLeastZoom, TimelineState::kGreatestZoom);
  set_scale();
  state.first = at - (x - min.x) / step;
  set_scale();
}

void TimelinePanel::keep_cursor_in_view() {
  const NodeId cursor = context.session().cursor();
  if (cache.view.serial == context.serial() && cache.view.shown_cursor == cursor) return;
  const bool opened = cache.view.serial != context.serial();
  cache.view.serial = context.serial();
  cache.view.shown_cursor = cursor;
  // Who has just stepped is selected: that moves no lane, unless all of this is new.
  cache.view.shown_thread = opened ? -1 : context.selected.value;
  if (!state.follow || state.drag != TimelineState::Drag::kNone) return;
  const auto depth = static_cast<float>(context.session().depth());
  const float room = visible_steps(), margin = std::min(2.0F, 0.2F * room);
  const float end = static_cast<float>(run().expected_steps());
  const float right_margin = std::min(margin, std::max(0.0F, end - depth) + 1.0F);
  if (depth - state.first < margin) state.first = std::max(0.0F, depth - margin);
  if (state.first + room - depth < right_margin) state.first = depth + right_margin - room;
  state.first = std::max(state.first, 0.0F);
}

void TimelinePanel::keep_selected_in_view() {
  const float height = std::max(lanes.open_height, 1.0F);
  float scroll = std::clamp(state.lane_scroll * height, 0.0F, lanes.greatest_scroll());
  if (cache.view.shown_thread != context.selected.value) scroll = scroll_to_lane(lanes, context.selected.value, scroll);
  cache.view.shown_thread = context.selected.value;
  state.lane_scroll = scroll / height;
}

void TimelinePanel::scroll_lanes(float pixels) {
  const float height = std::max(lanes.open_height, 1.0F);
  state.lane_scroll = std::clamp(state.lane_scroll * height + pixels, 0.0F, lanes.greatest_scroll()) / height;
}

void TimelinePanel::travel_to_mouse() {
  const int depth = std::clamp(static_cast<int>(std::lround(depth_at(ImGui::GetIO().MousePos.x))), 0, run().steps());
  if (depth != context.session().depth()) context.actions.travel_to(depth);
}

void TimelinePanel::ruler_input() {
  ImGui::SetCursorScreenPos({min.x, rows.ruler});
  ImGui::InvisibleButton("ruler", {max.x - min.x, rows.captions + rows.captions_height - rows.ruler});
  context.mark("timeline/ruler");
  if (ImGui::IsItemActivated()) state.drag = TimelineState::Drag::kTravel;
  if (ImGui::IsItemActive()) travel_to_mouse();
}

void TimelinePanel::track_input() {
  const ImGuiIO& io = ImGui::GetIO();
  const ImVec2 low{min.x, rows.counters}, high{max.x, std::max(rows.lanes_end, rows.counters + 1)};
  using Drag = TimelineState::Drag;
  ImGui::SetCursorScreenPos(low);
  ImGui::InvisibleButton("track", {high.x - low.x, high.y - low.y},
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight | ImGuiButtonFlags_MouseButtonMiddle);
  context.mark("timeline/track");
  if (ImGui::IsItemActivated()) state.drag = ImGui::IsMouseDown(0) ? Drag::kTravel : Drag::kPan;
  if (ImGui::IsItemActive() && state.drag == Drag::kTravel) travel_to_mouse();
  if (ImGui::IsItemActive() && state.drag == Drag::kPan) {
    state.first -= io.MouseDelta.x / step;
    scroll_lanes(-io.MouseDelta.y);
    set_scale();
  }
  if (!ImGui::IsAnyItemActive()) state.drag = Drag::kNone;

  const float left = min.x - names;
  if (!ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) return;
  if (io.MousePos.y < rows.ruler || io.MousePos.y > high.y || io.MousePos.x < left || io.MousePos.x > max.x) return;
  if (io.MousePos.x < min.x) {
    if (io.MouseWheel != 0) scroll_lanes(-io.MouseWheel * 1.5F * lanes.open_height);
    return;
  }
  if (io.MousePos.y >= rows.counters) hovered_step = std::clamp(static_cast<int>(std::ceil(depth_at(io.MousePos.x))), 0, run().steps());
  if (io.KeyShift || io.MouseWheelH != 0) {
    state.first -= (io.MouseWheel + io.MouseWheelH) * 0.12F * visible_steps();
    set_scale();
  } else if (io.MouseWheel != 0) {
    // What is under the mouse stays under the mouse.
    zoom_around(io.MousePos.x, std::pow(1.2F, io.MouseWheel));
  }
}

}  // namespace vmalab

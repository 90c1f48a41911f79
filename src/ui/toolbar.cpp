// SPDX-License-Identifier: GPL-2.0-only
// The row of buttons under the menu bar: as many as there is room for.
#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "ui/screen.h"

namespace vmalab {
namespace {

constexpr float kIconWidth = 1.05F;  ///< in em, with the room to its right

std::string tip_of(const Command& what) {
  const std::string keys = shortcut_text(what.shortcut);
  return std::string(what.sentence) + (keys.empty() ? "" : "  (" + keys + ")");
}

std::string speed_text(double speed) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), speed == 1 ? "%g step/s" : "%g steps/s", speed);
  return text.data();
}

}  // namespace

void Screen::draw_icon(Icon icon, ImVec2 centre, float size, Colour colour) const {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float r = 0.36F * size;
  const float x = centre.x, y = centre.y;
  switch (icon) {
    case Icon::kRestart:
      draw->AddRectFilled({x - r, y - r}, {x - 0.55F * r, y + r}, colour);
      draw->AddTriangleFilled({x + r, y - r}, {x - 0.45F * r, y}, {x + r, y + r}, colour);
      break;
    case Icon::kBack: draw->AddTriangleFilled({x + 0.8F * r, y - r}, {x - 0.9F * r, y}, {x + 0.8F * r, y + r}, colour); break;
    case Icon::kForward:
    case Icon::kPlay: draw->AddTriangleFilled({x - 0.8F * r, y - r}, {x - 0.8F * r, y + r}, {x + 0.9F * r, y}, colour); break;
    case Icon::kPause:
      draw->AddRectFilled({x - 0.8F * r, y - r}, {x - 0.2F * r, y + r}, colour);
      draw->AddRectFilled({x + 0.2F * r, y - r}, {x + 0.8F * r, y + r}, colour);
      break;
    case Icon::kRecord: draw->AddCircleFilled(centre, r, colour); break;
    case Icon::kStop: draw->AddRectFilled({x - 0.8F * r, y - 0.8F * r}, {x + 0.8F * r, y + 0.8F * r}, colour); break;
    case Icon::kNone: break;
  }
}

float Screen::tool_width(const char* text, Icon icon) const {
  return text_width(text) + (icon == Icon::kNone ? 0 : kIconWidth * em()) + 2 * ImGui::GetStyle().FramePadding.x;
}

void Screen::tool(CommandId id, const char* text, Icon icon) {
  const Command& what = command(id);
  const ImGuiStyle& style = ImGui::GetStyle();
  const bool enabled = what.enabled(bench);
  const std::string name = "toolbar/" + std::string(what.name);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetFrameHeight();
  ImGui::BeginDisabled(!enabled);
  const bool pressed = ImGui::Button(("###" + name).c_str(), {tool_width(text, icon), height});
  ImGui::EndDisabled();
  context.mark(name, enabled);
  tooltip(tip_of(what));
  const Colour ink = with_alpha(theme().text, enabled ? 1.0F : 0.45F);
  float text_x = at.x + style.FramePadding.x;
  if (icon != Icon::kNone) {
    draw_icon(icon, {text_x + 0.4F * em(), at.y + 0.5F * height}, em(), ink);
    text_x += kIconWidth * em();
  }
  ImGui::GetWindowDrawList()->AddText({text_x, at.y + style.FramePadding.y}, ink, text);
  if (pressed) bench.run(id);
}

/// The one button everybody needs carries the colour and the name of the thread it moves.
void Screen::step_tool(const std::string& text) {
  if (thread_button(context, "toolbar/step", text.c_str(), bench.selected_thread(), bench.can(CommandId::kStep), tip_of(command(CommandId::kStep)))) {
    bench.run(CommandId::kStep);
  }
}

void Screen::speed_label(float width) {
  const std::string speed = speed_text(kSpeeds[static_cast<std::size_t>(bench.player().speed())]);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width, ImGui::GetFrameHeight()});
  ImGui::GetWindowDrawList()->AddText({at.x + 0.5F * (width - text_width(speed)), at.y + ImGui::GetStyle().FramePadding.y}, theme().text_dim,
                                      speed.c_str());
}

void Screen::scheduler_tool(float width) {
  ImGui::SetNextItemWidth(width);
  const std::string shown(policy_info(bench.player().policy()).name);
  const bool open = ImGui::BeginCombo("##scheduler", shown.c_str());
  context.mark("toolbar/scheduler");
  tooltip(tip_of(command(CommandId::kScheduler)));
  if (!open) return;
  constexpr int kCount = static_cast<int>(Policy::kCount);
  const auto here = static_cast<int>(bench.player().policy());
  if (const int row = list_row(context, here, kCount); row != here) bench.player().set_policy(static_cast<Policy>(row));
  for (int i = 0; i < kCount; ++i) {
    const PolicyInfo& policy = policy_info(static_cast<Policy>(i));
    if (ImGui::Selectable(std::string(policy.name).c_str(), policy.id == bench.player().policy())) bench.player().set_policy(policy.id);
    tooltip(std::string(policy.text));
    context.mark("toolbar/scheduler/" + std::to_string(i));
  }
  ImGui::EndCombo();
}

void Screen::toolbar(const Rect& rect) {
  ImGui::SetCursorScreenPos(rect.min);
  ImGui::BeginChild("toolbar", {rect.width(), rect.height()}, false,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoNav);
  // They lie on the background and not on a panel.
  const bool dark = theme().id == ThemeId::kDark;
  for (const ImGuiCol colour : {ImGuiCol_Button, ImGuiCol_FrameBg}) ImGui::PushStyleColor(colour, dark ? theme().raised : theme().panel);
  struct Slot {
    float before;  ///< room to the one on its left
    float width;
    int need;  ///< where there is no room for all, the least needed are left out; the menus have them
    std::function<void()> draw;
  };
  std::vector<Slot> slots;
  const float near = 0.35F * em(), apart = 0.9F * em();
  const auto add_tool = [&](CommandId id, const char* text, int need, float before, Icon icon = Icon::kNone) {
    slots.push_back({before, tool_width(text, icon), need, [this, id, text, icon] { tool(id, text, icon); }});
  };
  const std::string step = "Step " + bench.thread_name(bench.selected_thread());
  const float speed = text_width("0.5 steps/s"), scheduler = 7.6F * em();
  add_tool(CommandId::kRestart, "Restart", 5, 0, Icon::kRestart);
  add_tool(CommandId::kBack, "Back", 7, near, Icon::kBack);
  add_tool(CommandId::kForward, "Forward", 5, near, Icon::kForward);
  float widest = 0;
  for (const ThreadSetup& thread : context.scenario().threads) widest = std::max(widest, tool_width(("Step " + thread.name).c_str(), Icon::kNone));
  slots.push_back({apart, widest, 8, [this, &step] { step_tool(step); }});
  add_tool(CommandId::kUntilBlocked, "Until blocked", 3, near);
  add_tool(CommandId::kDemoStep, "Demo step", 6, near);
  add_tool(CommandId::kRandomStep, "Random", 2, near);
  add_tool(CommandId::kPlay, bench.player().playing() ? "Pause" : "Play", 6, apart, bench.player().playing() ? Icon::kPause : Icon::kPlay);
  slots.back().width = std::max(tool_width("Pause", Icon::kPause), tool_width("Play", Icon::kPlay));
  add_tool(CommandId::kSlower, "\xe2\x88\x92", 1, near);
  slots.push_back({near, speed, 1, [this, speed] { speed_label(speed); }});
  add_tool(CommandId::kFaster, "+", 1, near);
  slots.push_back({near, scheduler, 1, [this, scheduler] { scheduler_tool(scheduler); }});
  add_tool(CommandId::kUndo, "Undo", 6, apart);
  add_tool(CommandId::kRedo, "Redo", 4, near);
  add_tool(CommandId::kRecord, bench.recording().on() ? "Stop" : "Record", 5, apart, bench.recording().on() ? Icon::kStop : Icon::kRecord);

  const auto wide = [&] {
    float sum = 0;
    for (const Slot& slot : slots) sum += slot.before + slot.width;
    return sum;
  };
  for (int need = 1; wide() > rect.width() && need <= 8; ++need) {
    std::erase_if(slots, [need](const Slot& slot) { return slot.need <= need; });
  }
  // Each has its place, whatever the ones before it say.
  ImVec2 at{0, 0.5F * (rect.height() - ImGui::GetFrameHeight()) - 0.1F * em()};
  for (const Slot& slot : slots) {
    if (&slot != &slots.front()) at.x += slot.before;
    ImGui::SetCursorPos(at);
    slot.draw();
    at.x += slot.width;
  }
  ImGui::PopStyleColor(2);
  ImGui::EndChild();
}

}  // namespace vmalab

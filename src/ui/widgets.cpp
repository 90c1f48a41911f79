// SPDX-License-Identifier: GPL-2.0-only
#include "ui/widgets.h"

#include <algorithm>

#include "ui/paint.h"
#include "ui/panel_context.h"

namespace vmalab {
namespace {

/// The part of a label that is shown: "Step##r1" shows "Step".
std::string_view shown(std::string_view label) { return label.substr(0, label.find("##")); }

std::string id_of(std::string_view mark, const char* label) { return std::string(shown(label)) + "###" + std::string(mark); }

bool draw_button(const PanelContext& context, std::string_view mark, const char* label, bool enabled, std::string_view why) {
  ImGui::BeginDisabled(!enabled);
  const bool pressed = ImGui::Button(id_of(mark, label).c_str());
  ImGui::EndDisabled();
  context.mark(mark, enabled);
  if (!why.empty()) tooltip(why);
  return pressed && enabled;
}

}  // namespace

void WidgetLog::begin_frame() {
  std::swap(last_, current_);
  current_.clear();
}

void WidgetLog::mark_item(std::string_view name, bool enabled) { mark_rect(name, ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), enabled); }

void WidgetLog::mark_rect(std::string_view name, ImVec2 min, ImVec2 max, bool enabled) {
  const ImDrawList* draw = ImGui::GetWindowDrawList();
  const ImVec2 clip_min = draw->GetClipRectMin(), clip_max = draw->GetClipRectMax();
  const bool clipped = min.x < clip_min.x - 1 || min.y < clip_min.y - 1 || max.x > clip_max.x + 1 || max.y > clip_max.y + 1;
  mark(name, min, max, enabled, ImGui::IsRectVisible(min, max), clipped);
}

void WidgetLog::mark(std::string_view name, ImVec2 min, ImVec2 max, bool enabled, bool visible, bool clipped) {
  current_.insert_or_assign(std::string(name), Widget{min, max, enabled, visible, clipped});
}

const Widget* WidgetLog::find(std::string_view name) const {
  if (const auto it = current_.find(name); it != current_.end()) return &it->second;
  const auto it = last_.find(name);
  return it == last_.end() ? nullptr : &it->second;
}

bool button(const PanelContext& context, std::string_view mark, const char* label, bool enabled, std::string_view why) {
  return draw_button(context, mark, label, enabled, why);
}

bool thread_button(const PanelContext& context, std::string_view mark, const char* label, ThreadId thread, bool enabled, std::string_view why) {
  const Theme& theme = context.theme();
  const Colour fill = theme.thread(thread);
  ImGui::PushStyleColor(ImGuiCol_Button, fill);
  ImGui::PushStyleColor(ImGuiCol_ButtonHovered, mix(fill, theme.text, 0.18F));
  ImGui::PushStyleColor(ImGuiCol_ButtonActive, mix(fill, theme.text, 0.3F));
  // Faded, a full colour is near the panel's: there the panel's text is the readable one.
  ImGui::PushStyleColor(ImGuiCol_Text, enabled ? theme.on_thread() : theme.text);
  const bool pressed = draw_button(context, mark, label, enabled, {});
  ImGui::PopStyleColor(4);
  paint_thread_mark(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), thread, with_alpha(theme.on_thread(), enabled ? 1.0F : 0.45F));
  if (!why.empty()) tooltip(why);
  return pressed;
}

bool toggle(const PanelContext& context, std::string_view mark, const char* label, bool on, std::string_view why) {
  const Theme& theme = context.theme();
  if (on) {
    ImGui::PushStyleColor(ImGuiCol_Button, theme.accent);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, mix(theme.accent, theme.text, 0.18F));
    ImGui::PushStyleColor(ImGuiCol_Text, theme.on_accent);
  }
  const bool pressed = draw_button(context, mark, label, true, {});
  if (on) ImGui::PopStyleColor(3);
  if (!why.empty()) tooltip(why);
  return pressed;
}

int list_row(const PanelContext& context, int now, int count) {
  const Key key = context.widgets.list_key;
  if (key == Key::kEnter || key == Key::kEscape) ImGui::CloseCurrentPopup();
  const int by = key == Key::kDown ? 1 : key == Key::kUp ? -1 : 0;
  return count == 0 ? now : std::clamp(now + by, 0, count - 1);
}

void tag(const char* text, Colour fill, Colour colour) {
  const ImVec2 size = ImGui::CalcTextSize(text);
  const float pad = 0.4F * ImGui::GetFontSize();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 end{at.x + size.x + 2 * pad, at.y + size.y + 0.3F * pad};
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(at, end, fill, 0.3F * ImGui::GetFontSize());
  draw->AddText({at.x + pad, at.y + 0.15F * pad}, colour, text);
  ImGui::Dummy({end.x - at.x, end.y - at.y});
}

void label(Colour colour, std::string_view text) {
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopStyleColor();
}

void wrapped(Colour colour, std::string_view text) {
  ImGui::PushTextWrapPos(0);
  label(colour, text);
  ImGui::PopTextWrapPos();
}

void tooltip(std::string_view text) {
  if (ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) show_tooltip(text);
}

float text_width(std::string_view text) { return ImGui::CalcTextSize(text.data(), text.data() + text.size()).x; }

std::string elide(std::string_view text, float width) {
  if (text_width(text) <= width) return std::string(text);
  const std::string_view dots = "\xe2\x80\xa6";
  const float room = width - text_width(dots);
  std::size_t low = 0, high = text.size();
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (text_width(text.substr(0, middle)) <= room) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  // Not in the middle of a UTF-8 character.
  while (low > 0 && low < text.size() && (static_cast<unsigned char>(text[low]) & 0xc0) == 0x80) --low;
  return std::string(text.substr(0, low)) + std::string(dots);
}

}  // namespace vmalab

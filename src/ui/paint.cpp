// SPDX-License-Identifier: GPL-2.0-only
#include "ui/paint.h"

#include <algorithm>
#include <cmath>

namespace vmalab {
namespace {

constexpr float kChipPad = 0.42F;  // of the font size, at both sides
constexpr float kChipHeight = 1.35F;

void put(ImVec2 at, Colour colour, std::string_view text) { ImGui::GetWindowDrawList()->AddText(at, colour, text.data(), text.data() + text.size()); }

/// As much, twice, is left before each cut. One is broad, several are narrow: they fit before a button's text.
float cut_width(ThreadId thread) {
  const float size = ImGui::GetFontSize();
  return std::max(1.0F, thread_mark(thread) == 1 ? std::round(0.1F * size) : std::floor(0.07F * size));
}

}  // namespace

float paint_text(ImVec2 at, float width, Colour colour, std::string_view text) {
  const float whole = text_width(text);
  if (whole <= width + 0.5F) {
    put(at, colour, text);
    return whole;
  }
  const std::string shown = elide(text, width);
  put(at, colour, shown);
  const float taken = text_width(shown);
  rect_tooltip(at, {at.x + taken, at.y + ImGui::GetFontSize()}, text);
  return taken;
}

void paint_text_right(float right, float y, float width, Colour colour, std::string_view text) {
  const float taken = std::min(text_width(text), width);
  paint_text({right - taken, y}, width, colour, text);
}

void paint_text_centred(ImVec2 centre, float width, Colour colour, std::string_view text) {
  const float taken = std::min(text_width(text), width);
  paint_text({centre.x - 0.5F * taken, centre.y - 0.5F * ImGui::GetFontSize()}, width, colour, text);
}

float paint_sentences(ImVec2 at, float width, const std::vector<ColouredText>& sentences, bool draw) {
  const float blank = text_width(" "), line = ImGui::GetFontSize();
  float x = at.x, y = at.y;
  for (const ColouredText& sentence : sentences) {
    std::string_view rest = sentence.text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      const std::string_view word = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (word.empty()) continue;
      const float wide = text_width(word);
      if (x > at.x && x + wide > at.x + width) {
        x = at.x;
        y += line;
      }
      if (draw) put({x, y}, sentence.colour, word);
      x += wide + blank;
    }
  }
  return y + line - at.y;
}

float paint_thread_name(const PanelContext& context, ImVec2 at, float width, ThreadId thread, std::string_view text) {
  const Colour colour = context.theme().thread(thread);
  const float taken = paint_text(at, width, colour, text), size = ImGui::GetFontSize();
  // Dashes share the width of the name, so that a name takes the same room with them and without.
  const auto dashes = static_cast<float>(thread_mark(thread));
  const float gap = 0.16F * size, top = std::round(at.y + 0.93F * size), high = std::max(1.0F, std::round(0.09F * size));
  const float dash = (taken - gap * (dashes - 1)) / std::max(dashes, 1.0F);
  for (float i = 0; i < dashes; ++i) {
    const float left = at.x + i * (dash + gap);
    ImGui::GetWindowDrawList()->AddRectFilled({left, top}, {left + dash, top + high}, colour);
  }
  return taken;
}

float paint_refcnt(const PanelContext& context, ImVec2 at, float width, Colour colour, std::string_view text, std::optional<ThreadId> flag_owner) {
  const std::string_view flag = "FLAG";
  const std::size_t begin = text.find(flag);
  if (!flag_owner || begin == std::string_view::npos || text_width(text) > width + 0.5F) return paint_text(at, width, colour, text);
  float taken = paint_text(at, width, colour, text.substr(0, begin));
  taken += paint_thread_name(context, {at.x + taken, at.y}, width, *flag_owner, flag);
  return taken + paint_text({at.x + taken, at.y}, width, colour, text.substr(begin + flag.size()));
}

void paint_thread_mark(ImVec2 min, ImVec2 max, ThreadId thread, Colour ink) {
  const float cut = cut_width(thread);
  const bool upright = max.y - min.y > max.x - min.x;
  float at = (upright ? min.y : min.x) + 2 * cut;
  for (int i = 0; i < thread_mark(thread); ++i, at += 3 * cut) {
    if (at + cut > (upright ? max.y : max.x)) return;
    ImGui::GetWindowDrawList()->AddRectFilled(upright ? ImVec2{min.x, at} : ImVec2{at, min.y},
                                              upright ? ImVec2{max.x, at + cut} : ImVec2{at + cut, max.y}, ink);
  }
}

float thread_mark_width(ThreadId thread) { return static_cast<float>(thread_mark(thread)) * 3 * cut_width(thread); }

void paint_thread_fill(const PanelContext& context, ImVec2 min, ImVec2 max, ThreadId thread, float rounding, ImDrawFlags corners) {
  ImGui::GetWindowDrawList()->AddRectFilled(min, max, context.theme().thread(thread), rounding, corners);
  paint_thread_mark(min, max, thread, context.theme().on_thread());
}

float paint_thread_chip(const PanelContext& context, ImVec2 at, ThreadId thread, std::string_view text, bool filled) {
  const Theme& theme = context.theme();
  const Colour colour = theme.thread(thread), ink = filled ? theme.on_thread() : colour;
  const float size = ImGui::GetFontSize(), width = thread_chip_width(thread, text), rounding = 0.3F * size;
  const ImVec2 end{at.x + width, at.y + chip_height()};
  if (filled) {
    ImGui::GetWindowDrawList()->AddRectFilled(at, end, colour, rounding);
  } else {
    const float half = 0.75F * hairline(context);
    ImGui::GetWindowDrawList()->AddRect({at.x + half, at.y + half}, {end.x - half, end.y - half}, colour, rounding, 0, 2 * half);
  }
  paint_thread_mark(at, end, thread, ink);
  put({at.x + thread_mark_width(thread) + kChipPad * size, at.y + 0.5F * (kChipHeight - 1) * size}, ink, text);
  return width;
}

float thread_chip_width(ThreadId thread, std::string_view text) { return chip_width(text) + thread_mark_width(thread); }

float chip_width(std::string_view text) { return text_width(text) + 2 * kChipPad * ImGui::GetFontSize(); }
float chip_height() { return kChipHeight * ImGui::GetFontSize(); }

float paint_chip(const PanelContext& context, ImVec2 at, Colour fill, std::string_view text) {
  const float size = ImGui::GetFontSize(), width = chip_width(text);
  ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + width, at.y + chip_height()}, fill, 0.3F * size);
  put({at.x + kChipPad * size, at.y + 0.5F * (kChipHeight - 1) * size}, context.theme().on_thread(), text);
  return width;
}

float paint_outline_chip(const PanelContext& context, ImVec2 at, Colour colour, std::string_view text) {
  const float size = ImGui::GetFontSize(), width = chip_width(text), line = 1.5F * hairline(context);
  ImGui::GetWindowDrawList()->AddRect({at.x + 0.5F * line, at.y + 0.5F * line}, {at.x + width - 0.5F * line, at.y + chip_height() - 0.5F * line},
                                      colour, 0.3F * size, 0, line);
  put({at.x + kChipPad * size, at.y + 0.5F * (kChipHeight - 1) * size}, colour, text);
  return width;
}

void paint_glow(const PanelContext& context, ImVec2 min, ImVec2 max) {
  const float room = 0.18F * context.em();
  ImDrawList* draw = ImGui::GetWindowDrawList();
  // Also into the margin of the panel.
  const ImVec2 clip_min = draw->GetClipRectMin(), clip_max = draw->GetClipRectMax();
  draw->PushClipRect({clip_min.x - 2 * room, clip_min.y}, {clip_max.x + room, clip_max.y});
  draw->AddRectFilled({min.x - room, min.y - 0.5F * room}, {max.x + room, max.y + 0.5F * room}, context.theme().glow, 0.25F * context.em());
  // A wash alone is too faint for the back row.
  const float bar = std::max(2.0F, 0.14F * context.em()), left = min.x - room - 0.5F * bar;
  draw->AddRectFilled({left, min.y - 0.5F * room}, {left + bar, max.y + 0.5F * room}, context.theme().accent, 0.5F * bar);
  draw->PopClipRect();
}

float hairline(const PanelContext& context) { return std::max(1.0F, context.em() / 16); }

bool hovered(ImVec2 min, ImVec2 max) {
  return ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) && ImGui::IsMouseHoveringRect(min, max);
}

void rect_tooltip(ImVec2 min, ImVec2 max, std::string_view text) {
  if (hovered(min, max)) show_tooltip(text);
}

void show_tooltip(std::string_view text) {
  // Who has clicked wants to see what came of it, not the explanation above it.
  const ImGuiIO& io = ImGui::GetIO();
  const ImVec2 moved{io.MousePos.x - io.MouseClickedPos[0].x, io.MousePos.y - io.MouseClickedPos[0].y};
  if (moved.x * moved.x + moved.y * moved.y < 9) return;
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(28 * ImGui::GetFontSize());
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

void no_tooltip_until_moved() {
  ImGuiIO& io = ImGui::GetIO();
  if (!io.MouseDown[0]) io.MouseClickedPos[0] = io.MousePos;
}

}  // namespace vmalab

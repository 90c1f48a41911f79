// SPDX-License-Identifier: GPL-2.0-only
#include "ui/paint.h"

#include <algorithm>

namespace vmalab {
namespace {

constexpr float kChipPad = 0.42F;  // of the font size, at both sides
constexpr float kChipHeight = 1.35F;

void put(ImVec2 at, Colour colour, std::string_view text) { ImGui::GetWindowDrawList()->AddText(at, colour, text.data(), text.data() + text.size()); }

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
  const float glow = context.glow();
  if (glow <= 0) return;
  const float room = 0.18F * context.em();
  ImGui::GetWindowDrawList()->AddRectFilled({min.x - room, min.y - 0.5F * room}, {max.x + room, max.y + 0.5F * room},
                                            with_alpha(context.theme().glow, glow), 0.25F * context.em());
}

float hairline(const PanelContext& context) { return std::max(1.0F, context.em() / 16); }

bool hovered(ImVec2 min, ImVec2 max) {
  return ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) && ImGui::IsMouseHoveringRect(min, max);
}

void rect_tooltip(ImVec2 min, ImVec2 max, std::string_view text) {
  if (hovered(min, max)) show_tooltip(text);
}

void show_tooltip(std::string_view text) {
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(28 * ImGui::GetFontSize());
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The shapes of the timeline, and the legend that says what they are.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "ui/timeline_panel.h"

namespace vmalab {
namespace {

void diamond(ImDrawList* draw, ImVec2 c, float r, Colour ink) {
  draw->AddQuadFilled({c.x, c.y - r}, {c.x + r, c.y}, {c.x, c.y + r}, {c.x - r, c.y}, ink);
}

/// One entry's place in the legend.
constexpr float kSampleWidth = 1.9F;  // em

float entry_width(Mark mark, float em) { return (kSampleWidth + 1.1F) * em + text_width(mark_name(mark)); }

bool is_bar(Shape shape) { return shape >= Shape::kOutline && shape <= Shape::kHatch; }

void sample(const TimelinePanel& panel, Mark mark, ImVec2 at, float width, float height) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const Theme& theme = panel.theme();
  const Shape shape = shape_of(mark);
  const float middle = at.y + 0.5F * height, em = panel.em();
  const Colour ink = theme.text, ground = theme.raised;
  const float line = 1.5F * hairline(panel.context);
  const ImVec2 low{at.x, middle - 0.3F * em}, high{at.x + width, middle + 0.3F * em};
  switch (shape) {
    case Shape::kOutline: draw->AddRect(low, high, ink, 0.15F * em, 0, line); break;
    case Shape::kBar: draw->AddRectFilled(low, high, mix(ground, ink, 0.45F), 0.15F * em); break;
    case Shape::kFullBar: draw->AddRectFilled(low, high, mix(ground, ink, 0.75F), 0.15F * em); break;
    case Shape::kFlag:
      draw->AddRectFilled(low, high, mix(ground, ink, 0.25F), 0.15F * em);
      draw->AddRect(low, high, ink, 0.15F * em, 0, 2 * line);
      break;
    case Shape::kLine: draw->AddRectFilled({low.x, middle - 0.06F * em}, {high.x, middle + 0.06F * em}, mix(ground, ink, 0.45F)); break;
    case Shape::kFullLine: draw->AddRectFilled({low.x, middle - 0.1F * em}, {high.x, middle + 0.1F * em}, ink); break;
    case Shape::kHair: draw->AddLine({low.x, middle}, {high.x, middle}, ink, hairline(panel.context)); break;
    case Shape::kDashes:
      for (float x = low.x; x < high.x; x += 0.5F * em) draw->AddLine({x, middle}, {std::min(x + 0.25F * em, high.x), middle}, ink, line);
      break;
    case Shape::kThinArrow:
      draw->AddLine({low.x, low.y}, {high.x - 0.3F * em, high.y - 0.2F * em}, ink, line);
      draw->AddTriangleFilled({high.x, high.y}, {high.x - 0.55F * em, high.y - 0.1F * em}, {high.x - 0.2F * em, high.y - 0.45F * em}, ink);
      break;
    case Shape::kHatch:
      for (float x = low.x; x + 0.5F * em < high.x + 1; x += 0.4F * em) draw->AddLine({x, high.y}, {x + 0.5F * em, low.y}, ink, line);
      break;
    case Shape::kArrow:
    case Shape::kFaintArrow:
    case Shape::kWarningArrow: {
      const Colour colour = shape == Shape::kFaintArrow ? theme.text_faint : ink;
      const float x = at.x + 0.5F * width;
      draw->AddLine({x, at.y + 0.1F * height}, {x, middle}, colour, line);
      draw->AddTriangleFilled({x, at.y + 0.95F * height}, {x - 0.3F * em, middle}, {x + 0.3F * em, middle}, colour);
      break;
    }
    default: paint_shape(draw, shape, {at.x + 0.5F * width, middle}, 0.42F * em, shape == Shape::kAlarm ? theme.bad : ink, ground); break;
  }
}

void entry(const TimelinePanel& panel, Mark mark, ImVec2 at, float height) {
  const float em = panel.em(), width = is_bar(shape_of(mark)) ? kSampleWidth * em : 0.9F * em;
  sample(panel, mark, {at.x + 0.5F * (kSampleWidth * em - width), at.y}, width, height);
  paint_text({at.x + (kSampleWidth + 0.4F) * em, at.y + 0.5F * (height - ImGui::GetFontSize())}, 30 * em, panel.theme().text_dim, mark_name(mark));
}

}  // namespace

void paint_shape(ImDrawList* draw, Shape shape, ImVec2 c, float r, Colour ink, Colour ground) {
  switch (shape) {
    case Shape::kDot: draw->AddCircleFilled(c, 0.58F * r, ink); break;
    case Shape::kSquare: draw->AddRectFilled({c.x - 0.72F * r, c.y - 0.72F * r}, {c.x + 0.72F * r, c.y + 0.72F * r}, ink); break;
    case Shape::kDiamond: diamond(draw, c, r, ink); break;
    case Shape::kCross: {
      // Larger than all others, with a rim of the ground: what did not happen must not pass for what did.
      const float arm = 0.95F * r, line = std::max(0.42F * r, 2.0F);
      for (const auto& [colour, thick] : {std::pair{ground, 2.2F * line}, std::pair{ink, line}}) {
        draw->AddLine({c.x - arm, c.y - arm}, {c.x + arm, c.y + arm}, colour, thick);
        draw->AddLine({c.x - arm, c.y + arm}, {c.x + arm, c.y - arm}, colour, thick);
      }
      break;
    }
    case Shape::kGo: draw->AddTriangleFilled({c.x - 0.75F * r, c.y - 0.95F * r}, {c.x + r, c.y}, {c.x - 0.75F * r, c.y + 0.95F * r}, ink); break;
    case Shape::kPause:
      draw->AddRectFilled({c.x - 0.7F * r, c.y - 0.85F * r}, {c.x - 0.2F * r, c.y + 0.85F * r}, ink);
      draw->AddRectFilled({c.x + 0.2F * r, c.y - 0.85F * r}, {c.x + 0.7F * r, c.y + 0.85F * r}, ink);
      break;
    case Shape::kDash: draw->AddRectFilled({c.x - 0.6F * r, c.y - 0.14F * r}, {c.x + 0.6F * r, c.y + 0.14F * r}, ink); break;
    case Shape::kBolt:
      draw->AddTriangleFilled({c.x + 0.45F * r, c.y - 1.2F * r}, {c.x - 0.75F * r, c.y + 0.25F * r}, {c.x + 0.1F * r, c.y + 0.25F * r}, ink);
      draw->AddTriangleFilled({c.x - 0.45F * r, c.y + 1.2F * r}, {c.x + 0.75F * r, c.y - 0.25F * r}, {c.x - 0.1F * r, c.y - 0.25F * r}, ink);
      break;
    case Shape::kAlarm: {
      draw->AddNgonFilled(c, 1.3F * r, ink, 8);
      const float arm = 0.55F * r, line = std::max(0.3F * r, 1.5F);
      draw->AddLine({c.x - arm, c.y - arm}, {c.x + arm, c.y + arm}, ground, line);
      draw->AddLine({c.x - arm, c.y + arm}, {c.x + arm, c.y - arm}, ground, line);
      break;
    }
    case Shape::kRing: draw->AddCircle(c, 0.75F * r, ink, 0, std::max(0.25F * r, 1.0F)); break;
    default: break;
  }
}

int TimelinePanel::legend_lines() const {
  WithFont small(context.fonts().small);
  int lines = 1;
  float x = min.x;
  for (const Mark mark : cache.view.legend) {
    const float width = entry_width(mark, em());
    if (x + width > max.x) {
      ++lines;
      x = min.x;
    }
    x += width;
  }
  return lines;
}

void TimelinePanel::legend_row() const {
  if (rows.legend_height <= 0 || !rows.legend_complete) return;
  WithFont small(context.fonts().small);
  const float line = kLegendLine * em();
  float x = min.x, y = rows.legend;
  for (const Mark mark : cache.view.legend) {
    const float width = entry_width(mark, em());
    if (x + width > max.x) {
      x = min.x;
      y += line;
    }
    entry(*this, mark, {x, y}, line);
    x += width;
  }
  context.mark_rect("timeline/legend", {min.x, rows.legend}, {max.x, y + line});
}

/// On demand, where the panel has no room of its own: above it, so that no lane is covered.
void TimelinePanel::legend_window() const {
  if (!state.legend || rows.legend_complete) return;
  WithFont small(context.fonts().small);
  const std::vector<Mark>& marks = cache.view.legend;
  float widest = 0;
  for (const Mark mark : marks) widest = std::max(widest, entry_width(mark, em()));
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float line = 1.45F * em(), pad = 0.7F * em();
  const float room = std::max(display.x - 2 * pad, widest);
  const auto count = std::max(static_cast<int>(marks.size()), 1);
  const int columns = std::clamp(static_cast<int>((room - 2 * pad) / widest), 1, std::min(3, count));
  const int per_column = (count + columns - 1) / columns;
  const ImVec2 size{static_cast<float>(columns) * widest + 2 * pad, static_cast<float>(per_column) * line + 2 * pad};
  const ImVec2 at{std::clamp(max.x - size.x, 0.0F, std::max(display.x - size.x, 0.0F)), std::max(rows.minimap - size.y - 2 * em(), 0.0F)};
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme().raised);
  ImGui::Begin("timeline legend", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoInputs);
  for (int i = 0; i < static_cast<int>(marks.size()); ++i) {
    const int column = i / per_column;
    entry(*this, marks[static_cast<std::size_t>(i)],
          {at.x + pad + static_cast<float>(column) * widest, at.y + pad + static_cast<float>(i % per_column) * line}, line);
  }
  context.mark_rect("timeline/legend", at, {at.x + size.x, at.y + size.y});
  ImGui::End();
  ImGui::PopStyleColor();
}

}  // namespace vmalab

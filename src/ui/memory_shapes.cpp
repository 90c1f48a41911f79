// SPDX-License-Identifier: GPL-2.0-only
#include "ui/memory_shapes.h"

#include <algorithm>
#include <cmath>

namespace vmalab {
namespace {

constexpr float kPi = 3.14159265F;

float hair(float times, float u) { return times * std::max(1.0F, u / 16); }

}  // namespace

void paint_torn(const Rect& r, Colour fill, Colour edge, float u) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float tooth = std::min(0.28F * u, 0.11F * r.height());
  const int teeth = std::max(3, static_cast<int>(r.width() / (0.75F * u)));
  const float step = r.width() / static_cast<float>(teeth);
  draw->AddRectFilled({r.min.x, r.min.y + tooth}, {r.max.x, r.max.y - tooth}, fill);
  std::vector<ImVec2> upper, lower;
  for (int i = 0; i < teeth; ++i) {
    const float x = r.min.x + step * static_cast<float>(i), top = r.min.y + tooth, bottom = r.max.y - tooth;
    draw->AddTriangleFilled({x, top}, {x + 0.4F * step, r.min.y}, {x + step, top}, fill);
    draw->AddTriangleFilled({x, bottom}, {x + step, bottom}, {x + 0.6F * step, r.max.y}, fill);
    for (const ImVec2 p : {ImVec2{x, top}, ImVec2{x + 0.4F * step, r.min.y}}) upper.push_back(p);
    for (const ImVec2 p : {ImVec2{x, bottom}, ImVec2{x + 0.6F * step, r.max.y}}) lower.push_back(p);
  }
  upper.push_back({r.max.x, r.min.y + tooth});
  lower.push_back({r.max.x, r.max.y - tooth});
  upper.insert(upper.end(), lower.rbegin(), lower.rend());
  draw->AddPolyline(upper.data(), static_cast<int>(upper.size()), edge, ImDrawFlags_Closed, hair(1.5F, u));
}

std::vector<ImVec2> first_part(std::vector<ImVec2> way, float share) {
  float whole = 0;
  for (std::size_t i = 1; i < way.size(); ++i) whole += std::hypot(way[i].x - way[i - 1].x, way[i].y - way[i - 1].y);
  float left = share * whole;
  for (std::size_t i = 1; share < 1 && i < way.size(); ++i) {
    const float length = std::hypot(way[i].x - way[i - 1].x, way[i].y - way[i - 1].y);
    if (length > left) {
      const float part = left / length;
      way[i] = {way[i - 1].x + part * (way[i].x - way[i - 1].x), way[i - 1].y + part * (way[i].y - way[i - 1].y)};
      way.resize(i + 1);
    }
    left -= length;
  }
  return way;
}

void paint_dashes(const std::vector<ImVec2>& way, Colour colour, float thick, float u) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float on = 0.42F * u, off = 0.3F * u;
  float phase = 0;
  for (std::size_t i = 1; i < way.size(); ++i) {
    const ImVec2 a = way[i - 1], b = way[i];
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    if (length < 0.5F) continue;
    const ImVec2 d{(b.x - a.x) / length, (b.y - a.y) / length};
    for (float at = -phase; at < length; at += on + off) {
      const float from = std::max(at, 0.0F), to = std::min(at + on, length);
      if (to > from) draw->AddLine({a.x + d.x * from, a.y + d.y * from}, {a.x + d.x * to, a.y + d.y * to}, colour, thick);
    }
    phase = std::fmod(phase + length, on + off);
  }
}

void paint_head(ImVec2 from, ImVec2 tip, Colour colour, std::optional<Colour> hollow, float u) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float whole = std::hypot(tip.x - from.x, tip.y - from.y);
  if (whole < 1) return;
  const ImVec2 d{(tip.x - from.x) / whole, (tip.y - from.y) / whole};
  // Where ways lie close together the last leg is short, and the head still has to be seen.
  const float length = std::max(std::min(0.6F * u, 0.95F * whole), 0.42F * u), half = 0.42F * length;
  const ImVec2 back{tip.x - d.x * length, tip.y - d.y * length};
  const ImVec2 a{back.x - d.y * half, back.y + d.x * half}, b{back.x + d.y * half, back.y - d.x * half};
  draw->AddTriangleFilled(tip, a, b, hollow.value_or(colour));
  if (hollow) draw->AddTriangle(tip, a, b, colour, hair(1.5F, u));
}

void paint_padlock(ImVec2 at, Colour colour, bool closed, float u) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float w = 0.62F * u, h = 0.5F * u, top = at.y + 0.45F * u, r = 0.2F * u;
  const float lift = closed ? 0 : 0.12F * u;
  draw->PathArcTo({at.x + 0.5F * w, top - lift}, r, kPi, closed ? 2 * kPi : 5.6F, 10);
  draw->PathStroke(colour, 0, hair(1.6F, u));
  if (closed) {
    draw->AddRectFilled({at.x, top}, {at.x + w, top + h}, colour, 0.1F * u);
  } else {
    draw->AddRect({at.x, top}, {at.x + w, top + h}, colour, 0.1F * u, 0, hair(1.4F, u));
  }
}

void paint_burst(ImVec2 at, float radius, Colour colour) {
  constexpr int kSpikes = 9;
  const float inner = 0.45F * radius;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const auto on_circle = [at](float r, float spike) {
    const float angle = 2 * kPi * spike / kSpikes;
    return ImVec2{at.x + r * std::cos(angle), at.y + r * std::sin(angle)};
  };
  for (int k = 0; k < kSpikes; ++k) {
    const auto spike = static_cast<float>(k);
    draw->AddTriangleFilled(on_circle(radius, spike), on_circle(inner, spike + 0.5F), on_circle(inner, spike - 0.5F), colour);
  }
  draw->AddCircleFilled(at, inner, colour);
}

}  // namespace vmalab

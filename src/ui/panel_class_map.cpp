// SPDX-License-Identifier: GPL-2.0-only
// The classes of vm_refcnt as a map: FLAG above, without below; sideways a reference comes or goes. Where the VMA is now
// is lit, the ways this run has gone are drawn with their counts, the ways it could go are faint.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "ui/paint.h"
#include "ui/panel_cache.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "view/class_map.h"

namespace vmalab {
namespace {

struct Box {
  ImVec2 min, max;
  ImVec2 centre() const { return {0.5F * (min.x + max.x), 0.5F * (min.y + max.y)}; }
};

struct Map {
  const PanelContext& context;
  const ClassMapView& view;
  ImVec2 at{}, size{};
  float node_width = 0, node_height = 0;
  const Font *value_font = nullptr, *brief_font = nullptr;
  int columns = 3;

  float em() const { return context.em(); }
  const Theme& theme() const { return context.theme(); }

  Box box(const ClassNode& node) const {
    const float step_x = columns > 1 ? (size.x - node_width) / static_cast<float>(columns - 1) : 0;
    const float step_y = size.y - node_height;
    const ImVec2 min{at.x + step_x * static_cast<float>(node.column), at.y + step_y * static_cast<float>(node.row)};
    return {min, {min.x + node_width, min.y + node_height}};
  }
  void draw_node(const ClassNode& node) const;
  std::vector<std::string> brief_lines(const std::string& brief, float width) const;
  void draw_edge(const ClassEdge& edge) const;
  void draw_loop(const ClassEdge& edge) const;
  void arrow_head(ImVec2 tip, ImVec2 direction, float length, Colour colour) const;
  void count(ImVec2 centre, const ClassEdge& edge) const;
  Colour edge_colour(const ClassEdge& edge) const {
    if (edge.walked == 0) return theme().outline;
    return edge.last ? theme().accent : theme().text_dim;
  }
  float edge_width(const ClassEdge& edge) const { return edge.walked == 0 ? hairline(context) : edge.last ? 0.2F * em() : 0.13F * em(); }
};

/// Where the line from the box's centre, moved sideways by `offset`, leaves the box in a direction.
ImVec2 leave(const Box& box, ImVec2 direction, ImVec2 offset) {
  const ImVec2 c{box.centre().x + offset.x, box.centre().y + offset.y};
  float t = 1e9F;
  if (direction.x > 1e-4F) t = std::min(t, (box.max.x - c.x) / direction.x);
  if (direction.x < -1e-4F) t = std::min(t, (box.min.x - c.x) / direction.x);
  if (direction.y > 1e-4F) t = std::min(t, (box.max.y - c.y) / direction.y);
  if (direction.y < -1e-4F) t = std::min(t, (box.min.y - c.y) / direction.y);
  return {c.x + direction.x * t, c.y + direction.y * t};
}

void Map::arrow_head(ImVec2 tip, ImVec2 d, float length, Colour colour) const {
  const ImVec2 back{tip.x - d.x * length, tip.y - d.y * length};
  const ImVec2 side{-d.y * 0.5F * length, d.x * 0.5F * length};
  ImGui::GetWindowDrawList()->AddTriangleFilled(tip, {back.x + side.x, back.y + side.y}, {back.x - side.x, back.y - side.y}, colour);
}

void Map::count(ImVec2 centre, const ClassEdge& edge) const {
  if (edge.walked < 2) return;
  WithFont small(context.fonts().small);
  const std::string text = std::to_string(edge.walked);
  const float half = 0.5F * text_width(text) + 0.15F * em(), high = 0.5F * ImGui::GetFontSize();
  ImGui::GetWindowDrawList()->AddRectFilled({centre.x - half, centre.y - high}, {centre.x + half, centre.y + high}, theme().panel);
  paint_text_centred(centre, 4 * em(), edge.last ? theme().accent : theme().text_dim, text);
}

void Map::draw_edge(const ClassEdge& edge) const {
  const Box from = box(view.node(edge.from)), to = box(view.node(edge.to));
  const ImVec2 a = from.centre(), b = to.centre();
  const float length = std::hypot(b.x - a.x, b.y - a.y);
  if (length < 1) return;
  const ImVec2 d{(b.x - a.x) / length, (b.y - a.y) / length};
  // There and back lie side by side: each keeps to its right.
  const float apart = (std::abs(d.x) > std::abs(d.y) ? 0.42F : 0.75F) * em();
  const ImVec2 offset{-d.y * apart, d.x * apart};
  const ImVec2 start = leave(from, d, offset), end = leave(to, {-d.x, -d.y}, offset);
  const Colour colour = edge_colour(edge);
  const float head = (edge.walked > 0 ? 0.62F : 0.45F) * em();
  ImDrawList* draw = ImGui::GetWindowDrawList();
  if (edge.last) {
    draw->AddLine(start, end, theme().glow, edge_width(edge) + 0.4F * em());
  }
  draw->AddLine(start, {end.x - d.x * 0.8F * head, end.y - d.y * 0.8F * head}, colour, edge_width(edge));
  arrow_head(end, d, head, colour);
  count({0.5F * (start.x + end.x), 0.5F * (start.y + end.y)}, edge);
}

void Map::draw_loop(const ClassEdge& edge) const {
  // From one value of the class to another: an arc into the middle of the map. The upper one stands left of the edges
  // between the rows, the lower one right of them.
  const ClassNode& node = view.node(edge.from);
  const Box b = box(node);
  const float inside = node.row == 0 ? 1.0F : -1.0F;  // towards the middle of the map
  const float y = inside > 0 ? b.max.y : b.min.y;
  const float x = inside > 0 ? b.min.x + 1.3F * em() : b.max.x - 1.3F * em(), r = 0.6F * em();
  const Colour colour = edge_colour(edge);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddBezierCubic({x - r, y}, {x - 1.4F * r, y + inside * 2.2F * r}, {x + 1.4F * r, y + inside * 2.2F * r}, {x + r, y + inside * 0.4F * em()},
                       colour, edge_width(edge));
  arrow_head({x + r * 0.9F, y}, {-0.25F, -inside * 0.97F}, 0.55F * em(), colour);
  count({x, y + inside * 1.62F * r}, edge);
}

/// As many lines as the box has room for below the value: two, which part at a comma, one (which is then cut), or none.
std::vector<std::string> Map::brief_lines(const std::string& brief, float width) const {
  WithFont font(*brief_font);
  const auto room = static_cast<int>((node_height - value_font->size) / brief_font->size);
  if (room < 1) return {};
  if (room < 2 || text_width(brief) <= width) return {brief};
  const std::size_t comma = brief.find(", ");
  if (comma == std::string::npos) return {brief};
  return {brief.substr(0, comma + 1), brief.substr(comma + 2)};
}

void Map::draw_node(const ClassNode& node) const {
  const Box b = box(node);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float rounding = 0.45F * em();
  draw->AddRectFilled(b.min, b.max, node.current ? theme().raised_hover : theme().raised, rounding);
  draw->AddRect(b.min, b.max,
                node.current   ? theme().accent
                : node.visited ? theme().text_dim
                               : theme().outline,
                rounding, 0,
                (node.current   ? 3.5F
                 : node.visited ? 1.5F
                                : 1.0F) *
                    hairline(context));
  const float inner = node_width - 0.8F * em();
  const Colour first = node.current ? theme().text : node.visited ? theme().text_dim : theme().text_faint;
  const Colour second = node.current ? theme().text : first;
  const std::vector<std::string> lines = brief_lines(node.brief, inner);
  const float high = value_font->size + brief_font->size * static_cast<float>(lines.size());
  float y = b.centre().y - 0.5F * high;
  {
    WithFont font(*value_font);
    const float wide = std::min(text_width(node.value), inner);
    paint_refcnt(context, {b.centre().x - 0.5F * wide, y}, inner, first, node.value, node.current ? view.flag_owner : std::nullopt);
    y += value_font->size;
  }
  WithFont brief(*brief_font);
  for (const std::string& line : lines) {
    paint_text_centred({b.centre().x, y + 0.5F * brief_font->size}, inner, second, line);
    y += brief_font->size;
  }
  rect_tooltip(b.min, b.max, node.value + ": " + node.name + ". " + node.meaning);
  context.mark_rect("classmap/" + node.value, b.min, b.max);
}

}  // namespace

void draw_class_map(const PanelContext& context, const VmaPanelState& memory) {
  const int vma = std::clamp(memory.vma, 0, std::max(context.machine().limits().vmas - 1, 0));
  const bool checked = memory.reachable_edges.has_value();
  const PossibleEdges possible = checked ? class_edges(*memory.reachable_edges) : protocol_edges();
  const ClassMapView view = class_map_view(context.timeline(), vma_id(vma), context.session().depth(), possible);

  const float em = context.em();
  Map map{context, view};
  map.at = ImGui::GetCursorScreenPos();
  map.size = ImGui::GetContentRegionAvail();
  const float legend = 1.25F * em;
  map.size.y -= legend;
  for (const ClassNode& node : view.nodes) map.columns = std::max(map.columns, node.column + 1);
  // Where the panel has the window to itself, the type is for a room.
  const bool large = map.size.x >= 50 * em && map.size.y >= 20 * em;
  map.value_font = large ? &context.fonts().huge : map.size.y >= 8 * em ? &context.fonts().title : &context.fonts().bold;
  map.brief_font = large ? &context.fonts().title : &context.fonts().small;
  map.node_width = std::min((large ? 13.0F : 8.6F) * em,
                            (map.size.x - 2.2F * em * static_cast<float>(map.columns - 1)) / static_cast<float>(map.columns));
  map.node_height = std::min((large ? 6.0F : 3.5F) * em, 0.4F * map.size.y);
  if (map.node_width < 2 * em || map.node_height < em) return;
  for (const ClassEdge& edge : view.edges) edge.from == edge.to ? map.draw_loop(edge) : map.draw_edge(edge);
  for (const ClassNode& node : view.nodes) map.draw_node(node);

  WithFont small(context.fonts().small);
  const std::string walked = std::to_string(view.walked) + " of " + std::to_string(view.possible) +
                             (!checked                     ? " transitions taken"
                              : memory.edges_of_any_number ? " transitions of any number of threads taken"
                                                           : " reachable transitions taken");
  const float y = map.at.y + map.size.y + legend - ImGui::GetFontSize();
  paint_text({map.at.x, y}, 0.62F * map.size.x, context.theme().text_dim, walked);
  paint_text_right(map.at.x + map.size.x, y, 0.36F * map.size.x, context.theme().text_faint, "top row: FLAG set");
  ImGui::Dummy({map.size.x, map.size.y + legend - ImGui::GetStyle().ItemSpacing.y});
}

}  // namespace vmalab

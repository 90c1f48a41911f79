// SPDX-License-Identifier: GPL-2.0-only
// What lies along and over the lanes: the ruler with the numbers of steps, forks, captions, violations, the present.
#include <algorithm>
#include <cmath>
#include <string>

#include "ui/timeline_panel.h"
#include "view/branches.h"

namespace vmalab {

void TimelinePanel::ruler() {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  WithFont font(context.fonts().small);
  const float bottom = rows.ruler + rows.ruler_height;
  // Also where a demo has not come to yet.
  const int last = std::min(run().expected_steps(), static_cast<int>(std::ceil(state.first + visible_steps())) + 1);
  const float widest = text_width(std::to_string(last)) + 1.1F * em();
  const int apart = ruler_interval(widest / step), fine = ruler_interval(0.45F * em() / step);
  const float now = x_of(static_cast<float>(context.session().depth())), taken = 0.5F * playhead_width();
  ImGui::PushClipRect({min.x, rows.ruler}, {max.x, bottom}, true);
  for (int depth = first_depth() / fine * fine; depth <= last; depth += fine) {
    if (depth == 0) continue;
    const float x = x_of_step(depth);
    const bool numbered = depth % apart == 0 || (apart == 2 && depth == 1);
    draw->AddLine({x, bottom - (numbered ? 0.3F : 0.15F) * em()}, {x, bottom}, numbered ? theme().text_dim : theme().text_faint, hairline(context));
    // The playhead has its own number on it.
    if (!numbered || (depth == 1 && apart != 1) || depth == context.session().depth()) continue;
    const std::string number = std::to_string(depth);
    const float half = 0.5F * text_width(number);
    // Half a number is another number: none at the edge, and none under the playhead's.
    if (x - half < min.x || std::abs(x - now) < half + taken) continue;
    draw->AddText({x - half, bottom - 0.22F * em() - ImGui::GetFontSize()}, theme().text_dim, number.c_str());
  }
  ImGui::PopClipRect();
  // Beyond the last step nothing has happened yet.
  const float end = std::max(x_of(static_cast<float>(run().steps())), min.x);
  if (end < max.x) draw->AddRectFilled({end, rows.counters}, {max.x, rows.lanes_end}, with_alpha(theme().panel, 0.55F));
}

/// Where other branches leave: a stem that turns off the ruler.
void TimelinePanel::forks() {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float size = 1.0F * em(), bottom = rows.ruler + rows.ruler_height;
  float last = -1e9F;
  for (const ForkMark& fork : cache.forks(context.session(), context.serial())) {
    const float x = x_of(static_cast<float>(fork.depth));
    if (x < min.x - 1 || x > max.x || x - last < 0.5F * size) continue;
    last = x;
    const ImVec2 low{x - 0.4F * size, bottom - size}, high{x + 0.8F * size, bottom};
    ImGui::SetCursorScreenPos(low);
    ImGui::PushID(static_cast<int>(fork.to));
    const bool pressed = ImGui::InvisibleButton("fork", {high.x - low.x, high.y - low.y});
    ImGui::PopID();
    context.mark("timeline/fork/" + std::to_string(fork.depth));
    const bool hot = ImGui::IsItemHovered();
    draw->AddRectFilled(low, high, hot ? theme().raised_hover : theme().panel, 0.2F * em());
    const Colour ink = hot ? theme().text : theme().accent;
    const float line = 2 * hairline(context), y = bottom - 0.35F * size, tip = x + 0.5F * size;
    draw->AddLine({x, bottom}, {x, bottom - 0.85F * size}, ink, line);
    draw->AddLine({x, bottom - 0.2F * size}, {tip, y - 0.25F * size}, ink, line);
    draw->AddCircleFilled({tip, y - 0.25F * size}, 0.17F * size, ink);
    if (hot) show_tooltip("Another way was taken from here. A click goes there.  (Y)\n" + fork_text(context.session(), fork));
    if (pressed) context.actions.go_to(fork.to);
  }
}

/// A flag where each chapter of the talk begins, with its number in the talk and as much of its name as there is room for.
void TimelinePanel::chapters() {
  if (rows.chapters_height <= 0) return;
  const std::vector<Talk::Text>& markers = context.session().talk().markers();
  const std::vector<NodeId>& path = context.session().path();
  std::vector<std::pair<int, std::size_t>> flags;  // step, place in the talk; in the order of the steps
  for (std::size_t i = 0; i < markers.size(); ++i) {
    const auto depth = static_cast<std::size_t>(context.session().depth(markers[i].at));
    if (depth < path.size() && path[depth] == markers[i].at) flags.emplace_back(static_cast<int>(depth), i);
  }
  std::sort(flags.begin(), flags.end());
  ImDrawList* draw = ImGui::GetWindowDrawList();
  WithFont font(context.fonts().small);
  const float top = rows.chapters, bottom = top + rows.chapters_height, pad = 0.3F * em();
  const int now = context.session().depth();
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const auto [depth, place] = flags[i];
    const float begin = x_of(static_cast<float>(std::max(depth - 1, 0)));
    const float end = std::min(i + 1 < flags.size() ? x_of(static_cast<float>(flags[i + 1].first - 1)) : max.x, max.x);
    // The chapter that is under way stays in view.
    const float left = std::max(begin, min.x), room = end - left - hairline(context);
    if (room < 0.3F * em() || left > max.x) continue;
    const bool current = depth <= now && (i + 1 == flags.size() || now < flags[i + 1].first);
    const std::string text = elide(std::to_string(place + 1) + "  " + markers[place].text, std::max(room - 2 * pad, 0.0F));
    const float wide = std::min(room, text_width(text) + 2 * pad);
    ImGui::SetCursorScreenPos({left, top});
    const std::string mark = "timeline/chapter/" + std::to_string(place);
    const bool pressed = ImGui::InvisibleButton(mark.c_str(), {std::max(wide, 1.0F), bottom - top});
    context.mark(mark);
    const bool hot = ImGui::IsItemHovered();
    draw->AddRectFilled({left, top}, {left + wide, bottom},
                        hot       ? theme().raised_hover
                        : current ? theme().accent
                                  : theme().raised_active,
                        0.2F * em());
    draw->AddText({left + pad, 0.5F * (top + bottom - ImGui::GetFontSize())}, current && !hot ? theme().on_accent : theme().text, text.c_str());
    if (begin >= min.x) draw->AddRectFilled({begin, top}, {begin + 2 * hairline(context), rows.ruler + rows.ruler_height}, theme().accent);
    if (hot)
      show_tooltip("Chapter " + std::to_string(place + 1) + " of the talk, step " + std::to_string(depth) + ": " + markers[place].text +
                   "\nA click goes there.");
    if (pressed) context.actions.go_to(markers[place].at);
  }
}

void TimelinePanel::captions() const {
  if (rows.captions_height <= 0) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const bool high = rows.captions_height > em();
  const float bottom = rows.captions + rows.captions_height - (high ? 0.15F * em() : 0.05F * em());
  const int now = context.session().depth();
  WithFont font(context.fonts().small);
  for (const timeline::Caption& caption : timeline().captions(first_depth(), last_depth() + 1)) {
    const auto end = std::min(caption.end, timeline().end() + 1);
    const float left = std::max(x_of(static_cast<float>(caption.begin) - 1) + hairline(context), min.x);
    const float right = std::min(x_of(static_cast<float>(end) - 1) - hairline(context), max.x);
    if (right <= left) continue;
    // A few letters of it would say nothing, and a box without any less.
    const bool words = high && right - left > 10 * em();
    const float top = high && !words ? bottom - 0.3F * em() : rows.captions;
    const bool current = caption.begin <= now && now < caption.end;
    const Colour usual = current ? theme().selection : theme().raised_active;
    const Colour ground = caption.quoted && !words ? with_alpha(theme().accent, 0.6F) : usual;
    // Somebody's words are framed, and in quotation marks; what was checked is filled.
    if (caption.quoted && words) {
      draw->AddRect({left, top}, {right, bottom}, current ? theme().accent : theme().text_dim, 0.25F * em(), 0, std::max(1.0F, 0.1F * em()));
    } else {
      draw->AddRectFilled({left, top}, {right, bottom}, ground, words ? 0.25F * em() : 0);
    }
    // Where it begins.
    draw->AddRectFilled({left, top}, {std::min(left + 0.16F * em(), right), bottom}, current ? theme().accent : theme().text_dim);
    if (words) {
      const float y = 0.5F * (top + bottom - ImGui::GetFontSize());
      const std::string said = caption.quoted ? "\xe2\x80\x9c" + caption.text + "\xe2\x80\x9d" : caption.text;
      const std::string shown = elide(said, right - left - 0.7F * em());
      draw->AddText({left + 0.4F * em(), y}, current ? theme().text : theme().text_dim, shown.c_str());
    }
    rect_tooltip({left, top}, {right, bottom}, (caption.quoted ? std::string(kAuthorSays) : std::string()) + caption.text);
    context.mark_rect("timeline/caption/" + std::to_string(caption.begin), {left, top}, {right, bottom});
  }
}

/// From the step that broke a check to what it clashes with.
void TimelinePanel::join(const Violation& violation) const {
  if (!violation.other) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const Violation::End& other = *violation.other;
  const ImVec2 from{x_of_step(other.depth), lane_y(other.thread.value)}, to{x_of_step(violation.depth), lane_y(violation.thread.value)};
  if (to.x < min.x || from.x > max.x) return;
  const float line = std::max(3 * hairline(context), 0.16F * em()), r = std::clamp(0.42F * step, 0.3F * em(), 0.7F * em());
  const float bend = std::max(0.35F * (to.x - from.x), 0.6F * em()), rise = from.y == to.y ? 0.9F * lanes.open_height : 0;
  draw->AddBezierCubic(from, {from.x + bend, from.y - rise}, {to.x - bend, to.y - rise}, to, theme().bad, line, 24);
  draw->AddCircle(from, 1.25F * r, theme().bad, 0, line);
  WithFont font(context.fonts().small);
  const std::string words(other.what);
  const float wide = text_width(words) + 0.6F * em(), high = ImGui::GetFontSize() + 0.1F * em();
  // Beside the ring where it covers least: below it where its lane is high, else to the left of it, where the thread's own steps are that led
  // there; a frame, so that it is not taken for a mark.
  const bool below = lanes.open_height > 2.6F * em() && from.y + 1.6F * r + high <= rows.lanes_end;
  const float wished = below ? from.x - 0.5F * wide : from.x - 1.5F * r - wide;
  const float left = std::clamp(wished, min.x, std::max(max.x - wide, min.x));
  const float top = below ? from.y + 1.6F * r : from.y - 0.5F * high;
  draw->AddRectFilled({left, top}, {left + wide, top + high}, theme().panel, 0.2F * em());
  draw->AddRect({left, top}, {left + wide, top + high}, theme().bad, 0.2F * em(), 0, hairline(context));
  draw->AddText({left + 0.3F * em(), top + 0.05F * em()}, theme().bad, words.c_str());
}

/// A violation is what the room has to see first: a band through all lanes, a mark on its own, its name over the ruler.
void TimelinePanel::violations() const {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  ImGui::PushClipRect({min.x, rows.names}, {max.x, rows.lanes_end}, true);
  const float half = std::max(0.5F * step, 0.28F * em());
  const auto shown = [&](auto draw_one) {
    float last = -1e9F;
    for (const Violation& violation : run().violations()) {
      const float x = x_of_step(violation.depth);
      if (x - last < 1 || x > max.x + half) continue;
      if (x < min.x - half && !(violation.other && static_cast<float>(violation.other->depth) > state.first)) continue;
      draw_one(violation, x);
      last = x;
    }
  };
  shown([&](const Violation&, float x) {
    draw->AddRectFilled({x - half, rows.names}, {x + half, rows.lanes_end}, with_alpha(theme().bad, 0.26F));
    for (const float edge : {x - half, x + half}) draw->AddLine({edge, rows.names}, {edge, rows.lanes_end}, theme().bad, 1.5F * hairline(context));
  });
  shown([&](const Violation& violation, float) { join(violation); });
  WithFont font(context.fonts().bold);
  float free_from = -1e9F;
  shown([&](const Violation& violation, float x) {
    const float r = std::clamp(0.5F * step, 0.42F * em(), 0.85F * em());
    paint_shape(draw, Shape::kAlarm, {x, lane_y(violation.thread.value)}, r, theme().bad, theme().on_thread());
    const std::string name(violation.property->name);
    const float wide = text_width(name) + 0.8F * em();
    const float left = std::clamp(x - 0.5F * wide, min.x, std::max(max.x - wide, min.x));
    if (left < free_from) return;
    free_from = left + wide;
    draw->AddRectFilled({left, rows.names}, {left + wide, rows.names + rows.names_height}, theme().bad, 0.25F * em());
    draw->AddText({left + 0.4F * em(), rows.names + 0.5F * (rows.names_height - ImGui::GetFontSize())}, theme().on_thread(), name.c_str());
    context.mark_rect("timeline/violation/" + std::to_string(violation.depth), {x - half, rows.names}, {x + half, rows.lanes_end});
  });
  ImGui::PopClipRect();
}

/// Behind the step after which the violation cannot be avoided any more: a line through all lanes, and its name over the ruler.
void TimelinePanel::no_return() const {
  const std::optional<int> lost = context.foresight.no_return();
  if (!lost || run().violations().empty() || *lost >= run().violations().front().depth) return;
  const float x = x_of(static_cast<float>(*lost));
  if (x < min.x || x > max.x) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  ImGui::PushClipRect({min.x, rows.names}, {max.x, rows.lanes_end}, true);
  const float line = 2 * hairline(context), dash = 0.5F * em();
  for (float y = rows.names; y < rows.lanes_end; y += 2 * dash) draw->AddLine({x, y}, {x, std::min(y + dash, rows.lanes_end)}, theme().bad, line);
  // Left of the name of what breaks.
  const Violation& violation = run().violations().front();
  float right = x;
  {
    WithFont bold(context.fonts().bold);
    const float broken = text_width(std::string(violation.property->name)) + 0.8F * em(), at = x_of_step(violation.depth) - 0.5F * broken;
    right = std::min(right, std::min(at, max.x - broken) - 2 * line);
  }
  const float foot = rows.names + rows.names_height;
  draw->AddLine({right, foot}, {x, foot}, theme().bad, line);
  const std::string name = "point of no return";
  WithFont font(context.fonts().small);
  const float wide = text_width(name) + 0.8F * em(), left = std::max(right - wide, min.x);
  const ImVec2 low{left, rows.names}, high{left + wide, foot};
  draw->AddRectFilled(low, high, theme().panel, 0.25F * em());
  draw->AddRect(low, high, theme().bad, 0.25F * em(), 0, line);
  draw->AddText({left + 0.4F * em(), rows.names + 0.5F * (rows.names_height - ImGui::GetFontSize())}, theme().bad, name.c_str());
  ImGui::PopClipRect();
  context.mark_rect("timeline/no-return/" + std::to_string(*lost), low, high);
  rect_tooltip(low, high,
               "Step " + std::to_string(*lost) +
                   " is the point of no return: before it the violation could still be avoided, after it no run ends without one.");
}

/// Of the number that it carries, in the font that is set.
float TimelinePanel::playhead_width() const { return text_width(std::to_string(context.session().depth())) + 0.7F * em(); }

void TimelinePanel::playhead() const {
  float depth = static_cast<float>(context.session().depth());
  // Under the mouse it is where the mouse is.
  if (state.drag != TimelineState::Drag::kTravel) depth = context.motion.seen({Mover::What::kPlayhead}, {depth, 0}).x;
  const float x = x_of(depth);
  if (x < min.x - 1 || x > max.x + 1) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled({x - hairline(context), rows.ruler}, {x + hairline(context), rows.lanes_end}, theme().accent);
  context.mark_rect("timeline/playhead", {x, rows.ruler}, {x, rows.lanes_end});
  const bool broken = context.last_step() != nullptr && context.last_step()->violations != 0;
  if (broken && rows.names == rows.ruler) return;  // the name of what broke stands there
  // It says which step it stands behind, over the ruler's numbers.
  WithFont font(context.fonts().small);
  const std::string number = std::to_string(context.session().depth());
  const float wide = playhead_width(), high = std::min(rows.ruler_height, ImGui::GetFontSize() + 0.1F * em());
  const float left = std::clamp(x - 0.5F * wide, min.x - 0.5F * em(), std::max(max.x + 0.5F * em() - wide, min.x));
  draw->AddRectFilled({left, rows.ruler}, {left + wide, rows.ruler + high}, theme().accent, 0.25F * em());
  draw->AddText({left + 0.35F * em(), rows.ruler + 0.5F * (high - ImGui::GetFontSize())}, theme().on_accent, number.c_str());
}

void TimelinePanel::hover_band() const {
  if (hovered_step <= 0 || step < 2) return;
  const float left = x_of(static_cast<float>(hovered_step) - 1), right = x_of(static_cast<float>(hovered_step));
  ImGui::GetWindowDrawList()->AddRectFilled({std::max(left, min.x), rows.ruler}, {std::min(right, max.x), rows.lanes_end},
                                            with_alpha(theme().accent, 0.12F));
}

}  // namespace vmalab

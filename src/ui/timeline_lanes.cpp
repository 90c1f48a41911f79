// SPDX-License-Identifier: GPL-2.0-only
// The lanes: a line for each vm_refcnt, and a lane a thread with what it holds, where it waits and what each step was.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "machine/describe.h"
#include "ui/timeline_panel.h"

namespace vmalab {

Storeys storeys_of(float height, float em) {
  // A low lane has no room for words: its steps take most of it.
  if (height < 1.3F * em) return {0.36F, 0.29F, 0.12F, 0.6F, 0.63F, 0.67F, 0.85F, 0.88F, 0.94F};
  return {0.24F, 0.19F, 0.05F, 0.43F, 0.455F, 0.48F, 0.86F, 0.89F, 0.96F};
}

namespace {

/// Which bits of a lane's names column are buttons: pin and fold, at its right end.
constexpr float kNameButton = 0.95F;  // em, of each

/// What a thread holds of a VMA, as a bar of its own storey.
bool is_held(Shape shape) { return shape == Shape::kOutline || shape == Shape::kBar || shape == Shape::kFullBar || shape == Shape::kFlag; }

constexpr const char* kRefusedWord = "refused";

void pin_icon(ImDrawList* draw, ImVec2 c, float r, Colour ink) {
  draw->AddCircleFilled({c.x, c.y - 0.35F * r}, 0.5F * r, ink);
  draw->AddRectFilled({c.x - 0.09F * r, c.y}, {c.x + 0.09F * r, c.y + r}, ink);
}

void fold_icon(ImDrawList* draw, ImVec2 c, float r, Colour ink, bool folded) {
  const float up = folded ? -1.0F : 1.0F;
  draw->AddTriangleFilled({c.x - 0.6F * r, c.y + 0.3F * up * r}, {c.x + 0.6F * r, c.y + 0.3F * up * r}, {c.x, c.y - 0.5F * up * r}, ink);
}

}  // namespace

void TimelinePanel::place_rows(float top, float bottom) {
  const float e = em(), room = (bottom - top) / e;
  float y = top;
  const auto row = [&](float& at, float& height, float wanted, float gap) {
    at = y;
    height = wanted * e;
    y += height + gap * e;
  };
  // What is least needed goes first where there is little room.
  const float least_lane = std::max(0.95F * context.fonts().small.size, 0.8F * e);
  const bool roomy = room > 14 && room - static_cast<float>(run().thread_count()) * least_lane / e > 9;
  row(rows.minimap, rows.minimap_height, room < 5.5F ? 0 : roomy ? 2.2F : 1.15F, room < 5.5F ? 0 : 0.2F);
  const bool has_chapters = !context.session().talk().markers().empty();
  row(rows.chapters, rows.chapters_height, !has_chapters || room < 6.5F ? 0 : roomy ? 1.4F : 1.05F, has_chapters && room >= 6.5F ? 0.1F : 0);
  // Of what broke, and of the point of no return: over the ruler, or on it where there is no room.
  const bool named = !run().violations().empty() && room > 7.5F;
  row(rows.names, rows.names_height, named ? (roomy ? 1.5F : 1.15F) : 0, named ? 0.05F : 0);
  row(rows.ruler, rows.ruler_height, std::max(roomy ? 1.5F : 1.05F, 1.3F * context.fonts().small.size / e), 0);
  if (!named) rows.names = rows.ruler, rows.names_height = rows.ruler_height;
  row(rows.captions, rows.captions_height, !run().has_captions() ? 0 : roomy ? 1.7F : 0.3F, 0.15F);
  const LaneSizes sizes{.counter_least = 1.3F * e,
                        .counter_most = 9 * e,
                        .counter_share = run().thread_count() > 4 ? 0.2F : 0.34F,
                        .least = least_lane,
                        .most = 6 * e,
                        .folded = 0.55F * e};
  const std::vector<TimelineLane> all = timeline_lanes(run(), vma, state.lanes);
  // Where there is room the legend has lines of its own, as many whatever it says, so that a new mark moves no lane.
  const int legend_room = room > 26 ? 3 : room > 17 ? 2 : 0;
  rows.legend_height = kLegendLine * e * static_cast<float>(legend_room);
  rows.legend = bottom - rows.legend_height;
  rows.legend_complete = legend_lines() <= legend_room;
  lanes = place_lanes(all, rows.legend - y, sizes);
  rows.counters = y;
  rows.pinned = rows.counters + lanes.counters_height;
  rows.others = rows.pinned + lanes.pinned_height;
  rows.lanes_end = rows.others + lanes.others_room;
}

float TimelinePanel::lane_y(int thread) const {
  const auto middle = [&](const PlacedLane& lane, float top) { return top + lane.top + storeys_of(lane.height, em()).marks * lane.height; };
  for (const PlacedLane& lane : lanes.pinned) {
    if (lane.lane.number == thread) return middle(lane, rows.pinned);
  }
  for (const PlacedLane& lane : lanes.others) {
    if (lane.lane.number == thread) return std::clamp(middle(lane, rows.others - state.lane_scroll * lanes.open_height), rows.others, rows.lanes_end);
  }
  return rows.others;
}

// ---- vm_refcnt

void TimelinePanel::counter_name(const PlacedLane& placed, float y) const {
  const float left = min.x - names;
  const std::string vma_name = address_text(context.machine(), vma_address(placed.lane.number));
  ImGui::SetCursorScreenPos({left, y});
  ImGui::PushID(vma_name.c_str());
  if (ImGui::InvisibleButton("name", {names, placed.height})) context.actions.select_vma(placed.lane.number);
  ImGui::PopID();
  context.mark("timeline/" + vma_name);
  tooltip(vma_name + "->vm_refcnt. Above the dashed line FLAG is set.");
  const bool shown = placed.lane.number == vma.value;
  WithFont small(context.fonts().small);
  const bool tall = placed.height > 2.4F * em();
  const float at = tall ? y + placed.height - 1.3F * em() : y + 0.5F * (placed.height - ImGui::GetFontSize());
  paint_text({left, at}, names - 0.3F * em(), shown ? theme().text : theme().text_dim, lanes.counters.size() > 1 ? vma_name : "refcnt");
  if (tall) paint_text({left, y + 0.2F * em()}, names - 0.3F * em(), theme().text_faint, "FLAG");
}

void TimelinePanel::counter_lane(const PlacedLane& placed, float y) const {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float height = placed.height - 0.15F * em();
  draw->AddRectFilled({min.x, y}, {max.x, y + height}, theme().background, 0.2F * em());
  const Word greatest = run().greatest_count(VmaId{placed.lane.number});
  const float base = y + height - 0.15F * em(), span = height - 0.4F * em();
  const auto y_of = [&](Word value) { return base - refcnt_height(value, greatest) * span; };
  const float line = std::max(0.16F * em(), 0.04F * height), middle = base - 0.5F * span;
  ImGui::PushClipRect({min.x, y}, {max.x, y + height}, true);
  // FLAG lives above the dashed line, in the colour of the thread that raised it.
  for (int t = 0; t < run().thread_count(); ++t) {
    for (const timeline::Span& flag : cache.view.lanes.row(run().track(thread_id(t))).spans) {
      if (static_cast<Mark>(flag.category) != Mark::kExcludes || flag.object != placed.lane.number) continue;
      const float left = x_of_change(flag.begin), right = x_of_end(flag.end);
      draw->AddRectFilled({left, y}, {std::max(right, left + 1), middle}, with_alpha(thread_colour(t), 0.3F));
      paint_thread_mark({left, y}, {std::max(right, left + 1), middle}, thread_id(t), thread_colour(t));
    }
  }
  for (float x = min.x; x < max.x; x += 0.6F * em()) {
    draw->AddLine({x, middle}, {std::min(x + 0.25F * em(), max.x), middle}, theme().border, hairline(context));
  }
  float before = -1;
  WithFont font(height > 3 * em() ? context.fonts().bold : context.fonts().small);
  for (const timeline::Sample& sample : cache.view.lanes.row(placed.lane.track).samples) {
    const auto lowest = static_cast<Word>(sample.low), highest = static_cast<Word>(sample.high);
    const float left = x_of_change(sample.begin), right = x_of_end(sample.end);
    if (right < min.x || left > max.x) continue;
    const float low = y_of(lowest), high = y_of(highest);
    const bool flag = highest >= kExcludeReadersFlag;
    const Colour colour = flag ? theme().flag(run().flag_owner(VmaId{placed.lane.number}, static_cast<int>(sample.begin)))
                               : theme().refcnt_class(refcnt_class(highest));
    draw->AddRectFilled({left, high}, {right, base + 0.15F * em()}, with_alpha(colour, 0.16F));
    if (before >= 0) draw->AddLine({left, before}, {left, high}, theme().text_faint, hairline(context));
    draw->AddRectFilled({left, high - 0.5F * line}, {std::max(right, left + 1), low + 0.5F * line}, colour);
    // The value stands on its line wherever it has the room.
    const float shown_left = std::max(left, min.x);
    if (lowest == highest && right - shown_left > 0.9F * em()) {
      const std::string value = refcount_text(lowest);
      if (right - shown_left > text_width(value) + 0.3F * em()) {
        // Above its line, else below it, and where the lane is too low for either on a ground of its own.
        const float size = ImGui::GetFontSize(), text_x = shown_left + 0.2F * em();
        const bool above = high - size - 0.5F * line >= y - 0.1F * em(), below = high + 0.5F * line + size <= y + height + 0.1F * em();
        const float text_y = above ? high - size - 0.4F * line : below ? high + 0.6F * line : y + 0.5F * (height - size);
        if (!above && !below)
          draw->AddRectFilled({text_x - 0.1F * em(), y}, {text_x + text_width(value) + 0.1F * em(), y + height}, theme().background);
        paint_text({text_x, text_y}, right - shown_left, theme().text, value);
      }
    }
    before = high;
  }
  for (const timeline::Instant& instant : cache.view.lanes.row(placed.lane.track).instants) {
    const float x = 0.5F * (x_of(static_cast<float>(instant.first) - 1) + x_of(static_cast<float>(instant.last) - 1));
    paint_shape(draw, shape_of(static_cast<Mark>(instant.category)), {x, y + 0.75F * height}, std::min(0.4F * em(), 0.2F * height), theme().text,
                theme().background);
  }
  ImGui::PopClipRect();
}

// ---- threads

void TimelinePanel::thread_name(const PlacedLane& placed, float y, float clip_top, float clip_bottom) const {
  const ThreadId id{placed.lane.number};
  const std::string& name = context.thread_name(id);
  const float left = min.x - names, e = em();
  const float top = std::max(y, clip_top), high = std::min(y + placed.height, clip_bottom) - top;
  const std::string mark = "timeline/" + name;
  if (high < 1) return context.mark_rect(mark, {left, y}, {min.x, y + placed.height});
  const TimelineLane& lane = placed.lane;
  const float buttons_width = lane.folded ? 0 : 2 * kNameButton * e;
  ImGui::PushID(lane.number);
  ImGui::SetCursorScreenPos({left, top});
  const bool chosen = ImGui::InvisibleButton("name", {names - buttons_width, high});
  const bool hot = hovered({left, top}, {min.x, top + high});
  context.mark(mark);
  if (chosen) context.actions.select_thread(id);
  if (chosen && lane.folded) state.lanes.folded &= ~(1U << lane.number);
  if (lane.folded) tooltip(name + ", folded. A click opens the lane.");
  if (!lane.folded) {
    const auto icon = [&](const char* what, int column, const char* sentence) {
      ImGui::SetCursorScreenPos({min.x - (static_cast<float>(2 - column)) * kNameButton * e, top});
      const bool pressed = ImGui::InvisibleButton(what, {kNameButton * e, high});
      context.mark(mark + "/" + what);
      tooltip(sentence);
      return std::pair{pressed, ImGui::IsItemHovered()};
    };
    const auto [pin, pin_hot] = icon("pin", 0, lane.pinned ? "Let this lane scroll with the others." : "Keep this lane on top.");
    const auto [fold, fold_hot] = icon("fold", 1, "Fold this lane to a strip.");
    if (pin) state.lanes.pinned ^= 1U << lane.number;
    if (fold) state.lanes.folded |= 1U << lane.number;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float middle = top + 0.5F * high, r = std::min(0.42F * e, 0.42F * high);
    if (lane.pinned || hot)
      pin_icon(draw, {min.x - 1.5F * kNameButton * e, middle}, r, pin_hot ? theme().text : lane.pinned ? theme().text_dim : theme().text_faint);
    if (hot) fold_icon(draw, {min.x - 0.5F * kNameButton * e, middle}, r, fold_hot ? theme().text : theme().text_faint, false);
    WithFont font(placed.height > 2.6F * e ? context.fonts().title : placed.height > 1.3F * e ? context.fonts().bold : context.fonts().small);
    ImGui::PushClipRect({left, clip_top}, {min.x, clip_bottom}, true);
    if (context.selected == id)
      ImGui::GetWindowDrawList()->AddRectFilled({left, y + 0.1F * placed.height}, {left + 0.16F * e, y + 0.9F * placed.height}, theme().thread(id));
    // With the line below it that some have, it stays inside.
    const float size = ImGui::GetFontSize(), text_y = y + std::min(0.5F * (placed.height - size), placed.height - 1.03F * size);
    paint_thread_name(context, {left + 0.35F * e, text_y}, names - buttons_width - 0.4F * e, id, name);
    ImGui::PopClipRect();
  } else {
    fold_icon(ImGui::GetWindowDrawList(), {left + 0.5F * e, y + 0.5F * placed.height}, 0.35F * e, theme().thread(id), true);
  }
  ImGui::PopID();
}

Colour TimelinePanel::ground_of(ThreadId thread) const { return context.selected == thread ? theme().thread_wash(thread) : theme().lane(); }

/// Again and again along a bar, so that threads of one colour are told apart wherever the bar is seen: notches where paint_thread_mark() cuts, as a
/// bar that is cut through would say that the lock was dropped there.
void TimelinePanel::cut_by_mark(ThreadId thread, ImVec2 low, ImVec2 high) const {
  const int cuts = thread_mark(thread);
  if (cuts == 0 || !has_shapes()) return;
  const float apart = 1.4F * em(), cut = std::max(1.0F, std::round(0.12F * em()));
  const float from = low.x + apart * std::max(1.0F, std::floor((min.x - low.x) / apart)),
              until = std::min(high.x, max.x) - 2 * cut * static_cast<float>(cuts);
  for (float x = from; x < until; x += apart) {
    for (int i = 0; i < cuts; ++i) {
      const float left = x + 2 * cut * static_cast<float>(i);
      ImGui::GetWindowDrawList()->AddRectFilled({left, low.y - 1}, {left + cut, low.y + 0.5F * (high.y - low.y)}, ground_of(thread));
    }
  }
}

void TimelinePanel::bar(const timeline::Span& span, const PlacedLane& placed, float y) const {
  const auto kind = static_cast<Mark>(span.category);
  const float height = placed.height, left = x_of_change(span.begin);
  const float right = std::max(x_of_end(span.end), left + 1);
  if (right < min.x || left > max.x) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const ThreadId thread{placed.lane.number};
  const Colour colour = theme().thread(thread);
  const Storeys at = storeys_of(height, em());
  const float rounding = has_shapes() ? std::min(0.2F * em(), 0.1F * height) : 0;
  const auto rect = [&](float top, float bottom, Colour fill) {
    // Rounding costs ten times as many vertices: only where it is seen.
    draw->AddRectFilled({left, y + top * height}, {right, y + bottom * height}, fill, right - left > 3 * rounding ? rounding : 0);
  };
  const auto frame = [&](float top, float bottom, Colour ink, float thick) {
    // A frame without an inside is a bar, at a tenth of the cost; and so are all where a whole run is in view.
    if (!has_shapes() || right - left < 4 * thick * hairline(context)) return rect(top, bottom, ink);
    draw->AddRect({left, y + top * height}, {right, y + bottom * height}, ink, right - left > 3 * rounding ? rounding : 0, 0,
                  thick * hairline(context));
  };
  std::string_view name;
  switch (shape_of(kind)) {
    case Shape::kDashes: {
      const float line_y = y + at.marks * height, dash = 0.45F * em();
      for (float x = std::max(left, min.x); x < std::min(right, max.x); x += 2 * dash) {
        draw->AddLine({x, line_y}, {std::min(x + dash, right), line_y}, colour, 2 * hairline(context));
      }
      break;
    }
    case Shape::kHair: rect(at.rcu, at.rcu + std::max(0.03F, 1.5F / height), with_alpha(colour, Theme::kLineAlpha)); break;
    case Shape::kLine: rect(at.mmap_top, 0.5F * (at.mmap_top + at.mmap_bottom), with_alpha(colour, Theme::kLineAlpha)); break;
    case Shape::kFullLine: rect(at.mmap_top, at.mmap_bottom, colour); break;
    case Shape::kOutline:
      frame(at.held_top, at.held_bottom, colour, 1.5F);
      name = "reference";
      break;
    case Shape::kBar:
      rect(at.held_top, at.held_bottom, mix(theme().panel, colour, 0.3F));
      frame(at.held_top, at.held_bottom, colour, 1.5F);
      name = "read lock";
      break;
    case Shape::kFullBar:
      rect(at.held_top, at.held_bottom, colour);
      name = "write lock";
      break;
    case Shape::kFlag:
      rect(at.held_top, at.held_bottom, mix(theme().panel, colour, 0.2F));
      frame(at.held_top, at.held_bottom, colour, 2.5F);
      name = "FLAG";
      break;
    case Shape::kHatch: {
      // Waiting is time in which nothing happens: a hatched bar.
      const float top = y + at.wait_top * height, bottom = y + at.wait_bottom * height, slant = bottom - top;
      const float visible_left = std::max(left, min.x), visible_right = std::min(right, max.x), apart = 0.45F * em();
      if (visible_right - visible_left > apart) {
        ImGui::PushClipRect({visible_left, top}, {visible_right, bottom}, true);
        // The other way for those who have one mark, and both ways for two.
        const int marks = thread_mark(thread);
        for (float x = visible_left - std::fmod(visible_left, apart) - slant; x < visible_right; x += apart) {
          if (marks != 1) draw->AddLine({x, bottom}, {x + slant, top}, with_alpha(colour, Theme::kLineAlpha), 1.5F * hairline(context));
          if (marks >= 1) draw->AddLine({x, top}, {x + slant, bottom}, with_alpha(colour, Theme::kLineAlpha), 1.5F * hairline(context));
        }
        ImGui::PopClipRect();
      }
      frame(at.wait_top, at.wait_bottom, with_alpha(colour, Theme::kLineAlpha), 1.5F);
      name = kind == Mark::kAsleep ? "asleep" : "waits";
      break;
    }
    default:
      if (kind == Mark::kDone) rect(at.marks - 0.015F, at.marks + 0.015F, with_alpha(theme().text_faint, Theme::kLineAlpha));
      break;
  }
  const bool waits = shape_of(kind) == Shape::kHatch;
  const float top = waits ? at.wait_top : at.held_top, bottom = waits ? at.wait_bottom : at.held_bottom;
  if (is_held(shape_of(kind))) cut_by_mark(thread, {left, y + top * height}, {right, y + bottom * height});
  // Beside the step with which it begins.
  const float shown_left = std::max(left + (waits ? 0.5F * step + 0.2F * em() : 0.35F * em()), min.x + 0.35F * em()),
              shown_right = std::min(right, max.x);
  if (waits || is_held(shape_of(kind))) ask_about(span, {std::max(left, min.x), y + top * height}, {shown_right, y + bottom * height}, thread);
  if (name.empty() || shown_right - shown_left < 2 * em()) return;
  const float storey = (bottom - top) * height;
  WithFont font(storey > 1.5F * em() ? context.fonts().bold : context.fonts().small);
  if (storey < 0.72F * ImGui::GetFontSize() || text_width(name) + 0.2F * em() > shown_right - shown_left) return;
  const float text_y = y + 0.5F * (top + bottom) * height - 0.5F * ImGui::GetFontSize();
  if (waits) {
    draw->AddRectFilled({shown_left - 0.15F * em(), text_y}, {shown_left + text_width(name) + 0.15F * em(), text_y + ImGui::GetFontSize()},
                        theme().panel, 0.15F * em());
  }
  paint_text({shown_left, text_y}, shown_right - shown_left, shape_of(kind) == Shape::kFullBar ? theme().on_thread() : theme().text, name);
}

/// What a bar stands for is the value under the mouse. A double click, of which the first press has gone there, asks.
void TimelinePanel::ask_about(const timeline::Span& span, ImVec2 from, ImVec2 to, ThreadId thread) const {
  if (!hovered(from, to)) return;
  const bool asks = ImGui::IsMouseDoubleClicked(0);
  const Word object = span.object == timeline::kNoObject ? 0 : vma_address(span.object);
  std::optional<Place> place;
  switch (static_cast<Mark>(span.category)) {
    case Mark::kReference: place = Place::of_thread(Place::Kind::kReferences, thread, object); break;
    case Mark::kReadLock: place = Place::of_thread(Place::Kind::kReadLock, thread, object); break;
    case Mark::kWriteLock: place = Place::of_thread(Place::Kind::kWriteLock, thread, object); break;
    case Mark::kExcludes: place = Place::of_thread(Place::Kind::kExcluding, thread, object); break;
    case Mark::kAsleep:
    case Mark::kWaitsForLock:
      if (asks) context.actions.ask_why(thread);
      return;
    default: return;
  }
  if (!asks) return context.actions.point_at(*place);
  context.actions.ask_why(*place);
}

void TimelinePanel::step_mark(const timeline::Instant& instant, const PlacedLane& placed, float y) const {
  const auto kind = static_cast<Mark>(instant.category);
  if (kind == Mark::kViolation) return;  // drawn over all lanes
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float height = placed.height;
  const Storeys at = storeys_of(height, em());
  const float middle = y + at.marks * height;
  const float left = x_of(static_cast<float>(instant.first) - 1), right = x_of(static_cast<float>(instant.last) - 1);
  if (right < min.x || left > max.x) return;
  const Colour colour = thread_colour(placed.lane.number);
  const bool loud = kind == Mark::kRefused || kind == Mark::kSignal;
  if (!has_shapes()) {
    // Cells: the higher the rarer. What must not be missed stands out in the colour of text.
    constexpr std::array kHeights{0.25F, 0.35F, 0.6F, 0.85F, 0.6F, 1.0F, 1.15F, 1.15F};
    const float half = at.radius * height * kHeights[static_cast<std::size_t>(std::clamp(weight_of(kind), 0, 7))];
    const Colour ink = loud ? theme().text : kind == Mark::kRead || kind == Mark::kOther ? mix(theme().panel, colour, 0.55F) : colour;
    draw->AddRectFilled({left, middle - half}, {std::max(right, left + 1), loud ? middle : middle + half}, ink);
    return;
  }
  const float centre = 0.5F * (left + right), r = std::min({at.radius * height, 0.48F * step, 0.9F * em()});
  const ThreadId thread{placed.lane.number};
  paint_shape(draw, shape_of(kind), {centre, middle}, r, loud ? theme().text : colour, ground_of(thread));
  // A notch, and no cut as elsewhere: the half of a square is another mark.
  const int cuts = loud || r < 6 ? 0 : thread_mark(thread);
  const float cut = std::round(0.25F * r);
  for (int i = 0; i < cuts; ++i) {
    const float at_x = std::round(centre + cut * (2 * static_cast<float>(i) - static_cast<float>(cuts) + 0.5F));
    draw->AddRectFilled({at_x, middle - r - 1}, {at_x + cut, middle - 0.3F * r}, ground_of(thread));
  }
}

void TimelinePanel::thread_lane(const PlacedLane& placed, float y) const {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const ThreadId id{placed.lane.number};
  const float height = placed.height;
  draw->AddRectFilled({min.x, y + 0.03F * height}, {max.x, y + 0.97F * height}, context.selected == id ? theme().thread_wash(id) : theme().lane(),
                      0.15F * em());
  const TimelineSlice::Row& row = cache.view.lanes.row(placed.lane.track);
  // Locks first, then waits over them, then the steps.
  for (const bool waits : {false, true}) {
    for (const timeline::Span& span : row.spans) {
      if ((shape_of(static_cast<Mark>(span.category)) == Shape::kHatch) == waits) bar(span, placed, y);
    }
  }
  for (const timeline::Instant& instant : row.instants) step_mark(instant, placed, y);
  if (has_shapes()) refusals(row.instants, placed, y);
}

/// The word beside a refused atomic, where nothing else stands.
void TimelinePanel::refusals(const std::vector<timeline::Instant>& instants, const PlacedLane& placed, float y) const {
  const Storeys at = storeys_of(placed.height, em());
  WithFont font(placed.height > 3 * em() ? context.fonts().bold : context.fonts().small);
  const float wide = text_width(kRefusedWord) + 0.4F * em();
  if (2 * at.radius * placed.height < 0.6F * ImGui::GetFontSize()) return;
  for (const timeline::Instant& refused : instants) {
    if (static_cast<Mark>(refused.category) != Mark::kRefused) continue;
    const float left = x_of(static_cast<float>(refused.last) - 1) + 0.3F * em();
    const bool free = std::none_of(instants.begin(), instants.end(), [&](const timeline::Instant& other) {
      return other.first > refused.first && x_of(static_cast<float>(other.first) - 1) < left + wide;
    });
    if (!free || left + wide > max.x) continue;
    ImGui::GetWindowDrawList()->AddText({left, y + at.marks * placed.height - 0.5F * ImGui::GetFontSize()}, theme().text, kRefusedWord);
  }
}

/// From the write whose value was read to the step that read it, when there was a newer one by then.
void TimelinePanel::older_arrow(ImVec2 from, ImVec2 to, Colour colour) const {
  const float long_way = std::hypot(to.x - from.x, to.y - from.y), head = 0.45F * em();
  if (long_way < 2 * head) return;
  const ImVec2 way{(to.x - from.x) / long_way, (to.y - from.y) / long_way};
  const ImVec2 tip{to.x - way.x * 0.5F * head, to.y - way.y * 0.5F * head}, back{tip.x - way.x * head, tip.y - way.y * head};
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddLine({from.x + way.x * 0.5F * head, from.y + way.y * 0.5F * head}, back, colour, 1.5F * hairline(context));
  draw->AddTriangleFilled(tip, {back.x - way.y * 0.45F * head, back.y + way.x * 0.45F * head},
                          {back.x + way.y * 0.45F * head, back.y - way.x * 0.45F * head}, colour);
}

/// An arrow from the step that wakes to the lane of the woken; faint when nobody slept.
void TimelinePanel::wake_arrows() const {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  float last_x = -1e9F;
  for (const timeline::Flow& wake : timeline().flows(first_depth(), last_depth() + 1)) {
    const float x = x_of_step(static_cast<int>(wake.at));
    // In the aggregated view a pixel gets one arrow.
    if (x - last_x < 1) continue;
    last_x = x;
    const float from = lane_y(static_cast<int>(wake.from)), to = lane_y(static_cast<int>(wake.to));
    if (from == to) continue;
    if (shape_of(static_cast<Mark>(wake.category)) == Shape::kThinArrow) {
      older_arrow({x_of_step(static_cast<int>(wake.begin)), from}, {x, to}, thread_colour(static_cast<int>(wake.from)));
      continue;
    }
    const float down = to > from ? 1.0F : -1.0F;
    const Shape shape = shape_of(static_cast<Mark>(wake.category));
    const Colour colour = shape == Shape::kFaintArrow ? theme().text_faint : thread_colour(static_cast<int>(wake.from));
    const float head = std::min({0.5F * em(), 0.4F * lanes.open_height, 0.45F * std::abs(to - from)}), whole = to - down * 0.1F * lanes.open_height;
    // That of the last step is on its way.
    const bool travels = static_cast<int>(wake.at) == context.session().depth();
    const float end = travels ? from + down * head + context.motion.grown() * (whole - from - down * head) : whole;
    draw->AddLine({x, from + down * 0.2F * head}, {x, end - down * head}, colour, 2 * hairline(context));
    draw->AddTriangleFilled({x, end}, {x - 0.6F * head, end - down * head}, {x + 0.6F * head, end - down * head}, colour);
  }
}

void TimelinePanel::draw_lanes() {
  for (const PlacedLane& lane : lanes.counters) {
    counter_name(lane, rows.counters + lane.top);
    counter_lane(lane, rows.counters + lane.top);
  }
  const float left = min.x - names, scrolled = rows.others - state.lane_scroll * lanes.open_height;
  const auto draw_part = [&](const std::vector<PlacedLane>& part, float top, float clip_top, float clip_bottom) {
    for (const PlacedLane& lane : part) thread_name(lane, top + lane.top, clip_top, clip_bottom);
    ImGui::PushClipRect({left, clip_top}, {max.x, clip_bottom}, true);
    ImGui::PushClipRect({min.x, clip_top}, {max.x, clip_bottom}, true);
    for (const PlacedLane& lane : part) {
      if (top + lane.top < clip_bottom && top + lane.top + lane.height > clip_top) thread_lane(lane, top + lane.top);
    }
    ImGui::PopClipRect();
    ImGui::PopClipRect();
  };
  draw_part(lanes.pinned, rows.pinned, rows.pinned, rows.others);
  draw_part(lanes.others, scrolled, rows.others, rows.lanes_end);
  if (!lanes.pinned.empty()) {
    ImGui::GetWindowDrawList()->AddLine({left, rows.others}, {max.x, rows.others}, theme().text_faint, hairline(context));
  }
  ImGui::PushClipRect({min.x, rows.counters}, {max.x, rows.lanes_end}, true);
  wake_arrows();
  ImGui::PopClipRect();
}

/// At the right edge, where there are more lanes than room.
void TimelinePanel::scrollbar() {
  if (lanes.greatest_scroll() <= 0) return;
  const float width = 0.45F * em(), room = lanes.others_room;
  const ImVec2 at{max.x + 0.1F * em(), rows.others};
  const float grab = std::max(room * room / lanes.others_height, em()), way = room - grab;
  const float share = state.lane_scroll * lanes.open_height / lanes.greatest_scroll();
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton("lane scroll", {width, room});
  context.mark("timeline/scroll");
  if (ImGui::IsItemActive() && way > 0) {
    scroll_lanes((ImGui::GetIO().MousePos.y - at.y - 0.5F * grab) / way * lanes.greatest_scroll() - state.lane_scroll * lanes.open_height);
  }
  const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled({at.x, at.y + share * way}, {at.x + width, at.y + share * way + grab}, hot ? theme().text_dim : theme().raised_active,
                      0.5F * width);
}

}  // namespace vmalab

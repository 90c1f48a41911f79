// SPDX-License-Identifier: GPL-2.0-only
// Time from left to right: vm_refcnt as a line above, then a lane a thread. Click or drag to travel, wheel to zoom,
// Shift and wheel to move along. Only what is in view is looked at, at the grain of a pixel.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "ui/paint.h"
#include "ui/panel_cache.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "view/branches.h"
#include "view/session_timeline.h"

namespace vmalab {
namespace {

constexpr float kWidestStep = 1.4F;    // em, at zoom 1
constexpr float kNarrowestFit = 0.5F;  // em: a run that fits at this width is shown whole
constexpr float kFinestGrain = 1.5F;   // pixels a cell of the aggregated view has at least

struct TimelinePanel {
  const PanelContext& context;
  TimelineState& state;
  PanelCache& cache;
  ImVec2 min{}, max{};  // of the track: without names and branches
  float names = 0;      // width of the names
  float step = 1;       // pixels
  int vma = 0;
  int hovered_step = -1;  // the step under the mouse, from 1; 0: the start

  float em() const { return context.em(); }
  const Theme& theme() const { return context.theme(); }
  const SessionTimeline& run() const { return context.timeline(); }
  const timeline::Timeline& timeline() const { return run().timeline(); }
  TimelineState& memory() const { return state; }
  int threads() const { return context.machine().thread_count(); }

  float x_of(float depth) const { return min.x + (depth - memory().first) * step; }
  /// Where something begins that step `depth` began: in the middle of the step. What held from the start has no step before it.
  float x_of_change(timeline::Time depth) const { return x_of(depth == 0 ? 0.0F : static_cast<float>(depth) - 0.5F); }
  float depth_at(float x) const { return memory().first + (x - min.x) / step; }
  float visible_steps() const { return (max.x - min.x) / step; }
  int grain() const { return std::max(1, static_cast<int>(std::ceil(kFinestGrain / step))); }
  int first_depth() const { return std::max(0, static_cast<int>(std::floor(memory().first)) - 1); }
  int last_depth() const { return std::min(run().steps(), static_cast<int>(std::ceil(memory().first + visible_steps())) + 1); }

  void set_scale();
  void keep_cursor_in_view();
  void input(const char* id, ImVec2 size);
  void refcnt_line(ImVec2 at, float height) const;
  void lanes(float height);
  void lane(ThreadId t, ImVec2 at, float height) const;
  void bar(const timeline::Span& span, ThreadId t, ImVec2 at, float height) const;
  void step_mark(const timeline::Instant& mark, ThreadId t, ImVec2 at, float height) const;
  void wakes(float top, float lane_height) const;
  void playhead(float top, float bottom, bool handle) const;
  void hover_band(float top, float bottom) const;
  void surface(ImVec2 from, ImVec2 to) const;
};

void TimelinePanel::set_scale() {
  const float room = max.x - min.x;
  const float steps = static_cast<float>(run().steps()) + 1.0F;
  // At zoom 1 a short run is shown whole.
  const float whole = std::clamp(room / steps, kNarrowestFit * em(), kWidestStep * em());
  step = std::max(whole * memory().zoom, std::min(whole, room / steps));
  memory().first = std::clamp(memory().first, 0.0F, std::max(0.0F, steps - 0.5F * visible_steps()));
  if (steps <= visible_steps()) memory().first = 0;
}

void TimelinePanel::keep_cursor_in_view() {
  const NodeId cursor = context.session().cursor();
  if (cache.view.serial == context.serial() && cache.view.shown_cursor == cursor) return;
  cache.view.serial = context.serial();
  cache.view.shown_cursor = cursor;
  if (!memory().follow || memory().dragging) return;
  const auto depth = static_cast<float>(context.session().depth());
  const float room = visible_steps(), margin = std::min(2.0F, 0.2F * room);
  const float end = static_cast<float>(run().steps());
  const float right_margin = std::min(margin, std::max(0.0F, end - depth) + 1.0F);
  if (depth - memory().first < margin) memory().first = std::max(0.0F, depth - margin);
  if (memory().first + room - depth < right_margin) memory().first = depth + right_margin - room;
  memory().first = std::max(memory().first, 0.0F);
}

void TimelinePanel::input(const char* id, ImVec2 size) {
  ImGui::InvisibleButton(id, size);
  const ImGuiIO& io = ImGui::GetIO();
  const float at = depth_at(io.MousePos.x);
  if (ImGui::IsItemActive()) {
    if (ImGui::IsItemActivated()) memory().dragging = true;
    const int depth = std::clamp(static_cast<int>(std::lround(at)), 0, run().steps());
    if (memory().dragging && depth != context.session().depth()) context.actions.travel_to(depth);
  } else if (!ImGui::IsAnyItemActive()) {
    memory().dragging = false;
  }
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) return;
  if (io.MousePos.x >= min.x) hovered_step = std::clamp(static_cast<int>(std::ceil(at)), 0, run().steps());
  if (io.MouseWheel == 0 && io.MouseWheelH == 0) return;
  if (io.KeyShift || io.MouseWheelH != 0) {
    memory().first -= (io.MouseWheel + io.MouseWheelH) * 0.12F * visible_steps();
  } else {
    // What is under the mouse stays under the mouse.
    memory().zoom = std::clamp(memory().zoom * std::pow(1.2F, io.MouseWheel), TimelineState::kLeastZoom, TimelineState::kGreatestZoom);
    set_scale();
    memory().first = at - (io.MousePos.x - min.x) / step;
  }
  set_scale();
}

void TimelinePanel::surface(ImVec2 from, ImVec2 to) const { ImGui::GetWindowDrawList()->AddRectFilled(from, to, theme().background, 0.3F * em()); }

void TimelinePanel::refcnt_line(ImVec2 at, float height) const {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const VmaId shown{static_cast<std::uint8_t>(vma)};
  const std::vector<timeline::Sample> samples = timeline().samples(run().track(shown), first_depth(), last_depth() + 1, grain());
  const Word greatest = run().greatest_count(shown);
  const float base = at.y + height - 0.3F * em(), span = height - 0.75F * em();
  const auto y_of = [&](Word value) { return base - refcnt_height(value, greatest) * span; };
  const float line = 0.16F * em();
  // FLAG lives above this line.
  const float middle = base - 0.5F * span;
  for (float x = min.x; x < max.x; x += 0.6F * em()) {
    draw->AddLine({x, middle}, {std::min(x + 0.25F * em(), max.x), middle}, theme().border, hairline(context));
  }
  ImGui::PushClipRect({min.x, at.y}, {max.x, at.y + height}, true);
  draw = ImGui::GetWindowDrawList();
  float before = -1;
  WithFont font(context.fonts().small);
  for (const timeline::Sample& sample : samples) {
    const auto lowest = static_cast<Word>(sample.low), highest = static_cast<Word>(sample.high);
    const float left = x_of_change(sample.begin), right = x_of_change(sample.end);
    const float low = y_of(lowest), high = y_of(highest);
    const Colour colour = theme().refcnt_class(refcnt_class(highest));
    draw->AddRectFilled({left, high}, {right, base + 0.3F * em()}, with_alpha(colour, 0.16F));
    if (before >= 0) draw->AddLine({left, before}, {left, high}, theme().text_faint, hairline(context));
    draw->AddRectFilled({left, high - 0.5F * line}, {std::max(right, left + 1), low + 0.5F * line}, colour);
    // The value stands on its line wherever it has the room.
    const std::string value = refcount_text(lowest);
    const float shown_left = std::max(left, min.x);
    if (lowest == highest && right - shown_left > text_width(value) + 0.3F * em()) {
      const bool above = high - ImGui::GetFontSize() - 0.5F * line >= at.y - 0.1F * em();
      paint_text({shown_left + 0.2F * em(), above ? high - ImGui::GetFontSize() - 0.4F * line : high + 0.6F * line}, right - shown_left, colour,
                 value);
    }
    before = high;
  }
  ImGui::PopClipRect();
}

void TimelinePanel::bar(const timeline::Span& span, ThreadId t, ImVec2 at, float height) const {
  const auto kind = static_cast<Mark>(span.category);
  const float left = x_of_change(span.begin), right = std::max(x_of_change(std::min(span.end, timeline().end() + 1)), left + 1);
  if (right < min.x || left > max.x) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const Colour colour = theme().thread(t);
  const float rounding = std::min(0.2F * em(), 0.2F * height);
  const auto rect = [&](float top, float bottom, Colour fill) {
    draw->AddRectFilled({left, at.y + top * height}, {right, at.y + bottom * height}, fill, rounding);
  };
  const auto frame = [&](float top, float bottom, Colour ink) {
    draw->AddRect({left, at.y + top * height}, {right, at.y + bottom * height}, ink, rounding, 0, 1.5F * hairline(context));
  };
  // A lane has two storeys: steps and waits above, what is held below, mmap_lock as a line at the bottom.
  std::string_view name;
  float name_y = 0.62F;
  switch (kind) {
    case Mark::kRcu: rect(0.36F, 0.395F, with_alpha(colour, 0.6F)); break;
    case Mark::kMmapRead: rect(0.87F, 0.95F, with_alpha(colour, 0.4F)); break;
    case Mark::kMmapWrite: rect(0.87F, 0.95F, with_alpha(colour, 0.9F)); break;
    case Mark::kReference:
      frame(0.42F, 0.82F, colour);
      name = "transient";
      break;
    case Mark::kReadLock:
      rect(0.42F, 0.82F, mix(theme().panel, colour, 0.45F));
      name = "read lock";
      break;
    case Mark::kWriteLock:
      rect(0.42F, 0.82F, mix(theme().panel, colour, 0.7F));
      name = "write lock";
      break;
    case Mark::kExcludes:
      rect(0.42F, 0.82F, mix(theme().panel, theme().refcnt_class(RefcntClass::kFlagAndReaders), 0.3F));
      frame(0.42F, 0.82F, theme().refcnt_class(RefcntClass::kFlagAndReaders));
      name = "FLAG";
      break;
    case Mark::kAsleep:
    case Mark::kWaitsForLock: {
      // Waiting is time in which nothing happens: a hatched bar.
      const float top = at.y + 0.05F * height, bottom = at.y + 0.35F * height, slant = bottom - top;
      const float visible_left = std::max(left, min.x), visible_right = std::min(right, max.x);
      ImGui::PushClipRect({visible_left, top}, {visible_right, bottom}, true);
      const float apart = 0.45F * em();
      for (float x = visible_left - std::fmod(visible_left, apart) - slant; x < visible_right; x += apart) {
        draw->AddLine({x, bottom}, {x + slant, top}, with_alpha(colour, 0.5F), 1.5F * hairline(context));
      }
      ImGui::PopClipRect();
      frame(0.05F, 0.35F, with_alpha(colour, 0.5F));
      name = kind == Mark::kAsleep ? "asleep" : "waits";
      name_y = 0.2F;
      break;
    }
    case Mark::kDone: rect(0.19F, 0.22F, with_alpha(theme().text_faint, 0.35F)); break;
    default: break;
  }
  WithFont small(context.fonts().small);
  if (name.empty() || 0.4F * height < 0.75F * ImGui::GetFontSize()) return;
  const float shown_left = std::max(left, min.x) + 0.3F * em(), shown_right = std::min(right, max.x);
  if (text_width(name) + 0.2F * em() > shown_right - shown_left) return;
  const float y = at.y + name_y * height - 0.5F * ImGui::GetFontSize();
  if (name_y < 0.5F) {
    draw->AddRectFilled({shown_left - 0.15F * em(), y}, {shown_left + text_width(name) + 0.15F * em(), y + ImGui::GetFontSize()}, theme().panel,
                        0.15F * em());
  }
  paint_text({shown_left, y}, shown_right - shown_left, theme().text, name);
}

void TimelinePanel::step_mark(const timeline::Instant& mark, ThreadId t, ImVec2 at, float height) const {
  const auto kind = static_cast<Mark>(mark.category);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float middle = at.y + 0.2F * height;
  const float half = std::min(0.15F * height, 0.42F * em());
  const float width = std::clamp(0.22F * step, 1.0F, 0.2F * em());
  // Step d is drawn between d - 1 and d.
  const float left = x_of(static_cast<float>(mark.first) - 1), right = x_of(static_cast<float>(mark.last) - 1), centre = 0.5F * (left + right);
  const Colour ink = kind == Mark::kViolation ? theme().bad : theme().thread(t);
  if (mark.last > mark.first + 1) {
    draw->AddRectFilled({left, middle - half}, {std::max(right, left + 1), middle + half}, kind == Mark::kSignal ? theme().bad : ink);
  } else if (kind == Mark::kSignal) {
    const float r = std::min(0.5F * em(), 0.22F * height);
    draw->AddTriangleFilled({centre - 0.6F * r, middle - r}, {centre + 0.6F * r, middle - r}, {centre, middle + r}, theme().bad);
  } else {
    draw->AddRectFilled({centre - width, middle - half}, {centre + width, middle + half}, ink, 0.8F * width);
    if (kind == Mark::kViolation) draw->AddCircle({centre, middle}, std::min(0.5F * em(), 0.24F * height), theme().bad, 0, 2 * hairline(context));
  }
}

void TimelinePanel::lane(ThreadId t, ImVec2 at, float height) const {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const bool selected = context.selected == t;
  draw->AddRectFilled({min.x, at.y + 0.04F * height}, {max.x, at.y + 0.96F * height},
                      selected ? theme().thread_wash(t) : mix(theme().panel, theme().background, 0.6F), 0.15F * em());
  ImGui::PushClipRect({min.x, at.y}, {max.x, at.y + height}, true);
  // Locks first, then what lies over them, then the steps, and violations over all.
  const std::vector<timeline::Span> spans = timeline().spans(run().track(t), first_depth(), last_depth() + 1, grain());
  for (const bool waits : {false, true}) {
    for (const timeline::Span& span : spans) {
      const auto kind = static_cast<Mark>(span.category);
      if ((kind == Mark::kAsleep || kind == Mark::kWaitsForLock) == waits) bar(span, t, at, height);
    }
  }
  const std::vector<timeline::Instant> marks = timeline().instants(run().track(t), first_depth(), last_depth() + 1, grain());
  for (const bool violations : {false, true}) {
    for (const timeline::Instant& mark : marks) {
      if ((static_cast<Mark>(mark.category) == Mark::kViolation) == violations) step_mark(mark, t, at, height);
    }
  }
  ImGui::PopClipRect();
}

/// An arrow from the step that wakes to the lane of the woken: full when it woke, hollow when nobody slept.
void TimelinePanel::wakes(float top, float lane_height) const {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  float last_x = -1e9F;
  for (const timeline::Flow& wake : timeline().flows(first_depth(), last_depth() + 1)) {
    const float x = x_of(static_cast<float>(wake.at) - 0.5F);
    // In the aggregated view a pixel gets one arrow.
    if (x - last_x < 1) continue;
    last_x = x;
    const float from = top + (static_cast<float>(wake.from) + 0.2F) * lane_height;
    const float to = top + (static_cast<float>(wake.to) + 0.2F) * lane_height;
    const float down = to > from ? 1.0F : -1.0F;
    const auto kind = static_cast<Mark>(wake.category);
    const Colour colour = kind == Mark::kWokeForNothing ? theme().warning
                          : kind == Mark::kWoke         ? theme().thread(ThreadId{static_cast<std::uint8_t>(wake.from)})
                                                        : theme().text_faint;
    const float head = std::min(0.5F * em(), 0.4F * lane_height), end = to - down * 0.15F * lane_height;
    draw->AddLine({x, from}, {x, end - down * head}, colour, 2 * hairline(context));
    draw->AddTriangleFilled({x, end}, {x - 0.6F * head, end - down * head}, {x + 0.6F * head, end - down * head}, colour);
  }
}

void TimelinePanel::playhead(float top, float bottom, bool handle) const {
  const float x = x_of(static_cast<float>(context.session().depth()));
  if (x < min.x - 1 || x > max.x + 1) return;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled({x - hairline(context), top}, {x + hairline(context), bottom}, theme().accent);
  if (!handle) return;
  const float r = 0.4F * em();
  draw->AddTriangleFilled({x - r, top}, {x + r, top}, {x, top + r}, theme().accent);
}

void TimelinePanel::hover_band(float top, float bottom) const {
  if (hovered_step <= 0 || step < 2) return;
  const float left = x_of(static_cast<float>(hovered_step) - 1), right = x_of(static_cast<float>(hovered_step));
  ImGui::GetWindowDrawList()->AddRectFilled({std::max(left, min.x), top}, {std::min(right, max.x), bottom}, with_alpha(theme().accent, 0.12F));
}

void TimelinePanel::lanes(float height) {
  const float least = 0.95F * context.fonts().small.size, most = 2.5F * em();
  const float lane_height = std::clamp(height / static_cast<float>(threads()), least, most);
  const float left = min.x - names;
  ImGui::BeginChild("lanes", {max.x - left, height}, false, ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float total = lane_height * static_cast<float>(threads());
  // With more lanes than fit, the one that is selected comes into view.
  const int selected = context.selected.value;
  if (total > height + 1 && cache.view.shown_thread != selected) {
    const float lanes_above = std::floor(0.5F * height / lane_height);
    ImGui::SetScrollY(std::max(0.0F, static_cast<float>(selected) - lanes_above) * lane_height);
  }
  cache.view.shown_thread = selected;

  for (int t = 0; t < threads(); ++t) {
    const ThreadId id{static_cast<std::uint8_t>(t)};
    const ImVec2 at{origin.x, origin.y + lane_height * static_cast<float>(t)};
    ImGui::SetCursorScreenPos(at);
    ImGui::PushID(t);
    if (ImGui::InvisibleButton("name", {names, lane_height})) context.actions.select_thread(id);
    ImGui::PopID();
    context.mark("timeline/" + context.thread_name(id));
    WithFont font(lane_height > 1.3F * em() ? context.fonts().bold : context.fonts().small);
    paint_text({at.x, at.y + 0.44F * lane_height - 0.5F * ImGui::GetFontSize()}, names - 0.4F * em(), theme().thread(id), context.thread_name(id));
    lane(id, at, lane_height);
  }
  ImGui::SetCursorScreenPos({min.x, origin.y});
  input("track", {max.x - min.x, std::max(total, height)});
  context.mark_rect("timeline/track", {min.x, ImGui::GetWindowPos().y}, {max.x, ImGui::GetWindowPos().y + std::min(total, height)});
  ImGui::PushClipRect({min.x, ImGui::GetWindowPos().y}, {max.x, ImGui::GetWindowPos().y + height}, true);
  hover_band(origin.y, origin.y + total);
  wakes(origin.y, lane_height);
  playhead(origin.y, origin.y + total, false);
  ImGui::PopClipRect();
  ImGui::EndChild();
}

/// The branches of the history: name, where it begins, how long it is. A click goes to its tip.
void branches(const PanelContext& context, ImVec2 at, ImVec2 size) {
  const Theme& theme = context.theme();
  const float em = context.em();
  ImGui::SetCursorScreenPos(at);
  ImGui::BeginChild("branches", size, false, ImGuiWindowFlags_NoNav);
  const std::vector<BranchRow> rows = branch_rows(context.session());
  const float line = 1.55F * em;
  for (const BranchRow& row : rows) {
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::PushID(row.index);
    const bool chosen = ImGui::InvisibleButton("branch", {width, line});
    ImGui::PopID();
    context.mark("timeline/branch/" + std::to_string(row.index));
    const bool hot = ImGui::IsItemHovered();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 max{min.x + width, min.y + line};
    if (row.active || hot) draw->AddRectFilled(min, {max.x, max.y - 0.1F * em}, row.active ? theme.selection : theme.raised_hover, 0.25F * em);
    // A small tree: branches hang below the one they left.
    const float x = min.x + 0.55F * em, y = min.y + 0.47F * line;
    if (row.index > 0) {
      draw->AddLine({x, min.y - 0.45F * line}, {x, y}, theme.text_faint, hairline(context));
      draw->AddLine({x, y}, {x + 0.7F * em, y}, theme.text_faint, hairline(context));
    }
    const float dot = row.index > 0 ? x + 0.7F * em : x;
    draw->AddCircleFilled({dot, y}, 0.26F * em, row.broken ? theme.bad : row.active ? theme.accent : theme.text_dim);
    const float text_x = dot + 0.55F * em;
    const std::string length = std::to_string(row.length);
    const float text_y = y - 0.5F * ImGui::GetFontSize();
    const float right = max.x - 0.4F * em - text_width(length);
    paint_text({text_x, text_y}, right - text_x - 0.4F * em, row.active ? theme.text : theme.text_dim, row.name);
    paint_text({right, text_y}, em * 5, theme.text_faint, length);
    if (hot) {
      std::string text = row.name + ": " + length + " steps" + (row.where.empty() ? "" : ", " + row.where);
      if (!row.active) {
        const Session::Difference& difference = context.cache.differences(context.session(), context.serial())[static_cast<std::size_t>(row.index)];
        for (const std::string& words : difference.lines) text += "\n" + words;
      }
      show_tooltip(text);
    }
    ImGui::SetCursorScreenPos({min.x, max.y});
    if (chosen) context.actions.select_branch(row.index);
  }
  ImGui::Dummy({1, 0.2F * em});
  {
    WithFont small(context.fonts().small);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.4F * em, 0.1F * em});
    if (button(context, "timeline/rename", "Rename", true, "Give this branch a name.  (F2)")) context.actions.run(CommandId::kRenameBranch);
    ImGui::SameLine(0, 0.3F * em);
    if (button(context, "timeline/compare", "Compare", context.actions.can(CommandId::kCompareBranches),
               "Where the branches part, and how they end.  (C)")) {
      context.actions.run(CommandId::kCompareBranches);
    }
    ImGui::PopStyleVar();
  }
  ImGui::EndChild();
}

}  // namespace

void draw_timeline(const PanelContext& context, TimelineState& state, int vma) {
  PanelCache& cache = context.cache;
  const float em = context.em();
  const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  TimelinePanel panel{context, state, cache};
  panel.vma = std::clamp(vma, 0, std::max(context.machine().limits().vmas - 1, 0));
  {
    WithFont bold(context.fonts().bold);
    float widest = 2.2F * em;
    for (int t = 0; t < panel.threads(); ++t) widest = std::max(widest, text_width(context.thread_name(ThreadId{static_cast<std::uint8_t>(t)})));
    panel.names = std::min(widest + 0.6F * em, 0.2F * room.x);
  }
  const bool tree = context.session().branches().size() > 1;
  const float tree_width = tree ? std::min(11 * em, 0.28F * room.x) : 0;
  panel.min = {at.x + panel.names, at.y};
  panel.max = {at.x + room.x - (tree ? tree_width + 0.8F * em : 0), at.y + room.y};
  if (panel.max.x - panel.min.x < 2 * em || room.y < 2 * em) return;
  panel.set_scale();
  panel.keep_cursor_in_view();

  // The more lanes there are, the less room the line above them takes.
  const float share = panel.threads() > 4 ? 0.26F : 0.34F;
  const float line_height = std::clamp(share * room.y, 1.6F * em, 4.5F * em);
  panel.surface({panel.min.x, at.y}, {panel.max.x, at.y + line_height});
  ImGui::SetCursorScreenPos({panel.min.x, at.y});
  panel.input("line", {panel.max.x - panel.min.x, line_height});
  context.mark("timeline/refcnt");
  {
    WithFont small(context.fonts().small);
    paint_text({at.x, at.y + line_height - 1.25F * em}, panel.names - 0.3F * em, context.theme().text_dim, "refcnt");
    if (line_height > 2.4F * em) paint_text({at.x, at.y + 0.2F * em}, panel.names - 0.3F * em, context.theme().text_faint, "FLAG");
  }
  panel.refcnt_line(at, line_height);
  const float lanes_top = at.y + line_height + 0.3F * em;
  ImGui::SetCursorScreenPos({at.x, lanes_top});
  panel.lanes(at.y + room.y - lanes_top);
  panel.hover_band(at.y, at.y + line_height);
  panel.playhead(at.y, lanes_top, true);
  if (panel.hovered_step >= 0 && !state.dragging) {
    std::string text;
    for (const std::string& line : step_tooltip(context.session(), panel.hovered_step)) text += (text.empty() ? "" : "\n") + line;
    show_tooltip(text);
  }
  if (tree) branches(context, {panel.max.x + 0.8F * em, at.y}, {tree_width, room.y});
}

}  // namespace vmalab

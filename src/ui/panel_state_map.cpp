// SPDX-License-Identifier: GPL-2.0-only
// The state space as a landscape: sideways how many steps from the start, upwards what vm_refcnt says; the more states a place has,
// the higher and brighter it is. This run goes through it in its threads' colours, other branches are faint, what breaks is red.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/words.h"
#include "machine/look.h"
#include "ui/paint.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "ui/state_space.h"
#include "view/state_map_view.h"

namespace vmalab {
namespace {

using check::MapCell;
using check::MapPlace;

constexpr const char* kStandsForAny =
    "Each stands for any number of threads: of the references that readers hold it has whether there are none, one or many, and of the readers themselves where in the code some may stand.";
constexpr const char* kEveryState =
    "Every state there is, each once, at the fewest steps that lead there. A check merges states that are alike for it and counts fewer.";

class Panel {
 public:
  Panel(const PanelContext& context, StateSpace& space, VmaId vma)
      : context_(context), space_(space), vma_(vma), theme_(context.theme()), em_(context.em()) {}

  void draw() {
    space_.follow(context_.session());
    at_ = ImGui::GetCursorScreenPos();
    size_ = ImGui::GetContentRegionAvail();
    if (size_.x < 16 * em_ || size_.y < 6 * em_) return;
    large_ = size_.x >= 50 * em_ && size_.y >= 20 * em_;
    const int depths = std::max(1, space_.map().depths());
    const float all = static_cast<float>(depths);
    visible_ = space_.visible == 0 ? all : std::min(space_.visible, all);
    first_ = space_.visible == 0 ? 0 : std::clamp(space_.first, 0.0F, all - visible_);
    {
      WithFont label(row_font());
      left_ = at_.x + text_width("2 .. FLAG-1") + 1.2F * em_;
    }
    right_ = at_.x + size_.x - 0.3F * em_;
    top_ = at_.y + head_height();
    bottom_ = at_.y + size_.y - foot_height();
    column_ = (right_ - left_) / visible_;
    per_column_ = std::max(1, static_cast<int>(std::ceil(3.0F / column_)));
    view_ = &context_.cache.state_map(space_.shared_map(), vma_, per_column_);
    context_.cache.map_lines.update(context_.session(), context_.serial(), space_, vma_);
    if (!space_.refused().empty()) {
      WithFont font(text_font());
      paint_sentences({at_.x + 0.4F * em_, top_}, size_.x - 0.8F * em_, {{space_.refused(), theme_.text}});
    }
    which();
    if (view_->rows.empty() || !space_.refused().empty()) return;
    row_ = (bottom_ - top_) / static_cast<float>(view_->rows.size());
    input();
    rows();
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->PushClipRect({left_ - 0.2F * em_, top_}, {right_ + 0.2F * em_, bottom_}, true);
    cells();
    branches();
    this_run();
    breaks();
    marked();
    list->PopClipRect();
    depths_below();
    head();
    if (!low()) foot();
    ImGui::SetCursorScreenPos(at_);
    ImGui::Dummy({size_.x, size_.y - ImGui::GetStyle().ItemSpacing.y});
  }

 private:
  const Font& row_font() const { return large_ ? context_.fonts().title : context_.fonts().bold; }
  const Font& text_font() const { return large_ ? context_.fonts().title : context_.fonts().small; }
  float head_height() const { return text_font().size + 0.6F * em_; }
  /// Too low for words below: beside the timeline the picture is all, and a mouse is told the rest.
  bool low() const { return size_.y < 14 * em_; }
  float foot_height() const {
    const float steps = context_.fonts().small.size + 0.3F * em_;
    return low() ? steps : steps + 2 * text_font().size + 0.9F * em_ + context_.fonts().small.size;
  }
  float x_of(float depth) const { return left_ + (depth - first_) * column_; }
  float centre_of(int depth) const { return x_of(static_cast<float>(depth) + 0.5F); }
  std::optional<std::size_t> row_of(RefcntClass c) const {
    const auto it = std::find(view_->rows.begin(), view_->rows.end(), c);
    if (it == view_->rows.end()) return std::nullopt;
    return static_cast<std::size_t>(it - view_->rows.begin());
  }
  float middle_of(std::size_t row) const { return top_ + (static_cast<float>(row) + 0.5F) * row_; }
  /// How full a cell is, 0 to 1: a state is seen, and so is the difference between a thousand and a million.
  float share(std::uint64_t states) const {
    return static_cast<float>(std::log1p(static_cast<double>(states)) / std::log1p(static_cast<double>(std::max<std::uint64_t>(view_->most, 1))));
  }
  float half_height(std::uint64_t states) const { return 0.5F * row_ * (0.12F + 0.74F * share(states)); }
  Colour grey(std::uint64_t states) const { return mix(theme_.panel, theme_.text, 0.16F + 0.42F * share(states)); }
  std::string vma_name() const {
    for (const ObjectName& object : context_.machine().objects()) {
      if (object.address == vma_address(vma_.value)) return object.name;
    }
    return "vma" + std::to_string(vma_.value);
  }

  /// The selected cell, else the cursor's; nullopt: it is not on the map.
  std::optional<MapPlace> looked_at() const {
    if (space_.selected && space_.selected->depth < space_.map().depths()) return space_.selected;
    const OnMap cursor = space_.at(context_.session().cursor());
    if (cursor.depth < 0 || cursor.depth >= space_.map().depths()) return std::nullopt;
    return MapPlace{cursor.depth, cursor.classes[vma_.value]};
  }

  /// Whose map it is.
  void which() {
    WithFont small(context_.fonts().small);
    const char* words = "Any number";
    const float wide = text_width(words) + 2 * ImGui::GetStyle().FramePadding.x;
    if (size_.x < 3 * wide) return;
    which_ = wide + em_;
    ImGui::SetCursorScreenPos({right_ - wide, at_.y});
    if (toggle(context_, "map/any", words, space_.any_number(), command(CommandId::kMapAny).sentence)) space_.show_any_or_own(context_.scenario());
  }

  // ---- mouse

  void input() {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    ImGui::SetCursorScreenPos({left_, top_});
    ImGui::InvisibleButton("map", {std::max(1.0F, right_ - left_), std::max(1.0F, bottom_ - top_)});
    context_.mark("map/plot");
    if (!ImGui::IsItemHovered() && !ImGui::IsItemActive()) return;
    const float depth = first_ + (mouse.x - left_) / column_;
    if (const float wheel = ImGui::GetIO().MouseWheel; wheel != 0) space_.zoom(std::pow(1.25F, wheel), depth);
    if (ImGui::IsItemActive() && ImGui::IsMouseDragging(0)) {
      if (space_.visible != 0) {
        const auto all = static_cast<float>(space_.map().depths());
        space_.first = std::clamp(space_.first - ImGui::GetIO().MouseDelta.x / column_, 0.0F, all - visible_);
      }
      return;
    }
    const auto row = static_cast<int>((mouse.y - top_) / row_);
    const auto column = static_cast<int>(depth) / per_column_;
    if (row < 0 || row >= static_cast<int>(view_->rows.size()) || column < 0 || column >= static_cast<int>(view_->columns.size())) return;
    const RefcntClass of = view_->rows[static_cast<std::size_t>(row)];
    const MapColumn& pointed = view_->columns[static_cast<std::size_t>(column)];
    if (pointed.of(of).states == 0) return;
    hovered_ = {column, of};
    const MapPlace place = nearest_in(pointed, of);
    const std::string way = "\nA click goes there by a shortest run: " + way_text(place);
    show_tooltip(map_cell_text(vma_name(), pointed.first, pointed.last, of, pointed.of(of)) + (space_.any_number() ? "" : way));
    if (ImGui::IsMouseReleased(0) && !dragged()) space_.go(vma_, place);
  }
  static bool dragged() {
    const ImVec2 by = ImGui::GetMouseDragDelta(0);
    return by.x != 0 || by.y != 0;
  }
  /// Of the depths that share a column, the first that breaks a check, else the first that has states.
  MapPlace nearest_in(const MapColumn& column, RefcntClass of) const {
    std::optional<int> any;
    for (int depth = column.first; depth <= column.last; ++depth) {
      const MapCell& cell = space_.map().at(vma_, depth, of);
      if (cell.breaking != 0) return {depth, of};
      if (cell.states != 0 && !any) any = depth;
    }
    return {any.value_or(column.first), of};
  }
  std::string way_text(MapPlace place) const {
    const bool breaks = space_.map().at(vma_, place.depth, place.of).breaking != 0;
    return std::to_string(place.depth) + words::plural(static_cast<std::uint64_t>(place.depth), " step") +
           (breaks ? ", and on into what breaks." : ".");
  }

  // ---- the picture

  void rows() const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (std::size_t r = 0; r < view_->rows.size(); ++r) {
      const RefcntClassInfo& info = refcnt_classes()[static_cast<std::size_t>(view_->rows[r])];
      const float y = top_ + static_cast<float>(r) * row_;
      if (r % 2 == 0) list->AddRectFilled({at_.x, y}, {right_, y + row_}, theme_.lane());
      WithFont font(row_font());
      paint_text({at_.x + 0.4F * em_, y + 0.5F * (row_ - ImGui::GetFontSize())}, left_ - at_.x - 0.6F * em_, theme_.text, info.value);
      rect_tooltip({at_.x, y}, {left_, y + row_}, std::string(info.value) + ": " + info.name + ". " + info.meaning);
    }
  }

  void cells() const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float gap = column_ * static_cast<float>(per_column_) >= 6 ? 1.0F : 0.0F;
    for (const MapColumn& column : view_->columns) {
      const float x = x_of(static_cast<float>(column.first)), end = x_of(static_cast<float>(column.last + 1)) - gap;
      if (end < left_ || x > right_) continue;
      for (std::size_t r = 0; r < view_->rows.size(); ++r) {
        const MapCell& cell = column.of(view_->rows[r]);
        if (cell.states == 0) continue;
        const float half = half_height(cell.states), y = middle_of(r);
        const Colour fill = grey(cell.states);
        list->AddRectFilled({x, y - half}, {end, y + half}, fill);
        if (cell.ends != 0) list->AddRectFilled({x, y - half - hairline(context_)}, {end, y - half + hairline(context_)}, theme_.text);
        const RefcntClassInfo& info = refcnt_classes()[static_cast<std::size_t>(view_->rows[r])];
        if (per_column_ == 1) context_.mark_rect("map/" + std::to_string(column.first) + "/" + info.value, {x, y - half}, {end, y + half});
        count(cell.states, fill, {x, y - half}, {end, y + half});
      }
    }
  }
  /// In the cell where it has the room, at its lower end: the run goes through the middle.
  void count(std::uint64_t states, Colour fill, ImVec2 min, ImVec2 max) const {
    WithFont font(context_.fonts().small);
    const std::string text = words::grouped(states);
    const float high = ImGui::GetFontSize();
    if (text_width(text) + 0.4F * em_ > max.x - min.x || max.y - min.y < 2.6F * high) return;
    const Colour ink = contrast(theme_.text, fill) >= contrast(theme_.background, fill) ? theme_.text : theme_.background;
    paint_text_centred({0.5F * (min.x + max.x), max.y - 0.7F * high}, max.x - min.x, ink, text);
  }

  std::optional<ImVec2> point(const MapPlace& place) const {
    const auto row = row_of(place.of);
    if (!row) return std::nullopt;
    return ImVec2{centre_of(place.depth), middle_of(*row)};
  }

  void branches() const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (const MapLine& line : context_.cache.map_lines.others()) {
      const auto from = point(line.from), to = point(line.to);
      if (from && to) list->AddLine(*from, *to, with_alpha(theme_.text, 0.55F), std::max(1.0F, 0.09F * em_));
    }
  }

  void this_run() const {
    const Session& session = context_.session();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float thick = (large_ ? 0.3F : 0.22F) * em_;
    // First what keeps it apart from the ground, then the colours.
    for (const bool ground : {true, false}) {
      for (const MapLine& line : context_.cache.map_lines.run()) {
        const auto from = point(line.from), to = point(line.to);
        if (!from || !to) continue;
        const Colour thread = theme_.thread(line.thread);
        const Colour colour = ground ? theme_.panel : line.step <= session.depth() ? thread : mix(theme_.panel, thread, 0.45F);
        list->AddLine(*from, *to, colour, ground ? thick + 0.22F * em_ : thick);
        list->AddCircleFilled(*to, 0.5F * (ground ? thick + 0.22F * em_ : thick), colour);
      }
    }
    for (const MapLine& line : context_.cache.map_lines.run()) {
      const auto from = point(line.from), to = point(line.to);
      if (from && to) cut(*from, *to, thick, thread_mark(line.thread));
    }
    const OnMap cursor = space_.at(session.cursor());
    if (const auto here = cursor.depth < 0 ? std::nullopt : point({cursor.depth, cursor.classes[vma_.value]})) {
      const float r = (large_ ? 0.62F : 0.45F) * em_;
      list->AddCircleFilled(*here, r, theme_.panel);
      list->AddCircle(*here, r, theme_.text, 0, std::max(2.0F, 0.17F * em_));
      if (const StepInfo* last = context_.last_step()) list->AddCircleFilled(*here, 0.5F * r, theme_.thread(last->action.thread));
      context_.mark_rect("map/here", {here->x - r, here->y - r}, {here->x + r, here->y + r});
    }
  }

  /// The mark of a thread whose colour another one has: cuts across the middle of its line.
  void cut(ImVec2 from, ImVec2 to, float thick, int marks) const {
    const float length = std::hypot(to.x - from.x, to.y - from.y), gap = std::max(1.5F, 0.1F * em_);
    if (marks == 0 || length < 1) return;
    const ImVec2 along{(to.x - from.x) / length, (to.y - from.y) / length}, across{-along.y, along.x};
    const float half = 0.5F * thick + 0.08F * em_;
    for (int i = 0; i < marks; ++i) {
      const float at = 0.5F * length + gap * 2 * (static_cast<float>(i) - 0.5F * static_cast<float>(marks - 1));
      const ImVec2 middle{from.x + along.x * at, from.y + along.y * at};
      ImGui::GetWindowDrawList()->AddLine({middle.x - across.x * half, middle.y - across.y * half},
                                          {middle.x + across.x * half, middle.y + across.y * half}, theme_.panel, gap);
    }
  }

  /// Red from the ground up, as much of the cell as breaks a check, and a cross with the number where a stretch of them begins.
  void breaks() const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    WithFont font(text_font());
    for (std::size_t r = 0; r < view_->rows.size(); ++r) {
      float written = -1e9F;
      for (std::size_t i = 0; i < view_->columns.size(); ++i) {
        const MapCell& cell = view_->columns[i].of(view_->rows[r]);
        if (cell.breaking == 0) continue;
        const float x = x_of(static_cast<float>(view_->columns[i].first)), end = x_of(static_cast<float>(view_->columns[i].last + 1));
        const float half = half_height(cell.states), y = middle_of(r);
        const float part = std::max(0.3F * em_, 2 * half * static_cast<float>(cell.breaking) / static_cast<float>(cell.states));
        list->AddRectFilled({x, y + half - part}, {end, y + half}, theme_.bad);
        if (i > 0 && view_->columns[i - 1].of(view_->rows[r]).breaking != 0) continue;
        std::uint64_t stretch = 0;
        for (std::size_t j = i; j < view_->columns.size() && view_->columns[j].of(view_->rows[r]).breaking != 0; ++j)
          stretch += view_->columns[j].of(view_->rows[r]).breaking;
        const std::string text = words::grouped(stretch);
        const float arm = 0.3F * ImGui::GetFontSize(), wide = 2 * arm + 0.35F * em_ + text_width(text);
        const float from = std::min(x, right_ - wide);
        if (x < written || x < left_ - 1) continue;
        const float line = std::max(top_ + 0.55F * ImGui::GetFontSize(), y - half - 0.65F * ImGui::GetFontSize());
        const float cross = from + arm + 0.1F * em_, thick = std::max(2.0F, 0.14F * em_);
        list->AddRectFilled({from - 0.15F * em_, line - 0.55F * ImGui::GetFontSize()},
                            {from + wide + 0.2F * em_, line + 0.55F * ImGui::GetFontSize()}, with_alpha(theme_.panel, 0.85F), 0.2F * em_);
        list->AddLine({cross - arm, line - arm}, {cross + arm, line + arm}, theme_.bad, thick);
        list->AddLine({cross - arm, line + arm}, {cross + arm, line - arm}, theme_.bad, thick);
        paint_text({cross + arm + 0.25F * em_, line - 0.5F * ImGui::GetFontSize()}, wide, theme_.bad, text);
        written = from + wide + 0.8F * em_;
      }
    }
  }

  void outline(MapPlace place, int last, Colour colour, float thick) const {
    const auto row = row_of(place.of);
    if (!row) return;
    const float y = top_ + static_cast<float>(*row) * row_, pad = 0.12F * em_;
    ImGui::GetWindowDrawList()->AddRect({x_of(static_cast<float>(place.depth)) - pad, y + pad},
                                        {x_of(static_cast<float>(last + 1)) + pad, y + row_ - pad}, colour, 0.2F * em_, 0, thick);
  }
  void marked() const {
    if (space_.selected) outline(*space_.selected, space_.selected->depth, theme_.accent, std::max(2.0F, 0.14F * em_));
    if (hovered_) {
      const MapColumn& column = view_->columns[static_cast<std::size_t>(hovered_->depth)];
      outline({column.first, hovered_->of}, column.last, theme_.text_dim, std::max(1.0F, 0.08F * em_));
    }
  }

  void depths_below() const {
    WithFont small(context_.fonts().small);
    const float y = bottom_ + 0.15F * em_;
    const float room = text_width("1000") + em_;
    int step = 1;
    for (const int next : {2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000, 100000}) {
      if (static_cast<float>(step) * column_ >= room) break;
      step = next;
    }
    for (int depth = 0; depth < space_.map().depths(); depth += step) {
      const float x = centre_of(depth);
      if (x < left_ - 1 || x > right_) continue;
      paint_text_centred({x, y + 0.5F * ImGui::GetFontSize()}, room, theme_.text_dim, std::to_string(depth));
    }
    paint_text({at_.x + 0.4F * em_, y}, left_ - at_.x - 0.6F * em_, theme_.text_dim, "steps");
  }

  // ---- words

  void head() const {
    WithFont font(text_font());
    const MapCell& sum = view_->sum;
    const bool any = space_.any_number();
    std::string text = words::grouped(sum.states) + " " + words::plural(sum.states, "state") +
                       (any ? " that stand for " + space_.crowd() : ", none merged") + ", up to " + std::to_string(space_.map().depths() - 1) +
                       " steps from the start";
    if (!space_.done()) text += ", and counting\xe2\x80\xa6";
    if (space_.done() && space_.end() != check::SearchEnd::kComplete)
      text += space_.end() == check::SearchEnd::kMemory ? "; more were not counted: no memory" : "; more were not counted";
    std::string verdict;
    if (sum.breaking != 0) {
      const char* breaks = any ? " may break " : sum.breaking == 1 ? " breaks " : " break ";
      verdict = words::grouped(sum.breaking) + breaks + words::joined(properties_in(sum.broken), &Property::name);
    } else if (space_.done() && space_.end() == check::SearchEnd::kComplete) {
      verdict = any ? "no check is broken, whatever the number" : "no check is broken";
    }
    // Both where there is room, else the states give way, but never to less than half.
    const float left = at_.x + 0.4F * em_, y = at_.y + 0.1F * em_, room = right_ - left - which_;
    const float wanted = verdict.empty() ? 0 : text_width(verdict) + 1.2F * em_;
    const float took = paint_text({left, y}, std::max(room - wanted, 0.5F * room), theme_.text, text);
    rect_tooltip({left, y}, {left + took, y + ImGui::GetFontSize()}, any ? text + ".\n" + kStandsForAny : kEveryState);
    const float from = left + took + 1.2F * em_;
    if (!verdict.empty()) paint_text({from, y}, std::max(1.0F, right_ - which_ - from), sum.breaking != 0 ? theme_.bad : theme_.text_dim, verdict);
  }

  void foot() const {
    float y = bottom_ + context_.fonts().small.size + 0.5F * em_;
    std::vector<ColouredText> sentences;
    std::string text;
    if (space_.finding()) {
      text = "Looking for the shortest run there\xe2\x80\xa6";
    } else if (const auto place = looked_at()) {
      const MapCell& cell = space_.map().at(vma_, place->depth, place->of);
      text = (space_.selected ? "" : "Here: ") + map_cell_text(vma_name(), place->depth, place->depth, place->of, cell);
      const int taken = context_.session().depth();
      if (!space_.selected && taken != place->depth) {
        text += " This run came here in " + std::to_string(taken) + words::plural(static_cast<std::uint64_t>(taken), " step") + ", the shortest in " +
                std::to_string(place->depth) + ".";
      }
      if (space_.any_number() && cell.breaking != 0) text += " Whether threads really come to it, Alt+F9 finds out.";
      if (space_.selected && !space_.any_number()) text += " Enter goes there.";
    } else if (space_.done()) {
      text = "This step is not on the map: a check was broken before, or more states were not counted.";
    }
    {
      WithFont font(text_font());
      paint_sentences({at_.x + 0.4F * em_, y}, size_.x - 0.8F * em_, {{text, theme_.text}});
    }
    WithFont small(context_.fonts().small);
    y = at_.y + size_.y - ImGui::GetFontSize() - 0.15F * em_;
    float x = at_.x + 0.4F * em_;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float line = y + 0.5F * ImGui::GetFontSize();
    const auto word = [&](std::string_view what) { x += paint_text({x, y}, std::max(1.0F, right_ - x), theme_.text_dim, what) + 1.1F * em_; };
    // Few to many.
    word("1");
    x -= 0.8F * em_;
    for (int i = 0; i < 5; ++i) {
      const auto states = static_cast<std::uint64_t>(std::expm1(std::log1p(static_cast<double>(view_->most)) * i / 4.0)) + (i == 0 ? 1 : 0);
      const float half = 0.5F * ImGui::GetFontSize() * (0.2F + 0.8F * static_cast<float>(i) / 4);
      list->AddRectFilled({x, line - half}, {x + 0.9F * em_, line + half}, grey(states));
      x += 0.9F * em_;
    }
    x += 0.3F * em_;
    word(words::grouped(view_->most) + " " + words::plural(view_->most, "state"));
    list->AddLine({x, line}, {x + 1.6F * em_, line},
                  theme_.thread(context_.last_step() != nullptr ? context_.last_step()->action.thread : ThreadId{0}), 0.25F * em_);
    x += 1.9F * em_;
    word("this run, by thread");
    if (context_.session().branches().size() > 1) {
      list->AddLine({x, line}, {x + 1.6F * em_, line}, with_alpha(theme_.text, 0.55F), std::max(1.0F, 0.09F * em_));
      x += 1.9F * em_;
      word("other branches");
    }
    if (view_->sum.ends != 0) {
      list->AddRectFilled({x, line - hairline(context_)}, {x + 1.2F * em_, line + hairline(context_)}, theme_.text);
      x += 1.5F * em_;
      word("some end here");
    }
    if (view_->sum.breaking != 0) {
      list->AddRectFilled({x, line - 0.3F * em_}, {x + 0.9F * em_, line + 0.3F * em_}, theme_.bad);
      x += 1.2F * em_;
      word(space_.any_number() ? "a check may break" : "a check breaks");
    }
    const char* keys = space_.any_number() ? "arrows walk, N next broken, A this scenario alone, + - 0 zoom"
                                           : "arrows walk, Enter goes there, N next broken, A any number, + - 0 zoom";
    if (right_ - text_width(keys) > x + em_) paint_text_right(right_, y, right_ - x, theme_.text_faint, keys);
  }

  const PanelContext& context_;
  StateSpace& space_;
  VmaId vma_;
  const Theme& theme_;
  float em_;
  bool large_ = false;
  ImVec2 at_{}, size_{};
  float left_ = 0, right_ = 0, top_ = 0, bottom_ = 0, column_ = 1, row_ = 1, first_ = 0, visible_ = 1;
  float which_ = 0;  ///< room that the choice above takes
  int per_column_ = 1;
  const StateMapView* view_ = nullptr;
  std::optional<MapPlace> hovered_;  ///< its depth is a column
};

}  // namespace

void draw_state_map(const PanelContext& context, StateSpace& space, const VmaPanelState& memory) {
  const int vma = std::clamp(memory.vma, 0, std::max(context.machine().limits().vmas - 1, 0));
  Panel(context, space, vma_id(vma)).draw();
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "ui/side_by_side_timeline.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/words.h"
#include "machine/describe.h"
#include "ui/paint.h"

namespace vmalab {
namespace {

class ForkedTimeline {
 public:
  ForkedTimeline(const PanelContext& context, const SideBySide& sides, ImVec2 at, ImVec2 size, float label)
      : context_(context), sides_(sides), runs_(sides.runs()), theme_(context.theme()), em_(context.em()), at_(at), size_(size) {
    left_ = at.x + label;
    right_ = at.x + size.x - 0.3F * em_;
    const float room = std::max(right_ - left_, 1.0F);
    rows_ = std::max(sides.last_row(), 1);
    cell_ = std::clamp(room / static_cast<float>(rows_), 0.55F * em_, 2.6F * em_);
    count_ = std::max(1, static_cast<int>(room / cell_ + 0.01F));
    first_ = count_ >= rows_ ? 0 : std::clamp(sides.row() - count_ / 2, 0, rows_ - count_);
    const float overview = scrolls() ? 0.55F * em_ : 0;
    ruler_ = at.y + overview;
    top_ = ruler_ + 1.55F * em_;
    const float bottom = at.y + size.y - 1.25F * em_;  // the words below
    gap_ = std::max(2.0F, 0.16F * em_);
    lane_ = std::max(0.5F * (std::min(bottom - top_, 4.2F * em_) - gap_), 0.4F * em_);
  }

  void draw() {
    input();
    if (scrolls()) overview();
    names();
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->PushClipRect({left_ - 0.5F * em_, at_.y}, {right_ + 0.3F * em_, at_.y + size_.y}, true);
    for (int row = first_ + 1; row <= std::min(first_ + count_ + 1, sides_.last_row()); ++row) cells(row);
    parting();
    cursor();
    list->PopClipRect();
    context_.mark_rect("beside/timeline", {left_, top_}, {right_, bottom_of(1)});
  }

 private:
  bool scrolls() const { return count_ < rows_; }
  float x_of(int row) const { return left_ + static_cast<float>(row - first_) * cell_; }  ///< where the state after it begins
  float top_of(std::size_t side) const { return side == 0 ? top_ : top_ + lane_ + gap_; }
  float bottom_of(std::size_t side) const { return top_of(side) + lane_; }
  const TwoRuns::Row& row_at(int row) const { return runs_.rows()[static_cast<std::size_t>(row)]; }
  bool parted(int row) const { return runs_.parting() && row >= runs_.parting()->row; }

  std::string step_text_of(int row) const {
    std::string text;
    for (const std::size_t side : {0u, 1u}) {
      const StepInfo* info = runs_.step(side, row);
      if (info == nullptr) continue;
      const Machine& machine = runs_.sessions()[side].machine();
      std::string line = std::to_string(row_at(row).depth[side]) + "  " + machine.scenario().threads[info->action.thread.value].name + ": " +
                         step_text(machine, *info);
      if (info->violations != 0) line += ", which breaks " + words::list(properties_in(info->violations), &Property::name);
      if (!parted(row) && row_at(row).both()) return line;
      text += (text.empty() ? "" : "\n") + runs_.names()[side] + ": " + line;
    }
    return text;
  }

  void input() const {
    ImGui::SetCursorScreenPos({left_, ruler_});
    ImGui::InvisibleButton("lanes", {std::max(right_ - left_, 1.0F), std::max(at_.y + size_.y - ruler_, 1.0F)});
    const float x = ImGui::GetIO().MousePos.x;
    const int row = std::clamp(first_ + static_cast<int>(std::ceil((x - left_) / cell_)), 0, sides_.last_row());
    if (ImGui::IsItemActive() && row != sides_.row()) context_.actions.seek_row(row);
    if (ImGui::IsItemHovered() && !ImGui::IsItemActive() && row > 0) show_tooltip(step_text_of(row));
  }

  /// All of it, where the lanes show a part.
  void overview() const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float wide = right_ - left_, y = at_.y + 0.12F * em_, high = 0.3F * em_, all = static_cast<float>(rows_);
    const auto x_at = [&](int row) { return left_ + wide * static_cast<float>(row) / all; };
    list->AddRectFilled({left_, y}, {right_, y + high}, theme_.lane(), 0.1F * em_);
    list->AddRectFilled({x_at(first_), y}, {x_at(first_ + count_), y + high}, theme_.raised_active, 0.1F * em_);
    if (runs_.parting()) {
      const float x = x_at(std::max(runs_.parting()->row - 1, 0));
      list->AddRectFilled({x - hairline(context_), y - 0.1F * em_}, {x + hairline(context_), y + high + 0.1F * em_}, theme_.text);
    }
    const float x = x_at(sides_.row());
    list->AddRectFilled({x - hairline(context_), y - 0.1F * em_}, {x + hairline(context_), y + high + 0.1F * em_}, theme_.accent);
    ImGui::SetCursorScreenPos({left_, at_.y});
    ImGui::InvisibleButton("overview", {wide, 0.55F * em_});
    if (ImGui::IsItemActive()) {
      context_.actions.seek_row(static_cast<int>(std::lround((ImGui::GetIO().MousePos.x - left_) / wide * all)));
    }
  }

  void names() const {
    WithFont small(context_.fonts().small);
    for (const std::size_t side : {0u, 1u}) {
      paint_text({at_.x, 0.5F * (top_of(side) + bottom_of(side) - ImGui::GetFontSize())}, left_ - at_.x - 0.6F * em_, theme_.text_dim,
                 runs_.names()[side]);
    }
  }

  /// As much as the cell has room for: the thread's name, and which step it is every few.
  void cell(ImVec2 min, ImVec2 max, ThreadId thread) const {
    const float inner = cell_ >= 4 ? 1.0F : 0.0F, rounding = std::min(0.2F * em_, 0.25F * cell_);
    paint_thread_fill(context_, min, {max.x - inner, max.y}, thread, rounding);
    WithFont bold(context_.fonts().small);
    const std::string& name = context_.thread_name(thread);
    if (text_width(name) + thread_mark_width(thread) + 0.3F * em_ < max.x - min.x && max.y - min.y > ImGui::GetFontSize()) {
      ImGui::GetWindowDrawList()->AddText({0.5F * (min.x + max.x - inner - text_width(name)), 0.5F * (min.y + max.y - ImGui::GetFontSize())},
                                          theme_.on_thread(), name.c_str());
    }
  }

  void broken(float x, std::size_t side) const {
    const float r = 0.28F * em_, y = side == 0 ? top_ - r - hairline(context_) : bottom_of(1) + r + hairline(context_);
    ImGui::GetWindowDrawList()->AddQuadFilled({x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}, theme_.bad);
  }

  void cells(int row) const {
    const TwoRuns::Row& taken = row_at(row);
    const float x = x_of(row - 1), end = x_of(row);
    const StepInfo *a = runs_.step(0, row), *b = runs_.step(1, row);
    if (a != nullptr && b != nullptr && !parted(row)) {
      cell({x, top_}, {end, bottom_of(1)}, a->action.thread);
      if (a->violations != 0) broken(0.5F * (x + end), 0);
    } else {
      for (const std::size_t side : {0u, 1u}) {
        const StepInfo* info = side == 0 ? a : b;
        if (info == nullptr) continue;
        cell({x, top_of(side)}, {end, bottom_of(side)}, info->action.thread);
        if (info->violations != 0) broken(0.5F * (x + end), side);
      }
    }
    // Numbers of steps: by the first side, and of the second below where they are others.
    const int every = cell_ > 1.6F * em_ ? 5 : 10;
    WithFont small(context_.fonts().small);
    const auto number = [&](std::size_t side, float y) {
      if (!taken.stepped[side] || taken.depth[side] % every != 0) return;
      const std::string text = std::to_string(taken.depth[side]);
      const float left = std::min(0.5F * (x + end - text_width(text)), right_ - text_width(text));
      ImGui::GetWindowDrawList()->AddText({left, y}, theme_.text_dim, text.c_str());
    };
    number(0, ruler_ + 0.1F * em_);
  }

  void parting() const {
    if (!runs_.parting() || runs_.parting()->row == 0) return;
    const int row = runs_.parting()->row;
    const float x = x_of(row - 1), line = 1.5F * hairline(context_);
    if (x < left_ - 1 || x > right_ + 1) return;
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled({x - line, top_ - 0.35F * em_}, {x + line, bottom_of(1) + 0.35F * em_}, theme_.text);
    context_.mark_rect("beside/parting", {x, top_}, {x_of(row), bottom_of(1)});
    WithFont small(context_.fonts().small);
    const std::string text = "they part";
    const float y = bottom_of(1) + 0.2F * em_;
    const bool to_the_left = x + text_width(text) + 0.6F * em_ > right_;
    list->AddText({to_the_left ? x - text_width(text) - 0.4F * em_ : x + 0.4F * em_, y}, theme_.text, text.c_str());
  }

  void cursor() const {
    const float x = x_of(sides_.row()), line = std::max(1.0F, 0.07F * em_), r = 0.3F * em_;
    const float top = top_ - 0.45F * em_;
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled({x - line, top}, {x + line, bottom_of(1) + 0.3F * em_}, theme_.accent);
    list->AddTriangleFilled({x - r, top - r}, {x + r, top - r}, {x, top + 0.6F * r}, theme_.accent);
    context_.mark_rect("beside/cursor", {x - r, top - r}, {x + r, bottom_of(1)});
  }

  const PanelContext& context_;
  const SideBySide& sides_;
  const TwoRuns& runs_;
  const Theme& theme_;
  float em_;
  ImVec2 at_, size_;
  float left_ = 0, right_ = 0, cell_ = 1, ruler_ = 0, top_ = 0, lane_ = 0, gap_ = 0;
  int rows_ = 1, count_ = 1, first_ = 0;
};

}  // namespace

void draw_forked_timeline(const PanelContext& context, const SideBySide& sides, ImVec2 at, ImVec2 size, float label) {
  ForkedTimeline(context, sides, at, size, label).draw();
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The branches of the history, beside the timeline: name, where each begins, how long it is. A click goes to its tip.
#include <string>
#include <vector>

#include "base/words.h"
#include "ui/timeline_panel.h"
#include "view/branches.h"

namespace vmalab {

void draw_branches(const PanelContext& context, ImVec2 at, ImVec2 size) {
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
      std::string text = row.name + ": " + length + " " + words::plural(static_cast<std::uint64_t>(row.length), "step") +
                         (row.where.empty() ? "" : ", " + row.where);
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

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Causes: a small window over the panels that says who made a value so, what that step had read, and who is next; or why a thread
// waits. Each line that has a step goes there; what a step had read is asked about in turn.
#include <imgui.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ui/panels.h"
#include "ui/widgets.h"
#include "view/causes.h"

namespace vmalab {
namespace {

using Asked = CausesState::Question;

/// One line. What has neither a step nor a question only says something.
struct CauseRow {
  std::string mark, text;
  int depth = 0;            ///< a click goes to this step
  std::optional<Asked> on;  ///< a click asks this
};
struct Reason {
  std::string heading;
  std::vector<CauseRow> rows;
  std::vector<int> chain;
  bool whole = false;  ///< the heading says at which step
};

Reason about_property(const CauseContext& run, const Asked& question) {
  const Machine& machine = run.session.machine();
  const PropertyCauses causes = property_causes(run, *question.property, question.at);
  Reason answer{causes.sentence, {}, {}, causes.broken};
  const auto step = [&](const char* mark, const std::string& text, const CauseStep& at) {
    if (at.depth > 0) answer.rows.push_back({mark, text + cause_step_text(machine, at), at.depth, {}});
  };
  if (!causes.broken) {
    if (causes.nearest > 0) step("causes/nearest", "It is broken at ", cause_step(run, causes.nearest));
    return answer;
  }
  step("causes/since", "Broken by ", causes.since);
  if (!causes.term.empty()) {
    answer.rows.push_back({"causes/term", std::string(causes.before ? "False, before that step: " : "False: ") + causes.term, 0, {}});
  }
  const int at = causes.before && question.at > 0 ? question.at - 1 : question.at;
  for (std::size_t i = 0; i < causes.values.size(); ++i) {
    const CauseValue& value = causes.values[i];
    if (value.by_way) {
      answer.rows.push_back({"causes/read/" + std::to_string(i), by_way_text(value), 0, {}});
      continue;
    }
    const std::string since = value.since == 0 ? "from the start" : "since step " + std::to_string(value.since);
    answer.rows.push_back({"causes/read/" + std::to_string(i), value.sentence + ", " + since, 0, Asked{std::nullopt, value.place, at}});
  }
  for (const ThreadCauses& stuck : causes.stuck) {
    const std::string& name = machine.scenario().threads[stuck.thread.value].name;
    answer.rows.push_back({"causes/stuck/" + name, stuck.sentence, 0, Asked{stuck.thread, {}, question.at}});
    if (stuck.since.depth > 0) answer.chain.push_back(stuck.since.depth);
  }
  constexpr int kToldSteps = 4;
  int told = 0;
  for (const CauseLink& link : causes.chain) {
    // The first few; each value leads further back.
    if (link.step.depth != causes.since.depth && ++told <= kToldSteps) step("causes/chain", "Before that: ", link.step);
    answer.chain.push_back(link.step.depth);
  }
  std::sort(answer.chain.rbegin(), answer.chain.rend());
  return answer;
}

Reason about_value(const CauseContext& run, const Asked& question) {
  const Machine& machine = run.session.machine();
  const ValueCauses causes = value_causes(run, question.place, question.at);
  Reason answer{causes.sentence, {}, {}};
  const auto step = [&](const char* mark, const std::string& text, const CauseStep& at) {
    if (at.depth > 0) answer.rows.push_back({mark, text + cause_step_text(machine, at), at.depth, {}});
  };
  if (causes.since.depth == 0) answer.rows.push_back({"causes/since", "From the start: nobody has written it.", 0, {}});
  step("causes/since", "Since ", causes.since);
  step("causes/again", "Written again, and left as it was, at ", causes.rewritten);
  if (!causes.chain.empty() && causes.chain.front().step.depth == causes.since.depth) {
    const CauseLink& link = causes.chain.front();
    for (std::size_t i = 0; i < link.read.size(); ++i) {
      const CauseValue& read = link.read[i];
      const std::string since = read.since == 0 ? "from the start" : "since step " + std::to_string(read.since);
      answer.rows.push_back({"causes/read/" + std::to_string(i), "It had read: " + read.sentence + ", " + since, 0,
                             Asked{std::nullopt, read.place, link.step.depth - 1}});
    }
  }
  const bool both = causes.next_read.depth == causes.next_write.depth;
  step("causes/next-write", both ? "Read and written next at " : "Written next at ", causes.next_write);
  if (!both) step("causes/next-read", "Read next at ", causes.next_read);
  if (causes.next_change.depth != causes.next_write.depth) step("causes/next-change", "Changes next at ", causes.next_change);
  for (const CauseLink& link : causes.chain) answer.chain.push_back(link.step.depth);
  return answer;
}

Reason about_thread(const CauseContext& run, const Asked& question) {
  const Machine& machine = run.session.machine();
  const ThreadCauses causes = thread_causes(run, *question.thread, question.at);
  Reason answer{causes.sentence, {}, {}};
  if (causes.since.depth > 0 && causes.status != ThreadStatus::kCanStep) {
    answer.rows.push_back({"causes/since", "Since " + cause_step_text(machine, causes.since), causes.since.depth, {}});
    answer.chain.push_back(causes.since.depth);
  }
  for (const Obstacle& obstacle : causes.obstacles) {
    const std::string& name = machine.scenario().threads[obstacle.thread.value].name;
    const std::string since = obstacle.since.depth > 0 ? " since " + cause_step_text(machine, obstacle.since) : "";
    answer.rows.push_back({"causes/holder/" + name, name + " " + obstacle.what + since, obstacle.since.depth, {}});
    if (obstacle.since.depth > 0) answer.chain.push_back(obstacle.since.depth);
    if (!obstacle.can_step) {
      answer.rows.push_back(
          {"causes/holder/" + name + "/why", name + " cannot go on itself: it " + obstacle.blocked_text, 0, Asked{obstacle.thread, {}, question.at}});
    }
  }
  const std::vector<std::string> told = thread_causes_text(machine, causes);
  for (const std::string& line : told) {
    if (line.find(" would free ") != std::string::npos) answer.rows.push_back({"causes/way", line, 0, {}});
  }
  if (causes.freed.depth > 0) {
    answer.rows.push_back({"causes/freed", "In this run it can go on from " + cause_step_text(machine, causes.freed), causes.freed.depth, {}});
  }
  std::sort(answer.chain.rbegin(), answer.chain.rend());
  return answer;
}

}  // namespace

void value_spot(const PanelContext& context, ImVec2 min, ImVec2 max, Place place) {
  if (!ImGui::IsRectVisible(min, max)) return;
  if (context.actions.value_on_screen(place)) {
    const float room = 0.15F * context.em();
    ImGui::GetWindowDrawList()->AddRect({min.x - room, min.y - room}, {max.x + room, max.y + room}, context.theme().accent, 0.25F * context.em(), 0,
                                        2 * hairline(context));
    context.mark_rect("value/chosen", min, max);
  }
  if (!hovered(min, max)) return;
  ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  const float y = max.y - hairline(context);
  ImGui::GetWindowDrawList()->AddLine({min.x, y}, {max.x, y}, context.theme().text_dim, hairline(context));
  context.actions.point_at(place);
  if (ImGui::IsMouseReleased(0) && ImGui::GetMouseDragDelta(0).x == 0) context.actions.ask_why(place);
}

void draw_causes(const PanelContext& context, CausesState& memory, ImVec2 min, ImVec2 max) {
  memory.pointed = std::exchange(memory.pointing, std::nullopt);
  memory.shown = std::exchange(memory.showing, {});
  if (ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0) memory.chosen.reset();
  if (std::exchange(memory.wanted, false)) context.actions.run(CommandId::kWhy);
  if (!memory.open()) return;
  const CauseContext run{context.session(), context.timeline().accesses()};
  const Asked question = memory.asked.back();
  if (question.at > run.steps()) return memory.close();  // of a branch that is longer
  const Reason answer = question.property != nullptr ? about_property(run, question)
                        : question.thread            ? about_thread(run, question)
                                                     : about_value(run, question);
  memory.chain = answer.chain;
  const int rows = static_cast<int>(answer.rows.size());
  memory.acts = false;
  memory.row = std::clamp(memory.row, 0, std::max(rows - 1, 0));

  const bool stage = context.fonts().display.size > context.fonts().huge.size;  // for the back row, too
  const float em = context.em(), wide = std::min(34 * em, max.x - min.x - 1.2F * em);
  const Theme& theme = context.theme();
  ImGui::SetNextWindowPos({max.x - 0.6F * em, min.y + 0.6F * em}, ImGuiCond_Always, {1, 0});
  ImGui::SetNextWindowSize({wide, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.8F * em, 0.6F * em});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme.panel);
  ImGui::PushStyleColor(ImGuiCol_Border, theme.accent);
  constexpr ImGuiWindowFlags kFlags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                                      ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                                      ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_AlwaysAutoResize;
  ImGui::Begin("causes", nullptr, kFlags);
  const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
  context.mark_rect("causes", at, {at.x + size.x, at.y + size.y});
  {
    WithFont bold(stage ? context.fonts().title : context.fonts().bold);
    wrapped(theme.text, answer.heading + (answer.whole       ? ""
                                          : question.at == 0 ? " at the start."
                                                             : " after step " + std::to_string(question.at) + "."));
  }
  std::optional<CauseRow> taken;
  const float room = ImGui::GetContentRegionAvail().x;
  {
    WithFont small(stage ? context.fonts().body : context.fonts().small);
    for (int i = 0; i < rows; ++i) {
      const CauseRow& row = answer.rows[static_cast<std::size_t>(i)];
      const bool acts = row.depth > 0 || row.on;
      if (i == memory.row) memory.acts = acts;
      const float indent = row.on && !question.thread ? em : 0;
      const ImVec2 text = ImGui::CalcTextSize(row.text.c_str(), nullptr, false, room - indent - 0.6F * em);
      const ImVec2 from = ImGui::GetCursorScreenPos();
      const float high = text.y + 0.3F * em;
      const bool pressed = ImGui::InvisibleButton(row.mark.c_str(), {room, high});
      context.mark(row.mark, acts);
      ImDrawList* draw = ImGui::GetWindowDrawList();
      const bool hot = acts && ImGui::IsItemHovered(), here = row.depth > 0 && row.depth == context.session().depth();
      if (hot || i == memory.row) draw->AddRectFilled(from, {from.x + room, from.y + high}, hot ? theme.raised_hover : theme.selection, 0.2F * em);
      if (here) draw->AddRectFilled(from, {from.x + 0.18F * em, from.y + high}, theme.accent);
      if (hot) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
      draw->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {from.x + indent + 0.35F * em, from.y + 0.15F * em}, acts ? theme.text : theme.text_dim,
                    row.text.c_str(), nullptr, room - indent - 0.6F * em);
      if (pressed) memory.row = i;
      if (acts && (pressed || (memory.take && i == memory.row))) taken = row;
    }
  }
  memory.take = false;
  ImGui::Dummy({1, 0.1F * em});
  bool first_button = true;
  const float end = ImGui::GetCursorScreenPos().x + room;
  // Beside the one before, where it fits.
  const auto press = [&](const char* mark, const char* title, bool enabled, const char* keys) {
    const float width = text_width(title) + 2 * ImGui::GetStyle().FramePadding.x;
    if (!first_button && ImGui::GetItemRectMax().x + ImGui::GetStyle().ItemSpacing.x + width <= end) ImGui::SameLine();
    first_button = false;
    return button(context, mark, title, enabled, keys);
  };
  if (!question.thread && question.property == nullptr) {
    if (press("causes/back-to-change", "Back to the change", context.actions.can(CommandId::kBackToChange), "Shift+[")) {
      context.actions.run(CommandId::kBackToChange);
    }
    if (press("causes/until-change", "Run until it changes", context.actions.can(CommandId::kUntilChange), "Shift+]")) {
      context.actions.run(CommandId::kUntilChange);
    }
  }
  if (memory.asked.size() > 1 && press("causes/return", "Return", true, "Backspace")) memory.back();
  if (press("causes/close", "Close", true, "Escape")) memory.close();
  ImGui::End();
  ImGui::PopStyleColor(2);
  ImGui::PopStyleVar();
  if (!taken) return;
  if (taken->on) {
    memory.ask(*taken->on);
  } else {
    context.actions.travel_to(taken->depth);
  }
}

}  // namespace vmalab

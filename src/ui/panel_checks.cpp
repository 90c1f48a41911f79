// SPDX-License-Identifier: GPL-2.0-only
// The panel "Checks and finder": one question at a time to the checker, its answer above, and four pages under it.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>
#include <utility>

#include "ui/checks.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "view/futures_view.h"

namespace vmalab {
namespace {

using Section = Checks::Section;
using Verdict = check::CheckReport::Verdict;

class Panel {
 public:
  Panel(const PanelContext& context, Checks& checks, int vma)
      : context_(context), checks_(checks), vma_(vma), theme_(context.theme()), em_(context.em()) {}

  void draw() {
    // The place is low: what stands above the pages must leave room for twelve checks.
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0.5F * em_, 0.3F * em_});
    question();
    sections();
    outcome();
    // Some releases of ImGui (1.90) take the keyboard only to a window that has the focus already.
    if (checks_.focus_find && checks_.section == Section::kFind) ImGui::SetNextWindowFocus();
    ImGui::BeginChild("body", {0, 0}, false, ImGuiWindowFlags_NoNav);
    if (checks_.scroll != 0) ImGui::SetScrollY(std::clamp(ImGui::GetScrollY() + checks_.scroll * 1.5F * em_, 0.0F, ImGui::GetScrollMaxY()));
    checks_.scroll = 0;
    switch (checks_.section) {
      case Section::kChecks: verdicts(); break;
      case Section::kFind: finder(); break;
      case Section::kNext: next_steps(); break;
      case Section::kEvidence: evidence(); break;
      case Section::kCount: break;
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
  }

 private:
  void question() {
    if (checks_.running()) {
      if (button(context_, "checks/cancel", "Cancel", context_.actions.can(CommandId::kCancelCheck), command(CommandId::kCancelCheck).sentence)) {
        context_.actions.run(CommandId::kCancelCheck);
      }
    } else if (context_.actions.can(CommandId::kCheckOthers)) {
      if (button(context_, "checks/others", "Check the others", true, command(CommandId::kCheckOthers).sentence)) {
        context_.actions.run(CommandId::kCheckOthers);
      }
    } else if (button(context_, "checks/judge", "Check all interleavings", true, command(CommandId::kCheckAll).sentence)) {
      context_.actions.run(CommandId::kCheckAll);
    }
    ImGui::SameLine(0, 0.5F * em_);
    if (toggle(context_, "checks/from-here", "From here", checks_.from_here, command(CommandId::kFromHere).sentence)) {
      context_.actions.run(CommandId::kFromHere);
    }
    if (!checks_.answer() || !checks_.answer()->has_run()) {
      ImGui::SameLine(0, 0.5F * em_);
      if (button(context_, "checks/any", "Any number", context_.actions.can(CommandId::kProveAny), command(CommandId::kProveAny).sentence)) {
        context_.actions.run(CommandId::kProveAny);
      }
    } else {
      ImGui::SameLine(0, 0.5F * em_);
      if (button(context_, "checks/open-run", "Open as a run", true, command(CommandId::kOpenRun).sentence)) {
        context_.actions.run(CommandId::kOpenRun);
      }
    }
  }

  static std::string asked_text(const Checks::Question& question) {
    if (question.any_number) return "Proving for any number of threads";
    const std::string where = question.from == kRootNode ? "the start" : "step " + std::to_string(question.depth);
    return question.expression.empty() ? "Checking from " + where : "Looking for \xe2\x80\x9c" + question.name + "\xe2\x80\x9d from " + where;
  }

  void outcome() {
    if (checks_.running()) {
      const float line = ImGui::GetTextLineHeightWithSpacing();
      const float top = ImGui::GetCursorPosY();
      WithFont small(context_.fonts().small);
      wrapped(theme_.text, checks_.cancelled() ? "Stopping\xe2\x80\xa6" : progress_text(checks_.progress()));
      tooltip(asked_text(*checks_.asked()));
      ImGui::SetCursorPosY(std::max(ImGui::GetCursorPosY(), top + line));  // no less than the answer will take
    } else if (!checks_.error().empty()) {
      wrapped(theme_.text, checks_.error());
    } else if (checks_.answer()) {
      const Checks::Answer& answer = *checks_.answer();
      const Verdict verdict = answer.report.verdict;
      const Colour colour = verdict == Verdict::kViolation || verdict == Verdict::kGoalLost ? theme_.bad
                            : verdict == Verdict::kPass                                     ? theme_.good
                                                                                            : theme_.text;
      wrapped(colour, answer.any ? answer.any->sentence : result_text(answer.report, answer.question.name, answer.where()));
    } else {
      // What each next step leads to is found out unasked.
      wrapped(theme_.text_dim, checks_.section == Section::kNext ? "Found out as you step." : "Nothing asked yet.");
    }
  }

  void sections() {
    struct Entry {
      const char *name, *title, *why;
    };
    static constexpr std::array<Entry, static_cast<std::size_t>(Section::kCount)> kEntries{{
        {"checks", "Checks", "Every check and its verdict."},
        {"find", "Find a state", "Ask for a state and get the shortest way there."},
        {"next", "Next steps", "Where each of the next steps leads."},
        {"evidence", "Evidence", "What the newest answer rests on."},
    }};
    WithFont small(context_.fonts().small);
    for (std::size_t i = 0; i < kEntries.size(); ++i) {
      const auto section = static_cast<Section>(i);
      if (i > 0) ImGui::SameLine(0, 0.3F * em_);
      if (toggle(context_, std::string("checks/section/") + kEntries[i].name, kEntries[i].title, checks_.section == section, kEntries[i].why)) {
        checks_.section = section;
      }
    }
  }

  // ---- every check

  /// A shape as well as a colour: a tick, a cross, a ring, a dash.
  void verdict_mark(ImVec2 centre, CheckVerdict verdict) const {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float r = 0.26F * em_, x = centre.x, y = centre.y, thick = std::max(1.5F, 0.13F * em_);
    switch (verdict) {
      case CheckVerdict::kHolds:
        draw->AddLine({x - r, y}, {x - 0.25F * r, y + 0.8F * r}, theme_.good, thick);
        draw->AddLine({x - 0.25F * r, y + 0.8F * r}, {x + 1.1F * r, y - 0.9F * r}, theme_.good, thick);
        break;
      case CheckVerdict::kBroken:
        draw->AddLine({x - r, y - r}, {x + r, y + r}, theme_.bad, thick);
        draw->AddLine({x - r, y + r}, {x + r, y - r}, theme_.bad, thick);
        break;
      case CheckVerdict::kNotJudged: draw->AddCircle(centre, r, theme_.text_faint, 0, thick * 0.7F); break;
      case CheckVerdict::kNothingToJudge: draw->AddLine({x - r, y}, {x + r, y}, theme_.text_dim, thick); break;
    }
  }

  void verdicts() {
    // The newest judgement, wherever it began: the line above says where.
    std::vector<const check::CheckReport*> reports;
    for (const Checks::Answer& answer : checks_.judged()) reports.push_back(&answer.report);
    const std::vector<CheckRow> rows = check_rows(reports);
    // Closer together rather than scrolled, where that is enough: all of them are to be in sight.
    float room = ImGui::GetContentRegionAvail().y;
    for (const CheckRow& row : rows) {
      if (!opened(row)) continue;
      WithFont small(context_.fonts().small);
      room -= ImGui::CalcTextSize(row.property->statement.data(), row.property->statement.data() + row.property->statement.size(), false,
                                  ImGui::GetContentRegionAvail().x - 1.3F * em_)
                  .y;
    }
    const float least = 0.98F * em_, count = static_cast<float>(rows.size());
    const int columns = room >= least * count ? 1 : 2;
    const std::size_t lines = (rows.size() + static_cast<std::size_t>(columns) - 1) / static_cast<std::size_t>(columns);
    const float high = std::clamp(std::floor(room / static_cast<float>(lines)), least, 1.2F * em_);
    const float wide = ImGui::GetContentRegionAvail().x / static_cast<float>(columns);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    for (std::size_t line = 0; line < lines; ++line) {
      for (std::size_t i = line; i < rows.size(); i += lines) {
        if (i != line) ImGui::SameLine(wide, 0);
        check_row(rows[i], {wide, high});
        if (columns == 1) statement(rows[i]);
      }
    }
    for (const CheckRow& row : rows) {
      if (columns > 1) statement(row);
    }
    ImGui::PopStyleVar();
  }

  bool opened(const CheckRow& row) const { return checks_.opened == row.property || row.verdict == CheckVerdict::kBroken; }

  void check_row(const CheckRow& row, ImVec2 size) {
    const std::string mark = "checks/check/" + std::string(row.property->name);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton(mark.c_str(), size)) checks_.opened = checks_.opened == row.property ? nullptr : row.property;
    context_.mark(mark);
    ImDrawList* draw = ImGui::GetWindowDrawList();
    if (ImGui::IsItemHovered()) draw->AddRectFilled(at, {at.x + size.x, at.y + size.y}, theme_.raised_hover, 0.25F * em_);
    tooltip(std::string(row.property->statement) + "\nExercised by " + std::string(row.property->exercised_by) + ".");
    verdict_mark({at.x + 0.6F * em_, at.y + 0.5F * size.y}, row.verdict);
    const float y = at.y + 0.5F * (size.y - ImGui::GetFontSize()), left = at.x + 1.3F * em_;
    draw->AddText({left, y}, theme_.text, row.property->name.data(), row.property->name.data() + row.property->name.size());
    // The mark says the same where there is no room for the word.
    const auto word_at = [&](const std::string& words) { return at.x + size.x - text_width(words) - 0.6F * em_; };
    const float name_end = left + text_width(row.property->name) + 0.5F * em_;
    std::string words(row.word);
    if (row.verdict == CheckVerdict::kNothingToJudge) {
      // And why, where there is room for it.
      const std::string why = words + ": needs " + std::string(row.property->exercised_by);
      if (word_at(why) >= name_end) words = why;
    }
    const float word = word_at(words);
    if (word < name_end) return;
    const Colour colour = row.verdict == CheckVerdict::kBroken ? theme_.bad : row.verdict == CheckVerdict::kHolds ? theme_.good : theme_.text_dim;
    draw->AddText({word, y}, colour, words.c_str());
  }

  /// What an opened or broken check says, below it.
  void statement(const CheckRow& row) {
    if (!opened(row)) return;
    WithFont small(context_.fonts().small);
    const std::string name = row.verdict == CheckVerdict::kBroken ? "" : std::string(row.property->name) + ": ";
    ImGui::Indent(1.3F * em_);
    wrapped(theme_.text_dim, name + std::string(row.property->statement));
    if (row.steps >= 0) {
      const std::string steps = "Open its run: " + std::to_string(row.steps) + (row.steps == 1 ? " step" : " steps");
      if (button(context_, "checks/check/" + std::string(row.property->name) + "/open", steps.c_str(), true,
                 "The shortest way to break this check, as a branch.")) {
        checks_.show_counterexample(*row.property);
        context_.actions.run(CommandId::kOpenRun);
      }
    }
    ImGui::Unindent(1.3F * em_);
  }

  // ---- find a state

  /// Cursor and completions of the find box go through ImGui's callback: while it has the keyboard, the text is ImGui's.
  static int edit(ImGuiInputTextCallbackData* data) {
    Panel& panel = *static_cast<Panel*>(data->UserData);
    Checks& checks = panel.checks_;
    if (data->EventFlag == ImGuiInputTextFlags_CallbackCompletion || checks.take) {
      checks.take = checks.chose = false;
      const Completions offered = completions(panel.context_.machine(), {data->Buf, static_cast<std::size_t>(data->BufTextLen)},
                                              static_cast<std::size_t>(data->CursorPos));
      if (offered.items.empty()) return 0;
      const auto row = static_cast<std::size_t>(std::clamp(checks.completion, 0, static_cast<int>(offered.items.size()) - 1));
      data->DeleteChars(static_cast<int>(offered.begin), static_cast<int>(offered.end - offered.begin));
      data->InsertChars(static_cast<int>(offered.begin), offered.items[row].insert.c_str());
      checks.completion = 0;
      checks.cursor = static_cast<std::size_t>(data->CursorPos);
      return 0;
    }
    if (checks.move_cursor) {
      data->CursorPos = data->SelectionStart = data->SelectionEnd = static_cast<int>(
          std::min<std::size_t>(*checks.move_cursor, static_cast<std::size_t>(data->BufTextLen)));
      if (checks.focus_wait == 0) checks.move_cursor.reset();
    }
    checks.selecting = data->SelectionStart != data->SelectionEnd;
    const auto cursor = static_cast<std::size_t>(data->CursorPos);
    if (cursor != checks.cursor) {
      checks.completion = 0;
      checks.chose = false;
    }
    checks.cursor = cursor;
    return 0;
  }

  void finder() {
    const float find_width = text_width("Find") + 2 * ImGui::GetStyle().FramePadding.x;
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - find_width - 0.4F * em_);
    if (checks_.focus_find) {
      ImGui::SetKeyboardFocusHere();
      checks_.focus_find = false;
      checks_.focus_wait = 2;  // the box may have to lose the keyboard before it gets it
    } else {
      checks_.focus_wait = std::max(0, checks_.focus_wait - 1);
    }
    if (std::exchange(checks_.leave_find, false)) ImGui::SetWindowFocus(nullptr);
    const bool took = checks_.take;
    const ImGuiInputTextFlags select = checks_.move_cursor ? 0 : ImGuiInputTextFlags_AutoSelectAll;
    {
      WithFont code(context_.fonts().code);
      if (ImGui::InputTextWithHint("###find", "vma0->vm_refcnt == 0", checks_.text.data(), checks_.text.size(),
                                   ImGuiInputTextFlags_CallbackAlways | ImGuiInputTextFlags_CallbackCompletion | select, edit, this)) {
        checks_.edited();
      }
    }
    context_.mark("checks/find");
    checks_.typing = ImGui::IsItemActive();
    if (checks_.kept && !checks_.typing) {
      checks_.set_text(*checks_.kept);
      checks_.kept.reset();
    }
    if (took) {  // Enter has taken the keyboard from the box
      checks_.focus_find = true;
      checks_.move_cursor = checks_.cursor;
    }
    ImGui::SameLine(0, 0.4F * em_);
    if (button(context_, "checks/run-find", "Find", !checks_.typed().empty(),
               "The shortest way to a state where this is not zero. (Enter; once more: open it as a run)")) {
      checks_.find_typed(context_.session());
    }
    checks_.offers = false;
    if ((checks_.typing && !checks_.selecting) || checks_.list_hovered) offered();
    WithFont small(context_.fonts().small);
    label(theme_.text_dim, "Ready-made");
    ready_made();
  }

  void offered() {
    const Completions offered = completions(context_.machine(), checks_.typed(), checks_.cursor, 6);
    checks_.list_hovered = false;
    if (offered.items.empty()) return;
    checks_.offers = true;
    const int last = static_cast<int>(offered.items.size()) - 1;
    checks_.completion = std::clamp(checks_.completion, 0, last);
    const ImVec2 top = ImGui::GetCursorScreenPos();
    const float wide = ImGui::GetContentRegionAvail().x, high = 1.3F * em_;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(top, {top.x + wide, top.y + high * static_cast<float>(last + 1)}, theme_.raised, 0.25F * em_);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    for (int i = 0; i <= last; ++i) {
      const Completion& item = offered.items[static_cast<std::size_t>(i)];
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const std::string mark = "checks/completion/" + std::to_string(i);
      // What is pressed takes the keyboard from the box, so the choice is made at once.
      ImGui::InvisibleButton(mark.c_str(), {wide, high});
      const bool chosen = ImGui::IsItemClicked() || ImGui::IsItemActivated();
      context_.mark(mark);
      const bool hovered = ImGui::IsItemHovered();
      checks_.list_hovered = checks_.list_hovered || hovered;
      if (hovered || i == checks_.completion) {
        draw->AddRectFilled(at, {at.x + wide, at.y + high}, hovered ? theme_.raised_hover : theme_.selection, 0.25F * em_);
      }
      {
        WithFont code(context_.fonts().code);
        const std::string text = elide(item.label, 0.55F * wide);
        draw->AddText({at.x + 0.5F * em_, at.y + 0.5F * (high - ImGui::GetFontSize())}, theme_.text, text.c_str());
      }
      WithFont small(context_.fonts().small);
      const std::string what = elide(item.what, 0.35F * wide) + (i == checks_.completion ? checks_.chose ? "   Enter" : "   Tab" : "");
      draw->AddText({at.x + wide - text_width(what) - 0.4F * em_, at.y + 0.5F * (high - ImGui::GetFontSize())}, theme_.text_dim, what.c_str());
      if (chosen) {
        std::size_t cursor = 0;
        checks_.set_text(completed(checks_.typed(), offered, item, &cursor));
        checks_.cursor = cursor;
        checks_.move_cursor = cursor;
        checks_.focus_find = true;
        checks_.list_hovered = false;
        break;
      }
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, 0.2F * em_});
  }

  void ready_made() {
    const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
    const float between = 0.35F * em_;
    float end = 0;
    const std::vector<ReadyGoal> goals = ready_goals(context_.scenario());
    for (std::size_t i = 0; i < goals.size(); ++i) {
      const ReadyGoal& goal = goals[i];
      const std::string shown = elide(goal.name, ImGui::GetContentRegionAvail().x - 2 * ImGui::GetStyle().FramePadding.x);
      const float wide = text_width(shown) + 2 * ImGui::GetStyle().FramePadding.x;
      if (i > 0 && end + between + wide <= right) ImGui::SameLine(0, between);
      const std::string why = goal.text + (goal.expression.empty() ? "" : "\n" + goal.expression);
      if (button(context_, "checks/goal/" + std::to_string(i), shown.c_str(), !goal.expression.empty(), why)) {
        checks_.set_text(goal.expression);
        checks_.find(context_.session(), goal.name, goal.expression);
      }
      end = ImGui::GetItemRectMax().x;
    }
  }

  // ---- look-ahead

  void next_steps() {
    const VmaId vma = vma_id(vma_);
    const std::vector<LookAheadRow> rows = look_ahead_rows(context_.machine(), context_.state(), vma);
    if (rows.empty()) wrapped(theme_.text_dim, "Nothing can happen here any more.");
    if (const check::Future* here = context_.foresight.here(); here != nullptr) {
      std::string sentence = future_sentence(*here, "a violation", false);
      if (here->avoidable == check::Known::kUnknown) sentence += ": " + context_.foresight.reason();
      sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
      wrapped(here->avoidable == check::Known::kNo ? theme_.bad : theme_.text_dim, sentence + ".");
      context_.mark("checks/future");
    }
    for (const LookAheadRow& row : rows) next_step(row, vma);
  }

  void next_step(LookAheadRow row, VmaId vma) {
    // Beside what it breaks at once: what it leads to, where that is not the same for all that can be done here.
    const check::Future* here = context_.foresight.here();
    const check::StepFutures::Row* future = context_.foresight.after(row.action);
    const bool tells = here != nullptr && here->avoidable != check::Known::kNo && here->possible != check::Known::kNo && future != nullptr &&
                       !future->is_event;
    const bool lost = tells && future->after.avoidable == check::Known::kNo;
    if (tells) row.consequence += (row.consequence.empty() ? "" : ", ") + std::string(future_text(future->after, false, false));
    const bool quiet = tells && !lost && row.violations == 0;
    const std::string mark = "checks/next/" + row.name;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float wide = ImGui::GetContentRegionAvail().x, pad = 0.3F * em_;
    const float name_width = text_width(row.name) + 0.8F * em_;
    const float text_left = std::max(name_width, 2.6F * em_) + 2 * pad;
    const float text_room = wide - text_left - pad;
    std::string change = scenario_vma(vma) + "->vm_refcnt  ";
    change += row.before == row.after ? "stays " + row.after_text : refcount_text(row.before) + " \xe2\x86\x92 " + row.after_text;
    const ImVec2 text_size = ImGui::CalcTextSize(row.text.c_str(), nullptr, false, text_room);
    // Which checks it would break must be readable to the end, so that stands on lines of its own.
    float small_height = 0, change_width = 0, consequence_height = 0;
    bool own_line = false;
    {
      WithFont small(context_.fonts().small);
      small_height = ImGui::GetFontSize();
      change_width = text_width(change);
      own_line = change_width + em_ + text_width(row.consequence) > text_room;
      if (own_line) consequence_height = ImGui::CalcTextSize(row.consequence.c_str(), nullptr, false, text_room).y;
    }
    const float high = text_size.y + small_height + consequence_height + 3 * pad;
    if (ImGui::InvisibleButton(mark.c_str(), {wide, high})) pressed_ = row.action;
    context_.mark(mark);
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImVec2 end{at.x + wide, at.y + high};
    draw->AddRectFilled(at, end, ImGui::IsItemHovered() ? theme_.raised_hover : theme_.raised, 0.3F * em_);
    tooltip("Take this step.");
    const float line = ImGui::GetFontSize();
    paint_thread_fill(context_, {at.x + pad, at.y + pad}, {at.x + pad + name_width, at.y + pad + line + 0.1F * em_}, row.action.thread, 0.25F * em_);
    draw->AddText({at.x + pad + 0.4F * em_, at.y + pad}, theme_.on_thread(), row.name.c_str());
    draw->AddText(ImGui::GetFont(), line, {at.x + text_left, at.y + pad}, theme_.text, row.text.c_str(), nullptr, text_room);
    {
      WithFont small(context_.fonts().small);
      const float y = at.y + text_size.y + 1.6F * pad;
      draw->AddText({at.x + text_left, y}, row.before == row.after ? theme_.text_dim : theme_.text, change.c_str());
      const ImVec2 place = own_line ? ImVec2{at.x + text_left, y + small_height} : ImVec2{at.x + text_left + change_width + em_, y};
      draw->AddText(ImGui::GetFont(), small_height, place,
                    row.violations != 0 || lost ? theme_.bad
                    : quiet                     ? theme_.text_dim
                                                : theme_.text,
                    row.consequence.c_str(), nullptr, own_line ? text_room : 0);
    }
    if (pressed_) {
      context_.actions.apply(*pressed_);
      pressed_.reset();
    }
  }

  std::string scenario_vma(VmaId vma) const {
    const auto& vmas = context_.scenario().vmas;
    return vma.value < vmas.size() ? vmas[vma.value].name : "vma" + std::to_string(vma.value);
  }

  // ---- evidence

  void evidence() {
    const std::optional<Checks::Answer>& answer = checks_.answer() ? checks_.answer() : checks_.verdicts();
    if (!answer) {
      wrapped(theme_.text_dim, "Run a check to see its evidence here.");
      return;
    }
    if (answer->any) wrapped(theme_.text, answer->any->basis);
    levels(answer->report);
    WithFont small(context_.fonts().small);
    for (const EvidenceRow& row : evidence_rows(answer->report)) {
      const float left = ImGui::GetCursorPosX();
      label(theme_.text_dim, row.label);
      tooltip(row.explanation);
      ImGui::SameLine(left + 9.5F * em_);
      wrapped(theme_.text, row.value);
      tooltip(row.explanation);
    }
  }

  /// How many states each level has, as bars.
  void levels(const check::CheckReport& report) const {
    const auto& counts = report.depth_histogram;
    if (counts.size() < 2) return;
    const float wide = ImGui::GetContentRegionAvail().x, high = 2.6F * em_;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const auto most = static_cast<float>(*std::max_element(counts.begin(), counts.end()));
    const float step = wide / static_cast<float>(counts.size());
    ImDrawList* draw = ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const float x = at.x + step * static_cast<float>(i);
      const float bar = counts[i] == 0 ? 0 : std::max(1.0F, high * static_cast<float>(counts[i]) / std::max(most, 1.0F));
      draw->AddRectFilled({x, at.y + high - bar}, {std::max(x + 0.85F * step, x + 1), at.y + high}, theme_.accent);
    }
    ImGui::Dummy({wide, high});
    tooltip("States first met after 0, 1, 2, ... steps.");
  }

  const PanelContext& context_;
  Checks& checks_;
  int vma_;
  const Theme& theme_;
  float em_;
  std::optional<Action> pressed_;
};

}  // namespace

void draw_checks(const PanelContext& context, Checks& checks, int vma) { Panel(context, checks, vma).draw(); }

}  // namespace vmalab

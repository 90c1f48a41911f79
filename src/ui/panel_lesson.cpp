// SPDX-License-Identifier: GPL-2.0-only
// The line above the timeline that tells the story: what has just happened, what comes next, and, for those who want to be
// asked, a question about it.
#include <algorithm>
#include <string>
#include <vector>

#include "ui/layout.h"
#include "ui/paint.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "view/story.h"

namespace vmalab {
namespace {

constexpr const char* kQuiz = "Quiz me";
constexpr const char* kComing = "Coming:";  ///< what the steps of a caption will have done in the end
constexpr float kAlone = 10;                // em: a panel that is higher fills the window
constexpr float kBesides = 1.2F;            // em, between words and buttons

struct LessonPanel {
  const PanelContext& context;
  const LessonState& memory;
  const LessonView& view;
  const std::optional<NextAction>& action;  ///< what comes next

  float em() const { return context.em(); }
  const Theme& theme() const { return context.theme(); }

  float buttons(ImVec2 at, float right);
  void text(ImVec2 at, float width, float height) const;
  void broken() const;
  void question(const Question& question, ImVec2 at, float width);
};

/// "Next" and "Quiz me" at the right end. Returns where they begin.
float LessonPanel::buttons(ImVec2 at, float right) {
  WithFont small(context.fonts().small);
  // Two buttons, one above the other, in the height there is.
  const float gap = 0.25F * em();
  const float height = 0.5F * (std::min(ImGui::GetContentRegionAvail().y, (kCaptionHeight - 0.7F) * em()) - gap);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.6F * em(), std::max(0.5F * (height - ImGui::GetFontSize()), 0.0F)});
  const std::string next = action ? "Next: " + context.thread_name(action->action.thread) : "Next";
  const float next_width = text_width(next) + 1.2F * em(), ask_width = text_width(kQuiz) + 1.2F * em();
  const float left = right - std::max(next_width, ask_width);
  // At the bottom, where they are in a panel that is as high as a story, too.
  const float room = ImGui::GetContentRegionAvail().y;
  if (room < kAlone * em()) at.y += room - 2 * height - gap;
  ImGui::SetCursorScreenPos({right - next_width, at.y});
  if (action) {
    if (thread_button(context, "lesson/next", next.c_str(), action->action.thread, true, view.next)) context.actions.take_next();
  } else {
    button(context, "lesson/next", next.c_str(), false, view.next);
  }
  ImGui::SetCursorScreenPos({right - ask_width, at.y + height + gap});
  if (toggle(context, "lesson/ask", kQuiz, memory.questions, "Ask what vm_refcnt will be before each step.  (Q)")) {
    context.actions.run(CommandId::kQuestions);
  }
  ImGui::PopStyleVar();
  return left;
}

void LessonPanel::text(ImVec2 at, float width, float height) const {
  const std::vector<ColouredText> told = coloured_story(theme(), view);
  // The largest type in which it is not too much; what is still too much scrolls.
  const auto size_in = [&](const Font& font) {
    WithFont with(font);
    const auto high = [&](const std::string& words) { return ImGui::CalcTextSize(words.c_str(), nullptr, false, width).y; };
    return paint_sentences({0, 0}, width, told, false) + (view.broken.empty() ? 0 : high(view.broken));
  };
  const bool alone = height > kAlone * em();
  const Font& font = alone && size_in(context.fonts().huge) <= height ? context.fonts().huge
                     : size_in(context.fonts().title) <= height       ? context.fonts().title
                     : size_in(context.fonts().body) <= height        ? context.fonts().body
                                                                      : context.fonts().small;
  const float taken = size_in(font);
  ImGui::SetCursorScreenPos(at);
  ImGui::BeginChild("words", {width, height}, false, ImGuiWindowFlags_NoNav);
  if (taken < height) ImGui::SetCursorPosY(0.5F * (height - taken));
  {
    WithFont with(font);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const ImVec2 here = ImGui::GetCursorScreenPos();
    // Beside the bar by which it scrolls.
    const float wide = taken > height ? width - ImGui::GetStyle().ScrollbarSize - 0.3F * em() : width;
    ImGui::Dummy({wide, paint_sentences(here, wide, told)});
    context.mark("lesson/words");
    if (!view.broken.empty()) broken();
    ImGui::PopStyleVar();
  }
  ImGui::EndChild();
  context.mark("lesson/text");
}

/// A line a check, in their order; a click asks why.
void LessonPanel::broken() const {
  const StepInfo* last = context.last_step();
  const std::vector<const Property*> checks = properties_in(last != nullptr ? last->violations : context.machine().initial_violations());
  std::string_view rest = view.broken;
  for (std::size_t i = 0; !rest.empty(); ++i) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    wrapped(theme().bad, rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (i >= checks.size()) continue;
    context.mark("lesson/broken/" + std::string(checks[i]->name));
    if (!ImGui::IsItemHovered()) continue;
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    if (ImGui::IsMouseReleased(0)) context.actions.ask_why(*checks[i]);
  }
}

void LessonPanel::question(const Question& question, ImVec2 at, float width) {
  std::string asked = question.text;
  if (memory.asked > 0) asked += "   " + std::to_string(memory.right) + " of " + std::to_string(memory.asked) + " right";
  paint_text(at, width, theme().text, asked);
  ImGui::SetCursorScreenPos({at.x, at.y + 1.4F * em()});
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.6F * em(), 0.12F * em()});
  const bool answered = !memory.answer.empty();
  for (std::size_t i = 0; i < question.choices.size(); ++i) {
    const Question::Choice& choice = question.choices[i];
    if (i > 0) ImGui::SameLine(0, 0.4F * em());
    const std::string name = "lesson/answer/" + choice.text;
    if (answered && (choice.right || choice.text == memory.answer)) {
      toggle(context, name, choice.text.c_str(), choice.right, question.explanation);
    } else if (button(context, name, choice.text.c_str(), !answered, "Shift+" + std::to_string(i + 1))) {
      context.actions.answer(i);
    }
  }
  if (answered) {
    const auto right = std::find_if(question.choices.begin(), question.choices.end(), [](const Question::Choice& c) { return c.right; });
    const bool correct = right != question.choices.end() && right->text == memory.answer;
    ImGui::SameLine(0, 0.7F * em());
    const ImVec2 here = ImGui::GetCursorScreenPos();
    paint_text({here.x, here.y + 0.12F * em()}, at.x + width - here.x, correct ? theme().good : theme().text,
               (correct ? "Right, " : "No, ") + question.explanation);
  }
  ImGui::PopStyleVar();
}

}  // namespace

/// Bright is what holds; the rest is told, and is not so (yet).
std::vector<ColouredText> coloured_story(const Theme& theme, const LessonView& view) {
  std::vector<ColouredText> out;
  if (view.by_author) out.push_back({"The author says:", theme.text_dim});
  if (view.sentences.empty()) out.push_back({view.text, view.under_way ? theme.text_dim : theme.text});
  // What is so, in its order; behind the first that is not yet so all is announced.
  bool comes = false;
  for (const Told& told : view.sentences) {
    if (!told.holds && !comes && view.under_way) out.push_back({kComing, theme.text_faint});
    comes = comes || !told.holds;
    out.push_back({told.text, comes ? theme.text_dim : theme.text});
  }
  if (!view.sentences.empty() && !view.progress.empty()) out.push_back({view.progress, theme.text_faint});
  return out;
}

float told_height(const PanelContext& context, const std::vector<ColouredText>& told, float window_width, bool large) {
  const float em = context.em();
  float buttons = 0;
  {
    WithFont small(context.fonts().small);
    for (const ThreadSetup& thread : context.scenario().threads) buttons = std::max(buttons, text_width("Next: " + thread.name));
    buttons = std::max(buttons, text_width(kQuiz));
  }
  WithFont font(large ? context.fonts().title : context.fonts().body);
  // Less the margins of the window and of the panel.
  const float width = window_width - buttons - (1.2F + kBesides + 2.0F) * em;
  return paint_sentences({0, 0}, width, told, false) + 0.75F * em;
}

void draw_lesson(const PanelContext& context, const LessonState& memory, const LessonInput& input) {
  LessonView view = lesson_view(context.machine(), context.state(), context.session().depth(), context.last_step(), input.caption, input.next);
  LessonPanel panel{context, memory, view, input.next};
  const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const float left = panel.buttons(at, at.x + room.x);
  const float width = left - at.x - kBesides * context.em();
  if (width < 4 * context.em()) return;
  if (input.question && view.broken.empty()) {
    panel.question(*input.question, at, width);
  } else {
    panel.text(at, width, room.y);
  }
}

}  // namespace vmalab

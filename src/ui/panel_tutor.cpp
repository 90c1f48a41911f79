// SPDX-License-Identifier: GPL-2.0-only
// The lesson in the window: what is told on the left, what is asked or to be done on the right, and outlines around what it speaks of.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/words.h"
#include "ui/layout.h"
#include "ui/paint.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "ui/tutor.h"

namespace vmalab {
namespace {

using Mark = LessonShown::Choice::Mark;

struct TutorPanel {
  const PanelContext& context;
  const LessonShown& shown;
  const Tutor& tutor;
  bool large = false;

  float em() const { return context.em(); }
  const Theme& theme() const { return context.theme(); }

  float header(ImVec2 at, float right) const;
  void told(const Rect& rect, const std::vector<ColouredText>& text, std::string_view mark) const;
  void task(const Rect& rect) const;
  /// The type of a task: its ask, and what stands below that.
  struct Types {
    const Font &ask, &line, &code;
  };
  Types types(const Rect& rect) const;
  float task_height(const Types& type, float width) const;
  void last_page(const Rect& rect) const;
  float choices(ImVec2 at, float width, bool draw = true) const;
  float paragraph(ImVec2 at, float width, Colour colour, const std::string& text) const;
  void key_cap(ImVec2 at, const std::string& key) const;
};

std::vector<ColouredText> coloured(const std::vector<Told>& sentences, Colour told, Colour not_yet) {
  std::vector<ColouredText> out;
  for (const Told& sentence : sentences) out.push_back({sentence.text, sentence.holds ? told : not_yet});
  return out;
}

/// Title and place on the left, what can be done on the right. Returns its height.
float TutorPanel::header(ImVec2 at, float right) const {
  WithFont small(context.fonts().small);
  const float height = 1.6F * em();
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.6F * em(), std::max(0.5F * (height - ImGui::GetFontSize()), 0.0F)});
  struct Choice {
    const char* mark;
    std::string text;
    CommandId command;
    bool there, marked;
  };
  const bool task = shown.kind == LessonStep::Kind::kBreak && !shown.done;
  const std::string next = shown.over                 ? tutor.following() != nullptr ? "Next lesson" : "Leave"
                           : shown.last && shown.done ? "Finish"
                           : shown.done               ? "Next"
                                                      : "Skip";
  const std::vector<Choice> buttons{
      {"lesson/next", next, shown.done ? CommandId::kLessonNext : CommandId::kLessonSkip, true, shown.done && !shown.away},
      {"lesson/back", "Back", CommandId::kLessonBack, shown.step > 1 || shown.over, false},
      {"lesson/list", "All lessons", CommandId::kLessons, shown.over, false},
      {"lesson/way", shown.looking.empty() ? "Show a way" : "Stop", CommandId::kLessonWay, task && !shown.away, false},
      {"lesson/hint", "Hint", CommandId::kLessonHint, task && !shown.away && shown.looking.empty(), false},
      {"lesson/free", shown.away ? "Back to the lesson" : "Free play", CommandId::kLessonFree, true, shown.away},
      {"lesson/fast", "Fast track", CommandId::kLessonFast, !shown.over, tutor.run().fast()},
      {"lesson/leave", "Leave", CommandId::kLessonLeave, !shown.over || tutor.following() != nullptr, false},
  };
  for (const Choice& choice : buttons) {
    if (!choice.there) continue;
    const float width = text_width(choice.text) + 1.2F * em();
    if (right - width < at.x + 9 * em()) break;
    right -= width;
    ImGui::SetCursorScreenPos({right, at.y});
    const Command& what = command(choice.command);
    const std::string why = std::string(what.sentence) + "  (" + shortcut_text(what.shortcut) + ")";
    const bool pressed = choice.marked ? toggle(context, choice.mark, choice.text.c_str(), true, why)
                                       : button(context, choice.mark, choice.text.c_str(), true, why);
    if (pressed) context.actions.run(choice.command);
    right -= 0.35F * em();
  }
  ImGui::PopStyleVar();
  const std::string place = shown.over ? "Lesson done  " : "Lesson " + std::to_string(shown.step) + "/" + std::to_string(shown.steps) + "  ";
  const float y = at.y + 0.5F * (height - ImGui::GetFontSize());
  float x = at.x + paint_text({at.x, y}, right - at.x, theme().text_dim, place);
  WithFont bold(context.fonts().bold);
  x += paint_text({x, at.y + 0.5F * (height - ImGui::GetFontSize())}, right - x - 0.6F * em(), theme().text,
                  elide(shown.lesson, right - x - 0.6F * em()));
  return height;
}

float TutorPanel::paragraph(ImVec2 at, float width, Colour colour, const std::string& text) const {
  if (text.empty()) return 0;
  ImGui::GetWindowDrawList()->AddText(ImGui::GetFont(), ImGui::GetFontSize(), at, colour, text.c_str(), nullptr, width);
  return ImGui::CalcTextSize(text.c_str(), nullptr, false, width).y;
}

/// In the largest type in which it fits; what is still too much scrolls.
void TutorPanel::told(const Rect& rect, const std::vector<ColouredText>& text, std::string_view mark) const {
  if (text.empty() || rect.width() < 4 * em() || rect.height() < em()) return;
  const auto high = [&](const Font& font) {
    WithFont with(font);
    return paint_sentences({0, 0}, rect.width(), text, false);
  };
  const Fonts& fonts = context.fonts();
  const Font& font = large && high(fonts.huge) <= rect.height() ? fonts.huge
                     : high(fonts.title) <= rect.height()       ? fonts.title
                     : high(fonts.body) <= rect.height()        ? fonts.body
                                                                : fonts.small;
  ImGui::SetCursorScreenPos(rect.min);
  ImGui::BeginChild(std::string(mark).c_str(), {rect.width(), rect.height()}, false, ImGuiWindowFlags_NoNav);
  {
    WithFont with(font);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({rect.width(), paint_sentences(at, rect.width(), text)});
  }
  ImGui::EndChild();
  context.mark(mark);
}

void TutorPanel::key_cap(ImVec2 at, const std::string& key) const {
  WithFont small(context.fonts().small);
  const float wide = text_width(key) + 0.6F * em(), high = 1.25F * em();
  ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + wide, at.y + high}, theme().raised_active, 0.25F * em());
  ImGui::GetWindowDrawList()->AddText({at.x + 0.3F * em(), at.y + 0.5F * (high - ImGui::GetFontSize())}, theme().text_dim, key.c_str());
}

/// Beside each other, as many lines as they take. Returns their height.
float TutorPanel::choices(ImVec2 at, float width, bool draw) const {
  float x = at.x, y = at.y;
  const float high = 1.7F * ImGui::GetFontSize();
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.7F * em(), std::max(0.5F * (high - ImGui::GetFontSize()), 0.0F)});
  for (std::size_t i = 0; i < shown.choices.size(); ++i) {
    const LessonShown::Choice& choice = shown.choices[i];
    const bool open = choice.mark == Mark::kOpen;
    const std::string key = std::to_string(i + 1);
    float cap = 0;
    if (open) {
      WithFont small(context.fonts().small);
      cap = text_width(key) + 0.85F * em();
    }
    const float wide = cap + text_width(choice.text) + 1.4F * em();
    if (x > at.x && x + wide > at.x + width) {
      x = at.x;
      y += high + 0.3F * em();
    }
    if (!draw) {
      x += wide + 0.6F * em();
      continue;
    }
    if (open) key_cap({x, y + 0.5F * (high - 1.25F * em())}, key);
    ImGui::SetCursorScreenPos({x + cap, y});
    const std::string name = "lesson/choice/" + key;
    const std::string why = open                          ? "Key " + key
                            : choice.mark == Mark::kRight ? "What the machine says."
                            : choice.mark == Mark::kWrong ? "What you said."
                                                          : "";
    if (open || choice.mark == Mark::kOther) {
      if (button(context, name, choice.text.c_str(), open && !shown.away, why)) context.actions.lesson_answer(i);
    } else {
      toggle(context, name, choice.text.c_str(), choice.mark == Mark::kRight, why);
    }
    x += wide + 0.6F * em();
  }
  ImGui::PopStyleVar();
  return y + high - at.y;
}

float TutorPanel::task_height(const Types& type, float width) const {
  const auto high = [&](const Font& font, const std::string& text) {
    WithFont with(font);
    return ImGui::CalcTextSize(text.c_str(), nullptr, false, width).y;
  };
  const float ask = high(type.ask, shown.ask) + 0.35F * em();
  WithFont line(type.line);
  if (shown.kind == LessonStep::Kind::kPredict) return ask + choices({0, 0}, width, false);
  return ask + 1.3F * ImGui::GetFontSize() + std::max(high(type.code, shown.goal), high(type.line, shown.hint));
}

/// In a room the largest in which an open task is whole; of one that is done its explanation is what matters.
TutorPanel::Types TutorPanel::types(const Rect& rect) const {
  const Fonts& fonts = context.fonts();
  if (!large) return {fonts.bold, fonts.body, fonts.code_small};
  if (shown.was_right) return {fonts.title, fonts.title, fonts.code};
  const Types huge{fonts.huge, fonts.title, fonts.code}, title{fonts.title, fonts.title, fonts.code};
  return task_height(huge, rect.width()) <= rect.height()    ? huge
         : task_height(title, rect.width()) <= rect.height() ? title
                                                             : Types{fonts.bold, fonts.body, fonts.code};
}

void TutorPanel::task(const Rect& rect) const {
  float y = rect.min.y;
  const float width = rect.width();
  const Types type = types(rect);
  {
    WithFont bold(type.ask);
    y += paragraph({rect.min.x, y}, width, theme().text, shown.ask) + 0.35F * em();
    context.mark_rect("lesson/ask", rect.min, {rect.max.x, y});
  }
  if (shown.kind == LessonStep::Kind::kPredict) {
    if (shown.was_right) {
      // The choices have said what they had to: one line is enough.
      const auto right = std::find_if(shown.choices.begin(), shown.choices.end(),
                                      [](const LessonShown::Choice& c) { return c.mark == Mark::kRight; });
      WithFont bold(large ? type.line : context.fonts().bold);
      const auto said = std::find_if(shown.choices.begin(), shown.choices.end(), [](const LessonShown::Choice& c) { return c.mark == Mark::kWrong; });
      const std::string wrong = said == shown.choices.end() ? "" : "You said: " + said->text + ". ";
      const std::string line = (*shown.was_right ? "Right: " : wrong + "The machine says: ") + (right == shown.choices.end() ? "" : right->text);
      y += paragraph({rect.min.x, y}, width, *shown.was_right ? theme().good : theme().text, line) + 0.25F * em();
      context.mark_rect("lesson/outcome", {rect.min.x, y - 1.3F * em()}, {rect.max.x, y});
    } else {
      WithFont line(type.line);
      y += choices({rect.min.x, y}, width) + 0.35F * em();
    }
  } else {
    const std::string least = shown.least ? std::to_string(*shown.least) + words::plural(static_cast<std::uint64_t>(*shown.least), " step") : "";
    std::string line = "Your steps: " + std::to_string(shown.moves) +
                       (shown.least      ? "   shortest: " + least
                        : shown.counting ? "   shortest: still looked for"
                                         : "   there is no way to it");
    if (shown.was_right)
      line = *shown.was_right ? "Reached in " + std::to_string(shown.moves) + (shown.least ? "; the shortest way has " + least : "") + "."
                              : "A shortest way has " + least + ".";
    {
      WithFont bold(large ? type.line : context.fonts().bold);
      y += paragraph({rect.min.x, y}, width, shown.was_right.value_or(false) ? theme().good : theme().text_dim, line) + 0.2F * em();
      context.mark_rect("lesson/moves", {rect.min.x, y - 1.3F * em()}, {rect.max.x, y});
    }
    if (!shown.was_right) {
      if (!shown.looking.empty()) {
        WithFont body(type.line);
        y += paragraph({rect.min.x, y}, width, theme().text_dim, shown.looking + " H stops that.");
        context.mark_rect("lesson/looking", {rect.min.x, y - em()}, {rect.max.x, y});
      } else if (shown.hint.empty()) {
        WithFont code(type.code);
        y += paragraph({rect.min.x, y}, width, theme().text_dim, shown.goal);
      } else {
        WithFont body(type.line);
        y += paragraph({rect.min.x, y}, width, theme().text, shown.hint);
        context.mark_rect("lesson/hint-text", {rect.min.x, y - em()}, {rect.max.x, y});
      }
    }
  }
  if (shown.was_right) told({{rect.min.x, y}, rect.max}, coloured(shown.explanation, theme().text, theme().text_dim), "lesson/explanation");
}

/// What was found out, how often the student knew it, and what comes next.
void TutorPanel::last_page(const Rect& rect) const {
  const LessonRun& run = tutor.run();
  const Lesson* next = tutor.following();
  std::string known, follows;
  if (run.asked() > 0) {
    known = "You were right " + std::to_string(run.right()) + " of " + std::to_string(run.asked()) +
            words::plural(static_cast<std::uint64_t>(run.asked()), " time") + ".";
  }
  if (next != nullptr) {
    follows = "The next lesson: " + next->title + ".";
  } else if (tutor.of_course()) {
    follows = "It was the last of the course.";
  }
  std::vector<ColouredText> text{{"That was the last step of this lesson.", theme().text}};
  if (!known.empty()) text.push_back({known, theme().text});
  if (!follows.empty()) text.push_back({follows, theme().text});
  const float split = shown.found.empty() ? rect.max.x : std::round(rect.min.x + 0.4F * rect.width());
  told({rect.min, {split - (shown.found.empty() ? 0 : em()), rect.max.y}}, text, "lesson/end");
  if (shown.found.empty()) return;
  ImGui::SetCursorScreenPos({split, rect.min.y});
  ImGui::BeginChild("found", {rect.max.x - split, rect.max.y - rect.min.y}, false, ImGuiWindowFlags_NoNav);
  {
    WithFont with(large ? context.fonts().title : context.fonts().body);
    const float width = ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ScrollbarSize;
    for (const Found& found : shown.found) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const std::vector<ColouredText> line{{found.ask, theme().text_dim},
                                           {found.answer + ".", found.right.value_or(false) ? theme().good : theme().text}};
      ImGui::Dummy({width, paint_sentences(at, width, line) + 0.1F * em()});
    }
  }
  ImGui::EndChild();
  context.mark("lesson/found");
}

}  // namespace

void draw_tutor(const PanelContext& context, const Tutor& tutor, bool large) {
  const LessonShown shown = tutor.run().shown(context.session());
  const TutorPanel panel{context, shown, tutor, large};
  const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const ImVec2 end{at.x + room.x, at.y + room.y};
  const float top = at.y + panel.header(at, end.x) + 0.3F * context.em();
  if (end.y - top < context.em()) return;
  if (shown.over && !shown.away) return panel.last_page({{at.x, top}, end});
  const bool asks = shown.kind != LessonStep::Kind::kTell;
  const bool tells = !shown.text.empty();
  const float split = asks && tells ? std::round(at.x + 0.54F * room.x) : asks ? at.x : end.x;
  std::vector<ColouredText> text = coloured(shown.text, shown.was_right ? context.theme().text_dim : context.theme().text, context.theme().text_dim);
  if (shown.away) text = {{"Free play: nothing that you do here changes the lesson.", context.theme().text_dim}};
  if (tells || shown.away) panel.told({{at.x, top}, {asks && tells ? split - context.em() : end.x, end.y}}, text, "lesson/text");
  if (asks && !shown.away) panel.task({{split, top}, end});
}

void draw_spots(const PanelContext& context, const Tutor& tutor) {
  if (!tutor.leads()) return;
  ImDrawList* draw = ImGui::GetForegroundDrawList();
  const float em = context.em(), out = 0.18F * em;
  int number = 0;
  for (const Spot& spot : tutor.run().shown(context.session()).spots) {
    for (const std::string& mark : spot_marks(spot, context.machine())) {
      const auto found = context.widgets.all().find(mark);
      if (found == context.widgets.all().end() || !found->second.visible) continue;
      const Widget& widget = found->second;
      const ImVec2 min{widget.min.x - out, widget.min.y - out}, max{widget.max.x + out, widget.max.y + out};
      draw->AddRect(min, max, with_alpha(context.theme().accent, 0.3F), 0.4F * em, 0, 0.34F * em);
      draw->AddRect(min, max, context.theme().accent, 0.4F * em, 0, std::max(2.0F, 0.12F * em));
      context.mark_rect("lesson/spot/" + std::to_string(number++), min, max);
      break;
    }
  }
}

}  // namespace vmalab

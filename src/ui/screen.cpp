// SPDX-License-Identifier: GPL-2.0-only
#include "ui/screen.h"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cstdio>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "machine/describe.h"
#include "ui/paint.h"
#include "ui/panels.h"

namespace vmalab {
namespace {

constexpr ImGuiWindowFlags kFixed = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoCollapse |
                                    ImGuiWindowFlags_NoSavedSettings;

}  // namespace

void Screen::draw(float width, float height) {
  bench.panels.timeline.chain = bench.panels.causes.chain;
  if (bench.stage().on()) {
    stage(width, height);
    // Below the caption, above the timeline.
    draw_causes(context, bench.panels.causes, {0.4F * width, 0.22F * height}, {width, height});
    return overlay(width, height);
  }
  const Splits& splits = bench.panels.arrangement.splits;
  Layout layout = compute_layout(width, height, em(), splits, lesson_height(width, true), bench.tutor().on());
  // Where that is more than there is room for, in the type of the panels.
  if (layout.lesson.height() + 1 < lesson_height(width, true) * em())
    layout = compute_layout(width, height, em(), splits, lesson_height(width, false), bench.tutor().on());
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({width, height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, menu_bar_padding());  // 1.92 takes the bar's height from here
  ImGui::Begin("lab", nullptr,
               kFixed | ImGuiWindowFlags_MenuBar | ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollbar |
                   ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoNav);
  ImGui::PopStyleVar(4);
  menu_bar(width);
  toolbar(layout.toolbar);
  if (const std::optional<PanelId> filled = bench.panels.arrangement.filled()) {
    filled_by(*filled, layout);
  } else {
    desk(layout);
  }
  status(layout.status);
  if (!bench.overlay().open() && !bench.menus().is_open()) draw_spots(context, bench.tutor());
  ImGui::End();
  // Over the source, below its tabs: the values that are asked about stay in sight.
  const bool beside = !layout.tabs && !bench.panels.arrangement.filled() && layout.source.width() > 20 * em();
  draw_causes(context, bench.panels.causes, {beside ? layout.source.min.x : 0.4F * width, layout.main.min.y + 1.2F * em()}, layout.main.max);
  overlay(width, height);
}

/// The story that sets the scene is for the back row: at step 0 it has the height that it needs.
float Screen::lesson_height(float width, bool large) const {
  if (bench.tutor().on()) return kLessonHeight;
  if (bench.session().depth() > 0 || bench.question()) return kCaptionHeight;
  const LessonView view = lesson_view(bench.machine(), bench.state(), 0, nullptr, bench.demo_caption(), {});
  return std::clamp(told_height(context, coloured_story(theme(), view), width, large) / em(), kCaptionHeight, 9.0F);
}

// ---- menu bar

/// True: it is open.
bool Screen::menu(int index) {
  MenuBar& bar = bench.menus();
  const std::string title = kMenus[static_cast<std::size_t>(index)];
  const bool open = ImGui::BeginMenu(title.c_str());
  context.mark("menu/" + title);
  if (!open) return false;
  if (bar.changed() && !bar.is_open()) ImGui::CloseCurrentPopup();
  // The row that is chosen is lit, whether the mouse has come to it or a key.
  ImGui::PushStyleColor(ImGuiCol_HeaderHovered, with_alpha(theme().selection, 0));
  const std::vector<MenuRow> rows = menu_rows(bench, index);
  std::optional<MenuRow> chosen;
  for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
    const MenuRow& row = rows[static_cast<std::size_t>(i)];
    if (!row.command && (i == 0 || rows[static_cast<std::size_t>(i - 1)].command)) {
      ImGui::Separator();
      label(theme().text_dim, "Open recent");
    }
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (bar.menu() == index && bar.row() == i) {
      const ImVec2 half{0.3F * em(), 0.5F * ImGui::GetStyle().ItemSpacing.y};
      ImGui::GetWindowDrawList()->AddRectFilled({at.x - half.x, at.y - half.y},
                                                {at.x + ImGui::GetContentRegionAvail().x + half.x, at.y + ImGui::GetFontSize() + half.y},
                                                theme().selection, 0.25F * em());
    }
    const std::string keys = row.command ? row.keys : elide(row.keys, 16 * em());
    if (ImGui::MenuItem((elide(row.title, 20 * em()) + "##" + row.name).c_str(), keys.c_str(), false, row.enabled)) chosen = row;
    context.mark("menu/" + title + "/" + row.name, row.enabled);
    if (row.enabled && !bar.by_keyboard() && ImGui::IsItemHovered()) bar.point_at(i);
    tooltip(row.sentence);
  }
  ImGui::PopStyleColor();
  ImGui::EndMenu();
  if (chosen) bench.choose(*chosen);
  return true;
}

/// A mouse that rests somewhere would take the menus back from the keys: until it moves it is nowhere.
void Screen::menus() {
  MenuBar& bar = bench.menus();
  ImGuiIO& io = ImGui::GetIO();
  if (io.MouseDelta.x != 0 || io.MouseDelta.y != 0 || ImGui::IsMouseClicked(0)) bar.mouse_moved();
  const ImVec2 mouse = io.MousePos;
  if (bar.by_keyboard()) io.MousePos = {-FLT_MAX, -FLT_MAX};
  if (bar.changed() && bar.is_open()) ImGui::OpenPopup(kMenus[static_cast<std::size_t>(bar.menu())]);
  int open = -1;
  for (int i = 0; i < static_cast<int>(kMenus.size()); ++i) {
    if (menu(i)) open = i;
  }
  bar.drawn(bench, bar.changed() ? bar.menu() : open);
  io.MousePos = mouse;
}

/// Whose code runs, when it is not the model alone: nobody is to take a bug for the lock itself.
void Screen::code_chip(float right, float left) {
  const std::string code = bench.documents().code_badge();
  if (code.empty()) return;
  WithFont small(context.fonts().small);
  const float room = right - ImGui::GetWindowPos().x - left;
  const std::string shown = elide(code, room - chip_width(""));
  const float wide = chip_width(shown);
  if (wide > room || room < 3 * em()) return;
  const ImVec2 at{right - wide, ImGui::GetWindowPos().y + 0.5F * (menu_bar_height() - chip_height())};
  ImGui::SetCursorScreenPos(at);
  const bool pressed = ImGui::InvisibleButton("code", {wide, chip_height()});
  context.mark("menu/code");
  tooltip(code + ". The C that runs is not the model alone. " + std::string(command(CommandId::kPickVariant).sentence) + "  (" +
          shortcut_text(command(CommandId::kPickVariant).shortcut) + ")");
  paint_outline_chip(context, at, theme().text, shown);
  if (pressed) bench.run(CommandId::kPickVariant);
}

void Screen::menu_bar(float width) {
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, menu_bar_padding());
  if (ImGui::BeginMenuBar()) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0.9F * em(), 0.35F * em()});
    // A popup takes the paddings of the moment it opens; the tall ones are for the bar alone.
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.6F * em(), 0.45F * em()});
    menus();
    ImGui::PopStyleVar(2);

    // The scenario's title is the biggest thing up here, and a button that opens the list. In a lesson it would tell the answer.
    const float left = ImGui::GetCursorPosX() + em();
    const float room = width - left - 1.2F * em();
    if (room > 4 * em()) {
      // Whose code it is comes before the whole of a title.
      float badge = 0;
      if (const std::string code = bench.documents().code_badge(); !code.empty()) {
        WithFont small(context.fonts().small);
        badge = chip_width(code) + 0.6F * em();
      }
      badge = std::min(badge, std::max(0.0F, room - 2.6F * em()));
      WithFont bold(context.fonts().bold);
      const bool readable = room - badge > 6 * em();  // a letter or two of it are worse than none
      const std::string title = !readable ? std::string()
                                          : elide(bench.tutor().on() ? bench.tutor().run().lesson().title : run_title(bench.session()),
                                                  room - badge - 2.4F * em());
      const float wide = text_width(title) + 2.2F * em();
      ImGui::SetCursorPosX(width - wide - 0.6F * em());
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float high = menu_bar_height();
      const ImVec2 end{at.x + wide, at.y + high};
      const bool pressed = ImGui::InvisibleButton("scenario", {wide, high});
      context.mark("menu/scenario");
      const bool hot = ImGui::IsItemHovered();
      ImDrawList* draw = ImGui::GetWindowDrawList();
      const float middle = at.y + 0.5F * high;
      if (hot) {
        draw->AddRectFilled({at.x, at.y + 0.2F * em()}, {end.x, end.y - 0.2F * em()}, theme().raised_hover, 0.3F * em());
      }
      draw->AddText({at.x + 0.5F * em(), middle - 0.5F * ImGui::GetFontSize()}, theme().text, title.c_str());
      const float x = end.x - 0.95F * em();
      draw->AddTriangleFilled({x - 0.28F * em(), middle - 0.14F * em()}, {x + 0.28F * em(), middle - 0.14F * em()}, {x, middle + 0.2F * em()},
                              theme().text_dim);
      if (pressed) bench.run(CommandId::kPickScenario);
      code_chip(at.x - 0.3F * em(), left);
    }
    ImGui::EndMenuBar();
  }
  ImGui::PopStyleVar();
}

// ---- panels

void Screen::surface(const Rect& rect) const {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float rounding = 0.4F * em();
  draw->AddRectFilled(rect.min, rect.max, theme().panel, rounding);
  draw->AddRect(rect.min, rect.max, theme().border, rounding, 0, std::max(1.0F, em() / 16));
}

void Screen::panel_contents(PanelId id) {
  PanelStates& states = bench.panels;
  switch (id) {
    case PanelId::kThreads: return draw_threads(context, states.threads);
    case PanelId::kVma: return draw_vma(context, states.vma);
    case PanelId::kMemory: return draw_memory(context, states.vma);
    case PanelId::kMessages: return draw_messages(context);
    case PanelId::kClassMap: return draw_class_map(context, states.vma);
    case PanelId::kStateMap: return draw_state_map(context, bench.state_space(), states.vma);
    case PanelId::kSideBySide: return draw_side_by_side(context, bench.side_by_side(), states.vma);
    case PanelId::kSource: return draw_source(context, states.source);
    case PanelId::kChecks: return draw_checks(context, bench.checks(), states.vma.vma);
    case PanelId::kLesson:
      if (bench.tutor().on()) return draw_tutor(context, bench.tutor());
      return draw_lesson(context, states.lesson, {bench.next_action(), bench.demo_caption(), bench.question()});
    case PanelId::kTimeline: return draw_timeline(context, states.timeline, states.vma.vma);
    case PanelId::kCount: break;
  }
}

void Screen::panel(PanelId id, const Rect& rect, Title title) {
  const float pad = 0.55F * em();
  if (rect.width() < 3 * pad || rect.height() < 3 * pad) return;
  const PanelInfo& info = panel_info(id);
  surface(rect);
  float top = rect.min.y + 0.35F * em();
  // Side by side has a headline of its own: where few lines fit, that is enough.
  const bool titled = !info.title.empty() && (id != PanelId::kSideBySide || rect.height() >= 20 * em());
  if (titled && title == Title::kOwn) {
    WithFont bold(context.fonts().bold);
    ImGui::GetWindowDrawList()->AddText({rect.min.x + pad, top}, theme().text_dim, info.title.data(), info.title.data() + info.title.size());
  }
  const float first_line = top;
  if (titled) top += 1.45F * em();
  context.mark_rect("panel/" + std::string(info.name), rect.min, rect.max);
  Arrangement& arrangement = bench.panels.arrangement;
  if (ImGui::IsMouseHoveringRect(rect.min, rect.max, false) && !bench.overlay().open()) {
    arrangement.touch(id);
    const bool on_title = titled && ImGui::GetIO().MousePos.y < top;
    if (on_title && ImGui::IsMouseDoubleClicked(0) && !ImGui::IsAnyItemHovered()) arrangement.fill_or_return();
  }
  // The timeline has its minimap beside its title.
  if (id == PanelId::kTimeline) top = first_line;
  ImGui::SetCursorScreenPos({rect.min.x + pad, top});
  ImGui::BeginChild(info.name.data(), {rect.width() - 2 * pad, rect.max.y - top - 0.35F * em()}, false, ImGuiWindowFlags_NoNav);
  panel_contents(id);
  ImGui::EndChild();
}

/// A lesson that is being taken stays below it, and so do the words of a demo or a film; two runs side by side say themselves what happens.
void Screen::filled_by(PanelId id, const Layout& layout) {
  Rect room = layout.main, strip = layout.main;
  const bool told = !bench.demo_caption().text.empty() && id != PanelId::kSideBySide;
  if ((bench.tutor().on() || told) && id != PanelId::kLesson) {
    strip.min.y = room.max.y - std::min(layout.lesson.height(), 0.5F * room.height());
    room.max.y = strip.min.y - 0.5F * em();
    panel(PanelId::kLesson, strip);
  }
  panel(id, room);
}

void Screen::desk(const Layout& layout) {
  const bool weak = bench.machine().weak() != nullptr;
  bench.panels.places = layout.tabs ? Places::kOne : layout.classes.height() > 0 ? Places::kClassesApart : Places::kCorner;
  panel(PanelId::kThreads, layout.threads);
  if (layout.tabs) {
    tabbed_panel(layout.vma);
  } else {
    panel(PanelId::kVma, layout.vma);
    constexpr std::array<Choice, 2> kCode{{{PanelId::kSource, Tab::kSource, "Source"}, {PanelId::kChecks, Tab::kChecks, "Checks and finder"}}};
    one_of(layout.source, kCode, bench.panels.tab);
    if (layout.classes.height() > 0) {
      panel(PanelId::kClassMap, layout.classes);
      constexpr std::array<Choice, 3> kCorner{{{PanelId::kMemory, Tab::kMemory, "Memory"},
                                               {PanelId::kStateMap, Tab::kStateMap, "State space"},
                                               {PanelId::kMessages, Tab::kMessages, "Messages"}}};
      one_of(layout.corner, std::span(kCorner).first(weak ? 3 : 2), bench.panels.corner);
    } else {
      constexpr std::array<Choice, 4> kCorner{{{PanelId::kMemory, Tab::kMemory, "Memory"},
                                               {PanelId::kClassMap, Tab::kClassMap, "Classes of vm_refcnt"},
                                               {PanelId::kStateMap, Tab::kStateMap, "State space"},
                                               {PanelId::kMessages, Tab::kMessages, "Messages"}}};
      one_of(layout.corner, std::span(kCorner).first(weak ? 4 : 3), bench.panels.corner);
    }
  }
  panel(PanelId::kLesson, layout.lesson);
  panel(PanelId::kTimeline, layout.timeline);
  if (!layout.tabs) splitters(layout);
}

/// Between the columns, and above the strip at the bottom: dragged, and back to where it was by a double click.
void Screen::splitters(const Layout& layout) {
  const Rect& room = layout.main;
  Splits splits = bench.panels.arrangement.splits;
  const auto handle = [&](const char* name, const Rect& rect, float& share, float at, float usual, ImGuiMouseCursor cursor) {
    ImGui::SetCursorScreenPos(rect.min);
    ImGui::InvisibleButton(name, {std::max(rect.width(), 1.0F), std::max(rect.height(), 1.0F)});
    context.mark(name);
    const bool dragged = ImGui::IsItemActive() && ImGui::IsMouseDragging(0);
    if (ImGui::IsItemHovered() || dragged) {
      ImGui::SetMouseCursor(cursor);
      ImGui::GetWindowDrawList()->AddRectFilled(rect.min, rect.max, dragged ? theme().accent : theme().raised_active, 0.2F * em());
    }
    if (dragged) share = at;
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0)) share = usual;
  };
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const auto beside = [](const Rect& left, const Rect& right) { return Rect{{left.max.x, left.min.y}, {right.min.x, left.max.y}}; };
  const float wide = std::max(room.width(), 1.0F);
  handle("splitter/first", beside(layout.threads, layout.vma), splits.first, (mouse.x - room.min.x) / wide, Splits{}.first,
         ImGuiMouseCursor_ResizeEW);
  handle("splitter/second", beside(layout.vma, layout.source), splits.second, (mouse.x - room.min.x) / wide, Splits{}.second,
         ImGuiMouseCursor_ResizeEW);
  handle("splitter/strip", {{room.min.x, layout.lesson.max.y}, {room.max.x, layout.timeline.min.y}}, splits.strip,
         (room.max.y - mouse.y) / std::max(layout.status.max.y, 1.0F), Splits{}.strip, ImGuiMouseCursor_ResizeNS);
  bench.panels.arrangement.splits = clamped(splits);
}

void Screen::tabbed_panel(const Rect& rect) {
  constexpr std::array<Choice, 7> kChoices{{{PanelId::kVma, Tab::kVma, "VMA"},
                                            {PanelId::kMemory, Tab::kMemory, "Memory"},
                                            {PanelId::kClassMap, Tab::kClassMap, "Classes"},
                                            {PanelId::kStateMap, Tab::kStateMap, "States"},
                                            {PanelId::kSource, Tab::kSource, "Source"},
                                            {PanelId::kChecks, Tab::kChecks, "Checks"},
                                            {PanelId::kMessages, Tab::kMessages, "Messages"}}};
  one_of(rect, std::span(kChoices).first(bench.machine().weak() != nullptr ? 7 : 6), bench.panels.tab);
}

void Screen::one_of(const Rect& rect, std::span<const Choice> choices, Tab& tab) {
  const auto shown = std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) { return choice.tab == tab; });
  const Choice& chosen_one = shown == choices.end() ? choices.front() : *shown;
  panel(chosen_one.panel, rect, Title::kRoom);
  const float y = rect.min.y + 0.35F * em(), high = 1.3F * em(), pad = 0.55F * em();
  const auto count = static_cast<float>(choices.size());
  const auto wide_in = [&](const Font& font) {
    WithFont with(font);
    float sum = 0;
    for (const Choice& choice : choices) sum += text_width(choice.title);
    return sum;
  };
  const bool roomy = wide_in(context.fonts().bold) + (count - 1) * 0.7F * em() <= rect.width() - 2 * pad;
  WithFont bold(roomy ? context.fonts().bold : context.fonts().small);
  const float words = wide_in(roomy ? context.fonts().bold : context.fonts().small);
  const float between = std::clamp((rect.width() - 2 * pad - words) / std::max(count - 1, 1.0F), 0.3F * em(), 1.3F * em());
  const float most = (rect.width() - 2 * pad - (count - 1) * between) / count;
  float x = rect.min.x + pad;
  for (const Choice& choice : choices) {
    const std::string title = words + (count - 1) * between > rect.width() - 2 * pad + 1 ? elide(choice.title, most) : std::string(choice.title);
    const std::string mark = "tab/" + std::string(panel_info(choice.panel).name);
    const bool chosen = &choice == &chosen_one;
    const float wide = std::max(text_width(title), 1.0F);
    ImGui::SetCursorScreenPos({x, y});
    if (ImGui::InvisibleButton(mark.c_str(), {wide, high})) tab = choice.tab;
    context.mark(mark);
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const bool hot = ImGui::IsItemHovered();
    draw->AddText({x, y}, chosen || hot ? theme().text : theme().text_dim, title.c_str());
    if (chosen) draw->AddRectFilled({x, y + high - 0.12F * em()}, {x + wide, y + high}, theme().accent);
    x += wide + between;
  }
}

// ---- status line

void Screen::status(const Rect& rect) {
  const Session& session = bench.session();
  const int last = static_cast<int>(session.path().size()) - 1;
  std::string text = last == 0 ? "No step yet" : "Step " + std::to_string(session.depth()) + " of " + std::to_string(last);
  if (session.branches().size() > 1) {
    text += "  \xc2\xb7  " + session.branches()[static_cast<std::size_t>(session.active_branch())].name + " (" +
            std::to_string(session.branches().size()) + " branches)";
  }
  const StepInfo* step = bench.last_step();
  const bool broken = step != nullptr && step->violations != 0;
  std::string verdict = "every check holds here";
  if (broken) {
    verdict = "broken here:";
    for (const Property* check : properties_in(step->violations)) verdict += " " + std::string(check->name);
  } else if (bench.machine().all_done(bench.state())) {
    verdict += "  \xc2\xb7  all threads are done";
  }
  WithFont small(context.fonts().small);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float y = rect.min.y + 0.5F * (rect.height() - ImGui::GetFontSize());
  float x = rect.min.x + em();
  const auto put = [&](Colour colour, std::string_view words) {
    draw->AddText({x, y}, colour, words.data(), words.data() + words.size());
    x += text_width(words);
  };
  put(theme().text, text);
  put(theme().text_faint, "   ");
  draw->AddCircleFilled({x + 0.3F * em(), y + 0.5F * ImGui::GetFontSize()}, 0.24F * em(), broken ? theme().bad : theme().good);
  x += 0.8F * em();
  const float verdict_x = x;
  put(broken ? theme().bad : theme().text_dim, verdict);
  if (broken) {
    ImGui::SetCursorScreenPos({verdict_x, rect.min.y});
    if (ImGui::InvisibleButton("why broken", {std::max(x - verdict_x, 1.0F), std::max(rect.height(), 1.0F)})) {
      bench.ask_why(*properties_in(step->violations).front());
    }
    context.mark("status/broken");
    tooltip("Why it is broken: what is false, and the steps that made it so.  (" + shortcut_text(command(CommandId::kWhy).shortcut) + ")");
  }
  if (bench.recording().on()) {
    put(theme().text_faint, "   ");
    put(theme().text, "recording");
  }

  if (!bench.notices().empty()) return notice_line({{x + 1.5F * em(), rect.min.y}, {rect.max.x - 0.5F * em(), rect.max.y}});
  // Keys worth knowing, as many as there is room for: the last ones go first.
  const auto width_of = [&](const Command& what) { return text_width(shortcut_text(what.shortcut)) + text_width(what.title) + 1.9F * em(); };
  std::vector<const Command*> shown;
  float right = rect.max.x - em(), left = right;
  using Ids = std::vector<CommandId>;
  for (const CommandId id : bench.tutor().on() ? Ids{CommandId::kStep, CommandId::kLessonNext, CommandId::kHelp, CommandId::kBack,
                                                     CommandId::kNextThread, CommandId::kUntilBlocked, CommandId::kLessonFree}
                                               : Ids{CommandId::kStep, CommandId::kDemoStep, CommandId::kHelp, CommandId::kBack, CommandId::kPlay,
                                                     CommandId::kNextThread, CommandId::kUntilBlocked}) {
    if (id == CommandId::kDemoStep && bench.player().demo().empty()) continue;
    left -= width_of(command(id));
    if (left < x + em()) break;
    shown.push_back(&command(id));
  }
  for (auto it = shown.rbegin(); it != shown.rend(); ++it) {
    const Command& what = **it;
    const std::string keys = shortcut_text(what.shortcut);
    const float key_width = text_width(keys), from = right - text_width(what.title);
    draw->AddText({from, y}, theme().text_dim, what.title.data(), what.title.data() + what.title.size());
    const ImVec2 key_min{from - key_width - 0.85F * em(), rect.min.y + 0.2F * em()},
        key_max{key_min.x + key_width + 0.6F * em(), rect.max.y - 0.2F * em()};
    draw->AddRectFilled(key_min, key_max, theme().raised_active, 0.25F * em());
    draw->AddText({key_min.x + 0.3F * em(), y}, theme().text, keys.c_str());
    context.mark_rect("status/" + std::string(what.name), key_min, {right, key_max.y});
    right -= width_of(what);
  }
}

// ---- messages

/// The newest message, in the line at the bottom, where it hides nothing that moves; all of them behind a click.
void Screen::notice_line(const Rect& rect) {
  const std::deque<Notice>& all = bench.notices().all();
  if (all.empty() || rect.width() < 8 * em()) return;
  const Notice& notice = all.back();
  const Colour colour = notice.kind == NoticeKind::kInfo ? theme().outline : theme().accent;
  const std::string mark = "notice/" + std::to_string(all.size() - 1);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled({rect.min.x, rect.min.y + 0.12F * em()}, {rect.max.x, rect.max.y - 0.12F * em()}, theme().raised, 0.25F * em());
  draw->AddRectFilled({rect.min.x, rect.min.y + 0.12F * em()}, {rect.min.x + 0.25F * em(), rect.max.y - 0.12F * em()}, colour);
  WithFont small(context.fonts().small);
  const float y = rect.min.y + 0.5F * (rect.height() - ImGui::GetFontSize());
  const float close = text_width("Close") + 1.2F * em();
  std::string text = notice.text.substr(0, notice.text.find('\n'));
  const std::string more = all.size() > 1                     ? "  (and " + std::to_string(all.size() - 1) + " more)"
                           : notice.text.size() > text.size() ? "  (more)"
                                                              : "";
  const float room = rect.width() - close - 1.2F * em() - text_width(more);
  text = elide(text, room) + more;
  draw->AddText({rect.min.x + 0.6F * em(), y}, theme().text, text.c_str());
  ImGui::SetCursorScreenPos(rect.min);
  if (ImGui::InvisibleButton("notice", {std::max(rect.width() - close, 1.0F), rect.height()})) bench.overlay().show(Overlay::Kind::kMessages);
  context.mark(mark);
  tooltip(notice.text);
  ImGui::SetCursorScreenPos({rect.max.x - close, rect.min.y + 0.15F * em()});
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.4F * em(), std::max(0.5F * (rect.height() - 0.3F * em() - ImGui::GetFontSize()), 0.0F)});
  if (button(context, mark + "/close", "Close", true, "Escape")) bench.notices().close_newest();
  ImGui::PopStyleVar();
}

}  // namespace vmalab

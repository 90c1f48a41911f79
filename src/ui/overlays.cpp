// SPDX-License-Identifier: GPL-2.0-only
// What lies over the panels for a moment: a list, a text field, the keys.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/words.h"
#include "ui/panel_cache.h"
#include "ui/screen.h"

namespace vmalab {
namespace {

constexpr ImGuiWindowFlags kOverlayFlags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                                           ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav;

}  // namespace

void Screen::overlay(float width, float height) {
  Overlay& overlay = bench.overlay();
  if (!overlay.open()) return;
  const bool small = overlay.is_field() && overlay.kind != Overlay::Kind::kOpen;
  const bool wide_one = overlay.kind == Overlay::Kind::kHelp;
  // Whatever lies behind gets no clicks; one beside the overlay closes it.
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({width, height});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, with_alpha(IM_COL32_BLACK, 0.35F));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});  // up to the edges of the screen
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  if (overlay.opened) ImGui::SetNextWindowFocus();
  ImGui::Begin("shade", nullptr, kOverlayFlags | ImGuiWindowFlags_NoScrollbar);
  ImGui::SetCursorScreenPos({0, 0});
  // Already the press: it would bring the shade before the overlay.
  ImGui::InvisibleButton("beside", {width, height});
  const bool beside = ImGui::IsItemActivated();
  ImGui::End();
  ImGui::PopStyleVar(3);
  ImGui::PopStyleColor();
  if (beside) return overlay.close();
  const float wide = std::min((wide_one ? 76.0F : overlay.is_said() || overlay.kind == Overlay::Kind::kTalk ? 58.0F : 46.0F) * em(), 0.94F * width);
  const float high = std::min((small      ? (overlay.error.empty() ? (overlay.is_said() ? 9.5F : 8.5F) : 13.0F)
                               : wide_one ? 34.0F
                                          : 30.0F) *
                                  em(),
                              0.86F * height);
  ImGui::SetNextWindowPos({0.5F * (width - wide), small ? 0.2F * height : 0.5F * (height - high)});
  ImGui::SetNextWindowSize({wide, high});
  if (bench.overlay().opened) ImGui::SetNextWindowFocus();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {1.2F * em(), em()});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme().panel);
  ImGui::PushStyleColor(ImGuiCol_Border, theme().accent);
  ImGui::Begin("overlay", nullptr, kOverlayFlags);
  const ImVec2 at = ImGui::GetWindowPos();
  context.mark_rect("overlay", at, {at.x + wide, at.y + high});
  switch (overlay.kind) {
    case Overlay::Kind::kScenarios: pick("Scenarios"); break;
    case Overlay::Kind::kLessons: pick("Lessons"); break;
    case Overlay::Kind::kVariants: pick("Variants"); break;
    case Overlay::Kind::kBranches: pick("Beside this branch"); break;
    case Overlay::Kind::kVariantBeside: pick("Beside this, in a variant"); break;
    case Overlay::Kind::kOpenBeside:
      ask_text(
          "Beside this",
          "The folder of a Linux tree, a C file of your own, a scenario, a trace or a link: it runs by the schedule of this run. Its threads have "
          "to have the same names.",
          "Compare");
      break;
    case Overlay::Kind::kOpen: open_file(); break;
    case Overlay::Kind::kSave: ask_text("Save this run", "The file to write; an existing one is never overwritten.", "Save"); break;
    case Overlay::Kind::kExport: {
      const std::string sentence = "The file to write, by its extension: " + bench.exporting().extensions() +
                                   ". Behind it may stand a range of steps: 12-40.";
      ask_text("Export this run", sentence.c_str(), "Export");
      break;
    }
    case Overlay::Kind::kRename: ask_text("Name this branch", "A name that tells this run from the others.", "Rename"); break;
    case Overlay::Kind::kSayTitle:
    case Overlay::Kind::kSayCaption:
    case Overlay::Kind::kSayNote:
    case Overlay::Kind::kSayChapter: say(); break;
    case Overlay::Kind::kTalk: talk_list(); break;
    case Overlay::Kind::kMessages: messages(); break;
    case Overlay::Kind::kStandard: standard(); break;
    case Overlay::Kind::kHelp: help(); break;
    case Overlay::Kind::kNone: break;
  }
  ImGui::End();
  ImGui::PopStyleColor(2);
  ImGui::PopStyleVar();
  bench.overlay().opened = false;
  bench.next_overlay_key();
}

void Screen::pick(const char* title) {
  {
    WithFont font(context.fonts().title);
    label(theme().text, title);
  }
  Overlay& overlay = bench.overlay();
  if (field(ImGui::GetContentRegionAvail().x, "Type to filter")) overlay.row = 0;
  const std::vector<PickerRow> rows = bench.list_rows();
  if (rows.empty()) {
    wrapped(theme().text_dim, overlay.text.empty() ? "There are none in the assets folder. The open one stays."
                                                   : "None contains \xe2\x80\x9c" + overlay.text + "\xe2\x80\x9d.");
    return;
  }
  ImGui::BeginChild("list");
  for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
    const PickerRow& row = rows[static_cast<std::size_t>(i)];
    if (!row.chapter.empty() && (i == 0 || rows[static_cast<std::size_t>(i - 1)].chapter != row.chapter)) {
      WithFont bold(context.fonts().bold);
      if (i > 0) ImGui::Dummy({0, 0.3F * em()});
      label(theme().accent, chapter_heading(bench.documents(), row.chapter, bench.seen()));
    }
    const float high = 2.9F * em();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x;
    const bool chosen = ImGui::Selectable(("##" + row.name).c_str(), i == overlay.row, 0, {room, high});
    context.mark("picker/" + row.name);
    if (i == overlay.row && !ImGui::IsItemVisible()) ImGui::SetScrollHereY();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float x = at.x + 0.6F * em();
    {
      WithFont bold(context.fonts().bold);
      const std::string name = row.title + (row.current ? "  (open)" : row.seen ? "  (seen)" : "");
      draw->AddText({x, at.y + 0.25F * em()}, theme().text, elide(name, room - 1.2F * em()).c_str());
    }
    {
      WithFont small(context.fonts().small);
      draw->AddText({x, at.y + 1.55F * em()}, theme().text_dim, elide(row.text, room - 1.2F * em()).c_str());
    }
    if (chosen) {
      overlay.row = i;
      bench.accept_overlay();
      break;
    }
  }
  ImGui::EndChild();
}

/// The text field of the overlay. While it is written in, its text is ImGui's: what the overlay puts there goes through the callback.
bool Screen::field(float width, const char* hint) {
  Overlay& overlay = bench.overlay();
  constexpr std::size_t kMost = 4096;
  std::array<char, kMost> text{};
  std::strncpy(text.data(), overlay.text.c_str(), text.size() - 1);
  ImGui::SetNextItemWidth(width);
  // What has the keyboard already would lose the letters of this frame.
  if (overlay.focus > 0 && !overlay.writing) ImGui::SetKeyboardFocusHere();
  const auto edit = [](ImGuiInputTextCallbackData* data) {
    Overlay& put = *static_cast<Overlay*>(data->UserData);
    if (put.rewrite && data->EventFlag == ImGuiInputTextFlags_CallbackAlways) {
      data->DeleteChars(0, data->BufTextLen);
      data->InsertChars(0, put.text.c_str());
      put.rewrite = false;
    }
    return 0;
  };
  // Tab is the list's: with this flag ImGui does not go on to the next widget.
  constexpr ImGuiInputTextFlags kFlags = ImGuiInputTextFlags_CallbackAlways | ImGuiInputTextFlags_CallbackCompletion;
  const bool typed = ImGui::InputTextWithHint("##text", hint, text.data(), text.size(), kFlags, edit, &overlay) && overlay.text != text.data();
  if (typed) overlay.text = text.data();
  overlay.focus = std::max(0, overlay.focus - 1);
  overlay.writing = ImGui::IsItemActive();
  context.mark("overlay/text");
  return typed;
}

void Screen::open_file() {
  {
    WithFont large(context.fonts().title);
    label(theme().text, "Open");
  }
  wrapped(theme().text_dim, "A trace (.jsonl), a scenario (.toml), or a link that starts with vmalab:");
  const float confirm_width = text_width("Open") + 2 * ImGui::GetStyle().FramePadding.x;
  {
    WithFont code(context.fonts().code);
    if (field(ImGui::GetContentRegionAvail().x - confirm_width - ImGui::GetStyle().ItemSpacing.x, "~/talk/race.jsonl")) bench.overlay().row = -1;
  }
  ImGui::SameLine();
  if (button(context, "overlay/confirm", "Open")) return bench.accept_overlay();
  Overlay& overlay = bench.overlay();
  if (!overlay.error.empty()) {
    wrapped(theme().bad, overlay.error);
    context.mark("overlay/error");
  }
  const OpenRows& offered = bench.open_list().rows(overlay.text, bench.recent());
  WithFont small(context.fonts().small);
  label(theme().text_dim, overlay.text.empty()   ? offered.rows.empty() ? "Files that you open will be listed here." : "Opened before"
                          : offered.rows.empty() ? "Nothing to open begins like this."
                                                 : "Up and Down choose, Tab completes, Enter opens.");
  ImGui::BeginChild("list");
  for (int i = 0; i < static_cast<int>(offered.rows.size()); ++i) {
    const OpenRow row = offered.rows[static_cast<std::size_t>(i)];
    if (open_row(row, i, i == std::max(overlay.row, 0) && !overlay.text.empty())) {
      bench.take_open_row(row);
      break;
    }
  }
  if (offered.more) label(theme().text_dim, "There are more: type on.");
  ImGui::EndChild();
}

/// One line: the name, and at its right what it is. True: it was clicked.
bool Screen::open_row(const OpenRow& row, int index, bool tab) {
  const bool chosen = index == bench.overlay().row;
  const float high = 1.9F * em(), room = ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::Selectable(("##row" + std::to_string(index)).c_str(), chosen, 0, {room, high});
  context.mark("open/" + std::to_string(index));
  if (chosen && !ImGui::IsItemVisible()) ImGui::SetScrollHereY();
  tooltip(row.path);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const bool gone = row.kind == OpenRow::Kind::kGone;
  float right = at.x + room - 0.6F * em();
  const auto to_the_left = [&](const Font& face, Colour colour, const std::string& text) {
    WithFont font(face);
    right -= text_width(text);
    draw->AddText({right, at.y + 0.5F * (high - ImGui::GetFontSize())}, colour, text.c_str());
    right -= 0.8F * em();
  };
  if (chosen) {
    to_the_left(context.fonts().small, theme().text, "Enter");
  } else if (tab) {
    to_the_left(context.fonts().small, theme().text, "Tab");
  }
  std::string name, text;
  {
    WithFont code(context.fonts().code);
    name = elide(row.label, 0.62F * room);
    draw->AddText({at.x + 0.6F * em(), at.y + 0.5F * (high - ImGui::GetFontSize())}, gone ? theme().text_dim : theme().text, name.c_str());
    right = std::max(right, at.x + 0.6F * em() + text_width(name) + 0.8F * em());
  }
  {
    WithFont code(context.fonts().code);
    text = elide(row.text, right - at.x - 1.4F * em() - text_width(name));
  }
  to_the_left(context.fonts().small, theme().text_dim, text);
  return clicked;
}

void Screen::ask_text(const char* title, const char* sentence, const char* confirm, bool is_code) {
  {
    WithFont large(context.fonts().title);
    label(theme().text, title);
  }
  wrapped(theme().text_dim, sentence);
  const float confirm_width = text_width(confirm) + 2 * ImGui::GetStyle().FramePadding.x;
  {
    WithFont font(is_code ? context.fonts().code : context.fonts().body);
    field(ImGui::GetContentRegionAvail().x - confirm_width - ImGui::GetStyle().ItemSpacing.x, "");
  }
  ImGui::SameLine();
  if (button(context, "overlay/confirm", confirm)) bench.accept_overlay();
  if (!bench.overlay().error.empty()) {
    wrapped(theme().bad, bench.overlay().error);
    context.mark("overlay/error");
  }
}

/// Of a step, or of the whole run: what the author says.
void Screen::say() {
  const Overlay& overlay = bench.overlay();
  const std::string step = "step " + std::to_string(bench.session().depth(overlay.about));
  const std::string empty = " Left empty, it takes away what was there.";
  switch (overlay.kind) {
    case Overlay::Kind::kSayTitle: return ask_text("Title of this run", ("In place of the scenario's." + empty).c_str(), "Say", false);
    case Overlay::Kind::kSayNote:
      return ask_text(("Note at " + step).c_str(), ("For the speaker alone; \\n begins a line." + empty).c_str(), "Say", false);
    case Overlay::Kind::kSayChapter:
      return ask_text(("Chapter at " + step).c_str(), ("Its name: it stands over the timeline, and in the talk's list." + empty).c_str(), "Say",
                      false);
    default: break;
  }
  ask_text(("Caption from " + step + " on").c_str(),
           ("Shown as yours. What stands in braces behind a sentence is checked, and it is told while that is so: r1 is in. {vma0->vm_refcnt == 2}" +
            empty)
               .c_str(),
           "Say", false);
}

/// A row a line: what it is, its step, its words, and at the right what can be done with it.
void Screen::talk_list() {
  {
    WithFont title(context.fonts().title);
    label(theme().text, "What is said of this run");
  }
  Overlay& overlay = bench.overlay();
  if (field(ImGui::GetContentRegionAvail().x, "Type to filter")) overlay.row = 0;
  {
    WithFont small(context.fonts().small);
    label(theme().text_dim,
          "Enter goes there, F2 changes it, Del takes it away, Alt+Up and Alt+Down move a chapter; W, Shift+W and J say more at a step.");
  }
  using Row = Authoring::Row;
  const std::vector<Row> rows = bench.authoring().rows();
  if (rows.empty()) return wrapped(theme().text_dim, "None contains \xe2\x80\x9c" + overlay.text + "\xe2\x80\x9d.");
  ImGui::BeginChild("list");
  const std::size_t chapters = bench.session().talk().markers().size();
  for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
    const Row& row = rows[static_cast<std::size_t>(i)];
    constexpr const char* kHeadings[] = {"Title", "Chapters", "Captions and notes", "Captions and notes"};
    const char* heading = kHeadings[static_cast<std::size_t>(row.kind)];
    if (i == 0 || kHeadings[static_cast<std::size_t>(rows[static_cast<std::size_t>(i - 1)].kind)] != heading) {
      WithFont bold(context.fonts().bold);
      if (i > 0) ImGui::Dummy({0, 0.2F * em()});
      label(theme().accent, heading);
    }
    const std::string mark = "talk/" + std::to_string(i);
    const float high = 1.9F * em(), buttons = 15.5F * em();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x - buttons;
    const bool chosen = ImGui::Selectable(("##" + mark).c_str(), i == overlay.row, 0, {room, high});
    context.mark(mark);
    const bool pointed = ImGui::IsItemHovered();
    if (i == overlay.row && !ImGui::IsItemVisible()) ImGui::SetScrollHereY();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    float x = at.x + 0.5F * em();
    const float y = at.y + 0.5F * (high - ImGui::GetFontSize());
    if (row.kind != Row::Kind::kTitle) {
      const std::string where = "step " + std::to_string(bench.session().depth(row.at));
      draw->AddText({x, y}, theme().text_dim, where.c_str());
      x += 5 * em();
    }
    if (row.kind == Row::Kind::kNote || row.kind == Row::Kind::kChapter) {
      WithFont bold(context.fonts().bold);
      const std::string what = row.kind == Row::Kind::kNote ? "note " : std::to_string(row.chapter + 1) + "  ";
      draw->AddText({x, y}, theme().text_dim, what.c_str());
      x += text_width(what);
    }
    const std::string shown = elide(row.text, at.x + room - x - 0.5F * em());
    draw->AddText({x, y}, theme().text, shown.c_str());
    if (pointed && shown != row.text) tooltip(row.text);
    const auto at_right = [&](float left, const char* name, const char* text, bool enabled, const char* why) {
      ImGui::SetCursorScreenPos({at.x + room + left * em(), at.y + 0.15F * em()});
      return button(context, mark + "/" + name, (std::string(text) + "##" + mark).c_str(), enabled, why);
    };
    const bool is_chapter = row.kind == Row::Kind::kChapter;
    const bool said = row.kind != Row::Kind::kTitle || !bench.session().talk().title().empty();
    if (is_chapter && at_right(0.3F, "earlier", "Up", row.chapter > 0, "Earlier in the talk (Alt+Up)"))
      bench.authoring().move_chapter(row.chapter, -1);
    if (is_chapter && at_right(3.0F, "later", "Down", row.chapter + 1 < chapters, "Later in the talk (Alt+Down)"))
      bench.authoring().move_chapter(row.chapter, 1);
    const bool change = at_right(7.0F, "change", "Change", true, "Other words (F2)");
    const bool away = said && at_right(11.3F, "away", "Remove", true, "Take it away (Del)");
    ImGui::SetCursorScreenPos({at.x, at.y + high + 0.15F * em()});
    if (!chosen && !change && !away) continue;
    overlay.row = i;
    if (chosen) bench.authoring().choose(row);
    if (change) bench.authoring().change(row);
    if (away) bench.authoring().take_away(row);
    break;
  }
  ImGui::EndChild();
}

void Screen::standard() {
  {
    WithFont large(context.fonts().title);
    label(theme().text, "New standard scenario");
  }
  label(theme().text_dim, "Up and Down choose a row, Left and Right change it, Enter opens.");
  ImGui::Spacing();
  Overlay& overlay = bench.overlay();
  const Overlay::Standard& now = overlay.standard;
  const std::string values[] = {std::to_string(now.readers), std::to_string(now.writers), std::to_string(now.detachers), now.signals ? "yes" : "no",
                                now.lockdep ? "on" : "off"};
  constexpr const char* kNames[] = {"Readers", "Writers", "Detachers", "Fatal signals at any time", "Lockdep"};
  for (int row = 0; row < Overlay::Standard::kRows; ++row) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float wide = ImGui::GetContentRegionAvail().x, high = 1.9F * em();
    if (row == overlay.row) ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + wide, at.y + high}, theme().selection, 0.25F * em());
    const float y = at.y + 0.5F * (high - ImGui::GetFontSize());
    ImGui::GetWindowDrawList()->AddText({at.x + 0.6F * em(), y}, theme().text, kNames[row]);
    const std::string mark = "standard/" + std::to_string(row);
    ImGui::SetCursorScreenPos({at.x + wide - 9 * em(), at.y + 0.2F * em()});
    if (button(context, mark + "/less", ("-##" + mark).c_str())) overlay.standard.change(overlay.row = row, -1);
    WithFont bold(context.fonts().bold);
    ImGui::GetWindowDrawList()->AddText({at.x + wide - 5.5F * em() - 0.5F * text_width(values[row]), y}, theme().text, values[row].c_str());
    ImGui::SetCursorScreenPos({at.x + wide - 3 * em(), at.y + 0.2F * em()});
    if (button(context, mark + "/more", ("+##" + mark).c_str())) overlay.standard.change(overlay.row = row, 1);
    ImGui::SetCursorScreenPos({at.x, at.y + high + 0.2F * em()});
  }
  ImGui::Spacing();
  if (button(context, "overlay/confirm", "Open")) return bench.accept_overlay();
  if (overlay.error.empty()) return;
  ImGui::SameLine();
  wrapped(theme().bad, overlay.error);
  context.mark("overlay/error");
}

/// Newest first, each whole.
void Screen::messages() {
  {
    WithFont large(context.fonts().title);
    label(theme().text, "Messages");
  }
  if (bench.notices().empty()) wrapped(theme().text_dim, "There are none.");
  ImGui::BeginChild("list");
  const std::deque<Notice> all = bench.notices().all();
  for (std::size_t i = all.size(); i-- > 0;) {
    ImGui::Spacing();
    ImGui::PushTextWrapPos(ImGui::GetContentRegionMax().x - 4.5F * em());
    label(all[i].kind == NoticeKind::kInfo ? theme().text_dim : theme().text, all[i].text);
    ImGui::PopTextWrapPos();
    ImGui::SameLine(ImGui::GetContentRegionMax().x - 4 * em());
    if (button(context, "messages/" + std::to_string(i) + "/close", ("Close##" + std::to_string(i)).c_str())) bench.notices().close(i);
  }
  ImGui::EndChild();
}

/// On the stage: what its keys do there.
void Screen::stage_keys() {
  {
    WithFont large(context.fonts().title);
    label(theme().text, "Keys on the stage");
  }
  const std::span<const Stage::KeyMeaning> keys = Stage::keys();
  const float left = ImGui::GetCursorPosX(), sentence = left + 15 * em();
  ImGui::BeginChild("keys");
  bench.overlay().row = 0;
  for (std::size_t i = 0; i < keys.size();) {
    // Keys that do the same stand together.
    std::string names = key_text(keys[i].key);
    std::size_t next = i + 1;
    for (; next < keys.size() && keys[next].act == keys[i].act; ++next) names += ", " + key_text(keys[next].key);
    label(theme().text, names);
    ImGui::SameLine(sentence - left);
    wrapped(theme().text_dim, keys[i].sentence);
    context.mark("help/stage/" + key_text(keys[i].key));
    i = next;
  }
  ImGui::Dummy({1, 0.5F * em()});
  wrapped(theme().text_dim, "All other keys are those of the desk: " + shortcut_text(command(CommandId::kStage).shortcut) +
                                " goes back to it, and there " + shortcut_text(command(CommandId::kHelp).shortcut) + " lists them.");
  ImGui::EndChild();
}

void Screen::help() {
  if (bench.stage().on()) return stage_keys();
  {
    WithFont large(context.fonts().title);
    label(theme().text, "Keys and commands");
  }
  const char* digits = "1 to 9 select a thread, in a lesson answer; Shift+1 to 9 answer a quiz, choose what a step reads. Esc closes this.";
  ImGui::SameLine(0, em());
  if (text_width(digits) <= ImGui::GetContentRegionAvail().x) {
    ImGui::AlignTextToFramePadding();
    label(theme().text_dim, digits);
  } else {
    ImGui::NewLine();
    WithFont small(context.fonts().small);
    wrapped(theme().text_dim, digits);
  }
  ImGui::BeginChild("keys");
  int& lines = bench.overlay().row;  // that the arrows ask for
  if (lines != 0) ImGui::SetScrollY(ImGui::GetScrollY() + 1.3F * em() * static_cast<float>(lines));
  lines = 0;
  key_columns();
  ImGui::EndChild();
}

/// Each column is as wide as what stands in it; there are as many as fit, and what does not fit below scrolls.
void Screen::key_columns() {
  WithFont small(context.fonts().small);
  struct Row {
    std::string_view heading;  ///< of a menu; then there is no command
    const Command* what = nullptr;
  };
  struct Column {
    std::vector<Row> rows;
    float keys = 0, titles = 0;
    float width() const { return keys + titles; }
  };
  const float gap = 0.8F * em(), between = 1.3F * em();
  const auto put = [&](std::vector<Column>& columns, std::size_t most, const Command& what, bool begins) {
    // A heading stays with its first command; one that goes on in the next column stands there, too.
    const bool full = columns.empty() || columns.back().rows.size() + (begins ? 3 : 1) > most;
    if (full) columns.emplace_back();
    Column& column = columns.back();
    if (begins && !column.rows.empty()) column.rows.push_back({});
    if (begins || full) {
      WithFont bold(context.fonts().bold);
      column.rows.push_back({what.menu});
      column.titles = std::max(column.titles, text_width(what.menu) - column.keys);
    }
    column.rows.push_back({{}, &what});
    column.keys = std::max(column.keys, text_width(shortcut_text(what.shortcut)) + gap);
    column.titles = std::max(column.titles, text_width(what.title));
  };
  const auto in_columns = [&](std::size_t most) {
    std::vector<Column> columns;
    std::string_view menu;
    for (const Command& what : command_table()) {
      put(columns, most, what, what.menu != menu);
      menu = what.menu;
    }
    return columns;
  };
  const auto width_of = [&](const std::vector<Column>& columns) {
    float sum = between * static_cast<float>(columns.size() - 1);
    for (const Column& column : columns) sum += column.width();
    return sum;
  };
  // As many columns as stand beside each other, all about as high.
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float bar = ImGui::GetStyle().ScrollbarSize;
  constexpr std::size_t kMostColumns = 6;
  std::vector<Column> columns;
  for (std::size_t count = kMostColumns; count > 0 && (columns.empty() || width_of(columns) > room.x - bar); --count) {
    std::size_t most = std::max<std::size_t>(4, command_table().size() / count);
    for (columns = in_columns(most); columns.size() > count;) columns = in_columns(++most);
  }
  std::size_t longest = 0;
  for (const Column& column : columns) longest = std::max(longest, column.rows.size());
  const float line = std::clamp(room.y / static_cast<float>(longest), 1.3F * em(), 1.6F * em());
  // What is left is shared out between the columns.
  const float spare = std::max(0.0F, room.x - bar - width_of(columns)) / static_cast<float>(columns.size());
  const ImVec2 origin = ImGui::GetCursorPos();
  float x = origin.x;
  for (const Column& column : columns) {
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      const Row& row = column.rows[i];
      const float y = origin.y + line * static_cast<float>(i);
      ImGui::SetCursorPos({x, y});
      if (!row.heading.empty()) {
        WithFont bold(context.fonts().bold);
        label(theme().accent, row.heading);
      }
      if (row.what == nullptr) continue;
      const bool enabled = row.what->enabled(bench);
      label(theme().text, shortcut_text(row.what->shortcut));
      ImGui::SetCursorPos({x + column.keys, y});
      if (ImGui::Selectable((std::string(row.what->title) + "##" + std::string(row.what->name)).c_str(), false,
                            enabled ? 0 : ImGuiSelectableFlags_Disabled, {column.titles, 0})) {
        bench.run(row.what->id);
      }
      context.mark("help/" + std::string(row.what->name), enabled);
      tooltip(row.what->sentence);
    }
    x += column.width() + between + spare;
  }
}

}  // namespace vmalab

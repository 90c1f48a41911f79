// SPDX-License-Identifier: GPL-2.0-only
// The C that runs: where each thread stands in it, what a name is worth now, and a click that runs a thread to a line.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "ui/paint.h"
#include "ui/panel_cache.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "view/source_values.h"

namespace vmalab {
namespace {

constexpr std::size_t kDiffContext = 3;  ///< unchanged lines shown around a change

Colour token_colour(const Theme& theme, TokenKind kind) {
  switch (kind) {
    case TokenKind::kText: return theme.code_text;
    case TokenKind::kKeyword: return theme.code_keyword;
    case TokenKind::kType: return theme.code_type;
    case TokenKind::kFunction: return theme.code_function;
    case TokenKind::kMacro: return theme.code_macro;
    case TokenKind::kNumber: return theme.code_number;
    case TokenKind::kString: return theme.code_string;
    case TokenKind::kComment: return theme.code_comment;
  }
  return theme.code_text;
}

std::string_view file_name(std::string_view path) { return path.substr(path.find_last_of('/') + 1); }

struct SourcePanel {
  const PanelContext& context;
  SourceState& memory;
  PanelCache::Source& cache;
  int file = 0;
  std::vector<SourceMarker> markers{};
  float char_width = 0, line_height = 0, gutter = 0;
  float scrolled = 0;  ///< how far down the picture is: ImGui follows a frame later what was asked for

  float em() const { return context.em(); }
  const Theme& theme() const { return context.theme(); }
  const std::vector<SourceFile>& files() const { return context.machine().code().files(); }
  const SourceFile& source() const { return files()[static_cast<std::size_t>(file)]; }
  /// A line of the model although a kernel tree is loaded: nobody is to take it for the tree's.
  bool of_the_model() const { return context.machine().code().has_tree() && source().origin == SourceFile::Origin::kModel; }
  bool breaks() const { return context.last_step() != nullptr && context.last_step()->violations != 0; }
  Colour colour_of(const SourceMarker& marker) const { return marker.past && breaks() ? theme().bad : theme().thread(marker.thread); }

  void file_row();
  void follow_threads();
  void text();
  void row(const SourceRow& row, ImVec2 at, float width);
  void gutter_of(const SourceRow& row, ImVec2 at, bool hot, bool runnable) const;
  void order_of(const SourceRow& row, ImVec2 at, float width) const;
  std::string names_text(const std::vector<ThreadId>& threads) const;
  std::string place_of(const SourceMarker& marker) const;
  void show_thread(ThreadId thread);
  void more_threads(const std::vector<const SourceMarker*>& rest);
  void tokens(const SourceRow& row, ImVec2 text_at) const;
  void expressions(const SourceRow& row, ImVec2 text_at) const;
  void value_under_mouse(const SourceRow& row, ImVec2 text_at) const;
  void diff();
  void diff_line(const DiffLine& line) const;
  float text_x(const SourceRow& row, int column) const { return static_cast<float>(row.indent + column - row.first) * char_width; }
};

std::string SourcePanel::names_text(const std::vector<ThreadId>& threads) const {
  std::string names;
  for (const ThreadId t : threads) names += (names.empty() ? "" : ", ") + context.thread_name(t);
  return names;
}

std::string SourcePanel::place_of(const SourceMarker& marker) const {
  return context.thread_name(marker.thread) + " is at " + std::string(file_name(files()[static_cast<std::size_t>(marker.file)].path)) + ":" +
         std::to_string(marker.line);
}

void SourcePanel::show_thread(ThreadId thread) {
  memory.follow = true;
  context.actions.select_thread(thread);
}

/// The threads whose buttons have no room, as a list.
void SourcePanel::more_threads(const std::vector<const SourceMarker*>& rest) {
  const std::string count = "+" + std::to_string(rest.size());
  std::vector<const SourceMarker*> all;  // so that the arrows walk a list that stays
  for (const SourceMarker& marker : markers) {
    if (!marker.caller && !marker.past) all.push_back(&marker);
  }
  ImGui::SetNextItemWidth(text_width("+00") + 0.9F * em());
  const bool open = ImGui::BeginCombo("##threads", count.c_str(), ImGuiComboFlags_HeightLarge | ImGuiComboFlags_NoArrowButton);
  context.mark("source/threads");
  if (!open) {
    std::string where;
    for (const SourceMarker* marker : rest) where += (where.empty() ? "" : "\n") + place_of(*marker);
    return tooltip(where);
  }
  const auto chosen = std::find_if(all.begin(), all.end(), [&](const SourceMarker* marker) { return marker->thread == context.selected; });
  const int here = chosen == all.end() ? 0 : static_cast<int>(chosen - all.begin());
  if (const int row = list_row(context, here, static_cast<int>(all.size())); row != here) show_thread(all[static_cast<std::size_t>(row)]->thread);
  for (const SourceMarker* marker : all) {
    if (ImGui::Selectable(place_of(*marker).c_str(), marker->thread == context.selected)) show_thread(marker->thread);
    context.mark("source/threads/" + context.thread_name(marker->thread));
  }
  ImGui::EndCombo();
}

/// The file's name opens the list of all files; beside it, one button for each thread that stands in another file.
void SourcePanel::file_row() {
  WithFont small(context.fonts().small);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.45F * em(), 0.18F * em()});
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const std::string name = std::string(file_name(source().path)) + (of_the_model() ? " (model)" : "");
  ImGui::SetNextItemWidth(std::min(text_width(name) + ImGui::GetFrameHeight() + 1.4F * em(), 0.5F * (right - ImGui::GetCursorScreenPos().x)));
  const bool open = ImGui::BeginCombo("##file", name.c_str(), ImGuiComboFlags_HeightLarge);
  context.mark("source/file");
  if (!open) {
    tooltip(source().path + "  ([ and ] for the other files)" +
            (of_the_model() ? "\nTinted: these lines are the model's, not those of the kernel tree that is loaded." : ""));
  }
  if (open) {
    const auto show = [&](int other) {
      memory.file = other;
      memory.follow = false;
      memory.cursor_line = 0;
    };
    std::vector<int> listed;
    for (int i = 0; i < static_cast<int>(files().size()); ++i) {
      if (files()[static_cast<std::size_t>(i)].origin != SourceFile::Origin::kExpression) listed.push_back(i);
    }
    const auto here = static_cast<int>(std::find(listed.begin(), listed.end(), file) - listed.begin());
    if (const int row = list_row(context, here, static_cast<int>(listed.size())); row != here) show(listed[static_cast<std::size_t>(row)]);
    for (const int i : listed) {
      const SourceFile& other = files()[static_cast<std::size_t>(i)];
      if (ImGui::Selectable((other.path + "##" + std::to_string(i)).c_str(), i == file)) show(i);
      context.mark("source/file/" + other.path);
    }
    ImGui::EndCombo();
  }
  const auto room_for = [&](float width) {
    if (ImGui::GetItemRectMax().x + 0.3F * em() + width > right) return false;
    ImGui::SameLine(0, 0.3F * em());
    return true;
  };
  const float follow_width = text_width("Follow") + 0.9F * em(), more_width = text_width("+00") + 0.9F * em();
  std::vector<const SourceMarker*> elsewhere;
  for (const SourceMarker& marker : markers) {
    if (marker.caller || marker.past) continue;
    if (marker.thread == context.selected && marker.file == file && memory.follow) continue;
    elsewhere.push_back(&marker);
  }
  for (std::size_t i = 0; i < elsewhere.size(); ++i) {
    const ThreadId id = elsewhere[i]->thread;
    const std::string& thread = context.thread_name(id);
    const float behind = follow_width + 0.6F * em() + (i + 1 < elsewhere.size() ? more_width + 0.3F * em() : 0);
    if (!room_for(text_width(thread) + thread_mark_width(id) + 0.9F * em() + behind)) {
      elsewhere.erase(elsewhere.begin(), elsewhere.begin() + static_cast<std::ptrdiff_t>(i));
      if (room_for(more_width + follow_width + 0.6F * em())) more_threads(elsewhere);
      break;
    }
    if (thread_button(context, "source/thread/" + thread, thread.c_str(), id, true, place_of(*elsewhere[i]) + ". Show it.")) show_thread(id);
  }
  if (ImGui::GetItemRectMax().x + 0.3F * em() + follow_width <= right + 1) {
    ImGui::SameLine(0, 0);
    ImGui::SetCursorScreenPos({right - follow_width, ImGui::GetItemRectMin().y});
    if (toggle(context, "source/follow", "Follow", memory.follow, "Keep the selected thread's line in view."))
      context.actions.run(CommandId::kFollow);
  }
  ImGui::PopStyleVar();
}

void SourcePanel::follow_threads() {
  const float height = ImGui::GetWindowHeight();
  const auto scroll_to = [&](float to) {
    const float most = (static_cast<float>(cache.rows.size()) - std::floor(height / line_height)) * line_height;
    scrolled = std::clamp(to, 0.0F, std::max(most, 0.0F));
    ImGui::SetScrollY(scrolled);
  };
  const auto show = [&](int line, float where) {
    const float y = static_cast<float>(row_of_line(cache.rows, line)) * line_height;
    // Whole lines at the top.
    scroll_to(std::floor((y - where * height) / line_height) * line_height);
  };
  const auto is_visible = [&](int line) {
    const float y = static_cast<float>(row_of_line(cache.rows, line)) * line_height;
    return y >= scrolled + 2 * line_height && y + 3 * line_height <= scrolled + height;
  };
  const NodeId cursor = context.session().cursor();
  const int thread = context.selected.value;
  if (memory.scroll_to_cursor) {
    if (memory.cursor_line > 0 && !is_visible(memory.cursor_line)) show(memory.cursor_line, 0.45F);
    memory.scroll_to_cursor = false;
    cache.shown_cursor = cursor;  // the mark was asked for: it stays in view, also of a file that was just opened
    cache.shown_thread = thread;
    return;
  }
  const bool new_file = cache.shown_cursor == kNoNode;
  // Another size of the panel or of its type, as when the stage is left, shows other lines.
  const std::pair size{line_height, height};
  if (!new_file && size == cache.shown_size && cursor == cache.shown_cursor && thread == cache.shown_thread) return;
  cache.shown_cursor = cursor;
  cache.shown_thread = thread;
  cache.shown_size = size;
  if (!memory.follow && !new_file) return;
  for (const SourceMarker& marker : markers) {
    if (marker.caller || marker.file != file || marker.thread != context.selected) continue;
    if (new_file || !is_visible(marker.line)) show(marker.line, 0.4F);
    return;
  }
  // A thread that is done stands at the end of its function.
  const SourcePos end = context.machine().program(context.selected).code[Machine::pc(context.state(), context.selected)].pos;
  if (end.line > 0 && end.file == file) {
    if (new_file || !is_visible(static_cast<int>(end.line))) show(static_cast<int>(end.line), 0.4F);
  } else if (new_file) {
    scroll_to(0);
  }
}

void SourcePanel::gutter_of(const SourceRow& row, ImVec2 at, bool hot, bool runnable) const {
  if (row.first != 0) return;
  std::vector<ThreadId> here;
  bool caller = false;
  const SourceMarker* past = nullptr;
  for (const SourceMarker& marker : markers) {
    if (marker.file != file || marker.line != row.line) continue;
    if (marker.caller) {
      caller = true;
    } else if (marker.past) {
      past = &marker;
    } else {
      here.push_back(marker.thread);
    }
  }
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float right = at.x + gutter - 0.7F * em();
  const float y = at.y + 0.5F * (line_height - ImGui::GetFontSize());
  if (here.empty() && past != nullptr) {
    const std::string& name = context.thread_name(past->thread);
    const ImVec2 min{at.x, at.y + 0.06F * em()}, max{right + 0.45F * em(), at.y + line_height - 0.06F * em()};
    draw->AddRect(min, max, colour_of(*past), 0.2F * em(), 0, 2 * hairline(context));
    paint_text_centred({0.5F * (min.x + max.x), 0.5F * (min.y + max.y)}, max.x - min.x, colour_of(*past), name);
    rect_tooltip(min, max, name + "'s step was here.");
    return;
  }
  if (here.empty()) {
    const std::string number = std::to_string(row.line);
    const Colour selected = theme().thread(context.selected);
    paint_text_right(right, y, gutter, hot && runnable ? selected : theme().text_faint, number);
    // A call the selected thread is in the middle of.
    if (caller) draw->AddRectFilled({right + 0.2F * em(), at.y}, {right + 0.38F * em(), at.y + line_height}, selected);
    return;
  }
  // Threads take the place of the number: each by its name. Where not all have the room, one of them, and how many more.
  const float x = at.x;
  const float width = right + 0.45F * em() - x;
  const auto n = static_cast<float>(here.size());
  const float each = width / n;
  const auto shows_name = [&](ThreadId t, float wide) {
    return text_width(context.thread_name(t)) + thread_mark_width(t) + (n > 1 ? 0.2F * em() : 0) <= wide;
  };
  const auto chip = [&](ThreadId t, float from, float to) {
    const ImVec2 min{from, at.y + 0.04F * em()}, max{to, at.y + line_height - 0.04F * em()};
    paint_thread_fill(context, min, max, t, 0.2F * em());
    const float mark = thread_mark_width(t);
    paint_text_centred({0.5F * (min.x + mark + max.x), 0.5F * (min.y + max.y)}, max.x - min.x - mark, theme().on_thread(), context.thread_name(t));
  };
  if (here.size() == 1 || std::all_of(here.begin(), here.end(), [&](ThreadId t) { return shows_name(t, each - hairline(context)); })) {
    for (std::size_t i = 0; i < here.size(); ++i)
      chip(here[i], x + each * static_cast<float>(i), x + each * static_cast<float>(i + 1) - (i + 1 < here.size() ? hairline(context) : 0));
  } else {
    const bool has_selected = std::find(here.begin(), here.end(), context.selected) != here.end();
    const std::string more = "+" + std::to_string(here.size() - 1);
    const float rest = text_width(more) + 0.35F * em();
    chip(has_selected ? context.selected : here.front(), x, x + width - rest);
    paint_text_right(x + width - 0.2F * em(), y, rest, theme().text, more);
    context.mark_rect("source/more/" + std::to_string(row.line), {x, at.y}, {x + width, at.y + line_height});
  }
  rect_tooltip({x, at.y}, {x + width, at.y + line_height}, names_text(here) + (here.size() == 1 ? " is here." : " are here."));
}

/// How the accesses of this line are ordered, at its end.
void SourcePanel::order_of(const SourceRow& row, ImVec2 at, float width) const {
  if (row.first != 0 || row.line >= static_cast<int>(cache.orders.size())) return;
  const std::string& words = cache.orders[static_cast<std::size_t>(row.line)];
  if (words.empty()) return;
  WithFont small(context.fonts().small);
  const float wide = text_width(words), left = at.x + width - wide - 0.5F * em();
  const float text_y = at.y + 0.5F * (line_height - ImGui::GetFontSize());
  paint_text({left, text_y}, wide + 1, orders_something(words) ? theme().accent : theme().text_faint, words);
}

void SourcePanel::tokens(const SourceRow& row, ImVec2 text_at) const {
  const SourceLine& line = cache.lines[static_cast<std::size_t>(row.line) - 1];
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (const TokenRun& token : line.tokens) {
    const int first = std::max(token.first, row.first), last = std::min(token.last, row.last);
    if (first >= last) continue;
    const char* begin = line.text.data() + first;
    draw->AddText({text_at.x + text_x(row, first), text_at.y}, token_colour(theme(), token.kind), begin, begin + (last - first));
  }
}

/// The access each thread makes next: underlined in its colour, boxed for the selected one. The one just made is a bare frame,
/// red where it broke a check. Threads that make the same share one line; where they are more than it has room for, it has no colour.
void SourcePanel::expressions(const SourceRow& row, ImVec2 text_at) const {
  struct Line {
    int first, last;
    std::vector<ThreadId> threads;
  };
  std::vector<Line> lines;
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float below = text_at.y + ImGui::GetFontSize();
  for (const SourceMarker& marker : markers) {
    if (marker.caller || marker.file != file || marker.line != row.line) continue;
    const int first = std::max(marker.first, row.first), last = std::min(marker.last, row.last);
    if (first >= last) continue;
    if (!marker.past && marker.thread != context.selected) {
      const auto same = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.first == first && line.last == last; });
      same == lines.end() ? lines.push_back({first, last, {marker.thread}}) : same->threads.push_back(marker.thread);
      continue;
    }
    const float left = text_at.x + text_x(row, first), right = text_at.x + text_x(row, last);
    const Colour colour = colour_of(marker);
    const ImVec2 min{left - 0.12F * em(), text_at.y - 0.02F * em()}, max{right + 0.12F * em(), below + 0.12F * em()};
    if (!marker.past) draw->AddRectFilled(min, max, with_alpha(colour, Theme::kBoxAlpha), 0.2F * em());
    draw->AddRect(min, max, colour, 0.2F * em(), 0, (marker.past ? 2 : 1) * hairline(context));
    if (!marker.past && thread_mark(marker.thread) > 0) paint_thread_fill(context, {min.x, max.y - 0.11F * em()}, max, marker.thread);
  }
  // Never lower than its own line: what is below is the next line's text.
  const float high = std::max(1.0F, std::round(0.11F * em())),
              y = std::min(std::round(below + 0.02F * em()), text_at.y - 0.5F * (line_height - ImGui::GetFontSize()) + line_height - high);
  for (const Line& line : lines) {
    const float left = text_at.x + text_x(row, line.first), right = text_at.x + text_x(row, line.last);
    const auto count = static_cast<float>(line.threads.size());
    const float each = (right - left) / count;
    if (line.threads.size() > 1 && each < 1.2F * em()) {
      draw->AddRectFilled({left, y}, {right, y + high}, theme().text_dim);
    } else {
      for (std::size_t i = 0; i < line.threads.size(); ++i) {
        const float from = left + each * static_cast<float>(i), gap = i + 1 < line.threads.size() ? 2 * hairline(context) : 0;
        paint_thread_fill(context, {from, y}, {from + each - gap, y + high}, line.threads[i]);
      }
    }
    context.mark_rect("source/underline/" + std::to_string(row.line) + "/" + std::to_string(line.first), {left, y}, {right, y + high});
  }
}

void SourcePanel::value_under_mouse(const SourceRow& row, ImVec2 text_at) const {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const int column = row.first - row.indent + static_cast<int>(std::floor((mouse.x - text_at.x) / char_width));
  if (column < row.first || column >= row.last) return;
  const std::string_view written = source().lines[static_cast<std::size_t>(row.line) - 1];
  const std::vector<NamedValue> values = values_at(context.machine(), context.state(), context.selected, file, row.line,
                                                   written_column(written, column));
  if (values.empty()) return;
  if (values.front().place) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    context.actions.point_at(*values.front().place);
    // A double click runs there.
    if (ImGui::IsMouseReleased(0) && ImGui::GetIO().MouseClickedLastCount[0] == 1) context.actions.ask_why(*values.front().place);
  }
  ImGui::BeginTooltip();
  for (const NamedValue& value : values) {
    {
      WithFont code(context.fonts().code_bold);
      label(theme().text, value.name + " = " + value.value);
    }
    if (value.note.empty()) continue;
    WithFont small(context.fonts().small);
    label(theme().text_dim, value.note);
  }
  ImGui::EndTooltip();
}

void SourcePanel::row(const SourceRow& row, ImVec2 at, float width) {
  const ImVec2 end{at.x + width, at.y + line_height};
  const bool hot = hovered(at, end);
  const bool runnable = row.line < static_cast<int>(cache.runnable.size()) && cache.runnable[static_cast<std::size_t>(row.line)];
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const SourceMarker* here = nullptr;
  for (const SourceMarker& marker : markers) {
    if (marker.caller || marker.file != file || marker.line != row.line) continue;
    if (here == nullptr || marker.thread == context.selected) here = &marker;
  }
  if (here != nullptr) {
    const Colour wash = here->past && breaks() ? theme().broken_wash() : theme().thread_wash(here->thread);
    draw->AddRectFilled({at.x + gutter - 0.3F * em(), at.y}, end, wash);
  } else if (hot && runnable) {
    draw->AddRectFilled({at.x + gutter - 0.3F * em(), at.y}, end, theme().code_line);
  } else if (of_the_model()) {
    draw->AddRectFilled({at.x + gutter - 0.3F * em(), at.y}, end, theme().model_line());
  }
  if (memory.cursor_line == row.line) {
    draw->AddRect({at.x + gutter - 0.3F * em(), at.y}, end, theme().accent, 0.2F * em(), 0, hairline(context));
  }
  const ImVec2 text_at{at.x + gutter, at.y + 0.5F * (line_height - ImGui::GetFontSize())};
  expressions(row, text_at);
  tokens(row, text_at);
  gutter_of(row, at, hot, runnable);
  order_of(row, at, width);

  ImGui::SetCursorScreenPos(at);
  ImGui::PushID(row.line * 64 + std::min(row.first, 63));
  const bool clicked = ImGui::InvisibleButton("line", {width, line_height});
  // A click marks; the number, or a double click, runs.
  const bool runs = clicked && (ImGui::GetIO().MousePos.x < at.x + gutter - 0.3F * em() || ImGui::GetIO().MouseClickedLastCount[0] == 2);
  ImGui::PopID();
  if (row.first == 0) context.mark("source/line/" + std::to_string(row.line), runnable);
  if (hot) value_under_mouse(row, text_at);
  if (clicked) {
    memory.cursor_line = row.line;
    if (runs) context.actions.run_to_line(context.selected, file, row.line);
  }
}

void SourcePanel::text() {
  ImGui::BeginChild("text", {0, 0}, false, ImGuiWindowFlags_NoNav);
  {
    WithFont code(context.fonts().code_small);
    char_width = text_width("0");
    line_height = std::round(1.42F * ImGui::GetFontSize());
    const std::size_t count = source().lines.size();
    std::size_t digits = std::max<std::size_t>(std::to_string(count).size(), 3);
    // In place of a number stands a name, and where all may meet how many more there are.
    if (const std::vector<ThreadSetup>& threads = context.scenario().threads; threads.size() > 2) {
      std::size_t name = 0;
      for (const ThreadSetup& thread : threads) name = std::max(name, std::min<std::size_t>(thread.name.size(), 4));
      digits = std::max(digits, name + std::to_string(threads.size()).size() + 1);
    }
    gutter = char_width * static_cast<float>(digits) + 1.2F * em();
    const float width = ImGui::GetContentRegionAvail().x;
    const float scrollbar = ImGui::GetScrollMaxY() > 0 ? 0 : ImGui::GetStyle().ScrollbarSize;
    // How accesses are ordered stands beside the code, not over it.
    const float orders = context.machine().weak() != nullptr ? 7.5F * em() : 0;
    const int columns = static_cast<int>((width - gutter - scrollbar - orders) / char_width);
    if (cache.serial != context.serial() || cache.file != file) {
      cache.serial = context.serial();
      cache.file = file;
      cache.columns = 0;
      cache.program = -1;
      cache.lines = highlight(source().lines);
      cache.shown_cursor = kNoNode;
    }
    if (cache.columns != columns) {
      cache.columns = columns;
      cache.rows = fold(cache.lines, columns);
      cache.shown_cursor = kNoNode;
    }
    const int program = context.machine().program_index(context.selected);
    if (cache.program != program) {
      cache.program = program;
      cache.runnable = runnable_lines(context.machine().program(context.selected), file, static_cast<int>(count));
      cache.orders.clear();
      if (context.machine().weak() != nullptr)
        cache.orders = access_orders(context.machine().program(context.selected), file, static_cast<int>(count));
    }
    scrolled = ImGui::GetScrollY();
    follow_threads();

    // Only what is in view is looked at, however long the file is.
    const ImVec2 top = ImGui::GetCursorScreenPos();
    const ImVec2 origin{top.x, top.y + ImGui::GetScrollY() - scrolled};
    const int first = std::max(0, static_cast<int>(std::floor(scrolled / line_height)) - 1);
    const int visible = static_cast<int>(std::ceil(ImGui::GetWindowHeight() / line_height)) + 2;
    const int last = std::min(static_cast<int>(cache.rows.size()), first + visible);
    for (int i = first; i < last; ++i) {
      row(cache.rows[static_cast<std::size_t>(i)], {origin.x, origin.y + static_cast<float>(i) * line_height}, width);
    }
    // So much below the last line that the end, too, begins with a whole line.
    const float rest = std::fmod(ImGui::GetWindowHeight(), line_height);
    ImGui::SetCursorScreenPos({top.x, top.y + static_cast<float>(cache.rows.size()) * line_height + rest - 1});
    ImGui::Dummy({1, 1});
  }
  ImGui::EndChild();
}

void SourcePanel::diff_line(const DiffLine& line) const {
  WithFont code(context.fonts().code_small);
  const float wide = text_width("0");
  const float number = 4.5F * wide;
  if (line.kind == DiffLine::Kind::kHeading) {
    WithFont bold(context.fonts().bold);
    wrapped(theme().accent, line.text);
    return;
  }
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (line.kind == DiffLine::Kind::kGap) {
    label(theme().text_faint, line.text);
    return;
  }
  const bool added = line.kind == DiffLine::Kind::kAdded, removed = line.kind == DiffLine::Kind::kRemoved;
  const Colour colour = removed ? theme().text_dim : theme().text;
  // Long lines wrap; the height is known before the background is drawn.
  const std::string shown = (added ? "+ " : removed ? "- " : "  ") + highlight({line.text})[0].text;
  const float room = ImGui::GetContentRegionAvail().x - number;
  const float high = ImGui::CalcTextSize(shown.c_str(), nullptr, false, std::max(room, 10 * wide)).y;
  if (added || removed) {
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + room + number, at.y + high + 0.1F * em()},
                                              added ? mix(theme().panel, theme().good, 0.2F) : theme().raised);
  }
  paint_text_right(at.x + number - wide, at.y, number, theme().text_faint, std::to_string(line.line));
  ImGui::SetCursorScreenPos({at.x + number, at.y});
  wrapped(colour, shown);
  ImGui::SetCursorScreenPos({at.x, at.y + high + 0.1F * em()});
}

void SourcePanel::diff() {
  if (cache.diff_serial != context.serial()) {
    cache.diff_serial = context.serial();
    cache.diff = near_changes(variant_diff(context.machine().code()), kDiffContext);
  }
  ImGui::BeginChild("diff", {0, 0}, false, ImGuiWindowFlags_NoNav);
  float& scroll = memory.diff_scroll;
  if (scroll != 0) ImGui::SetScrollY(std::clamp(ImGui::GetScrollY() + scroll * 1.3F * em(), 0.0F, ImGui::GetScrollMaxY()));
  scroll = 0;
  if (cache.diff.empty()) wrapped(theme().text_dim, no_diff_text(context.machine().code()));
  for (const DiffLine& line : cache.diff) diff_line(line);
  ImGui::Dummy({1, 0});
  ImGui::EndChild();
}

}  // namespace

void draw_source(const PanelContext& context, SourceState& memory) {
  if (context.machine().code().files().empty()) {
    wrapped(context.theme().text_dim, "These programs were put together by hand: there is no C to show.");
    return;
  }
  PanelCache& cache = context.cache;
  SourcePanel panel{context, memory, cache.source};
  panel.file = std::max(shown_file(context.session(), context.selected, memory), 0);
  panel.markers = source_markers(context.machine(), context.state(), context.selected, context.last_step());
  panel.file_row();
  memory.show_diff ? panel.diff() : panel.text();
}

}  // namespace vmalab

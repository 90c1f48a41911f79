// SPDX-License-Identifier: GPL-2.0-only
// A card a thread: what it is doing, what it will do next, and buttons to make it. The more threads there are, the
// less each card says; the selected one says everything that its panel has the height for. How tall a card is depends on how much it says and not on
// the words, so that a button stays under the mouse while it is used.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "ui/paint.h"
#include "ui/panel_cache.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "view/thread_view.h"

namespace vmalab {
namespace {

/// From kTight on a card has its buttons. A panel too low for a full card shows a tight one whole and not a full one cut.
enum class Size : std::uint8_t { kRow, kShort, kTight, kMiddle, kFull };
using Detail = ThreadsState::Detail;
// In em.
constexpr float kGap = 0.35F;  // between cards
constexpr float kHeader = 2.1F;
constexpr float kRowHeight = 1.5F, kShortHeight = 4.7F, kTightHeight = 5.0F, kMiddleHeight = 6.6F, kFullHeight = 10.2F;
constexpr float kWayHeight = 1.6F;  // of a line that says which way the next step can go

/// Lines below a full card: the ways that its next step can go, and what it has postponed.
float more_lines(const ThreadRow& row) { return static_cast<float>(row.ways.size() + (row.open.empty() ? 0 : 1)); }

float height_of(Size size, const ThreadRow& row) {
  if (row.done) return kRowHeight;
  switch (size) {
    case Size::kRow: return kRowHeight;
    case Size::kShort: return kShortHeight;
    case Size::kTight: return kTightHeight;
    case Size::kMiddle: return kMiddleHeight;
    case Size::kFull: break;
  }
  return kFullHeight + kWayHeight * more_lines(row);
}

/// The largest card with buttons that a panel of this height shows whole.
Size selected_size(float height, float em) {
  return height >= kFullHeight * em ? Size::kFull : height >= kMiddleHeight * em ? Size::kMiddle : Size::kTight;
}

struct Card {
  const PanelContext& context;
  ThreadsState& memory;
  const ThreadRow& row;
  Size size;
  bool activity_beside = true;  ///< the name; header() finds out
  float bottom = 0;             ///< where it ends on the screen

  float em() const { return context.em(); }
  const Theme& theme() const { return context.theme(); }
  Colour colour() const { return theme().thread(row.id); }
  std::string mark(const char* what) const { return "threads/" + row.name + "/" + what; }
  bool selected() const { return context.selected == row.id; }

  void draw();
  void header(ImVec2 min, float width);
  float tags(float right, float y);
  void stack(float width) const;
  void in_short(float width) const;
  void next_step() const;
  void ways(float width);
  void open_loads(float width) const;
  void why_blocked();
  void buttons();
};

/// The stack in the room there is: what does not fit is left out of its middle.
std::string fitting_stack(const std::vector<std::string>& stack, float width) {
  std::vector<std::string> shown = stack;
  std::string text = stack_text(shown);
  const std::string dots = "\xe2\x80\xa6";
  while (text_width(text) > width && shown.size() > 2) {
    if (shown[1] == dots) shown.erase(shown.begin() + 1);
    if (shown.size() <= 2) break;
    shown[1] = dots;
    text = stack_text(shown);
  }
  if (text_width(text) > width && shown.size() == 2 && stack.size() > 2) text = stack_text({dots, shown.back()});
  return elide(text, width);
}

void Card::draw() {
  const float pad = 0.5F * em(), bar = 0.32F * em();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  ImDrawList* draw_list = ImGui::GetWindowDrawList();
  // The background lies under what is drawn on it, and its height is known only afterwards.
  draw_list->ChannelsSplit(2);
  draw_list->ChannelsSetCurrent(1);
  ImGui::PushID(row.id.value);
  const ImVec2 max{min.x + width, min.y + height_of(size, row) * em()};
  bottom = max.y;
  ImGui::PushClipRect(min, max, true);
  header(min, width);
  if (size != Size::kRow && !row.done) {
    const float inner = width - bar - 2 * pad;
    ImGui::SetCursorScreenPos({min.x + bar + pad, min.y + kHeader * em()});
    ImGui::BeginGroup();
    if (size >= Size::kTight) buttons();
    if (size != Size::kFull) {
      in_short(inner);
    } else {
      ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + inner);
      if (!activity_beside) label(theme().text, row.activity);
      // Of one that waits, who can free it comes before where it is.
      const float waits = row.blocked.empty() ? 0 : ImGui::CalcTextSize(row.blocked.c_str(), nullptr, false, inner).y + 1.6F * em();
      if (waits == 0 || ImGui::GetCursorScreenPos().y + 1.3F * em() + waits <= bottom) stack(inner);
      row.blocked.empty() ? next_step() : why_blocked();
      ways(inner);
      open_loads(inner);
      ImGui::PopTextWrapPos();
    }
    ImGui::EndGroup();
  }
  ImGui::PopClipRect();
  draw_list->ChannelsSetCurrent(0);
  const float rounding = 0.35F * em();
  draw_list->AddRectFilled(min, max, selected() ? theme().thread_wash(row.id) : theme().raised, rounding);
  paint_thread_fill(context, min, {min.x + bar, max.y}, row.id, rounding, ImDrawFlags_RoundCornersLeft);
  if (selected()) draw_list->AddRect(min, max, colour(), rounding, 0, 1.5F * hairline(context));
  draw_list->ChannelsMerge();
  ImGui::PopID();
  ImGui::SetCursorScreenPos({min.x, max.y + kGap * em()});
  context.mark_rect(mark("card"), min, max);
}

/// Small words at the right end of the header: facts that change how its next steps run. Returns where they begin.
float Card::tags(float right, float y) {
  WithFont small(context.fonts().small);
  const float gap = 0.3F * em();
  const auto put = [&](std::string_view text, Colour tag_colour, std::string_view meaning) {
    const float width = chip_width(text);
    right -= width;
    paint_outline_chip(context, {right, y}, tag_colour, text);
    rect_tooltip({right, y}, {right + width, y + chip_height()}, meaning);
    right -= gap;
  };
  if (row.signal_pending) put("killed", theme().text, "A fatal signal is pending.");
  if (!row.state.empty()) put(row.state, theme().text_dim, "Its task state: it has gone to sleep, or is about to.");
  if (row.rcu) put("RCU", theme().text_dim, "Inside an RCU read section: no VMA or task it sees can go away as memory.");
  return right;
}

void Card::header(ImVec2 min, float width) {
  const float pad = 0.5F * em(), left = min.x + 0.32F * em() + pad;
  const bool small_row = size == Size::kRow || row.done;
  const float line = (small_row ? 1.5F : 2.0F) * em();
  const float arrow = 1.3F * em();

  // A row keeps its Step button: with many threads that is how they are steered.
  float right = min.x + width - pad;
  bool stepped = false, toggled = false;
  if (!row.done) {
    ImGui::SetCursorScreenPos({right - 0.75F * arrow, min.y});
    toggled = ImGui::InvisibleButton("collapse", {arrow, line});
    context.mark(mark("collapse"));
    const bool open = size != Size::kRow;
    const ImVec2 c{right - 0.2F * em(), min.y + 0.5F * line};
    const float r = 0.24F * em();
    const Colour ink = ImGui::IsItemHovered() ? theme().text : theme().text_faint;
    ImDrawList* draw_list = ImGui::GetWindowDrawList();
    if (open) {
      draw_list->AddTriangleFilled({c.x - r, c.y - 0.5F * r}, {c.x + r, c.y - 0.5F * r}, {c.x, c.y + 0.7F * r}, ink);
    } else {
      draw_list->AddTriangleFilled({c.x + 0.5F * r, c.y - r}, {c.x + 0.5F * r, c.y + r}, {c.x - 0.7F * r, c.y}, ink);
    }
    tooltip(open ? "Show less of this thread." : "Show more of this thread.");
    right -= arrow;
    if (size < Size::kTight) {
      WithFont small(context.fonts().small);
      ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.45F * em(), 0.1F * em()});
      const float step_width = text_width("Step") + 0.9F * em();
      ImGui::SetCursorScreenPos({right - step_width, min.y + 0.5F * (line - ImGui::GetFrameHeight())});
      stepped = thread_button(context, mark("step"), "Step", row.id, row.can_step, row.can_step ? row.next : row.blocked);
      ImGui::PopStyleVar();
      right -= step_width + 0.3F * em();
    }
  }

  ImGui::SetCursorScreenPos(min);
  if (ImGui::InvisibleButton("select", {std::max(right - min.x, em()), line})) context.actions.select_thread(row.id);
  context.mark(mark("select"));
  tooltip("Select " + row.name + ".");

  float x = left;
  {
    WithFont font(small_row ? context.fonts().bold : context.fonts().title);
    x += paint_thread_name(context, {x, min.y + 0.5F * (line - ImGui::GetFontSize())}, right - x, row.id, row.name);
  }
  if (!row.done) right = tags(right, min.y + 0.5F * (line - 1.35F * context.fonts().small.size));
  x += 0.6F * em();
  const Font& font = small_row ? context.fonts().small : context.fonts().body;
  WithFont body(font);
  // What it is doing stands beside the name when it fits there, and else below.
  activity_beside = small_row || size == Size::kTight || text_width(row.activity) <= right - x;
  if (activity_beside && right - x > 2 * em()) {
    paint_text({x, min.y + 0.5F * (line - ImGui::GetFontSize()) + 0.04F * em()}, right - x, row.done || small_row ? theme().text_dim : theme().text,
               row.activity);
  }
  // Of a folded card, too, a click on why it waits says since when, and whose steps would free it.
  if (size == Size::kRow && !row.blocked.empty() && hovered({x, min.y}, {right, min.y + line})) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    if (ImGui::IsMouseReleased(0)) context.actions.ask_why(row.id);
  }
  if (toggled) {
    bool& collapsed = memory.collapsed[row.id.value];
    collapsed = size != Size::kRow;
    if (!collapsed) context.actions.select_thread(row.id);
  }
  if (stepped) {
    memory.hold = true;
    context.actions.apply({Action::Kind::kStep, row.id});
  }
}

void Card::stack(float width) const {
  WithFont code(context.fonts().code_small);
  label(theme().text_dim, fitting_stack(row.stack, width));
  tooltip(stack_text(row.stack));
}

/// A line each, whole in a tooltip: what it is doing, and what comes or what it waits for.
void Card::in_short(float width) const {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  float y = at.y;
  const auto say = [&](Colour ink, const std::string& text) {
    paint_text({at.x, y}, width, ink, text);
    y += 1.25F * em();
  };
  if (!activity_beside) say(theme().text, row.activity);
  say(row.blocked.empty() ? theme().text : theme().text_dim, row.blocked.empty() ? "Next: " + row.next : row.blocked);
}

void Card::next_step() const {
  const Detail detail = memory.detail;
  const std::string place = row.place.empty() ? row.function + "()" : row.place;
  if (detail == Detail::kLine && !row.line.empty()) {
    WithFont code(context.fonts().code);
    label(theme().text, row.line);
  } else if (detail != Detail::kFunction) {
    label(theme().text, "Next: " + row.next);
  }
  // Where there is no room for the last line whole, the source has it.
  const bool fits = ImGui::GetCursorScreenPos().y + context.fonts().code_small.size <= bottom;
  if ((size == Size::kFull && fits) || detail == Detail::kFunction) {
    WithFont code(context.fonts().code_small);
    label(detail == Detail::kFunction ? theme().text : theme().text_faint,
          detail == Detail::kFunction ? "Next in " + row.function + "()" : "at " + place);
  }
}

/// A line each: the value, and who wrote it. Pressing one takes that way.
void Card::ways(float width) {
  WithFont small(context.fonts().small);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.45F * em(), 0.1F * em()});
  for (std::size_t i = 0; i < row.ways.size(); ++i) {
    const WayRow& way = row.ways[i];
    const std::string keys = selected() && i < 9 ? "  (Shift+" + std::to_string(i + 1) + ")" : "";
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::string name = elide(way.value, 0.6F * width);
    if (thread_button(context, mark("way/") + std::to_string(i), name.c_str(), row.id, true, way.text + keys)) context.actions.apply(way.action);
    const float x = ImGui::GetItemRectMax().x + 0.5F * em();
    const std::string from = (i == 0 && way.origin.empty() ? "" : way.origin) + (i == 0 && !way.origin.empty() ? ", the newest" : "");
    paint_text({x, at.y + 0.1F * em()}, std::max(at.x + width - x, em()), theme().text_dim, from);
    ImGui::SetCursorScreenPos({at.x, at.y + kWayHeight * em()});
  }
  ImGui::PopStyleVar();
}

void Card::open_loads(float width) const {
  if (row.open.empty()) return;
  WithFont small(context.fonts().small);
  std::string text = "Postponed: ";
  for (std::size_t i = 0; i < row.open.size(); ++i) text += (i == 0 ? "" : ", ") + row.open[i];
  const ImVec2 at = ImGui::GetCursorScreenPos();
  paint_text(at, width, theme().text, text);
  rect_tooltip(at, {at.x + width, at.y + 1.3F * em()},
               text + ". Its value is not known yet: it may still be any that the thread could read when it got there.");
}

void Card::why_blocked() {
  label(theme().text, row.blocked);
  // A click says since when, and whose steps would free it.
  const bool asks = ImGui::IsItemHovered();
  context.mark(mark("why"));
  if (asks) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (asks && ImGui::IsMouseReleased(0)) context.actions.ask_why(row.id);
  if (row.holders.empty()) return;
  // Who could free it, each in its colour; a click goes there.
  WithFont small(context.fonts().small);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.4F * em(), 0.1F * em()});
  label(theme().text_dim, row.asleep ? "Can be woken by" : "Waits for");
  for (const ThreadId holder : row.holders) {
    const std::string& name = context.thread_name(holder);
    ImGui::SameLine(0, 0.35F * em());
    const std::string id = mark("holder/") + name;
    if (thread_button(context, id, name.c_str(), holder, true, "Select " + name + ", whose steps can free " + row.name + ".")) {
      context.actions.select_thread(holder);
    }
  }
  ImGui::PopStyleVar();
}

void Card::buttons() {
  const bool signals = context.scenario().signals;
  const float gap = 0.3F * em();
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x - 0.5F * em();
  const ImVec2 padding{0.48F * em(), 0.2F * em()};
  const auto width_of = [&](const char* text) { return text_width(text) + 2 * padding.x; };
  // All in one line, in smaller type if need be.
  float total = signals ? gap + width_of("Signal") : 0;
  for (const char* text : {"Step", "Over", "Out", "Until blocked"}) total += width_of(text) + gap;
  WithFont font(ImGui::GetCursorScreenPos().x + total - gap > right ? context.fonts().small : context.fonts().body);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, padding);
  bool first = true;
  const auto next_to = [&](const char* text) {
    if (!first && ImGui::GetItemRectMax().x + gap + width_of(text) <= right + 1) ImGui::SameLine(0, gap);
    first = false;
  };
  // Why a button does nothing, or what it does and, on the selected card, by which key.
  const auto say = [&](CommandId id, const char* sentence, bool enabled) {
    if (!enabled) return row.blocked;
    const std::string keys = selected() ? shortcut_text(command(id).shortcut) : std::string();
    return std::string(sentence) + (keys.empty() ? "" : "  (" + keys + ")");
  };

  next_to("Step");
  if (thread_button(context, mark("step"), "Step", row.id, row.can_step, say(CommandId::kStep, "One shared access.", row.can_step))) {
    context.actions.apply({Action::Kind::kStep, row.id});
  }
  next_to("Over");
  if (button(context, mark("over"), "Over", row.can_step, say(CommandId::kStepOver, "Run to the next line, over calls.", row.can_step))) {
    context.actions.step_over(row.id);
  }
  next_to("Out");
  if (button(context, mark("out"), "Out", row.can_step && row.in_call,
             say(CommandId::kStepOut, "Run until it has left this function.", row.can_step))) {
    context.actions.step_out(row.id);
  }
  // A tight card has one line of buttons; the key and the menu have it, too.
  if (size == Size::kTight && ImGui::GetItemRectMax().x + gap + width_of("Until blocked") > right + 1) return ImGui::PopStyleVar();
  next_to("Until blocked");
  if (button(context, mark("until-blocked"), "Until blocked", row.can_step,
             say(CommandId::kUntilBlocked, "Run until it must wait or is done.", row.can_step))) {
    context.actions.until_blocked(row.id);
  }
  if (signals) {
    next_to("Signal");
    const std::string why = row.can_signal ? say(CommandId::kSignal, "Send it a fatal signal.", true) : "A fatal signal is pending already.";
    if (button(context, mark("signal"), "Signal", row.can_signal, why)) context.actions.apply({Action::Kind::kSignal, row.id});
  }
  ImGui::PopStyleVar();
}

/// How much each card says. The selected one says everything; the others as much as there is room for, alike where
/// that can be.
std::vector<Size> share_out(const PanelContext& context, const ThreadsState& memory, const std::vector<ThreadRow>& rows, float height) {
  const float em = context.em();
  std::vector<Size> sizes(rows.size(), Size::kRow);
  std::vector<std::size_t> others;
  float total = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].done && !memory.collapsed[i]) {
      if (context.selected == rows[i].id) {
        sizes[i] = selected_size(height, em);
      } else {
        others.push_back(i);
      }
    }
    total += (height_of(sizes[i], rows[i]) + kGap) * em;
  }
  for (const std::size_t i : others) {
    const float more = (kShortHeight - kRowHeight) * em;
    if (total + more > height) return sizes;
    total += more;
    sizes[i] = Size::kShort;
  }
  total += static_cast<float>(others.size()) * (kFullHeight - kShortHeight) * em;
  if (total > height) return sizes;
  for (const std::size_t i : others) sizes[i] = Size::kFull;
  return sizes;
}

/// While the mouse rests where it pressed a button that would go elsewhere with the selection, the cards stay as they were.
std::vector<Size> held_still(ThreadsState& memory, std::vector<Size> sizes) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool rests = std::abs(mouse.x - memory.held_x) < 4 && std::abs(mouse.y - memory.held_y) < 4;
  if (memory.hold) {
    memory.hold = false;
    memory.held_x = mouse.x;
    memory.held_y = mouse.y;
  } else if (!rests || memory.held.size() != sizes.size()) {
    memory.held.clear();
    for (const Size size : sizes) memory.held.push_back(static_cast<std::uint8_t>(size));
    memory.held_x = memory.held_y = -1e6F;
    return sizes;
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] = static_cast<Size>(memory.held[i]);
  memory.scroll_to = -1;
  return sizes;
}

}  // namespace

void draw_threads(const PanelContext& context, ThreadsState& memory) {
  const std::vector<ThreadRow> rows = thread_rows(context.machine(), context.state(), context.last_step(), &context.timeline().messages(),
                                                  context.session().depth());
  const float height = ImGui::GetContentRegionAvail().y;
  PanelCache::Threads& shown = context.cache.threads;
  const int selected = context.selected.value;
  if (shown.serial != context.serial() || shown.shown_thread != selected) memory.scroll_to = selected;
  shown.serial = context.serial();
  shown.shown_thread = selected;

  const std::vector<Size> sizes = held_still(memory, share_out(context, memory, rows, height));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float top = ImGui::GetCursorPosY();
    Card{context, memory, rows[i], sizes[i]}.draw();
    if (memory.scroll_to == static_cast<int>(i) && !memory.hold) {
      const float bottom = ImGui::GetCursorPosY();
      const float scroll = ImGui::GetScrollY();
      if (bottom - top > height) {
        ImGui::SetScrollFromPosY(top - scroll, 0);
      } else if (top < scroll || bottom > scroll + height) {
        ImGui::SetScrollFromPosY(0.5F * (top + bottom) - scroll, 0.5F);
      }
    }
  }
  memory.scroll_to = -1;
  ImGui::Dummy({1, 0});  // a place alone does not count as content
}

}  // namespace vmalab

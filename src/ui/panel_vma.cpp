// SPDX-License-Identifier: GPL-2.0-only
// One VMA: its vm_refcnt as a big number, as bits and as a class; who holds what of it; the two sequence numbers; and what
// lies around it: mmap_lock, the waiter, the object's and the mm's life.
#include <algorithm>
#include <string>
#include <vector>

#include "ui/paint.h"
#include "ui/panel_cache.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "ui/references.h"
#include "view/vma_view.h"

namespace vmalab {
namespace {

// In em.
constexpr float kGap = 0.5F, kNarrowGap = 0.12F;
constexpr float kSequenceLine = 1.15F, kFactLine = 1.08F;
constexpr float kBitsHigh = 1.35F, kUnderBits = 0.15F, kAfterBits = 0.45F;

/// What is drawn, and how. The number, who holds references and the sequence numbers always are; what says the same again goes first.
struct Parts {
  float gap = kGap;  ///< em
  bool bits = true, sequence_in_a_line = false;
  std::size_t fact_columns = 1;
  ReferenceText references = ReferenceText::kWhole;
};

struct VmaPanel {
  const PanelContext& context;
  const VmaView& view;

  float em() const { return context.em(); }
  const Theme& theme() const { return context.theme(); }
  Colour class_colour() const { return theme().refcnt_class(view.refcnt_class); }
  std::string mark(std::string_view what) const { return "vma/" + view.name + "/" + std::string(what); }

  Parts parts_in(float width, float height) const;
  void number_and_class(float gap) const;
  void bits() const;
  void holders(float gap, ReferenceText text) const;
  void sequence(float width) const;
  void sequence_line(float width) const;
  std::optional<Place> place_of_fact(const FactRow& fact) const;
  void facts(float width, float line, int columns) const;
  void fact(const FactRow& fact, ImVec2 at, float width, float line) const;
};

void tabs(const PanelContext& context, int shown, const std::vector<VmaTab>& rows) {
  const Theme& theme = context.theme();
  const float em = context.em();
  float x = ImGui::GetCursorScreenPos().x;
  const float y = ImGui::GetCursorScreenPos().y, left = x, right = x + ImGui::GetContentRegionAvail().x;
  const float height = 1.6F * em;
  float line = y;
  for (const VmaTab& tab : rows) {
    const std::string text = tab.name + "  " + tab.text;
    const float width = text_width(text) + 1.1F * em;
    if (x + width > right && x > left) {
      x = left;
      line += height + 0.25F * em;
    }
    const ImVec2 min{x, line}, max{x + width, line + height};
    ImGui::SetCursorScreenPos(min);
    ImGui::PushID(tab.id.value);
    if (ImGui::InvisibleButton("tab", {width, height})) context.actions.select_vma(tab.id.value);
    ImGui::PopID();
    context.mark("vma/tab/" + tab.name);
    const bool chosen = shown == tab.id.value;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(min, max, chosen ? theme.selection : ImGui::IsItemHovered() ? theme.raised_hover : theme.raised, 0.3F * em);
    if (tab.changed) paint_glow(context, {min.x + 0.3F * em, min.y + 0.2F * em}, {max.x - 0.3F * em, max.y - 0.2F * em});
    const float text_y = line + 0.5F * (height - ImGui::GetFontSize());
    const float name_width = paint_text({x + 0.55F * em, text_y}, width, chosen ? theme.text : theme.text_dim, tab.name + "  ");
    paint_refcnt(context, {x + 0.55F * em + name_width, text_y}, width, theme.refcnt_class(tab.refcnt_class), tab.text, tab.flag_owner);
    x += width + 0.3F * em;
  }
  ImGui::SetCursorScreenPos({left, line + height + 0.25F * em});
}

Parts VmaPanel::parts_in(float width, float height) const {
  const float small = context.fonts().small.size;
  const auto references_in = [&](ReferenceText text) {
    WithFont font(context.fonts().small);
    return view.holders.empty() ? 1.45F * em() : paint_references(context, view, {0, 0}, width, 0.28F * em(), text, false);
  };
  const float references = references_in(ReferenceText::kWhole);
  const auto high = [&](const Parts& parts) {
    const float bits = parts.bits ? (kBitsHigh + kUnderBits + kAfterBits) * em() + small : 0;
    const float sequence = parts.sequence_in_a_line ? kSequenceLine * em() : context.fonts().title.size + small + 1.7F * em();
    const auto lines = static_cast<float>((view.facts.size() + parts.fact_columns - 1) / parts.fact_columns);
    return context.fonts().huge.size + references + 2 * parts.gap * em() + bits + sequence + lines * kFactLine * em();
  };
  Parts parts;
  if (high(parts) > height) parts.sequence_in_a_line = true;
  if (high(parts) > height && width > 24 * em()) parts.fact_columns = 2;
  if (high(parts) > height) parts.bits = false;
  // In narrow columns some of what the lines say is cut.
  if (high(parts) > height && width > 20 * em()) parts.fact_columns = 2;
  if (high(parts) > height) parts.gap = kNarrowGap;
  // The sequence numbers below them are to be seen without scrolling.
  if (context.fonts().huge.size + references + (2 * parts.gap + kSequenceLine) * em() > height) parts.references = ReferenceText::kBrief;
  return parts;
}

void VmaPanel::number_and_class(float gap) const {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  float number_width = 0;
  const float high = context.fonts().huge.size;
  {
    WithFont huge(context.fonts().huge);
    number_width = std::min(text_width(view.text), 0.6F * width);
    if (view.refcnt_changed) paint_glow(context, at, {at.x + number_width, at.y + high});
    paint_refcnt(context, at, number_width + 1, class_colour(), view.text, view.flag_owner);
  }
  context.mark_rect(mark("refcnt"), at, {at.x + number_width, at.y + high});
  value_spot(context, at, {at.x + number_width, at.y + high}, Place::word(vma_address(view.id.value)));
  // Beside it what the number means here, in as many lines as that takes.
  const float text_x = at.x + std::max(number_width, 3.2F * em()) + 0.9F * em();
  const float room = std::max(at.x + width - text_x, 4 * em());
  const auto size_in = [&](const Font& font) {
    WithFont with(font);
    return ImGui::CalcTextSize(view.exact.c_str(), nullptr, false, room);
  };
  const bool fits = gap > kNarrowGap * em() || size_in(context.fonts().body).y <= high + 1;
  WithFont font(fits ? context.fonts().body : context.fonts().small);
  // Where lines are few, two of them: what is below is needed more.
  const bool cut = !fits && size_in(context.fonts().small).y > high + 1;
  const std::string shown = cut ? elide(view.exact, 1.8F * room) : view.exact;
  const ImVec2 size = ImGui::CalcTextSize(shown.c_str(), nullptr, false, room);
  const float text_y = at.y + std::max(0.0F, 0.5F * (high - size.y));
  ImGui::SetCursorScreenPos({text_x, text_y});
  ImGui::BeginGroup();
  wrapped(theme().text, shown);
  ImGui::EndGroup();
  if (cut) tooltip(view.exact);
  ImGui::SetCursorScreenPos({at.x, std::max(at.y + high, text_y + size.y) + gap});
}

void VmaPanel::bits() const {
  // Bit 31, FLAG, and thirty bits of a number: three groups, the number in nibbles from the right.
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float set_apart = 0.75F * em(), nibble = 0.22F * em();
  const float flag_extra = 1.2F * em();  // FLAG's cell is wider, it has a name to carry
  const float cell = (width - 2 * set_apart - 7 * nibble - flag_extra) / 32;
  const float high = kBitsHigh * em(), gap = std::min(0.08F * em(), 0.15F * cell);
  const float rounding = std::min(0.2F * em(), 0.3F * cell);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  float x = at.x;
  float flag_left = x, number_left = x;
  for (int i = 0; i < 32; ++i) {
    const int bit = 31 - i;
    const auto index = static_cast<std::size_t>(i);
    const float wide = cell + (bit == 30 ? flag_extra : 0);
    const ImVec2 min{x, at.y}, max{x + wide - gap, at.y + high};
    const bool on = view.bits[index];
    const Colour fill = bit == 31 ? theme().bad : bit == 30 ? theme().flag(view.flag_owner) : theme().text;
    draw->AddRectFilled(min, max, on ? fill : theme().raised, rounding);
    if (view.bit_changed[index]) {
      draw->AddRect({min.x - gap, min.y - 2 * gap}, {max.x + gap, max.y + 2 * gap}, theme().text, rounding, 0, 2 * hairline(context));
    }
    WithFont font(context.fonts().code_small);
    if (text_width("0") < wide) {
      paint_text_centred({0.5F * (min.x + max.x), 0.5F * (min.y + max.y)}, wide, on ? theme().on_thread() : theme().text_faint, on ? "1" : "0");
    }
    if (bit == 30) flag_left = x;
    x += wide;
    if (bit == 31 || bit == 30) x += set_apart;
    if (bit == 30) number_left = x;
    if (bit < 30 && bit % 4 == 0 && bit > 0) x += nibble;
  }
  const float under = at.y + high + kUnderBits * em();
  {
    WithFont small(context.fonts().small);
    const bool flag = (view.refcnt & kExcludeReadersFlag) != 0;
    const float left = flag_left + 0.5F * (cell + flag_extra - text_width("FLAG"));
    paint_refcnt(context, {left, under}, 6 * em(), theme().text_dim, "FLAG", flag ? view.flag_owner : std::nullopt);
    const Word count = view.refcnt & (kExcludeReadersFlag - 1);
    paint_text({number_left, under}, 12 * em(), theme().text_dim, count == 1 ? "1 reference" : std::to_string(count) + " references");
    paint_text_right(at.x + width, under, 6 * em(), theme().text_faint, "bit 0");
    if (view.overflow) paint_text({at.x, under}, flag_left - at.x, theme().bad, "31");
  }
  ImGui::SetCursorScreenPos({at.x, under + context.fonts().small.size + kAfterBits * em()});
  rect_tooltip(at, {at.x + width, under}, "vm_refcnt. Bit 30 is VM_REFCNT_EXCLUDE_READERS_FLAG: while it is set nobody can add a reference.");
}

void VmaPanel::holders(float gap, ReferenceText text) const {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float right = at.x + ImGui::GetContentRegionAvail().x;
  float y = at.y;
  if (view.holders.empty()) {
    paint_text({at.x, y + 0.15F * em()}, right - at.x, theme().text_faint, "Nobody holds a reference.");
    y += 1.45F * em();
  } else {
    WithFont small(context.fonts().small);
    y = paint_references(context, view, at, right, 0.28F * em(), text);
  }
  ImGui::SetCursorScreenPos({at.x, y + gap});
}

void VmaPanel::sequence(float width) const {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float high = context.fonts().title.size + context.fonts().small.size + 0.2F * em();
  if (view.seq_changed) paint_glow(context, at, {at.x + width, at.y + high});
  const Colour equal = view.seq_equal ? theme().text : theme().text_dim;
  const float sign_width = 1.6F * em();
  const float each = 0.5F * (width - sign_width);
  const float second = at.x + each + sign_width;
  {
    WithFont small(context.fonts().small);
    paint_text(at, each, theme().text_dim, "vm_lock_seq");
    paint_text({second, at.y}, each, theme().text_dim, "mm_lock_seq");
  }
  const float number_y = at.y + context.fonts().small.size + 0.1F * em();
  {
    WithFont title(context.fonts().title);
    const bool fits = text_width(view.lock_seq) <= each && text_width(view.mm_seq) <= each;
    WithFont font(fits ? context.fonts().title : context.fonts().bold);
    paint_text({at.x, number_y}, each, theme().text, view.lock_seq);
    paint_text_centred({at.x + each + 0.35F * sign_width, number_y + 0.5F * ImGui::GetFontSize()}, sign_width, equal,
                       view.seq_equal ? "=" : "\xe2\x89\xa0");
    paint_text({second, number_y}, each, theme().text, view.mm_seq);
  }
  context.mark_rect(mark("sequence"), at, {at.x + width, at.y + high});
  value_spot(context, at, {at.x + each, at.y + high}, Place::word(vma_address(view.id.value, VmaField::kLockSeq)));
  if (view.mm) value_spot(context, {second, at.y}, {at.x + width, at.y + high}, Place::word(mm_address(view.mm->value, MmField::kMmLockSeq)));
  const float meaning_y = at.y + high + 0.05F * em();
  if (view.writers.empty()) {
    paint_text({at.x, meaning_y}, width, equal, view.seq_meaning);
  } else {
    paint_thread_name(context, {at.x, meaning_y}, width, view.writers.front(), view.seq_meaning);
  }
  ImGui::SetCursorScreenPos({at.x, meaning_y + 1.45F * em()});
}

/// The same in one line, of which the end goes first.
void VmaPanel::sequence_line(float width) const {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  WithFont small(context.fonts().small);
  const float high = kSequenceLine * em(), y = at.y + 0.5F * (high - ImGui::GetFontSize());
  if (view.seq_changed) paint_glow(context, at, {at.x + width, at.y + high});
  const Colour equal = view.seq_equal ? theme().text : theme().text_dim;
  float x = at.x;
  const auto put = [&](Colour colour, const std::string& text) { x += x < at.x + width ? paint_text({x, y}, at.x + width - x, colour, text) : 0; };
  put(theme().text_dim, "vm_lock_seq ");
  put(theme().text, view.lock_seq);
  put(equal, view.seq_equal ? "  =  " : "  \xe2\x89\xa0  ");
  put(theme().text_dim, "mm_lock_seq ");
  put(theme().text, view.mm_seq);
  put(theme().text_dim, ":  ");
  if (view.writers.empty() || x >= at.x + width) {
    put(equal, view.seq_meaning);
  } else {
    paint_thread_name(context, {x, y}, at.x + width - x, view.writers.front(), view.seq_meaning);
  }
  context.mark_rect(mark("sequence"), at, {at.x + width, at.y + high});
  value_spot(context, at, {at.x + width, at.y + high}, Place::word(vma_address(view.id.value, VmaField::kLockSeq)));
  ImGui::SetCursorScreenPos({at.x, at.y + high});
}

/// The value that a line is about; nullopt: it says more than one.
std::optional<Place> VmaPanel::place_of_fact(const FactRow& fact) const {
  if (fact.label == "object") return Place::of_vma(Place::Kind::kAllocated, vma_address(view.id.value));
  if (!view.mm) return std::nullopt;
  if (fact.label == "mmap_lock") return Place::word(mm_address(view.mm->value));
  if (fact.label == "waiter") return Place::word(mm_address(view.mm->value, MmField::kVmaWriterWait));
  return std::nullopt;
}

void VmaPanel::facts(float width, float line, int columns) const {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const auto count = static_cast<int>(view.facts.size());
  const int rows = (count + columns - 1) / columns;
  const float column = width / static_cast<float>(columns);
  for (int i = 0; i < count; ++i) {
    fact(view.facts[static_cast<std::size_t>(i)], {at.x + column * static_cast<float>(i / rows), at.y + line * static_cast<float>(i % rows)},
         columns > 1 ? column - 0.5F * em() : width, line);
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, line * static_cast<float>(rows)});
}

void VmaPanel::fact(const FactRow& fact, ImVec2 at, float width, float line) const {
  const float text_line = 1.15F * em(), note_line = 1.05F * context.fonts().small.size;
  const ImVec2 end{at.x + width, at.y + line};
  const bool dense = line < 1.2F * em();
  const bool notes = line >= text_line + note_line;
  const float label_width = (dense ? 4.7F : 5.4F) * em();
  WithFont font(dense ? context.fonts().small : context.fonts().body);
  const float first_line = notes ? text_line : line;
  const float y = at.y + 0.5F * (first_line - ImGui::GetFontSize());
  if (fact.changed) paint_glow(context, {at.x, at.y + 0.08F * em()}, {end.x, at.y + first_line - 0.08F * em()});
  {
    WithFont small(context.fonts().small);
    paint_text({at.x, at.y + 0.5F * (first_line - ImGui::GetFontSize())}, label_width, theme().text_dim, fact.label);
  }
  float x = at.x + label_width;
  const std::size_t count = fact.threads.size();
  for (std::size_t i = 0; i < count && x < end.x; ++i) {
    // Of many threads as many as there is room for, and how many more.
    const std::string& name = context.thread_name(fact.threads[i]);
    const std::string rest = i + 1 < count ? ", +" + std::to_string(count - i - 1) : "";
    if (i > 0 && x + text_width(", " + name + rest) > end.x) {
      x += paint_text({x, y}, end.x - x, theme().text_dim, ", +" + std::to_string(count - i));
      break;
    }
    if (i > 0) x += paint_text({x, y}, end.x - x, theme().text_dim, ", ");
    WithFont bold(dense ? context.fonts().small : context.fonts().bold);
    x += paint_thread_name(context, {x, y}, end.x - x, fact.threads[i], name);
  }
  if (!fact.threads.empty()) x += 0.35F * em();
  if (x < end.x) paint_text({x, y}, end.x - x, fact.freed ? theme().bad : theme().text, fact.value);
  if (notes && !fact.note.empty()) {
    WithFont small(context.fonts().small);
    paint_text({at.x + label_width, at.y + text_line}, end.x - at.x - label_width, theme().text_dim, fact.note);
  }
  context.mark_rect(mark(fact.label), at, end);
  if (const auto place = place_of_fact(fact)) value_spot(context, at, end, *place);
  const std::string whole = fact_text(context.machine(), fact);
  rect_tooltip(at, end, whole + (fact.note.empty() ? "" : ". " + fact.note));
}

}  // namespace

void draw_vma(const PanelContext& context, const VmaPanelState& memory) {
  PanelCache& cache = context.cache;
  const State* before = cache.before(context.session(), context.serial());
  const std::vector<VmaTab> tab_rows = vma_tabs(context.machine(), context.state(), before);
  const int shown = std::clamp(memory.vma, 0, std::max(static_cast<int>(tab_rows.size()) - 1, 0));
  const VmaId id = vma_id(shown);
  const VmaView view = vma_view(context.machine(), context.state(), before, id, context.timeline().times_recycled(id, context.session().depth()));
  if (tab_rows.size() > 1) tabs(context, shown, tab_rows);

  const VmaPanel panel{context, view};
  const float em = context.em(), width = ImGui::GetContentRegionAvail().x;
  const Parts parts = panel.parts_in(width, ImGui::GetContentRegionAvail().y);
  panel.number_and_class(parts.gap * em);
  if (parts.bits) panel.bits();
  panel.holders(parts.gap * em, parts.references);
  parts.sequence_in_a_line ? panel.sequence_line(width) : panel.sequence(width);
  // The lines share out what height there is; where there is enough of it, each says what it means.
  const auto lines = static_cast<float>(std::max<std::size_t>((view.facts.size() + parts.fact_columns - 1) / parts.fact_columns, 1));
  panel.facts(width, std::clamp(ImGui::GetContentRegionAvail().y / lines, kFactLine * em, 2.9F * em), static_cast<int>(parts.fact_columns));
}

}  // namespace vmalab

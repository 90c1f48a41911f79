// SPDX-License-Identifier: GPL-2.0-only
// The memory picture: what memory_layout.h has put somewhere, drawn. Freed memory is torn and red; a pointer that can no longer be
// relied on is dashed; a step that touches what it must not strikes.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "ui/memory_layout.h"
#include "ui/memory_shapes.h"
#include "ui/paint.h"
#include "ui/panel_cache.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "ui/references.h"

namespace vmalab {
namespace {

using Kind = MemoryArrow::Kind;
using Look = MemoryArrow::Look;
using Life = MemoryVma::Life;

constexpr float kLine = 1.15F;  // of the text's size

Rect grown(const Rect& r, float by) { return {{r.min.x - by, r.min.y - by}, {r.max.x + by, r.max.y + by}}; }
Rect moved(const Rect& r, ImVec2 by) { return {{r.min.x + by.x, r.min.y + by.y}, {r.max.x + by.x, r.max.y + by.y}}; }
ImVec2 operator+(ImVec2 a, ImVec2 b) { return {a.x + b.x, a.y + b.y}; }

/// One reference in a VMA, at two widths.
struct Token {
  std::string full, brief;
  std::optional<ThreadId> thread;
  bool outline, came;
  std::string text;
  Mover mover;
  Place place;  ///< to be asked about
};

struct MemoryPanel {
  const PanelContext& context;
  const MemoryView& view;
  const MemoryLayout& layout;
  const Font& font;
  ImVec2 origin;
  int selected_vma;
  mutable std::string hint{};  ///< the sentence for what is under the mouse

  float u() const { return font.size; }
  const Theme& theme() const { return context.theme(); }
  ImDrawList* draw() const { return ImGui::GetWindowDrawList(); }
  float hair() const { return std::max(hairline(context), u() / 16); }
  Rect place(const Rect& r) const { return moved(r, origin); }
  std::vector<ImVec2> trunk_of(std::size_t i) const {
    std::vector<ImVec2> trunk = layout.ways[i].trunk;
    for (ImVec2& p : trunk) p = p + origin;
    return trunk;
  }
  int lines(const Rect& box) const { return std::max(1, static_cast<int>((box.height() - 0.3F * u()) / (kLine * u()))); }

  void all() const;
  void bands() const;
  void mm_box(const MemoryMm& mm) const;
  void tree_strip(const MemoryMm& mm) const;
  void lock_holders(const MemoryMm& mm, ImVec2 at, float right) const;
  void waiter_slot(const MemoryMm& mm, const Rect& slot) const;
  void vma_box(const MemoryVma& vma) const;
  bool relied_on(const MemoryVma& vma) const;
  void ghost(const MemoryVma& vma) const;
  /// `aside`: how far the VMA is seen from its place. Returns how many lines they take, of `most`.
  int tokens(const MemoryVma& vma, ImVec2 at, float right, ImVec2 aside, int most) const;
  void name_in(const Rect& box, ThreadId thread, Colour ink, bool marked) const;
  void thread_chip(const MemoryThread& thread) const;
  void arrow(std::size_t i) const;
  void strike(std::size_t i) const;
  void hover_arrows() const;

  void hint_for(const Rect& r, const std::string& text) const {
    if (hovered(r.min, r.max)) hint = text;
  }
  Colour colour_of(const MemoryArrow& arrow) const;
  void ring(const Rect& r, Touch touch, bool changed) const;
  void path(const std::vector<ImVec2>& way, Colour colour, float thick, bool dashes) const;
  float chip(ImVec2 at, float room, std::optional<ThreadId> thread, bool outline, const std::string& text) const;
  Colour thread_or_dim(std::optional<ThreadId> thread) const { return thread ? theme().thread(*thread) : theme().text_dim; }
  /// How much of an arrow is seen: what the last step brought, and what hangs on a VMA that it moved, is on its way.
  float arrow_share(const MemoryArrow& arrow) const {
    const bool hangs = arrow.vma && view.vmas[arrow.vma->value].moved;
    return arrow.changed || hangs || arrow.kind == Kind::kTouch ? context.motion.grown() : 1;
  }
};

/// Around what the last step changed, or touched and must not have.
void MemoryPanel::ring(const Rect& r, Touch touch, bool changed) const {
  const float round = 0.4F * u();
  if (touch == Touch::kViolation) {
    for (const float out : {0.16F, 0.34F}) {
      const Rect g = grown(r, out * u());
      draw()->AddRect(g.min, g.max, with_alpha(theme().bad, out < 0.2F ? 1 : 0.4F), round, 0, 2.5F * hair());
    }
  } else if (touch == Touch::kFreed) {
    const Rect g = grown(r, 0.16F * u());
    draw()->AddRect(g.min, g.max, with_alpha(theme().bad, 0.85F), round, 0, 2 * hair());
  } else if (changed) {
    const Rect g = grown(r, 0.14F * u());
    draw()->AddRectFilled(g.min, g.max, theme().glow, round);
    draw()->AddRect(g.min, g.max, theme().accent, round, 0, 1.2F * hair());
  }
}

void MemoryPanel::path(const std::vector<ImVec2>& way, Colour colour, float thick, bool dashes) const {
  if (dashes) return paint_dashes(way, colour, thick, u());
  draw()->AddPolyline(way.data(), static_cast<int>(way.size()), colour, 0, thick);
}

/// Returns the width that it took; nothing is drawn where there is no room.
float MemoryPanel::chip(ImVec2 at, float room, std::optional<ThreadId> thread, bool outline, const std::string& text) const {
  const float pad = 0.25F * u(), mark = thread ? thread_mark_width(*thread) : 0, width = text_width(text) + 2 * pad + mark;
  const ImVec2 max{at.x + width, at.y + 1.1F * u()};
  const Colour colour = thread_or_dim(thread);
  if (width > room) return 0;
  if (outline) {
    draw()->AddRect(at, max, colour, 0.25F * u(), 0, 1.4F * hair());
  } else {
    draw()->AddRectFilled(at, max, colour, 0.25F * u());
  }
  if (thread) paint_thread_mark(at, max, *thread, outline ? colour : theme().on_thread());
  paint_text({at.x + pad + mark, at.y + 0.05F * u()}, width, outline ? colour : theme().on_thread(), text);
  return width;
}

// ---- mms

void MemoryPanel::bands() const {
  for (std::size_t i = 0; i < layout.bands.size(); ++i) {
    const Rect band = place(layout.bands[i]);
    const bool slab = i == view.mms.size();
    const bool freed = !slab && !view.mms[i].alive;
    const Colour fill = freed ? mix(theme().panel, theme().bad, 0.07F) : mix(theme().panel, theme().background, slab ? 0.85F : 0.4F);
    draw()->AddRectFilled(band.min, band.max, fill, 0.3F * u());
    if (!slab) continue;
    const Rect label = place(layout.mms[i]);
    const float y = label.height() > 2.5F * kLine * u() ? label.min.y + 0.15F * u() : 0.5F * (label.min.y + label.max.y) - 0.5F * u();
    paint_text({label.min.x + 0.3F * u(), y}, label.width(), theme().text_dim, "slab");
    hint_for(label, "The slab of VMAs: what is free stands here, and what it has handed out and no mm has yet.");
  }
}

void MemoryPanel::tree_strip(const MemoryMm& mm) const {
  const Rect strip = place(layout.trees[mm.id.value]);
  const float cell = strip.width() / kMaxPages, gap = std::min(hair(), 0.1F * cell);
  for (std::size_t page = 0; page < mm.pages.size(); ++page) {
    const ImVec2 min{strip.min.x + cell * static_cast<float>(page), strip.min.y}, max{min.x + cell - gap, strip.max.y};
    const std::optional<VmaId>& vma = mm.pages[page];
    const bool freed = vma && view.vmas[vma->value].vma.allocated == false;
    const Colour empty = mm.alive ? mix(theme().raised, theme().background, 0.75F) : mix(theme().panel, theme().bad, 0.1F);
    draw()->AddRectFilled(min, max, vma ? (freed ? theme().bad : theme().text_dim) : empty, 0.12F * u());
    if (!vma && cell > 0.5F * u()) draw()->AddRect(min, max, mm.alive ? theme().border : theme().bad, 0.12F * u(), 0, hair());
    if (mm.page_changed[page]) {
      draw()->AddRect({min.x - gap, min.y - gap}, {max.x + gap, max.y + gap}, theme().text, 0.12F * u(), 0, 2 * hair());
    }
    const std::string number = vma ? std::to_string(vma->value) : "";
    if (!number.empty() && text_width(number) < cell) {
      paint_text_centred({0.5F * (min.x + max.x), 0.5F * (min.y + max.y)}, cell, theme().panel, number);
    }
  }
  hint_for(strip, mm.tree_text);
  value_spot(context, strip.min, strip.max, Place::word(mm_address(mm.id.value, MmField::kMmMt)));
}

/// Who holds mmap_lock: filled for write, an outline for read.
void MemoryPanel::lock_holders(const MemoryMm& mm, ImVec2 at, float right) const {
  const bool free = mm.writers.empty() && mm.readers.empty();
  if (free && !mm.alive) return;  // a lock that is gone is not open
  float x = at.x;
  if (x + 0.7F * u() > right) return;
  const Colour colour = !mm.writers.empty() ? theme().thread(mm.writers.front()) : free ? theme().text_faint : theme().text_dim;
  paint_padlock({x, at.y}, colour, !free, u());
  x += 0.9F * u();
  for (const auto* threads : {&mm.writers, &mm.readers}) {
    for (std::size_t i = 0; i < threads->size(); ++i) {
      const ThreadId t = (*threads)[i];
      const std::string more = "+" + std::to_string(threads->size() - i);
      const bool last = i + 1 == threads->size();
      const float taken = chip({x, at.y}, right - x - (last ? 0 : text_width(more) + 0.2F * u()), t, threads == &mm.readers, context.thread_name(t));
      if (taken == 0) {
        if (threads->size() > 1 && x + text_width(more) < right) x += paint_text({x, at.y}, right - x, theme().text_dim, more);
        break;
      }
      x += taken + 0.2F * u();
    }
  }
  hint_for({at, {x, at.y + 1.1F * u()}}, mm.lock_text);
  value_spot(context, at, {x, at.y + 1.1F * u()}, Place::word(mm_address(mm.id.value)));
}

/// Beside the mark of the thread, which has the leading end.
void MemoryPanel::name_in(const Rect& box, ThreadId thread, Colour ink, bool marked) const {
  const float mark = marked ? thread_mark_width(thread) : 0, room = box.width() - mark;
  paint_text_centred({0.5F * (box.min.x + mark + box.max.x), 0.5F * (box.min.y + box.max.y)}, room, ink, context.thread_name(thread));
}

void MemoryPanel::waiter_slot(const MemoryMm& mm, const Rect& slot) const {
  const Colour edge = mm.alive ? theme().text_faint : theme().bad;
  if (mm.waiter) {
    paint_thread_fill(context, slot.min, slot.max, *mm.waiter, 0.2F * u());
    name_in(slot, *mm.waiter, theme().on_thread(), true);
  } else {
    draw()->AddRect(slot.min, slot.max, edge, 0.2F * u(), 0, hair());
    const std::string_view word = "waiter";
    if (text_width(word) < slot.width() - 0.2F * u()) {
      paint_text_centred({0.5F * (slot.min.x + slot.max.x), 0.5F * (slot.min.y + slot.max.y)}, slot.width(), edge, word);
    }
  }
  hint_for(slot, mm.waiter_text);
  value_spot(context, slot.min, slot.max, Place::word(mm_address(mm.id.value, MmField::kVmaWriterWait)));
}

void MemoryPanel::mm_box(const MemoryMm& mm) const {
  const Rect box = place(layout.mms[mm.id.value]), strip = place(layout.trees[mm.id.value]);
  ring(box, mm.touch, mm.changed);
  if (mm.alive) {
    draw()->AddRectFilled(box.min, box.max, theme().raised, 0.3F * u());
    draw()->AddRect(box.min, box.max, theme().border, 0.3F * u(), 0, hair());
  } else {
    paint_torn(box, theme().broken_wash(), theme().bad, u());
  }
  hint_for(box, mm.text);
  context.mark_rect("memory/" + mm.name, box.min, box.max);
  const float pad = 0.3F * u(), name_y = 0.5F * (strip.min.y + strip.max.y) - 0.5F * u();
  paint_text({box.min.x + pad, name_y}, strip.min.x - box.min.x - pad, mm.alive ? theme().text : theme().bad, mm.name);
  tree_strip(mm);

  const int count = lines(box);
  const bool low = layout.low;
  const Rect slot = place(layout.waiters[mm.id.value]);
  waiter_slot(mm, slot);
  if (low) {
    lock_holders(mm, {strip.max.x + pad, name_y}, slot.min.x - 0.15F * u());
    return;
  }
  const float right = slot.min.x - pad;
  float y = std::max(strip.max.y + 0.2F * u(), strip.min.y + kLine * u());
  const auto text = [&](Colour colour, const std::string& words, MmField field) {
    const float wide = paint_text({box.min.x + pad, y}, right - box.min.x - pad, colour, words);
    value_spot(context, {box.min.x + pad, y}, {box.min.x + pad + wide, y + u()}, Place::word(mm_address(mm.id.value, field)));
    y += kLine * u();
  };
  const Colour dim = mm.alive ? theme().text_dim : theme().bad;
  lock_holders(mm, {box.min.x + pad, y}, right);
  y += 1.1F * kLine * u();
  if (count >= 3 && mm.alive) context.mark_rect("memory/" + mm.name + "/mm_lock_seq", {box.min.x + pad, y}, {right, y + u()});
  if (count >= 3 && mm.alive) {
    const std::string whole = "mm_lock_seq " + mm.lock_seq;
    text(dim, text_width(whole) <= right - box.min.x - pad ? whole : "seq " + mm.lock_seq, MmField::kMmLockSeq);
  }
  if (count >= (mm.alive ? 4 : 3)) text(dim, mm.alive ? "mm_count " + std::to_string(mm.count) : "freed", MmField::kMmCount);
  if (count >= 5 && mm.alive) text(dim, "mm_users " + std::to_string(mm.users), MmField::kMmUsers);
}

// ---- VMAs

int MemoryPanel::tokens(const MemoryVma& vma, ImVec2 at, float right, ImVec2 aside, int most) const {
  std::vector<Token> all;
  for (std::size_t i = 0; i < vma.vma.holders.size(); ++i) {
    const HolderRow& holder = vma.vma.holders[i];
    std::string brief = holder.thread ? context.thread_name(*holder.thread) : holder.text;
    if (holder.kind == HolderRow::Kind::kFlag) brief = "FLAG";
    all.push_back({holder.text, std::move(brief), holder.thread, holder.kind == HolderRow::Kind::kTransient, holder.came, holder.meaning,
                   mover_of(Mover::What::kToken, vma.vma.id, vma.vma.holders, i), place_of(holder, vma.vma.id)});
  }
  for (const ThreadId t : vma.vma.writers) {
    const std::string& name = context.thread_name(t);
    all.push_back({name + " write lock",
                   name,
                   t,
                   false,
                   false,
                   name + " holds the write lock: the two sequence numbers are equal.",
                   {Mover::What::kWriteLock, vma.vma.id.value, t.value},
                   Place::of_thread(Place::Kind::kWriteLock, t, vma_address(vma.vma.id.value))});
  }
  const float gap = 0.2F * u();
  const auto width = [&](const std::string& text, const Token& token) {
    return text_width(text) + 0.5F * u() + (token.thread ? thread_mark_width(*token.thread) : 0);
  };
  float full = 0;
  for (const Token& token : all) full += width(token.full, token) + gap;
  const bool whole = full <= right - at.x + gap;
  float x = at.x, y = at.y;
  int used = 1;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Token& token = all[i];
    const std::string& text = whole ? token.full : token.brief;
    const float wide = width(text, token);
    const std::string more = "+" + std::to_string(all.size() - i);
    if (used < most && x > at.x && x + wide > right) {
      x = at.x;
      y += kLine * u();
      ++used;
    }
    if (x + wide + (used == most && i + 1 < all.size() ? text_width(more) : 0) > right) {
      std::string rest;
      for (std::size_t k = i; k < all.size(); ++k) rest += (k > i ? "\n" : "") + all[k].text;
      if (x + text_width(more) <= right) paint_text({x, y}, right - x, theme().text_dim, more);
      hint_for({{x, y}, {right, y + 1.1F * u()}}, rest);
      context.mark_rect("memory/" + vma.vma.name + "/more", {x, y}, {right, y + 1.1F * u()});
      return used;
    }
    std::optional<ImVec2> home;
    if (token.came && token.thread) home = place(layout.threads[token.thread->value]).min;
    const ImVec2 seen = context.motion.seen(token.mover, {x - aside.x, y - aside.y}, home) + aside;
    chip(seen, wide + 1, token.thread, token.outline, text);
    context.mark_rect("memory/" + vma.vma.name + "/" + text, {x, y}, {x + wide, y + 1.1F * u()});
    hint_for({{x, y}, {x + wide, y + 1.1F * u()}}, token.text);
    value_spot(context, {x, y}, {x + wide, y + 1.1F * u()}, token.place);
    x += wide + gap;
  }
  return used;
}

/// Where it stood before the last step, and that it went from there.
void MemoryPanel::ghost(const MemoryVma& vma) const {
  if (!vma.moved) return;
  const Rect from = place(layout.vmas_before[vma.vma.id.value]), to = place(layout.vmas[vma.vma.id.value]);
  const Colour colour = theme().text;
  paint_dashes({from.min, {from.max.x, from.min.y}, from.max, {from.min.x, from.max.y}, from.min}, colour, 1.5F * hair(), u());
  const float x = from.min.x + 0.72F * from.width();
  const bool down = to.min.y > from.min.y;
  const ImVec2 begin{x, down ? from.min.y + 0.5F * from.height() : from.max.y - 0.5F * from.height()}, end{x, down ? to.min.y : to.max.y};
  draw()->AddLine(begin, {x, end.y - (down ? 0.5F : -0.5F) * u()}, colour, 0.28F * u());
  const float wing = 0.55F * u(), back = end.y - (down ? 1 : -1) * 0.7F * u();
  draw()->AddTriangleFilled(end, {x - wing, back}, {x + wing, back}, colour);
}

/// Somebody points at it, or has just touched it. Else a free object of the slab does no harm: it stays a VMA, for whoever is next.
bool MemoryPanel::relied_on(const MemoryVma& vma) const {
  return vma.touch != Touch::kNone || std::any_of(view.arrows.begin(), view.arrows.end(),
                                                  [&](const MemoryArrow& arrow) { return arrow.vma == vma.vma.id && arrow.kind != Kind::kOwner; });
}

void MemoryPanel::vma_box(const MemoryVma& vma) const {
  const Rect target = place(layout.vmas[vma.vma.id.value]);
  const ImVec2 seen = context.motion.seen({Mover::What::kVma, vma.vma.id.value}, target.min);
  const ImVec2 aside{seen.x - target.min.x, seen.y - target.min.y};
  const Rect box = moved(target, aside);
  const bool freed = vma.life == Life::kFreed, spare = vma.life == Life::kSpare;
  // A mouse finds it at its place at once.
  ImGui::SetCursorScreenPos(target.min);
  ImGui::PushID(vma.vma.id.value);
  if (ImGui::InvisibleButton("vma", {box.width(), box.height()})) context.actions.select_vma(vma.vma.id.value);
  ImGui::PopID();
  context.mark("memory/" + vma.vma.name);
  if (ImGui::IsItemHovered()) hint = vma.text;

  context.mark_rect("memory/" + vma.vma.name + "/seen", box.min, box.max);
  ring(box, vma.touch, vma.changed);
  const float round = 0.3F * u();
  const bool harmless = freed && !relied_on(vma);
  if (freed) {
    paint_torn(box, harmless ? theme().panel : theme().broken_wash(), harmless ? theme().text_faint : theme().bad, u());
  } else {
    draw()->AddRectFilled(box.min, box.max, spare ? theme().panel : theme().raised_hover, round);
    if (spare) {
      paint_dashes({box.min, {box.max.x, box.min.y}, box.max, {box.min.x, box.max.y}, box.min}, theme().text_faint, hair(), u());
    } else {
      draw()->AddRect(box.min, box.max, vma.life == Life::kAttached ? theme().text_dim : theme().text_faint, round, 0, 1.5F * hair());
    }
  }
  if (vma.vma.id.value == selected_vma) {
    const float inner = std::min(0.22F * u(), 0.15F * box.height());
    draw()->AddRectFilled({box.min.x, box.min.y + inner}, {box.min.x + 0.2F * u(), box.max.y - inner}, theme().accent, 0.1F * u());
  }

  const int count = lines(box);
  const float pad = 0.4F * u(), left = box.min.x + pad, right = box.max.x - 0.3F * u();
  const Colour ink = harmless ? theme().text_dim : freed ? theme().bad : theme().text, dim = freed ? ink : theme().text_dim;
  const float block = (static_cast<float>(std::min(count, 5) - 1) * kLine + 1) * u();
  float y = box.min.y + std::min(std::max(0.5F * (box.height() - block), 0.1F * u()), 0.8F * u());
  float x = left + paint_text({left, y}, right - left, ink, vma.vma.name);
  if (vma.generation > 0) {
    const std::string lives = " #" + std::to_string(vma.generation);
    if (x + text_width(lives) <= right) x += paint_text({x, y}, right - x, ink, lives);
  }
  x += 0.5F * u();
  const bool shows_count = !spare && !(freed && vma.vma.refcnt == 0);
  const std::string state = shows_count ? vma.vma.text : life_name(vma.life);
  const Colour state_ink = freed ? ink : shows_count ? theme().refcnt_class(vma.vma.refcnt_class) : theme().text_faint;
  // vm_refcnt, or what the slab has to say of it.
  const auto word = [&](ImVec2 at, float room) {
    const float wide = paint_refcnt(context, at, room, state_ink, state, vma.vma.flag_owner);
    const Word address = vma_address(vma.vma.id.value);
    value_spot(context, at, {at.x + wide, at.y + u()}, shows_count ? Place::word(address) : Place::of_vma(Place::Kind::kAllocated, address));
    return wide;
  };
  if (count == 1) {
    if (x + text_width(state) <= right) x += word({x, y}, right - x) + 0.5F * u();
    tokens(vma, {x, y}, right, aside, 1);
    return;
  }
  const bool beside = x + text_width(state) <= right;
  if (beside) word({right - text_width(state), y}, right - x);
  y += 1.05F * kLine * u();
  if (!beside) {
    const float end = left + word({left, y}, right - left) + 0.4F * u();
    if (count == 2) return void(tokens(vma, {end, y}, right, aside, 1));
    y += 1.05F * kLine * u();
  }
  int used = beside ? 1 : 2;
  if (spare || freed) return;
  const int of_tokens = tokens(vma, {left, y}, right, aside, std::max(1, count - used));
  used += of_tokens - 1;
  y += (static_cast<float>(of_tokens) + 0.15F) * kLine * u();
  const auto text = [&](int line, Colour colour, const std::string& words, Place place) {
    if (count < used + line || text_width(words) > right - left) return;  // cut it says nothing
    const float wide = paint_text({left, y}, right - left, colour, words);
    value_spot(context, {left, y}, {left + wide, y + u()}, place);
    y += kLine * u();
  };
  const auto field = [&](VmaField f) { return Place::word(vma_address(vma.vma.id.value, f)); };
  const std::string life = life_name(vma.life), whole = life + ", " + vma.vma.seq_meaning;
  text(2, dim, text_width(whole) <= right - left ? whole : life, Place::of_vma(Place::Kind::kAttached, vma_address(vma.vma.id.value)));
  text(3, dim, vma.bounds, field(VmaField::kStart));
  text(4, dim, "vm_lock_seq " + vma.vma.lock_seq, field(VmaField::kLockSeq));
}

// ---- threads

void MemoryPanel::thread_chip(const MemoryThread& thread) const {
  const Rect box = place(layout.threads[thread.id.value]);
  ImGui::SetCursorScreenPos(box.min);
  ImGui::PushID(100 + thread.id.value);
  if (ImGui::InvisibleButton("thread", {box.width(), box.height()})) context.actions.select_thread(thread.id);
  ImGui::PopID();
  context.mark("memory/" + thread.name);
  if (ImGui::IsItemHovered()) hint = thread.text;
  const Colour colour = theme().thread(thread.id);
  const float round = 0.3F * u();
  // Who has just moved shows its colour, even when that was its last step.
  const bool done = thread.done && !thread.moved, quiet = done || thread.asleep;
  if (thread.moved) {
    const Rect g = grown(box, 0.07F * u());
    draw()->AddRectFilled(g.min, g.max, theme().glow, round);
    draw()->AddRect(g.min, g.max, theme().accent, round, 0, 1.2F * hair());
  }
  draw()->AddRectFilled(box.min, box.max, done ? theme().panel : thread.asleep ? theme().thread_wash(thread.id) : colour, round);
  if (quiet) draw()->AddRect(box.min, box.max, done ? theme().border : colour, round, 0, 1.4F * hair());
  if (!done) paint_thread_mark(box.min, box.max, thread.id, quiet ? colour : theme().on_thread());
  name_in(box, thread.id, done ? theme().text_faint : quiet ? colour : theme().on_thread(), !done);
}

// ---- arrows

Colour MemoryPanel::colour_of(const MemoryArrow& arrow) const {
  switch (arrow.kind) {
    case Kind::kTree: return arrow.look == Look::kFreed ? theme().bad : theme().text_dim;
    case Kind::kOwner: return arrow.look == Look::kFreed ? theme().bad : theme().text_faint;
    case Kind::kTouch: return theme().bad;
    default: return arrow.threads.size() == 1 ? theme().thread(arrow.threads.front()) : theme().text_dim;
  }
}

void MemoryPanel::arrow(std::size_t i) const {
  const MemoryArrow& what = view.arrows[i];
  const MemoryLayout::Way& way = layout.ways[i];
  const std::vector<ImVec2> trunk = first_part(trunk_of(i), arrow_share(what));
  const Colour colour = colour_of(what);
  const bool dashes = (what.kind == Kind::kVmaOfThread || what.kind == Kind::kMmOfThread) && what.look < Look::kLoose;
  const bool thin = what.kind == Kind::kOwner || what.look == Look::kLoose;
  const float thick = (what.kind == Kind::kTouch ? 3.0F : thin ? 1.2F : 1.9F) * hair();
  if (what.changed && what.kind != Kind::kTouch) {
    draw()->AddPolyline(trunk.data(), static_cast<int>(trunk.size()), theme().glow, 0, thick + 0.35F * u());
  }
  if (!way.stubs.empty()) {
    path({way.rail_left + origin, way.rail_right + origin}, colour, thick, dashes);
    for (const MemoryLayout::Way::Stub& stub : way.stubs) {
      path({stub.from + origin, stub.to + origin}, what.kind == Kind::kTouch ? colour : theme().thread(stub.thread), thick, dashes);
    }
  }
  path(trunk, colour, thick, dashes);
  const ImVec2 bend = trunk[trunk.size() - 2];
  context.mark_rect("memory/arrow/" + std::to_string(i), bend, bend);
  // A tree's arrow begins at the page in its strip.
  if (what.kind == Kind::kTree) {
    draw()->AddLine(trunk.front(), {trunk.front().x, place(layout.trees[what.mm->value]).min.y}, colour, thick);
  }
  const Colour tip = what.look == Look::kFreed ? theme().bad : colour;
  paint_head(bend, trunk.back(), tip, dashes ? std::optional(theme().panel) : std::nullopt, u());
  if (what.look != Look::kRecycled) return;
  // The life in which it was found, to be compared with the one on the VMA.
  const std::string life = "#" + std::to_string(what.found_generation);
  const float half = 0.5F * text_width(life) + 0.15F * u();
  const ImVec2 middle{trunk[1].x, std::max(trunk[1].y + 1.2F * u(), 0.5F * (trunk[0].y + trunk[1].y))};
  if (layout.vmas.size() > 2 || trunk[0].y - trunk[1].y < 1.9F * u()) return;
  draw()->AddRectFilled({middle.x - half, middle.y - 0.55F * u()}, {middle.x + half, middle.y + 0.55F * u()}, theme().panel, 0.2F * u());
  draw()->AddRect({middle.x - half, middle.y - 0.55F * u()}, {middle.x + half, middle.y + 0.55F * u()}, colour, 0.2F * u(), 0, hair());
  paint_text_centred(middle, 4 * u(), theme().text, life);
}

/// Where a step hit what it must not touch: a burst.
void MemoryPanel::strike(std::size_t i) const {
  if (view.arrows[i].kind != Kind::kTouch || arrow_share(view.arrows[i]) < 1) return;
  const ImVec2 at = layout.ways[i].trunk.back() + origin;
  const bool violation = view.arrows[i].violation;
  paint_burst(at, (violation ? 0.8F : 0.45F) * u(), theme().bad);
  if (violation) draw()->AddCircleFilled(at, 0.18F * u(), theme().panel);
}

void MemoryPanel::hover_arrows() const {
  if (!hint.empty() || !ImGui::IsWindowHovered()) return;
  const ImVec2 mouse{ImGui::GetMousePos().x - origin.x, ImGui::GetMousePos().y - origin.y};
  float nearest = 0.35F * u();
  std::size_t nearest_arrow = layout.ways.size();
  for (std::size_t i = 0; i < layout.ways.size(); ++i) {
    const float far = distance(layout.ways[i], mouse);
    if (far >= nearest) continue;
    nearest = far;
    nearest_arrow = i;
  }
  if (nearest_arrow == layout.ways.size()) return;
  hint = view.arrows[nearest_arrow].text;
  const std::vector<ImVec2> trunk = trunk_of(nearest_arrow);
  draw()->AddPolyline(trunk.data(), static_cast<int>(trunk.size()), with_alpha(theme().accent, 0.3F), 0, 0.5F * u());
}

void MemoryPanel::all() const {
  bands();
  for (const MemoryVma& vma : view.vmas) ghost(vma);
  for (std::size_t i = 0; i < view.arrows.size(); ++i) arrow(i);
  for (const MemoryMm& mm : view.mms) mm_box(mm);
  for (const MemoryVma& vma : view.vmas) vma_box(vma);
  for (const MemoryThread& thread : view.threads) thread_chip(thread);
  for (std::size_t i = 0; i < view.arrows.size(); ++i) strike(i);
  hover_arrows();
  if (hint.empty()) return;
  show_tooltip(hint);
  context.mark_rect("memory/hint", origin, origin);
}

}  // namespace

void draw_memory(const PanelContext& context, const VmaPanelState& memory) {
  const MemoryView& view = context.memory();
  const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  // The greatest type in which all of it fits.
  const ImVec2 needed = memory_room(view);
  const Fonts& fonts = context.fonts();
  const Font* chosen = &fonts.small;
  for (const Font* font : {&fonts.body, &fonts.title, &fonts.huge}) {
    if (needed.x * font->size <= room.x && needed.y * font->size <= room.y) chosen = font;
  }
  WithFont font(*chosen);
  float name_width = 0;
  for (const MemoryMm& mm : view.mms) name_width = std::max(name_width, text_width(mm.name));
  const MemoryLayout layout = memory_layout(view, room, chosen->size, std::min(name_width, 5 * chosen->size));
  const MemoryPanel panel{context, view, layout, *chosen, at, memory.vma};
  panel.all();
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({layout.size.x, layout.size.y - ImGui::GetStyle().ItemSpacing.y});
}

}  // namespace vmalab

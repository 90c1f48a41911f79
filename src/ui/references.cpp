// SPDX-License-Identifier: GPL-2.0-only
#include "ui/references.h"

#include "ui/paint.h"
#include "ui/panels.h"

namespace vmalab {
namespace {

constexpr int kFlagNumber = -1;

/// Where a thread is on the screen: on its card, or else its lane.
std::optional<ImVec2> home_of(const PanelContext& context, ThreadId thread) {
  const std::string& name = context.thread_name(thread);
  for (const std::string& mark : {"threads/" + name + "/card", "timeline/" + name}) {
    const Widget* widget = context.widgets.find(mark);
    if (widget != nullptr && widget->visible) return ImVec2{widget->min.x + 0.5F * context.em(), widget->min.y + 0.3F * context.em()};
  }
  return std::nullopt;
}

/// What the last step took away goes home, and fades on the way.
void paint_leaving(const PanelContext& context, VmaId vma) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  for (const Motion::Gone& gone : context.motion.gone(Mover::What::kReference, vma.value)) {
    const bool has_thread = gone.thing.thread < context.machine().thread_count();
    const ThreadId thread = thread_id(gone.thing.thread);
    const std::string text = !has_thread ? "attach" : context.thread_name(thread) + (gone.thing.number == kFlagNumber ? " FLAG" : "");
    const std::optional<ImVec2> home = has_thread ? home_of(context, thread) : std::nullopt;
    const ImVec2 to = home.value_or(gone.from), at{gone.from.x + gone.share * (to.x - gone.from.x), gone.from.y + gone.share * (to.y - gone.from.y)};
    const Colour colour = with_alpha(has_thread ? context.theme().thread(thread) : context.theme().text_dim, 1 - gone.share);
    draw->PushClipRectFullScreen();
    paint_outline_chip(context, at, colour, text);
    draw->PopClipRect();
    context.mark_rect("leaving/" + text, at, {at.x + chip_width(text), at.y + chip_height()});
  }
}

}  // namespace

Mover mover_of(Mover::What what, VmaId vma, const std::vector<HolderRow>& holders, std::size_t number) {
  const HolderRow& holder = holders[number];
  const int thread = holder.thread ? holder.thread->value : kMaxThreads;
  if (holder.kind == HolderRow::Kind::kFlag) return {what, vma.value, thread, kFlagNumber};
  int before = 0;
  for (std::size_t i = 0; i < number; ++i) before += holders[i].thread == holder.thread ? 1 : 0;
  return {what, vma.value, thread, before};
}

Place place_of(const HolderRow& holder, VmaId vma) {
  const Word word = vma_address(vma.value);
  if (!holder.thread) return Place::of_vma(Place::Kind::kAttached, word);
  switch (holder.kind) {
    case HolderRow::Kind::kFlag: return Place::of_thread(Place::Kind::kExcluding, *holder.thread, word);
    case HolderRow::Kind::kReadLock: return Place::of_thread(Place::Kind::kReadLock, *holder.thread, word);
    case HolderRow::Kind::kAttach:
    case HolderRow::Kind::kTransient: break;
  }
  return Place::of_thread(Place::Kind::kReferences, *holder.thread, word);
}

float paint_references(const PanelContext& context, const VmaView& view, ImVec2 at, float right, float gap, ReferenceText text, bool draw) {
  float x = at.x, y = at.y;
  for (std::size_t i = 0; i < view.holders.size(); ++i) {
    const HolderRow& holder = view.holders[i];
    const bool name_only = text == ReferenceText::kBrief && holder.thread && holder.kind != HolderRow::Kind::kFlag;
    const std::string& shown = name_only ? context.thread_name(*holder.thread) : holder.text;
    const float width = holder.thread ? thread_chip_width(*holder.thread, shown) : chip_width(shown);
    if (x > at.x && x + width > right) {
      x = at.x;
      y += chip_height() + gap;
    }
    const ImVec2 place{x, y};
    x += width + gap;
    if (!draw) continue;
    std::optional<ImVec2> origin;
    if (holder.came && context.last_step() != nullptr) origin = home_of(context, holder.thread.value_or(context.last_step()->action.thread));
    const Mover mover = mover_of(Mover::What::kReference, view.id, view.holders, i);
    const ImVec2 seen = context.motion.seen(mover, place, origin);
    // On its way it leaves the panel.
    const bool travels = seen.x != place.x || seen.y != place.y;
    if (travels) {
      ImGui::GetWindowDrawList()->PushClipRectFullScreen();
      ImGui::GetWindowDrawList()->AddRectFilled(seen, {seen.x + width, seen.y + chip_height()}, context.theme().panel, 0.3F * ImGui::GetFontSize());
    }
    // A lock and FLAG are certain and filled; a transient reference is only an outline.
    if (holder.thread) {
      paint_thread_chip(context, seen, *holder.thread, shown, holder.kind != HolderRow::Kind::kTransient);
    } else {
      paint_chip(context, seen, context.theme().text_dim, shown);
    }
    if (travels) ImGui::GetWindowDrawList()->PopClipRect();
    context.mark_rect("reference/" + holder.text, seen, {seen.x + width, seen.y + chip_height()});
    rect_tooltip(place, {place.x + width, place.y + chip_height()}, holder.meaning);
    value_spot(context, place, {place.x + width, place.y + chip_height()}, place_of(holder, view.id));
  }
  if (draw) paint_leaving(context, view.id);
  return view.holders.empty() ? y : y + chip_height();
}

}  // namespace vmalab

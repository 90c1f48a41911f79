// SPDX-License-Identifier: GPL-2.0-only
// Two runs side by side. A band a thing: where both have the same it is one, across both sides; where they differ it splits in two.
// What has just come to differ flashes.
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ui/paint.h"
#include "ui/panel_context.h"
#include "ui/panels.h"
#include "ui/side_by_side.h"
#include "ui/side_by_side_timeline.h"

namespace vmalab {
namespace {

// In em.
constexpr float kBandGap = 0.22F, kPad = 0.55F, kGutter = 1.5F;
constexpr float kHead = 1.9F, kNames = 1.75F, kStep = 3.0F, kWord = 2.7F, kReferences = 1.75F, kSequence = 1.5F, kLine = 1.5F, kCodeLine = 1.18F;
constexpr float kTimeline = 5.6F, kLeastTimeline = 4.4F;

class Panel {
 public:
  Panel(const PanelContext& context, SideBySide& sides, VmaId vma)
      : context_(context), sides_(sides), view_(sides.view(vma)), theme_(context.theme()), em_(context.em()) {}

  void draw() {
    at_ = ImGui::GetCursorScreenPos();
    size_ = ImGui::GetContentRegionAvail();
    if (size_.x < 20 * em_ || size_.y < 8 * em_) return;
    measure();
    y_ = at_.y;
    head();
    names();
    step();
    const float timeline = timeline_height(), bottom = at_.y + size_.y - timeline - 0.3F * em_;
    values(bottom);
    draw_forked_timeline(context_, sides_, {at_.x, bottom + 0.3F * em_}, {size_.x, timeline}, label_);
    ImGui::SetCursorScreenPos(at_);
    ImGui::Dummy({size_.x, size_.y - ImGui::GetStyle().ItemSpacing.y});
  }

 private:
  /// Few lines fit: what is around the values takes less.
  bool low() const { return size_.y < 19 * em_; }
  float step_height() const { return (low() ? 2.0F : kStep) * em_; }
  float names_height() const { return (low() ? 1.45F : kNames) * em_; }
  float timeline_height() const { return std::clamp(0.16F * size_.y, (low() ? 4.2F : kLeastTimeline) * em_, 1.3F * kTimeline * em_); }

  /// What room there is goes to the lines of the C, and what is left to the lines of values.
  void measure() {
    WithFont small(context_.fonts().small);
    label_ = text_width("mmap_lock");
    for (const BesideLine& line : view_.lines) label_ = std::max(label_, text_width(line.label));
    for (const std::string& name : view_.names) label_ = std::max(label_, std::min(text_width(name), 9 * em_));
    // As wide at every step.
    const std::string last = std::to_string(sides_.runs().rows().back().depth[0]);
    const bool two = sides_.runs().parting() || !sides_.runs().looks_alone().empty();
    label_ = std::max(label_, text_width("step " + last + (two ? " | " + last : "")));
    label_ = std::min(label_ + 0.8F * em_, 0.2F * size_.x);
    half_ = 0.5F * (size_.x - label_ - kGutter * em_);
    const auto count = static_cast<float>(view_.lines.size());
    const float fixed = (kHead + kWord + kReferences + kSequence + 7 * kBandGap) * em_ + step_height() + names_height() + timeline_height() +
                        0.3F * em_;
    const float left = size_.y - fixed;
    line_ = std::clamp(left / std::max(count + 3, 1.0F) - kBandGap * em_, kLine * em_, 1.75F * em_);
    const float for_code = left - count * (line_ + kBandGap * em_) - (kBandGap + 0.5F) * em_;
    const int most = 2 * static_cast<int>(BesideView::kContext) + 1;
    code_lines_ = std::clamp(static_cast<int>(for_code / (kCodeLine * em_)), left > 4 * (kLine + kBandGap) * em_ ? 1 : 0, most);
  }

  float value_x(std::size_t side) const { return at_.x + label_ + (side == 0 ? 0 : half_ + kGutter * em_); }

  /// Over both sides, or each with its own. `differs`: it is a difference, and no mere other way to write it.
  using Paint = std::function<void(std::size_t side, ImVec2 at, float width)>;
  void band(const std::string& mark, float height, bool same, bool differs, bool anew, const Paint& paint) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float rounding = 0.3F * em_;
    const auto surface = [&](std::size_t side, float width) {
      const ImVec2 min{value_x(side), y_}, max{min.x + width, y_ + height};
      Colour fill = theme_.raised;
      if (differs) fill = mix(theme_.raised, theme_.glow, anew ? flash_ : 0.75F);
      list->AddRectFilled(min, max, fill, rounding);
      if (differs && anew) {
        const float bar = std::max(2.0F, 0.16F * em_);
        list->AddRectFilled(min, {min.x + bar, max.y}, with_alpha(theme_.accent, 0.25F + 0.75F * flash_), 0.5F * bar);
      }
      list->PushClipRect(min, max, true);
      paint(side, {min.x + kPad * em_, y_}, width - 2 * kPad * em_);
      list->PopClipRect();
      context_.mark_rect("beside/" + mark + (same ? "" : side == 0 ? "/first" : "/second"), min, max);
    };
    if (same) {
      surface(0, 2 * half_ + kGutter * em_);
    } else {
      surface(0, half_);
      surface(1, half_);
      if (differs) {
        WithFont title(context_.fonts().title);
        paint_text_centred({value_x(0) + half_ + 0.5F * kGutter * em_, y_ + 0.5F * height}, kGutter * em_, anew ? theme_.text : theme_.text_dim,
                           "\xe2\x89\xa0");
      }
    }
    y_ += height + kBandGap * em_;
  }

  void band_label(const std::string& text, float height, std::optional<ThreadId> thread = std::nullopt) const {
    const float room = label_ - 0.6F * em_;
    if (thread) {
      WithFont bold(context_.fonts().bold);
      paint_thread_name(context_, {at_.x, y_ + 0.5F * (height - ImGui::GetFontSize())}, room, *thread, text);
      return;
    }
    WithFont small(context_.fonts().small);
    paint_text({at_.x, y_ + 0.5F * (height - ImGui::GetFontSize())}, room, theme_.text_dim, text);
  }

  // ---- above

  void head() {
    float right = at_.x + size_.x;
    const bool parts = sides_.runs().parting().has_value();
    {
      WithFont small(context_.fonts().small);
      ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0.45F * em_, 0.15F * em_});
      const auto tool = [&](CommandId id, const char* text) {
        const float width = text_width(text) + 2 * ImGui::GetStyle().FramePadding.x;
        right -= width;
        ImGui::SetCursorScreenPos({right, y_});
        const Command& what = command(id);
        if (button(context_, "beside/" + std::string(what.name), text, context_.actions.can(id),
                   std::string(what.sentence) + "  (" + shortcut_text(what.shortcut) + ")")) {
          context_.actions.run(id);
        }
        right -= 0.35F * em_;
      };
      tool(CommandId::kCloseBeside, "Close");
      tool(CommandId::kSwapSides, "Swap");
      if (parts) tool(CommandId::kToParting, "To where they part");
      ImGui::PopStyleVar();
    }
    // In the largest type in which it is whole, at last in two lines.
    const bool here = view_.where == BesideView::Where::kParting;
    const Fonts& fonts = context_.fonts();
    const float room = right - at_.x - 0.5F * em_;
    const auto fits = [&](const Font& font) {
      WithFont with(font);
      return text_width(view_.sentence) <= room;
    };
    WithFont font(here && fits(fonts.title) ? fonts.title : fits(fonts.bold) ? fonts.bold : fonts.small);
    const float high = ImGui::CalcTextSize(view_.sentence.c_str(), nullptr, false, room).y;
    const float top = y_ + std::max(0.0F, 0.5F * (1.5F * em_ - high));
    ImGui::GetWindowDrawList()->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {at_.x, top}, theme_.text, view_.sentence.c_str(), nullptr, room);
    context_.mark_rect("beside/sentence", {at_.x, top}, {right, top + high});
    y_ += kHead * em_;
  }

  void names() {
    WithFont type(low() ? context_.fonts().bold : context_.fonts().title);
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (const std::size_t side : {0u, 1u}) {
      const float x = value_x(side);
      paint_text({x + kPad * em_, y_}, half_ - 2 * kPad * em_, theme_.text, view_.names[side]);
      const float line = y_ + names_height() - 0.18F * em_;
      list->AddRectFilled({x, line - hairline(context_)}, {x + half_, line + hairline(context_)}, theme_.outline);
      context_.mark_rect(side == 0 ? "beside/name/first" : "beside/name/second", {x, y_}, {x + half_, line});
    }
    y_ += names_height();
  }

  // ---- what was done

  std::string step_number() const {
    const int a = view_.steps[0].depth, b = view_.steps[1].depth;
    return a == b ? "step " + std::to_string(a) : "step " + std::to_string(a) + " | " + std::to_string(b);
  }

  void step() {
    band_label(step_number(), step_height());
    const bool parts = view_.where == BesideView::Where::kParting;
    band("step", step_height(), view_.same_step, !view_.same_step && view_.where != BesideView::Where::kLookAlone, parts,
         [&](std::size_t side, ImVec2 at, float width) {
           const BesideStep& step = view_.steps[side];
           float x = at.x;
           {
             WithFont title(context_.fonts().title);
             const float y = at.y + 0.3F * em_;
             if (sides_.row() > 0) x += paint_thread_name(context_, {x, y}, width, step.thread, context_.thread_name(step.thread)) + 0.5F * em_;
             const Colour ink = step.taken || sides_.row() == 0 ? theme_.text : theme_.text_dim;
             // In a smaller type where it would be cut.
             const auto fits = [&](const Font& type) {
               WithFont with(type);
               return text_width(step.text) <= at.x + width - x;
             };
             const Fonts& fonts = context_.fonts();
             WithFont font(fits(fonts.title) ? fonts.title : fits(fonts.body) ? fonts.body : fonts.small);
             paint_text({x, y + 0.5F * (context_.fonts().title.size - ImGui::GetFontSize())}, at.x + width - x, ink, step.text);
           }
           if (low()) {
             // One line: what is broken stands on the timeline, too.
             rect_tooltip(at, {at.x + width, at.y + step_height()}, step.place + (step.broken.empty() ? "" : ". " + step.broken));
             return;
           }
           const float y = at.y + 1.75F * em_;
           x = at.x;
           if (!step.broken.empty()) {
             WithFont bold(context_.fonts().bold);
             x += paint_text({x, y}, width, theme_.bad, step.broken) + 0.8F * em_;
           }
           WithFont small(context_.fonts().small);
           if (x < at.x + width) paint_text({x, y + 0.06F * em_}, at.x + width - x, theme_.text_dim, step.place);
         });
  }

  void code() {
    const float height = static_cast<float>(code_lines_) * kCodeLine * em_ + 0.5F * em_;
    band_label("source", height);
    band("source", height, view_.same_code, false, false, [&](std::size_t side, ImVec2 at, float width) {
      const BesideStep& step = view_.steps[side];
      if (step.code.empty()) return;
      const auto around = static_cast<std::uint32_t>(code_lines_ / 2);
      const std::uint32_t last = step.first + static_cast<std::uint32_t>(step.code.size()) - 1;
      std::uint32_t first = step.line > around ? step.line - around : 1;
      first = std::clamp(first, step.first, step.line);
      std::size_t indent = 1000;
      const auto shown = [&](const auto& each) {
        for (std::uint32_t l = first; l <= last && l < first + static_cast<std::uint32_t>(code_lines_); ++l) each(l, step.code[l - step.first]);
      };
      shown([&](std::uint32_t, const std::string& line) {
        if (const std::size_t begin = line.find_first_not_of(' '); begin != std::string::npos) indent = std::min(indent, begin);
      });
      WithFont font(context_.fonts().code);
      float y = at.y + 0.25F * em_;
      const float number = text_width("00000");
      shown([&](std::uint32_t l, const std::string& line) {
        const bool here = l == step.line;
        if (here) {
          ImGui::GetWindowDrawList()->AddRectFilled({at.x - 0.2F * em_, y}, {at.x + width + 0.2F * em_, y + kCodeLine * em_},
                                                    theme_.thread_fill(step.thread), 0.15F * em_);
        }
        const float text_y = y + 0.5F * (kCodeLine * em_ - ImGui::GetFontSize());
        paint_text_right(at.x + number - 0.8F * em_, text_y, number, here ? theme_.text : theme_.text_faint, std::to_string(l));
        if (line.size() > indent)
          paint_text({at.x + number, text_y}, width - number, here ? theme_.text : theme_.text_dim, std::string_view(line).substr(indent));
        y += kCodeLine * em_;
      });
    });
  }

  // ---- the lock

  /// Beside the count what it says, in as many lines as that takes: the band is as high.
  void word() {
    const Fonts& fonts = context_.fonts();
    const float bar = ImGui::GetStyle().ScrollbarSize;  // where there is more than fits, it lies over the band's end
    const float side_width = (view_.same_word ? 2 * half_ + kGutter * em_ : half_) - 2 * kPad * em_ - bar;
    const auto room_beside = [&](const Font& count) {
      WithFont with(count);
      float taken = 0;
      for (const VmaView& vma : view_.vmas) taken = std::max(taken, text_width(vma.text));
      return side_width - std::max(taken, count.size == fonts.huge.size ? 4.5F * em_ : 0) - 0.8F * em_;
    };
    const Font& count = room_beside(fonts.huge) >= 12 * em_ ? fonts.huge : fonts.title;
    const float room = std::max(room_beside(count), 4 * em_);
    const auto high_in = [&](const Font& font) {
      WithFont with(font);
      float high = 0;
      for (const VmaView& vma : view_.vmas) high = std::max(high, ImGui::CalcTextSize(vma.exact.c_str(), nullptr, false, room).y);
      return high;
    };
    const Font& type = high_in(fonts.body) <= kWord * em_ ? fonts.body : fonts.small;
    const float height = std::max(kWord * em_, high_in(type) + 0.3F * em_);
    band_label(view_.vmas[0].name, height);
    band("word", height, view_.same_word, !view_.same_word, view_.word_anew, [&](std::size_t side, ImVec2 at, float width) {
      const VmaView& vma = view_.vmas[side];
      {
        WithFont with(count);
        const float y = at.y + 0.5F * (height - ImGui::GetFontSize());
        const float taken = paint_refcnt(context_, {at.x, y}, width, theme_.refcnt_class(vma.refcnt_class), vma.text, vma.flag_owner);
        if (side == 0) value_spot(context_, {at.x, y}, {at.x + taken, y + ImGui::GetFontSize()}, Place::word(vma_address(vma.id.value)));
      }
      WithFont font(type);
      const float high = ImGui::CalcTextSize(vma.exact.c_str(), nullptr, false, room).y;
      const ImVec2 place{at.x + width - bar - room, at.y + 0.5F * (height - high)};
      ImGui::GetWindowDrawList()->AddText(ImGui::GetFont(), ImGui::GetFontSize(), place, theme_.text, vma.exact.c_str(), nullptr, room);
      context_.mark_rect("beside/exact/" + std::to_string(side), place, {place.x + room, place.y + high});
    });
  }

  void references() {
    band_label("references", kReferences * em_);
    band("references", kReferences * em_, view_.same_references, !view_.same_references, view_.references_anew,
         [&](std::size_t side, ImVec2 at, float width) {
           const VmaView& vma = view_.vmas[side];
           WithFont small(context_.fonts().small);
           float x = at.x;
           const float y = at.y + 0.5F * (kReferences * em_ - chip_height()), end = at.x + width;
           if (vma.holders.empty()) {
             paint_text({x, at.y + 0.5F * (kReferences * em_ - ImGui::GetFontSize())}, width, theme_.text_dim, "Nobody holds a reference.");
           }
           for (std::size_t i = 0; i < vma.holders.size(); ++i) {
             const HolderRow& holder = vma.holders[i];
             const float wide = holder.thread ? thread_chip_width(*holder.thread, holder.text) : chip_width(holder.text);
             const std::string rest = "+" + std::to_string(vma.holders.size() - i);
             if (x + wide + (i + 1 < vma.holders.size() ? text_width(rest) + 0.5F * em_ : 0) > end) {
               paint_text({x, at.y + 0.5F * (kReferences * em_ - ImGui::GetFontSize())}, end - x, theme_.text_dim, rest);
               break;
             }
             if (holder.thread) {
               paint_thread_chip(context_, {x, y}, *holder.thread, holder.text, holder.kind != HolderRow::Kind::kTransient);
             } else {
               paint_chip(context_, {x, y}, theme_.text_dim, holder.text);
             }
             rect_tooltip({x, y}, {x + wide, y + chip_height()}, holder.meaning);
             x += wide + 0.35F * em_;
           }
         });
  }

  void sequence() {
    band_label("sequence", kSequence * em_);
    band("sequence", kSequence * em_, view_.same_sequence, !view_.same_sequence, view_.sequence_anew, [&](std::size_t side, ImVec2 at, float width) {
      const VmaView& vma = view_.vmas[side];
      WithFont type(half_ < 24 * em_ ? context_.fonts().small : context_.fonts().body);
      float x = at.x;
      const float y = at.y + 0.5F * (kSequence * em_ - ImGui::GetFontSize());
      const auto put = [&](Colour colour, const std::string& text) {
        x += x < at.x + width ? paint_text({x, y}, at.x + width - x, colour, text) : 0;
      };
      put(theme_.text_dim, "vm_lock_seq ");
      put(theme_.text, vma.lock_seq);
      if (!vma.mm) return;
      put(vma.seq_equal ? theme_.text : theme_.text_dim, vma.seq_equal ? "  =  " : "  \xe2\x89\xa0  ");
      put(theme_.text_dim, "mm_lock_seq ");
      put(theme_.text, vma.mm_seq);
      put(theme_.text_dim, ":  " + vma.seq_meaning);
    });
  }

  /// What a line says is whole, in as many lines as that takes.
  void lines() {
    const Fonts& fonts = context_.fonts();
    for (const BesideLine& line : view_.lines) {
      const float room = (line.same ? 2 * half_ + kGutter * em_ : half_) - 2 * kPad * em_;
      float height = line_;
      {
        WithFont small(fonts.small);
        for (const std::string& text : line.text) height = std::max(height, ImGui::CalcTextSize(text.c_str(), nullptr, false, room).y + 0.2F * em_);
      }
      band_label(line.label, height, line.thread);
      band("line/" + line.label, height, line.same, !line.same, line.anew, [&](std::size_t side, ImVec2 at, float width) {
        const std::string& text = line.text[side];
        WithFont body(fonts.body);
        WithFont type(text_width(text) <= width ? fonts.body : fonts.small);
        const float high = ImGui::CalcTextSize(text.c_str(), nullptr, false, width).y;
        ImGui::GetWindowDrawList()->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {at.x, at.y + 0.5F * (height - high)}, theme_.text, text.c_str(),
                                            nullptr, width);
      });
    }
  }

  /// What there is no room for is scrolled to; the bands are drawn where the list has come to.
  void values(float bottom) {
    const float height = bottom - y_;
    if (height < kLine * em_) return;
    ImGui::SetCursorScreenPos({at_.x, y_});
    ImGui::BeginChild("values", {size_.x, height}, false, ImGuiWindowFlags_NoNav);
    const float top = ImGui::GetCursorScreenPos().y;
    y_ = top;
    if (code_lines_ > 0) code();
    word();
    references();
    sequence();
    lines();
    ImGui::SetCursorScreenPos({at_.x, top});
    ImGui::Dummy({1, y_ - top - kBandGap * em_ - ImGui::GetStyle().ItemSpacing.y});
    ImGui::EndChild();
  }

  const PanelContext& context_;
  SideBySide& sides_;
  const BesideView& view_;
  const Theme& theme_;
  float em_;
  ImVec2 at_, size_;
  float y_ = 0, label_ = 0, half_ = 0, line_ = 0;
  float flash_ = context_.motion.on() ? sides_.flash() : 1;
  int code_lines_ = 0;
};

/// Nothing is beside: what can be put there, by the keys for it.
void nothing(const PanelContext& context) {
  wrapped(context.theme().text, "Nothing is beside this run. Put there, and it runs by the same schedule until the two part:");
  for (const CommandId id : {CommandId::kVariantBeside, CommandId::kLockdepBeside, CommandId::kOpenBeside, CommandId::kCompareBranches}) {
    const Command& what = command(id);
    if (button(context, "beside/" + std::string(what.name), std::string(what.title).c_str(), context.actions.can(id), what.sentence))
      context.actions.run(id);
    ImGui::SameLine();
    label(context.theme().text_dim, shortcut_text(what.shortcut));
  }
}

}  // namespace

void draw_side_by_side(const PanelContext& context, SideBySide& sides, const VmaPanelState& memory) {
  if (!sides.open()) return nothing(context);
  sides.follow(context.session());
  const auto& sessions = sides.runs().sessions();
  const int vmas = std::min(sessions[0].machine().limits().vmas, sessions[1].machine().limits().vmas);
  Panel(context, sides, vma_id(std::clamp(memory.vma, 0, std::max(vmas - 1, 0)))).draw();
}

}  // namespace vmalab

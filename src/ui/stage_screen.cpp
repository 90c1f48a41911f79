// SPDX-License-Identifier: GPL-2.0-only
// What stage mode shows. Before the first step a title card: what the story is, who each thread is. Then, from above: the caption,
// the lock word with its references, the timeline.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "machine/describe.h"
#include "ui/paint.h"
#include "ui/panel_cache.h"
#include "ui/panels.h"
#include "ui/references.h"
#include "ui/screen.h"
#include "view/thread_view.h"
#include "view/vma_view.h"

namespace vmalab {
namespace {

struct StageScreen {
  const PanelContext& context;
  Rect room;

  float em() const { return context.em(); }
  const Theme& theme() const { return context.theme(); }

  float wrapped_at(ImVec2 at, float width, const Font& font, Colour colour, const std::string& text) const;
  void title_card() const;
  void caption(const Rect& rect, const LessonView& view) const;
  void lock_word(const Rect& rect, int shown) const;
  void others(const Rect& rect, int shown) const;
  void steps(const Rect& rect, const std::optional<NextAction>& next) const;
};

float wrapped_height(const Font& font, const std::string& text, float width) {
  WithFont with(font);
  return text.empty() ? 0 : ImGui::CalcTextSize(text.c_str(), nullptr, false, width).y;
}

/// Returns the height it took.
float StageScreen::wrapped_at(ImVec2 at, float width, const Font& font, Colour colour, const std::string& text) const {
  if (text.empty()) return 0;
  WithFont with(font);
  ImGui::GetWindowDrawList()->AddText(ImGui::GetFont(), ImGui::GetFontSize(), at, colour, text.c_str(), nullptr, width);
  return ImGui::CalcTextSize(text.c_str(), nullptr, false, width).y;
}

void StageScreen::title_card() const {
  const Fonts& fonts = context.fonts();
  const Scenario& scenario = context.scenario();
  const float width = std::min(0.86F * room.width(), 62 * em());
  const float x = room.min.x + 0.5F * (room.width() - width);
  std::string story = scenario.story;
  std::replace(story.begin(), story.end(), '\n', ' ');
  const auto threads = static_cast<int>(scenario.threads.size());
  // Many threads stand in columns, so that a card always fits.
  const int columns = threads > 10 ? 3 : threads > 5 ? 2 : 1;
  const int rows = (threads + columns - 1) / columns;
  // In one column what its function is for stands below its call.
  std::vector<std::string> roles;
  for (int t = 0; t < threads; ++t) roles.push_back(columns == 1 ? role_text(context.machine(), thread_id(t)) : std::string());
  const bool any_role = std::any_of(roles.begin(), roles.end(), [](const std::string& role) { return !role.empty(); });
  const float line = (any_role ? 3.1F : 1.75F) * em();
  const float title_high = wrapped_height(fonts.huge, run_title(context.session()), width);
  const auto high_with = [&](const Font& font) {
    return title_high + wrapped_height(font, story, width) + static_cast<float>(rows) * line + 3.2F * em();
  };
  const Font& font = high_with(fonts.title) <= room.height() ? fonts.title : fonts.body;
  float y = room.min.y + std::max(0.0F, 0.45F * (room.height() - high_with(font)));
  y += wrapped_at({x, y}, width, fonts.huge, theme().text, run_title(context.session())) + 1.2F * em();
  context.mark_rect("stage/title", {x, room.min.y}, {x + width, y});
  y += wrapped_at({x, y}, width, font, theme().text_dim, story) + 2 * em();
  const float column = width / static_cast<float>(columns);
  for (int t = 0; t < threads; ++t) {
    const ThreadId id = thread_id(t);
    const ThreadSetup& thread = scenario.threads[id.value];
    const int nth_column = t / rows;
    const ImVec2 at{x + column * static_cast<float>(nth_column), y + line * static_cast<float>(t % rows)};
    WithFont title(fonts.title);
    const float name = paint_thread_name(context, at, 5 * em(), id, thread.name);
    WithFont code(fonts.code);
    paint_text({at.x + std::max(name, 2.6F * em()) + 0.9F * em(), at.y + 0.5F * (fonts.title.size - fonts.code.size)},
               column - std::max(name, 2.6F * em()) - 1.4F * em(), theme().text, thread.call);
    if (roles[id.value].empty()) continue;
    WithFont body(fonts.body);
    const float from = at.x + std::max(name, 2.6F * em()) + 0.9F * em();
    const float wide = paint_text({from, at.y + 1.35F * em()}, at.x + column - from, theme().text_dim, roles[id.value]);
    context.mark_rect("stage/role/" + thread.name, {from, at.y + 1.35F * em()}, {from + wide, at.y + 1.35F * em() + fonts.body.size});
  }
}

/// In the largest type in which it fits.
void StageScreen::caption(const Rect& rect, const LessonView& view) const {
  const Fonts& fonts = context.fonts();
  const std::vector<ColouredText> told = coloured_story(theme(), view);
  const auto fits = [&](const Font& font) {
    WithFont with(font);
    return paint_sentences({0, 0}, rect.width(), told, false) + wrapped_height(fonts.title, view.broken, rect.width()) <= rect.height();
  };
  const Font& font = fits(fonts.huge) ? fonts.huge : fits(fonts.title) ? fonts.title : fonts.body;
  float taken = 0;
  {
    WithFont with(font);
    taken = paint_sentences(rect.min, rect.width(), told);
  }
  context.mark_rect("stage/caption", rect.min, {rect.max.x, rect.min.y + taken});
  if (view.broken.empty()) return;
  const ImVec2 at{rect.min.x, rect.min.y + taken + 0.3F * em()};
  const float high = wrapped_at(at, rect.width(), fonts.title, theme().bad, view.broken);
  context.mark_rect("stage/broken", at, {rect.max.x, at.y + high});
}

/// The other VMAs, one line: their names and lock words.
void StageScreen::others(const Rect& rect, int shown) const {
  const std::vector<VmaTab> rows = vma_tabs(context.machine(), context.state(), context.cache.before(context.session(), context.serial()));
  if (rows.size() < 2) return;
  float x = rect.min.x;
  for (const VmaTab& tab : rows) {
    const bool chosen = tab.id.value == shown;
    WithFont font(chosen ? context.fonts().bold : context.fonts().body);
    const Colour ink = chosen ? theme().text : theme().text_dim;
    x += paint_text({x, rect.min.y}, rect.max.x - x, ink, tab.name + "  ");
    if (x < rect.max.x) x += paint_refcnt(context, {x, rect.min.y}, rect.max.x - x, ink, tab.text, tab.flag_owner) + 2 * em();
  }
}

void StageScreen::lock_word(const Rect& rect, int shown) const {
  const Fonts& fonts = context.fonts();
  const State* before = context.cache.before(context.session(), context.serial());
  const VmaId id = vma_id(shown);
  const VmaView view = vma_view(context.machine(), context.state(), before, id, context.timeline().times_recycled(id, context.session().depth()));
  float y = rect.min.y;
  if (shown_vmas(context.machine()).size() > 1) {
    others({{rect.min.x, y}, {rect.max.x, y + 1.5F * em()}}, shown);
    y += 1.6F * em();
  }
  // The references have to fit below it, in the margin above the timeline if need be.
  const float references = 0.6F * em() + fonts.bold.size;
  const float least = fonts.display.size + wrapped_height(fonts.body, view.exact, rect.width()) + 0.55F * em() + references;
  const Font& large = y + least <= rect.max.y + 0.5F * em() ? fonts.display : fonts.huge;
  {
    WithFont word(large);
    const float width = text_width(view.text);
    if (view.refcnt_changed) paint_glow(context, {rect.min.x, y}, {rect.min.x + width, y + large.size});
    paint_refcnt(context, {rect.min.x, y}, rect.width(), theme().refcnt_class(view.refcnt_class), view.text, view.flag_owner);
    context.mark_rect("stage/word", {rect.min.x, y}, {rect.min.x + width, y + large.size});
    value_spot(context, {rect.min.x, y}, {rect.min.x + width, y + large.size}, Place::word(vma_address(shown)));
  }
  y += large.size + 0.2F * em();
  const bool roomy = y + wrapped_height(fonts.title, view.exact, rect.width()) + 0.7F * em() + references <= rect.max.y + 0.5F * em();
  y += wrapped_at({rect.min.x, y}, rect.width(), roomy ? fonts.title : fonts.body, theme().text, view.exact) + (roomy ? 0.7F : 0.35F) * em();
  {
    // Many have to be smaller.
    const auto end_in = [&](const Font& font, ReferenceText text) {
      WithFont with(font);
      return paint_references(context, view, {rect.min.x, y}, rect.max.x, 0.42F * em(), text, false);
    };
    const Font& type = end_in(fonts.bold, ReferenceText::kWhole) <= rect.max.y ? fonts.bold : fonts.small;
    const ReferenceText text = end_in(type, ReferenceText::kWhole) <= rect.max.y ? ReferenceText::kWhole : ReferenceText::kBrief;
    WithFont font(type);
    y = paint_references(context, view, {rect.min.x, y}, rect.max.x, 0.42F * em(), text) + 0.8F * em();
  }
  // What else decides who may do what.
  std::string facts = "vm_lock_seq " + view.lock_seq + (view.seq_equal ? "  =  " : "  \xe2\x89\xa0  ") + "mm_lock_seq " + view.mm_seq + ":  " +
                      view.seq_meaning;
  const auto fits = [&](float more) { return y + more < rect.max.y; };
  if (view.mm && fits(fonts.body.size)) {
    WithFont body(fonts.body);
    const float wide = paint_text({rect.min.x, y}, rect.width(), view.seq_equal ? theme().text : theme().text_dim, facts);
    context.mark_rect("stage/sequence", {rect.min.x, y}, {rect.min.x + wide, y + fonts.body.size});
    y += 1.5F * em();
  }
  for (const FactRow& fact : view.facts) {
    if (fact.threads.empty() || !fits(fonts.body.size)) continue;
    WithFont body(fonts.body);
    float x = rect.min.x;
    x += paint_text({x, y}, rect.max.x - x, theme().text_dim, fact.label + "  ");
    for (std::size_t i = 0; i < fact.threads.size() && x < rect.max.x; ++i) {
      WithFont bold(fonts.bold);
      if (i > 0) x += paint_text({x, y}, rect.max.x - x, theme().text_dim, ", ");
      x += paint_thread_name(context, {x, y}, rect.max.x - x, fact.threads[i], context.thread_name(fact.threads[i]));
    }
    if (x < rect.max.x) x += 0.4F * em() + paint_text({x + 0.4F * em(), y}, rect.max.x - x, theme().text, fact.value);
    context.mark_rect("stage/" + fact.label, {rect.min.x, y}, {std::min(x, rect.max.x), y + fonts.body.size});
    y += 1.5F * em();
  }
}

/// What has just happened, and what comes next.
void StageScreen::steps(const Rect& rect, const std::optional<NextAction>& next) const {
  const Fonts& fonts = context.fonts();
  float y = rect.min.y;
  const auto entry = [&](const char* heading, Action action, const std::string& what, const Font& font, Colour colour) {
    {
      WithFont small(fonts.small);
      paint_text({rect.min.x, y}, rect.width(), theme().text_dim, heading);
      y += 1.35F * em();
    }
    WithFont bold(font);
    const float name = paint_thread_name(context, {rect.min.x, y}, rect.width(), action.thread, context.thread_name(action.thread)) + 0.5F * em();
    y += std::max(wrapped_at({rect.min.x + name, y}, rect.width() - name, font, colour, what), font.size) + 1.1F * em();
  };
  const StepInfo* last = context.last_step();
  if (last != nullptr) entry("This step", last->action, step_text(context.machine(), *last), fonts.title, theme().text);
  if (last != nullptr) context.mark_rect("stage/steps", rect.min, {rect.max.x, y});
  if (next) entry("Next", next->action, action_text(context.machine(), context.state(), next->action), fonts.body, theme().text_dim);
}

}  // namespace

void Screen::stage(float width, float height) {
  const float margin = std::round(1.4F * em());
  const Rect room{{margin, margin}, {width - margin, height - margin}};
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({width, height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme().background);
  ImGui::Begin("stage", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoNav);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(3);
  const Session& session = bench.session();
  PanelStates& states = bench.panels;
  const StageScreen screen{context, room};
  const int last = static_cast<int>(session.path().size()) - 1;
  if (bench.stage().blank()) {
    ImGui::GetWindowDrawList()->AddRectFilled({0, 0}, {width, height}, IM_COL32_BLACK);
    context.mark_rect("stage/blank", {0, 0}, {width, height});
  } else if (bench.beside_shown()) {
    panel(PanelId::kSideBySide, room);
  } else if (session.depth() == 0 && !bench.tutor().on()) {
    screen.title_card();
  } else {
    const LessonView view = lesson_view(context.machine(), context.state(), session.depth(), context.last_step(), bench.demo_caption(),
                                        bench.next_action());
    const bool lesson = bench.tutor().on();
    // Many threads need more of the height for their lanes, and the caption gives of its own.
    const float least_lane = 1.02F * context.fonts().small.size, lanes = static_cast<float>(context.scenario().threads.size()) * least_lane;
    // The count has a fifth of what there is for lanes; above them are the minimap and the ruler.
    const float share = std::clamp((1.25F * lanes + 3.5F * em()) / room.height(), 0.32F, 0.54F);
    const float third = std::round((lesson ? 0.38F : std::max(0.25F - 0.5F * (share - 0.32F), 0.14F)) * room.height());
    const float middle = std::round(room.min.y + third + 0.3F * em());
    const float bottom = std::round(room.max.y - (lesson ? 0.32F : share) * room.height());
    const bool source = bench.stage().source() || bench.stage().map();
    const float split = std::round(room.min.x + (source ? 0.46F : 0.6F) * room.width());
    // Of a demo that is followed also the steps to come.
    const std::optional<std::size_t> followed = bench.player().demo().followed(session);
    const bool all_told = followed && last <= context.timeline().expected_steps();
    const std::string count = "step " + std::to_string(session.depth()) + " of " +
                              std::to_string(all_told ? context.timeline().expected_steps() : last);
    if (lesson) {
      ImGui::SetCursorScreenPos(room.min);
      ImGui::BeginChild("lesson", {room.width(), third}, false, ImGuiWindowFlags_NoNav);
      draw_tutor(context, bench.tutor(), true);
      ImGui::EndChild();
    } else {
      {
        WithFont small(context.fonts().small);
        const float wide = text_width(count);
        ImGui::GetWindowDrawList()->AddText({room.max.x - wide, room.min.y}, theme().text_dim, count.c_str());
        screen.caption({room.min, {room.max.x - wide - em(), room.min.y + third}}, view);
      }
    }
    const int shown = std::clamp(states.vma.vma, 0, std::max(static_cast<int>(shown_vmas(context.machine()).size()) - 1, 0));
    screen.lock_word({{room.min.x, middle}, {split - em(), bottom - 0.5F * em()}}, shown);
    if (source) {
      panel(bench.stage().map() ? PanelId::kStateMap : PanelId::kSource, {{split, middle}, room.max});
    } else {
      screen.steps({{split, middle}, {room.max.x, bottom - 0.5F * em()}}, lesson ? std::optional<NextAction>() : bench.next_action());
    }
    panel(PanelId::kTimeline, {{room.min.x, bottom}, {source ? split - em() : room.max.x, room.max.y}});
  }
  if (!bench.stage().blank() && !bench.overlay().open()) draw_spots(context, bench.tutor());
  if (!bench.stage().blank()) notice_line({{room.min.x, height - 1.35F * em()}, {room.max.x, height - 0.05F * em()}});
  if (bench.stage().spotlight() && !bench.stage().blank()) {
    // One ring, so wide that it covers everything outside of the circle.
    const float radius = 0.2F * height, far = width + height;
    ImGui::GetForegroundDrawList()->AddCircle(ImGui::GetIO().MousePos, radius + 0.5F * far, with_alpha(IM_COL32_BLACK, 0.72F), 128, far);
    context.mark_rect("stage/spotlight", {0, 0}, {width, height});
  }
  ImGui::End();
}

}  // namespace vmalab

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
  /// A line below the references, such as "mmap_lock  w1 writes".
  struct Fact {
    std::string mark, label;
    std::vector<ThreadId> threads;
    std::string value;
    bool bright;
  };
  std::vector<Fact> facts_of(const VmaView& view) const;
  float paint_facts(ImVec2 at, float right, const Font& font, const std::vector<Fact>& facts, bool lines, bool draw) const;
  void others(const Rect& rect, int shown) const;
  void steps(const Rect& rect, const std::optional<NextAction>& next, bool told) const;
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
  const std::vector<Fact> facts = facts_of(view);
  // The largest type in which all of it stands above the timeline: what is smaller first is what is read last.
  struct Types {
    const Font &word, &exact, &references, &facts;
    ReferenceText text;
    bool lines;  ///< a line a fact
  };
  const Types choices[] = {{fonts.display, fonts.title, fonts.bold, fonts.body, ReferenceText::kWhole, true},
                           {fonts.display, fonts.body, fonts.bold, fonts.body, ReferenceText::kWhole, true},
                           {fonts.display, fonts.body, fonts.small, fonts.body, ReferenceText::kWhole, true},
                           {fonts.display, fonts.body, fonts.small, fonts.body, ReferenceText::kBrief, false},
                           {fonts.huge, fonts.title, fonts.bold, fonts.body, ReferenceText::kWhole, true},
                           {fonts.huge, fonts.body, fonts.bold, fonts.body, ReferenceText::kBrief, false},
                           {fonts.huge, fonts.body, fonts.small, fonts.body, ReferenceText::kBrief, false},
                           {fonts.huge, fonts.small, fonts.small, fonts.small, ReferenceText::kBrief, false}};
  const auto gap_of = [&](const Types& types) { return (types.word.size == fonts.display.size ? 0.6F : 0.35F) * em(); };
  const auto draw_references = [&](const Types& types, float top, bool draw) {
    WithFont font(types.references);
    return paint_references(context, view, {rect.min.x, top}, rect.max.x, 0.3F * em(), types.text, draw);
  };
  const auto end_of = [&](const Types& types) {
    float end = y + types.word.size + 0.2F * em() + wrapped_height(types.exact, view.exact, rect.width()) + gap_of(types);
    end = draw_references(types, end, false) + gap_of(types);
    return end + paint_facts({rect.min.x, end}, rect.max.x, types.facts, facts, types.lines, false);
  };
  const Types* chosen = std::find_if(std::begin(choices), std::end(choices),
                                     [&](const Types& types) { return end_of(types) <= rect.max.y + 0.5F * em(); });
  const Types& types = chosen == std::end(choices) ? choices[std::size(choices) - 1] : *chosen;
  {
    WithFont word(types.word);
    const float width = text_width(view.text);
    if (view.refcnt_changed) paint_glow(context, {rect.min.x, y}, {rect.min.x + width, y + types.word.size});
    paint_refcnt(context, {rect.min.x, y}, rect.width(), theme().refcnt_class(view.refcnt_class), view.text, view.flag_owner);
    context.mark_rect("stage/word", {rect.min.x, y}, {rect.min.x + width, y + types.word.size});
    value_spot(context, {rect.min.x, y}, {rect.min.x + width, y + types.word.size}, Place::word(vma_address(shown)));
  }
  y += types.word.size + 0.2F * em();
  y += wrapped_at({rect.min.x, y}, rect.width(), types.exact, theme().text, view.exact) + gap_of(types);
  y = draw_references(types, y, true) + gap_of(types);
  paint_facts({rect.min.x, y}, rect.max.x, types.facts, facts, types.lines, true);
}

/// What else decides who may do what.
std::vector<StageScreen::Fact> StageScreen::facts_of(const VmaView& view) const {
  std::vector<Fact> facts;
  if (view.mm) {
    facts.push_back(
        {"sequence",
         "",
         {},
         "vm_lock_seq " + view.lock_seq + (view.seq_equal ? "  =  " : "  \xe2\x89\xa0  ") + "mm_lock_seq " + view.mm_seq + ":  " + view.seq_meaning,
         view.seq_equal});
  }
  for (const FactRow& row : view.facts) {
    if (!row.threads.empty()) facts.push_back({row.label, row.label + "  ", row.threads, row.value, true});
  }
  return facts;
}

/// A line each, or one after the other. Returns the height that they take.
float StageScreen::paint_facts(ImVec2 at, float right, const Font& font, const std::vector<Fact>& facts, bool lines, bool draw) const {
  const float line = (lines ? 1.5F : 1.3F) * font.size;
  float x = at.x, y = at.y;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const Fact& fact = facts[i];
    WithFont body(font);
    const float comma = text_width(", ");
    float wide = text_width(fact.label) + text_width(fact.value) + (fact.threads.empty() || fact.value.empty() ? 0 : 0.4F * em());
    for (std::size_t k = 0; k < fact.threads.size(); ++k) wide += text_width(context.thread_name(fact.threads[k])) + (k > 0 ? comma : 0);
    if (i > 0 && (lines || x + wide > right)) {
      x = at.x;
      y += line;
    }
    const float from = x;
    if (draw) {
      const auto put = [&](Colour colour, const std::string& text) { x += x < right ? paint_text({x, y}, right - x, colour, text) : 0; };
      put(theme().text_dim, fact.label);
      for (std::size_t k = 0; k < fact.threads.size() && x < right; ++k) {
        if (k > 0) put(theme().text_dim, ", ");
        x += paint_thread_name(context, {x, y}, right - x, fact.threads[k], context.thread_name(fact.threads[k]));
      }
      if (!fact.threads.empty() && !fact.value.empty()) x += 0.4F * em();
      put(fact.bright ? theme().text : theme().text_dim, fact.value);
      context.mark_rect("stage/" + fact.mark, {from, y}, {std::min(x, right), y + font.size});
    } else {
      x += wide;
    }
    x += 1.8F * em();
  }
  return facts.empty() ? 0 : y + font.size - at.y;
}

/// What has just happened, unless that is what is `told` above, and what comes next.
void StageScreen::steps(const Rect& rect, const std::optional<NextAction>& next, bool told) const {
  const Fonts& fonts = context.fonts();
  float y = rect.min.y;
  const auto entry = [&](const char* heading, Action action, const std::string& what, const Font& font, Colour colour) {
    {
      WithFont body(fonts.body);
      paint_text({rect.min.x, y}, rect.width(), theme().text_dim, heading);
      y += 1.35F * em();
    }
    WithFont bold(font);
    const float name = paint_thread_name(context, {rect.min.x, y}, rect.width(), action.thread, context.thread_name(action.thread)) + 0.5F * em();
    y += std::max(wrapped_at({rect.min.x + name, y}, rect.width() - name, font, colour, what), font.size) + 1.1F * em();
  };
  const StepInfo* last = context.last_step();
  if (last != nullptr && !told) entry("This step", last->action, step_text(context.machine(), *last), fonts.title, theme().text);
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
  } else if (session.depth() == 0 && !bench.tutor().on() && !states.causes.open()) {
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
    const int of = all_told ? context.timeline().expected_steps() : last;
    const std::string count = of == 0 ? "no step yet" : "step " + std::to_string(session.depth()) + " of " + std::to_string(of);
    if (lesson) {
      ImGui::SetCursorScreenPos(room.min);
      ImGui::BeginChild("lesson", {room.width(), third}, false, ImGuiWindowFlags_NoNav);
      draw_tutor(context, bench.tutor(), true);
      ImGui::EndChild();
    } else {
      {
        WithFont body(context.fonts().body);
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
      screen.steps({{split, middle}, {room.max.x, bottom - 0.5F * em()}}, lesson ? std::optional<NextAction>() : bench.next_action(),
                   !lesson && bench.demo_caption().text.empty());
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

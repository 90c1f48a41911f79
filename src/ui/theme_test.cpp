// SPDX-License-Identifier: GPL-2.0-only
// What theme.h promises: readable on a projector, threads told apart by everybody, hue and red for what they are for.
#include "ui/theme.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ui/colour_vision.h"

namespace vmalab {
namespace {

constexpr double kText = 4.5, kMark = 3;  ///< WCAG 2.1, AA
constexpr auto kEverybody = {Vision::kNormal, Vision::kProtanope, Vision::kDeuteranope, Vision::kTritanope};

struct Named {
  std::string name;
  Colour colour;
};
using Colours = std::vector<Named>;

void readable(const Colours& inks, const Colours& surfaces, double least) {
  for (const Named& ink : inks) {
    for (const Named& surface : surfaces) {
      INFO(ink.name, " on ", surface.name);
      CHECK(contrast(ink.colour, surface.colour) >= least);
    }
  }
}

/// What panels put under text, however a row or a card is at the moment.
Colours surfaces(const Theme& t) {
  return {{"background", t.background}, {"panel", t.panel},         {"raised", t.raised},
          {"hovered", t.raised_hover},  {"selection", t.selection}, {"glow", t.glow}};
}
Colours washes(const Theme& t) {
  Colours out;
  for (int i = 0; i < kThreadHues; ++i) out.push_back({"wash " + std::to_string(i), t.thread_wash(thread_id(i))});
  return out;
}
Colours threads(const Theme& t) {
  Colours out;
  for (int i = 0; i < kThreadHues; ++i) out.push_back({"thread " + std::to_string(i), t.thread(thread_id(i))});
  return out;
}
Colours classes(const Theme& t) {
  Colours out;
  for (int c = 0; c < static_cast<int>(RefcntClass::kCount); ++c) {
    out.push_back({"class " + std::to_string(c), t.refcnt_class(static_cast<RefcntClass>(c))});
  }
  return out;
}
Colours code(const Theme& t) {
  return {{"code", t.code_text},   {"keyword", t.code_keyword}, {"type", t.code_type},     {"function", t.code_function},
          {"macro", t.code_macro}, {"number", t.code_number},   {"string", t.code_string}, {"comment", t.code_comment}};
}

template <typename Check>
void in_both_themes(Check check) {
  for (const ThemeId id : {ThemeId::kDark, ThemeId::kLight}) {
    CAPTURE(static_cast<int>(id));
    check(theme(id));
  }
}

}  // namespace

TEST_CASE("contrast is WCAG's") {
  CHECK(contrast(IM_COL32_BLACK, IM_COL32_WHITE) == doctest::Approx(21));
  CHECK(contrast(IM_COL32(0x77, 0x77, 0x77, 255), IM_COL32_WHITE) == doctest::Approx(4.48).epsilon(0.01));
}

TEST_CASE("text is readable on what it stands on") {
  in_both_themes([](const Theme& t) {
    readable({{"text", t.text}}, surfaces(t), 7);
    readable({{"dim text", t.text_dim}, {"faint text", t.text_faint}, {"accent", t.accent}, {"good", t.good}, {"bad", t.bad}}, surfaces(t), kText);
    readable(classes(t), surfaces(t), kText);
    readable({{"text", t.text}, {"dim text", t.text_dim}}, {{"pressed", t.raised_active}}, kText);
    readable({{"text", t.text}, {"dim text", t.text_dim}, {"faint text", t.text_faint}}, washes(t), kText);
    readable({{"text on accent", t.on_accent}}, {{"accent", t.accent}}, kText);
    readable({{"text on a bit", t.on_thread()}}, {{"text", t.text}, {"dim text", t.text_dim}, {"bad", t.bad}}, kText);
  });
}

TEST_CASE("a thread's colour is readable as text and under text") {
  in_both_themes([](const Theme& t) {
    readable(threads(t), surfaces(t), kText);
    readable({{"text on the colour", t.on_thread()}}, threads(t), kText);
    for (int i = 0; i < kThreadHues; ++i) {
      const ThreadId id = thread_id(i);
      const Colour colour = t.thread(id), box = mix(t.thread_wash(id), colour, Theme::kBoxAlpha);
      readable({{"name on its own wash", colour}}, {{"wash", t.thread_wash(id)}}, kText);
      readable({{"text", t.text}}, {{"fill", t.thread_fill(id)}}, kText);
      readable({{"mark", colour}}, {{"fill", t.thread_fill(id)}}, kMark);
      readable(code(t), {{"the thread's line", t.thread_wash(id)}}, kText);
      for (const Named& ink : code(t)) {
        if (ink.name != "comment") readable({ink}, {{"the boxed access", box}}, kText);
      }
      readable({{"frame", colour}}, {{"the boxed access", box}}, kMark);
    }
    // In a line of several threads the wash is one's and the underline another's.
    readable(threads(t), washes(t), kMark);
  });
}

TEST_CASE("source text is readable on every line") {
  in_both_themes([](const Theme& t) {
    readable(code(t), {{"panel", t.panel}, {"hovered line", t.code_line}, {"line of the model", t.model_line()}, {"broken", t.broken_wash()}}, kText);
    readable({{"line number", t.text_faint}}, {{"panel", t.panel}, {"hovered line", t.code_line}, {"line of the model", t.model_line()}}, kText);
    readable({{"frame and words of what is broken or freed", t.bad}}, {{"broken", t.broken_wash()}}, kText);
  });
}

TEST_CASE("marks that carry a meaning are seen on what they stand on") {
  in_both_themes([](const Theme& t) {
    readable({{"outline", t.outline}}, {{"background", t.background}, {"panel", t.panel}, {"raised", t.raised}, {"glow", t.glow}}, kMark);
    readable({{"bad", t.bad}}, washes(t), kMark);
    // Lines in the timeline's lanes let the ground through: what is seen is a mixture.
    for (int i = 0; i < kThreadHues; ++i) {
      const Colour colour = t.thread(thread_id(i)), wash = t.thread_wash(thread_id(i));
      readable({{"line", mix(t.lane(), colour, Theme::kLineAlpha)}}, {{"lane", t.lane()}}, kMark);
      readable({{"line", mix(wash, colour, Theme::kLineAlpha)}}, {{"the selected lane", wash}}, kMark);
      readable({{"line of who is done", mix(wash, t.text_faint, Theme::kLineAlpha)}}, {{"the selected lane", wash}}, kMark);
    }
    readable({{"line of who is done", mix(t.lane(), t.text_faint, Theme::kLineAlpha)}}, {{"lane", t.lane()}}, kMark);
    // The bar and the frame of what has just changed.
    readable({{"changed", t.accent}}, surfaces(t), kMark);
    readable({{"accent", t.accent}}, washes(t), kMark);
  });
}

TEST_CASE("the first six threads are told apart by colour alone, by everybody") {
  in_both_themes([](const Theme& t) {
    for (const Vision vision : kEverybody) {
      for (int i = 0; i < kThreadHues; ++i) {
        CAPTURE(static_cast<int>(vision));
        CAPTURE(i);
        for (int j = i + 1; j < kThreadHues; ++j) {
          CAPTURE(j);
          CHECK(difference(vision, t.thread(thread_id(i)), t.thread(thread_id(j))) >= 12);
        }
        // Red never stands alone: a cross, a ring or a word goes with it.
        CHECK(difference(vision, t.thread(thread_id(i)), t.bad) >= 8);
      }
    }
  });
}

TEST_CASE("no two threads have the same colour and mark") {
  in_both_themes([](const Theme& t) {
    std::set<std::pair<Colour, int>> seen;
    for (int i = 0; i < kMaxThreads; ++i) {
      CHECK(thread_mark(thread_id(i)) == (i < 6 ? 0 : i < 12 ? 1 : 2));
      seen.emplace(t.thread(thread_id(i)), thread_mark(thread_id(i)));
    }
    CHECK(seen.size() == kMaxThreads);
  });
}

TEST_CASE("hue is for threads, red for violations: the rest is near grey") {
  in_both_themes([](const Theme& t) {
    const auto chroma = [](Colour colour) { return seen_by(Vision::kNormal, colour).chroma(); };
    double least = chroma(t.bad);
    for (const Named& thread : threads(t)) least = std::min(least, chroma(thread.colour));
    Colours quiet = surfaces(t);
    for (const Colours& more : {code(t), Colours{{"text", t.text},
                                                 {"dim text", t.text_dim},
                                                 {"faint text", t.text_faint},
                                                 {"accent", t.accent},
                                                 {"good", t.good},
                                                 {"outline", t.outline},
                                                 {"border", t.border},
                                                 {"model", t.model_line()}}}) {
      quiet.insert(quiet.end(), more.begin(), more.end());
    }
    for (const Named& colour : quiet) {
      INFO(colour.name);
      CHECK(chroma(colour.colour) <= 0.7 * least);
    }
    for (const Named& colour : classes(t)) {
      INFO(colour.name);
      CHECK(chroma(colour.colour) <= 0.35 * least);
    }
  });
}

TEST_CASE("the classes of vm_refcnt are one ramp") {
  in_both_themes([](const Theme& t) {
    const Colours ramp = classes(t);
    for (std::size_t i = 1; i < ramp.size(); ++i) {
      CAPTURE(i);
      CHECK(contrast(ramp[i].colour, t.panel) > contrast(ramp[i - 1].colour, t.panel));
    }
  });
}

TEST_CASE("FLAG has the colour of the thread that raised it") {
  in_both_themes([](const Theme& t) {
    CHECK(t.flag(thread_id(2)) == t.thread(thread_id(2)));
    CHECK(t.flag(std::nullopt) == t.text);
  });
}

TEST_CASE("mixing and alpha") {
  CHECK(mix(IM_COL32_BLACK, IM_COL32_WHITE, 0.0F) == IM_COL32_BLACK);
  CHECK(mix(IM_COL32_BLACK, IM_COL32_WHITE, 1.0F) == IM_COL32_WHITE);
  CHECK(with_alpha(IM_COL32_WHITE, 0.0F) == IM_COL32(255, 255, 255, 0));
  CHECK(with_alpha(IM_COL32(1, 2, 3, 9), 2.0F) == IM_COL32(1, 2, 3, 255));
}

}  // namespace vmalab

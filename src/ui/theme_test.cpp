// SPDX-License-Identifier: GPL-2.0-only
// What theme.h promises: readable on a projector, and apart for people with red-green blindness.
#include "ui/theme.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace vmalab {
namespace {

using Rgb = std::array<double, 3>;

Rgb linear(Colour colour) {
  Rgb out{};
  const std::array<int, 3> shifts{IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT};
  for (std::size_t i = 0; i < 3; ++i) {
    const double c = static_cast<double>(colour >> shifts[i] & 0xff) / 255;
    out[i] = c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  }
  return out;
}

/// CIE L*a*b* of linear sRGB.
Rgb bench(const Rgb& c) {
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
  const double x = f((0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.9505);
  const double y = f(0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]);
  const double z = f((0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.089);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// Viénot, Brettel and Mollon 1999: how a dichromat sees linear sRGB.
Rgb protanope(const Rgb& c) {
  const double rg = 0.11238 * c[0] + 0.88762 * c[1];
  return {rg, rg, std::clamp(0.00401 * c[0] - 0.00401 * c[1] + c[2], 0.0, 1.0)};
}
Rgb deuteranope(const Rgb& c) {
  const double rg = 0.29275 * c[0] + 0.70725 * c[1];
  return {rg, rg, std::clamp(-0.02234 * c[0] + 0.02234 * c[1] + c[2], 0.0, 1.0)};
}

double distance(const Rgb& a, const Rgb& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }

void check_readable(const char* what, Colour text, Colour surface, double least) {
  INFO(std::string(what));
  CHECK(contrast(text, surface) >= least);
}

}  // namespace

TEST_CASE("contrast is WCAG's") {
  CHECK(contrast(IM_COL32_BLACK, IM_COL32_WHITE) == doctest::Approx(21));
  CHECK(contrast(IM_COL32(0x77, 0x77, 0x77, 255), IM_COL32_WHITE) == doctest::Approx(4.48).epsilon(0.01));
}

TEST_CASE("text is readable on what it stands on") {
  for (const ThemeId id : {ThemeId::kDark, ThemeId::kLight}) {
    const Theme& t = theme(id);
    CAPTURE(static_cast<int>(id));
    for (const Colour surface : {t.background, t.panel, t.raised}) {
      check_readable("text", t.text, surface, 7);
      check_readable("dim text", t.text_dim, surface, 4.5);
      check_readable("faint text", t.text_faint, surface, 3);
      check_readable("good", t.good, surface, 4.5);
      check_readable("warning", t.warning, surface, 4.5);
      check_readable("bad", t.bad, surface, 4.5);
      check_readable("accent", t.accent, surface, 4.5);
    }
    check_readable("text on accent", t.on_accent, t.accent, 4.5);
    for (const Colour surface : {t.raised_hover, t.raised_active, t.selection, t.glow, t.code_line}) {
      check_readable("text on a state", t.text, surface, 4.5);
    }
    for (const Colour code :
         {t.code_text, t.code_keyword, t.code_type, t.code_function, t.code_macro, t.code_number, t.code_string, t.code_comment}) {
      check_readable("code", code, t.panel, 4.5);
      check_readable("code on the hovered line", code, t.code_line, 4.5);
      check_readable("code of the model", code, t.model_line(), 4.5);
    }
  }
}

TEST_CASE("thread and class colours carry text both ways") {
  for (const ThemeId id : {ThemeId::kDark, ThemeId::kLight}) {
    const Theme& t = theme(id);
    CAPTURE(static_cast<int>(id));
    for (int i = 0; i < kMaxThreads; ++i) {
      const ThreadId thread{static_cast<std::uint8_t>(i)};
      CAPTURE(i);
      check_readable("name on panel", t.thread(thread), t.panel, 4.5);
      check_readable("name on card", t.thread(thread), t.raised, 4.5);
      check_readable("text on the colour", t.on_thread(), t.thread(thread), 4.5);
      check_readable("code on a thread's line", t.code_text, t.thread_wash(thread), 4.5);
      check_readable("text on a thread's line", t.text, t.thread_wash(thread), 4.5);
    }
    for (int c = 0; c < static_cast<int>(RefcntClass::kCount); ++c) {
      CAPTURE(c);
      check_readable("class on panel", t.refcnt_class(static_cast<RefcntClass>(c)), t.panel, 4.5);
    }
  }
}

TEST_CASE("the first eight thread colours differ for everybody") {
  for (const ThemeId id : {ThemeId::kDark, ThemeId::kLight}) {
    const Theme& t = theme(id);
    for (std::size_t i = 0; i < 8; ++i) {
      for (std::size_t j = i + 1; j < 8; ++j) {
        const Rgb a = linear(t.threads[i]), b = linear(t.threads[j]);
        CAPTURE(static_cast<int>(id));
        CAPTURE(i);
        CAPTURE(j);
        CHECK(distance(bench(a), bench(b)) > 20);
        CHECK(distance(bench(protanope(a)), bench(protanope(b))) > 9);
        CHECK(distance(bench(deuteranope(a)), bench(deuteranope(b))) > 9);
      }
    }
  }
}

TEST_CASE("all thread colours are different") {
  for (const ThemeId id : {ThemeId::kDark, ThemeId::kLight}) {
    auto colours = theme(id).threads;
    std::sort(colours.begin(), colours.end());
    CHECK(std::adjacent_find(colours.begin(), colours.end()) == colours.end());
  }
}

TEST_CASE("mixing and alpha") {
  CHECK(mix(IM_COL32_BLACK, IM_COL32_WHITE, 0.0F) == IM_COL32_BLACK);
  CHECK(mix(IM_COL32_BLACK, IM_COL32_WHITE, 1.0F) == IM_COL32_WHITE);
  CHECK(with_alpha(IM_COL32_WHITE, 0.0F) == IM_COL32(255, 255, 255, 0));
  CHECK(with_alpha(IM_COL32(1, 2, 3, 9), 2.0F) == IM_COL32(1, 2, 3, 255));
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "ui/appearance.h"

#include <doctest/doctest.h>
#include <imgui.h>

namespace vmalab {

TEST_CASE("the em grows with the window and the zoom, within limits") {
  Appearance appearance(ThemeId::kDark, 1);
  const float small = appearance.wanted_em(1280, 720);
  CHECK(appearance.wanted_em(2560, 1440) > small);
  appearance.set_zoom(2);
  CHECK(appearance.wanted_em(1280, 720) > 1.8F * small);
  appearance.set_zoom(1000);
  CHECK(appearance.zoom() == 3.0);
  appearance.set_zoom(-1);
  CHECK(appearance.wanted_em(100, 100) >= 9);
}

TEST_CASE("fonts are built when the em has changed, or when they are said to be gone") {
  ImGuiContext* context = ImGui::CreateContext();
  Appearance appearance(ThemeId::kLight, 1);
  CHECK(appearance.prepare_fonts(1280, 720));
  CHECK_FALSE(appearance.prepare_fonts(1280, 720));
  appearance.forget_fonts();
  CHECK(appearance.prepare_fonts(1280, 720));
  appearance.set_zoom(1.5);
  CHECK(appearance.prepare_fonts(1280, 720));
  CHECK(appearance.em() == appearance.wanted_em(1280, 720));
  ImGui::DestroyContext(context);
}

TEST_CASE("the largest screen at the largest zoom has fonts, and so has a zoom that nobody can have chosen") {
  for (const bool stage : {false, true}) {
    ImGuiContext* context = ImGui::CreateContext();
    Appearance appearance(ThemeId::kDark, 90);
    CHECK(appearance.zoom() == 4.0);
    appearance.set_stage(stage);
    CHECK(appearance.prepare_fonts(7680, 4320));
    CHECK(appearance.fonts().body.size > 60);
    CHECK(appearance.fonts().body.font->FindGlyphNoFallback('W') != nullptr);
    CHECK(appearance.fonts().display.font->FindGlyphNoFallback('W') != nullptr);
    ImGui::DestroyContext(context);
  }
}

}  // namespace vmalab

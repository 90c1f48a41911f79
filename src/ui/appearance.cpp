// SPDX-License-Identifier: GPL-2.0-only
#include "ui/appearance.h"

#include <algorithm>
#include <cmath>

#include "ui/compat.h"
#include "ui/layout.h"
#include "ui/stage.h"

namespace vmalab {

void Appearance::set_theme(ThemeId theme) {
  theme_ = theme;
  if (fonts_.em > 0) restyle();
}

void Appearance::set_zoom(double zoom) { zoom_ = std::clamp(zoom, 0.6, 3.0); }

void Appearance::set_stage(bool stage) {
  fonts_outdated_ = fonts_outdated_ || stage != stage_;
  stage_ = stage;
}

float Appearance::wanted_em(float width, float height) const {
  if (stage_) return stage_em(height);
  constexpr float kLarger = 1.3F, kLeastWide = 64, kLeastHigh = 31;  // em that have to stay
  const float em = std::clamp(std::round(base_em(width, height) * static_cast<float>(zoom_)), 9.0F, 128.0F);
  if (!filled_) return em;
  return std::clamp(std::round(std::min({kLarger * em, width / kLeastWide, height / kLeastHigh})), em, 128.0F);
}

bool Appearance::prepare_fonts(float width, float height) {
  const float em = wanted_em(width, height);
  if (em == fonts_.em && !fonts_outdated_) return false;
  fonts_ = build_fonts(*ImGui::GetIO().Fonts, em, stage_);
  fonts_outdated_ = false;
  restyle();
  return true;
}

void Appearance::restyle() {
  apply_theme(theme(), fonts_.em);
  compat::set_default_font(fonts_.body.font, fonts_.body.size);
}

}  // namespace vmalab

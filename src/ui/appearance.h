// SPDX-License-Identifier: GPL-2.0-only
// How the window looks: theme, zoom, and the fonts that follow from them.
#pragma once

#include <algorithm>

#include "ui/fonts.h"
#include "ui/theme.h"

namespace vmalab {

class Appearance {
 public:
  /// `zoom`: brought within what --scale allows.
  Appearance(ThemeId theme, double zoom) : theme_(theme), zoom_(std::clamp(zoom, 0.5, 4.0)) {}

  ThemeId theme_id() const { return theme_; }
  const Theme& theme() const { return vmalab::theme(theme_); }
  void set_theme(ThemeId theme);
  double zoom() const { return zoom_; }
  void set_zoom(double zoom);  ///< clamped

  const Fonts& fonts() const { return fonts_; }
  float em() const { return fonts_.em; }
  /// Type for a room, whatever the zoom (stage.h).
  void set_stage(bool stage);
  /// One panel has the whole window: its type is larger, as far as there is room for it.
  void set_filled(bool filled) { filled_ = filled; }
  /// The em for a window of this size and the zoom that is set.
  float wanted_em(float width, float height) const;
  /// Builds the font atlas when the wanted em has changed; true: the renderer must upload it again.
  bool prepare_fonts(float width, float height);
  /// The atlas belongs to another ImGui context now: the next prepare_fonts() builds it.
  void forget_fonts() { fonts_outdated_ = true; }

 private:
  void restyle();

  ThemeId theme_;
  double zoom_;
  Fonts fonts_;
  bool fonts_outdated_ = true;
  bool stage_ = false, filled_ = false;
};

}  // namespace vmalab

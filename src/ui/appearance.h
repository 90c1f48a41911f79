// SPDX-License-Identifier: GPL-2.0-only
// How the window looks: theme, zoom, the fonts that follow from them, and how strongly what has just changed glows.
#pragma once

#include "ui/fonts.h"
#include "ui/theme.h"

namespace vmalab {

class Appearance {
 public:
  Appearance(ThemeId theme, double zoom) : theme_(theme), zoom_(zoom) {}

  ThemeId theme_id() const { return theme_; }
  const Theme& theme() const { return vmalab::theme(theme_); }
  void set_theme(ThemeId theme);
  double zoom() const { return zoom_; }
  void set_zoom(double zoom);  ///< clamped

  const Fonts& fonts() const { return fonts_; }
  float em() const { return fonts_.em; }
  /// Type for a room, whatever the zoom (stage.h).
  void set_stage(bool stage);
  /// The em for a window of this size and the zoom that is set.
  float wanted_em(float width, float height) const;
  /// Builds the font atlas when the wanted em has changed; true: the renderer must upload it again.
  bool prepare_fonts(float width, float height);
  /// The atlas belongs to another ImGui context now: the next prepare_fonts() builds it.
  void forget_fonts() { fonts_outdated_ = true; }

  /// Pictures: no glow that fades, no blinking.
  void set_still(bool still) { still_ = still; }
  /// Something has moved just now: it glows from the frame to come.
  void moved() { since_move_ = -1; }
  /// Nothing glows.
  void settle() { since_move_ = 1e9; }
  void pass(double dt) { since_move_ = since_move_ < 0 ? 0 : since_move_ + dt; }
  /// 1 just after a move, 0 when the glow is over. In still pictures 1 as long as a step led here.
  float glow(bool a_step_led_here) const;
  bool glows() const;  ///< and fades by itself

 private:
  void restyle();

  ThemeId theme_;
  double zoom_;
  Fonts fonts_;
  bool fonts_outdated_ = true;
  bool still_ = false;
  bool stage_ = false;
  double since_move_ = 1e9;  ///< seconds
};

}  // namespace vmalab

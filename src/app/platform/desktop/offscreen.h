// SPDX-License-Identifier: GPL-2.0-only
// The real screen without a display: EGL surfaceless, software rendering is enough. The same Workbench, the same panels,
// the same fonts as in the window. One at a time: it owns the ImGui context while it lives.
#pragma once

#include <filesystem>
#include <memory>

#include "app/platform/desktop/png.h"
#include "base/result.h"
#include "ui/workbench.h"

namespace vmalab {

class Offscreen {
 public:
  static constexpr int kMinSide = 160, kMaxSide = 8192;
  /// Errors say what is missing: a library, a driver, an OpenGL version, or a size that cannot be.
  static Result<Offscreen> create(int width, int height);
  Offscreen(Offscreen&&) noexcept;
  Offscreen& operator=(Offscreen&&) noexcept;
  ~Offscreen();

  /// Draws the Workbench as it is now. Several frames, so that scrolling and measured sizes have settled.
  Result<Image> draw(Workbench& bench);

 private:
  struct Impl;
  void draw_frame(Workbench& bench, double dt);
  explicit Offscreen(std::unique_ptr<Impl> impl);
  void lay_out(Workbench& bench, double dt);
  std::unique_ptr<Impl> impl_;
};

/// Draws the Workbench once and writes the picture.
Result<void> save_picture(Workbench& bench, int width, int height, const std::filesystem::path& file);

}  // namespace vmalab

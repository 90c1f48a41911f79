// SPDX-License-Identifier: GPL-2.0-only
// The real screen without a display: EGL surfaceless, software rendering is enough. The same Lab, the same panels,
// the same fonts as in the window. One at a time: it owns the ImGui context while it lives.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "ui/lab.h"
#include "ui/png.h"

namespace vmalab {

class Offscreen {
 public:
  static constexpr int kMinSide = 160, kMaxSide = 8192;
  /// Errors say what is missing: a library, a driver, an OpenGL version, or a size that cannot be.
  static Result<Offscreen> create(int width, int height);
  Offscreen(Offscreen&&) noexcept;
  Offscreen& operator=(Offscreen&&) noexcept;
  ~Offscreen();

  /// Draws the Lab as it is now. Several frames, so that scrolling and measured sizes have settled.
  Result<Image> draw(Lab& lab);
  /// Draws one frame and waits until the pixels are there (for the benchmark): no picture is read back.
  void draw_frame(Lab& lab, double dt);

 private:
  struct Impl;
  explicit Offscreen(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Draws the Lab once and writes the picture.
Result<void> save_picture(Lab& lab, int width, int height, const std::filesystem::path& file);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Pictures in memory, and writing them as PNG.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"

namespace vmalab {

struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;  ///< 3 bytes a pixel, top row first
};

/// Writes to a temporary file beside it first, so that a full disk leaves no half picture behind.
Result<void> write_png(const std::filesystem::path& file, const Image& image);

}  // namespace vmalab

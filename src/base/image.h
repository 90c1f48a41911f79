// SPDX-License-Identifier: GPL-2.0-only
// A picture in memory.
#pragma once

#include <cstdint>
#include <vector>

namespace vmalab {

struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;  ///< 3 bytes a pixel, top row first
  friend bool operator==(const Image&, const Image&) = default;
};

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The program's icon: a padlock whose body is the lock word, its FLAG raised. One list of shapes on a grid of 16 units makes
// the picture that scales and the pixels, so that they are the same and edges are sharp in 16 pixels and their multiples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vmalab {

/// As an SVG file.
std::string icon_svg();
/// As size x size pixels: red, green, blue and alpha, top row first.
std::vector<std::uint8_t> icon_pixels(int size);

}  // namespace vmalab

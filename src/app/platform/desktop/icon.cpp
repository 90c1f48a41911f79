// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/desktop/icon.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace vmalab {
namespace {

constexpr double kGrid = 16;

/// A rectangle with round corners, filled, or with a border inside its edge.
struct Shape {
  double x, y, width, height, radius;
  double border;  ///< 0: filled
  std::uint32_t colour;
};

constexpr std::uint32_t kTile = 0x244c7e, kMetal = 0xf1f4f8, kFlag = 0xf59a23;
constexpr std::array<Shape, 6> kShapes{{
    {0, 0, 16, 16, 3.5, 0, kTile},
    {4, 2, 8, 12, 4, 2, kMetal},  // the shackle; its lower half is behind the body
    {2, 7, 12, 7, 1.25, 0, kMetal},
    {3, 8, 4, 5, 0.5, 0, kFlag},
    {8, 8, 2, 5, 0.5, 0, kTile},
    {11, 8, 2, 5, 0.5, 0, kTile},
}};

/// How far a point is outside of a shape's edge; inside it is negative.
double distance_outside(const Shape& s, double x, double y) {
  const double from_x = std::abs(x - s.x - s.width / 2) - s.width / 2 + s.radius;
  const double from_y = std::abs(y - s.y - s.height / 2) - s.height / 2 + s.radius;
  const double outside = std::hypot(std::max(from_x, 0.0), std::max(from_y, 0.0)) + std::min(std::max(from_x, from_y), 0.0) - s.radius;
  return s.border == 0 ? outside : std::abs(outside + s.border / 2) - s.border / 2;
}

/// How much of the pixel around a point a shape covers.
double coverage(const Shape& s, double x, double y, double pixels_a_unit) {
  return std::clamp(0.5 - distance_outside(s, x, y) * pixels_a_unit, 0.0, 1.0);
}

}  // namespace

std::string icon_svg() {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- SPDX-License-Identifier: GPL-2.0-only -->\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"128\" height=\"128\" viewBox=\"0 0 16 16\">\n";
  for (const Shape& s : kShapes) {
    const double in = s.border / 2;
    std::array<char, 256> line{};
    std::snprintf(line.data(), line.size(), "  <rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" rx=\"%g\" ", s.x + in, s.y + in, s.width - s.border,
                  s.height - s.border, s.radius - in);
    out += line.data();
    std::snprintf(line.data(), line.size(), s.border == 0 ? "fill=\"#%06x\"/>\n" : "fill=\"none\" stroke=\"#%06x\" stroke-width=\"%g\"/>\n", s.colour,
                  s.border);
    out += line.data();
  }
  return out + "</svg>\n";
}

std::vector<std::uint8_t> icon_pixels(int size) {
  std::vector<std::uint8_t> pixels;
  pixels.reserve(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 4);
  const double a_unit = size / kGrid;
  for (int row = 0; row < size; ++row) {
    for (int column = 0; column < size; ++column) {
      const double x = (column + 0.5) / a_unit, y = (row + 0.5) / a_unit;
      std::array<double, 3> colour{};
      for (const Shape& s : kShapes) {
        // The tile is below everything, so it alone makes the pixel opaque, and its colour goes to its very edge.
        const double covered = &s == &kShapes.front() ? 1 : coverage(s, x, y, a_unit);
        for (unsigned i = 0; i < 3; ++i) colour[i] += (static_cast<double>(s.colour >> (16 - 8 * i) & 0xffU) - colour[i]) * covered;
      }
      for (const double value : colour) pixels.push_back(static_cast<std::uint8_t>(std::lround(value)));
      pixels.push_back(static_cast<std::uint8_t>(std::lround(255 * coverage(kShapes.front(), x, y, a_unit))));
    }
  }
  return pixels;
}

}  // namespace vmalab

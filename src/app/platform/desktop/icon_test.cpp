// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/desktop/icon.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace vmalab {
namespace {

using Pixel = std::array<int, 4>;

/// The pixel at a place on the grid of 16 units.
Pixel at(const std::vector<std::uint8_t>& pixels, int size, double x, double y) {
  const auto column = static_cast<std::size_t>(x * size / 16), row = static_cast<std::size_t>(y * size / 16);
  const std::size_t first = (row * static_cast<std::size_t>(size) + column) * 4;
  return {pixels[first], pixels[first + 1], pixels[first + 2], pixels[first + 3]};
}

}  // namespace

TEST_CASE("the icon has its parts in every size, the smallest included") {
  for (const int size : {16, 24, 32, 48, 256}) {
    CAPTURE(size);
    const std::vector<std::uint8_t> pixels = icon_pixels(size);
    REQUIRE(pixels.size() == static_cast<std::size_t>(size * size * 4));
    const Pixel outside = at(pixels, size, 0, 0), tile = at(pixels, size, 2.5, 4.5), shackle = at(pixels, size, 4.9, 6.5);
    const Pixel through = at(pixels, size, 8, 5.5), flag = at(pixels, size, 5, 10.5), bit = at(pixels, size, 8.8, 10.5);
    CHECK(outside[3] < 128);
    CHECK(tile[3] == 255);
    CHECK(tile == through);  // one sees through the shackle
    CHECK(tile == bit);
    for (unsigned i = 0; i < 3; ++i) CHECK(shackle[i] > 200);
    CHECK(flag[0] > 2 * flag[2]);  // orange
  }
}

TEST_CASE("the icon that scales has the colours of the pixels") {
  const std::string svg = icon_svg();
  const std::vector<std::uint8_t> pixels = icon_pixels(256);
  const Pixel flag = at(pixels, 256, 5, 10.5);
  std::array<char, 8> colour{};
  std::snprintf(colour.data(), colour.size(), "#%02x%02x%02x", static_cast<unsigned>(flag[0]), static_cast<unsigned>(flag[1]),
                static_cast<unsigned>(flag[2]));
  CHECK(svg.find(colour.data()) != std::string::npos);
  CHECK(svg.find("viewBox=\"0 0 16 16\"") != std::string::npos);
  CHECK(std::count(svg.begin(), svg.end(), '<') == 10);  // two of a file, <svg>, six shapes, </svg>
}

}  // namespace vmalab

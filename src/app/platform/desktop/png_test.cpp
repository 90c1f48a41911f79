// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/desktop/png.h"

#include <doctest/doctest.h>
#include <png.h>

#include <unistd.h>
#include <cstring>
#include <string>

namespace vmalab {
namespace {

namespace fs = std::filesystem;

fs::path scratch(const char* name) { return fs::temp_directory_path() / ("vmalab-png-" + std::to_string(::getpid()) + "-" + name); }

Image gradient(int width, int height) {
  Image image{width, height, {}};
  for (int i = 0; i < width * height * 3; ++i) image.rgb.push_back(static_cast<std::uint8_t>(i * 7));
  return image;
}

}  // namespace

TEST_CASE("a written picture reads back the same") {
  const fs::path file = scratch("a.png");
  const Image image = gradient(13, 7);
  REQUIRE(write_png(file, image));
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  REQUIRE(png_image_begin_read_from_file(&header, file.c_str()) != 0);
  CHECK(header.width == 13);
  CHECK(header.height == 7);
  header.format = PNG_FORMAT_RGB;
  std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(header));
  REQUIRE(png_image_finish_read(&header, nullptr, pixels.data(), 0, nullptr) != 0);
  CHECK(pixels == image.rgb);
  fs::remove(file);
}

TEST_CASE("a picture that cannot be written is an error that names the file") {
  const Image image = gradient(64, 64);
  const auto nowhere = write_png("/nowhere/at/all.png", image);
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().to_string().find("/nowhere/at/all.png") != std::string::npos);
  if (fs::exists("/dev/full")) {
    const auto full = write_png("/dev/full", image);
    REQUIRE_FALSE(full);
    CHECK(fs::exists("/dev/full"));
  }
  CHECK_FALSE(write_png(scratch("b.png"), Image{}));
  CHECK_FALSE(write_png(scratch("b.png"), Image{2, 2, {1, 2, 3}}));
  CHECK_FALSE(fs::exists(scratch("b.png")));
  CHECK_FALSE(fs::exists(scratch("b.png.part")));
}

}  // namespace vmalab

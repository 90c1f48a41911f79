// SPDX-License-Identifier: GPL-2.0-only
// Writes the icon where an icon theme has it, FOLDER/hicolor/SIZE/apps/vmalab.png and .svg; the build runs it.
//
//   vmalab_icon_files FOLDER
#include <png.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/platform/desktop/icon.h"

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  if (argc != 2) return 2;
  const fs::path theme = fs::path(argv[1]) / "hicolor";
  const auto place = [&](const std::string& size, const char* name) {
    fs::create_directories(theme / size / "apps");
    return (theme / size / "apps" / name).string();
  };
  bool all = (std::ofstream(place("scalable", "vmalab.svg")) << vmalab::icon_svg()).flush().good();
  for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
    png_image header{};
    header.version = PNG_IMAGE_VERSION;
    header.width = header.height = static_cast<png_uint_32>(size);
    header.format = PNG_FORMAT_RGBA;
    const std::string side = std::to_string(size), file = place(side + "x" + side, "vmalab.png");
    all = png_image_write_to_file(&header, file.c_str(), 0, vmalab::icon_pixels(size).data(), 0, nullptr) != 0 && all;
  }
  if (!all) std::fprintf(stderr, "The icon cannot be written into %s\n", argv[1]);
  return all ? 0 : 1;
}

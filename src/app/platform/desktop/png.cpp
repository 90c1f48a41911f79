// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/desktop/png.h"

#include <png.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

namespace vmalab {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

Result<void> write_png(const std::filesystem::path& file, const Image& image) {
  const auto bytes = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3;
  if (image.width <= 0 || image.height <= 0 || image.rgb.size() != bytes) return fail("The picture is empty.", file.string());

  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(image.width);
  header.height = static_cast<png_uint_32>(image.height);
  header.format = PNG_FORMAT_RGB;

  // Something that is there and is no plain file, /dev/full for one, must not be replaced.
  std::error_code ignored;
  const bool in_place = std::filesystem::exists(file, ignored) && !std::filesystem::is_regular_file(file, ignored);
  std::filesystem::path part = file;
  if (!in_place) part += ".part";
  const auto failed = [&](const std::string& why) -> Result<void> {
    if (!in_place) std::filesystem::remove(part, ignored);
    return fail("The picture could not be written: " + why, file.string());
  };
  std::unique_ptr<std::FILE, CloseFile> stream(std::fopen(part.c_str(), "wb"));
  if (stream == nullptr) return fail(std::string("The picture could not be written: ") + std::strerror(errno), file.string());
  if (png_image_write_to_stdio(&header, stream.get(), 0, image.rgb.data(), 0, nullptr) == 0) return failed(header.message);
  // The last block may meet the full disk only here.
  if (std::fclose(stream.release()) != 0) return failed(std::strerror(errno));
  if (in_place) return {};
  std::error_code error;
  std::filesystem::rename(part, file, error);
  if (error) return failed(error.message());
  return {};
}

}  // namespace vmalab

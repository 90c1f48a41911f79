// SPDX-License-Identifier: GPL-2.0-only
#include "app/platform/desktop/png.h"

#include <png.h>

#include <string>

#include "base/output_file.h"

namespace vmalab {

Result<std::string> encode_png(const Image& image) {
  const auto bytes = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3;
  if (image.width <= 0 || image.height <= 0 || image.rgb.size() != bytes) return fail("The picture is empty.");

  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(image.width);
  header.height = static_cast<png_uint_32>(image.height);
  header.format = PNG_FORMAT_RGB;

  png_alloc_size_t size = 0;
  std::string data;
  // Asked for the size first, then for the bytes.
  for (int pass = 0; pass < 2; ++pass) {
    data.resize(size);
    if (png_image_write_to_memory(&header, pass == 0 ? nullptr : data.data(), &size, 0, image.rgb.data(), 0, nullptr) == 0) {
      return fail("The picture could not be made: " + std::string(header.message));
    }
  }
  data.resize(size);
  return data;
}

Result<void> write_png(const std::filesystem::path& file, const Image& image) {
  const Result<std::string> data = encode_png(image);
  if (!data) return fail(data.error().message, file.string());
  return write_output(file, *data, true);
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Pictures as PNG.
#pragma once

#include <filesystem>
#include <string>

#include "base/image.h"
#include "base/result.h"

namespace vmalab {

/// The bytes of the file.
Result<std::string> encode_png(const Image& image);
/// Writes to a temporary file beside it first, so that a full disk leaves no half picture behind.
Result<void> write_png(const std::filesystem::path& file, const Image& image);

}  // namespace vmalab

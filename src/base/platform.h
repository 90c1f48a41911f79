// SPDX-License-Identifier: GPL-2.0-only
// What the program needs of the place it runs on, and no library of ours knows: the program that is linked brings the
// implementation, app/platform/desktop on a desktop. Everything else is the same anywhere.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace vmalab::platform {

/// The program that runs, to find what is installed beside it; nothing when the place has no such file.
std::optional<std::filesystem::path> executable();
/// Where typefaces are installed, the user's own first. They need not exist.
std::vector<std::filesystem::path> font_folders();

}  // namespace vmalab::platform

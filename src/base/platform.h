// SPDX-License-Identifier: GPL-2.0-only
// What the program needs of the place it runs on, and no library of ours knows: the program that is linked brings the
// implementation, app/platform/desktop on a desktop. Everything else is the same anywhere.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vmalab::platform {

/// The program that runs, to find what is installed beside it; nothing when the place has no such file.
std::optional<std::filesystem::path> executable();
/// Where typefaces are installed, the user's own first. They need not exist.
std::vector<std::filesystem::path> font_folders();

/// What a path begins with that begins with "~"; empty when the place has no such folder.
std::filesystem::path home_folder();
/// Where the program keeps what it remembers for this person; nothing when there is no such place.
std::optional<std::filesystem::path> state_folder();

/// Where a person's own files of this program go that need no choice of a place; nothing when there is no such place.
std::optional<std::filesystem::path> data_folder();

/// Whether the desktop asks programs to move nothing.
bool reduced_motion();

/// Whether some keys belong to what the window is in, as F5 does in a browser: commands then have others.
bool browser_keys();

/// Bytes that can still be used without swapping: what the kernel calls available, and no more than what the control
/// group (version 2) that this process is in, or one above it, leaves. 4 GiB when nothing of that can be read.
/// @param root put before /proc and /sys
std::size_t available_memory(const std::string& root = "");
/// The most that this process ever had in memory, in MiB.
double peak_memory_mib();

}  // namespace vmalab::platform

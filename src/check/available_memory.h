// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// How much memory a search may take, and how much it has taken.
#pragma once

#include <cstddef>
#include <string>

namespace vmalab::check {

/// Bytes that can still be used without swapping: what the kernel calls available, and no more than what the control
/// group (version 2) that this process is in, or one above it, leaves. 4 GiB when nothing of that can be read.
/// @param root put before /proc and /sys
std::size_t available_memory(const std::string& root = "");

/// The most that this process ever had in memory, in MiB.
double peak_memory_mib();

}  // namespace vmalab::check

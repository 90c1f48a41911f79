// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <string_view>

namespace vmalab {

/// How many letters have to be changed, added or taken away to make one word the other: for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vmalab {

/// How many letters have to be changed, added or taken away to make one word the other: for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

/// "; did you mean `vm_refcnt`?", or when nothing is near "; there are `a`, `b`"; empty without candidates.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// For tests only: what is looked for in a text.
#pragma once

#include <string_view>

namespace vmalab::testing {

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace vmalab::testing

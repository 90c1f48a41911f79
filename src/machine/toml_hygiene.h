// SPDX-License-Identifier: GPL-2.0-only
// A look at a text before the TOML library gets it: what nobody should have written, named as what it is, and what the library
// must not be given. It knows strings, comments and brackets as TOML does; where a quote begins no string of TOML's
// it refuses, so that both always agree on what is inside a string.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vmalab {

struct Stray {
  std::size_t at;  ///< offset
  std::string why;
};
std::optional<Stray> find_stray(std::string_view toml);

}  // namespace vmalab

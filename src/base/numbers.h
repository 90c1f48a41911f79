// SPDX-License-Identifier: GPL-2.0-only
// Numbers as people type them.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace vmalab {

/// Digits and nothing else; nothing when it is none, or too large.
inline std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || text.front() == '-' || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// 0 to 15; -1: it is none.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Width and height of a window or a picture, "1280x720": 320x200 to 8192x8192.
inline std::optional<std::pair<int, int>> parse_size(std::string_view text) {
  const std::size_t by = text.find('x');
  if (by == std::string_view::npos) return std::nullopt;
  const std::optional<int> width = whole_number(text.substr(0, by)), height = whole_number(text.substr(by + 1));
  if (!width || !height || *width < 320 || *height < 200 || *width > 8192 || *height > 8192) return std::nullopt;
  return std::pair{*width, *height};
}

}  // namespace vmalab

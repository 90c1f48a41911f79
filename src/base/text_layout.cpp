// SPDX-License-Identifier: GPL-2.0-only
#include "base/text_layout.h"

#include <algorithm>
#include <random>

#include "base/text_hygiene.h"

namespace vmalab {
namespace {

/// Columns of one character, as printable() has it.
std::size_t character_width(const Character& c) {
  if (!c.valid) return 4;
  if (is_control(c.code)) return 6;
  if (is_invisible(c.code) || (c.code >= 0x300 && c.code < 0x370)) return 0;
  const auto within = [&](char32_t first, char32_t last) { return c.code >= first && c.code <= last; };
  const bool wide = within(0x1100, 0x115f) || within(0x2e80, 0xa4cf) || within(0xac00, 0xd7a3) || within(0xf900, 0xfaff) || within(0xfe30, 0xfe6f) ||
                    within(0xff00, 0xff60) || within(0xffe0, 0xffe6) || within(0x1f300, 0x1f64f) || within(0x1f900, 0x1f9ff) ||
                    within(0x20000, 0x3fffd);
  return wide ? 2 : 1;
}

/// Bytes of the characters that fit into so many columns, at least one character.
std::size_t prefix_bytes(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Character c = character_at(text, at);
    const std::size_t width = character_width(c);
    if (width > columns && at > 0) break;
    columns -= std::min(columns, width);
    at += c.bytes;
  }
  return at;
}

}  // namespace

const std::string& colour_end() {
  static const std::string end = [] {
    std::random_device dice;
    return ";" + std::to_string(dice()) + ";" + std::to_string(dice()) + "m";
  }();
  return end;
}

std::size_t colour_bytes(std::string_view text) {
  constexpr std::size_t kMostDigits = 4;
  if (text.substr(0, kColourStart.size()) != kColourStart) return 0;
  const std::size_t end = text.substr(0, kColourStart.size() + kMostDigits + colour_end().size()).find(colour_end());
  return end == std::string_view::npos ? 0 : end + colour_end().size();
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t colour = colour_bytes(text.substr(at)); colour > 0) {
      at += colour;
      continue;
    }
    const Character c = character_at(text, at);
    width += character_width(c);
    at += c.bytes;
  }
  return width;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  const auto finish_line = [&] {
    if (!line.empty()) lines.push_back(std::move(line));
    line.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = text.find_first_not_of(" \t\n", at);
    if (start == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t\n", start), text.size());
    std::string_view word = text.substr(start, end - start);
    at = end;
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) finish_line();
    while (display_width(word) > width) {
      const std::size_t bytes = prefix_bytes(word, width);
      lines.emplace_back(word.substr(0, bytes));
      word.remove_prefix(bytes);
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  finish_line();
  return lines;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  return std::string(text.substr(0, prefix_bytes(text, width > 3 ? width - 3 : 0))) + "...";
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t have = display_width(text);
  return std::string(text) + std::string(have < width ? width - have : 0, ' ');
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "app/text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <random>

#include "base/text_hygiene.h"

namespace vmalab::app {

namespace {

/// What ends the sequences of this process: nothing that was read can hold it but by chance.
const std::string& colour_end() {
  static const std::string end = [] {
    std::random_device dice;
    return ";" + std::to_string(dice()) + ";" + std::to_string(dice()) + "m";
  }();
  return end;
}

constexpr std::string_view kColourStart = "\x1b[";

/// Bytes of the colour sequence at the start of the text; 0 when there is none of ours.
std::size_t colour_bytes(std::string_view text) {
  constexpr std::size_t kMostDigits = 4;
  if (text.substr(0, kColourStart.size()) != kColourStart) return 0;
  const std::size_t end = text.substr(0, kColourStart.size() + kMostDigits + colour_end().size()).find(colour_end());
  return end == std::string_view::npos ? 0 : end + colour_end().size();
}

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

std::string fitted(std::string_view text, std::size_t width) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    const bool ended = end < text.size();
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t indent = std::min(std::min(line.find_first_not_of(' '), line.size()), width / 2);
    std::size_t used = 0;
    while (display_width(line) + used > width) {
      // The last space that leaves something in front of it and all of it within the width; else the first one at all.
      std::size_t cut = std::string_view::npos;
      for (std::size_t at = line.find(' ', line.find_first_not_of(' ')); at != std::string_view::npos; at = line.find(' ', at + 1)) {
        if (cut != std::string_view::npos && display_width(line.substr(0, at)) + used > width) break;
        cut = at;
      }
      const std::size_t next = line.find_first_not_of(' ', cut);
      if (cut == std::string_view::npos || next == std::string_view::npos) break;
      out.append(line.substr(0, cut)).append("\n").append(indent, ' ');
      used = indent;
      line.remove_prefix(next);
    }
    out.append(line).append(ended ? "\n" : "");
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  return std::string(text.substr(0, prefix_bytes(text, width > 3 ? width - 3 : 0))) + "...";
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t have = display_width(text);
  return std::string(text) + std::string(have < width ? width - have : 0, ' ');
}

std::string for_terminal(std::string_view text) {
  std::string out;
  for (std::size_t from = 0;;) {
    std::size_t start = text.find(kColourStart, from);
    while (start != std::string_view::npos && colour_bytes(text.substr(start)) == 0) start = text.find(kColourStart, start + 1);
    out += printable(text.substr(from, start == std::string_view::npos ? start : start - from));
    if (start == std::string_view::npos) return out;
    const std::size_t bytes = colour_bytes(text.substr(start));
    out.append(text.substr(start, bytes - colour_end().size())).append("m");
    from = start + bytes;
  }
}

std::size_t screen_width() {
  constexpr std::size_t kLeast = 20;
  std::size_t columns = kFullWidth;
  const std::string_view asked = std::getenv("COLUMNS") != nullptr ? std::getenv("COLUMNS") : "";
  winsize size{};
  const auto [end, error] = std::from_chars(asked.data(), asked.data() + asked.size(), columns);
  if (asked.empty() || error != std::errc() || end != asked.data() + asked.size() || columns == 0) {
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    columns = known ? size.ws_col : kFullWidth;
  }
  return std::clamp(columns, kLeast, kFullWidth);
}

std::string Colors::paint(std::string_view code, std::string_view text) const {
  if (!on) return std::string(text);
  return "\x1b[" + std::string(code) + colour_end() + std::string(text) + "\x1b[0" + colour_end();
}

std::string Colors::thread(int i, std::string_view text) const {
  constexpr std::array<std::string_view, 6> codes = {"1;36", "1;33", "1;35", "1;32", "1;34", "1;31"};
  return paint(codes[static_cast<std::size_t>(i) % codes.size()], text);
}

bool wants_colors(int descriptor) {
  const auto is = [](const char* name, std::string_view value) {
    const char* set = std::getenv(name);
    return set != nullptr && std::string_view(set) == value;
  };
  const auto filled = [](const char* name) {
    const char* set = std::getenv(name);
    return set != nullptr && *set != '\0';
  };
  if (filled("NO_COLOR")) return false;
  if (filled("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0")) return true;
  return isatty(descriptor) != 0 && !is("CLICOLOR", "0") && filled("TERM") && !is("TERM", "dumb");
}

bool stdout_wants_colors() { return wants_colors(STDOUT_FILENO); }

std::string beside(const std::vector<std::string>& left, const std::vector<std::string>& right, std::size_t left_width, std::string_view gap) {
  std::string out;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    std::string row = padded(i < left.size() ? left[i] : std::string(), left_width) + std::string(gap);
    if (i < right.size()) row += right[i];
    row.erase(row.find_last_not_of(' ') + 1);
    out += row + "\n";
  }
  return out;
}

}  // namespace vmalab::app

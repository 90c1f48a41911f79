// SPDX-License-Identifier: GPL-2.0-only
#include "app/text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "base/text_hygiene.h"

namespace vmalab::app {
namespace {

/// Where a line that is too wide goes on below: under its second column (two spaces stand before one) as far as that is on the left, else
/// under its beginning.
std::size_t hanging(std::string_view line, std::size_t width) {
  std::size_t at = std::min(line.find_first_not_of(' '), line.size());
  std::size_t hang = std::min(at, width / 2);
  for (std::size_t gap = line.find("  ", at); gap != std::string_view::npos; gap = line.find("  ", at)) {
    at = line.find_first_not_of(' ', gap);
    if (at == std::string_view::npos || display_width(line.substr(0, at)) > width / 2) break;
    hang = display_width(line.substr(0, at));
  }
  return hang;
}

}  // namespace

std::string fitted(std::string_view text, std::size_t width) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    const bool ended = end < text.size();
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t indent = hanging(line, width);
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
      out.append(line.substr(0, line.find_last_not_of(' ', cut) + 1)).append("\n").append(indent, ' ');
      used = indent;
      line.remove_prefix(next);
    }
    out.append(line).append(ended ? "\n" : "");
  }
  return out;
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

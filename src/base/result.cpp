// SPDX-License-Identifier: GPL-2.0-only
#include "base/result.h"

#include <algorithm>

namespace vmalab {

namespace {

std::string place_and_line(const Diagnostic& d) {
  const auto& [message, file, line, column, source_line, function, needed_by, lacks, misfit] = d;
  std::string out;
  if (!file.empty()) {
    out += file;
    if (line > 0) {
      out += ':' + std::to_string(line);
      if (column > 0) out += ':' + std::to_string(column);
    }
    out += ": ";
  } else if (line > 0) {
    out += "line " + std::to_string(line) + ": ";
  }
  out += "error: " + message;
  if (line <= 0 || source_line.empty()) return out;
  // Of a line longer than any screen, what is around the place.
  constexpr std::size_t kMostShown = 160;
  auto before = column > 0 ? static_cast<std::size_t>(column - 1) : 0;
  std::size_t first = 0;
  if (source_line.size() > kMostShown && before > kMostShown / 2) first = std::min(before, source_line.size()) - kMostShown / 2;
  const std::string& shown = source_line;
  const auto continues = [&text = shown](std::size_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
  while (continues(first)) ++first;
  std::size_t last = std::min(first + kMostShown, source_line.size());
  while (continues(last)) ++last;
  out += "\n  ";
  for (const char c : source_line.substr(first, last - first)) out += (static_cast<unsigned char>(c) < 0x20 && c != '\t') ? '?' : c;
  if (column <= 0) return out;
  // Tabs of the line are repeated under it, so that the caret lands where the terminal shows the character.
  out += "\n  ";
  for (std::size_t i = first; i < before; ++i) {
    if (!continues(i)) out += i < source_line.size() && source_line[i] == '\t' ? '\t' : ' ';
  }
  return out + '^';
}

}  // namespace

std::string Diagnostic::to_string() const { return place_and_line(*this) + (needed_by.empty() ? "" : "\n  needed by " + needed_by); }

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "lang/result.h"

namespace vmalab {

std::string Diagnostic::to_string() const {
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
  out += "\n  ";
  for (const char c : source_line) out += (static_cast<unsigned char>(c) < 0x20 && c != '\t') ? '?' : c;
  if (column <= 0) return out;
  // Tabs of the line are repeated under it, so that the caret lands where the terminal shows the character.
  out += "\n  ";
  const auto before = static_cast<std::size_t>(column - 1);
  for (std::size_t i = 0; i < before; ++i) out += i < source_line.size() && source_line[i] == '\t' ? '\t' : ' ';
  return out + '^';
}

}  // namespace vmalab

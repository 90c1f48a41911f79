// SPDX-License-Identifier: GPL-2.0-only
// What the window remembers from one day to the next: how it looks, what was open, which demos were seen to their end. One JSON
// file; whatever in it is not understood is as if it had never been there, and that is told once.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "ui/arrangement.h"
#include "ui/theme.h"

namespace vmalab {

struct Remembered {
  static constexpr std::size_t kMostRecent = 12;

  std::optional<ThemeId> theme;
  double zoom = 1;
  Splits splits;
  int width = 0, height = 0;  ///< of the window; 0: never known
  bool fullscreen = false;
  std::optional<bool> motion;       ///< none: as the system asks for
  std::string scenario;             ///< that was open last, a name; empty: none
  std::vector<std::string> recent;  ///< files, absolute, the newest first
  std::set<std::string> seen;       ///< scenarios whose demo was seen to its end

  void opened(std::string file);
  friend bool operator==(const Remembered&, const Remembered&) = default;
};

/// A file that is not there remembers nothing. Errors: it cannot be read, or is of another version or no such file at all; it stays
/// where it is, and is written again only under another name.
Result<Remembered> read_remembered(const std::filesystem::path& file);
/// Whole or not at all; makes the folder.
Result<void> write_remembered(const std::filesystem::path& file, const Remembered& what);

}  // namespace vmalab

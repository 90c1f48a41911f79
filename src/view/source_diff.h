// SPDX-License-Identifier: GPL-2.0-only
// What a variant changes: each function or macro it redefines, line by line against the definition it replaces.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/codebase.h"

namespace vmalab {

struct DiffLine {
  enum class Kind : std::uint8_t { kHeading, kSame, kRemoved, kAdded, kGap } kind = Kind::kSame;
  std::string text;
  int line = 0;  ///< in the file it stands in; 0 for a heading and for a gap, where lines are left out
};

/// Shortest edit script of two lists of lines.
std::vector<DiffLine> diff_lines(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after);

/// A function or function-like macro as it stands in a file.
struct Definition {
  std::string name;
  int first = 0, last = 0;  ///< lines from 1, last included; without the comment above
};
std::vector<Definition> definitions(const std::vector<std::string_view>& lines);

/// What to say where there is no diff.
std::string no_diff_text(const CodeBase& code);
/// Diff of every definition in the variant's files against the last earlier one of that name. Empty without a variant.
std::vector<DiffLine> variant_diff(const CodeBase& code);

/// The headings, the changes and so many lines around each.
std::vector<DiffLine> near_changes(const std::vector<DiffLine>& diff, std::size_t context);

}  // namespace vmalab

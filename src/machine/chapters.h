// SPDX-License-Identifier: GPL-2.0-only
// The scenarios as a course: assets/chapters puts them into chapters.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace vmalab {

struct Chapter {
  std::string title;
  std::vector<std::string> scenarios;  ///< names, in the order in which they are taught
};

/// Errors: no such file, or a scenario above the first title, with its line.
Result<std::vector<Chapter>> list_chapters(const std::filesystem::path& assets);
/// Title of the chapter that a scenario stands in; empty: in none.
std::string chapter_of(const std::vector<Chapter>& chapters, std::string_view scenario);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The scenarios as a course: assets/chapters puts them into chapters; lessons have such a list, too.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace vmalab {

struct Chapter {
  std::string title;
  std::vector<std::string> scenarios;  ///< names (or of lessons), in the order in which they are taught
};

/// Errors: no such file, or a name above the first title, with its line. `what`: the file in a message.
Result<std::vector<Chapter>> read_chapters(const std::filesystem::path& file, const std::string& what);
Result<std::vector<Chapter>> list_chapters(const std::filesystem::path& assets);
/// Title of the chapter that a scenario stands in; empty: in none.
std::string chapter_of(const std::vector<Chapter>& chapters, std::string_view scenario);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "machine/chapters.h"

#include <algorithm>
#include <sstream>

#include "base/input_file.h"
#include "base/words.h"

namespace vmalab {

Result<std::vector<Chapter>> list_chapters(const std::filesystem::path& assets) { return read_chapters(assets / "chapters", "the list of chapters"); }

Result<std::vector<Chapter>> read_chapters(const std::filesystem::path& file, const std::string& what) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
  const Result<std::string> text = read_input(file, what, kMostBytes);
  if (!text) return tl::unexpected(text.error());
  std::vector<Chapter> chapters;
  std::istringstream in(*text);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::string_view words = words::trimmed(line);
    if (words.empty() || words.front() == '#') continue;
    const bool indented = line.front() == ' ' || line.front() == '\t';
    if (!indented) {
      chapters.push_back({std::string(words), {}});
    } else if (chapters.empty()) {
      return fail("a name stands below the title of its chapter", file.string(), number, 1);
    } else {
      chapters.back().scenarios.emplace_back(words);
    }
  }
  return chapters;
}

std::string chapter_of(const std::vector<Chapter>& chapters, std::string_view scenario) {
  for (const Chapter& chapter : chapters) {
    if (std::find(chapter.scenarios.begin(), chapter.scenarios.end(), scenario) != chapter.scenarios.end()) return chapter.title;
  }
  return {};
}

}  // namespace vmalab

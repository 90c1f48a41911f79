// SPDX-License-Identifier: GPL-2.0-only
// What the open dialog offers: files that were open before and, while a path is typed, what it may go on with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vmalab {

struct OpenRow {
  enum class Kind : std::uint8_t { kFile, kFolder, kGone } kind = Kind::kFile;
  std::string path;   ///< what the field holds once it is taken; a folder's ends in a slash
  std::string label;  ///< its last part
  std::string text;   ///< "trace, in ~/talks"; "folder"; "is gone from ~/talks"
};

/// "~" and "~/x" are below the home folder, as a shell has it. Any other text is itself.
std::string expanded_path(std::string_view text, const std::filesystem::path& home);

/// Of an empty text: `recent`, those that are gone as well. Of any other: those of them that contain it, then the folders, traces and
/// scenarios that the path may mean. At most `kMost`.
struct OpenRows {
  static constexpr std::size_t kMost = 100;
  std::vector<OpenRow> rows;
  bool more = false;  ///< there are others
};
OpenRows open_rows(std::string_view text, const std::vector<std::string>& recent, const std::filesystem::path& home);

/// The rows for what was asked last: the disk is looked at again only for another text, or when it has been told to.
class OpenList {
 public:
  const OpenRows& rows(std::string_view text, const std::vector<std::string>& recent);
  void look_again() { text_.reset(); }

 private:
  std::optional<std::string> text_;
  OpenRows rows_;
};

}  // namespace vmalab

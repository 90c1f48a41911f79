// SPDX-License-Identifier: GPL-2.0-only
// Patches as people send them: `git format-patch` and `git diff` output, plain `diff -u`, single mails and mailboxes
// (patch_mail.h takes the mail off). A hunk applies where its old lines are: at the place it names or, said in a note, at
// the nearest other one, with the lines where it fits as well. There is no fuzz: a line that differs is a patch for other code, and that is an error
// which names the file, the hunk and the line.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vmalab {

struct DiffHunk {
  std::string header;  ///< "@@ -65,7 +65,8 @@"
  int line = 0;        ///< of the header, in the patch
  int old_start = 0, old_count = 0, new_start = 0, new_count = 0;
  struct Line {
    char kind = ' ';   ///< ' ', '-' or '+'
    std::string text;  ///< without the kind and the line end
  };
  std::vector<Line> lines;
  bool new_ends_without_newline = false;
};

/// What a patch does to one file.
struct FileDiff {
  std::string old_path, new_path;  ///< as written, quotes taken off; empty for /dev/null
  bool renames = false, copies = false, binary = false;
  int line = 0;  ///< of its first header line, in the patch
  std::vector<DiffHunk> hunks;
  bool creates() const { return old_path.empty(); }
  bool deletes() const { return new_path.empty(); }
};

/// The files that a patch changes, in its order. Text around them is passed over. Errors, with the line in the patch: no
/// change in it at all, a hunk that is damaged or cut off. `name` names the patch in errors.
Result<std::vector<FileDiff>> parse_diff(std::string_view text, const std::string& name);

/// The file's text with the hunks applied. `notes` gets a sentence for each hunk that went elsewhere than it said.
Result<std::string> apply_hunks(const FileDiff& diff, const std::string& path, std::string_view text, const std::string& patch_name,
                                std::vector<std::string>& notes);

/// Files with changes on top of them, in memory.
class PatchedFiles {
 public:
  /// The text of a file as it is below, or nothing where there is none.
  using Read = std::function<Result<std::optional<std::string>>(const std::string& path)>;
  explicit PatchedFiles(Read below) : below_(std::move(below)) {}

  Result<std::optional<std::string>> read(const std::string& path) const;
  /// Applies what it can: files that are not there are left out, which a note says. An error leaves everything as it was.
  Result<void> apply(const std::vector<FileDiff>& patch, const std::string& patch_name, std::vector<std::string>& notes);
  /// The files that are not as they are below.
  std::vector<std::string> paths() const;

 private:
  Result<std::string> find_path(const std::string& written) const;

  Read below_;
  std::vector<std::pair<std::string, std::optional<std::string>>> changed_;  ///< nothing: deleted
};

}  // namespace vmalab

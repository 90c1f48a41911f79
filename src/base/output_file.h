// SPDX-License-Identifier: GPL-2.0-only
// A file that is written whole or not at all: the bytes go beside it first, and what was there stays until they are all on the
// disk. A device (/dev/stdout, /dev/full) is written to in place.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vmalab {

/// Whether a file that somebody named can be opened for writing without waiting: no folder, and no pipe that nobody reads.
Result<void> check_output(const std::filesystem::path& file);

/// The bytes are written and not yet seen under the file's name. Without commit() they are gone with the object.
class PendingFile {
 public:
  /// Error: no room, no permission, a folder, a pipe that nobody reads; or the file is there and `overwrite` is false.
  static Result<PendingFile> write(const std::filesystem::path& file, std::string_view bytes, bool overwrite);
  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile();
  Result<void> commit();

 private:
  PendingFile() = default;
  std::filesystem::path file_, part_;  ///< part_ is empty when there is nothing to rename
};

/// Both in one.
Result<void> write_output(const std::filesystem::path& file, std::string_view bytes, bool overwrite);

}  // namespace vmalab

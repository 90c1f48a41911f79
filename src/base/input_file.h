// SPDX-License-Identifier: GPL-2.0-only
// The one way to open a file that somebody named: a regular file and nothing else. A pipe, a device, a socket or a folder is
// refused at once and by that name, where reading it could wait for ever or never end.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace vmalab {

/// A descriptor open for reading, for the caller to close. `what`: "a trace", "a scenario", "a C file", for the message.
Result<int> open_input(const std::filesystem::path& file, const std::string& what);
/// What comes until the end, of at most `most` bytes; `name` is what the message calls it.
Result<std::string> read_stream(int fd, const std::string& name, const std::string& what, std::size_t most);
/// The whole file. Error: it is no regular file, cannot be read, or is longer than `most` bytes.
Result<std::string> read_input(const std::filesystem::path& file, const std::string& what, std::size_t most);
/// The same, and through a pipe as a shell makes it, `--patch <(git diff)`: who writes may still be at it. A pipe that nobody
/// writes to is empty.
Result<std::string> read_piped(const std::filesystem::path& file, const std::string& what, std::size_t most);

}  // namespace vmalab

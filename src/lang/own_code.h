// SPDX-License-Identifier: GPL-2.0-only
// C files of somebody's own: what a scenario names in `code = [...]` and what --code gives. They are loaded after the
// model and the tree, in the order in which they are named; what a file includes with `#include "..."` comes before
// it. No file is loaded twice, and a file that includes itself, directly or not, is an error.
#pragma once

#include <filesystem>
#include <vector>

#include "lang/codebase.h"

namespace vmalab {

/// Whoever opens somebody's scenario has its C files read, and a trace carries them: so no name in them may lead out of the
/// folder that they are in, be it by a symbolic link.
bool is_below(const std::filesystem::path& file, const std::filesystem::path& folder);

/// Reads the files. Errors: one that is missing, is no file, or is too large; an #include of such a one, or in a circle.
Result<std::vector<CodeBase::Text>> read_own_code(const std::vector<std::filesystem::path>& files);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// What a patch changes in a file: its definitions, as C sees them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/kernel_tree.h"
#include "lang/tree_index.h"

namespace vmalab {

/// The functions and macros that are new or other than `before`, those of configurations that are not judged among them, and the
/// lines with code that are; where lines were taken away, the one behind. White space and comments are no changes, and lines of the
/// preprocessor are not among them. `before` null: all of them.
std::vector<KernelTree::Change> changes_between(const IndexedFile* before, const IndexedFile& now);

/// The path of C of the kernel itself: programs that come with it, its documentation and how it is built are not.
bool is_kernel_code(const std::string& path);
/// The same C, whatever its comments say. Nothing: there is no such file.
bool same_code(const std::optional<std::string>& a, const std::optional<std::string>& b);

}  // namespace vmalab

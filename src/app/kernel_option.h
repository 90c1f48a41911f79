// SPDX-License-Identifier: GPL-2.0-only
// --kernel, --patch and --series: the tree and the patches that the command line names.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "base/result.h"

namespace vmalab::app {

/// A file with a patch, or "-" for standard input.
Result<TreePatch> read_patch(const std::string& file);
/// Reads the patches and the tree that a command names into it; nothing without --kernel.
Result<void> read_kernel_options(Subject& subject, const std::filesystem::path& assets);
/// The tree that is chosen, with its patches on top.
Result<std::shared_ptr<const KernelTree>> read_tree(const CodeChoice& choice, const std::filesystem::path& assets, std::size_t since = 0);

/// One commit of a series.
struct SeriesCommit {
  std::string subject;  ///< or the file's name
  TreePatch patch;
};
struct Series {
  std::vector<SeriesCommit> commits;    ///< in order; letters without a patch in them are left out
  std::vector<std::string> not_judged;  ///< mails that the numbers of the others speak of, in sentences: absent, or without a patch
};
/// What --series names.
Result<Series> read_series(const std::vector<std::string>& files);
/// The subjects of what a patch file holds, or its name.
std::vector<std::string> patch_subjects(const TreePatch& patch);

}  // namespace vmalab::app

// SPDX-License-Identifier: GPL-2.0-only
#include "app/kernel_option.h"

#include <fstream>
#include <iostream>
#include <sstream>
#include <system_error>

#include "lang/patch_mail.h"
#include "lang/unified_diff.h"

namespace vmalab::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxPatch = 64u << 20;

}  // namespace

Result<TreePatch> read_patch(const std::string& file) {
  TreePatch patch;
  patch.name = file == "-" ? "standard input" : file;
  std::ostringstream text;
  if (file == "-") {
    text << std::cin.rdbuf();
  } else {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (!fs::exists(status)) return fail("there is no such file: expected a patch", file);
    if (fs::is_directory(status)) return fail("is a folder, not a patch", file);
    if (fs::is_regular_file(status) && fs::file_size(file, error) > kMaxPatch) return fail("is larger than any patch", file);
    std::ifstream in(file, std::ios::binary);
    text << in.rdbuf();
    if (!in.is_open()) return fail("cannot be read", file);
  }
  patch.text = text.str();
  if (patch.text.empty()) return fail("is empty: expected a patch", patch.name);
  return patch;
}

Result<std::shared_ptr<const KernelTree>> read_tree(const CodeChoice& choice, const fs::path& assets, std::size_t since) {
  const Result<std::vector<CodeBase::Text>> model = CodeBase::model_texts(assets);
  if (!model) return tl::unexpected(model.error());
  Result<KernelTree> tree = KernelTree::read(choice.kernel, choice.patches, *model, since);
  if (!tree) return tl::unexpected(tree.error());
  return std::make_shared<const KernelTree>(std::move(*tree));
}

Result<void> read_kernel_options(Options& options, const fs::path& assets) {
  if (options.code.kernel.empty()) return {};
  for (const std::string& file : options.patch_files) {
    Result<TreePatch> patch = read_patch(file);
    if (!patch) return tl::unexpected(patch.error());
    options.code.patches.push_back(std::move(*patch));
  }
  Result<std::shared_ptr<const KernelTree>> tree = read_tree(options.code, assets);
  if (!tree) return tl::unexpected(tree.error());
  options.code.tree = std::move(*tree);
  return {};
}

Result<std::vector<SeriesCommit>> read_series(const std::vector<std::string>& files) {
  std::vector<SeriesCommit> commits;
  for (const std::string& file : files) {
    Result<TreePatch> whole = read_patch(file);
    if (!whole) return tl::unexpected(whole.error());
    const std::size_t before = commits.size();
    std::optional<Diagnostic> no_patch;
    for (PatchMail& mail : split_mails(whole->text)) {
      const Result<std::vector<FileDiff>> diff = parse_diff(mail.text, whole->name);
      if (!diff && diff.error().line > 0) return tl::unexpected(diff.error());
      if (!diff) {
        no_patch = diff.error();
        continue;
      }
      commits.push_back({mail.subject.empty() ? whole->name : mail.subject, {whole->name, std::move(mail.text)}});
    }
    if (commits.size() == before) return tl::unexpected(*no_patch);
  }
  return commits;
}

std::vector<std::string> patch_subjects(const TreePatch& patch) {
  std::vector<std::string> subjects;
  for (const PatchMail& mail : split_mails(patch.text)) {
    if (!mail.subject.empty() && parse_diff(mail.text, patch.name)) subjects.push_back(mail.subject);
  }
  if (subjects.empty()) subjects.push_back(patch.name);
  return subjects;
}

}  // namespace vmalab::app

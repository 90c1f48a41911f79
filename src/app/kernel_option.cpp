// SPDX-License-Identifier: GPL-2.0-only
#include "app/kernel_option.h"

#include <unistd.h>

#include "base/input_file.h"
#include "lang/patch_mail.h"
#include "lang/unified_diff.h"

namespace vmalab::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPatch = std::size_t{64} << 20;

}  // namespace

Result<TreePatch> read_patch(const std::string& file) {
  TreePatch patch;
  patch.name = file == "-" ? "standard input" : file;
  Result<std::string> text = file == "-" ? read_stream(STDIN_FILENO, patch.name, "a patch", kMaxPatch) : read_piped(file, "a patch", kMaxPatch);
  if (!text) return tl::unexpected(text.error());
  patch.text = std::move(*text);
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

Result<void> read_kernel_options(Subject& subject, const fs::path& assets) {
  if (subject.code.kernel.empty()) return {};
  for (const std::string& file : subject.patch_files) {
    Result<TreePatch> patch = read_patch(file);
    if (!patch) return tl::unexpected(patch.error());
    subject.code.patches.push_back(std::move(*patch));
  }
  Result<std::shared_ptr<const KernelTree>> tree = read_tree(subject.code, assets);
  if (!tree) return tl::unexpected(tree.error());
  subject.code.tree = std::move(*tree);
  return {};
}

Result<std::vector<SeriesCommit>> read_series(const std::vector<std::string>& files) {
  std::vector<SeriesCommit> commits;
  std::optional<Diagnostic> no_patch;
  for (const std::string& file : files) {
    Result<TreePatch> whole = read_patch(file);
    if (!whole) return tl::unexpected(whole.error());
    for (PatchMail& mail : split_mails(whole->text)) {
      const Result<std::vector<FileDiff>> diff = parse_diff(mail.text, whole->name);
      if (!diff && diff.error().line > 0) return tl::unexpected(diff.error());
      if (!diff) {
        // A cover letter is a mail of the series like any other, only that there is nothing to judge.
        if (mail.subject.empty()) return tl::unexpected(diff.error());
        if (!no_patch) no_patch = diff.error();
        continue;
      }
      commits.push_back({mail.subject.empty() ? whole->name : mail.subject, {whole->name, std::move(mail.text)}});
    }
  }
  if (commits.empty() && no_patch) return tl::unexpected(*no_patch);
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

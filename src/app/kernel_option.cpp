// SPDX-License-Identifier: GPL-2.0-only
#include "app/kernel_option.h"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "base/input_file.h"
#include "base/words.h"
#include "lang/patch_mail.h"
#include "lang/unified_diff.h"

namespace vmalab::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPatch = std::size_t{64} << 20;

/// The mails of a numbered series. Those of another version or another series mostly have another total.
class MailNumbers {
 public:
  /// `wrong`: why there is nothing to judge in a mail; empty when there is.
  void add(const PatchMail& mail, const std::string& wrong) {
    if (mail.total == 0) return;
    auto found = std::find_if(series_.begin(), series_.end(), [&](const Numbered& series) { return series.total == mail.total; });
    if (found == series_.end()) found = series_.insert(found, {mail.total, {}});
    // A letter of number 0 may be absent. Of the same mail twice the one with a patch counts.
    if (mail.number == 0) return;
    const auto [entry, is_new] = found->mails.try_emplace(mail.number, wrong);
    if (!is_new && wrong.empty()) entry->second.clear();
  }

  std::vector<std::string> not_judged() const {
    std::vector<std::string> sentences;
    for (const Numbered& series : series_) {
      const std::string total = std::to_string(series.total);
      std::vector<std::string> absent;
      bool several = false;
      int next = 1;
      const auto gap_before = [&](int number) {
        const int last = number - 1;
        several = several || (last >= next && (!absent.empty() || last > next));
        if (last - next > 1)
          absent.push_back(std::to_string(next) + " to " + std::to_string(last));
        else
          for (int n = next; n <= last; ++n) absent.push_back(std::to_string(n));
        next = number + 1;
      };
      for (const auto& [number, wrong] : series.mails) gap_before(number);
      if (next <= series.total) gap_before(series.total + 1);
      if (!absent.empty())
        sentences.push_back((several ? "mails " : "mail ") + words::list(absent) + " of " + total + (several ? " are" : " is") +
                            " not here: not judged");
      for (const auto& [number, wrong] : series.mails) {
        if (!wrong.empty()) sentences.push_back("mail " + std::to_string(number) + " of " + total + " " + wrong + ": not judged");
      }
    }
    return sentences;
  }

 private:
  struct Numbered {
    int total = 0;
    std::map<int, std::string> mails;
  };
  std::vector<Numbered> series_;
};

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

Result<Series> read_series(const std::vector<std::string>& files) {
  Series series;
  MailNumbers numbers;
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
        numbers.add(mail, diff.error().message);
        if (!no_patch) no_patch = diff.error();
        continue;
      }
      numbers.add(mail, {});
      series.commits.push_back({mail.subject.empty() ? whole->name : mail.subject, {whole->name, std::move(mail.text)}});
    }
  }
  if (series.commits.empty() && no_patch) return tl::unexpected(*no_patch);
  series.not_judged = numbers.not_judged();
  return series;
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

// SPDX-License-Identifier: GPL-2.0-only
#include "ui/documents.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

#include "machine/lock_code.h"

namespace vmalab {
namespace {

constexpr std::size_t kMaxPutAway = 8;

}  // namespace

Documents::Documents(Workspace workspace, CodeChoice code, Overrides overrides, Document document)
    : workspace_(std::move(workspace)), code_(std::move(code)), overrides_(overrides) {
  // Without it the list has no headings.
  if (auto list = list_chapters(workspace_.assets())) chapters_ = std::move(*list);
  // A folder that cannot be listed costs the picker its rows, not the person their session.
  if (auto list = list_scenarios(workspace_.assets())) {
    scenarios_ = std::move(*list);
  } else {
    trouble_ = "The list of scenarios could not be read. " + list.error().to_string();
  }
  if (auto list = list_variants(workspace_.assets())) {
    variants_ = std::move(*list);
  } else {
    trouble_ += (trouble_.empty() ? "" : "\n") + std::string("The list of variants could not be read. ") + list.error().to_string();
  }
  adopt(std::move(document));
}

Origin Documents::origin_for(std::string_view text) const {
  Origin origin;
  origin.what = what_is(text);
  origin.text = text;
  origin.goes_on = origin.recorded();
  if (origin.recorded()) return origin;
  origin.code = code_;
  origin.code.variant = current_->origin.code.variant;
  origin.overrides = overrides_;
  return origin;
}

Result<void> Documents::open(const Origin& origin) {
  Result<Document> document = workspace_.open(origin);
  if (!document) return tl::unexpected(document.error());
  replace(std::move(*document));
  return {};
}

Result<void> Documents::open(std::string_view text) { return open(origin_for(text)); }

Result<void> Documents::open_with(const std::vector<int>& numbers) {
  Origin origin = current_->origin;
  if (origin.numbers.empty()) {
    origin.numbers = numbers;
    return open(origin);
  }
  // Those of one thread that was counted anew stand together.
  auto next = numbers.begin();
  for (int& number : origin.numbers) {
    const auto end = next + number;
    number = std::accumulate(next, end, 0);
    next = end;
  }
  return open(origin);
}

Result<void> Documents::open_standard(int readers, int writers, int detachers, Overrides overrides) {
  Origin origin = origin_for("standard-" + std::to_string(readers) + "-" + std::to_string(writers) + "-" + std::to_string(detachers));
  origin.overrides = overrides;
  return open(origin);
}

Result<std::optional<std::string>> Documents::choose_variant(int row) {
  const Variant* variant = row <= 0 || row > static_cast<int>(variants_.size()) ? nullptr : &variants_[static_cast<std::size_t>(row - 1)];
  const Origin& now = current_->origin;
  Origin origin = origin_for(variant != nullptr ? variant->scenario : now.recorded() ? current_->session.machine().scenario().name : now.text);
  origin.code.variant = variant == nullptr ? "" : variant->name;
  if (Result<void> opened = open(origin); !opened) return tl::unexpected(opened.error());
  return variant == nullptr ? std::optional<std::string>() : variant->title;
}

Result<void> Documents::reload() {
  if (auto list = list_scenarios(workspace_.assets())) scenarios_ = std::move(*list);
  Result<Document> document = workspace_.reload(*current_);
  if (!document) return tl::unexpected(document.error());
  document->session.restart();
  replace(std::move(*document));
  return {};
}

void Documents::replace(Document document) {
  put_away(earlier_);
  later_.clear();
  adopt(std::move(document));
}

void Documents::put_away(std::deque<Document>& where) {
  if (current_->session.path().size() <= 1 && current_->session.talk().empty()) return;
  where.push_back(std::move(*current_));
  if (where.size() > kMaxPutAway) where.pop_front();
}

void Documents::bring_back(std::deque<Document>& from, std::deque<Document>& to) {
  if (from.empty()) return;
  put_away(to);
  Document back = std::move(from.back());
  from.pop_back();
  back.notice.clear();  // it was read when the document was opened
  adopt(std::move(back));
}

void Documents::adopt(Document document) {
  current_.emplace(std::move(document));
  code_badge_ = lock_code_badge(current_->session.machine());
  ++serial_;
}

int Documents::scenario_row() const {
  const std::string& name = current_->session.machine().scenario().name;
  const auto it = std::find_if(scenarios_.begin(), scenarios_.end(), [&](const Scenario& s) { return s.name == name; });
  return it == scenarios_.end() ? -1 : static_cast<int>(it - scenarios_.begin());
}

int Documents::variant_row() const {
  for (const SourceFile& file : current_->session.machine().code().files()) {
    if (file.origin != SourceFile::Origin::kVariant) continue;
    const std::filesystem::path name = std::filesystem::path(file.path).filename();
    const auto it = std::find_if(variants_.begin(), variants_.end(), [&](const Variant& v) { return v.file.filename() == name; });
    return it == variants_.end() ? -1 : static_cast<int>(it - variants_.begin()) + 1;
  }
  return 0;
}

}  // namespace vmalab

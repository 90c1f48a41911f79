// SPDX-License-Identifier: GPL-2.0-only
#include "lang/extra_words.h"

#include <algorithm>

namespace vmalab {

std::optional<int> ExtraWords::find(ObjectKind kind, std::string_view name) const {
  for (const Entry& entry : entries_) {
    const bool first = entry.name == name ||
                       (entry.name.size() > name.size() && entry.name.starts_with(name) && entry.name.substr(name.size()) == "[0]");
    if (entry.kind == kind && first) return entry.field;
  }
  return std::nullopt;
}

std::optional<int> ExtraWords::add(ObjectKind kind, std::string_view name, const std::vector<Word>& initial, Use use) {
  if (const std::optional<int> known = find(kind, name)) return known;
  const auto used = std::count_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.kind == kind; });
  const int first = first_field(kind) + static_cast<int>(used);
  if (used + static_cast<std::ptrdiff_t>(initial.size()) > capacity(kind)) return std::nullopt;
  for (std::size_t i = 0; i < initial.size(); ++i) {
    std::string element(name);
    if (initial.size() > 1) element += '[' + std::to_string(i) + ']';
    entries_.push_back({kind, std::move(element), first + static_cast<int>(i), initial[i], use});
  }
  return first;
}

std::uint32_t ExtraWords::callback(std::string_view function) {
  const auto known = std::find(callbacks_.begin(), callbacks_.end(), function);
  const auto number = static_cast<std::uint32_t>(known - callbacks_.begin()) + 1;
  if (known == callbacks_.end()) callbacks_.emplace_back(function);
  return number;
}

const ExtraWords::Entry* ExtraWords::at(ObjectKind kind, int field) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.kind == kind && entry.field == field; });
  return found == entries_.end() ? nullptr : &*found;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "ui/picker.h"

#include <algorithm>

#include "base/words.h"
#include "run/claims.h"

namespace vmalab {
namespace {

std::string first_sentence(std::string_view story) {
  const std::vector<std::string> all = sentences(story);
  return all.empty() ? std::string() : all.front();
}

}  // namespace

bool matches(const PickerRow& row, std::string_view filter) {
  const std::string text = words::lower(row.name + " " + row.title + " " + row.text), wanted = words::lower(filter);
  std::string_view rest = wanted;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (text.find(rest.substr(0, end)) == std::string::npos) return false;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return true;
}

std::string chapter_heading(const Documents& documents, const std::string& title, const std::set<std::string>& seen) {
  for (const Chapter& chapter : documents.chapters()) {
    if (chapter.title != title) continue;
    const auto count = std::count_if(chapter.scenarios.begin(), chapter.scenarios.end(),
                                     [&](const std::string& name) { return seen.count(name) > 0; });
    return title + "   " + std::to_string(count) + " of " + std::to_string(chapter.scenarios.size());
  }
  return title;
}

std::vector<PickerRow> picker_rows(const Documents& documents, const Overlay& overlay, const std::set<std::string>& seen) {
  std::vector<PickerRow> rows;
  const auto add = [&](PickerRow row, int current) {
    row.index = static_cast<int>(rows.size());
    row.current = row.index == current;
    rows.push_back(std::move(row));
  };
  if (overlay.kind == Overlay::Kind::kScenarios) {
    for (const Scenario& scenario : documents.scenarios()) {
      add({scenario.name, scenario.title, first_sentence(scenario.story)}, documents.scenario_row());
      rows.back().seen = seen.count(scenario.name) > 0;
      rows.back().chapter = chapter_of(documents.chapters(), scenario.name);
    }
    const auto rank = [&](const PickerRow& row) {
      std::size_t at = 0;
      while (at < documents.chapters().size() && documents.chapters()[at].title != row.chapter) ++at;
      const std::vector<std::string> none;
      const std::vector<std::string>& names = at < documents.chapters().size() ? documents.chapters()[at].scenarios : none;
      return std::pair{at, std::find(names.begin(), names.end(), row.name) - names.begin()};
    };
    std::stable_sort(rows.begin(), rows.end(), [&](const PickerRow& a, const PickerRow& b) { return rank(a) < rank(b); });
  } else {
    add({"none", "None: the code as it is", "The model, or the Linux tree that was loaded."}, documents.variant_row());
    for (const Variant& variant : documents.variants()) {
      const std::string breaks = words::joined(variant.breaks, &Property::name);
      add({variant.name, variant.title, variant.name + ": breaks " + breaks + " on " + variant.scenario}, documents.variant_row());
    }
  }
  std::erase_if(rows, [&](const PickerRow& row) { return !matches(row, overlay.text); });
  return rows;
}

}  // namespace vmalab

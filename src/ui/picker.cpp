// SPDX-License-Identifier: GPL-2.0-only
#include "ui/picker.h"

#include <algorithm>

#include "base/words.h"
#include "run/claims.h"

namespace vmalab {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::string first_sentence(std::string_view story) {
  const std::vector<std::string> all = sentences(story);
  return all.empty() ? std::string() : all.front();
}

}  // namespace

bool matches(const PickerRow& row, std::string_view filter) {
  const std::string text = lower(row.name + " " + row.title + " " + row.text), words = lower(filter);
  std::string_view rest = words;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (text.find(rest.substr(0, end)) == std::string::npos) return false;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return true;
}

std::vector<PickerRow> picker_rows(const Documents& documents, const Overlay& overlay) {
  std::vector<PickerRow> rows;
  const auto add = [&](PickerRow row, int current) {
    row.index = static_cast<int>(rows.size());
    row.current = row.index == current;
    rows.push_back(std::move(row));
  };
  if (overlay.kind == Overlay::Kind::kScenarios) {
    for (const Scenario& scenario : documents.scenarios()) {
      add({scenario.name, scenario.title, first_sentence(scenario.story)}, documents.scenario_row());
    }
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

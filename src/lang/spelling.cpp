// SPDX-License-Identifier: GPL-2.0-only
#include "lang/spelling.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace vmalab {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  if (candidates.empty()) return {};
  const auto distance = [&](std::string_view candidate) {
    const bool part = word.size() > 2 && candidate.find(word) != std::string_view::npos;
    return part ? 0 : edit_distance(word, candidate);
  };
  std::string_view nearest = candidates.front();
  for (const std::string_view candidate : candidates) {
    if (distance(candidate) < distance(nearest)) nearest = candidate;
  }
  if (distance(nearest) <= std::max<std::size_t>(2, word.size() / 3)) return "; did you mean `" + std::string(nearest) + "`?";
  std::string all;
  for (const std::string_view candidate : candidates) all += (all.empty() ? "; there are `" : ", `") + std::string(candidate) + "`";
  return all;
}

}  // namespace vmalab

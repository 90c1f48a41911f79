// SPDX-License-Identifier: GPL-2.0-only
#include "view/access_history.h"

#include <algorithm>

namespace vmalab {
namespace {

auto after(const std::vector<int>& depths, int depth) { return std::upper_bound(depths.begin(), depths.end(), depth); }

}  // namespace

AccessHistory::AccessHistory()
    : read_(static_cast<std::size_t>(kPlaceCount)),
      changed_(static_cast<std::size_t>(kPlaceCount)),
      rewritten_(static_cast<std::size_t>(kPlaceCount)) {}

void AccessHistory::append(const Machine& machine, const State& before, const State& after, const AccessRecord& accesses, int depth) {
  const auto note = [depth](std::vector<Depths>& of, Place place) {
    Depths& depths = of[static_cast<std::size_t>(place_number(place))];
    if (depths.empty() || depths.back() != depth) depths.push_back(depth);
  };
  for_each_change(machine, before, after, [&](Place place) { note(changed_, place); });
  for (const Place place : accesses.writes()) {
    const Depths& changes = changed_[static_cast<std::size_t>(place_number(place))];
    if (changes.empty() || changes.back() != depth) note(rewritten_, place);
  }
  for (const Place place : accesses.reads()) note(read_, place);
}

void AccessHistory::truncate(int depth) {
  for (std::vector<Depths>* of : {&read_, &changed_, &rewritten_}) {
    for (Depths& depths : *of) depths.erase(after(depths, depth), depths.end());
  }
}

int AccessHistory::last(const std::vector<Depths>& of, Place place, int depth) {
  const Depths& depths = of[static_cast<std::size_t>(place_number(place))];
  const auto it = after(depths, depth);
  return it == depths.begin() ? 0 : *(it - 1);
}

int AccessHistory::next(const std::vector<Depths>& of, Place place, int depth) {
  const Depths& depths = of[static_cast<std::size_t>(place_number(place))];
  const auto it = after(depths, depth);
  return it == depths.end() ? 0 : *it;
}

int AccessHistory::last_write(Place place, int depth) const { return std::max(last_change(place, depth), last_rewrite(place, depth)); }

int AccessHistory::next_write(Place place, int depth) const {
  const int change = next_change(place, depth), rewrite = next_rewrite(place, depth);
  return change == 0 || rewrite == 0 ? std::max(change, rewrite) : std::min(change, rewrite);
}

std::size_t AccessHistory::bytes() const {
  std::size_t sum = 0;
  for (const std::vector<Depths>* of : {&read_, &changed_, &rewritten_}) {
    for (const Depths& depths : *of) sum += sizeof depths + depths.capacity() * sizeof(int);
  }
  return sum;
}

}  // namespace vmalab

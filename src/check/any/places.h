// SPDX-License-Identifier: GPL-2.0-only
// Sets of places that readers stand in. A place is where in the code, with registers and ghost facts: a local component. Each set
// is kept once and known by a number.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "check/components.h"

namespace vmalab::check {

using Places = std::vector<Index>;  ///< numbers of locals, in order
using PlacesId = std::uint32_t;

class PlacesTable {
 public:
  PlacesId intern(const Places& places) {
    const auto [it, fresh] = ids_.try_emplace(places, static_cast<PlacesId>(by_id_.size()));
    if (fresh) {
      by_id_.push_back(&it->first);
      bytes_ += places.size() * sizeof(Index) + 96;
    }
    return it->second;
  }
  const Places& operator[](PlacesId id) const { return *by_id_[id]; }
  bool includes(PlacesId large, PlacesId small) const {
    const Places &a = *by_id_[large], &b = *by_id_[small];
    return std::includes(a.begin(), a.end(), b.begin(), b.end());
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::map<Places, PlacesId> ids_;
  std::vector<const Places*> by_id_;
  std::size_t bytes_ = 0;
};

inline bool insert(Places& places, Index place) {
  const auto at = std::lower_bound(places.begin(), places.end(), place);
  if (at != places.end() && *at == place) return false;
  places.insert(at, place);
  return true;
}
inline void remove(Places& places, Index place) {
  const auto at = std::lower_bound(places.begin(), places.end(), place);
  if (at != places.end() && *at == place) places.erase(at);
}
inline bool contains(const Places& places, Index place) { return std::binary_search(places.begin(), places.end(), place); }

}  // namespace vmalab::check

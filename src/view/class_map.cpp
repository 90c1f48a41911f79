// SPDX-License-Identifier: GPL-2.0-only
#include "view/class_map.h"

#include <algorithm>
#include <cassert>

#include "view/vma_view.h"

namespace vmalab {
namespace {

using C = RefcntClass;

struct Spot {
  C id;
  int column, row;
};
constexpr std::array<Spot, 7> kSpots{{{C::kDetached, 0, 1},
                                      {C::kAttached, 1, 1},
                                      {C::kReferenced, 2, 1},
                                      {C::kFlag, 0, 0},
                                      {C::kFlagPlusOne, 1, 0},
                                      {C::kFlagAndReaders, 2, 0},
                                      {C::kOther, 3, 0}}};

PossibleEdges make_protocol_edges() {
  PossibleEdges edges;
  for (const auto& [from, to] : {std::pair{C::kDetached, C::kAttached},
                                 {C::kAttached, C::kDetached},
                                 {C::kAttached, C::kReferenced},
                                 {C::kReferenced, C::kAttached},
                                 {C::kReferenced, C::kReferenced},
                                 {C::kAttached, C::kFlagPlusOne},
                                 {C::kFlagPlusOne, C::kAttached},
                                 {C::kReferenced, C::kFlagAndReaders},
                                 {C::kFlagAndReaders, C::kReferenced},
                                 {C::kFlagAndReaders, C::kFlagAndReaders},
                                 {C::kFlagAndReaders, C::kFlagPlusOne},
                                 {C::kFlagPlusOne, C::kFlag},
                                 {C::kFlag, C::kDetached}}) {
    edges.at(from, to) = true;
  }
  return edges;
}

}  // namespace

const PossibleEdges& protocol_edges() {
  static const PossibleEdges edges = make_protocol_edges();
  return edges;
}

PossibleEdges class_edges(const std::vector<std::pair<Word, Word>>& value_edges) {
  PossibleEdges edges;
  for (const auto& [from, to] : value_edges) {
    if (from != to) edges.at(refcnt_class(from), refcnt_class(to)) = true;
  }
  return edges;
}

const ClassNode& ClassMapView::node(RefcntClass id) const {
  const auto it = std::find_if(nodes.begin(), nodes.end(), [&](const ClassNode& n) { return n.id == id; });
  assert(it != nodes.end() && "an edge joins nodes of the map");
  return *it;
}

ClassMapView class_map_view(const SessionTimeline& timeline, VmaId vma, int depth, const PossibleEdges& possible) {
  const ClassEdges& walked = timeline.walked(vma, depth);
  const C now = refcnt_class(timeline.refcnt(vma, depth));
  const C before = depth > 0 ? refcnt_class(timeline.refcnt(vma, depth - 1)) : now;
  const bool moved = depth > 0 && timeline.refcnt(vma, depth - 1) != timeline.refcnt(vma, depth);
  ClassMapView view;
  view.flag_owner = timeline.flag_owner(vma, depth);
  const auto touched = [&](C id) {
    for (std::size_t other = 0; other < ClassEdges::kClasses; ++other) {
      if (walked.at(id, static_cast<C>(other)) > 0 || walked.at(static_cast<C>(other), id) > 0) return true;
    }
    return id == now;
  };
  bool other_possible = false;
  for (std::size_t c = 0; c < ClassEdges::kClasses; ++c) other_possible |= possible.at(static_cast<C>(c), C::kOther);
  for (const Spot& place : kSpots) {
    // No value of a sound protocol is in "other": the map has it only where something can go wrong, or has.
    if (place.id == C::kOther && !other_possible && !touched(C::kOther)) continue;
    const RefcntClassInfo& info = refcnt_classes()[static_cast<std::size_t>(place.id)];
    view.nodes.push_back(
        {place.id, info.value, brief_class_name(place.id), info.name, info.meaning, place.column, place.row, place.id == now, touched(place.id)});
  }
  for (std::size_t from = 0; from < ClassEdges::kClasses; ++from) {
    for (std::size_t to = 0; to < ClassEdges::kClasses; ++to) {
      const C a = static_cast<C>(from), b = static_cast<C>(to);
      const int times = walked.at(a, b);
      const bool can = possible.at(a, b);
      if (times == 0 && !can) continue;
      view.edges.push_back({a, b, times, can, moved && a == before && b == now});
      view.walked += times > 0 ? 1 : 0;
      view.possible += can || times > 0 ? 1 : 0;
    }
  }
  std::stable_sort(view.edges.begin(), view.edges.end(), [](const ClassEdge& a, const ClassEdge& b) { return a.walked < b.walked; });
  return view;
}

}  // namespace vmalab

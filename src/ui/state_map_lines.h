// SPDX-License-Identifier: GPL-2.0-only
// The runs of a session as lines on the map of the state space, each line once, however often they go along it: a run of a hundred
// thousand steps goes round in a few hundred cells.
#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "ui/state_space.h"

namespace vmalab {

struct MapLine {
  check::MapPlace from, to;
  ThreadId thread{};
  int step = 0;  ///< of the run, the first that goes along it
};

class MapLines {
 public:
  /// Looks at what is new of the session and of where its states lie. Another session, branch or VMA begins anew.
  void update(const Session& session, std::uint64_t serial, const StateSpace& space, VmaId vma);
  const std::vector<MapLine>& run() const { return run_; }        ///< of the active branch, in the order of its steps
  const std::vector<MapLine>& others() const { return others_; }  ///< of what is on other branches

 private:
  void add(std::vector<MapLine>& lines, const Session& session, const StateSpace& space, NodeId node, int step);

  std::uint64_t serial_ = 0;
  int branch_ = -1;
  VmaId vma_{};
  std::size_t nodes_ = 1, steps_ = 1;  ///< looked at so far
  std::vector<MapLine> run_, others_;
  std::unordered_set<std::uint64_t> known_;
  StateSpace::Tree tree_;  ///< that was looked at
  bool missed_ = false;    ///< a state that was on no map then
};

}  // namespace vmalab

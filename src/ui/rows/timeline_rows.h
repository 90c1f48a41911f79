// SPDX-License-Identifier: GPL-2.0-only
// The timeline in plain numbers: what each lane shows between two depths, at the grain that the zoom asks for. The cost
// goes with what is visible, never with the length of the history.
//
// Depths are positions on the axis. Step d is drawn between d-1 and d, and a thing that step d began begins
// in the middle of it, at d - 0.5.
#pragma once

#include <string>
#include <vector>

#include "ui/rows/history.h"

namespace vmalab {

/// A stretch of a lane. `vma` is meant for the four kinds that have one.
struct LaneBar {
  enum class Kind : std::uint8_t { kTransient, kReadLock, kWriteLock, kExcludes, kMmapRead, kMmapWrite, kRcu, kAsleep, kWaitsForLock, kDone };
  Kind kind = Kind::kRcu;
  int vma = -1;
  float first = 0, last = 0;
};
/// One step, or at a coarse grain several steps next to each other.
struct LaneTick {
  float first = 0, last = 0;
  bool signal = false, violated = false;
};
struct LaneRow {
  std::vector<LaneBar> bars;
  std::vector<LaneTick> ticks;
};
/// Thread t at depths [from, to], `grain` depths at a time: 1 where each step has room of its own. Things shorter than
/// the grain show as one grain.
LaneRow lane_row(const History& history, ThreadId t, int from, int to, int grain);

/// A piece of the line of vm_refcnt: one value, or at a coarse grain the range it went through.
struct RefcntPiece {
  float first = 0, last = 0;
  Word low = 0, high = 0;
  RefcntClass refcnt_class{};  ///< of `high`
};
std::vector<RefcntPiece> refcnt_row(const History& history, int vma, int from, int to, int grain);

/// Height of a value above the base line, 0..1: plain numbers in the lower half, FLAG in the upper half.
float refcnt_height(Word value, Word greatest_count);

const char* bar_name(LaneBar::Kind kind);    ///< "write lock"

/// What the tooltip over a step says: "12  w1: vm_refcnt 2 -> FLAG+2", and what it broke.
std::vector<std::string> step_tooltip(const Session& session, int depth);

struct BranchRow {
  int index = 0;
  std::string name;
  std::string where;      ///< "from step 12", empty for the first
  int length = 0;         ///< depth of the tip
  bool active = false;
  bool broken = false;    ///< its last step broke a check
};
std::vector<BranchRow> branch_rows(const Session& session);

}  // namespace vmalab

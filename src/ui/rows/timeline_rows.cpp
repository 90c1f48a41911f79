// SPDX-License-Identifier: GPL-2.0-only
#include "ui/rows/timeline_rows.h"

#include <algorithm>

#include "machine/checks.h"

namespace vmalab {
namespace {

using Kind = LaneBar::Kind;

struct Source {
  Kind kind;
  std::uint32_t bit;
};
constexpr std::array<Source, 6> kThreadBars{{{Kind::kMmapRead, LaneMask::kMmapRead},
                                             {Kind::kMmapWrite, LaneMask::kMmapWrite},
                                             {Kind::kRcu, LaneMask::kRcu},
                                             {Kind::kAsleep, LaneMask::kAsleep},
                                             {Kind::kWaitsForLock, LaneMask::kWaitsForLock},
                                             {Kind::kDone, LaneMask::kDone}}};
constexpr std::array<Source, 4> kVmaBars{{{Kind::kTransient, LaneMask::kReference},
                                          {Kind::kReadLock, LaneMask::kReadLock},
                                          {Kind::kWriteLock, LaneMask::kWriteLock},
                                          {Kind::kExcludes, LaneMask::kExcludes}}};

/// Bars of one bit at a time, grown cell by cell.
class Grower {
 public:
  explicit Grower(std::vector<LaneBar>& bars) : bars_(bars) {
    for (const Source& source : kThreadBars) open_.push_back({source.kind, -1, source.bit});
    for (int v = 0; v < kMaxVmas; ++v) {
      for (const Source& source : kVmaBars) open_.push_back({source.kind, v, source.bit << LaneMask::vma_shift(v)});
    }
  }
  void cell(LaneMask mask, float first, float last) {
    for (Open& open : open_) {
      if (!mask.has(open.bit)) {
        open.bar = -1;
      } else if (open.bar >= 0) {
        bars_[static_cast<std::size_t>(open.bar)].last = last;
      } else {
        open.bar = static_cast<int>(bars_.size());
        bars_.push_back({open.kind, open.vma, first, last});
      }
    }
  }

 private:
  struct Open {
    Kind kind;
    int vma;
    std::uint32_t bit;
    int bar = -1;
  };
  std::vector<Open> open_;
  std::vector<LaneBar>& bars_;
};

int clamp_depth(const History& history, int depth) { return std::clamp(depth, 0, history.steps()); }

/// Calls f(first depth, one past the last, where it begins, where it ends) for each cell; the grid of cells does not move
/// when the view does, so that nothing flickers.
template <typename F>
void for_each_cell(const History& history, int from, int to, int grain, F f) {
  from = clamp_depth(history, from);
  to = clamp_depth(history, to);
  grain = std::max(grain, 1);
  for (int depth = from - from % grain; depth <= to; depth += grain) {
    const int end = std::min(depth + grain, history.steps() + 1);
    const float first = depth == 0 ? 0.0F : static_cast<float>(depth) - 0.5F;
    // Beyond the tip nothing is known; what holds there reaches half a step further.
    f(depth, end, first, static_cast<float>(end) - 0.5F);
  }
}

}  // namespace

LaneRow lane_row(const History& history, ThreadId t, int from, int to, int grain) {
  LaneRow row;
  Grower grower(row.bars);
  for_each_cell(history, from, to, grain, [&](int depth, int end, float first, float last) {
    const LaneMask mask = history.lane_range(t, depth, end);
    grower.cell(mask, first, last);
    if (!mask.has(LaneMask::kStepped | LaneMask::kSignalled)) return;
    const LaneTick tick{static_cast<float>(depth) - 1, static_cast<float>(end) - 1, mask.has(LaneMask::kSignalled),
                        mask.has(LaneMask::kViolated)};
    const bool joins = grain > 1 && !row.ticks.empty() && row.ticks.back().last >= tick.first &&
                       row.ticks.back().signal == tick.signal && row.ticks.back().violated == tick.violated;
    if (joins) {
      row.ticks.back().last = tick.last;
    } else {
      row.ticks.push_back(tick);
    }
  });
  return row;
}

std::vector<RefcntPiece> refcnt_row(const History& history, int vma, int from, int to, int grain) {
  std::vector<RefcntPiece> pieces;
  for_each_cell(history, from, to, grain, [&](int depth, int end, float first, float last) {
    const auto [low, high] = history.refcnt_range(vma, depth, end);
    if (!pieces.empty() && pieces.back().low == low && pieces.back().high == high) {
      pieces.back().last = last;
    } else {
      pieces.push_back({first, last, low, high, refcnt_class(high)});
    }
  });
  return pieces;
}

float refcnt_height(Word value, Word greatest_count) {
  const Word greatest = std::max<Word>(greatest_count, 2);
  const bool flag = value >= kExcludeReadersFlag;
  const Word count = std::min(flag ? value - kExcludeReadersFlag : value, greatest);
  const float share = static_cast<float>(count) / static_cast<float>(greatest);
  return flag ? 0.56F + 0.44F * share : 0.44F * share;
}

const char* bar_name(Kind kind) {
  switch (kind) {
    case Kind::kTransient: return "a reference, no lock";
    case Kind::kReadLock: return "read lock";
    case Kind::kWriteLock: return "write lock";
    case Kind::kExcludes: return "FLAG: readers shut out";
    case Kind::kMmapRead: return "mmap_lock for read";
    case Kind::kMmapWrite: return "mmap_lock for write";
    case Kind::kRcu: return "RCU read section";
    case Kind::kAsleep: return "asleep";
    case Kind::kWaitsForLock: return "waits for mmap_lock";
    case Kind::kDone: return "done";
  }
  return "";
}

std::vector<std::string> step_tooltip(const Session& session, int depth) {
  const std::vector<NodeId>& path = session.path();
  if (depth <= 0 || depth >= static_cast<int>(path.size())) return {"the start"};
  const Machine& machine = session.machine();
  const StepInfo& info = session.info(path[static_cast<std::size_t>(depth)]);
  std::vector<std::string> lines{"Step " + std::to_string(depth) + ", " + action_name(machine, info.action) + ": " +
                                 step_text(machine, info)};
  for (const CheckInfo& check : checks_in(info.violations)) {
    lines.push_back(std::string(check.name) + ": " + violation_text(machine, info, check.id));
  }
  return lines;
}

std::vector<BranchRow> branch_rows(const Session& session) {
  std::vector<BranchRow> rows;
  const std::vector<Session::Branch>& branches = session.branches();
  for (std::size_t i = 0; i < branches.size(); ++i) {
    const Session::Branch& branch = branches[i];
    BranchRow row;
    row.index = static_cast<int>(i);
    row.name = branch.name;
    if (i > 0) row.where = "from step " + std::to_string(session.depth(branch.fork));
    row.length = session.depth(branch.tip);
    row.active = session.active_branch() == row.index;
    row.broken = branch.tip != kRootNode && session.info(branch.tip).violations != 0;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "ui/side_by_side.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "run/beside.h"

namespace vmalab {

Result<void> SideBySide::put(const Document& first, Document second) {
  std::array<std::string, 2> names = names_of(first, second);
  if (Result<TwoRuns> runs = TwoRuns::begin(first.session.machine(), second.session.machine(), names); !runs) return tl::unexpected(runs.error());
  *this = SideBySide();
  first_ = first.session.machine();
  second_ = std::move(second);
  names_ = std::move(names);
  begin(first.session);
  return {};
}

void SideBySide::put_branch(const Session& session, int branch) {
  *this = SideBySide();
  branch_ = branch;
  active_ = session.active_branch();
  begin(session);
}

void SideBySide::begin(const Session& session) {
  ++version_;
  followed_ = kRootNode;
  steps_ = 0;
  if (second_) {
    runs_ = std::move(*TwoRuns::begin(*first_, second_->session.machine(), names_));
  } else {
    runs_ = TwoRuns::of_branches(session, active_, branch_);
    tips_ = {session.branches()[static_cast<std::size_t>(active_)].tip, session.branches()[static_cast<std::size_t>(branch_)].tip};
  }
  follow(session);
  row_ = runs_->row_of(session.depth());
}

void SideBySide::follow(const Session& session) {
  if (!runs_) return;
  if (second_) {
    const std::vector<NodeId>& path = session.path();
    const auto taken = static_cast<std::size_t>(steps_);
    if (taken >= path.size() || path[taken] != followed_) return begin(session);
    const std::size_t end = std::min(path.size(), taken + 1 + kPiece);
    for (std::size_t i = taken + 1; i < end; ++i) runs_->take(session.info(path[i]).action);
    if (taken + 1 < path.size()) ++version_;
    followed_ = path[end - 1];
    steps_ = static_cast<int>(end) - 1;
    of_ = end < path.size() ? static_cast<int>(path.size()) - 1 : 0;
  } else {
    // Whoever goes over to the other branch finds the first beside it.
    if (session.active_branch() != active_) {
      if (session.active_branch() == branch_) branch_ = active_;
      active_ = session.active_branch();
      return begin(session);
    }
    const std::array<NodeId, 2> tips{session.branches()[static_cast<std::size_t>(active_)].tip,
                                     session.branches()[static_cast<std::size_t>(branch_)].tip};
    if (tips != tips_ || runs_->names()[0] != session.branches()[static_cast<std::size_t>(active_)].name ||
        runs_->names()[1] != session.branches()[static_cast<std::size_t>(branch_)].name) {
      return begin(session);
    }
  }
  row_ = std::min(row_, last_row());
  if (runs_->rows()[static_cast<std::size_t>(row_)].depth[0] != session.depth()) row_ = runs_->row_of(session.depth());
}

void SideBySide::catch_up(const Session& session) {
  while (behind(session)) follow(session);
}

int SideBySide::seek(int row) {
  row_ = std::clamp(row, 0, last_row());
  return runs_->rows()[static_cast<std::size_t>(row_)].depth[0];
}

const BesideView& SideBySide::view(VmaId vma) {
  if (shown_.version != version_ || shown_.row != row_ || shown_.vma != vma.value) {
    const bool moved = shown_.row != row_;
    shown_.version = version_;
    shown_.row = row_;
    shown_.vma = vma.value;
    shown_.view = beside_view(*runs_, row_, vma, of_);
    if (moved) since_ = shown_.view.anything_anew ? 0 : kFlashSeconds;
  }
  return shown_.view;
}

float SideBySide::flash() const {
  if (!flashing()) return 1;
  constexpr double kTimes = 3;
  return static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * kTimes * since_ / kFlashSeconds));
}

}  // namespace vmalab

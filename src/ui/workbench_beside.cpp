// SPDX-License-Identifier: GPL-2.0-only
// The part of the Workbench that is about two runs side by side.
#include <algorithm>
#include <string>
#include <utility>

#include "base/platform.h"
#include "run/beside.h"
#include "ui/workbench.h"
#include "view/branches.h"

namespace vmalab {

Result<void> Workbench::put_beside(const Beside& what) {
  Result<Document> second = open_beside(documents_.workspace(), documents_.current(), what);
  if (!second) return tl::unexpected(second.error());
  if (Result<void> put = side_by_side_.put(documents_.current(), std::move(*second)); !put) return put;
  put_beside_ = what;
  panels.arrangement.fill(PanelId::kSideBySide);
  return {};
}

void Workbench::put_beside_or_tell(const Beside& what) {
  if (const Result<void> done = put_beside(what); !done) notices_.say(NoticeKind::kError, "Nothing was put beside this: " + done.error().message);
}

void Workbench::put_branch_beside(int branch) {
  if (branch < 0 || branch >= static_cast<int>(session().branches().size()) || branch == session().active_branch()) return;
  side_by_side_.put_branch(session(), branch);
  panels.arrangement.fill(PanelId::kSideBySide);
}

/// What is beside the open document now, to be put beside it again when it has been read anew.
Workbench::KeptBeside Workbench::keep_beside() {
  KeptBeside kept;
  kept.open = side_by_side_.open();
  kept.filled = panels.arrangement.filled() == PanelId::kSideBySide;
  if (!kept.open) return kept;
  kept.what = put_beside_;
  kept.document = side_by_side_.take_second();
  if (!kept.document) kept.branch = session().branches()[static_cast<std::size_t>(side_by_side_.branch())].name;
  return kept;
}

void Workbench::put_beside_again(KeptBeside kept) {
  if (!kept.open) return;
  const auto closed = [&](const std::string& why) {
    notices_.say(NoticeKind::kWarning, "What was beside this is closed: " + why, NoticeAbout::kReload);
  };
  if (kept.document) {
    Result<Document> again = kept.what.any() ? open_beside(documents_.workspace(), documents_.current(), kept.what)
                                             : documents_.workspace().reload(*kept.document);
    if (!again) return closed(again.error().to_string());
    if (const Result<void> put = side_by_side_.put(documents_.current(), std::move(*again)); !put) return closed(put.error().message);
  } else {
    const auto& branches = session().branches();
    const auto found = std::find_if(branches.begin(), branches.end(), [&](const Session::Branch& branch) { return branch.name == kept.branch; });
    const auto index = static_cast<int>(found - branches.begin());
    if (found == branches.end() || index == session().active_branch()) return closed("there is no branch " + kept.branch + " any more.");
    side_by_side_.put_branch(session(), index);
  }
  if (kept.filled) panels.arrangement.fill(PanelId::kSideBySide);
}

void Workbench::close_beside() {
  side_by_side_.close();
  if (panels.arrangement.filled() == PanelId::kSideBySide) panels.arrangement.fill(std::nullopt);
}

void Workbench::swap_sides() {
  if (!side_by_side_.open()) return;
  side_by_side_.catch_up(session());
  if (side_by_side_.second() == nullptr) {
    const int depth = side_by_side_.runs().rows()[static_cast<std::size_t>(side_by_side_.row())].depth[1];
    const Session::OneCommand one_command(documents_.session());
    select_branch(side_by_side_.branch());
    return travel_to(depth);
  }
  Document first = documents_.current(), second = *side_by_side_.second();
  const int depth = side_by_side_.runs().rows()[static_cast<std::size_t>(side_by_side_.row())].depth[1];
  second.session = side_by_side_.runs().sessions()[1];
  second.session.go_to_depth(depth);
  documents_.take(std::move(second));
  opened();
  put_beside_ = {};
  (void)side_by_side_.put(documents_.current(), std::move(first));
  panels.arrangement.fill(PanelId::kSideBySide);
}

void Workbench::to_parting() {
  if (side_by_side_.open()) side_by_side_.catch_up(session());
  if (side_by_side_.open() && side_by_side_.runs().parting()) seek_row(side_by_side_.runs().parting()->row);
}

void Workbench::seek_row(int row) {
  const int depth = side_by_side_.seek(row);
  if (depth != session().depth()) travel_to(depth);
}

std::vector<PickerRow> Workbench::branch_list() const {
  std::vector<PickerRow> rows;
  for (const BranchRow& branch : branch_rows(session())) {
    if (branch.active) continue;
    const std::string length = std::to_string(branch.length) + (branch.length == 1 ? " step" : " steps");
    PickerRow row{"branch " + std::to_string(branch.index), branch.name, length + (branch.where.empty() ? "" : ", " + branch.where)};
    row.index = branch.index;
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Along the rows of both, of which some are steps of the second alone; everything else is as ever.
bool Workbench::handle_key_beside(Key key, Mods mods) {
  if (mods != Mods{}) return false;
  const int row = side_by_side_.row(), last = side_by_side_.last_row();
  const auto go = [&](int to) {
    to = std::clamp(to, 0, last);
    if (to == row) return false;
    seek_row(to);
    return true;
  };
  const int page = stage_.on() ? 1 : 10;  // a clicker has the page keys
  switch (key) {
    case Key::kSpace:
    case Key::kEnter: return stage_.on() && go(row + 1);
    case Key::kLeft: return go(row - 1);
    case Key::kRight: return go(row + 1);
    case Key::kPageUp: return go(row - page);
    case Key::kPageDown: return go(row + page);
    case Key::kHome: return go(0);
    case Key::kEnd: return go(last);
    default: return false;
  }
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "view/branches.h"

#include <algorithm>

#include "machine/describe.h"
#include "machine/property.h"

namespace vmalab {

std::vector<std::string> step_tooltip(const Session& session, int depth) {
  const std::vector<NodeId>& path = session.path();
  if (depth <= 0 || depth >= static_cast<int>(path.size())) return {"the start"};
  const Machine& machine = session.machine();
  const StepInfo& info = session.info(path[static_cast<std::size_t>(depth)]);
  std::vector<std::string> lines{"Step " + std::to_string(depth) + ", " + action_name(machine, info.action) + ": " + step_text(machine, info)};
  for (const Property* check : properties_in(info.violations)) {
    lines.push_back(std::string(check->name) + ": " + violation_text(machine, info, *check));
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

std::vector<ForkMark> fork_marks(const Session& session) {
  std::vector<ForkMark> marks;
  const std::vector<NodeId>& path = session.path();
  const auto on_path = [&](NodeId node) {
    const auto depth = static_cast<std::size_t>(session.depth(node));
    return depth < path.size() && path[depth] == node;
  };
  for (std::size_t i = 0; i < session.branches().size(); ++i) {
    const auto number = static_cast<int>(i);
    NodeId first = session.branches()[i].tip, before = first == kRootNode ? first : session.parent(first);
    if (on_path(first)) continue;
    while (!on_path(before)) {
      first = before;
      before = session.parent(first);
    }
    const auto same = std::find_if(marks.begin(), marks.end(), [&](const ForkMark& mark) { return mark.to == first; });
    if (same == marks.end()) {
      marks.push_back({session.depth(before), first, {number}});
    } else {
      same->branches.push_back(number);
    }
  }
  std::stable_sort(marks.begin(), marks.end(), [](const ForkMark& a, const ForkMark& b) { return a.depth < b.depth; });
  return marks;
}

std::string fork_text(const Session& session, const ForkMark& mark) {
  std::string text;
  for (const int number : mark.branches) {
    const Session::Branch& branch = session.branches()[static_cast<std::size_t>(number)];
    const int length = session.depth(branch.tip) - mark.depth;
    text += (text.empty() ? "" : "\n") + branch.name + ": " + std::to_string(length) + (length == 1 ? " step" : " steps") + " from here";
  }
  return text;
}

}  // namespace vmalab

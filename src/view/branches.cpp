// SPDX-License-Identifier: GPL-2.0-only
#include "view/branches.h"

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

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Two branches side by side, in words for people.
#include <cstdio>
#include <utility>

#include "base/words.h"
#include "machine/describe.h"
#include "machine/property.h"
#include "machine/state_value.h"
#include "run/schedule.h"
#include "run/session.h"
#include "run/state_fields.h"

namespace vmalab {
namespace {

std::string steps_text(int count) { return std::to_string(count) + (count == 1 ? " step" : " steps"); }

}  // namespace

Session::Difference Session::compare_branches(int a, int b) const {
  Difference out;
  const int count = static_cast<int>(branches_.size());
  if (a < 0 || b < 0 || a >= count || b >= count) return out;
  const Branch& left = branches_[static_cast<std::size_t>(a)];
  const Branch& right = branches_[static_cast<std::size_t>(b)];
  NodeId x = left.tip;
  NodeId y = right.tip;
  while (x != y) {
    if (nodes_[x].depth >= nodes_[y].depth) {
      x = nodes_[x].parent;
    } else {
      y = nodes_[y].parent;
    }
  }
  out.common = x;
  out.common_steps = nodes_[x].depth;
  out.steps_a = nodes_[left.tip].depth - out.common_steps;
  out.steps_b = nodes_[right.tip].depth - out.common_steps;
  const StateValue end_a = state_at(left.tip);
  const StateValue end_b = state_at(right.tip);
  out.same_state = equal_states(end_a, end_b, machine_.thread_count());
  if (a == b) {
    out.lines.push_back("This is one branch, " + left.name + ".");
    return out;
  }

  out.lines.push_back(out.common_steps == 0 ? "The two go apart at the start." : "Both share the first " + steps_text(out.common_steps) + ".");
  const auto tell = [&](const Branch& branch) {
    std::vector<Action> after;
    PropertySet broken = 0;
    for (NodeId node = branch.tip; node != out.common; node = nodes_[node].parent) {
      after.push_back(nodes_[node].info.action);
      broken |= nodes_[node].info.violations;
    }
    if (after.empty()) {
      out.lines.push_back("Then " + branch.name + " ends there.");
    } else {
      constexpr std::size_t kShown = 120;
      std::string schedule = schedule_text(machine_, {after.rbegin(), after.rend()});
      if (schedule.size() > kShown) schedule = schedule.substr(0, schedule.rfind(',', kShown)) + ", ...";
      out.lines.push_back("Then " + branch.name + " went on for " + steps_text(static_cast<int>(after.size())) + ": " + schedule);
    }
    const std::string names = words::joined(properties_in(broken), &Property::name);
    if (!names.empty()) out.lines.push_back(branch.name + " broke " + names + ".");
  };
  tell(left);
  tell(right);

  if (out.same_state) {
    out.lines.emplace_back("Both end in the same state: here the order of the steps made no difference.");
    return out;
  }
  const std::vector<StateField> fields_a = state_fields(machine_, end_a, WithPlaces::kYes);
  const std::vector<StateField> fields_b = state_fields(machine_, end_b, WithPlaces::kYes);
  bool told = false;
  for (std::size_t i = 0; i < fields_a.size(); ++i) {
    if (fields_a[i].value == fields_b[i].value) continue;
    out.lines.push_back(fields_a[i].name + ": " + fields_a[i].value + " in " + left.name + ", " + fields_b[i].value + " in " + right.name);
    told = true;
  }
  if (!told) out.lines.emplace_back("Only local variables of the threads differ at the end.");
  return out;
}

}  // namespace vmalab

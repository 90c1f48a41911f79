// SPDX-License-Identifier: GPL-2.0-only
// Two branches side by side, in words for people.
#include <cstdio>
#include <utility>

#include "base/words.h"
#include "machine/describe.h"
#include "machine/property.h"
#include "machine/state.h"
#include "run/schedule.h"
#include "run/session.h"

namespace vmalab {
namespace {

/// Where a thread stands and what it holds.
std::string thread_text(const Machine& machine, const State& state, ThreadId t) {
  const ThreadState& thread = state.thread(t);
  std::string out;
  if (machine.done(state, t)) {
    out = "finished";
  } else {
    out = "at " + place_text(machine, t, thread.pc);
    if (!machine.can_step(state, t)) out += ", waiting";
  }
  if (thread.signal_pending != 0) out += ", a fatal signal pending";
  return machine.done(state, t) ? out : out + ", " + activity_text(machine, state, t);
}

using Values = std::vector<std::pair<std::string, std::string>>;

/// Every value of a state by name, always in the same order.
Values values_of(const Machine& machine, const State& state) {
  Values out;
  for (const ObjectName& object : machine.objects()) {
    const ObjectKind kind = address_kind(object.address);
    const int number = address_object(object.address);
    if (kind == ObjectKind::kMm) {
      const MmState& mm = state.mm(MmId{static_cast<std::uint8_t>(number)});
      for (int f = 0; f < static_cast<int>(MmField::kCount); ++f) {
        const auto field = static_cast<MmField>(f);
        out.emplace_back(address_text(machine, mm_address(number, field)), word_text(machine, mm_address(number, field), mm[field]));
      }
    } else if (kind == ObjectKind::kVma) {
      const VmaState& vma = state.vma(VmaId{static_cast<std::uint8_t>(number)});
      out.emplace_back(object.name, vma.allocated != 0 ? "allocated" : "free in the slab");
      for (int f = 0; f < static_cast<int>(VmaField::kCount); ++f) {
        const auto field = static_cast<VmaField>(f);
        out.emplace_back(address_text(machine, vma_address(number, field)), word_text(machine, vma_address(number, field), vma[field]));
      }
    } else if (kind == ObjectKind::kTask) {
      const ThreadId thread{static_cast<std::uint8_t>(number)};
      out.emplace_back(object.name, thread_text(machine, state, thread));
    }
  }
  return out;
}

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
  const State end_a = state_at(left.tip);
  const State end_b = state_at(right.tip);
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
  const Values values_a = values_of(machine_, end_a);
  const Values values_b = values_of(machine_, end_b);
  bool told = false;
  for (std::size_t i = 0; i < values_a.size(); ++i) {
    if (values_a[i].second == values_b[i].second) continue;
    out.lines.push_back(values_a[i].first + ": " + values_a[i].second + " in " + left.name + ", " + values_b[i].second + " in " + right.name);
    told = true;
  }
  if (!told) out.lines.emplace_back("Only local variables of the threads differ at the end.");
  return out;
}

}  // namespace vmalab

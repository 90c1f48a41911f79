// SPDX-License-Identifier: GPL-2.0-only
#include "run/two_runs.h"

#include <utility>

#include "base/words.h"
#include "machine/describe.h"
#include "run/schedule.h"
#include "run/state_fields.h"

namespace vmalab {
namespace {

std::vector<std::string> thread_names(const Machine& machine) {
  std::vector<std::string> names;
  for (int t = 0; t < machine.thread_count(); ++t) names.push_back(machine.scenario().threads[static_cast<std::size_t>(t)].name);
  return names;
}

/// Why the step that each has just taken is not the same; nullopt: it is.
std::optional<Parting::Why> difference(const StepInfo& a, const StepInfo& b) {
  if (a.op != b.op || a.address != b.address) return Parting::Why::kInstruction;
  if (a.old_value != b.old_value || a.new_value != b.new_value || a.result != b.result || a.woken != b.woken) return Parting::Why::kResult;
  if (a.violations != b.violations) return Parting::Why::kChecks;
  return std::nullopt;
}

std::string step_and_checks(const Machine& machine, const StepInfo& info) {
  std::string text = step_text(machine, info);
  if (info.violations != 0) text += ", which breaks " + words::list(properties_in(info.violations), &Property::name);
  return text;
}

/// "vma0->vm_refcnt: 2", of one of the two.
std::string named(const DifferingField& field, std::size_t which) { return field.name + ": " + field.values[which]; }

}  // namespace

std::vector<DifferingField> differing_fields(const Machine& first, const State& a, const Machine& second, const State& b) {
  std::vector<DifferingField> fields;
  const std::vector<StateField> left = state_fields(first, a, WithPlaces::kNo), right = state_fields(second, b, WithPlaces::kNo);
  for (std::size_t l = 0, r = 0; l < left.size(); ++l) {
    // In the same order; the code may have added fields to the one.
    std::size_t at = r;
    while (at < right.size() && right[at].name != left[l].name) ++at;
    if (at == right.size()) continue;
    r = at + 1;
    if (left[l].value != right[at].value) fields.push_back({left[l].address, left[l].name, {left[l].value, right[at].value}});
  }
  return fields;
}

std::string_view why_name(Parting::Why why) {
  switch (why) {
    case Parting::Why::kStart: return "start";
    case Parting::Why::kNotEnabled: return "not-enabled";
    case Parting::Why::kInstruction: return "instruction";
    case Parting::Why::kResult: return "result";
    case Parting::Why::kChecks: return "checks";
    case Parting::Why::kState: return "state";
  }
  return "";
}

Result<TwoRuns> run_both(Machine first, Machine second, std::array<std::string, 2> names, const std::vector<Action>& schedule) {
  const std::vector<std::string> threads[] = {thread_names(first), thread_names(second)};
  if (threads[0] != threads[1]) {
    return fail("the threads do not match: " + names[0] + " has " + words::list(threads[0]) + ", " + names[1] + " has " + words::list(threads[1]));
  }
  TwoRuns two{std::move(names), {Session(std::move(first)), Session(std::move(second))}, 0, std::nullopt, 0};
  Session &a = two.sessions[0], &b = two.sessions[1];
  const auto part = [&](Parting::Why why, int step, const std::string& in_a, const std::string& in_b) {
    two.parting = Parting{why, step, two.names[0] + ": " + in_a + "; " + two.names[1] + ": " + in_b,
                          differing_fields(a.machine(), a.state(), b.machine(), b.state())};
  };
  if (std::vector<DifferingField> fields = differing_fields(a.machine(), a.state(), b.machine(), b.state()); !fields.empty()) {
    part(Parting::Why::kStart, 0, named(fields.front(), 0), named(fields.front(), 1));
  }
  for (const Action& action : schedule) {
    const std::string reasons[] = {why_not(a.machine(), a.state(), action), why_not(b.machine(), b.state(), action)};
    const bool can[] = {reasons[0].empty(), reasons[1].empty()};
    const bool together = !two.parting;
    if (together && !can[0] && !can[1]) {
      ++two.left_out;
      continue;
    }
    const int step = two.common + 1;
    if (can[0]) (void)a.apply(action);
    if (can[1]) (void)b.apply(action);
    if (!together) continue;
    const StepInfo *in_a = can[0] ? &a.info(a.cursor()) : nullptr, *in_b = can[1] ? &b.info(b.cursor()) : nullptr;
    const auto text = [&](const Session& session, const StepInfo* info, const std::string& reason) {
      return info != nullptr ? step_and_checks(session.machine(), *info) : reason;
    };
    if (in_a == nullptr || in_b == nullptr) {
      part(Parting::Why::kNotEnabled, step, text(a, in_a, reasons[0]), text(b, in_b, reasons[1]));
    } else if (const auto why = difference(*in_a, *in_b)) {
      part(*why, step, text(a, in_a, {}), text(b, in_b, {}));
    } else if (const auto fields = differing_fields(a.machine(), a.state(), b.machine(), b.state()); !fields.empty()) {
      part(Parting::Why::kState, step, named(fields.front(), 0), named(fields.front(), 1));
    } else {
      two.common = step;
    }
  }
  return two;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "check/confirm.h"

namespace vmalab::check {
namespace {

Confirmation confirm_endless(const Machine& machine, const State& state, std::size_t memory_limit, const std::function<bool(const Progress&)>& progress) {
  SearchOptions options;
  options.symmetry = options.partial_order = false;
  options.judged = 0;
  options.memory_limit = memory_limit;
  options.progress = progress;
  const SearchResult result = Search(machine, options).run(state);
  if (result.final_states != 0) return Confirmation::kWrong;
  return result.end == SearchEnd::kComplete ? Confirmation::kConfirmed : Confirmation::kUnknown;
}

}  // namespace

Confirmation confirm(const Machine& machine, const CheckReport& report, const Program* goal, std::size_t memory_limit,
                     const std::function<bool(const Progress&)>& progress) {
  State state = report.start;
  StepInfo info;
  for (const Action& action : report.trace) {
    ActionList enabled;
    machine.enabled(state, enabled);
    if (!enabled.contains(action)) return Confirmation::kWrong;
    machine.step(state, action, info);
  }
  const auto yes = [](bool shown) { return shown ? Confirmation::kConfirmed : Confirmation::kWrong; };
  if (goal != nullptr) return yes(machine.evaluate(*goal, state) != 0);
  if (report.check == CheckId::kNoStuck) return yes(machine.stuck(state));
  if (report.check == CheckId::kTermination) return confirm_endless(machine, state, memory_limit, progress);
  return yes(report.check && (info.violations & check_bit(*report.check)) != 0);
}

}  // namespace vmalab::check

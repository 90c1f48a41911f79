// SPDX-License-Identifier: GPL-2.0-only
#include "check/confirm.h"

#include "machine/describe.h"
#include "machine/look.h"

namespace vmalab::check {

Confirm::Confirm(const Machine& machine, const CheckReport& report, const Program* goal, std::size_t memory_limit) {
  StateValue state = report.start;
  StepInfo info;
  for (const Action& action : report.trace) {
    if (!can_happen(machine, state, action)) {
      answer_ = Confirmation::kWrong;
      return;
    }
    machine.step(state, action, info);
  }
  const auto is_of = [&](Property::Kind kind) { return report.check != nullptr && report.check->kind == kind; };
  if (goal == nullptr && is_of(Property::Kind::kCanFinish)) {
    SearchOptions options;
    options.symmetry = options.partial_order = false;
    options.judged = 0;
    options.memory_limit = memory_limit;
    explorer_ = std::make_unique<Explorer>(machine, options, state);
    return;
  }
  const bool shown = goal != nullptr                    ? machine.evaluate(*goal, state) != 0
                     : is_of(Property::Kind::kDeadlock) ? machine.stuck(state)
                                                        : report.check != nullptr && (info.violations & bit_of(*report.check)) != 0;
  if (goal == nullptr && shown && info.is_not_simulated()) {
    answer_ = Confirmation::kNotSimulated;
    const CodePlace place = place_of(machine, info.action.thread, info.detail_pc);
    why_ = violation_text(machine, info, properties::kNoWarning) + " (" + place.file + ":" + std::to_string(place.line) + ")";
    return;
  }
  answer_ = shown ? Confirmation::kConfirmed : Confirmation::kWrong;
}

Status Confirm::advance(Budget budget) {
  if (!explorer_) return Status::kDone;
  if (explorer_->advance(budget) == Status::kRunning) return Status::kRunning;
  const SearchResult result = explorer_->result();
  if (result.final_states != 0)
    answer_ = Confirmation::kWrong;
  else if (result.end == SearchEnd::kComplete)
    answer_ = Confirmation::kConfirmed;
  return Status::kDone;
}

Progress Confirm::progress() const { return explorer_ ? explorer_->progress() : Progress{}; }

void Confirm::stop() {
  if (explorer_) explorer_->stop();
}

Confirmation confirm(const Machine& machine, const CheckReport& report, const Program* goal, std::size_t memory_limit,
                     const ProgressFunction& progress) {
  Confirm confirm(machine, report, goal, memory_limit);
  drive(confirm, progress);
  return confirm.answer();
}

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
#include "run/chosen_steps.h"

#include "machine/describe.h"
#include "run/schedule.h"

namespace vmalab {
namespace {

/// A random run of a scenario that loops for ever must end some time.
constexpr int kRandomLimit = 1'000'000;

}  // namespace

Result<ChosenSteps> ChosenSteps::of(const StepChoice& choice, const Machine& machine) {
  ChosenSteps steps;
  steps.limit_ = choice.limit.value_or(-1);
  if (choice.schedule) {
    Result<std::vector<Action>> actions = parse_schedule(machine, *choice.schedule);
    if (!actions) return tl::unexpected(actions.error());
    steps.scheduler_ = replay_scheduler(std::move(*actions));
    return steps;
  }
  if (choice.policy == Policy::kDemo && !machine.scenario().demo.empty()) {
    Result<Demo> demo = Demo::of(machine);
    if (!demo) return tl::unexpected(demo.error());
    steps.demo_ = *demo;
    steps.scheduler_ = demo_scheduler(std::move(*demo));
    steps.may_stop_early_ = !code_name(machine.code()).empty();  // the demo was written for the model
    return steps;
  }
  if (choice.demo) {
    return fail("this scenario has no demo: choose the steps with --schedule, --random, --pct, --round-robin or --interactive",
                machine.scenario().name);
  }
  steps.until_a_check_breaks_ = true;
  steps.limit_ = choice.limit.value_or(kRandomLimit);
  switch (choice.policy) {
    case Policy::kPct: steps.scheduler_ = pct_scheduler(choice.seed); break;
    case Policy::kRoundRobin: steps.scheduler_ = round_robin_scheduler(); break;
    default: steps.scheduler_ = random_scheduler(choice.seed); break;
  }
  return steps;
}

Result<bool> ChosenSteps::advance(Session& session) {
  caption_.clear();
  if (taken_ == limit_) return false;
  // A broken check is what a run that nobody wrote down is for: the end of the run shows it.
  if (until_a_check_breaks_ && session.depth() > 0 && session.info(session.cursor()).violations != 0) return false;
  const Demo::Step* in_demo = demo_.next(session);
  const std::optional<Action> action = scheduler_->next(session);
  if (!action) return false;
  const Result<NodeId> node = session.apply(*action);
  if (!node && may_stop_early_) {
    notice_ = "the demo goes no further with this code after step " + std::to_string(taken_) + ": " + node.error().message;
    return false;
  }
  const Scenario& scenario = session.machine().scenario();
  const DemoStep* line = in_demo == nullptr ? nullptr : &scenario.demo[static_cast<std::size_t>(in_demo->line)];
  if (!node && line != nullptr)
    return tl::unexpected(error_in_scenario(
        scenario, line->place, "the demo goes no further: step " + std::to_string(taken_ + 1) + " cannot happen: " + node.error().message));
  if (!node) {
    Diagnostic error = node.error();
    error.message = "step " + std::to_string(taken_ + 1) + " cannot happen: " + error.message;
    return tl::unexpected(error);
  }
  if (line != nullptr && in_demo->begins_line) caption_ = line->caption;
  ++taken_;
  return true;
}

Result<std::string> take_steps(const StepChoice& choice, Session& session) {
  Result<ChosenSteps> steps = ChosenSteps::of(choice, session.machine());
  if (!steps) return tl::unexpected(steps.error());
  for (;;) {
    const Result<bool> more = steps->advance(session);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return steps->notice();
  }
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "check/checker.h"

#include <algorithm>
#include <set>
#include <thread>

#include "base/platform.h"
#include "base/words.h"
#include "check/can_finish.h"
#include "check/confirm.h"
#include "check/evidence.h"
#include "check/explorer.h"
#include "check/shortest_trace.h"

namespace vmalab::check {
namespace {

/// "vma_end_read() is", "vma_start_read() and vma_end_read() are".
std::string in_words(const std::set<std::string>& functions) {
  return words::list(functions, [](const std::string& name) { return name + "()"; }) + (functions.size() == 1 ? " is" : " are");
}

/// @param goal nullptr: judge the checks
SearchOptions search_options_for(const Machine& machine, const CheckOptions& options, const Program* goal) {
  SearchOptions search;
  const bool exact = machine.ordering() == Ordering::kSc;
  search.symmetry = options.symmetry;
  search.partial_order = options.partial_order && goal == nullptr && exact;
  search.jobs = options.jobs > 0 ? options.jobs : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  search.memory_limit = memory_limit_of(options);
  search.goal = goal;
  if (!options.only.empty()) search.judged = 0;
  for (const Property* property : options.only) search.judged |= bit_of(*property);
  return search;
}

/// What is said instead of a counterexample that is none.
std::string internal_error(const CheckReport& report) {
  const std::string what = report.check ? "a violation of " + std::string(report.check->name) : "a state where " + report.goal;
  return "internal error: the search reported " + what + ", and running its " + std::to_string(report.trace.size()) +
         " steps again does not show it. Nothing is known about this code from this check. Please report it, with the scenario and the code; "
         "--no-symmetry and --no-partial-order may get around it";
}

}  // namespace

Result<std::unique_ptr<Check>> Check::begin(const Machine& machine, const CheckOptions& options) {
  std::optional<Program> goal;
  if (!options.goal.empty()) {
    auto lowered = machine.expression(options.goal, "goal");
    if (!lowered) return tl::unexpected(lowered.error());
    goal = std::move(*lowered);
  }
  return std::unique_ptr<Check>(new Check(machine, options, std::move(goal)));
}

Check::Check(const Machine& machine, const CheckOptions& options, std::optional<Program> goal)
    : machine_(machine), options_(options), goal_(std::move(goal)), search_options_(search_options_for(machine, options, this->goal())) {
  options_.progress = nullptr;
  report_.goal = options.goal;
  report_.ordering = machine.ordering();
  report_.symmetry = search_options_.symmetry;
  report_.partial_order = search_options_.partial_order;
  report_.jobs = search_options_.jobs;
  report_.only = options.only;
  report_.start = options.from ? *options.from : StateValue(machine.initial());
  const auto initial = static_cast<PropertySet>(machine.initial_violations() & search_options_.judged);
  if (!options.from && !goal_ && initial != 0 && machine.begins_not_simulated()) {
    incomplete("this cannot be judged: before its first step a thread computes what is not simulated");
  } else if (!options.from && !goal_ && initial != 0) {
    report_.verdict = CheckReport::Verdict::kViolation;
    report_.check = properties_in(initial).front();
    finish();
  } else {
    search();
  }
}

Check::~Check() = default;

void Check::search() {
  can_finish_.reset();
  explorer_.reset();  // two of them would need twice the memory
  explorer_ = std::make_unique<Explorer>(machine_, search_options_, report_.start);
  go_on(*explorer_, Phase::kSearch, &Check::search_ended);
}

void Check::go_on(Work& work, Phase phase, void (Check::*then)()) {
  now_ = &work;
  phase_ = phase;
  then_ = then;
}

Status Check::advance(Budget budget) {
  const Stopwatch stopwatch(seconds_);
  if (now_ != nullptr && now_->advance(budget) == Status::kDone) (this->*then_)();
  return now_ != nullptr ? Status::kRunning : Status::kDone;
}

void Check::stop() {
  if (now_ != nullptr) now_->stop();
}

Progress Check::progress() const {
  Progress progress;
  if (now_ != nullptr) progress = now_->progress();
  if (phase_ != Phase::kSearch) progress.phase = phase_;  // what looks for a goal is a check, and knows better
  progress.seconds = seconds_;
  return progress;
}

void Check::search_ended() {
  const bool judges_termination = (search_options_.judged & bit_of(properties::kTermination)) != 0;
  const SearchResult result = explorer_->result();
  if (result.end != SearchEnd::kComplete || result.not_simulated || goal_ || !judges_termination) return all_known();
  can_finish_ = std::make_unique<CanFinish>(explorer_->graph(), search_options_.memory_limit);
  go_on(*can_finish_, Phase::kTermination, &Check::all_known);
}

/// All that this search can say.
void Check::all_known() {
  const SearchResult result = explorer_->result();
  const SearchEnd end = can_finish_ ? can_finish_->end() : result.end;
  report_.jobs = explorer_->workers();
  // The numbers are those of the search that the trace comes from.
  report_.partial_order = search_options_.partial_order;
  add_evidence(report_, explorer_->graph(), result, end == SearchEnd::kComplete);
  if (end == SearchEnd::kMemory || end == SearchEnd::kStopped) {
    if (seeks_not_simulated_)
      return incomplete("this cannot be judged: there is a step that is not simulated, and before the way to it was found " + reason_of(end));
    if (again_) return incomplete("a violation exists, but before the shortest way to it was found " + reason_of(end));
    if (!can_finish_) return incomplete(reason_of(end));
    report_.undecided = {&properties::kTermination};
    const bool alone = report_.only.size() == 1;
    return incomplete((alone ? "" : "every other check holds in all " + words::grouped(result.states) + " states, and ") +
                      std::string("whether every thread can always finish is open: ") + reason_of(end));
  }
  const bool non_terminating = can_finish_ && !can_finish_->non_terminating().empty();
  if (end == SearchEnd::kComplete && !non_terminating && result.not_simulated) return seek_not_simulated();
  if (end == SearchEnd::kComplete && !non_terminating) return nothing_found();
  // Merged reads can make a way look longer than it is, so the shortest one is looked for again with every access as a step
  // of its own.
  if (search_options_.partial_order) {
    search_options_.partial_order = false;
    again_ = true;
    return search();
  }
  StateGraph& graph = explorer_->graph();
  Target target;
  target.depth = result.found_depth;
  report_.verdict = CheckReport::Verdict::kViolation;
  if (non_terminating) {
    report_.check = &properties::kTermination;
    target.depth = graph.depth_of(can_finish_->non_terminating().front());
    target.ends_in = [states = can_finish_->non_terminating()](StateGraph::Ref ref) { return std::binary_search(states.begin(), states.end(), ref); };
  } else if (result.goal_found) {
    report_.verdict = CheckReport::Verdict::kGoalFound;
    target.ends_in = [this, &graph](StateGraph::Ref ref) { return graph.evaluate(*goal_, graph.tuple_at(ref)) != 0; };
  } else if (seeks_not_simulated_) {
    report_.check = &properties::kNoWarning;
    target.violates = kNotSimulatedStep;
  } else {
    report_.check = properties_in(result.violations).front();
    if (report_.check->kind == Property::Kind::kDeadlock) {
      target.ends_in = [&graph](StateGraph::Ref ref) { return graph.expand(graph.tuple_at(ref)).outlook == Outlook::kStuck; };
    } else {
      target.violates = bit_of(*report_.check);
    }
  }
  trace_ = std::make_unique<ShortestTrace>(graph, report_.start, std::move(target));
  go_on(*trace_, Phase::kTrace, &Check::found);
}

/// Nothing was found, and what comes behind such a step is not known. The shortest way to one says where it is.
void Check::seek_not_simulated() {
  seeks_not_simulated_ = true;
  goal_.reset();
  search_options_.goal = nullptr;
  search_options_.judged = kNotSimulatedStep;
  search_options_.partial_order = false;
  again_ = true;
  search();
}

void Check::nothing_found() {
  report_.verdict = goal_ ? CheckReport::Verdict::kGoalUnreachable : CheckReport::Verdict::kPass;
  if (report_.lock_code.has_tree && !report_.lock_code.model_core.empty()) {
    // Nothing was found, and what was searched is not the tree.
    return incomplete("this tree cannot be judged: " + in_words(report_.lock_code.model_core) + " not found in it, and the model's ran instead");
  }
  // From a state on the way a goal may be behind, and of a part of the checks nobody takes the whole.
  const bool whole = options_.goals && !goal_ && options_.only.empty() && !options_.from;
  for (const Goal& goal : machine_.scenario().goals) {
    if (whole && goal.must) goals_.push_back(&goal);
  }
  next_goal();
}

/// A goal is looked for by a check of its own.
void Check::next_goal() {
  goal_check_.reset();
  if (goals_.empty()) return finish();
  can_finish_.reset();
  explorer_.reset();  // its memory may be needed
  CheckOptions options = options_;
  options.goal = goals_.back()->expression;
  Result<std::unique_ptr<Check>> check = begin(machine_, options);
  if (!check) return incomplete("whether \"" + goals_.back()->name + "\" can still happen is open: " + check.error().message);
  goal_check_ = std::move(*check);
  go_on(*goal_check_, Phase::kSearch, &Check::goal_known);
}

void Check::goal_known() {
  const Goal& goal = *goals_.back();
  const Result<CheckReport> found = goal_check_->report();
  if (!found || found->verdict == CheckReport::Verdict::kIncomplete) {
    return incomplete("no check is broken; whether \"" + goal.name +
                      "\" can still happen is open: " + (found ? found->reason : found.error().message));
  }
  if (found->verdict == CheckReport::Verdict::kGoalUnreachable) {
    report_.verdict = CheckReport::Verdict::kGoalLost;
    report_.lost_goal = goal.name;
    return finish();
  }
  goals_.pop_back();
  next_goal();
}

/// The shortest trace, that is; it is confirmed before it is believed.
void Check::found() {
  if (!trace_->trace()) {
    report_.check = nullptr;
    return incomplete("a violation exists, but before the shortest way to it was found " + reason_of(SearchEnd::kStopped));
  }
  report_.trace = *trace_->trace();
  trace_.reset();
  can_finish_.reset();
  explorer_.reset();  // its memory may be needed
  confirm_ = std::make_unique<Confirm>(machine_, report_, goal(), search_options_.memory_limit);
  go_on(*confirm_, Phase::kConfirmation, &Check::confirmed);
}

void Check::confirmed() {
  switch (confirm_->answer()) {
    case Confirmation::kConfirmed: return finish();
    case Confirmation::kNotSimulated:
      report_.check = nullptr;
      report_.trace.clear();
      return incomplete("this cannot be judged: " + confirm_->why());
    case Confirmation::kUnknown:
      report_.check = nullptr;
      report_.trace.clear();
      return incomplete("a violation was found, but before it was confirmed memory ran out or the check was stopped");
    case Confirmation::kWrong: wrong_ = true; return finish();
  }
}

void Check::incomplete(std::string reason) {
  report_.verdict = CheckReport::Verdict::kIncomplete;
  report_.reason = std::move(reason);
  finish();
}

void Check::finish() {
  report_.peak_memory_mib = platform::peak_memory_mib();
  now_ = nullptr;
}

Result<CheckReport> Check::report() const {
  if (wrong_) return fail(internal_error(report_));
  CheckReport report = report_;
  report.seconds = seconds_;
  return report;
}

Result<CheckReport> run_check(const Machine& machine, const CheckOptions& options) {
  auto check = Check::begin(machine, options);
  if (!check) return tl::unexpected(check.error());
  drive(**check, options.progress);
  return (*check)->report();
}

std::size_t memory_limit_of(const CheckOptions& options) {
  return options.memory_mib != 0 ? options.memory_mib << 20 : std::max<std::size_t>(1, platform::available_memory() / 4 * 3);
}

std::string_view verdict_name(CheckReport::Verdict verdict) {
  switch (verdict) {
    case CheckReport::Verdict::kPass: return "pass";
    case CheckReport::Verdict::kViolation: return "violation";
    case CheckReport::Verdict::kGoalLost: return "goal-lost";
    case CheckReport::Verdict::kGoalFound: return "goal-found";
    case CheckReport::Verdict::kGoalUnreachable: return "goal-unreachable";
    case CheckReport::Verdict::kIncomplete: return "incomplete";
  }
  return "";
}

}  // namespace vmalab::check

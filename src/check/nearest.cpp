// SPDX-License-Identifier: GPL-2.0-only
#include "check/nearest.h"

#include <algorithm>
#include <numeric>

#include "base/words.h"
#include "lang/on_line.h"
#include "machine/state_value.h"

namespace vmalab::check {
namespace {

SearchOptions options_for(const Wanted& wanted, const NearestBudget& budget) {
  SearchOptions options;
  options.symmetry = options.partial_order = false;
  options.judged = 0;
  options.walls = wanted.walls;
  options.memory_limit = budget.bytes;
  options.jobs = budget.jobs;
  return options;
}

}  // namespace

Nearest::Nearest(const Machine& machine, const State& from, Wanted wanted, const NearestBudget& budget)
    : machine_(machine),
      from_(from),
      wanted_(std::move(wanted)),
      budget_(budget),
      explorer_(std::make_unique<Explorer>(machine, options_for(wanted_, budget), from)),
      next_{0, 0} {}

Status Nearest::finish(SearchEnd how) {
  end_ = how;
  done_ = true;
  return Status::kDone;
}

void Nearest::stop() {
  if (!done_) finish(SearchEnd::kStopped);
}

Status Nearest::advance(Budget budget) {
  const Stopwatch stopwatch(seconds_);
  if (done_) return Status::kDone;
  if (trace_) {
    if (trace_->advance(budget) == Status::kRunning) return Status::kRunning;
    run_ = *trace_->trace();
    return finish(SearchEnd::kFound);
  }
  std::uint64_t steps = std::max<std::uint64_t>(1, budget.steps);
  if (look(steps)) {
    begin_trace();
    return done_ ? Status::kDone : Status::kRunning;
  }
  if (steps == 0) return Status::kRunning;
  // All that is complete has been looked at.
  if (searched_) return finish(explorer_->result().end == SearchEnd::kComplete && !too_many_ ? SearchEnd::kComplete : SearchEnd::kMemory);
  if (explorer_->advance({steps}) == Status::kDone) {
    searched_ = true;
  } else if (explorer_->progress().states > budget_.states) {
    explorer_->stop();
    searched_ = too_many_ = true;
  }
  return Status::kRunning;
}

/// At the complete levels. True: runs of length_ get there.
bool Nearest::look(std::uint64_t& steps) {
  const StateGraph& graph = explorer_->graph();
  const SearchResult result = explorer_->result();
  const std::vector<PropertySet>& walls = result.level_walls;
  while (steps > 0) {
    // A level that the budget has no room for is not looked at, even if the search was further than that when it was asked to stop.
    const auto levels = std::min<std::size_t>(result.level_sizes.size(), static_cast<std::size_t>(length_) + 1);
    if (std::accumulate(result.level_sizes.begin(), result.level_sizes.begin() + static_cast<std::ptrdiff_t>(levels), std::uint64_t{0}) >
        budget_.states) {
      explorer_->stop();
      searched_ = too_many_ = true;
      return false;
    }
    // The states of a level are all there when the one before has been expanded, and so are its steps.
    const bool complete = at_steps_ ? length_ <= static_cast<int>(walls.size()) : length_ < graph.levels();
    if (!complete) return false;
    const int level = at_steps_ ? length_ - 1 : length_;
    const bool any = at_steps_ ? level >= 0 && wanted_.step && walls[static_cast<std::size_t>(level)] != 0 : wanted_.state != nullptr;
    for (; any && next_.part < graph.parts(); next_ = {next_.part + 1, 0}) {
      const auto [begin, end] = graph.level(next_.part, level);
      for (next_.index = std::max(next_.index, begin); next_.index < end;) {
        if (steps == 0) return false;
        --steps;
        const StateGraph::Ref ref = next_;
        ++next_.index;
        if (at_steps_ ? breaks(ref) : shows(ref)) return true;
      }
    }
    next_ = {0, 0};
    if (at_steps_) ++length_;
    at_steps_ = !at_steps_;
  }
  return false;
}

bool Nearest::shows(StateGraph::Ref ref) {
  if (wanted_.only_ends) {
    const Outlook outlook = explorer_->graph().part(0).stepper.each_step(explorer_->graph().tuple_at(ref), Stepper::Of::kEveryThread,
                                                                         [](Action, const Transition&) {});
    if (outlook == Outlook::kGoesOn) return false;
  }
  return wanted_.state(explorer_->graph().state_at(ref));
}

bool Nearest::breaks(StateGraph::Ref ref) {
  bool any = false;
  std::vector<Action> breaking;
  explorer_->graph().part(0).stepper.each_step(explorer_->graph().tuple_at(ref), Stepper::Of::kEveryThread,
                                               [&](Action action, const Transition& step) {
                                                 if ((step.violations & wanted_.walls) != 0) breaking.push_back(action);
                                               });
  if (breaking.empty()) return false;
  const StateValue before = explorer_->graph().state_at(ref);
  for (const Action& action : breaking) {
    StateValue after = before;
    StepInfo info;
    machine_.step(after, action, info);
    any = any || wanted_.step(before, info);
  }
  return any;
}

void Nearest::begin_trace() {
  if (length_ == 0) {
    finish(SearchEnd::kFound);
    return;
  }
  explorer_->stop();
  Target target;
  target.depth = length_;
  target.walls = wanted_.walls;
  // Both kinds of runs may be as short, and then the one with fewer switches counts.
  if (wanted_.state && length_ < explorer_->graph().levels()) target.ends_in = [this](StateGraph::Ref ref) { return shows(ref); };
  if (wanted_.step) {
    target.violates = wanted_.walls;
    target.violates_so = [this](const State& before, Action action) {
      StateValue after = before;
      StepInfo info;
      machine_.step(after, action, info);
      return wanted_.step(before, info);
    };
  }
  trace_ = std::make_unique<ShortestTrace>(explorer_->graph(), from_, std::move(target));
}

Progress Nearest::progress() const {
  Progress progress = explorer_->progress();
  if (trace_) {
    progress = trace_->progress();
    progress.phase = Phase::kTrace;
  }
  progress.seconds = seconds_;
  return progress;
}

std::string Nearest::reason() const { return too_many_ ? "the graph has more than " + words::grouped(budget_.states) + " states" : reason_of(end_); }

// ---- what is looked for

std::optional<RunOutcome> outcome_in(const Machine& machine, const State& state) {
  if (machine.stuck(state)) return RunOutcome{&properties::kNoStuck, {}};
  if (machine.all_done(state)) return RunOutcome{nullptr, ending_of(machine, state)};
  return std::nullopt;
}

std::optional<RunOutcome> outcome_of(const Machine& machine, const std::vector<Action>& run) {
  if (machine.initial_violations() != 0) return RunOutcome{properties_in(machine.initial_violations()).front(), {}};
  StateValue state = machine.initial();
  for (const Action& action : run) {
    StepInfo info;
    machine.step(state, action, info);
    if (info.violations != 0) return RunOutcome{properties_in(info.violations).front(), {}};
  }
  return outcome_in(machine, state);
}

std::string outcome_text(const Machine& machine, const RunOutcome& outcome) {
  return outcome.broken != nullptr ? "it breaks " + std::string(outcome.broken->name) : ending_text(machine, outcome.ending);
}

Wanted another_outcome(const Machine& machine, RunOutcome than) {
  Wanted wanted;
  wanted.only_ends = true;
  wanted.walls = ~PropertySet{0};
  wanted.state = [&machine, than](const State& state) {
    const auto outcome = outcome_in(machine, state);
    return outcome && *outcome != than;
  };
  wanted.step = [than](const State&, const StepInfo& info) {
    return !info.is_not_simulated() && properties_in(info.violations).front() != than.broken;
  };
  return wanted;
}

Wanted at_line(const Machine& machine, const ThreadId* thread, int file, int line) {
  Wanted wanted;
  // What breaks a check is looked into by steps that follow it, so nothing is a wall.
  wanted.state = [&machine, only = thread != nullptr ? std::optional(*thread) : std::nullopt, file, line](const State& state) {
    for (int t = 0; t < machine.thread_count(); ++t) {
      const ThreadId id = thread_id(t);
      if ((only && *only != id) || machine.done(state, id)) continue;
      if (is_on_line(machine.program(id), Machine::pc(state, id), file, line)) return true;
    }
    return false;
  };
  return wanted;
}

}  // namespace vmalab::check

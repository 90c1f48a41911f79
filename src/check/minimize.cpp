// SPDX-License-Identifier: GPL-2.0-only
#include "check/minimize.h"

#include <algorithm>

#include "base/words.h"
#include "machine/describe.h"
#include "machine/look.h"
#include "machine/state_value.h"

namespace vmalab::check {
namespace {

/// Steps that thinning out may carry out: a matter of a second or two.
constexpr std::uint64_t kMostTried = 4'000'000;

bool same_object(Word a, Word b) { return address_kind(a) == address_kind(b) && address_object(a) == address_object(b); }

std::pair<std::string, std::uint32_t> line_of(const Machine& machine, const StepInfo& info) {
  const CodePlace place = place_of(machine, info.action.thread, info.detail_pc);
  return {place.file, place.line};
}

Wanted wanted_for(const Machine& machine, const Shown& shown) {
  Wanted wanted;
  if (shown.goal != nullptr) {
    wanted.state = [&machine, goal = shown.goal](const State& state) { return machine.evaluate(*goal, state) != 0; };
    return wanted;
  }
  wanted.walls = shown.judged;
  if (shown.property == &properties::kNoStuck) {
    wanted.only_ends = true;
    wanted.state = [&machine, shown](const State& state) {
      StepInfo info;
      info.violations = machine.stuck(state) ? bit_of(properties::kNoStuck) : 0;
      return shows(machine, shown, info, state);
    };
  } else {
    wanted.step = [&machine, shown](const State& before, const StepInfo& info) {
      StateValue after = before;
      StepInfo again;
      machine.step(after, info.action, again);
      return shows(machine, shown, again, after);
    };
  }
  return wanted;
}

}  // namespace

Result<Shown> what_it_shows(const Machine& machine, const std::vector<Action>& run, PropertySet judged, const Program* goal) {
  Shown shown;
  shown.judged = judged;
  shown.goal = goal;
  shown.state = machine.initial();
  if (goal != nullptr ? machine.evaluate(*goal, shown.state) != 0 : (machine.initial_violations() & judged) != 0) {
    if (goal == nullptr) shown.property = properties_in(machine.initial_violations() & judged).front();
    return shown;
  }
  for (const Action& action : run) {
    machine.step(shown.state, action, shown.info);
    ++shown.step;
    if (shown.info.is_not_simulated() && (goal == nullptr || machine.evaluate(*goal, shown.state) == 0))
      return fail("step " + std::to_string(shown.step) +
                  " is one that cannot be simulated: " + violation_text(machine, shown.info, properties::kNoWarning));
    if (goal != nullptr ? machine.evaluate(*goal, shown.state) != 0 : (shown.info.violations & judged) != 0) {
      if (goal == nullptr) shown.property = properties_in(shown.info.violations & judged).front();
      return shown;
    }
  }
  const std::string steps = std::to_string(run.size()) + words::plural(run.size(), " step");
  return fail(goal != nullptr ? "the run does not get to a state where that is so in its " + steps : "the run breaks no check in its " + steps);
}

bool shows(const Machine& machine, const Shown& shown, const StepInfo& info, const State& after) {
  if (shown.goal != nullptr) return machine.evaluate(*shown.goal, after) != 0;
  if ((info.violations & bit_of(*shown.property)) == 0 || info.is_not_simulated()) return false;
  if (shown.property == &properties::kNoStuck) {
    bool same = true;
    for (int t = 0; t < machine.thread_count(); ++t) {
      const ThreadId id = thread_id(t);
      const bool done = machine.done(after, id);
      same = same && done == machine.done(shown.state, id) && (done || pc_in(after, id) == pc_in(shown.state, id));
    }
    return same;
  }
  // The details are those of the first check that is broken.
  if (properties_in(info.violations).front() != properties_in(shown.info.violations).front()) return false;
  return same_object(info.details.a, shown.info.details.a) && line_of(machine, info) == line_of(machine, shown.info);
}

/// Delta debugging on a schedule: a piece of it is left out, what cannot happen then is left out as well, and what is left still has
/// to show it.
class Minimize::Thinning {
 public:
  Thinning(const Machine& machine, const Shown& shown, std::vector<Action> run) : machine_(machine), shown_(shown), run_(std::move(run)) {
    cut_rounds();
    begin_round();
  }

  const std::vector<Action>& run() const { return run_; }
  bool done() const { return done_; }
  void go_on(std::uint64_t steps) {
    for (const std::uint64_t until = tried_ + steps; !done_ && tried_ < until;) {
      try_next();
      if (tried_ > kMostTried) done_ = true;
    }
  }

 private:
  /// What leads from a state back to it is left out.
  void cut_rounds() {
    StateGraph graph(machine_, Reductions(machine_, false, false, nullptr, machine_.initial()), machine_.initial());
    StateSet& states = graph.part(0).states;
    std::vector<std::uint64_t> numbers;
    std::vector<std::size_t> last;
    const auto note = [&](const State& state) {
      states.make_room(1);
      const StateGraph::Vector vector = graph.pack(graph.tuple_of(state, nullptr));
      numbers.push_back(states.insert(states.place(vector.data())).index);
      last.resize(std::max<std::size_t>(last.size(), numbers.back() + 1));
      last[numbers.back()] = numbers.size() - 1;
    };
    StateValue state = machine_.initial();
    note(state);
    for (const Action& action : run_) {
      StepInfo info;
      machine_.step(state, action, info);
      note(state);
    }
    std::vector<Action> out;
    // The last step is what shows it, so the state after it is none to jump to.
    for (std::size_t i = 0; i < run_.size(); ++i) {
      const std::size_t again = last[numbers[i]];
      i = again < run_.size() ? again : i;
      out.push_back(run_[i]);
    }
    run_ = std::move(out);
  }

  int threads() const { return machine_.thread_count(); }

  /// Of each thread, and then of all: halves, quarters, and so on down to one step.
  void begin_round() {
    shortened_ = false;
    thread_ = 0;
    begin_thread();
  }
  void begin_thread() {
    piece_ = std::max<std::size_t>(1, count());
    begin_pieces();
  }
  void begin_pieces() {
    at_ = 0;
    before_ = machine_.initial();
  }
  bool counts(const Action& action) const { return thread_ == threads() || action.thread.value == thread_; }
  std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(run_.begin(), run_.end(), [this](const Action& action) { return counts(action); }));
  }

  /// Leaves out the next piece.
  void try_next() {
    // Up to the next step that counts all stays.
    while (at_ < run_.size() && !counts(run_[at_])) keep();
    if (at_ >= run_.size()) return next_pieces();
    ++tried_;
    std::vector<Action> rest;
    StateValue state = before_;
    std::size_t left_out = 0;
    for (std::size_t i = at_; i < run_.size(); ++i) {
      const Action& action = run_[i];
      if (left_out < piece_ && counts(action)) {
        ++left_out;
        continue;
      }
      if (!can_happen(machine_, state, action)) continue;
      StepInfo info;
      machine_.step(state, action, info);
      ++tried_;
      rest.push_back(action);
      if (shows(machine_, shown_, info, state)) {
        run_.resize(at_);
        run_.insert(run_.end(), rest.begin(), rest.end());
        shortened_ = true;
        return;
      }
      if (shown_.goal == nullptr && (info.violations & shown_.judged) != 0) break;
    }
    for (std::size_t kept = 0; kept < piece_ && at_ < run_.size();) {
      kept += counts(run_[at_]);
      keep();
    }
  }
  void keep() {
    StepInfo info;
    machine_.step(before_, run_[at_++], info);
    ++tried_;
  }
  void next_pieces() {
    if (piece_ > 1) {
      piece_ = (piece_ + 1) / 2;
      return begin_pieces();
    }
    if (thread_ < threads()) {
      ++thread_;
      return begin_thread();
    }
    if (!shortened_) {
      done_ = true;
      return;
    }
    cut_rounds();
    begin_round();
  }

  const Machine& machine_;
  const Shown& shown_;
  std::vector<Action> run_;
  int thread_ = 0;  ///< whose steps are left out; behind the last: anybody's
  std::size_t piece_ = 1, at_ = 0;
  StateValue before_;  ///< before step at_
  bool shortened_ = false, done_ = false;
  std::uint64_t tried_ = 0;
};

Minimize::Minimize(const Machine& machine, const std::vector<Action>& run, const Shown& shown, const NearestBudget& budget)
    : machine_(machine), shown_(shown), run_(run.begin(), run.begin() + shown.step) {
  if (shown_.step > 0) nearest_ = std::make_unique<Nearest>(machine_, machine_.initial(), wanted_for(machine_, shown_), budget);
}

Minimize::~Minimize() = default;

Status Minimize::advance(Budget budget) {
  const Stopwatch stopwatch(seconds_);
  if (stopped_ || (!nearest_ && !thinning_)) return Status::kDone;
  if (nearest_) {
    if (nearest_->advance(budget) == Status::kRunning) return Status::kRunning;
    at_least_ = std::min(nearest_->at_least(), static_cast<int>(run_.size()));
    if (nearest_->end() == SearchEnd::kFound) {
      run_ = nearest_->run();
      nearest_.reset();
      return Status::kDone;
    }
    reason_ = nearest_->reason();
    nearest_.reset();
    thinning_ = std::make_unique<Thinning>(machine_, shown_, run_);
    return Status::kRunning;
  }
  thinning_->go_on(std::max<std::uint64_t>(1, budget.steps));
  run_ = thinning_->run();
  if (thinning_->done()) thinning_.reset();
  return thinning_ ? Status::kRunning : Status::kDone;
}

Progress Minimize::progress() const {
  Progress progress;
  if (nearest_) progress = nearest_->progress();
  if (thinning_) {
    progress.phase = Phase::kThinning;
    progress.frontier = run_.size();
  }
  progress.seconds = seconds_;
  return progress;
}

void Minimize::stop() {
  if (!nearest_ && !thinning_) return;
  stopped_ = true;
  if (nearest_) at_least_ = std::min(nearest_->at_least(), static_cast<int>(run_.size()));
  reason_ = reason_of(SearchEnd::kStopped);
}

}  // namespace vmalab::check

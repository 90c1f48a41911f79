// SPDX-License-Identifier: GPL-2.0-only
#include "check/futures.h"

#include <algorithm>
#include <new>

#include "base/words.h"
#include "machine/describe.h"
#include "machine/state_value.h"

namespace vmalab::check {
namespace {

constexpr PropertySet kTerminationBit = bit_of(properties::kTermination), kStuckBit = bit_of(properties::kNoStuck),
                      kWarningBit = bit_of(properties::kNoWarning);

std::size_t as_index(Futures::Question question) { return static_cast<std::size_t>(question); }

}  // namespace

bool is_event(const Machine& machine, const Event& event, const StepInfo& info, const State& after) {
  if (event.goal != nullptr) return machine.evaluate(*event.goal, after) != 0;
  return (info.violations & event.breaks) != 0 && !info.is_not_simulated();
}

bool begins_with(const Machine& machine, const Event& event) {
  if (event.goal != nullptr) return machine.evaluate(*event.goal, machine.initial()) != 0;
  return (machine.initial_violations() & event.breaks) != 0 && !machine.begins_not_simulated();
}

Futures::Futures(const Machine& machine, const Event& event, const FutureBudget& budget)
    : machine_(machine),
      event_(event),
      budget_(budget),
      graph_(machine, Reductions(machine, false, false, nullptr, machine.initial()), machine.initial()) {
  for (std::size_t q = 0; q < searches_.size(); ++q) searches_[q].question = static_cast<Question>(q);
}

// ---- states

std::optional<Futures::Number> Futures::number_of(const State& state) { return number_of(graph_.tuple_of(state, nullptr)); }

std::optional<Futures::Number> Futures::number_of(const CollapsedState& tuple) {
  const StateGraph::Vector vector = graph_.pack(tuple);
  StateSet& states = graph_.part(0).states;
  if (const auto index = states.find(vector.data())) return static_cast<Number>(*index);
  if (full_ || states.size() >= budget_.states || states.size() >= StateSet::kMost || graph_.components().local.count() >= kMaxLocals / 2) {
    full_ = true;
    return std::nullopt;
  }
  states.make_room(1);
  return static_cast<Number>(states.insert(states.place(vector.data())).index);
}

Futures::Verdict& Futures::verdict(Search& search, Number state) {
  if (state >= search.verdicts.size()) {
    search.verdicts.resize(state + 1 + state / 2, Verdict::kUnseen);
    search.place.resize(search.verdicts.size());
  }
  return search.verdicts[state];
}

std::size_t Futures::bytes() const {
  std::size_t sum = graph_.bytes();
  for (const Search& search : searches_) {
    sum += search.verdicts.capacity() + (search.place.capacity() + search.stack.capacity() + search.open.capacity()) * sizeof(std::uint32_t) +
           search.frames.capacity() * sizeof(Frame);
  }
  return sum;
}

// ---- questions

Known Futures::answer(Question question, Number state) const {
  const Search& search = searches_[as_index(question)];
  if (state >= search.verdicts.size()) return Known::kUnknown;
  const Verdict verdict = search.verdicts[state];
  return verdict == Verdict::kYes ? Known::kYes : verdict == Verdict::kNo ? Known::kNo : Known::kUnknown;
}

bool Futures::decide(Question question, Number state, std::uint64_t& steps) {
  Search& search = searches_[as_index(question)];
  for (;;) {
    while (!search.frames.empty()) {
      if (steps == 0) return false;
      go_on(search, steps);
    }
    if (verdict(search, state) != Verdict::kUnseen) return true;
    if (!enter(search, state, steps)) return false;
  }
}

void Futures::give_up() {
  for (Search& search : searches_) {
    for (const Number state : search.stack) verdict(search, state) = Verdict::kUnseen;
    search.stack.clear();
    search.frames.clear();
    search.open.clear();
  }
}

/// The state becomes the last of the way; false when that has to wait, for another question or for more steps.
bool Futures::enter(Search& search, Number state, std::uint64_t& steps) {
  // That it has become unavoidable to go round for ever is an event of termination.
  const bool judges_termination = search.question == Question::kPossible && event_.goal == nullptr && (event_.breaks & kTerminationBit) != 0;
  if (judges_termination && !decide(Question::kAvoidable, state, steps)) return false;
  if (steps == 0) return false;
  --steps;
  verdict(search, state) = Verdict::kOnStack;
  const auto place = static_cast<std::uint32_t>(search.stack.size());
  search.place[state] = place;
  search.stack.push_back(state);
  search.frames.push_back({state, place, search.open.size()});
  const bool unavoidable = judges_termination && answer(Question::kAvoidable, state) == Known::kNo;
  if (unavoidable || look(search, state)) found(search);
  return true;
}

/// Expands the last state of the way. True: what is asked for is right here.
bool Futures::look(Search& search, Number state) {
  constexpr std::uint64_t kBetweenMeasurements = 1024;
  if (looked_at_++ % kBetweenMeasurements == 0 && budget_.bytes != 0 && bytes() > budget_.bytes) full_ = true;
  const CollapsedState tuple = tuple_of(state);
  const Question question = search.question;
  if (event_.goal != nullptr && graph_.evaluate(*event_.goal, tuple) != 0) return question == Question::kPossible;
  Stepper& stepper = graph_.part(0).stepper;
  const PropertySet breaks = event_.goal != nullptr ? 0 : event_.breaks;
  bool happens = false;
  const std::size_t open = search.open.size();
  const Outlook outlook = stepper.each_step(tuple, Stepper::Of::kEveryThread, [&](Action action, const Transition& transition) {
    const Transition step = transition;
    if ((step.violations & kWarningBit) != 0 && !is_simulated(tuple, action)) {
      search.frames.back().unknown = true;
    } else if ((step.violations & breaks) != 0) {
      happens = true;
    } else if (const auto after = number_of(stepper.after(tuple, action.thread, step))) {
      search.open.push_back(*after);
    } else {
      search.frames.back().unknown = true;
    }
  });
  if (outlook == Outlook::kStuck && (breaks & kStuckBit) != 0) {
    search.open.resize(open);
    happens = true;
  } else if (outlook != Outlook::kGoesOn && question == Question::kAvoidable) {
    return true;
  }
  return happens && question == Question::kPossible;
}

bool Futures::is_simulated(const CollapsedState& tuple, Action action) {
  StateValue state = graph_.components().join(tuple);
  StepInfo info;
  machine_.step(state, action, info);
  if (!info.is_not_simulated()) return true;
  if (not_simulated_.empty()) {
    const CodePlace place = place_of(machine_, action.thread, info.detail_pc);
    not_simulated_ = violation_text(machine_, info, properties::kNoWarning) + " (" + place.file + ":" + std::to_string(place.line) + ")";
  }
  return false;
}

void Futures::go_on(Search& search, std::uint64_t& steps) {
  if (search.open.size() == search.frames.back().open) return leave(search);
  const Number next = search.open.back();
  switch (verdict(search, next)) {
    case Verdict::kUnseen: {
      search.open.pop_back();
      if (!enter(search, next, steps)) search.open.push_back(next);
      return;
    }
    case Verdict::kYes: return found(search);
    case Verdict::kOnStack:
      if (search.question == Question::kEndless) return found(search);
      search.frames.back().low = std::min(search.frames.back().low, search.place[next]);
      break;
    case Verdict::kUnknown: search.frames.back().unknown = true; break;
    case Verdict::kNo: break;
  }
  search.open.pop_back();
}

/// All that follows the last state of the way has been seen.
void Futures::leave(Search& search) {
  const Frame frame = search.frames.back();
  search.frames.pop_back();
  const std::uint32_t place = search.place[frame.state];
  if (frame.low == place) {
    for (std::size_t i = place; i < search.stack.size(); ++i) verdict(search, search.stack[i]) = frame.unknown ? Verdict::kUnknown : Verdict::kNo;
    search.stack.resize(place);
  }
  if (search.frames.empty()) return;
  Frame& before = search.frames.back();
  before.low = std::min(before.low, frame.low);
  before.unknown = before.unknown || frame.unknown;
}

/// The last state of the way has it, and whatever is on the stack leads there.
void Futures::found(Search& search) {
  for (const Number state : search.stack) verdict(search, state) = Verdict::kYes;
  search.stack.clear();
  search.frames.clear();
  search.open.clear();
}

std::string Futures::reason() const {
  if (!not_simulated_.empty()) return "a step on the way cannot be simulated: " + not_simulated_;
  if (!full_) return "it was stopped";
  if (budget_.bytes != 0 && bytes() > budget_.bytes) return reason_of(SearchEnd::kMemory);
  return "the graph has more than " + words::grouped(graph_.part(0).states.size()) + " states";
}

Progress Futures::progress() const {
  Progress progress;
  progress.phase = Phase::kFutures;
  progress.states = graph_.part(0).states.size();
  for (const Search& search : searches_) progress.frontier += search.open.size();
  progress.bytes = bytes();
  return progress;
}

// ---- the actions of a state

StepFutures::StepFutures(Futures& futures, const State& state) : futures_(futures), number_(futures.number_of(state)) {
  const Machine& machine = futures.machine();
  ActionList actions;
  machine.enabled(state, actions);
  for (const Action& action : actions) {
    StateValue after = state;
    StepInfo info;
    machine.step(after, action, info);
    const bool is_it = is_event(machine, futures.event(), info, after);
    rows_.push_back({action, is_it, {}});
    numbers_.push_back(is_it || info.is_not_simulated() ? std::nullopt : futures.number_of(after));
    if (is_it) rows_.back().after = {Known::kNo, Known::kYes, Known::kNo};
  }
}

/// One question about one state; true when all is known of it that can be. What can be avoided is asked of all of them first: it
/// mostly takes the fewest states.
bool StepFutures::settle(std::optional<Futures::Number> state, Future& future, std::uint64_t& steps) {
  const auto question = static_cast<Futures::Question>(next_ / (rows_.size() + 1));
  if (!state || (question == Futures::Question::kEndless && future.avoidable != Known::kNo)) return true;
  if (!futures_.decide(question, *state, steps)) return false;
  Known& known = question == Futures::Question::kAvoidable  ? future.avoidable
                 : question == Futures::Question::kPossible ? future.possible
                                                            : future.endless;
  known = futures_.answer(question, *state);
  return true;
}

Status StepFutures::advance(Budget budget) {
  const Stopwatch stopwatch(seconds_);
  std::uint64_t steps = std::max<std::uint64_t>(1, budget.steps);
  // For each question the rows, and behind them the state itself.
  const std::size_t states = rows_.size() + 1;
  for (; !stopped_ && next_ < static_cast<std::size_t>(Futures::Question::kCount) * states; ++next_) {
    const std::size_t at = next_ % states;
    const bool row = at < rows_.size();
    if (row && rows_[at].is_event) continue;
    if (!settle(row ? numbers_[at] : number_, row ? rows_[at].after : here_, steps)) return Status::kRunning;
  }
  return Status::kDone;
}

Progress StepFutures::progress() const {
  Progress progress = futures_.progress();
  progress.seconds = seconds_;
  return progress;
}

void StepFutures::stop() {
  futures_.give_up();
  stopped_ = true;
}

// ---- a run

NoReturn::NoReturn(Futures& futures, std::vector<Action> run) : futures_(futures), run_(std::move(run)), state_(futures.machine().initial()) {
  if (begins_with(futures.machine(), futures.event())) {
    happens_ = lost_ = 0;
    walked_ = done_ = true;
  } else {
    numbers_.push_back(futures.number_of(state_));
  }
}

Status NoReturn::advance(Budget budget) {
  const Stopwatch stopwatch(seconds_);
  std::uint64_t steps = std::max<std::uint64_t>(1, budget.steps);
  while (!done_ && !stopped_ && steps > 0) walked_ ? ask(steps) : walk(steps);
  return done_ || stopped_ ? Status::kDone : Status::kRunning;
}

/// To the event, or to where the run stops.
void NoReturn::walk(std::uint64_t& steps) {
  --steps;
  if (taken_ == run_.size()) {
    walked_ = true;
    last_ = static_cast<int>(taken_);
    return;
  }
  StepInfo info;
  futures_.machine().step(state_, run_[taken_++], info);
  if (is_event(futures_.machine(), futures_.event(), info, state_)) {
    happens_ = lost_ = static_cast<int>(taken_);
    walked_ = true;
    last_ = static_cast<int>(taken_) - 1;
  } else {
    numbers_.push_back(futures_.number_of(state_));
  }
}

/// From the last state back to the first that allows another end; before it all do.
void NoReturn::ask(std::uint64_t& steps) {
  if (numbers_.empty()) {
    done_ = true;
    return;
  }
  const std::optional<Futures::Number> number = numbers_.back();
  if (number && !futures_.decide(Futures::Question::kAvoidable, *number, steps)) return;
  const Known known = number ? futures_.answer(Futures::Question::kAvoidable, *number) : Known::kUnknown;
  const int step = static_cast<int>(numbers_.size()) - 1;
  numbers_.pop_back();
  if (known == Known::kNo) lost_ = step;
  if (known == Known::kYes) {
    open_ = step;
    done_ = true;
  }
}

Known NoReturn::exists() const {
  if (!done_) return Known::kUnknown;
  if (!lost_) return open_ == last_ ? Known::kNo : Known::kUnknown;
  const bool exact = *lost_ == 0 || (open_ && *open_ + 1 == *lost_);
  return exact ? Known::kYes : Known::kUnknown;
}

Progress NoReturn::progress() const {
  Progress progress = futures_.progress();
  progress.seconds = seconds_;
  return progress;
}

void NoReturn::stop() {
  if (!done_) futures_.give_up();
  stopped_ = true;
}

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
#include "check/explorer.h"

#include "check/state_map.h"

#include <algorithm>
#include <cassert>
#include <new>
#include <utility>

namespace vmalab::check {
namespace {

/// States a worker expands in a round.
constexpr std::uint64_t kBatch = 1u << 10;
/// With less to do than this it is quicker not to wake anybody.
constexpr std::uint64_t kWorthWaking = 64;
/// Records whose place in a table that grows is found in the time in which one state is expanded.
constexpr std::uint64_t kRecordsAUnit = 64;
/// How many insertions ahead memory is asked for.
constexpr std::size_t kAhead = 8;

}  // namespace

/// What one worker has besides its part of the graph. Others touch only the outboxes addressed to them, and not while it
/// expands.
struct Explorer::Worker {
  /// Successors on their way to one owner.
  struct Outbox {
    std::vector<Index> vectors;          ///< one behind the other; behind the last there may be more room
    std::vector<std::uint32_t> sources;  ///< number in the batch of the state each came from
    void add(const Index* vector, std::size_t components, std::uint32_t source) {
      const std::size_t at = sources.size() * components;
      if (at + components > vectors.size()) vectors.resize(2 * (at + components));
      for (std::size_t i = 0; i < components; ++i) vectors[at + i] = vector[i];
      sources.push_back(source);
    }
    std::vector<std::uint8_t> progresses;  ///< by number in the batch: some successor is on a later level
    std::size_t bytes() const { return vectors.capacity() * sizeof(Index) + sources.capacity() * sizeof(std::uint32_t) + progresses.capacity(); }
  };

  Worker(int number, StateGraph& graph, bool maps) : self(number), part(graph.part(number)), out(static_cast<std::size_t>(graph.parts())) {
    if (maps) tally = std::make_unique<StateMap::Tally>(graph.machine(), graph.components());
  }
  std::size_t bytes() const {
    std::size_t sum = part.bytes() + (tally ? tally->bytes() : 0);
    for (const Outbox& box : out) sum += box.bytes();
    return sum;
  }
  /// One level further every state found so far is an earlier one.
  std::uint64_t level_end() const { return part.level_begin.back(); }

  int self;
  StateGraph::Part& part;
  std::uint64_t next = 0;  ///< next state of the current level to expand
  std::uint64_t batch_begin = 0, batch_end = 0;
  bool makes_room = false;             ///< its tables grow, and what was sent to it is not taken in yet
  std::vector<Outbox> out;             ///< by owner
  std::vector<std::uint8_t> finished;  ///< by number in the batch: every thread is done
  PropertySet violations = 0;          ///< by steps from the current level
  PropertySet walls = 0;               ///< the same of steps that were not taken
  PropertySet stuck = 0;               ///< in states of the current level
  bool not_simulated = false;          ///< a step was not taken, because the machine cannot do it
  bool goal_found = false;
  std::unique_ptr<StateMap::Tally> tally;  ///< null: no map is made
};

Explorer::Explorer(const Machine& machine, const SearchOptions& options, const State& start)
    : machine_(machine),
      options_(options),
      graph_(machine, Reductions(machine, options.symmetry, options.partial_order, options.goal, start), start),
      team_(std::max(1, options.jobs)) {
  if (options_.goal != nullptr && machine_.evaluate(*options_.goal, start) != 0) {
    result_.level_sizes = {1};
    result_.goal_found = true;
    result_.end = SearchEnd::kFound;
    status_ = Status::kDone;
  } else {
    begin();
  }
}

Explorer::~Explorer() = default;

void Explorer::begin() {
  workers_.clear();
  if (options_.map != nullptr) options_.map->clear();
  graph_.begin(team_.size());
  for (int w = 0; w < team_.size(); ++w) {
    workers_.push_back(std::make_unique<Worker>(w, graph_, options_.map != nullptr));
  }
  const double seconds = result_.seconds;
  result_ = {};
  result_.seconds = seconds;
  result_.level_sizes = {1};
  full_ = false;
}

/// The attempt ends. What it found counts only if all that it assumed was true.
void Explorer::end(SearchEnd how) {
  result_.end = how;
  if (how != SearchEnd::kStopped && graph_.take_broken())
    begin();
  else
    status_ = Status::kDone;
}

void Explorer::stop() {
  if (status_ == Status::kRunning) end(SearchEnd::kStopped);
}

Status Explorer::advance(Budget budget) {
  const Stopwatch stopwatch(result_.seconds);
  const std::uint64_t until = expanded_ + std::max<std::uint64_t>(1, budget.steps);
  while (status_ == Status::kRunning && expanded_ < until && round(until - expanded_)) {
  }
  return status_;
}

/// Lets every worker do its share of about so many states; memory that runs out there is noted.
void Explorer::each_worker(std::uint64_t work, const std::function<void(Worker&)>& share) {
  const auto guarded = [this, &share](int w) {
    try {
      share(*workers_[static_cast<std::size_t>(w)]);
    } catch (const std::bad_alloc&) {
      full_ = true;
    }
  };
  if (work >= kWorthWaking) return team_.run(guarded);
  for (int w = 0; w < team_.size(); ++w) guarded(w);
}

/// False: a table grows, and the round goes on next time.
bool Explorer::round(std::uint64_t most) {
  const std::uint64_t workers = workers_.size();
  const auto makes_room = [](const auto& worker) { return worker->makes_room; };
  const bool goes_on = std::any_of(workers_.begin(), workers_.end(), makes_room);
  if (!goes_on) {
    const std::uint64_t share = std::min(kBatch, (most + workers - 1) / workers);
    round_work_ = std::min(frontier(), share * workers);
    planned_ = bytes();
    each_worker(round_work_, [&](Worker& worker) { expand(worker, share); });
  }
  // What was written while the memory ran out is not looked at.
  if (!full_) {
    each_worker(goes_on ? kWorthWaking : round_work_, [&](Worker& worker) {
      if (goes_on && !worker.makes_room) return;  // it was done before the others
      worker.makes_room = !make_room(worker, most * kRecordsAUnit);
      if (!worker.makes_room && !full_) take_in(worker);
    });
    if (!full_ && std::any_of(workers_.begin(), workers_.end(), makes_room)) return false;
  }
  if (!full_) each_worker(round_work_, [&](Worker& worker) { note_progress(worker); });
  end_round();
  return true;
}

std::uint64_t Explorer::frontier() const {
  std::uint64_t sum = 0;
  for (const auto& worker : workers_) sum += worker->level_end() - worker->next;
  return sum;
}

std::size_t Explorer::bytes() const {
  std::size_t sum = graph_.components().bytes();
  for (const auto& worker : workers_) sum += worker->bytes();
  return sum;
}

void Explorer::end_round() {
  for (const auto& worker : workers_) {
    expanded_ += worker->batch_end - worker->batch_begin;
    for (Worker::Outbox& box : worker->out) box.sources.clear();
    if (worker->tally) options_.map->add(graph_.levels() - 1, worker->tally->take());
  }
  const bool too_large = options_.memory_limit != 0 && bytes() > options_.memory_limit;
  if (full_ || too_large || graph_.components().local.count() >= kMaxLocals / 2) return end(SearchEnd::kMemory);
  if (graph_.reductions().merged_too_much()) return end(SearchEnd::kComplete);
  if (frontier() == 0) end_level();
}

void Explorer::end_level() {
  const int depth = graph_.levels() - 1;
  std::uint64_t size = 0;
  PropertySet stuck = 0, violations = 0, walls = 0;
  bool goal = false;
  for (const auto& worker : workers_) {
    StateGraph::Part& part = worker->part;
    worker->next = part.level_begin.back();
    part.level_begin.push_back(part.states.size());
    size += part.level_begin.back() - worker->next;
    stuck |= worker->stuck;
    violations |= worker->violations;
    result_.not_simulated = result_.not_simulated || worker->not_simulated;
    walls |= std::exchange(worker->walls, 0);
    goal = goal || worker->goal_found;
  }
  result_.level_walls.push_back(walls);
  // Who looks for a goal goes on behind what breaks.
  if (options_.goal != nullptr) stuck = 0;
  const bool found = stuck != 0 || violations != 0 || goal;
  if (found) {
    // A stuck state shows on its own level, a violating step one level later: the shorter one counts.
    result_.violations = stuck != 0 ? stuck : violations;
    result_.goal_found = goal;
    result_.found_depth = depth + (stuck != 0 ? 0 : 1);
  }
  if (size != 0) result_.level_sizes.push_back(size);
  // What is blamed on twins is looked at only here, so that it does not depend on the number of workers.
  if (found)
    end(SearchEnd::kFound);
  else if (size == 0 || graph_.reductions().twins().is_broken())
    end(SearchEnd::kComplete);
}

void Explorer::expand(Worker& worker, std::uint64_t most) {
  StateGraph::Part& part = worker.part;
  worker.batch_begin = worker.next;
  worker.batch_end = std::min(worker.next + most, worker.level_end());
  worker.next = worker.batch_end;
  const auto count = static_cast<std::size_t>(worker.batch_end - worker.batch_begin);
  worker.finished.assign(count, 0);
  for (Worker::Outbox& box : worker.out) box.progresses.assign(count, 0);

  const std::size_t n = graph_.components_of_state();
  const bool reduces = part.stepper.symmetry().reduces();
  const bool stuck_is_wall = (options_.walls & bit_of(properties::kNoStuck)) != 0;
  StateGraph::Vector vector;
  for (std::uint64_t i = worker.batch_begin; i < worker.batch_end; ++i) {
    const auto number = static_cast<std::uint32_t>(i - worker.batch_begin);
    part.states.get(i, vector.data());
    const CollapsedState tuple = graph_.unpack(vector.data());
    PropertySet breaks = 0;
    const auto send = [&](Action action, const Transition& transition) {
      breaks |= transition.violations;
      if ((transition.violations & options_.walls) != 0) {
        worker.walls |= transition.violations;
        return;
      }
      ++part.transitions;
      if (const auto broken = static_cast<PropertySet>(transition.violations & options_.judged); broken != 0 && options_.goal == nullptr) {
        worker.violations |= broken;
        return;
      }
      if ((transition.violations & kNotSimulatedStep) != 0) {
        worker.not_simulated = true;
        return;
      }
      StateGraph::Vector next;
      if (reduces) {
        next = graph_.pack(part.stepper.after(tuple, action.thread, transition));
      } else {  // only what the step changed
        for (std::size_t k = 0; k < n; ++k) next[k] = vector[k];
        next[action.thread.value] = transition.local;
        next[n - 1] = transition.shared;
      }
      Worker::Outbox& box = worker.out[static_cast<std::size_t>(graph_.owner(next.data()))];
      box.add(next.data(), n, number);
    };
    const bool leave_alone = stuck_is_wall &&
                             part.stepper.each_step(tuple, Stepper::Of::kOneOfTwins, [](Action, const Transition&) {}) == Outlook::kStuck;
    const Outlook outlook = leave_alone ? Outlook::kStuck : part.stepper.each_step(tuple, Stepper::Of::kOneOfTwins, send);
    if (outlook == Outlook::kFinished) {
      worker.finished[number] = 1;
      ++part.finished;
    } else if (outlook == Outlook::kStuck) {
      worker.stuck |= bit_of(properties::kNoStuck) & options_.judged;
      breaks |= bit_of(properties::kNoStuck);
    }
    if (worker.tally) worker.tally->add(tuple.shared, outlook == Outlook::kFinished, breaks);
  }
}

/// For all that is sent to it. False: there is more to do.
bool Explorer::make_room(Worker& worker, std::uint64_t most) {
  StateSet& states = worker.part.states;
  std::size_t count = 0;
  for (const auto& source : workers_) count += source->out[static_cast<std::size_t>(worker.self)].sources.size();
  const std::size_t growth = worker.makes_room ? 0 : states.bytes_to_grow(count);
  const bool too_large = growth != 0 && (planned_ += growth) > options_.memory_limit && options_.memory_limit != 0;
  if (too_large || states.size() + count > StateSet::kMost) {
    full_ = true;
    return true;
  }
  return states.make_room(count, most);
}

void Explorer::take_in(Worker& worker) {
  StateSet& states = worker.part.states;
  const std::size_t n = graph_.components_of_state();
  // Everything from here on is on the next level.
  const std::uint64_t later = worker.level_end();
  for (const auto& source : workers_) {
    Worker::Outbox& box = source->out[static_cast<std::size_t>(worker.self)];
    const std::size_t count = box.sources.size();
    std::array<StateSet::Place, 2 * kAhead> places;
    for (std::size_t i = 0; i < count + places.size(); ++i) {
      StateSet::Place& place = places[i % places.size()];
      if (i >= places.size()) {
        const std::size_t at = i - places.size();
        const StateSet::Inserted inserted = states.insert(place);
        if (inserted.index >= later) box.progresses[box.sources[at]] = 1;
        if (inserted.fresh && options_.goal != nullptr && !worker.goal_found) {
          worker.goal_found = graph_.evaluate(*options_.goal, graph_.unpack(&box.vectors[at * n])) != 0;
        }
      }
      if (i >= kAhead && i - kAhead < count) states.prefetch_record(places[(i - kAhead) % places.size()]);
      if (i < count) {
        place = states.place(&box.vectors[i * n]);
        states.prefetch_bucket(place);
      }
    }
  }
}

/// Which states of the batch have a successor on a later level is known to the owners of the successors.
void Explorer::note_progress(Worker& worker) {
  for (std::uint64_t i = worker.batch_begin; i < worker.batch_end; ++i) {
    const auto at = static_cast<std::size_t>(i - worker.batch_begin);
    if (worker.finished[at] != 0) continue;
    const bool progresses = std::any_of(worker.out.begin(), worker.out.end(), [at](const Worker::Outbox& box) { return box.progresses[at] != 0; });
    if (!progresses) worker.part.without_progress.push_back(static_cast<std::uint32_t>(i));
  }
}

Progress Explorer::progress() const {
  Progress progress;
  progress.states = graph_.states();
  progress.transitions = graph_.transitions();
  progress.frontier = frontier();
  progress.depth = graph_.levels() - 1;
  progress.seconds = result_.seconds;
  progress.bytes = workers_.empty() ? graph_.bytes() : bytes();
  return progress;
}

SearchResult Explorer::result() const {
  SearchResult result = result_;
  result.states = graph_.states();
  result.transitions = graph_.transitions();
  result.final_states = graph_.finished();
  result.bytes = workers_.empty() ? graph_.bytes() : bytes();
  return result;
}

SearchResult run(Explorer& explorer, const ProgressFunction& progress) {
  drive(explorer, progress);
  return explorer.result();
}

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
#include "check/search_worker.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cassert>
#include <cstring>
#include <exception>
#include <new>
#include <thread>

namespace vmalab::check {
namespace {

/// States a worker expands between two barriers.
constexpr std::uint64_t kBatch = 1u << 12;

}  // namespace

/// What the workers decide together at barriers.
struct Search::Control {
  explicit Control(std::ptrdiff_t workers) : barrier(workers) {}
  std::barrier<> barrier;
  std::atomic<bool> level_done{false};
  std::atomic<bool> stop{false};
  std::atomic<bool> full{false};           ///< somebody had no memory for what was to come
  std::atomic<std::size_t> bytes{0};       ///< of all tables, what they are about to grow included
  int depth = 0;
  SearchResult result;
};

Search::Search(const Machine& machine, SearchOptions options)
    : machine_(machine), options_(std::move(options)), components_(machine) {
  options_.jobs = std::max(1, options_.jobs);
  const bool watched = std::any_of(machine.programs().begin(), machine.programs().end(), watches_signals);
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id{static_cast<std::uint8_t>(t)};
    const bool deaf = !watched && is_deaf(machine.program(id));
    signals_to_.push_back(machine.scenario().signals && !machine.is_rcu(id) && !(options_.partial_order && deaf));
  }
  const bool signals = std::find(signals_to_.begin(), signals_to_.end(), true) != signals_to_.end();
  twins_ = std::make_unique<Twins>(machine_, options_.symmetry, signals, options_.goal);
}

Search::~Search() = default;

void Search::pack_shared(Index shared, std::uint16_t* record) const {
  record[0] = static_cast<std::uint16_t>(shared);
  record[1] = static_cast<std::uint16_t>(shared >> 16);
}

void Search::pack_local(int t, Index local, std::uint16_t* record) const {
  std::uint16_t* at = record + 2 + t * (wide_ ? 2 : 1);
  at[0] = static_cast<std::uint16_t>(local);
  if (wide_) at[1] = static_cast<std::uint16_t>(local >> 16);
}

void Search::pack(const Tuple& tuple, std::uint16_t* record) const {
  pack_shared(tuple.shared, record);
  for (int t = 0; t < threads(); ++t) pack_local(t, tuple.local[static_cast<std::size_t>(t)], record);
}

Tuple Search::unpack(const std::uint16_t* record) const {
  Tuple tuple;
  tuple.shared = record[0] | static_cast<Index>(record[1]) << 16;
  record += 2;
  for (int t = 0; t < threads(); ++t) {
    Index& local = tuple.local[static_cast<std::size_t>(t)];
    local = *record++;
    if (wide_) local |= static_cast<Index>(*record++) << 16;
  }
  return tuple;
}

std::size_t Search::bytes() const {
  std::size_t sum = components_.bytes();
  for (const auto& worker : workers_) sum += worker->bytes();
  return sum;
}

/// Tells how far it has got, now and then; false when it shall stop.
bool Search::goes_on(const Progress& so_far) {
  const auto now = std::chrono::steady_clock::now();
  if (!options_.progress || now - last_progress_ <= std::chrono::milliseconds(100)) return true;
  last_progress_ = now;
  Progress progress = so_far;
  progress.seconds = std::chrono::duration<double>(now - started_).count();
  return options_.progress(progress);
}

SearchResult Search::run(const State& start) {
  started_ = std::chrono::steady_clock::now();
  // A broken assumption of a reduction, or more local components than 16 bits can number, voids an attempt.
  if (options_.partial_order) independence_ = std::make_unique<Independence>(machine_);
  twins_->begin_at(start);
  SearchResult result;
  bool again = true;
  while (again) result = attempt(start, again);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  return result;
}

SearchResult Search::attempt(const State& start, bool& again) {
  again = false;
  workers_.clear();
  for (int w = 0; w < options_.jobs; ++w) {
    workers_.push_back(std::make_unique<Worker>(machine_, components_, independence_.get(), *twins_, words()));
    workers_.back()->out.resize(static_cast<std::size_t>(options_.jobs));
  }

  Tuple first = tuple_of(start, nullptr);
  std::vector<std::uint16_t> record(words());
  pack(first, record.data());
  const std::uint64_t first_hash = hash(record.data());
  for (int w = 0; w < options_.jobs; ++w) {
    Worker& worker = *workers_[static_cast<std::size_t>(w)];
    if (w == owner(first_hash)) worker.states.insert(record.data(), first_hash);
    worker.level_begin = {0, worker.states.size()};
  }

  Control control(options_.jobs);
  control.result.level_sizes = {1};
  if (options_.goal && machine_.evaluate(*options_.goal, start) != 0) {
    control.result.end = SearchEnd::kFound;
    control.result.goal_found = true;
  } else {
    // Nobody starts before all are there: a computer that gives no more threads gets a search with fewer.
    enum : int { kWait, kGo, kNever };
    std::atomic<int> start_signal{kWait};
    const auto send = [&start_signal](int signal) {
      start_signal = signal;
      start_signal.notify_all();
    };
    std::vector<std::jthread> threads;
    try {
      for (int w = 1; w < options_.jobs; ++w) {
        threads.emplace_back([this, w, &control, &start_signal] {
          start_signal.wait(kWait);
          if (start_signal == kGo) work(w, control);
        });
      }
      send(kGo);
    } catch (const std::exception&) {  // no thread, or no memory for one
      send(kNever);
      options_.jobs = static_cast<int>(threads.size()) + 1;
      again = true;
      return {};
    }
    work(0, control);
  }

  SearchResult result = control.result;
  result.states = 0;
  for (const auto& worker : workers_) {
    result.states += worker->states.size();
    result.transitions += worker->transition_count;
    result.final_states += worker->final_states;
  }
  result.bytes = bytes();
  again = attempt_is_void() && result.end != SearchEnd::kStopped;
  return result;
}

/// An assumption did not hold: the next attempt makes fewer.
bool Search::attempt_is_void() {
  bool is_void = false;
  if (independence_ && independence_->take_broken()) {
    // Steps that merged too much may differ for that alone.
    twins_->forget_distrust();
    is_void = true;
  }
  if (options_.goal != nullptr) {
    const Gaze gaze = goal_gaze(*options_.goal);
    for (const auto& worker : workers_) {
      for (std::size_t kind = 0; kind < gaze.fields.size(); ++kind) {
        if ((gaze.fields[kind] & worker->symmetry.renamed_fields()[kind]) != 0) twins_->distrust_for_goal();
      }
    }
  }
  if (twins_->take_broken()) {
    components_.clear();  // they hold what only exists if the threads could change places
    is_void = true;
  }
  if (too_narrow()) is_void = wide_ = true;
  return is_void;
}

void Search::work(int self, Control& control) {
  Worker& worker = *workers_[static_cast<std::size_t>(self)];
  const auto fail_over = [&] { return (independence_ && independence_->is_broken()) || too_narrow(); };
  while (!control.stop) {
    worker.next = worker.level_begin[static_cast<std::size_t>(control.depth)];
    do {
      // Whatever happens, everybody meets at the barriers.
      const auto guarded = [&control](auto&& work) {
        try {
          work();
        } catch (const std::bad_alloc&) {
          control.full = true;
        }
      };
      guarded([&] { expand_batch(worker); });
      control.barrier.arrive_and_wait();
      // What was written while the memory ran out is not looked at.
      if (!control.full) guarded([&] { take_in(self, control); });
      worker.bytes_told = worker.bytes();
      control.barrier.arrive_and_wait();
      if (!control.full) guarded([&] { note_progress(worker); });
      for (Worker::Outbox& box : worker.out) box.clear();
      if (self == 0) {
        Progress progress;
        progress.depth = control.depth;
        for (const auto& w : workers_) {
          progress.states += w->states.size();
          progress.transitions += w->transition_count;
          progress.frontier += w->level_begin.back() - w->next;
        }
        control.level_done = progress.frontier == 0;
        progress.bytes = components_.bytes();
        for (const auto& w : workers_) progress.bytes += w->bytes_told;
        control.bytes = progress.bytes;
        if (control.full || components_.local.size() >= kMaxLocals / 2 || (options_.memory_limit != 0 && progress.bytes > options_.memory_limit)) {
          control.result.end = SearchEnd::kMemory;
          control.stop = true;
        } else if (fail_over()) {
          control.stop = true;
        } else if (!goes_on(progress)) {
          control.result.end = SearchEnd::kStopped;
          control.stop = true;
        }
      }
      control.barrier.arrive_and_wait();
    } while (!control.level_done && !control.stop);
    if (control.stop) return;

    worker.level_begin.push_back(worker.states.size());
    control.barrier.arrive_and_wait();
    if (self == 0) {
      std::uint64_t size = 0;
      CheckSet stuck = 0, violations = 0;
      bool goal = false;
      for (const auto& w : workers_) {
        size += w->states.size() - w->level_begin[w->level_begin.size() - 2];
        stuck |= w->stuck;
        violations |= w->violations;
        goal = goal || w->goal_found;
      }
      // A stuck state shows on its own level, a violating step one level later: the shorter one counts.
      // Who looks for a goal goes on behind violations.
      SearchResult& result = control.result;
      if (options_.goal) stuck = 0;
      if (stuck != 0 || violations != 0 || goal) {
        result.violations = stuck != 0 ? stuck : violations;
        result.goal_found = goal;
        result.found_depth = control.depth + (stuck != 0 ? 0 : 1);
        result.end = SearchEnd::kFound;
        control.stop = true;
      }
      // At the end of a level, so that what is blamed does not depend on the number of workers.
      if (size == 0 || twins_->is_broken()) {
        control.stop = true;
      } else {
        result.level_sizes.push_back(size);
        ++control.depth;
      }
    }
    control.barrier.arrive_and_wait();
  }
}

/// Which states of the batch have a successor on a later level is known to the owners of the successors.
void Search::note_progress(Worker& worker) {
  for (std::uint64_t i = worker.batch_begin; i < worker.batch_end; ++i) {
    const auto at = static_cast<std::size_t>(i - worker.batch_begin);
    if (worker.finished[at]) continue;
    const bool progresses = std::any_of(worker.out.begin(), worker.out.end(),
                                        [at](const Worker::Outbox& box) { return box.progresses[at] != 0; });
    if (!progresses) worker.without_progress.push_back(i);
  }
}

/// Calls `each` with every action and transition of a state, and says whether its threads can go on. Without `each_twin`,
/// of several identical threads standing at the same place one speaks for all.
template <typename Each>
Search::Ending Search::each_transition(Worker& worker, const Tuple& tuple, bool each_twin, Each&& each) {
  int done = 0, stepped = 0;
  for (int t = 0; t < threads(); ++t) {
    const ThreadId id{static_cast<std::uint8_t>(t)};
    const Index local = tuple.local[id.value];
    const Transition& step = worker.transitions.step(tuple.shared, worker.symmetry.representative(t), local);
    done += step.done;
    stepped += step.enabled;
    const int twin = worker.symmetry.previous_twin(t);
    if (!each_twin && twin >= 0 && local == tuple.local[static_cast<std::size_t>(twin)]) continue;
    if (step.enabled) each(Action{Action::Kind::kStep, id}, step);
    if (signals_to_[id.value]) {
      const Transition& signal = worker.transitions.signal(tuple.shared, t, local);
      if (signal.enabled) each(Action{Action::Kind::kSignal, id}, signal);
    }
  }
  if (stepped != 0) return Ending::kNone;
  return done == threads() ? Ending::kFinished : Ending::kStuck;
}

void Search::expand_batch(Worker& worker) {
  const std::uint64_t end = worker.level_begin.back();
  worker.batch_begin = std::min(worker.next, end);
  worker.batch_end = std::min(worker.batch_begin + kBatch, end);
  worker.next = worker.batch_end;
  const auto count = static_cast<std::size_t>(worker.batch_end - worker.batch_begin);
  worker.finished.assign(count, 0);
  for (Worker::Outbox& box : worker.out) box.progresses.assign(count, 0);

  std::array<std::uint16_t, 2 + 2 * kMaxThreads> record;
  for (std::uint64_t i = worker.batch_begin; i < worker.batch_end; ++i) {
    const auto number = static_cast<std::uint32_t>(i - worker.batch_begin);
    const Tuple tuple = unpack(worker.states.at(i));
    const auto send = [&](const Transition& transition, int t) {
      ++worker.transition_count;
      if (const auto broken = static_cast<CheckSet>(transition.violations & options_.judged); broken != 0 && !options_.goal) {
        worker.violations |= broken;
        return;
      }
      if (worker.symmetry.reduces()) {
        Tuple next = tuple;
        next.shared = transition.shared;
        next.local[static_cast<std::size_t>(t)] = transition.local;
        worker.symmetry.canonical(next);
        pack(next, record.data());
      } else {  // only what the step changed
        std::memcpy(record.data(), worker.states.at(i), words() * sizeof(std::uint16_t));
        pack_shared(transition.shared, record.data());
        pack_local(t, transition.local, record.data());
      }
      const std::uint64_t h = hash(record.data());
      Worker::Outbox& box = worker.out[static_cast<std::size_t>(owner(h))];
      box.records.insert(box.records.end(), record.data(), record.data() + words());
      box.hashes.push_back(h);
      box.sources.push_back(number);
    };
    const Ending ending = each_transition(worker, tuple, /*each_twin=*/false,
                                          [&](Action action, const Transition& transition) { send(transition, action.thread.value); });
    if (ending == Ending::kFinished) {
      worker.finished[number] = 1;
      ++worker.final_states;
    } else if (ending == Ending::kStuck) {
      worker.stuck |= check_bit(CheckId::kNoStuck) & options_.judged;
    }
  }
}

void Search::take_in(int self, Control& control) {
  Worker& worker = *workers_[static_cast<std::size_t>(self)];
  // Everything from here on is on the next level.
  const std::uint64_t later = worker.level_begin[static_cast<std::size_t>(control.depth) + 1];
  for (const auto& source : workers_) {
    Worker::Outbox& box = source->out[static_cast<std::size_t>(self)];
    const std::size_t growth = worker.states.bytes_to_grow(box.hashes.size());
    if (growth != 0 && (control.bytes += growth) > options_.memory_limit && options_.memory_limit != 0) {
      control.full = true;
      return;
    }
    worker.states.make_room(box.hashes.size(), [this](const std::uint16_t* record) { return hash(record); });
    constexpr std::size_t kAhead = 8;
    for (std::size_t i = 0; i < box.hashes.size(); ++i) {
      if (i + 2 * kAhead < box.hashes.size()) worker.states.prefetch_slot(box.hashes[i + 2 * kAhead]);
      if (i + kAhead < box.hashes.size()) worker.states.prefetch_record(box.hashes[i + kAhead]);
      const std::uint16_t* record = &box.records[i * words()];
      const StateSet::Inserted inserted = worker.states.insert(record, box.hashes[i]);
      if (inserted.index >= later) box.progresses[box.sources[i]] = 1;
      if (inserted.fresh && options_.goal && !worker.goal_found) {
        worker.goal_found = machine_.evaluate(*options_.goal, components_.join(unpack(record))) != 0;
      }
    }
  }
}

std::vector<std::string> Search::reduction_notes() const {
  std::vector<std::string> notes = twins_->notes();
  if (independence_ && !independence_->trusts_locks()) {
    notes.push_back("reads under mmap_lock are not merged: something but the lock's own functions changes its word");
  }
  return notes;
}

Tuple Search::tuple_of(const State& state, Renaming* renaming) {
  Tuple tuple = components_.split(state);
  workers_.front()->symmetry.canonical(tuple, renaming);
  return tuple;
}

std::optional<Search::Ref> Search::find(const Tuple& canonical) const {
  std::array<std::uint16_t, 2 + 2 * kMaxThreads> record;
  pack(canonical, record.data());
  const std::uint64_t h = hash(record.data());
  const int w = owner(h);
  const auto index = workers_[static_cast<std::size_t>(w)]->states.find(record.data(), h);
  if (!index) return std::nullopt;
  return Ref{w, *index};
}

Tuple Search::tuple_at(Ref ref) const {
  return unpack(workers_[static_cast<std::size_t>(ref.worker)]->states.at(ref.index));
}

std::pair<std::uint64_t, std::uint64_t> Search::level(int worker, int depth) const {
  const Worker& w = *workers_[static_cast<std::size_t>(worker)];
  const auto d = static_cast<std::size_t>(depth);
  if (d + 1 < w.level_begin.size()) return {w.level_begin[d], w.level_begin[d + 1]};
  return {w.level_begin.back(), w.states.size()};
}

Search::Expanded Search::expand(const Tuple& tuple) {
  Expanded expanded;
  Worker& worker = *workers_.front();
  const Ending ending = each_transition(worker, tuple, /*each_twin=*/true, [&](Action action, const Transition& transition) {
    Successor next;
    next.action = action;
    next.violations = transition.violations;
    next.tuple = tuple;
    next.tuple.shared = transition.shared;
    next.tuple.local[action.thread.value] = transition.local;
    worker.symmetry.canonical(next.tuple, &next.renaming);
    expanded.successors.push_back(next);
  });
  expanded.finished = ending == Ending::kFinished;
  expanded.stuck = ending == Ending::kStuck;
  return expanded;
}

int Search::depth_of(Ref ref) const {
  const std::vector<std::uint64_t>& begins = workers_[static_cast<std::size_t>(ref.worker)]->level_begin;
  return static_cast<int>(std::upper_bound(begins.begin(), begins.end(), ref.index) - begins.begin()) - 1;
}

Coverage Search::coverage() const {
  Coverage sum = machine_.new_coverage();
  for (const auto& worker : workers_) {
    const Coverage& part = worker->transitions.coverage();
    for (std::size_t p = 0; p < sum.ran.size(); ++p) {
      for (std::size_t i = 0; i < sum.ran[p].size(); ++i) sum.ran[p][i] = sum.ran[p][i] || part.ran[p][i];
    }
  }
  return sum;
}

std::set<std::pair<Word, Word>> Search::refcnt_edges() const {
  std::set<std::pair<Word, Word>> edges;
  for (const auto& worker : workers_) edges.insert(worker->transitions.refcnt_edges().begin(), worker->transitions.refcnt_edges().end());
  return edges;
}

std::set<Word> Search::refcnt_values() const {
  std::set<Word> values;
  const std::size_t vmas = machine_.scenario().vmas.size();
  for (Index i = 0; i < components_.shared.size(); ++i) {
    const Shared shared = components_.shared.get(i);
    for (std::size_t v = 0; v < vmas; ++v) values.insert(shared.vmas[v][VmaField::kRefcnt]);
  }
  return values;
}

}  // namespace vmalab::check

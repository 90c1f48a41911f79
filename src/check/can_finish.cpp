// SPDX-License-Identifier: GPL-2.0-only
#include "check/can_finish.h"

#include <algorithm>
#include <new>

namespace vmalab::check {
namespace {

bool is_marked(const std::vector<std::vector<bool>>& marks, StateGraph::Ref ref) { return marks[static_cast<std::size_t>(ref.part)][ref.index]; }

void mark(std::vector<std::vector<bool>>& marks, StateGraph::Ref ref, bool value = true) {
  marks[static_cast<std::size_t>(ref.part)][ref.index] = value;
}

}  // namespace

CanFinish::CanFinish(StateGraph& graph, std::size_t memory_limit)
    : graph_(graph), memory_limit_(memory_limit), states_(graph.states()), open_states_(states_) {
  // Of what is about to be allocated, so that a limit is kept and not only noticed.
  if (memory_limit_ != 0 && graph_.bytes() + states_ / 4 > memory_limit_) {
    end(SearchEnd::kMemory);
    return;
  }
  try {
    good_ = no_marks();
    seen_ = no_marks();
  } catch (const std::bad_alloc&) {
    end(SearchEnd::kMemory);
  }
}

CanFinish::Marks CanFinish::no_marks() const {
  Marks marks;
  for (int p = 0; p < graph_.parts(); ++p) marks.emplace_back(graph_.part(p).states.size());
  return marks;
}

void CanFinish::end(SearchEnd how) {
  end_ = how;
  status_ = Status::kDone;
}

void CanFinish::stop() {
  if (status_ == Status::kRunning) end(SearchEnd::kStopped);
}

Status CanFinish::advance(Budget budget) {
  const Stopwatch stopwatch(seconds_);
  std::uint64_t steps = std::max<std::uint64_t>(1, budget.steps);
  try {
    while (status_ == Status::kRunning && steps > 0) sweeping_ ? sweep(steps) : look(steps);
    if (status_ == Status::kRunning && memory_limit_ != 0 && bytes() > memory_limit_) end(SearchEnd::kMemory);
  } catch (const std::bad_alloc&) {
    end(SearchEnd::kMemory);
  }
  return status_;
}

/// Calls `take` with the successors of a state until it says true. True as well when there is nothing left to do there.
template <typename Take>
bool CanFinish::leads_to(Ref ref, Take&& take) {
  const CollapsedState tuple = graph_.tuple_at(ref);
  Stepper& stepper = graph_.part(0).stepper;
  bool taken = false;
  const Outlook outlook = stepper.each_step(tuple, Stepper::Of::kOneOfTwins, [&](Action action, const Transition& transition) {
    if (taken) return;
    if (const auto to = graph_.find(stepper.after(tuple, action.thread, transition))) taken = take(*to);
  });
  return taken || outlook == Outlook::kFinished;
}

void CanFinish::set_good(Ref ref) {
  if (is_marked(good_, ref)) return;
  mark(good_, ref);
  --open_states_;
}

/// The next state to look from becomes the path; false when there is none.
bool CanFinish::next_start() {
  while (start_part_ < graph_.parts()) {
    const StateGraph::Part& part = graph_.part(start_part_);
    if (start_ == part.without_progress.size()) {
      ++start_part_;
      start_ = 0;
      continue;
    }
    const Ref ref{start_part_, part.without_progress[start_++]};
    if (is_marked(good_, ref)) continue;
    path_.push_back({ref, {}});
    return true;
  }
  return false;
}

void CanFinish::look(std::uint64_t& steps) {
  // Deep or wide, a way that is not found soon is not looked for: sweeps need no memory and as good as no patience.
  constexpr std::uint64_t kPatience = 100'000;
  if (path_.empty()) {
    if (!next_start()) return end(SearchEnd::kComplete);
  } else {
    Visit& last = path_.back();
    if (last.open.empty()) {
      path_.pop_back();
      if (path_.empty()) end_look(false);
      return;
    }
    const Ref to = last.open.back();
    last.open.pop_back();
    if (is_marked(seen_, to)) return;
    path_.push_back({to, {}});
  }
  --steps;
  Visit& visit = path_.back();
  mark(seen_, visit.ref);
  seen_list_.push_back(visit.ref);
  const bool finishes = leads_to(visit.ref, [&](Ref to) {
    if (!is_marked(seen_, to)) visit.open.push_back(to);
    return is_marked(good_, to);
  });
  if (finishes) return end_look(true);
  if (++looked_at_ > 2 * states_ + kPatience || path_.size() > kPatience) return begin_sweep(true);
  // The deepest first: most threads end there.
  std::sort(visit.open.begin(), visit.open.end(), [this](Ref a, Ref b) { return graph_.depth_of(a) < graph_.depth_of(b); });
}

void CanFinish::end_look(bool finishes) {
  for (const Visit& visit : path_) set_good(visit.ref);
  path_.clear();
  for (const Ref ref : seen_list_) mark(seen_, ref, false);
  seen_list_.clear();
  if (!finishes) begin_sweep(true);
}

void CanFinish::begin_sweep(bool backwards) {
  path_ = {};
  seen_list_ = {};
  seen_ = {};
  sweeping_ = true;
  backwards_ = backwards;
  changed_ = false;
  swept_ = 0;
  depth_ = backwards ? graph_.levels() - 1 : 0;
  const int part = backwards ? graph_.parts() - 1 : 0;
  const auto [begin, end] = graph_.level(part, depth_);
  at_ = {part, backwards ? end : begin};
}

/// Moves on to the next state and leaves it in at_; forwards at_ is then one behind it.
bool CanFinish::next_in_sweep() {
  for (;;) {
    const auto [begin, end] = graph_.level(at_.part, depth_);
    if (backwards_ ? at_.index > begin : at_.index < end) return true;
    at_.part += backwards_ ? -1 : 1;
    if (at_.part < 0 || at_.part == graph_.parts()) {
      depth_ += backwards_ ? -1 : 1;
      at_.part = backwards_ ? graph_.parts() - 1 : 0;
      if (depth_ < 0 || depth_ == graph_.levels()) return false;
    }
    const auto [first, last] = graph_.level(at_.part, depth_);
    at_.index = backwards_ ? last : first;
  }
}

void CanFinish::sweep(std::uint64_t& steps) {
  // To skip a state costs little, but not nothing.
  for (int skipped = 0; skipped < 64; ++skipped) {
    if (open_states_ == 0 || !next_in_sweep()) return end_sweep();
    const Ref ref{at_.part, backwards_ ? --at_.index : at_.index++};
    ++swept_;
    if (is_marked(good_, ref)) continue;
    if (leads_to(ref, [this](Ref to) { return is_marked(good_, to); })) {
      set_good(ref);
      changed_ = true;
    }
    break;
  }
  --steps;
}

void CanFinish::end_sweep() {
  if (changed_ && open_states_ != 0) return begin_sweep(!backwards_);
  for (int depth = 0; depth < graph_.levels() && non_terminating_.empty(); ++depth) {
    non_terminating_ = graph_.states_of_level(depth, [this](Ref ref) { return !is_marked(good_, ref); });
  }
  end(SearchEnd::kComplete);
}

std::size_t CanFinish::bytes() const {
  const std::uint64_t marks = (sweeping_ ? 1 : 2) * states_ / 8;
  return graph_.bytes() + marks + path_.capacity() * (sizeof(Visit) + 4 * sizeof(Ref)) + seen_list_.capacity() * sizeof(Ref);
}

Progress CanFinish::progress() const {
  Progress progress;
  progress.states = states_;
  progress.transitions = graph_.transitions();
  progress.depth = graph_.levels() - 1;
  progress.frontier = open_states_;
  if (sweeping_) {
    progress.frontier = states_ - swept_;
  } else if (start_part_ < graph_.parts()) {
    progress.frontier = graph_.part(start_part_).without_progress.size() - start_;
    for (int p = start_part_ + 1; p < graph_.parts(); ++p) progress.frontier += graph_.part(p).without_progress.size();
  }
  progress.seconds = seconds_;
  progress.bytes = bytes();
  return progress;
}

}  // namespace vmalab::check

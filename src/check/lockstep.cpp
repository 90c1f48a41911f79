// SPDX-License-Identifier: GPL-2.0-only
#include "check/lockstep.h"

#include <algorithm>
#include <new>
#include <optional>
#include <unordered_map>

#include "check/state_set.h"
#include "check/transitions.h"
#include "machine/describe.h"
#include "machine/state.h"

namespace vmalab::check {
namespace {

/// What a step is to the world; of a thread that has ended: what its function returned.
struct Label {
  Op op = Op::kEnd;
  Word address = 0, old_value = 0, new_value = 0, result = 0;
  PropertySet violations = 0;
  friend bool operator==(const Label&, const Label&) = default;
};

/// One of the two machines, its components, and its steps with their labels.
class Side {
 public:
  explicit Side(const Machine& machine)
      : machine_(machine), components_(machine), twins_(machine, false, false, nullptr), transitions_(machine, components_, nullptr, twins_) {}

  const Machine& machine() const { return machine_; }
  CollapsedState start() { return components_.split(machine_.initial()); }
  State state(const CollapsedState& tuple) const { return components_.join(tuple); }
  const Transition& take(const CollapsedState& tuple, Action action) {
    const Index local = tuple.local[action.thread.value];
    return action.kind == Action::Kind::kSignal ? transitions_.signal(tuple.shared, action.thread.value, local)
                                                : transitions_.step(tuple.shared, action.thread.value, local, action.choice);
  }
  const Label& label(const CollapsedState& tuple, Action action) {
    const Index local = tuple.local[action.thread.value];
    const auto [it, fresh] = labels_.try_emplace(transition_key(tuple.shared, action, local));
    if (!fresh) return it->second;
    const Transition& transition = take(tuple, action);
    if (transition.done) return it->second = {Op::kEnd, 0, 0, 0, returned(tuple, action.thread)};
    const PropertySet violations = transition.violations;
    State after = state(tuple);
    StepInfo info;
    machine_.execute(after, action, info);
    return it->second = {info.op, info.address, info.old_value, info.new_value, info.result, violations};
  }
  Word returned(const CollapsedState& tuple, ThreadId t) const {
    if (machine_.is_rcu(t)) return 0;
    const State at = state(tuple);
    return machine_.operand(at, t, machine_.program(t).code[at.thread(t).pc].a);
  }
  std::size_t bytes() const { return components_.bytes() + transitions_.bytes() + labels_.size() * (sizeof(Label) + 48); }

 private:
  const Machine& machine_;
  Components components_;
  Twins twins_;
  Transitions transitions_;
  std::unordered_map<std::uint64_t, Label> labels_;
};

}  // namespace

class Lockstep::Pairs {
 public:
  Pairs(const Machine& first, const Machine& second, const std::array<std::string, 2>& names)
      : sides_{Side(first), Side(second)}, names_(names), threads_(first.thread_count()), set_(2 * (1 + static_cast<std::size_t>(threads_))) {
    for (int t = 0; t < threads_; ++t) actions_.push_back({Action::Kind::kStep, {static_cast<std::uint8_t>(t)}});
    if (first.limits().signals) {
      for (int t = 0; t < threads_; ++t) actions_.push_back({Action::Kind::kSignal, {static_cast<std::uint8_t>(t)}});
    }
    add({sides_[0].start(), sides_[1].start()}, 0, {});
  }

  std::uint64_t size() const { return set_.size(); }
  std::uint64_t expanded() const { return next_; }
  std::size_t bytes() const { return set_.bytes() + ways_.capacity() * sizeof(Way) + sides_[0].bytes() + sides_[1].bytes(); }

  /// Takes every action from the next pair; the difference when one is not the same on both.
  std::optional<Difference> expand() {
    const std::uint64_t from = next_++;
    const std::array<CollapsedState, 2> at = pair_at(from);
    for (const Action action : actions_) {
      const Transition steps[] = {sides_[0].take(at[0], action), sides_[1].take(at[1], action)};
      const bool same = steps[0].enabled == steps[1].enabled && steps[0].done == steps[1].done &&
                        (!(steps[0].enabled || steps[0].done) || sides_[0].label(at[0], action) == sides_[1].label(at[1], action));
      if (!same) return difference(from, at, action, steps);
      if (!steps[0].enabled) continue;
      std::array<CollapsedState, 2> next = at;
      for (std::size_t side = 0; side < 2; ++side) {
        next[side].shared = steps[side].shared;
        next[side].local[action.thread.value] = steps[side].local;
      }
      add(next, from, action);
    }
    return std::nullopt;
  }

 private:
  struct Way {
    std::uint64_t from = 0;
    Action action;
  };
  void add(const std::array<CollapsedState, 2>& pair, std::uint64_t from, Action action) {
    std::array<Index, StateSet::kMaxComponents> vector;
    Index* out = vector.data();
    for (const CollapsedState& tuple : pair) {
      *out++ = tuple.shared;
      out = std::copy_n(tuple.local.begin(), threads_, out);
    }
    set_.make_room(1);
    if (set_.insert(set_.place(vector.data())).fresh) ways_.push_back({from, action});
  }

  std::array<CollapsedState, 2> pair_at(std::uint64_t index) const {
    std::array<Index, StateSet::kMaxComponents> vector;
    set_.get(index, vector.data());
    std::array<CollapsedState, 2> pair;
    const Index* in = vector.data();
    for (CollapsedState& tuple : pair) {
      tuple.shared = *in++;
      std::copy_n(in, threads_, tuple.local.begin());
      in += threads_;
    }
    return pair;
  }

  Difference difference(std::uint64_t at, const std::array<CollapsedState, 2>& pair, Action action, const Transition (&steps)[2]) {
    Difference result;
    for (std::uint64_t i = at; i != 0; i = ways_[i].from) result.trace.push_back(ways_[i].action);
    std::reverse(result.trace.begin(), result.trace.end());
    result.text = "after " + std::to_string(result.trace.size()) + " equal steps, ";
    result.shown_on_second = steps[1].enabled;
    if (steps[0].enabled || steps[1].enabled) result.trace.push_back(action);
    const std::string& thread = sides_[0].machine().scenario().threads[action.thread.value].name;
    for (std::size_t side = 0; side < 2; ++side) {
      const Machine& machine = sides_[side].machine();
      std::string what = thread + " waits";
      if (steps[side].done) what = thread + " has ended";
      if (steps[0].done && steps[1].done)
        what += " and returned " + std::to_string(static_cast<std::int32_t>(sides_[side].returned(pair[side], action.thread)));
      if (steps[side].enabled) {
        State state = sides_[side].state(pair[side]);
        StepInfo info;
        machine.step(state, action, info);
        what = step_text(machine, info);
        for (const Property* check : properties_in(info.violations)) what += ", which breaks " + std::string(check->name);
      }
      result.text += (side == 0 ? "on " : "; on ") + names_[side] + ": " + what;
    }
    return result;
  }

  std::array<Side, 2> sides_;
  std::array<std::string, 2> names_;
  int threads_;
  std::vector<Action> actions_;  ///< of a pair
  StateSet set_;
  std::vector<Way> ways_;   ///< to each pair
  std::uint64_t next_ = 0;  ///< pair to expand
};

Lockstep::Lockstep(const Machine& first, const Machine& second, const std::array<std::string, 2>& names, std::size_t memory_limit)
    : memory_limit_(memory_limit) {
  if (first.thread_count() == second.thread_count()) {
    pairs_ = std::make_unique<Pairs>(first, second, names);
    return;
  }
  const bool second_has_more = second.thread_count() > first.thread_count();
  const std::size_t heads[] = {first.limits().rcu_heads.size(), second.limits().rcu_heads.size()};
  difference_.shown_on_second = second_has_more;
  difference_.text = "RCU callbacks run on " + names[second_has_more ? 1 : 0] + " for " + std::to_string(std::max(heads[0], heads[1])) +
                     " objects, and on " + names[second_has_more ? 0 : 1] + " for " + std::to_string(std::min(heads[0], heads[1]));
  end(SearchEnd::kFound);
}

Lockstep::~Lockstep() = default;

void Lockstep::end(SearchEnd how) {
  end_ = how;
  status_ = Status::kDone;
}

void Lockstep::stop() {
  if (status_ == Status::kRunning) end(SearchEnd::kStopped);
}

Status Lockstep::advance(Budget budget) {
  // Pairs are expanded much faster than the tables are measured.
  constexpr std::uint64_t kBetweenMeasurements = 1024;
  const Stopwatch stopwatch(seconds_);
  try {
    for (std::uint64_t steps = std::max<std::uint64_t>(1, budget.steps); status_ == Status::kRunning && steps > 0; --steps) {
      if (pairs_->expanded() == pairs_->size()) {
        end(SearchEnd::kComplete);
      } else if (pairs_->expanded() % kBetweenMeasurements == 0 && memory_limit_ != 0 && pairs_->bytes() > memory_limit_) {
        end(SearchEnd::kMemory);
      } else if (auto difference = pairs_->expand()) {
        difference_ = std::move(*difference);
        end(SearchEnd::kFound);
      }
    }
  } catch (const std::bad_alloc&) {
    end(SearchEnd::kMemory);
  }
  return status_;
}

Progress Lockstep::progress() const {
  Progress progress;
  progress.seconds = seconds_;
  if (!pairs_) return progress;
  progress.states = pairs_->size();
  progress.frontier = pairs_->size() - pairs_->expanded();
  progress.bytes = pairs_->bytes();
  return progress;
}

}  // namespace vmalab::check

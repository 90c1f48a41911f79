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

/// What a step is to the world.
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
    const PropertySet violations = take(tuple, action).violations;
    State after = state(tuple);
    StepInfo info;
    machine_.execute(after, action, info);
    return it->second = {info.op, info.address, info.old_value, info.new_value, info.result, violations};
  }
  std::size_t bytes() const { return components_.bytes() + transitions_.bytes() + labels_.size() * (sizeof(Label) + 48); }

 private:
  const Machine& machine_;
  Components components_;
  Twins twins_;
  Transitions transitions_;
  std::unordered_map<std::uint64_t, Label> labels_;
};

class Pairs {
 public:
  Pairs(const Machine& first, const Machine& second, const std::array<std::string, 2>& names)
      : sides_{Side(first), Side(second)}, names_(names), threads_(first.thread_count()), set_(2 * (1 + static_cast<std::size_t>(threads_))) {}

  Lockstep run(std::size_t memory_limit, const ProgressFunction& progress) {
    const auto started = std::chrono::steady_clock::now();
    Lockstep result;
    add({sides_[0].start(), sides_[1].start()}, 0, {});
    std::vector<Action> actions;
    for (int t = 0; t < threads_; ++t) actions.push_back({Action::Kind::kStep, {static_cast<std::uint8_t>(t)}});
    if (sides_[0].machine().limits().signals) {
      for (int t = 0; t < threads_; ++t) actions.push_back({Action::Kind::kSignal, {static_cast<std::uint8_t>(t)}});
    }
    for (std::uint64_t i = 0; i < set_.size(); ++i) {
      if (i % 1024 == 0) {
        Progress told;
        told.states = told.frontier = set_.size();
        told.frontier -= i;
        told.bytes = set_.bytes() + ways_.capacity() * sizeof(Way) + sides_[0].bytes() + sides_[1].bytes();
        told.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        if (memory_limit != 0 && told.bytes > memory_limit)
          result.reason = "the memory limit was reached";
        else if (progress && !progress(told))
          result.reason = "it was stopped";
        if (!result.reason.empty()) break;
      }
      const std::array<CollapsedState, 2> at = pair_at(i);
      for (const Action action : actions) {
        const Transition steps[] = {sides_[0].take(at[0], action), sides_[1].take(at[1], action)};
        const bool same = steps[0].enabled == steps[1].enabled && steps[0].done == steps[1].done &&
                          (!steps[0].enabled || sides_[0].label(at[0], action) == sides_[1].label(at[1], action));
        if (!same) {
          tell_apart(result, i, at, action, steps);
          result.pairs = set_.size();
          return result;
        }
        if (!steps[0].enabled) continue;
        std::array<CollapsedState, 2> next = at;
        for (std::size_t side = 0; side < 2; ++side) {
          next[side].shared = steps[side].shared;
          next[side].local[action.thread.value] = steps[side].local;
        }
        add(next, i, action);
      }
    }
    result.pairs = set_.size();
    if (result.reason.empty()) result.answer = Lockstep::Answer::kSame;
    return result;
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

  void tell_apart(Lockstep& result, std::uint64_t at, const std::array<CollapsedState, 2>& pair, Action action, const Transition (&steps)[2]) {
    result.answer = Lockstep::Answer::kDifferent;
    for (std::uint64_t i = at; i != 0; i = ways_[i].from) result.trace.push_back(ways_[i].action);
    std::reverse(result.trace.begin(), result.trace.end());
    result.shown_on_second = steps[1].enabled;
    if (steps[0].enabled || steps[1].enabled) result.trace.push_back(action);
    const std::string& thread = sides_[0].machine().scenario().threads[action.thread.value].name;
    result.difference = "after " + std::to_string(result.trace.size() - (steps[0].enabled || steps[1].enabled ? 1 : 0)) + " equal steps, ";
    for (std::size_t side = 0; side < 2; ++side) {
      const Machine& machine = sides_[side].machine();
      std::string what = thread + (steps[side].done ? " has ended" : " waits");
      if (steps[side].enabled) {
        State state = sides_[side].state(pair[side]);
        StepInfo info;
        machine.step(state, action, info);
        what = step_text(machine, info);
        for (const Property* check : properties_in(info.violations)) what += ", which breaks " + std::string(check->name);
      }
      result.difference += (side == 0 ? "on " : "; on ") + names_[side] + ": " + what;
    }
  }

  std::array<Side, 2> sides_;
  std::array<std::string, 2> names_;
  int threads_;
  StateSet set_;
  std::vector<Way> ways_;
};

}  // namespace

Lockstep lockstep(const Machine& first, const Machine& second, const std::array<std::string, 2>& names, std::size_t memory_limit,
                  const ProgressFunction& progress) {
  if (first.thread_count() != second.thread_count()) {
    Lockstep result;
    result.answer = Lockstep::Answer::kDifferent;
    result.shown_on_second = first.thread_count() < second.thread_count();
    result.difference = "RCU callbacks run on " + names[result.shown_on_second ? 1 : 0] + " for " +
                        std::to_string(std::max(first.limits().rcu_heads.size(), second.limits().rcu_heads.size())) + " objects, and on " +
                        names[result.shown_on_second ? 0 : 1] + " for " +
                        std::to_string(std::min(first.limits().rcu_heads.size(), second.limits().rcu_heads.size()));
    return result;
  }
  try {
    return Pairs(first, second, names).run(memory_limit, progress);
  } catch (const std::bad_alloc&) {
    Lockstep result;
    result.reason = "the memory limit was reached";
    return result;
  }
}

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
#include "check/naive_futures.h"

namespace vmalab::check {

std::size_t NaiveFutures::add(const State& state) {
  const auto [it, fresh] = number_.try_emplace(state, states_.size());
  if (fresh) states_.push_back(&it->first);
  return it->second;
}

/// The states that lead to one of these.
std::vector<bool> NaiveFutures::leads_to(std::vector<bool> there) const {
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = states_.size(); i-- > 0;) {
      if (there[i]) continue;
      for (const std::size_t next : next_[i]) {
        if (there[next]) changed = there[i] = true;
      }
    }
  }
  return there;
}

NaiveFutures::NaiveFutures(const Machine& machine, const Event& event)
    : machine_(machine), event_(event), number_(StateLess{machine.thread_count()}) {
  const PropertySet breaks = event.goal != nullptr ? 0 : event.breaks;
  const auto judged = [breaks](const Property& property) { return (breaks & bit_of(property)) != 0; };
  std::vector<bool> end, event_here;
  add(machine.initial());
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const StateValue before = *states_[i];
    next_.emplace_back();
    const bool goal = event.goal != nullptr && machine.evaluate(*event.goal, before) != 0;
    const bool stuck = machine.stuck(before);
    const bool over = goal || (stuck && judged(properties::kNoStuck));
    event_here.push_back(over);
    end.push_back(!over && (stuck || machine.all_done(before)));
    ActionList actions;
    machine.enabled(before, actions);
    for (const Action& action : actions) {
      if (over) continue;
      StateValue after = before;
      StepInfo info;
      machine.step(after, action, info);
      if (is_event(machine, event, info, after))
        event_here[i] = true;
      else
        next_[i].push_back(add(after));
    }
  }
  avoidable_ = leads_to(end);
  if (judged(properties::kTermination)) {
    for (std::size_t i = 0; i < states_.size(); ++i) event_here[i] = event_here[i] || !avoidable_[i];
  }
  possible_ = leads_to(event_here);
  // Who has nobody to go on to that can go on for ever cannot either.
  endless_.assign(states_.size(), true);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = states_.size(); i-- > 0;) {
      if (!endless_[i]) continue;
      bool goes_on = false;
      for (const std::size_t next : next_[i]) goes_on = goes_on || endless_[next];
      if (!goes_on) {
        endless_[i] = false;
        changed = true;
      }
    }
  }
}

int NaiveFutures::no_return(const std::vector<Action>& run) const {
  StateValue state = machine_.initial();
  if (!avoidable(state)) return 0;
  for (std::size_t i = 0; i < run.size(); ++i) {
    StepInfo info;
    machine_.step(state, run[i], info);
    if (is_event(machine_, event_, info, state) || !avoidable(state)) return static_cast<int>(i) + 1;
  }
  return -1;
}

}  // namespace vmalab::check

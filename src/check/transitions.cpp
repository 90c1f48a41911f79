// SPDX-License-Identifier: GPL-2.0-only
#include "check/transitions.h"

#include "check/parts.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "check/symmetry.h"

namespace vmalab::check {
namespace {

/// Merged accesses a step may contain. Every loop of the model has an access that is never merged; this bounds
/// code that has none.
constexpr int kMaxMerged = 64;

/// The ghost facts are the same, or the thread has become a holder of read locks. The latter is seen by `exclusion` alone, which a
/// read lock can only break: judging it one independent access earlier judges the same.
bool only_read_locks_more(SharedFacts before, const SharedFacts& after) {
  for (std::size_t v = 0; v < kMaxVmas; ++v) {
    if (after.vmas[v].readers < before.vmas[v].readers) return false;
    before.vmas[v].readers = after.vmas[v].readers;
    before.vmas[v].both = after.vmas[v].both;
  }
  return before == after;
}

std::uint64_t mix(std::uint64_t x) {
  x *= 0x9e3779b97f4a7c15u;
  return x ^ x >> 29;
}

}  // namespace

/// What the machine makes of one step, as contents.
struct Transitions::Outcome {
  Shared shared;
  Local local;
  PropertySet violations = 0;
  bool enabled = false, done = false;
  std::uint8_t choices = 1;
};

Transitions::Transitions(const Machine& machine, Components& components, Independence* independence, Twins& twins)
    : machine_(machine),
      components_(components),
      independence_(independence),
      twins_(twins),
      signals_are_watched_(machine.limits().signals && std::any_of(machine.programs().begin(), machine.programs().end(), watches_signals)),
      coverage_(machine.new_coverage()),
      slots_(1u << 12) {}

const Transition& Transitions::step(Index shared, int t, Index local, std::uint8_t choice) {
  return find(shared, {Action::Kind::kStep, thread_id(t), choice}, local);
}

const Transition& Transitions::signal(Index shared, int t, Index local) { return find(shared, {Action::Kind::kSignal, thread_id(t)}, local); }

std::uint64_t transition_key(Index shared, Action action, Index local) {
  assert(local < kMaxLocals && action.choice < kMaxStepChoices && "more of them than a key can tell apart");
  const int actor = action.thread.value + (action.kind == Action::Kind::kSignal ? kMaxThreads : 0);
  return std::uint64_t{shared} << 32 | std::uint64_t{local} << 12 | std::uint64_t{action.choice} << 6 | static_cast<std::uint64_t>(actor + 1);
}

const Transition& Transitions::find(Index shared, Action action, Index local) {
  const std::uint64_t key = transition_key(shared, action, local);
  std::size_t at = mix(key) & (slots_.size() - 1);
  while (slots_[at].key != 0) {
    if (slots_[at].key == key) return slots_[at].value;
    at = (at + 1) & (slots_.size() - 1);
  }
  slots_[at] = {key, compute(shared, action, local)};
  if (++used_ * 2 <= slots_.size()) return slots_[at].value;
  grow();
  return find(shared, action, local);
}

void Transitions::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.key == 0) continue;
    std::size_t at = mix(slot.key) & (slots_.size() - 1);
    while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

Transition Transitions::compute(Index shared, Action action, Index local) {
  const Shared before = components_.shared.get(shared);
  const Local own = components_.local.get(local);
  const Outcome outcome = run(before, own, action, /*first_time=*/true);
  check_twins(before, own, action, outcome);
  Transition result;
  result.done = outcome.done;
  result.enabled = outcome.enabled;
  result.choices = outcome.choices;
  result.violations = outcome.violations;
  if (!outcome.enabled) return result;
  result.shared = components_.shared.intern(outcome.shared);
  result.local = components_.local.intern(outcome.local);
  return result;
}

/// @param first_time not the check of another thread's step: what it does is noted
Transitions::Outcome Transitions::run(const Shared& before, const Local& local, Action action, bool first_time) {
  const ThreadId t = action.thread;
  const bool signal = action.kind == Action::Kind::kSignal;
  const int threads = machine_.thread_count();
  // The other threads' locals are not known here and not looked at: only their task states and signals are.
  State state;
  std::memset(static_cast<void*>(&state), 0, sizeof state);
  state.thread(t) = local;
  put_shared(state, threads, before);

  Outcome outcome;
  std::memset(static_cast<void*>(&outcome.shared), 0, sizeof outcome.shared);
  std::memset(static_cast<void*>(&outcome.local), 0, sizeof outcome.local);
  outcome.done = machine_.done(state, t);
  if (outcome.done) return outcome;
  if (signal ? state.thread(t).signal_pending || machine_.is_rcu(t) : !machine_.can_step(state, t)) return outcome;
  outcome.enabled = true;
  if (!signal) outcome.choices = machine_.choices(state, t);

  const SharedFacts own_before = Machine::facts(state.thread(t));
  StepInfo info;
  const State scratch = state;
  machine_.execute(state, action, info, first_time ? &coverage_ : nullptr);
  if (first_time) {
    if (independence_) independence_->observe(scratch, state, info);
    if (info.address == vma_address(address_object(info.address), VmaField::kRefcnt) && info.old_value != info.new_value) {
      refcnt_edges_.emplace(info.old_value, info.new_value);
    }
  }
  outcome.violations = violations_of(info);
  SharedFacts own_after = Machine::facts(state.thread(t));
  if (independence_ && !signal) merge_reads(state, t, outcome.violations, own_after);

  SharedFacts facts = before.facts;
  facts.subtract(own_before);
  facts.add(own_after);
  outcome.violations |= machine_.judge(state, facts);
  outcome.shared = shared_part(state, threads, facts);
  outcome.local = local_part(state.thread(t));
  return outcome;
}

/// Accesses that need no scheduling point before them, carried out at once. Nothing that others can see may change by them,
/// nor by the local instructions that follow.
void Transitions::merge_reads(State& state, ThreadId t, PropertySet& violations, SharedFacts& own) {
  const SharedFacts none{};
  const int threads = machine_.thread_count();
  for (int merged = 0; violations == 0 && merged < kMaxMerged && !machine_.done(state, t); ++merged) {
    if (!independence_->may_merge(state, t)) return;
    State next = state;
    StepInfo info;
    machine_.execute(next, {Action::Kind::kStep, t}, info, &coverage_);
    const SharedFacts own_next = Machine::facts(next.thread(t));
    if (!only_read_locks_more(own, own_next) || !independence_->may_judge(state, t, info)) return;
    const Shared seen_before = shared_part(state, threads, none), seen_after = shared_part(next, threads, none);
    if (std::memcmp(&seen_before, &seen_after, sizeof seen_before) != 0) return;
    // A thread that is done gets no signal any more.
    if (signals_are_watched_ && machine_.done(next, t)) return;
    violations |= violations_of(info);
    own = own_next;
    state = next;
  }
}

bool Transitions::comes_out_as(const Outcome& expected, const Outcome& outcome) const {
  return expected.enabled == outcome.enabled && expected.done == outcome.done && expected.choices == outcome.choices &&
         expected.violations == outcome.violations && std::memcmp(&expected.shared, &outcome.shared, sizeof outcome.shared) == 0 &&
         std::memcmp(&expected.local, &outcome.local, sizeof outcome.local) == 0;
}

/// The step as every thread that is taken for t would take it, in every renaming of the world: twins.h says why.
void Transitions::check_twins(const Shared& before, const Local& local, Action action, const Outcome& outcome) {
  const ThreadId t = action.thread;
  const auto as = [&action](ThreadId other) { return Action{action.kind, other, action.choice}; };
  if (twins_.groups().empty()) return;
  const Pc pc = local.pc;
  const Twins::Group* sorted = twins_.sorted_group(t.value);
  for (const Renaming& renaming : twins_.permutations()) {
    const std::uint32_t moved = twins_.moved_by(renaming);
    const Shared renamed_before = renamed(before, renaming, machine_);
    const Local renamed_local = renamed(local, renaming);
    Outcome expected = outcome;
    if (outcome.enabled) {
      expected.shared = renamed(outcome.shared, renaming, machine_);
      expected.local = renamed(outcome.local, renaming);
    }
    if (moved != 0) {
      const ThreadId other{renaming[t.value]};
      if (!comes_out_as(expected, run(renamed_before, renamed_local, as(other), false))) return twins_.distrust(moved, t, pc);
    }
    if (sorted == nullptr) continue;
    for (const int twin : sorted->threads) {
      if (twin == t.value) continue;
      const ThreadId other = thread_id(twin);
      if (!comes_out_as(expected, run(renamed_before, renamed_local, as(other), false))) return twins_.distrust(twins_.bit_of(*sorted), t, pc);
    }
  }
  // What a thread's task says must be the same for all of a sorted group, for ever.
  if (!outcome.enabled) return;
  for (const Twins::Group& group : twins_.groups()) {
    if (group.how != Twins::How::kSorted) continue;
    for (const int member : group.threads) {
      const auto i = static_cast<std::size_t>(member);
      const bool same = outcome.shared.task_states[i] == before.task_states[i] &&
                        (outcome.shared.signals_pending >> member & 1u) == (before.signals_pending >> member & 1u);
      if (!same) return twins_.distrust(twins_.bit_of(group), t, pc);
    }
  }
}

}  // namespace vmalab::check

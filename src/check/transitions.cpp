// SPDX-License-Identifier: GPL-2.0-only
#include "check/transitions.h"

#include <cassert>

namespace vmalab::check {
namespace {

/// Merged accesses a step may contain. Every loop of the model has an access that is never merged; this bounds
/// code that has none.
constexpr int kMaxMerged = 64;

std::uint64_t mix(std::uint64_t x) {
  x *= 0x9e3779b97f4a7c15u;
  return x ^ x >> 29;
}

}  // namespace

Transitions::Transitions(const Machine& machine, Components& components, Independence* independence)
    : machine_(machine),
      components_(components),
      independence_(independence),
      coverage_(machine.new_coverage()),
      slots_(1u << 12) {}

const Transition& Transitions::step(Index shared, int t, Index local) { return find(shared, t, local); }

const Transition& Transitions::signal(Index shared, int t, Index local) {
  return find(shared, kMaxThreads + t, local);
}

const Transition& Transitions::find(Index shared, int actor, Index local) {
  assert(local < 1u << 26 && "more local components than a key can tell apart");
  const std::uint64_t key = std::uint64_t{shared} << 32 | std::uint64_t{local} << 6 | static_cast<std::uint64_t>(actor + 1);
  std::size_t at = mix(key) & (slots_.size() - 1);
  while (slots_[at].key != 0) {
    if (slots_[at].key == key) return slots_[at].value;
    at = (at + 1) & (slots_.size() - 1);
  }
  slots_[at] = {key, compute(shared, actor, local)};
  if (++used_ * 2 <= slots_.size()) return slots_[at].value;
  grow();
  return find(shared, actor, local);
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

Transition Transitions::compute(Index shared, int actor, Index local) {
  const bool is_signal = actor >= kMaxThreads;
  const ThreadId t{static_cast<std::uint8_t>(is_signal ? actor - kMaxThreads : actor)};
  const int threads = machine_.thread_count();

  // The other threads' locals are not known here and not looked at: only their task states and signals are.
  State state;
  std::memset(static_cast<void*>(&state), 0, sizeof state);
  const Shared before = components_.shared.get(shared);
  state.mms = before.mms;
  state.vmas = before.vmas;
  state.thread(t) = components_.local.get(local);
  for (int i = 0; i < threads; ++i) {
    const auto at = static_cast<std::size_t>(i);
    state.threads[at].task_state = before.task_states[at];
    state.threads[at].signal_pending = (before.signals_pending >> i & 1u) != 0;
  }

  Transition result;
  result.done = machine_.done(state, t);
  if (result.done) return result;
  if (is_signal ? state.thread(t).signal_pending : !machine_.can_step(state, t)) return result;
  result.enabled = true;

  const SharedFacts own_before = machine_.facts(state.thread(t), t);
  StepInfo info;
  State scratch = state;
  machine_.execute(state, {is_signal ? Action::Kind::kSignal : Action::Kind::kStep, t}, info, &coverage_);
  if (independence_) independence_->observe(scratch, info);
  if (info.address == vma_address(address_object(info.address), VmaField::kRefcnt) && info.old_value != info.new_value) {
    refcnt_edges_.emplace(info.old_value, info.new_value);
  }
  CheckSet violations = info.violations;
  SharedFacts own_after = machine_.facts(state.thread(t), t);

  if (independence_ && !is_signal) {
    for (int merged = 0; violations == 0 && merged < kMaxMerged && !machine_.done(state, t); ++merged) {
      if (!independence_->may_merge(state, t)) break;
      scratch = state;
      machine_.execute(scratch, {Action::Kind::kStep, t}, info, &coverage_);
      if (!(machine_.facts(scratch.thread(t), t) == own_after)) break;
      violations |= info.violations;
      state = scratch;
    }
  }

  SharedFacts facts = before.facts;
  facts.subtract(own_before);
  facts.add(own_after);
  violations |= machine_.judge(state, facts);
  result.violations = static_cast<std::uint16_t>(violations);
  result.shared = components_.shared.intern(shared_part(state, threads, facts));
  result.local = components_.local.intern(local_part(state.thread(t)));
  return result;
}

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
#include "check/components.h"

#include "check/parts.h"

namespace vmalab::check {

Index Records::intern(const void* record) {
  const std::uint64_t hash = hash_bytes(record, size_);
  const std::lock_guard lock(mutex_);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    if (std::memcmp(at(it->second), record, size_) == 0) return it->second;
  }
  const Index index = count_;
  if (index % kChunk == 0) chunks_.push_back(std::make_unique<std::byte[]>(kChunk * size_));
  std::memcpy(chunks_.back().get() + index % kChunk * size_, record, size_);
  by_hash_.emplace(hash, index);
  ++count_;
  return index;
}

void Records::get(Index index, void* record) const {
  const std::lock_guard lock(mutex_);
  std::memcpy(record, at(index), size_);
}

std::size_t Records::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

void Records::clear() {
  const std::lock_guard lock(mutex_);
  chunks_.clear();
  by_hash_.clear();
  count_ = 0;
}

Components::Components(const Machine& machine) : shared(sizeof(Shared)), local(sizeof(Local)), machine_(machine) {}

Shared shared_part(const State& state, int threads, const SharedFacts& facts) {
  Shared shared;
  std::memset(static_cast<void*>(&shared), 0, sizeof shared);
  shared.mms = state.mms;
  shared.vmas = state.vmas;
  shared.globals = state.globals;
  shared.rcu = state.rcu;
  shared.views = state.views;
  shared.facts = facts;
  for (int t = 0; t < threads; ++t) {
    const ThreadState& thread = state.threads[static_cast<std::size_t>(t)];
    shared.task_states[static_cast<std::size_t>(t)] = static_cast<std::uint16_t>(thread.task_state);
    if (thread.signal_pending) shared.signals_pending = static_cast<std::uint16_t>(shared.signals_pending | 1u << t);
  }
  return shared;
}

Local local_part(const ThreadState& thread) {
  Local local = thread;
  local.task_state = 0;
  local.signal_pending = 0;
  return local;
}

void put_shared(State& state, int threads, const Shared& shared) {
  state.mms = shared.mms;
  state.vmas = shared.vmas;
  state.globals = shared.globals;
  state.rcu = shared.rcu;
  state.views = shared.views;
  for (int t = 0; t < threads; ++t) {
    ThreadState& thread = state.threads[static_cast<std::size_t>(t)];
    thread.task_state = shared.task_states[static_cast<std::size_t>(t)];
    thread.signal_pending = (shared.signals_pending >> t & 1u) != 0;
  }
}

CollapsedState Components::split(const State& state) {
  const int threads = machine_.thread_count();
  CollapsedState tuple;
  tuple.shared = shared.intern(shared_part(state, threads, machine_.facts(state)));
  for (int t = 0; t < threads; ++t) {
    const auto i = static_cast<std::size_t>(t);
    tuple.local[i] = local.intern(local_part(state.threads[i]));
  }
  return tuple;
}

StateValue Components::join(const CollapsedState& tuple) const {
  StateValue value;
  State& state = value;
  const int threads = machine_.thread_count();
  for (int t = 0; t < threads; ++t) {
    const auto i = static_cast<std::size_t>(t);
    state.threads[i] = local.get(tuple.local[i]);
  }
  put_shared(state, threads, shared.get(tuple.shared));
  return value;
}

}  // namespace vmalab::check

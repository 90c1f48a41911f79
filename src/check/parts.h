// SPDX-License-Identifier: GPL-2.0-only
// The parts of a State that components.h keeps: what all threads share, and what each has of its own.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "check/components.h"
#include "machine/facts.h"
#include "machine/state.h"

namespace vmalab::check {

struct Shared {
  std::array<MmState, kMaxMms> mms;
  std::array<VmaState, kMaxVmas> vmas;
  std::array<Word, kMaxGlobals> globals;
  RcuState rcu;
  SharedFacts facts;
  std::array<std::uint16_t, kMaxThreads> task_states;
  std::uint16_t signals_pending;  ///< bit t: thread t
  std::uint16_t padding;
  std::uint32_t views;  ///< State::views
};

static_assert(std::is_trivially_copyable_v<Shared> && std::is_trivially_copyable_v<Local>);

/// The part of `state` that is shared, given the sums of the ghost facts.
Shared shared_part(const State& state, int threads, const SharedFacts& facts);
/// The thread with task_state and signal_pending (kept in Shared) zeroed.
Local local_part(const ThreadState& thread);
/// The other way round: of the state's first threads that is changed which is shared of them, so their locals have to be there before.
void put_shared(State& state, int threads, const Shared& shared);

}  // namespace vmalab::check

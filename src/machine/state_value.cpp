// SPDX-License-Identifier: GPL-2.0-only
#include "machine/state_value.h"

#include "machine/state.h"

namespace vmalab {

StateValue::StateValue() : state_(std::make_unique<State>()) {}
StateValue::StateValue(const State& state) : state_(std::make_unique<State>(state)) {}
StateValue::StateValue(const StateValue& other) : StateValue(*other.state_) {}
StateValue::StateValue(StateValue&& other) noexcept = default;
StateValue& StateValue::operator=(const StateValue& other) {
  if (this != &other) *this = StateValue(other);
  return *this;
}
StateValue& StateValue::operator=(StateValue&& other) noexcept = default;
StateValue::~StateValue() = default;

bool equal_states(const State& a, const State& b, int threads) { return std::memcmp(&a, &b, state_size(threads)) == 0; }

bool StateLess::operator()(const State& a, const State& b) const { return std::memcmp(&a, &b, state_size(threads)) < 0; }

std::uint64_t fingerprint(const State& state, int threads) {
  // Values, not bytes, are hashed, so that the order of bytes in memory makes no difference.
  std::uint64_t h = 0x6a09e667f3bcc908u ^ static_cast<std::uint64_t>(threads);
  const auto mix = [&h](std::uint64_t value) {
    h = (h ^ value) * 0x9e3779b97f4a7c15u;
    h ^= h >> 29;
  };
  // What few scenarios have counts only where it is not what they all begin with: the others' traces keep their fingerprints.
  const auto mix_rare = [&mix](std::size_t where, std::uint64_t value) {
    if (value != 0) mix(value ^ std::uint64_t{where + 1} << 40);
  };
  for (std::size_t m = 0; m < kMaxMms; ++m) {
    const MmState& mm = state.mms[m];
    for (std::size_t f = 0; f < static_cast<std::size_t>(MmField::kMmUsers); ++f) mix(mm.fields[f]);
    if (mm[MmField::kMmUsers] != (mm.alive() ? 1u : 0u)) mix_rare(m, mm[MmField::kMmUsers] + 1u);
    for (std::size_t f = static_cast<std::size_t>(MmField::kExtra); f < mm.fields.size(); ++f) mix_rare(16 * m + f, mm.fields[f]);
  }
  for (std::size_t w = 0; w < kMaxGlobals; ++w) mix_rare(200 + w, state.globals[w]);
  for (std::size_t e = 0; e < RcuState::kEpochs; ++e) mix_rare(300 + e, state.rcu.readers[e]);
  mix_rare(310, state.rcu.epoch);
  for (std::size_t v = 0; v < kMaxVmas; ++v) {
    const VmaState& vma = state.vmas[v];
    for (std::size_t f = 0; f < static_cast<std::size_t>(VmaField::kExtra); ++f) mix(vma.fields[f]);
    for (std::size_t f = static_cast<std::size_t>(VmaField::kExtra); f < static_cast<std::size_t>(VmaField::kCount); ++f)
      mix_rare(100 + 16 * v + f, vma.fields[f]);
    mix(vma.allocated | vma.attach_reference << 8);
  }
  for (int t = 0; t < threads; ++t) {
    const ThreadState& thread = state.threads[static_cast<std::size_t>(t)];
    mix(thread.task_state);
    mix(thread.signal_pending | thread.rcu_depth << 8 | thread.mmap_read << 16 | std::uint64_t{thread.mmap_write} << 24);
    for (const Holds& holds : thread.holds) mix(holds.references | holds.lockdep_shared << 4 | holds.lockdep_exclusive << 8);
    for (std::size_t l = 0; l < thread.locks.size(); ++l) mix_rare(400 + l, thread.locks[l]);
    mix_rare(410, thread.rcu_counted);
    mix_rare(411, thread.mmap_read_more);
  }
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  return h ^ h >> 32;
}

}  // namespace vmalab

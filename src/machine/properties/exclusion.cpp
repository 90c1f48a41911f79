// SPDX-License-Identifier: GPL-2.0-only
// exclusion: what the lock is for. Judged of every state. A thread holds read locks from when it leaves the lock's code with
// references, or uses the VMA with them, and a write lock from when it leaves that code with mmap_lock held for write and equal
// sequences (holds.cpp).
#include "machine/holds.h"
#include "machine/machine.h"
#include "machine/words.h"

namespace vmalab {
namespace {

/// Some thread reads while *another* writes: a thread that does both is no conflict with itself.
/// A write lock that was taken has ended when somebody moved one of the two sequences.
bool excluded(const State& state, const VmaState& vma, const SharedFacts::Vma& facts) {
  return int{facts.readers} * facts.writers == facts.both || !sequences_equal(state, vma);
}

std::optional<Details> broken(const Machine& machine, const State& state, const SharedFacts& facts) {
  std::size_t v = 0;
  const auto vmas = static_cast<std::size_t>(machine.limits().vmas), threads = static_cast<std::size_t>(machine.thread_count());
  while (v < vmas && excluded(state, state.vmas[v], facts.vmas[v])) ++v;
  if (v == vmas) return std::nullopt;
  Details details{vma_address(static_cast<int>(v)), kNoThread, kNoThread};
  for (std::size_t r = 0; r < threads; ++r) {
    for (std::size_t w = 0; w < threads; ++w) {
      if (r == w || details.b != kNoThread) continue;
      if (state.threads[r].holds[v].read_locks == 0 || !state.threads[w].holds[v].write_locked) continue;
      details.b = static_cast<Word>(r);
      details.c = static_cast<Word>(w);
    }
  }
  return details;
}

std::string explain(const Machine& machine, const StepInfo& info) {
  const auto name = [&](Word thread) {
    return thread < static_cast<Word>(machine.thread_count()) ? words::thread_name(machine, thread_id(thread)) : "a thread";
  };
  return name(info.details.b) + " holds the read lock of " + address_text(machine, info.details.a) + " while " + name(info.details.c) +
         " holds its write lock";
}

std::string term(const Machine& machine, const StepInfo& info) {
  const auto [vma, reader, writer] = info.details;
  const auto threads = static_cast<Word>(machine.thread_count());
  if (reader >= threads || writer >= threads) return {};
  const auto name = [&](Word t) { return words::thread_name(machine, thread_id(t)); };
  const std::string of = ", " + address_text(machine, vma) + ")";
  return "!(holds_read_lock(" + name(reader) + of + " && holds_write_lock(" + name(writer) + of + ")";
}

}  // namespace

constinit const Property properties::kExclusion{
    .name = "exclusion",
    .statement = "No thread holds a VMA's read lock while another thread holds its write lock.",
    .kind = Property::Kind::kOnState,
    .exercised_by = "a read lock and a write lock",
    .exercised = [](const Happened& happened) { return happened.locks_met; },
    .broken = broken,
    .explain = explain,
    .term = term,
};

}  // namespace vmalab

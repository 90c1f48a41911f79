// SPDX-License-Identifier: GPL-2.0-only
#include "check/any/counters.h"

#include <algorithm>

#include "machine/holds.h"
#include "machine/memory.h"

namespace vmalab::check {
namespace {

Word& word_of(Shared& shared, const Counter& counter) {
  MmState& mm = shared.mms[counter.object % kMaxMms];
  switch (counter.kind) {
    case CounterKind::kRefcnt: break;
    case CounterKind::kMmapLock: return mm[MmField::kMmapLock];
    case CounterKind::kMmCount: return mm[MmField::kMmCount];
    case CounterKind::kMmUsers: return mm[MmField::kMmUsers];
  }
  return shared.vmas[counter.object][VmaField::kRefcnt];
}

std::uint8_t added_to(const Counter& counter, const ThreadState& reader) {
  const Word mm = mm_address(static_cast<int>(counter.object % kMaxMms));
  switch (counter.kind) {
    case CounterKind::kRefcnt: break;
    case CounterKind::kMmapLock: return static_cast<std::uint8_t>((reader.mmap_read >> counter.object & 1u) + counted(reader.mmap_read_more, mm));
    case CounterKind::kMmCount: return static_cast<std::uint8_t>(counted(reader.mm_grabs, mm));
    case CounterKind::kMmUsers: return static_cast<std::uint8_t>(counted(reader.mm_gets, mm));
  }
  return reader.holds[counter.object].references;
}

}  // namespace

std::optional<CounterKind> counter_at(Word address) {
  if (is_refcnt(address)) return CounterKind::kRefcnt;
  if (is_mmap_lock(address)) return CounterKind::kMmapLock;
  if (is_mm_users(address)) return CounterKind::kMmUsers;
  const bool mm_count = address_kind(address) == ObjectKind::kMm && address_field(address) == static_cast<int>(MmField::kMmCount);
  return mm_count ? std::optional(CounterKind::kMmCount) : std::nullopt;
}

Counts added_by(const ThreadState& reader) {
  Counts counts{};
  for (std::size_t c = 0; c < kCounters; ++c) counts[c] = added_to(kAllCounters[c], reader);
  return counts;
}

void change(Shared& shared, const Counts& counts, bool add) {
  for (std::size_t c = 0; c < kCounters; ++c) {
    if (counts[c] != 0) word_of(shared, kAllCounters[c]) += add ? Word{counts[c]} : -Word{counts[c]};
  }
}

Counts as_classes(Counts counts) {
  for (std::uint8_t& count : counts) count = std::min(count, kMany);
  return counts;
}

}  // namespace vmalab::check

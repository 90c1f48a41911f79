// SPDX-License-Identifier: GPL-2.0-only
#include "view/violation.h"

#include <algorithm>
#include <cstddef>

#include "machine/state.h"
#include "view/timeline_marks.h"

namespace vmalab {
namespace {

/// Since when a thread holds something; nothing where it does not hold it.
std::optional<Violation::End> since(const timeline::Timeline& timeline, ThreadId t, Mark mark, std::int32_t object, std::string_view what) {
  const timeline::Time begin = timeline.since(t.value, static_cast<timeline::Category>(mark), object, timeline.end());
  if (begin <= 0) return std::nullopt;
  return Violation::End{static_cast<int>(begin), t, what};
}

/// The later of two.
void keep_later(std::optional<Violation::End>& kept, const std::optional<Violation::End>& other) {
  if (other && (!kept || other->depth > kept->depth)) kept = other;
}

std::optional<Violation::End> of_exclusion(const Machine& machine, const timeline::Timeline& timeline, const StepInfo& info) {
  const auto [vma, reader, writer] = info.details;
  const auto threads = static_cast<Word>(machine.thread_count());
  if (reader >= threads || writer >= threads) return std::nullopt;
  const ThreadId r = thread_id(static_cast<int>(reader)), w = thread_id(static_cast<int>(writer));
  const int object = address_object(vma);
  if (info.action.thread == r) return since(timeline, w, Mark::kWriteLock, object, "write lock taken");
  return since(timeline, r, Mark::kReadLock, object, "read lock taken");
}

/// Who went to sleep last, of those that sleep for ever.
std::optional<Violation::End> of_stuck(const Machine& machine, const timeline::Timeline& timeline, const StepInfo& info) {
  std::optional<Violation::End> end;
  for (int t = 0; t < machine.thread_count(); ++t) {
    if (thread_id(t) == info.action.thread) continue;
    keep_later(end, since(timeline, thread_id(t), Mark::kAsleep, timeline::kNoObject, "fell asleep"));
    keep_later(end, since(timeline, thread_id(t), Mark::kWaitsForLock, timeline::kNoObject, "began to wait"));
  }
  return end;
}

}  // namespace

Losses::Facts Losses::facts_of(const State& state) {
  Facts facts;
  for (std::size_t m = 0; m < state.mms.size(); ++m) facts.mms |= (state.mms[m].alive() ? 1U : 0U) << m;
  for (std::size_t v = 0; v < state.vmas.size(); ++v) {
    facts.vmas |= (state.vmas[v].allocated != 0 ? 1U : 0U) << v;
    facts.attached |= (state.vmas[v].attach_reference != 0 ? 1U : 0U) << v;
  }
  return facts;
}

void Losses::step(const State& state, const StepInfo& info, int depth) {
  const Facts before = now_;
  now_ = facts_of(state);
  const auto lose = [&](Kind kind, Word object) { losses_.push_back({kind, object, depth, info.action.thread}); };
  for (int i = 0; i < kMaxMms; ++i) {
    if ((before.mms & ~now_.mms & 1U << i) != 0) lose(Kind::kFreed, mm_address(i));
  }
  for (int i = 0; i < kMaxVmas; ++i) {
    if ((before.attached & ~now_.attached & 1U << i) != 0) lose(Kind::kDetached, vma_address(i));
    if ((before.vmas & ~now_.vmas & 1U << i) != 0) lose(Kind::kFreed, vma_address(i));
  }
  if (info.recycled != 0xff) lose(Kind::kRecycled, vma_address(info.recycled));
}

void Losses::truncate(int depth, const State& state) {
  while (!losses_.empty() && losses_.back().depth > depth) losses_.pop_back();
  now_ = facts_of(state);
}

const Losses::Loss* Losses::newest(Kind kind, Word object) const {
  const auto it = std::find_if(losses_.rbegin(), losses_.rend(), [&](const Loss& loss) { return loss.kind == kind && loss.object == object; });
  return it == losses_.rend() ? nullptr : &*it;
}

std::optional<Violation::End> other_end(const Machine& machine, const timeline::Timeline& timeline, const Losses& losses, const StepInfo& info) {
  const std::vector<const Property*> broken = properties_in(info.violations);
  if (broken.empty()) return std::nullopt;
  const Property* property = broken.front();
  const auto lost = [&](Losses::Kind kind, std::string_view what) -> std::optional<Violation::End> {
    const ObjectKind object = address_kind(info.details.a);
    if (object != ObjectKind::kMm && object != ObjectKind::kVma) return std::nullopt;
    const int number = address_object(info.details.a);
    const Losses::Loss* loss = losses.newest(kind, object == ObjectKind::kMm ? mm_address(number) : vma_address(number));
    if (loss == nullptr || loss->depth >= timeline.end()) return std::nullopt;
    return Violation::End{loss->depth, loss->thread, what};
  };
  if (property == &properties::kExclusion) return of_exclusion(machine, timeline, info);
  if (property == &properties::kNoUseAfterFree) return lost(Losses::Kind::kFreed, "freed");
  if (property == &properties::kDetachedStays) return lost(Losses::Kind::kDetached, "detached");
  if (property == &properties::kUseLocked && info.details.b == 1) return lost(Losses::Kind::kDetached, "detached");
  if (property == &properties::kRightVma && info.details.c == 0) return lost(Losses::Kind::kRecycled, "recycled");
  if (property == &properties::kNoStuck) return of_stuck(machine, timeline, info);
  if (property == &properties::kOneWaiter && address_kind(info.details.b) == ObjectKind::kTask) {
    return since(timeline, thread_id(address_object(info.details.b)), Mark::kAsleep, timeline::kNoObject, "fell asleep");
  }
  return std::nullopt;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "check/independence.h"

#include "machine/holds.h"
#include "machine/memory.h"
#include "machine/operand.h"

namespace vmalab::check {
namespace {

constexpr int kFields = 16;

constexpr std::uint64_t field_bit(ObjectKind kind, int field) { return std::uint64_t{1} << ((static_cast<int>(kind) - 1) * kFields + field); }
constexpr std::uint64_t whole_object(ObjectKind kind) { return std::uint64_t{0xffff} << ((static_cast<int>(kind) - 1) * kFields); }

/// Stands for "the object exists": what a read that looks at no field still depends on.
constexpr int kLifetime = 15;
static_assert(static_cast<int>(MmField::kCount) <= kLifetime && static_cast<int>(VmaField::kCount) <= kLifetime);

constexpr std::uint64_t vma_bit(VmaField field) { return field_bit(ObjectKind::kVma, static_cast<int>(field)); }
constexpr std::uint64_t kOwner = vma_bit(VmaField::kMm);
constexpr std::uint64_t kBounds = vma_bit(VmaField::kStart) | vma_bit(VmaField::kEnd);
constexpr std::uint64_t kSequences = vma_bit(VmaField::kLockSeq) | field_bit(ObjectKind::kMm, static_cast<int>(MmField::kMmLockSeq));

/// Thread t holds the mmap_lock that guards the object at `address`, for write or (if enough) for read.
bool holds_mmap_lock(const State& state, ThreadId t, Word address, bool read_is_enough) {
  Word mm = address;
  if (address_kind(address) == ObjectKind::kVma) mm = state.vmas[static_cast<std::size_t>(address_object(address))][VmaField::kMm];
  if (address_kind(mm) != ObjectKind::kMm) return false;
  const ThreadState& thread = state.thread(t);
  const unsigned held = thread.mmap_write | (read_is_enough ? thread.mmap_read : 0u);
  return (held >> address_object(mm) & 1u) != 0;
}

/// The thread did not keep the VMA attached: that it still is depends on others, whatever lock the thread has now.
bool points_loosely(const State& state, ThreadId t, Word vma) { return (state.thread(t).loose_vmas >> address_object(vma) & 1) != 0; }

}  // namespace

bool Independence::rely_on(std::atomic<Fields>& relied, const std::atomic<Fields>& excluded, Fields field) {
  if (excluded.load() & field) return false;
  relied.fetch_or(field);
  // Another worker may have excluded the field meanwhile; it then saw our bit, or we see its.
  return (excluded.load() & field) == 0;
}

void Independence::exclude(std::atomic<Fields>& excluded, const std::atomic<Fields>& relied, Fields fields) {
  if ((excluded.load() & fields) == fields) return;
  const Fields before = excluded.fetch_or(fields);
  if (relied.load() & fields & ~before) broken_ = true;
}

/// The fields are never written, or only under mmap_lock held for write: the thread holds it.
bool Independence::rely_on_guarded(Fields fields) {
  return rely_on(relied_unwritten_, written_, fields) || rely_on(relied_locked_, written_unlocked_, fields);
}

/// What use-locked and change-locked say of it must not depend on what others do meanwhile.
bool Independence::may_merge_critical_section(const State& state, ThreadId t, Word address, bool change) {
  if (address_kind(address) != ObjectKind::kVma) return false;
  if (!rely_on(relied_unwritten_, written_, field_bit(ObjectKind::kVma, kLifetime))) return false;
  if (!change && state.thread(t).holds[static_cast<std::size_t>(address_object(address))].references > 0) return true;
  if (!change && points_loosely(state, t, address)) return false;
  if (!holds_mmap_lock(state, t, address, !change)) return false;
  return rely_on_guarded(change ? kOwner | kSequences : kOwner);
}

bool Independence::may_judge(const State& before, ThreadId t, const StepInfo& info) {
  if ((info.judged & Judged::kLookup) != 0 && !rely_on(relied_unwritten_, written_, kOwner | kBounds)) return false;
  // Where a thread ends its task state is judged: RUNNING stays, any other one somebody may still set to RUNNING.
  if ((info.finished || machine_.is_rcu(t)) && before.thread(t).task_state != kTaskRunning) return false;
  // Without mmap_lock held for write there is no write lock, whatever the sequences are.
  const bool matters = (info.judged & Judged::kWriteLock) != 0 && before.thread(t).mmap_write != 0;
  return !matters || rely_on_guarded(kOwner | kSequences);
}

bool Independence::may_merge(const State& state, ThreadId t) {
  const ThreadState& thread = state.thread(t);
  const Instr& instr = machine_.program(t).code[thread.pc];
  Fields field = 0;
  Word address = 0;
  // The first access in a section is what a grace period waits for, and the last one what ends it.
  if (machine_.limits().grace_periods && thread.rcu_depth > 0) return false;
  switch (instr.op) {
    case Op::kUseVma:
    case Op::kChangeVma: return may_merge_critical_section(state, t, operand_value(thread, t, instr.a), instr.op == Op::kChangeVma);
    case Op::kLoad:
    case Op::kTreeLoad:
    case Op::kTreeFind:
      address = operand_value(thread, t, instr.a);
      if (address_kind(address) == ObjectKind::kNone || address_field(address) >= kLifetime) return false;
      field = field_bit(address_kind(address), address_field(address));
      break;
    default: return false;
  }
  // A bound is judged by what the thread holds, and mmap_lock guards the VMA that names its mm.
  const bool judged = instr.order == Order::kPlain && (field & kBounds) != 0 &&
                      thread.holds[static_cast<std::size_t>(address_object(address))].references == 0;
  if (judged && points_loosely(state, t, address)) return false;
  if (judged && !(holds_mmap_lock(state, t, address, true) && rely_on_guarded(kOwner))) return false;
  // What a pointer is worth in an RCU section depends on whether the VMA was free when it was found.
  const bool finds_vma = thread.rcu_depth > 0 &&
                         (instr.op != Op::kLoad || !Memory::exists(address, machine_.thread_count()) || names_vma(Memory::peek(state, address)));
  if (finds_vma && !rely_on(relied_unwritten_, written_, field_bit(ObjectKind::kVma, kLifetime))) return false;
  if (rely_on(relied_unwritten_, written_, field)) return true;
  return holds_mmap_lock(state, t, address, true) && rely_on(relied_locked_, written_unlocked_, field);
}

void Independence::exclude_object(ObjectKind kind) {
  exclude(written_, relied_unwritten_, whole_object(kind));
  exclude(written_unlocked_, relied_locked_, whole_object(kind));
}

void Independence::observe(const State& before, const State& after, const StepInfo& info) {
  const ThreadId t = info.action.thread;
  compare(before, after, t);
  if (info.action.kind != Action::Kind::kStep || !op_info(info.op).writes) return;
  if (info.op == Op::kSlabAlloc || info.op == Op::kSlabFree) return exclude_object(ObjectKind::kVma);
  const bool counts_mm = address_kind(info.address) == ObjectKind::kMm && address_field(info.address) == static_cast<int>(MmField::kMmCount);
  if ((info.op == Op::kMmDrop || counts_mm) && info.new_value == 0) return exclude_object(ObjectKind::kMm);
  if (is_mmap_lock(info.address) && !is_rwsem_op(info.op)) exclude(written_unlocked_, relied_locked_, ~Fields{0});
  if (address_kind(info.address) != ObjectKind::kNone) wrote(before, t, info.address);
}

/// Every word that is not what it was.
void Independence::compare(const State& before, const State& after, ThreadId t) {
  const auto fields = [&](const auto& a, const auto& b, Word address) {
    for (std::size_t f = 0; f < a.size(); ++f) {
      if (a[f] != b[f]) wrote(before, t, address + static_cast<Word>(f));
    }
  };
  for (int m = 0; m < kMaxMms; ++m) {
    const MmState &a = before.mms[static_cast<std::size_t>(m)], &b = after.mms[static_cast<std::size_t>(m)];
    fields(a.fields, b.fields, mm_address(m));
    if (a.alive() != b.alive()) exclude_object(ObjectKind::kMm);
  }
  for (int v = 0; v < kMaxVmas; ++v) {
    const VmaState &a = before.vmas[static_cast<std::size_t>(v)], &b = after.vmas[static_cast<std::size_t>(v)];
    fields(a.fields, b.fields, vma_address(v));
    if (a.allocated != b.allocated) exclude_object(ObjectKind::kVma);
  }
  fields(before.globals, after.globals, global_address(0));
  for (int i = 0; i < machine_.thread_count(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (before.threads[at].task_state != after.threads[at].task_state) wrote(before, t, task_address(i));
  }
}

void Independence::wrote(const State& before, ThreadId t, Word address) {
  const Fields field = field_bit(address_kind(address), address_field(address));
  exclude(written_, relied_unwritten_, field);
  if (holds_mmap_lock(before, t, address, false)) return;
  exclude(written_unlocked_, relied_locked_, field);
  // Which mmap_lock guards a VMA is written in it: who changes that behind the lock's back takes the guard from all of it.
  const bool changes_guard = address_kind(address) == ObjectKind::kVma && address_field(address) == static_cast<int>(VmaField::kMm);
  if (changes_guard) exclude(written_unlocked_, relied_locked_, whole_object(ObjectKind::kVma));
}

}  // namespace vmalab::check

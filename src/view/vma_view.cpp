// SPDX-License-Identifier: GPL-2.0-only
#include "view/vma_view.h"

#include <cstdio>

#include "base/words.h"
#include "machine/state.h"

namespace vmalab {
namespace {

constexpr int kBits = 32;

struct View {
  const Machine& machine;
  const State& state;
  const State* before;

  const std::string& thread_name(ThreadId t) const { return machine.scenario().threads[t.value].name; }
  template <typename Predicate>
  std::vector<ThreadId> threads_that(Predicate predicate) const {
    std::vector<ThreadId> found;
    for (int t = 0; t < machine.thread_count(); ++t) {
      const ThreadId id = thread_id(t);
      if (predicate(state.thread(id))) found.push_back(id);
    }
    return found;
  }
  std::string names(const std::vector<ThreadId>& threads) const {
    return words::joined(threads, [this](ThreadId t) { return thread_name(t); });
  }
};

std::string number(Word value) { return value == ~Word{0} ? "UINT_MAX" : std::to_string(value); }

/// The mm a VMA belongs to, whether or not its memory is still there.
std::optional<MmId> mm_of(const VmaState& vma) {
  const Word mm = vma[VmaField::kMm];
  if (address_kind(mm) != ObjectKind::kMm || address_object(mm) >= kMaxMms) return std::nullopt;
  return mm_id(address_object(mm));
}

void add_holders(const View& v, VmaView& out) {
  const VmaState& vma = v.state.vma(out.id);
  if (vma.attach_reference != 0) {
    out.holders.push_back({HolderRow::Kind::kAttach, std::nullopt, "attach",
                           "The reference that being attached holds: 1, dropped by vma_mark_detached().",
                           v.before != nullptr && v.before->vma(out.id).attach_reference == 0});
  }
  for (int t = 0; t < v.machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    const Holds& holds = v.state.thread(id).holds[out.id.value];
    const std::string& name = v.thread_name(id);
    const Holds* before = v.before == nullptr ? nullptr : &v.before->thread(id).holds[out.id.value];
    for (int i = 0; i < holds.references; ++i) {
      const bool came = before != nullptr && before->references <= i;
      if (i < holds.read_locks) {
        out.holders.push_back({HolderRow::Kind::kReadLock, id, name + " read lock", name + " holds the read lock.", came});
      } else {
        out.holders.push_back({HolderRow::Kind::kTransient, id, name + " transient",
                               name + " has raised the count and does not (or no longer) hold a lock by it.", came});
      }
    }
  }
  for (int t = 0; t < v.machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    if (v.state.thread(id).holds[out.id.value].excluding == 0) continue;
    out.holders.push_back({HolderRow::Kind::kFlag, id, v.thread_name(id) + " FLAG",
                           v.thread_name(id) + " has set FLAG: nobody can add a reference until it takes it off.",
                           v.before != nullptr && v.before->thread(id).holds[out.id.value].excluding == 0});
  }
}

void add_sequence(const View& v, VmaView& out) {
  const VmaState& vma = v.state.vma(out.id);
  const std::optional<MmId> mm = out.mm;
  out.lock_seq = number(vma[VmaField::kLockSeq]);
  const bool freed = mm && !v.state.mm(*mm).alive();
  out.mm_seq = freed ? "freed" : mm ? number(v.state.mm(*mm)[MmField::kMmLockSeq]) : "none";
  out.seq_equal = mm && !freed && vma[VmaField::kLockSeq] == v.state.mm(*mm)[MmField::kMmLockSeq];
  out.writers = v.threads_that([&](const ThreadState& t) { return t.holds[out.id.value].write_locked != 0; });
  if (v.before != nullptr) {
    const VmaState& old = v.before->vma(out.id);
    out.seq_changed = old[VmaField::kLockSeq] != vma[VmaField::kLockSeq] ||
                      (mm && v.before->mm(*mm)[MmField::kMmLockSeq] != v.state.mm(*mm)[MmField::kMmLockSeq]);
  }
  if (!mm) {
    out.seq_meaning = "belongs to no mm";
  } else if (freed) {
    out.seq_meaning = "gone with " + address_text(v.machine, mm_address(mm->value));
  } else if (!out.seq_equal) {
    out.seq_meaning = "not write-locked";
  } else if (!out.writers.empty()) {
    out.seq_meaning = "write-locked by " + v.names(out.writers);
  } else if (v.state.mm(*mm).write_locked()) {
    out.seq_meaning = "readers see it as write-locked";
  } else {
    out.seq_meaning = "looks write-locked, and nobody holds it";
  }
}

/// What lay in an mm_struct is gone with it, whatever value the memory still has.
bool gone_with_mm(const View& v, MmId mm, FactRow& row) {
  row.freed = !v.state.mm(mm).alive();
  if (row.freed) row.value = "freed with " + address_text(v.machine, mm_address(mm.value));
  return row.freed;
}

FactRow mmap_lock_fact(const View& v, MmId mm) {
  FactRow row;
  row.label = "mmap_lock";
  if (gone_with_mm(v, mm, row)) return row;
  const std::uint8_t bit = static_cast<std::uint8_t>(1 << mm.value);
  const std::vector<ThreadId> writers = v.threads_that([&](const ThreadState& t) { return (t.mmap_write & bit) != 0; });
  const std::vector<ThreadId> readers = v.threads_that([&](const ThreadState& t) { return (t.mmap_read & bit) != 0; });
  if (!writers.empty()) {
    row.threads = writers;
    row.value = "writes";
    row.note = "Does not stop a page fault: vma_start_write() does.";
  } else if (!readers.empty()) {
    row.threads = readers;
    row.value = readers.size() == 1 ? "reads" : "read";
  } else {
    row.value = "free";
  }
  row.changed = v.before != nullptr && v.before->mm(mm)[MmField::kMmapLock] != v.state.mm(mm)[MmField::kMmapLock];
  return row;
}

FactRow waiter_fact(const View& v, MmId mm) {
  FactRow row;
  row.label = "waiter";
  if (gone_with_mm(v, mm, row)) return row;
  const Word task = v.state.mm(mm)[MmField::kVmaWriterWait];
  row.changed = v.before != nullptr && v.before->mm(mm)[MmField::kVmaWriterWait] != task;
  if (address_kind(task) != ObjectKind::kTask || address_object(task) >= v.machine.thread_count()) {
    row.value = "nobody";
    return row;
  }
  const ThreadId id = thread_id(address_object(task));
  row.threads = {id};
  if (const std::optional<VmaId> vma = v.machine.excluded_vma(v.state, id)) {
    const VmaState& waited_for = v.state.vma(*vma);
    const Word target = kExcludeReadersFlag + (waited_for.attach_reference != 0 ? 1 : 0);
    row.value = "for " + refcount_text(target);
    row.note = waited_for.attach_reference != 0 ? "The attach reference stays." : "The attach reference is gone.";
    if (v.machine.scenario().vmas.size() > 1) row.value += " of " + address_text(v.machine, vma_address(vma->value));
  }
  return row;
}

FactRow object_fact(const View& v, const VmaView& view, std::optional<MmId> mm) {
  const VmaState& vma = v.state.vma(view.id);
  FactRow row;
  row.label = "object";
  if (vma.allocated == 0) {
    row.value = "free";
    row.note = v.machine.limits().type_stable ? "Type-stable memory: a late reader may still look at it."
                                              : "What lies here need not be a VMA any more.";
  } else {
    const std::string owner = mm ? address_text(v.machine, mm_address(mm->value)) : "no mm";
    const Word pages = (vma[VmaField::kEnd] - vma[VmaField::kStart]) >> kPageShift;
    row.value = owner + " at " + hex_text(vma[VmaField::kStart]);
    if (pages != 1) row.value += ", " + std::to_string(pages) + " pages";
    row.note = "Covers " + hex_text(vma[VmaField::kStart]) + " up to " + hex_text(vma[VmaField::kEnd]) + " of " + owner + ".";
  }
  if (v.before != nullptr) {
    const VmaState& old = v.before->vma(view.id);
    row.changed = old.allocated != vma.allocated || old[VmaField::kMm] != vma[VmaField::kMm] || old[VmaField::kStart] != vma[VmaField::kStart] ||
                  old[VmaField::kEnd] != vma[VmaField::kEnd];
  }
  return row;
}

FactRow recycled_fact(const View& v, VmaId vma, int times) {
  FactRow row;
  row.label = "recycled";
  row.value = times == 1 ? "once" : std::to_string(times) + " times";
  row.note = "Whoever still points at it may look at another VMA.";
  row.changed = v.before != nullptr && v.before->vma(vma).allocated == 0 && v.state.vma(vma).allocated != 0;
  return row;
}

FactRow mm_fact(const View& v, MmId mm) {
  FactRow row;
  row.label = address_text(v.machine, mm_address(mm.value));
  const Word count = v.state.mm(mm)[MmField::kMmCount];
  row.freed = count == 0;
  row.value = count == 0 ? "freed" : "mm_count " + std::to_string(count);
  row.note = count == 0 ? "Touching this mm is a use after free." : "mm_count keeps the memory of the mm_struct; at 0 it is freed.";
  row.changed = v.before != nullptr && v.before->mm(mm)[MmField::kMmCount] != count;
  return row;
}

FactRow rcu_fact(const View& v) {
  FactRow row;
  row.label = "in RCU";
  row.threads = v.threads_that([](const ThreadState& t) { return t.rcu_depth > 0; });
  if (row.threads.empty()) row.value = "nobody";
  if (v.before != nullptr) {
    for (int t = 0; t < v.machine.thread_count(); ++t) {
      const auto i = static_cast<std::size_t>(t);
      if ((v.before->threads[i].rcu_depth > 0) != (v.state.threads[i].rcu_depth > 0)) row.changed = true;
    }
  }
  return row;
}

}  // namespace

const char* brief_class_name(RefcntClass id) {
  switch (id) {
    case RefcntClass::kDetached: return "detached";
    case RefcntClass::kAttached: return "idle or locked";
    case RefcntClass::kReferenced: return "reader references";
    case RefcntClass::kFlag: return "readers gone";
    case RefcntClass::kFlagPlusOne: return "writer alone, or 1 reader left";
    case RefcntClass::kFlagAndReaders: return "waits for readers";
    case RefcntClass::kOther: return "gone wrong";
    case RefcntClass::kCount: break;
  }
  return "";
}

std::string fact_text(const Machine& machine, const FactRow& fact) {
  std::string text = words::joined(fact.threads, [&](ThreadId t) { return machine.scenario().threads[t.value].name; });
  if (!text.empty() && !fact.value.empty()) text += " ";
  return text + fact.value;
}

std::string hex_text(Word value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%x", static_cast<unsigned>(value));
  return text.data();
}

std::string spaced_refcount(Word value) {
  std::string text = refcount_text(value);
  if (const std::size_t plus = text.find('+'); plus != std::string::npos && text.find(' ') == std::string::npos) {
    text.replace(plus, 1, " + ");
  }
  return text;
}

std::optional<ThreadId> flag_owner(const Machine& machine, const State& state, VmaId vma) {
  const bool has_flag = (state.vma(vma)[VmaField::kRefcnt] & kExcludeReadersFlag) != 0;
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    if (has_flag && state.thread(id).holds[vma.value].excluding != 0) return id;
  }
  return std::nullopt;
}

std::vector<VmaId> shown_vmas(const Machine& machine) {
  std::vector<VmaId> shown;
  for (int v = 0; v < machine.limits().vmas; ++v) shown.push_back(vma_id(v));
  return shown;
}

std::vector<MmView> mm_views(const Machine& machine, const State& state, const State* before) {
  const View v{machine, state, before};
  std::vector<MmView> views;
  for (int m = 0; m < machine.limits().mms; ++m) {
    const MmId id = mm_id(m);
    views.push_back({id, address_text(machine, mm_address(m)), state.mm(id).alive(), mmap_lock_fact(v, id), waiter_fact(v, id)});
  }
  return views;
}

std::vector<VmaTab> vma_tabs(const Machine& machine, const State& state, const State* before) {
  std::vector<VmaTab> tabs;
  for (const VmaId id : shown_vmas(machine)) {
    const VmaState& vma = state.vma(id);
    const Word refcnt = vma[VmaField::kRefcnt];
    const bool free = vma.allocated == 0 && refcnt == 0;
    const bool changed = before != nullptr && (before->vma(id)[VmaField::kRefcnt] != refcnt || before->vma(id).allocated != vma.allocated);
    tabs.push_back({id, address_text(machine, vma_address(id.value)), free ? "free" : refcount_text(refcnt), refcnt_class(refcnt), changed,
                    flag_owner(machine, state, id)});
  }
  return tabs;
}

VmaView vma_view(const Machine& machine, const State& state, const State* before, VmaId id, int times_recycled) {
  const View v{machine, state, before};
  const VmaState& vma = state.vma(id);
  VmaView out;
  out.id = id;
  out.name = address_text(machine, vma_address(id.value));
  out.allocated = vma.allocated != 0;
  out.mm = mm_of(vma);
  out.refcnt = vma[VmaField::kRefcnt];
  out.text = spaced_refcount(out.refcnt);
  out.refcnt_class = vmalab::refcnt_class(out.refcnt);
  out.exact = refcnt_class_text(machine, state, id);
  out.flag_owner = vmalab::flag_owner(machine, state, id);
  out.overflow = (out.refcnt >> 31) != 0;
  const Word old = before != nullptr ? before->vma(id)[VmaField::kRefcnt] : out.refcnt;
  out.refcnt_changed = old != out.refcnt;
  for (int i = 0; i < kBits; ++i) {
    const Word bit = Word{1} << (kBits - 1 - i);
    out.bits[static_cast<std::size_t>(i)] = (out.refcnt & bit) != 0;
    out.bit_changed[static_cast<std::size_t>(i)] = ((out.refcnt ^ old) & bit) != 0;
  }
  add_holders(v, out);
  add_sequence(v, out);
  const std::optional<MmId> mm = out.mm;
  if (mm) {
    out.facts.push_back(mmap_lock_fact(v, *mm));
    out.facts.push_back(waiter_fact(v, *mm));
  }
  out.facts.push_back(object_fact(v, out, mm));
  if (times_recycled > 0) out.facts.push_back(recycled_fact(v, id, times_recycled));
  if (mm) out.facts.push_back(mm_fact(v, *mm));
  out.facts.push_back(rcu_fact(v));
  return out;
}

}  // namespace vmalab

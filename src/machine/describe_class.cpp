// SPDX-License-Identifier: GPL-2.0-only
// The classes of vm_refcnt, and which of a class's meanings holds in a state.
#include "machine/describe.h"
#include "machine/holds.h"
#include "machine/state.h"

#include "machine/words.h"

namespace vmalab {
namespace {

using words::list;

/// "r1's reference", "the references of r1 and r2"
std::string references_of(const std::vector<std::string>& names) {
  return names.size() == 1 ? names[0] + "'s reference" : "the references of " + list(names);
}

const char* verb(const std::vector<std::string>& names, const char* one, const char* many) { return names.size() == 1 ? one : many; }

/// In schedule(), and nobody has woken it.
bool sleeps(const Machine& machine, const State& state, ThreadId t) {
  const ThreadState& thread = state.thread(t);
  return machine.program(t).code[thread.pc].op == Op::kSchedule && thread.task_state != kTaskRunning;
}

/// Who has what to do with one VMA.
struct Parties {
  std::vector<std::string> read_lockers, transients, holders, writers, excluders;
  Word references = 0;
  bool excluder_sleeps = false;

  Parties(const Machine& machine, const State& state, VmaId v) {
    for (int t = 0; t < machine.thread_count(); ++t) {
      const std::string& name = machine.scenario().threads[static_cast<std::size_t>(t)].name;
      const Holds& h = state.threads[static_cast<std::size_t>(t)].holds[v.value];
      if (h.read_locks > 0) read_lockers.push_back(name);
      if (h.references > h.read_locks) transients.push_back(name);
      if (h.references > 0) holders.push_back(name);
      if (h.write_locked) writers.push_back(name);
      if (h.excluding) {
        excluders.push_back(name);
        excluder_sleeps = sleeps(machine, state, thread_id(t));
      }
      references += h.references;
    }
  }
};

std::string idle_text(const State& state, const VmaState& vma, const Parties& who) {
  if (!who.writers.empty()) return "attached, write-locked by " + list(who.writers) + ": vm_lock_seq == mm_lock_seq";
  if (sequences_equal(state, vma)) return "attached, and locked falsely: vm_lock_seq == mm_lock_seq, but nobody write-locked it";
  return "attached and idle: the attach reference alone";
}

std::string references_text(const VmaState& vma, const Parties& who) {
  if (!vma.attach_reference) {
    return "being detached: the attach reference is gone, " + references_of(who.holders) + " " + verb(who.holders, "is", "are") +
           " left, and FLAG is not set yet";
  }
  std::string text;
  if (!who.read_lockers.empty()) text = "read-locked by " + list(who.read_lockers);
  if (!who.writers.empty()) text += (text.empty() ? "" : ", ") + ("write-locked by " + list(who.writers));
  if (!who.transients.empty()) {
    text += (text.empty() ? "" : "; ") + list(who.transients) +
            verb(who.transients, " has a transient reference: it has raised vm_refcnt and not yet seen whether it gets the lock",
                 " have a transient reference each: they have raised vm_refcnt and not yet seen whether they get the lock");
  }
  return text;
}

std::string flag_text(const VmaState& vma, const Parties& who, Word others) {
  const std::string owner = who.excluders.empty() ? "nobody" : list(who.excluders);
  const bool attached = vma.attach_reference != 0;
  if (who.excluders.empty()) return "FLAG is set, and nobody excludes readers";
  if (others == 0) {
    if (who.excluder_sleeps) {
      return owner + (attached ? " may have the VMA for itself: FLAG and the attach reference" : " may go on to detach: FLAG alone is left") +
             ", no reader. But it sleeps, and has not been woken";
    }
    return attached ? owner + " is exclusive on an attached VMA: FLAG and the attach reference, no reader"
                    : owner + " detaches, readers are gone: FLAG alone is left, and comes off next";
  }
  // It has yet to come to its wait, or is awake in it and looks again.
  const auto until = [&](const char* wanted) {
    if (who.excluder_sleeps) return "waits for " + list(who.holders) + " to leave: it wants " + wanted;
    return std::string("keeps new readers out and wants ") + wanted + ": " + list(who.holders) + verb(who.holders, " is", " are") + " still in";
  };
  if (attached) return owner + " " + until("FLAG+1");
  const bool ambiguous = others == 1;
  return owner + " detaches" + (who.excluder_sleeps ? " and " : ", ") + until("FLAG") +
         (ambiguous ? ". Not exclusive: the 1 is " + references_of(who.holders) + ", and the wake-up at FLAG+1 is spurious" : "");
}

}  // namespace

const std::vector<RefcntClassInfo>& refcnt_classes() {
  static const std::vector<RefcntClassInfo> classes{
      {RefcntClass::kDetached, "0", "detached", "No reader can raise it; only attach can, from 0 to 1."},
      {RefcntClass::kAttached, "1", "attached, idle or write-locked",
       "Write-locked if vm_lock_seq == mm_lock_seq, idle if not. While a VMA is being detached: one transient reader alone."},
      {RefcntClass::kReferenced, "2 .. FLAG-1", "read-locked, or transient readers",
       "The attach reference and one for each reader. A reader is transient until it has seen the sequences differ."},
      {RefcntClass::kFlag, "FLAG", "detaching, readers gone", "The detacher is about to take FLAG off, which leaves 0."},
      {RefcntClass::kFlagPlusOne, "FLAG+1", "exclusive, or detaching with one reader left",
       "On an attached VMA the writer is exclusive; on one being detached the 1 is a reader. The number does not tell."},
      {RefcntClass::kFlagAndReaders, "> FLAG+1", "a writer or detacher waits for readers",
       "With FLAG set nobody can add a reference; the last reader to leave wakes the waiter."},
      {RefcntClass::kOther, "bit 31", "gone wrong", "FLAG was added twice, or the count fell below 0: refcount_t saturates."},
  };
  return classes;
}

RefcntClass refcnt_class(Word vm_refcnt) {
  if (vm_refcnt == 0) return RefcntClass::kDetached;
  if (vm_refcnt == 1) return RefcntClass::kAttached;
  if (vm_refcnt < kExcludeReadersFlag) return RefcntClass::kReferenced;
  if (vm_refcnt == kExcludeReadersFlag) return RefcntClass::kFlag;
  if (vm_refcnt == kExcludeReadersFlag + 1) return RefcntClass::kFlagPlusOne;
  return vm_refcnt >> 31 ? RefcntClass::kOther : RefcntClass::kFlagAndReaders;
}

std::string refcnt_class_text(const Machine& machine, const State& state, VmaId v) {
  const VmaState& vma = state.vma(v);
  const Parties who(machine, state, v);
  const Word refcnt = vma[VmaField::kRefcnt];
  const Word sum = vma.attach_reference + who.references + (who.excluders.empty() ? 0 : kExcludeReadersFlag);
  if (who.excluders.size() > 1 || refcnt != sum) {
    return "does not add up: vm_refcnt is " + refcount_text(refcnt) + ", what threads and attach hold makes " + refcount_text(sum);
  }
  const std::string place = vma.allocated ? "" : "free in the slab; ";
  switch (refcnt_class(refcnt)) {
    case RefcntClass::kDetached: return place + (vma.refcnt_unset ? "not set yet: the object was never used" : "detached: only attach can raise it");
    case RefcntClass::kAttached: return place + (vma.attach_reference ? idle_text(state, vma, who) : references_text(vma, who));
    case RefcntClass::kReferenced: return place + references_text(vma, who);
    case RefcntClass::kFlag:
    case RefcntClass::kFlagPlusOne:
    case RefcntClass::kFlagAndReaders: return place + flag_text(vma, who, who.references);
    case RefcntClass::kOther:
    case RefcntClass::kCount: break;
  }
  return place + "no class: the count has gone wrong";
}

}  // namespace vmalab

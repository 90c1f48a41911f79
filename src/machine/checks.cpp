// SPDX-License-Identifier: GPL-2.0-only
// The table of checks, and those that look at a single state. Checks on one instruction are where the instruction is
// carried out (execute.cpp, execute_local.cpp).
#include "machine/checks.h"

#include <array>

#include "machine/machine.h"

namespace vmalab {
namespace {

constexpr std::array<CheckInfo, static_cast<std::size_t>(CheckId::kCount)> kTable{{
    {CheckId::kRefcntClass, "refcnt-class",
     "vm_refcnt is the attach reference plus the references that threads hold, plus FLAG exactly while one thread excludes readers.",
     "a change of a vm_refcnt"},
    {CheckId::kExclusion, "exclusion", "No thread holds a VMA's read lock while another thread holds its write lock.",
     "a read lock and a write lock"},
    {CheckId::kDetachedStays, "detached-stays", "A vm_refcnt of 0 becomes non-zero only through attach, which sets it to 1.", "a vm_refcnt of 0"},
    {CheckId::kNoUseAfterFree, "no-use-after-free",
     "Nobody touches a freed mm_struct, or a freed VMA outside the RCU section that found it and without a reference on it.",
     "a VMA or an mm_struct that is freed"},
    {CheckId::kUseLocked, "use-locked", "A thread that uses a VMA holds its read lock, its write lock or the mmap_lock of its mm.", "a use of a VMA"},
    {CheckId::kChangeLocked, "change-locked",
     "A thread that changes an attached VMA holds mmap_lock for write and the VMA's write lock; a new VMA is write-locked before others can find it.",
     "a change of a VMA or of its place in the tree"},
    {CheckId::kRightVma, "right-vma", "A VMA that a lookup returns as locked belongs to the mm and contains the address asked for.",
     "a lookup that returns a locked VMA"},
    {CheckId::kIteratorValid, "iterator-valid",
     "A maple state or a task pointer found under RCU is used only in the RCU section it came from, or after it was reset.",
     "a maple state, or a task found through the waiter slot"},
    {CheckId::kSeqWriteRule, "seq-write-rule",
     "vm_lock_seq is stored only with mmap_lock held for write, and with FLAG set unless the VMA is detached.", "a store to a vm_lock_seq"},
    {CheckId::kSeqParity, "seq-parity",
     "mm_lock_seq is odd only while mmap_lock is held for write, and odd whenever its holder marks a VMA as write-locked or changes one that others can find.",
     "a change of an mm_lock_seq"},
    {CheckId::kOneWaiter, "one-waiter", "At most one thread at a time uses the vma_writer_wait of an mm.",
     "a thread that waits for readers to leave"},
    {CheckId::kNoWarning, "no-warning",
     "No WARN_ON, VM_WARN_ON or lockdep condition is met, and every lock and every reference is given back by who took it.",
     "an assertion, or a lock that is released"},
    {CheckId::kRefcountSane, "refcount-sane", "No reference count underflows, saturates, is raised from 0, or is used before it was set.",
     "a change of a reference count"},
    {CheckId::kRcuBalanced, "rcu-balanced", "No thread sleeps inside an RCU read section, and every rcu_read_lock has its rcu_read_unlock.",
     "an RCU read section"},
    {CheckId::kNoStuck, "no-stuck", "While a thread is not done, some thread can take a step.", "a step that may have to wait"},
    {CheckId::kTermination, "termination", "From every state all threads can still finish.", "a search of all states"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (kTable[i].id != static_cast<CheckId>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "the table lists the checks in the order of the enum");

Word expected_refcnt(const VmaState& vma, const SharedFacts::Vma& facts) {
  return Word{vma.attach_reference} + facts.references + (facts.excluding > 0 ? kExcludeReadersFlag : 0);
}

/// More than one thread at a time may have added FLAG only by mistake: the sum is then no class at all.
bool refcnt_in_class(const VmaState& vma, const SharedFacts::Vma& facts) {
  return facts.excluding <= 1 && vma[VmaField::kRefcnt] == expected_refcnt(vma, facts);
}

/// Some thread reads while *another* writes: a thread that does both is no conflict with itself.
/// A write lock that was taken has ended when somebody moved one of the two sequences.
bool excluded(const State& state, const VmaState& vma, const SharedFacts::Vma& facts) {
  if (int{facts.readers} * facts.writers == facts.both) return true;
  const Word owner = vma[VmaField::kMm];
  return address_kind(owner) != ObjectKind::kMm ||
         state.mms[static_cast<std::size_t>(address_object(owner))][MmField::kMmLockSeq] != vma[VmaField::kLockSeq];
}

/// The half of seq-parity that a state tells. Who marks or changes a VMA while it is even is seen in the step (holds.cpp): code may
/// do other things between taking the lock and the begin, and between the end and the release.
bool parity_holds(const MmState& mm) { return !mm.alive() || (mm[MmField::kMmLockSeq] & 1) == 0 || mm.write_locked(); }

}  // namespace

std::span<const CheckInfo> check_table() { return kTable; }

const CheckInfo& check_info(CheckId id) { return kTable[static_cast<std::size_t>(id)]; }

std::optional<CheckId> find_check(std::string_view name) {
  for (const CheckInfo& info : check_table()) {
    if (info.name == name) return info.id;
  }
  return std::nullopt;
}

std::vector<CheckInfo> checks_in(CheckSet set) {
  std::vector<CheckInfo> checks;
  for (const CheckInfo& info : check_table()) {
    if ((set & check_bit(info.id)) != 0) checks.push_back(info);
  }
  return checks;
}

CheckSet Machine::judge(const State& state, const SharedFacts& facts) const {
  CheckSet broken = 0;
  for (std::size_t v = 0; v < static_cast<std::size_t>(limits_.vmas); ++v) {
    if (!refcnt_in_class(state.vmas[v], facts.vmas[v])) broken |= check_bit(CheckId::kRefcntClass);
    if (!excluded(state, state.vmas[v], facts.vmas[v])) broken |= check_bit(CheckId::kExclusion);
  }
  for (std::size_t m = 0; m < static_cast<std::size_t>(limits_.mms); ++m) {
    if (!parity_holds(state.mms[m])) broken |= check_bit(CheckId::kSeqParity);
  }
  return broken;
}

/// The numbers violation_text() needs; only for states that broke something.
void Machine::explain_judgement(const State& state, const SharedFacts& facts, CheckSet broken, StepInfo& info) const {
  const auto vmas = static_cast<std::size_t>(limits_.vmas), mms = static_cast<std::size_t>(limits_.mms);
  if (broken & check_bit(CheckId::kRefcntClass)) {
    std::size_t v = 0;
    while (v + 1 < vmas && refcnt_in_class(state.vmas[v], facts.vmas[v])) ++v;
    info.add_violation(CheckId::kRefcntClass, info.pc, vma_address(static_cast<int>(v)), state.vmas[v][VmaField::kRefcnt],
                       expected_refcnt(state.vmas[v], facts.vmas[v]));
  }
  if (broken & check_bit(CheckId::kExclusion)) {
    std::size_t v = 0;
    while (v + 1 < vmas && excluded(state, state.vmas[v], facts.vmas[v])) ++v;
    Word reader = kNoThread, writer = kNoThread;
    for (Word r = 0; r < static_cast<Word>(thread_count_); ++r) {
      for (Word w = 0; w < static_cast<Word>(thread_count_); ++w) {
        if (r == w || reader != kNoThread) continue;
        if (state.threads[r].holds[v].read_locks > 0 && state.threads[w].holds[v].write_locked) {
          reader = r;
          writer = w;
        }
      }
    }
    info.add_violation(CheckId::kExclusion, info.pc, vma_address(static_cast<int>(v)), reader, writer);
  }
  if (broken & check_bit(CheckId::kSeqParity)) {
    std::size_t m = 0;
    while (m + 1 < mms && parity_holds(state.mms[m])) ++m;
    info.add_violation(CheckId::kSeqParity, info.pc, mm_address(static_cast<int>(m)), state.mms[m][MmField::kMmLockSeq],
                       state.mms[m][MmField::kMmapLock]);
  }
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "machine/access.h"

#include <algorithm>
#include <cstring>

#include "machine/machine.h"
#include "machine/memory.h"
#include "machine/state.h"

namespace vmalab {
namespace {

constexpr int kMmWords = static_cast<int>(MmField::kCount), kVmaWords = static_cast<int>(VmaField::kCount);
constexpr int kWords = kMaxMms * kMmWords + kMaxVmas * kVmaWords + kMaxGlobals + kMaxThreads;
constexpr int kPairs = kMaxThreads * kMaxVmas;

int word_number(Word address) {
  const int object = address_object(address), field = address_field(address);
  switch (address_kind(address)) {
    case ObjectKind::kMm: return object * kMmWords + field;
    case ObjectKind::kVma: return kMaxMms * kMmWords + object * kVmaWords + field;
    case ObjectKind::kGlobal: return kMaxMms * kMmWords + kMaxVmas * kVmaWords + field;
    default: return kMaxMms * kMmWords + kMaxVmas * kVmaWords + kMaxGlobals + object;
  }
}

/// How many numbers a kind takes.
constexpr int numbers_of(Place::Kind kind) {
  switch (kind) {
    case Place::Kind::kWord: return kWords;
    case Place::Kind::kRegister: return kMaxThreads * kMaxRegisters;
    case Place::Kind::kAllocated:
    case Place::Kind::kAttached: return kMaxVmas;
    case Place::Kind::kReferences:
    case Place::Kind::kReadLock:
    case Place::Kind::kWriteLock:
    case Place::Kind::kExcluding:
    case Place::Kind::kLockdep: return kPairs;
    case Place::Kind::kHeld: return kMaxThreads * kWords;
    default: return kMaxThreads;
  }
}

constexpr int first_number(Place::Kind kind) {
  int first = 0;
  for (int k = 0; k < static_cast<int>(kind); ++k) first += numbers_of(static_cast<Place::Kind>(k));
  return first;
}

ThreadStatus status_of(const Machine& machine, const State& state, ThreadId t) {
  if (machine.done(state, t)) return ThreadStatus::kDone;
  if (machine.can_step(state, t)) return ThreadStatus::kCanStep;
  return machine.program(t).code[state.thread(t).pc].op == Op::kSchedule ? ThreadStatus::kAsleep : ThreadStatus::kWaits;
}

Word held(const ThreadState& thread, Word lock) {
  if (is_mmap_lock(lock)) {
    const unsigned bit = 1u << address_object(lock);
    return (thread.mmap_write & bit) != 0 ? kHeldForWrite : (thread.mmap_read & bit) != 0 ? kHeldForRead : 0;
  }
  for (const std::uint16_t id : thread.locks) {
    if (id != 0 && lock_address(id) == lock) return (id & kSharedBit) != 0 ? kHeldForRead : kHeldForWrite;
  }
  return 0;
}

bool contains(const std::vector<Place>& places, Place place) { return std::find(places.begin(), places.end(), place) != places.end(); }

}  // namespace

void add_once(std::vector<Place>& places, Place place) {
  if (!contains(places, place)) places.push_back(place);
}

const int kPlaceCount = first_number(Place::Kind::kCount);

int place_number(Place place) {
  const int first = first_number(place.kind);
  switch (place.kind) {
    case Place::Kind::kWord: return first + word_number(place.what);
    case Place::Kind::kRegister: return first + place.thread * kMaxRegisters + static_cast<int>(place.what);
    case Place::Kind::kAllocated:
    case Place::Kind::kAttached: return first + address_object(place.what);
    case Place::Kind::kReferences:
    case Place::Kind::kReadLock:
    case Place::Kind::kWriteLock:
    case Place::Kind::kExcluding:
    case Place::Kind::kLockdep: return first + place.thread * kMaxVmas + address_object(place.what);
    case Place::Kind::kHeld: return first + place.thread * kWords + word_number(place.what);
    default: return first + place.thread;
  }
}

Word value_of(const Machine& machine, const State& state, Place place) {
  const ThreadState& thread = state.threads[place.thread];
  const auto vma = static_cast<std::size_t>(address_object(place.what) % kMaxVmas);
  const Holds& holds = thread.holds[vma];
  switch (place.kind) {
    case Place::Kind::kWord: return Memory::peek(state, place.what);
    case Place::Kind::kRegister: return thread.registers[place.what];
    case Place::Kind::kSignal: return thread.signal_pending;
    case Place::Kind::kAllocated: return state.vmas[vma].allocated;
    case Place::Kind::kAttached: return state.vmas[vma].attach_reference;
    case Place::Kind::kReferences: return holds.references;
    case Place::Kind::kReadLock: return holds.read_locks;
    case Place::Kind::kWriteLock: return holds.write_locked;
    case Place::Kind::kExcluding: return holds.excluding;
    case Place::Kind::kLockdep: return holds.lockdep_shared | static_cast<Word>(holds.lockdep_exclusive) << 4;
    case Place::Kind::kHeld: return held(thread, place.what);
    case Place::Kind::kRcu: return thread.rcu_depth;
    case Place::Kind::kStatus: return static_cast<Word>(status_of(machine, state, place.owner()));
    case Place::Kind::kPc: return thread.pc;
    case Place::Kind::kCount: break;
  }
  return 0;
}

void for_each_change(const Machine& machine, const State& before, const State& after, const std::function<void(Place)>& changed) {
  const auto words = [&](const auto& a, const auto& b, Word address) {
    for (std::size_t f = 0; f < a.size(); ++f) {
      if (a[f] != b[f]) changed(Place::word(address + static_cast<Word>(f)));
    }
  };
  for (int m = 0; m < kMaxMms; ++m) {
    words(before.mms[static_cast<std::size_t>(m)].fields, after.mms[static_cast<std::size_t>(m)].fields, mm_address(m));
  }
  for (int v = 0; v < kMaxVmas; ++v) {
    const VmaState &a = before.vmas[static_cast<std::size_t>(v)], &b = after.vmas[static_cast<std::size_t>(v)];
    words(a.fields, b.fields, vma_address(v));
    if (a.allocated != b.allocated) changed(Place::of_vma(Place::Kind::kAllocated, vma_address(v)));
    if (a.attach_reference != b.attach_reference) changed(Place::of_vma(Place::Kind::kAttached, vma_address(v)));
  }
  words(before.globals, after.globals, global_address(0));
  for (int i = 0; i < machine.thread_count(); ++i) {
    const ThreadId t = thread_id(i);
    const auto differs = [&](Place place) {
      if (value_of(machine, before, place) != value_of(machine, after, place)) changed(place);
    };
    differs(Place::of_thread(Place::Kind::kStatus, t));  // others' steps let it go on
    const ThreadState &a = before.thread(t), &b = after.thread(t);
    if (std::memcmp(&a, &b, sizeof a) == 0) continue;
    differs(Place::word(task_address(i)));
    for (std::size_t r = 0; r < kMaxRegisters; ++r) {
      if (a.registers[r] != b.registers[r]) changed(Place::of_thread(Place::Kind::kRegister, t, static_cast<Word>(r)));
    }
    for (const Place::Kind kind : {Place::Kind::kSignal, Place::Kind::kRcu, Place::Kind::kPc}) differs(Place::of_thread(kind, t));
    for (int v = 0; v < kMaxVmas; ++v) {
      for (const Place::Kind kind :
           {Place::Kind::kReferences, Place::Kind::kReadLock, Place::Kind::kWriteLock, Place::Kind::kExcluding, Place::Kind::kLockdep}) {
        differs(Place::of_thread(kind, t, vma_address(v)));
      }
    }
    for (int m = 0; m < kMaxMms; ++m) differs(Place::of_thread(Place::Kind::kHeld, t, mm_address(m)));
    if (a.locks == b.locks) continue;
    std::vector<Word> locks;
    for (const auto& ids : {a.locks, b.locks}) {
      for (const std::uint16_t id : ids) {
        if (id != 0 && std::find(locks.begin(), locks.end(), lock_address(id)) == locks.end()) locks.push_back(lock_address(id));
      }
    }
    for (const Word lock : locks) differs(Place::of_thread(Place::Kind::kHeld, t, lock));
  }
}

// ---- the record

void AccessRecord::begin(const Program& program, ThreadId thread, Pc pc) {
  if (used_ == instructions_.size()) instructions_.emplace_back();
  Instruction& now = instructions_[used_++];
  now.pc = pc;
  now.reads.clear();
  now.writes.clear();
  const Instr& instr = program.code[pc];
  for (const Operand* o : {&instr.a, &instr.b, &instr.c, &instr.d}) {
    if (o->kind == Operand::Kind::kRegister) now.reads.push_back(Place::of_thread(Place::Kind::kRegister, thread, o->value));
  }
  for (const std::uint8_t r : {instr.dst, instr.dst2}) {
    if (r != kNoRegister) now.writes.push_back(Place::of_thread(Place::Kind::kRegister, thread, r));
  }
}

std::vector<Place> AccessRecord::reads() const {
  std::vector<Place> read, written;
  for (std::size_t i = 0; i < used_; ++i) {
    for (const Place place : instructions_[i].reads) {
      if (!contains(written, place)) add_once(read, place);
    }
    for (const Place place : instructions_[i].writes) add_once(written, place);
  }
  return read;
}

std::vector<Place> AccessRecord::writes() const {
  std::vector<Place> written;
  for (std::size_t i = 0; i < used_; ++i) {
    for (const Place place : instructions_[i].writes) add_once(written, place);
  }
  return written;
}

/// What the places were made of before instruction `end`; `first`: the earliest instruction that made any of it.
void AccessRecord::follow(std::vector<Place> wanted, std::size_t end, std::vector<Place>& out, std::size_t* first) const {
  for (std::size_t i = end; i-- > 0;) {
    const Instruction& instruction = instructions_[i];
    const auto made_here = [&](Place place) { return contains(instruction.writes, place); };
    if (std::none_of(wanted.begin(), wanted.end(), made_here)) continue;
    std::erase_if(wanted, made_here);
    for (const Place place : instruction.reads) add_once(wanted, place);
    if (first != nullptr) *first = i;
  }
  for (const Place place : wanted) add_once(out, place);
}

std::vector<Place> AccessRecord::read_at(Pc pc) const {
  std::vector<Place> out;
  for (std::size_t i = used_; i-- > 0;) {
    if (instructions_[i].pc != pc) continue;
    follow(instructions_[i].reads, i, out, nullptr);
    break;
  }
  return out;
}

std::vector<Place> AccessRecord::made_of(Place place, const Program& program) const {
  std::vector<Place> out;
  std::size_t first = used_;
  follow({place}, used_, out, &first);
  if (first == used_) return {};  // no instruction of this step wrote it
  for (std::size_t i = first; out.empty() && i-- > 0;) {
    const Op op = program.code[instructions_[i].pc].op;
    if (op == Op::kJumpIf || op == Op::kJumpIfNot) follow(instructions_[i].reads, i, out, nullptr);
  }
  return out;
}

}  // namespace vmalab

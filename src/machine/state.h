// SPDX-License-Identifier: GPL-2.0-only
// One state of the simulated world: flat, trivially copyable, compared as bytes. Everything that decides
// what can happen next is in here and nothing else is: no history, no clock.
//
// Invariants: objects that the scenario does not have and padding are zero; registers that are dead at the thread's program counter
// are zero; the threads come last, so the first state_size(n) bytes hold a scenario with n threads.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "lang/layout.h"
#include "lang/program.h"
#include "machine/ids.h"
#include "machine/state_value.h"

namespace vmalab {

/// mm_struct. fields[] is indexed by MmField so that addresses reach it.
///  kMmapLock: 0 free; kWriterBit | thread number: held for write; else the number of read holders.
///  kMmCount: 0 means the memory is freed and touching it is a use after free.
///  kMmMt: the address tree, 4 bits a page (kMaxPages): VMA number + 1, or 0.
struct MmState {
  static constexpr Word kWriterBit = 1u << 31;
  std::array<Word, static_cast<std::size_t>(MmField::kCount)> fields;
  Word& operator[](MmField f) { return fields[static_cast<std::size_t>(f)]; }
  Word operator[](MmField f) const { return fields[static_cast<std::size_t>(f)]; }
  bool alive() const { return (*this)[MmField::kMmCount] != 0; }
  bool write_locked() const { return ((*this)[MmField::kMmapLock] & kWriterBit) != 0; }
};

/// vm_area_struct. `allocated`: in use as far as the slab knows. `attach_reference`: ghost, the reference that
/// attach took and detach drops. `refcnt_unset`: ghost, 1 while nobody has set vm_refcnt since the slab got its memory; the word
/// is 0 meanwhile, but in a kernel it would be whatever was there.
struct VmaState {
  std::array<Word, static_cast<std::size_t>(VmaField::kCount)> fields;
  std::uint8_t allocated;
  std::uint8_t attach_reference;
  std::uint8_t refcnt_unset;
  std::uint8_t padding;
  Word& operator[](VmaField f) { return fields[static_cast<std::size_t>(f)]; }
  Word operator[](VmaField f) const { return fields[static_cast<std::size_t>(f)]; }
};

/// What one thread has to do with one VMA: ghost facts the checks and the screen need, and lockdep's view.
struct Holds {
  std::uint16_t references : 4;      ///< in vm_refcnt, taken by this thread
  std::uint16_t read_locks : 4;      ///< of those, kept when the thread left the lock's code: locks; the rest are transient
  std::uint16_t lockdep_shared : 4;  ///< vmlock_dep_map, shared
  std::uint16_t lockdep_exclusive : 1;
  std::uint16_t write_locked : 1;  ///< took the write lock, and has held mmap_lock and seen the two sequences equal since
  std::uint16_t excluding : 1;     ///< has added FLAG and not taken it off
  std::uint16_t padding : 1;
};
static_assert(sizeof(Holds) == 2);

/// Who is inside an RCU read section, for grace periods: readers by the epoch in which they came in. Only kept where code
/// waits for grace periods. A grace period begins a new epoch and is over when no reader of an older one is left.
struct RcuState {
  static constexpr unsigned kEpochs = 8;
  std::array<std::uint8_t, kEpochs> readers;
  /// By thread: 1 + the ticket of the grace period that it waits for; 0 when it waits for none, or for one that is over.
  std::array<std::uint8_t, kMaxThreads> waits;
  std::uint8_t epoch;
  /// The rest only where code calls rcu_barrier(). Bit h: a callback that was taken off head h runs.
  std::uint8_t running;
  std::array<std::uint8_t, 6> padding;
  /// By thread, bit h: its rcu_barrier() waits for the callback that was queued on head h, that was running, when it began.
  std::array<std::uint8_t, kMaxThreads> barrier_queued, barrier_running;
  bool empty() const { return readers == decltype(readers){}; }
  /// Some reader is in that came in during `ticket` or before. Epochs come round; one is not entered while it has readers.
  bool waits_for(Word ticket) const {
    for (unsigned e = 0; e < kEpochs; ++e) {
      if (readers[e] > 0 && covers(ticket, e)) return true;
    }
    return false;
  }
  bool covers(Word ticket, unsigned reader_epoch) const { return (epoch - reader_epoch) % kEpochs >= (epoch - ticket) % kEpochs; }
};

constexpr Word kNoGracePeriod = 0xff;  ///< the ticket of one that has nobody to wait for

/// A struct rcu_head: 0, or the number of the callback that is queued on it and the ticket of its grace period.
constexpr Word queued_callback(Word callback, Word ticket) { return callback << 8 | ticket; }
constexpr Word queued_number(Word head) { return head >> 8; }
constexpr Word queued_ticket(Word head) { return head & 0xff; }

constexpr int kMaxLocksHeld = 4;
constexpr std::uint16_t kSpinBit = 1u << 15;   ///< with a lock_id: its holder may not sleep
constexpr std::uint16_t kSharedBit = 1u << 8;  ///< with a lock_id: a rwsem that is held for read
/// A lock word's address, leaving the bits above free; never 0.
constexpr std::uint16_t lock_id(Word address) {
  return static_cast<std::uint16_t>(static_cast<int>(address_kind(address)) << 12 | address_object(address) << 4 | address_field(address));
}
constexpr Word lock_address(std::uint16_t id) { return make_address(static_cast<ObjectKind>(id >> 12 & 7), id >> 4 & 0xf, id & 0xf); }

struct ThreadState {
  Word task_state;              ///< task_struct.__state: kTaskRunning, ...
  Pc pc;                        ///< the next visible instruction, or kEnd
  std::uint8_t signal_pending;  ///< a fatal signal
  std::uint8_t rcu_depth;
  std::uint8_t mmap_read;         ///< bit m: holds mmap_lock of mm m for read
  std::uint8_t mmap_write;        ///< bit m: holds mmap_lock of mm m for write
  std::uint8_t waiter_found : 1;  ///< ghost: read a task out of memory in the RCU section, or under the spinlock, it is in
  std::uint8_t kept_vmas : 4;     ///< ghost, bit v: it has held mmap_lock ever since it found VMA v, and v stood under it
  std::uint8_t open_loads : 2;    ///< loads that it has postponed (weak/situation.h): as many as the situation has
  std::uint8_t padding : 1;
  std::uint8_t mm_grabs;        ///< ghost: two bits a mm: mmgrab() of this thread not yet given back, at most 3 are counted
  std::uint8_t rcu_counted;     ///< 1 + the epoch of its RCU section, once it has made an access in it (see RcuState)
  std::uint8_t stale_vmas : 4;  ///< ghost, bit v: it still points at VMA v and has nothing any more that keeps v what it was (see Executor::protects)
  std::uint8_t loose_vmas : 4;  ///< ghost, bit v: it still points at VMA v, and has not kept v attached ever since it found it so
  std::uint8_t mm_gets;         ///< ghost, like mm_grabs: mmget() of this thread not yet put
  std::uint8_t mmap_read_more;  ///< two bits a mm, like mm_grabs: holds of its mmap_lock for read beside the first
  std::array<Holds, kMaxVmas> holds;
  std::array<std::uint16_t, kMaxLocksHeld> locks;  ///< spinlocks, mutexes and rwsems but mmap_lock that it holds (lock_id), the largest first, then 0
  std::array<Word, kMaxRegisters> registers;
};

struct State {
  std::array<MmState, kMaxMms> mms;
  std::array<VmaState, kMaxVmas> vmas;
  std::array<Word, kMaxGlobals> globals;  ///< static variables of the code
  RcuState rcu;
  /// What is in memory beside the newest values, where it is weaker than sequentially consistent: 1 + the number of a situation
  /// in the machine's table (weak/situation_table.h). 0 where it is not.
  std::uint32_t views;
  std::array<ThreadState, kMaxThreads> threads;

  ThreadState& thread(ThreadId t) { return threads[t.value]; }
  const ThreadState& thread(ThreadId t) const { return threads[t.value]; }
  VmaState& vma(VmaId v) { return vmas[v.value]; }
  const VmaState& vma(VmaId v) const { return vmas[v.value]; }
  MmState& mm(MmId m) { return mms[m.value]; }
  const MmState& mm(MmId m) const { return mms[m.value]; }
};
static_assert(std::is_trivially_copyable_v<State> && std::has_unique_object_representations_v<MmState> &&
              std::has_unique_object_representations_v<VmaState>);

/// Bytes of a State that are in use with so many threads.
constexpr std::size_t state_size(int threads) { return offsetof(State, threads) + static_cast<std::size_t>(threads) * sizeof(ThreadState); }

}  // namespace vmalab

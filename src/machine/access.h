// SPDX-License-Identifier: GPL-2.0-only
// The values of a State that have a name of their own, and what a step reads and writes of them. The executor records its
// accesses while it carries a step out: nobody else has a list of what each instruction touches.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lang/layout.h"
#include "lang/program.h"
#include "machine/ids.h"

namespace vmalab {

class Machine;
struct State;

/// One value of a State.
struct Place {
  enum class Kind : std::uint8_t {
    kWord,        ///< a shared word, by its address (lang/layout.h)
    kRegister,    ///< of a thread, by its number
    kSignal,      ///< 1: a fatal signal is pending for the thread
    kAllocated,   ///< of a VMA: 1 in use, 0 in the slab's pool
    kAttached,    ///< of a VMA: 1 while attach's reference is in vm_refcnt
    kReferences,  ///< of a thread on a VMA: how many
    kReadLock,    ///< of a thread on a VMA: how many of them are locks
    kWriteLock,   ///< of a thread on a VMA: 0 or 1
    kExcluding,   ///< of a thread on a VMA: 1 while FLAG is its
    kLockdep,     ///< of a thread on a VMA: what lockdep knows, shared holds + 16 for exclusive
    kHeld,        ///< of a thread, by the lock word's address: 0, kHeldForRead or kHeldForWrite
    kRcu,         ///< of a thread: how deep it is in RCU read sections
    kStatus,      ///< of a thread: see ThreadStatus
    kPc,          ///< of a thread: where it stands
    kCount
  };
  Kind kind = Kind::kWord;
  std::uint8_t thread = 0;  ///< 0 of what no thread has
  Word what = 0;            ///< the address, of a VMA that of its first word; or the register's number; else 0

  static Place word(Word address) { return {Kind::kWord, 0, address}; }
  static Place of_thread(Kind kind, ThreadId t, Word what = 0) { return {kind, t.value, what}; }
  static Place of_vma(Kind kind, Word vma) { return {kind, 0, vma_address(address_object(vma))}; }
  ThreadId owner() const { return ThreadId{thread}; }  ///< of what a thread has
  bool of_a_thread() const { return kind != Kind::kWord && kind != Kind::kAllocated && kind != Kind::kAttached; }
  friend auto operator<=>(const Place&, const Place&) = default;
};

constexpr Word kHeldForRead = 1, kHeldForWrite = 2;  ///< a spinlock or mutex: for write
enum class ThreadStatus : std::uint8_t { kCanStep, kWaits, kAsleep, kDone };

Word value_of(const Machine& machine, const State& state, Place place);
/// Every place whose value differs between two states. Dead registers are 0, so a value that is not needed any more changes, too.
void for_each_change(const Machine& machine, const State& before, const State& after, const std::function<void(Place)>& changed);

/// Unless it is there already.
void add_once(std::vector<Place>& places, Place place);

/// Places by number, for tables: 0 .. kPlaceCount - 1.
int place_number(Place place);
extern const int kPlaceCount;

/// What one step did, instruction by instruction.
class AccessRecord {
 public:
  /// One instruction that ran: the visible one first, then local ones.
  struct Instruction {
    Pc pc = 0;
    std::vector<Place> reads, writes;  ///< its registers, and what the executor says
  };

  void clear() { used_ = 0; }
  void begin(const Program& program, ThreadId thread, Pc pc);
  void read(Place place) { instructions_[used_ - 1].reads.push_back(place); }
  void write(Place place) { instructions_[used_ - 1].writes.push_back(place); }

  std::size_t size() const { return used_; }
  const Instruction& operator[](std::size_t i) const { return instructions_[i]; }
  /// Each place once that the step read as it was before the step.
  std::vector<Place> reads() const;
  /// Each place once that the step wrote, also where it left the value as it was.
  std::vector<Place> writes() const;
  /// What the last value that the step wrote to the place was made of, as it was before the step: followed through the step's own
  /// registers. Of a constant that a condition chose: what that condition had read. Empty: made of nothing.
  std::vector<Place> made_of(Place place, const Program& program) const;
  /// The same of what the instruction there read, where the step came to it last.
  std::vector<Place> read_at(Pc pc) const;

 private:
  void follow(std::vector<Place> wanted, std::size_t end, std::vector<Place>& out, std::size_t* first) const;

  std::vector<Instruction> instructions_;  ///< the first used_ are of this step; the others keep their memory
  std::size_t used_ = 0;
};

}  // namespace vmalab

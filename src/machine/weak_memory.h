// SPDX-License-Identifier: GPL-2.0-only
// One step on memory that is weaker than sequentially consistent: takes the situation out of the table, carries out what an
// instruction means for it, and puts it back. The words of the State go on holding the newest value of each location; which
// messages are behind them, and what threads know, is in the situation (weak/situation.h).
//
// Which order each primitive has is in the table of builtins (lang/builtins.cpp) and in primitives.h, by the kernel's names; what is
// outside the Linux-kernel memory model's own primitives is given here:
//  rwsem: acquire and release, no more (Documentation/locking, kernel/locking/rwsem.c). They change the word by atomics, and look at
//  the newest value, as spinlocks do.
//  refcount_t: include/linux/refcount.h; what takes the last reference also acquires.
//  seqcount_t: begin is a store and then smp_wmb(), end is smp_wmb() and then a store (include/linux/seqlock.h).
//  Task states: set_current_state() is a store and then smp_mb(); wake_up_process() is a full barrier if it wakes, schedule() always
//  (Documentation/memory-barriers.txt, "Sleep and wake-up functions").
//  The maple tree: what is stored is released, and found by a dependency. The slab: what is freed is released to who gets it next.
//  call_rcu(): its callback comes after all that the caller knew; no fence for the caller.
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "machine/locations.h"
#include "machine/machine.h"
#include "machine/state.h"
#include "machine/weak/situation_table.h"

namespace vmalab {

/// What a machine with weaker memory has beside an ordinary one. The table is shared by all copies of the machine.
struct WeakSetting {
  WeakSetting(Locations which, int threads) : locations(std::move(which)), table(threads, locations.count()) {}
  Locations locations;
  mutable weak::SituationTable table;
  bool postpones = false;  ///< loads may be postponed
  bool forgets = true;     ///< situations are reduced by what threads may still do

  /// State::views when threads have changed places; `word` renames what an address or a word of memory says of them.
  std::uint32_t renamed(std::uint32_t views, std::span<const std::uint8_t> threads, const std::function<Word(Word address, Word value)>& word) const;

 private:
  mutable std::mutex mutex_;
  mutable std::map<std::vector<std::uint8_t>, weak::Renaming> renamings_;
};

class WeakMemory {
 public:
  /// One at a time in each thread of ours: the situation it works on is kept for the next.
  WeakMemory(const WeakSetting& setting, State& state, ThreadId thread, int threads);

  /// The ways that the thread can go from the instruction at which it stands, in the order of Action::choice: the instruction is
  /// carried out, its access going to one message or another, newest first; it is a load and is postponed; a postponed load is
  /// finished, the oldest first, with one message or another.
  /// @param can_run the instruction has not to wait for another thread
  std::uint8_t ways(const Instr& instr, bool can_run);
  void list_ways(const Instr& instr, bool can_run, std::vector<Way>& out);

  // ---- the visible instruction, or what is done in its place. find() before write(), both at most once.
  Way::Kind begin(const Instr& instr, bool can_run, std::uint8_t choice);
  Word find(Word address);
  /// Messages that are newer than the one that was found.
  std::uint8_t newer() const { return newer_; }
  bool wrote() const { return done_; }
  /// Of a postponed load that is finished.
  Word finished_address() const { return setting_.locations.address(location_); }
  Pc finished_pc() const { return situation_.thread(t_).open[open_].pc; }
  RegisterSet finished_registers() const { return situation_.thread(t_).open[open_].registers; }
  void write(Word address, Word value);
  void end();

  // ---- postponed loads
  std::uint8_t open_count() const { return situation_.thread(t_).open_count; }
  /// The instruction cannot be carried out before some postponed load is finished.
  bool is_held_up(const Instr& instr) const;
  void keep_open(RegisterSet live) { situation_.keep_open(t_, live); }

  // ---- local instructions and what is beside memory
  void compute(const Instr& instr);
  void branch(const Instr& instr);
  void forget(std::uint8_t r) { situation_.clear_register(t_, r); }
  void fence(Order order);
  weak::Situation& situation() { return situation_; }
  /// The word whose messages there was no room for, if there was none.
  std::optional<Word> overflow() const;
  void slab_free(std::size_t vma);
  void slab_alloc(std::size_t vma);

  /// The race check: a thread whose access is not ordered before this one, kNobody when there is none. Notes the access.
  static constexpr int kNobody = -1, kChanger = -2;
  int uses(std::size_t vma);
  int changes(std::size_t vma);

  /// Puts the situation back; the thread stands at its next visible instruction.
  void commit(RegisterSet live);

 private:
  enum class Access : std::uint8_t { kNone, kLoad, kStore, kUpdate, kLast };
  static Access access_of(Op op);
  weak::View view_of(const Operand& o) const;
  weak::View view_of_data(const Instr& instr) const;
  Word value(const Operand& o) const;
  Word address_of(const Instr& instr) const;
  const Operand& address_operand(const Instr& instr) const;
  bool writes(const Instr& instr, Word old) const;
  bool may_postpone(const Instr& instr) const;
  /// Calls each(kind, location, position, whether it writes, number of the postponed load).
  template <typename Each>
  void each_choice(const Instr& instr, bool can_run, Each&& each) const;
  /// The places that an access may go, newest first: calls each(position, whether it writes).
  template <typename Each>
  void each_way(const Instr& instr, weak::Location l, Each&& each) const;
  void set_results(const weak::View& view);

  const WeakSetting& setting_;
  State& state_;
  const ThreadId id_;
  const std::size_t t_;
  weak::Situation& situation_;
  const Instr* instr_ = nullptr;
  weak::Location location_ = weak::kNoLocation;
  weak::Position position_ = 0;
  std::size_t open_ = 0;
  Pc pc_ = 0;
  Way::Kind kind_ = Way::Kind::kAccess;
  std::uint8_t newer_ = 0;
  bool found_ = false, writes_ = false, done_ = false;
};

}  // namespace vmalab

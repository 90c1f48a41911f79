// SPDX-License-Identifier: GPL-2.0-only
// What memory is when loads may return older values: for each location its messages in modification order, and what each
// thread knows. A view machine in the manner of the promising semantics, without promises ("A promising semantics for
// relaxed-memory concurrency", POPL 2017), for the Linux-kernel memory model (tools/memory-model; "Frightening small
// children and disconcerting grown-ups", ASPLOS 2018). Threads run in program order; a load may take an older message, a store
// may take a place before messages that are there.
//
// This is the form in which a step works on it: large, and never kept. situation_table.h keeps it, by number.
//
// Invariants: each location has a message, the last of which is the newest; a message's own view sees the message; a thread's
// `cur` sees all that it has stored.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "lang/layout.h"
#include "lang/op.h"
#include "machine/weak/view.h"

namespace vmalab::weak {

/// How an access is ordered against the others of its thread. kVoid: a relaxed atomic that gives nothing back; what it reads is
/// ordered by smp_mb() and release alone, not by smp_rmb().
enum class Ordered : std::uint8_t { kRelaxed, kVoid, kAcquire, kRelease, kFull };

struct Message {
  Word value;
  bool behind;  ///< an atomic has read the message before it and written this one: nothing may come between
  View view;    ///< what who reads it by an acquire, or depends on it, knows then
};

struct Thread {
  View cur;                                   ///< its loads respect it
  View acq;                                   ///< what it has read: smp_rmb() joins that into cur
  View all;                                   ///< the same, with what its void atomics read: smp_mb() and release take it along
  View rel;                                   ///< what its relaxed stores carry
  View own;                                   ///< its stores and what they carry: smp_wmb() joins that into rel
  View ctrl;                                  ///< what its branches depended on
  View unlocked;                              ///< what it knew when it last gave back a spinlock
  View waited;                                ///< of the grace period that it waits for: what the readers knew that have left
  std::array<View, kMaxRegisters> registers;  ///< of the messages that the values came from
  std::uint32_t has_view;                     ///< bit r: registers[r] is not empty
  /// What the value depended on that it stored last, for who reads it back: a dependency goes through memory. It counts while
  /// cur of the location is view.seen of it: the thread has not read anything newer.
  struct Stored {
    Location location;
    View view;
  };
  /// A load that has been postponed, the oldest first: its value is not known yet, and nor are these registers, of which one at least
  /// is still read. It may take any message from view.seen of its location on; the rest of the view is of its address.
  struct Open {
    Location location;
    std::uint16_t registers, pc;
    View view;
  };
  std::array<Open, kMaxOpenLoads> open;
  std::uint8_t open_count;
  std::uint16_t needs;  ///< what it may still do, as a number that whoever reduces the situation understands
  static constexpr std::size_t kMaxStored = 8;
  std::array<Stored, kMaxStored> stored;
  std::uint8_t stored_count;
};

/// What a thread may still do, which decides what of its views matters.
struct Needs {
  LocationSet accesses = 0;  ///< it may load or store these
  bool passes_on = false;    ///< smp_mb, release, lock: others may learn what it knows
  bool read_fence = false;   ///< smp_rmb
  bool write_fence = false;
  bool stores = false;
  bool locks = false;   ///< takes a spinlock
  bool waits = false;   ///< ends a grace period
  bool full = false;    ///< meets the S of all smp_mb
  bool enters = false;  ///< comes into RCU sections
  Needs& operator|=(const Needs& other);
  friend bool operator==(const Needs&, const Needs&) = default;
};

class Situation {
 public:
  /// One message at each location, of which nothing is known; its value is in `values`.
  void begin(int threads, std::size_t locations);

  int threads() const { return threads_; }
  std::size_t locations() const { return locations_; }
  std::size_t count(Location l) const { return counts_[l]; }
  Position newest(Location l) const { return static_cast<Position>(counts_[l] - 1); }
  Message& at(Location l, std::size_t position) { return messages_[l][position]; }
  const Message& at(Location l, std::size_t position) const { return messages_[l][position]; }
  void set_count(Location l, std::size_t count) { counts_[l] = static_cast<std::uint8_t>(count); }
  Thread& thread(std::size_t t) { return threads_of_[t]; }
  const Thread& thread(std::size_t t) const { return threads_of_[t]; }
  const View& register_view(std::size_t t, std::uint8_t r) const {
    const Thread& thread = threads_of_[t];
    return (thread.has_view >> r & 1) != 0 ? thread.registers[r] : kNothing;
  }
  void set_register(std::size_t t, std::uint8_t r, const View& view);
  void clear_register(std::size_t t, std::uint8_t r) {
    threads_of_[t].has_view &= ~(1u << r);
    close_register(t, r);
  }
  /// There was no room for a message of a location, or for what a store to it depended on: what comes of the step is not known.
  /// kNoLocation: there was.
  Location full() const { return full_; }

  View sequential;  ///< S: what the smp_mb of all threads knew
  View begun;       ///< what grace periods that have begun knew
  View left;        ///< what readers knew that have left their RCU sections

  // ---- where an access may go
  /// The oldest message that a load may take, by its address.
  Position oldest(std::size_t t, Location l, const View& address) const;
  /// A store may go directly behind this message and later ones. `view`: all that it depends on.
  Position after(std::size_t t, Location l, const View& view, bool release) const;
  Position oldest_readable(std::size_t t, Location l) const;
  /// Nothing has been put directly behind it by an atomic that read it.
  bool may_follow(Location l, Position position) const { return position == newest(l) || !messages_[l][position + 1u].behind; }

  // ---- accesses. What a register gets for its view is returned.
  View load(std::size_t t, Location l, Position position, Ordered order, const View& address);
  /// The message comes to stand at `position`. `depends`: views of address and data.
  void store(std::size_t t, Location l, Position position, Word value, Ordered order, const View& depends);
  /// Reads the message at `position` and puts its own behind it.
  View update(std::size_t t, Location l, Position position, Word value, Ordered order, const View& depends);

  // ---- postponed loads
  /// Registers whose values are not known.
  std::uint16_t open_registers(std::size_t t) const;
  /// Precondition: there is room (kMaxOpenLoads).
  void postpone(std::size_t t, Location l, std::uint8_t r, std::uint16_t pc, const View& address);
  /// Its registers get the view; it is no longer open.
  void finish(std::size_t t, std::size_t open, Position position);
  /// A move: where the value of `from` is not known, that of `to` is not either.
  void carry_open(std::size_t t, std::uint8_t from, std::uint8_t to);
  /// Those whose value nobody will read are as if they had been carried out.
  void keep_open(std::size_t t, std::uint16_t live);

  // ---- what orders accesses
  void full_fence(std::size_t t);
  void read_fence(std::size_t t);
  void write_fence(std::size_t t);
  void branch(std::size_t t, const View& condition) { threads_of_[t].ctrl.join(condition); }
  /// Of a spinlock, after the update that took it, at `position` the message of who had it before; before the store that gives it back.
  void locked(std::size_t t, Location l, Position position);
  void unlocked(std::size_t t);
  // RCU. A grace period begins and ends like smp_mb().
  void grace_begins(std::size_t t);
  void barrier_begins(std::size_t t);
  void callback_queued(std::size_t t, std::size_t waiter);
  void grace_ends(std::size_t t);
  void reader_enters(std::size_t t);
  void reader_leaves(std::size_t t);
  void waits_for(std::size_t waiter, std::size_t reader);

  // ---- the race check. A location of which only the newest message counts, and whether it has been seen.
  void note_event(std::size_t t, Location l, bool write);
  bool knows_event(std::size_t t, Location l, bool by_branch) const;

  /// Forgets what nobody can tell any more: see situation.cpp. Equal situations are equal afterwards.
  /// @param needs by Thread::needs
  void reduce(std::span<const Needs> needs);
  /// The least of it: messages that no thread can read any more are dropped, and nothing is known of what threads will do.
  void renumber();

 private:
  template <typename Each>
  void each_view(Each&& each);
  bool insert(Location l, Position position, Word value, const View& view, bool behind);
  void stored(std::size_t t, Location l, const View& depends);
  void close_register(std::size_t t, std::uint8_t r);
  const View* stored_view(std::size_t t, Location l) const;
  void drop_old(std::span<const Needs> needs);
  void reduce_thread(Thread& thread, const Needs& needs);

  int threads_ = 0;
  std::size_t locations_ = 0;
  Location full_ = kNoLocation;
  std::array<std::uint8_t, kMaxLocations> counts_;
  std::array<std::array<Message, kMaxMessages>, kMaxLocations> messages_;
  std::array<Thread, kMaxThreads> threads_of_;
};

}  // namespace vmalab::weak

// SPDX-License-Identifier: GPL-2.0-only
#include "machine/weak/situation.h"

#include <cassert>

namespace vmalab::weak {

Needs& Needs::operator|=(const Needs& other) {
  accesses |= other.accesses;
  passes_on |= other.passes_on;
  read_fence |= other.read_fence;
  write_fence |= other.write_fence;
  stores |= other.stores;
  locks |= other.locks;
  waits |= other.waits;
  full |= other.full;
  enters |= other.enters;
  return *this;
}

void Situation::begin(int threads, std::size_t locations) {
  assert(locations <= kMaxLocations && static_cast<std::size_t>(threads) <= kMaxThreads);
  threads_ = threads;
  locations_ = locations;
  full_ = kNoLocation;
  for (View* view : {&sequential, &begun, &left}) view->clear();
  for (std::size_t l = 0; l < locations; ++l) {
    counts_[l] = 1;
    messages_[l][0].behind = false;
    messages_[l][0].view.clear();
  }
  for (int t = 0; t < threads; ++t) {
    Thread& thread = threads_of_[static_cast<std::size_t>(t)];
    for (View* view : {&thread.cur, &thread.acq, &thread.all, &thread.rel, &thread.own, &thread.ctrl, &thread.unlocked, &thread.waited})
      view->clear();
    thread.has_view = 0;
    thread.needs = 0;
    thread.stored_count = 0;
    thread.open_count = 0;
  }
}

template <typename Each>
void Situation::each_view(Each&& each) {
  for (View* view : {&sequential, &begun, &left}) each(*view);
  for (std::size_t l = 0; l < locations_; ++l) {
    for (std::size_t i = 0; i < counts_[l]; ++i) each(messages_[l][i].view);
  }
  for (int t = 0; t < threads_; ++t) {
    Thread& thread = threads_of_[static_cast<std::size_t>(t)];
    for (View* view : {&thread.cur, &thread.acq, &thread.all, &thread.rel, &thread.own, &thread.ctrl, &thread.unlocked, &thread.waited}) each(*view);
    for (std::size_t r = 0; r < kMaxRegisters; ++r) {
      if ((thread.has_view >> r & 1) != 0) each(thread.registers[r]);
    }
    for (std::size_t i = 0; i < thread.stored_count; ++i) each(thread.stored[i].view);
    for (std::size_t i = 0; i < thread.open_count; ++i) each(thread.open[i].view);
  }
}

void Situation::set_register(std::size_t t, std::uint8_t r, const View& view) {
  Thread& thread = threads_of_[t];
  thread.has_view &= ~(1u << r);
  close_register(t, r);
  if (view.empty()) return;
  thread.has_view |= 1u << r;
  thread.registers[r] = view;
}

// ---- where an access may go

Position Situation::oldest(std::size_t t, Location l, const View& address) const { return std::max(threads_of_[t].cur.seen[l], address.seen[l]); }

/// By whatever the thread still loads there.
Position Situation::oldest_readable(std::size_t t, Location l) const {
  const Thread& thread = threads_of_[t];
  Position first = thread.cur.seen[l];
  for (std::size_t i = 0; i < thread.open_count; ++i) {
    if (thread.open[i].location == l) first = std::min(first, thread.open[i].view.seen[l]);
  }
  return first;
}

Position Situation::after(std::size_t t, Location l, const View& view, bool release) const {
  const Thread& thread = threads_of_[t];
  const Position known = std::max({thread.cur.seen[l], thread.ctrl.seen[l], view.seen[l]});
  return release ? std::max(known, thread.all.seen[l]) : known;
}

// ---- accesses

/// What was stored there depended on this, if the thread reads its own last store back.
const View* Situation::stored_view(std::size_t t, Location l) const {
  const Thread& thread = threads_of_[t];
  for (std::size_t i = 0; i < thread.stored_count; ++i) {
    if (thread.stored[i].location == l) return &thread.stored[i].view;
  }
  return nullptr;
}

View Situation::load(std::size_t t, Location l, Position position, Ordered order, const View& address) {
  Thread& thread = threads_of_[t];
  View got = messages_[l][position].view;
  got.see(l, position);
  if (const View* stored = stored_view(t, l); stored != nullptr && stored->seen[l] == position) got.join(*stored);
  thread.cur.see(l, position);
  thread.all.join(got);
  if (order != Ordered::kVoid) thread.acq.join(got);
  if (order == Ordered::kAcquire || order == Ordered::kFull) {
    thread.cur.join(got);
    thread.rel.join_strong(got);  // it comes before every later store, too
  }
  got.join(address);
  got.join_strong(thread.cur);
  return got;
}

/// Puts a message in; false when there is no room.
bool Situation::insert(Location l, Position position, Word value, const View& view, bool behind) {
  if (counts_[l] == kMaxMessages) {
    full_ = l;
    return false;
  }
  const View copy = view;  // it may be one of those that make way
  for (std::size_t i = counts_[l]; i > position; --i) messages_[l][i] = messages_[l][i - 1];
  ++counts_[l];
  messages_[l][position].view.clear();
  each_view([l, position](View& v) { v.make_way(l, position); });
  Message& message = messages_[l][position];
  message.value = value;
  message.behind = behind;
  message.view = copy;
  message.view.make_way(l, position);
  message.view.see(l, position);
  return true;
}

/// Notes what a store depended on, at the place that cur has by now.
void Situation::stored(std::size_t t, Location l, const View& depends) {
  Thread& thread = threads_of_[t];
  std::size_t i = 0;
  while (i < thread.stored_count && thread.stored[i].location != l) ++i;
  if (depends.empty()) {
    if (i < thread.stored_count) thread.stored[i] = thread.stored[--thread.stored_count];
    return;
  }
  if (i == Thread::kMaxStored) {
    full_ = l;
    return;
  }
  if (i == thread.stored_count) ++thread.stored_count;
  thread.stored[i].location = l;
  thread.stored[i].view = depends;
  thread.stored[i].view.make_way(l, thread.cur.seen[l]);
  thread.stored[i].view.seen[l] = thread.cur.seen[l];
}

void Situation::store(std::size_t t, Location l, Position position, Word value, Ordered order, const View& depends) {
  Thread& thread = threads_of_[t];
  View carried = thread.rel;
  carried.join_strong(depends);
  carried.join_strong(thread.ctrl);
  if (order == Ordered::kRelease || order == Ordered::kFull) {
    carried.join(thread.cur);
    carried.join(thread.all);
  }
  const View depended = depends;
  if (!insert(l, position, value, carried, false)) return;
  thread.cur.see(l, position);
  thread.own.join(messages_[l][position].view);
  stored(t, l, depended);
}

View Situation::update(std::size_t t, Location l, Position position, Word value, Ordered order, const View& depends) {
  Thread& thread = threads_of_[t];
  const View depended = depends;
  const bool release = order == Ordered::kRelease || order == Ordered::kFull;
  View read = messages_[l][position].view;
  read.see(l, position);
  View got = load(t, l, position, order == Ordered::kRelease ? Ordered::kRelaxed : order, kNothing);
  View carried = read;
  carried.join(thread.rel);
  carried.join_strong(depended);
  carried.join_strong(thread.ctrl);
  if (release) {
    carried.join(thread.cur);
    carried.join(thread.all);
  }
  const auto place = static_cast<Position>(position + 1);
  if (!insert(l, place, value, carried, true)) return got;
  got.make_way(l, place);
  thread.cur.see(l, place);
  thread.own.join(messages_[l][place].view);
  stored(t, l, depended);
  return got;
}

// ---- postponed loads

std::uint16_t Situation::open_registers(std::size_t t) const {
  const Thread& thread = threads_of_[t];
  std::uint16_t registers = 0;
  for (std::size_t i = 0; i < thread.open_count; ++i) registers = static_cast<std::uint16_t>(registers | thread.open[i].registers);
  return registers;
}

void Situation::postpone(std::size_t t, Location l, std::uint8_t r, std::uint16_t pc, const View& address) {
  Thread& thread = threads_of_[t];
  assert(thread.open_count < kMaxOpenLoads);
  const Position from = oldest(t, l, address);
  const View seen = address;
  clear_register(t, r);
  Thread::Open& open = thread.open[thread.open_count++];
  open.location = l;
  open.registers = static_cast<std::uint16_t>(1u << r);
  open.pc = pc;
  open.view = seen;
  open.view.seen[l] = from;
}

void Situation::finish(std::size_t t, std::size_t number, Position position) {
  Thread& thread = threads_of_[t];
  const Thread::Open open = thread.open[number];
  for (std::size_t i = number + 1; i < thread.open_count; ++i) thread.open[i - 1] = thread.open[i];
  --thread.open_count;
  const View got = load(t, open.location, position, Ordered::kRelaxed, open.view);
  for (std::size_t r = 0; r < kMaxRegisters; ++r) {
    if ((open.registers >> r & 1) != 0) set_register(t, static_cast<std::uint8_t>(r), got);
  }
}

void Situation::close_register(std::size_t t, std::uint8_t r) {
  Thread& thread = threads_of_[t];
  for (std::size_t i = 0; i < thread.open_count; ++i) {
    thread.open[i].registers = static_cast<std::uint16_t>(thread.open[i].registers & ~(1u << r));
  }
}

void Situation::carry_open(std::size_t t, std::uint8_t from, std::uint8_t to) {
  Thread& thread = threads_of_[t];
  for (std::size_t i = 0; i < thread.open_count; ++i) {
    if ((thread.open[i].registers >> from & 1) != 0) thread.open[i].registers = static_cast<std::uint16_t>(thread.open[i].registers | 1u << to);
  }
}

void Situation::keep_open(std::size_t t, std::uint16_t live) {
  Thread& thread = threads_of_[t];
  std::uint8_t kept = 0;
  for (std::size_t i = 0; i < thread.open_count; ++i) {
    thread.open[i].registers = static_cast<std::uint16_t>(thread.open[i].registers & live);
    if (thread.open[i].registers != 0) thread.open[kept++] = thread.open[i];
  }
  thread.open_count = kept;
}

// ---- what orders accesses

void Situation::full_fence(std::size_t t) {
  Thread& thread = threads_of_[t];
  thread.cur.join(thread.all);
  thread.cur.join(sequential);
  thread.cur.join(thread.rel);
  thread.cur.make_strong();
  thread.rel = thread.cur;
  sequential = thread.cur;
}

void Situation::read_fence(std::size_t t) { threads_of_[t].cur.join(threads_of_[t].acq); }

void Situation::write_fence(std::size_t t) { threads_of_[t].rel.join(threads_of_[t].own); }

/// What was known where the lock was given back comes before everything that follows, for everybody; the word of the lock does not.
void Situation::locked(std::size_t t, Location l, Position position) {
  Thread& thread = threads_of_[t];
  View before = messages_[l][position].view;
  before.forget(l);
  thread.rel.join(before);
  before = thread.unlocked;
  before.forget(l);
  thread.rel.join(before);
  thread.cur.join(thread.unlocked);
}

void Situation::unlocked(std::size_t t) {
  Thread& thread = threads_of_[t];
  thread.unlocked.join(thread.cur);
  thread.unlocked.join(thread.all);
}

void Situation::grace_begins(std::size_t t) {
  full_fence(t);
  begun.join(threads_of_[t].cur);
  threads_of_[t].waited.join(left);
}

/// rcu_barrier(): it waits for callbacks, and readers that come later learn nothing by it.
void Situation::barrier_begins(std::size_t t) {
  full_fence(t);
  threads_of_[t].waited.join(left);
}

/// The grace period of call_rcu() begins with what the caller knows, though that is no fence for him.
void Situation::callback_queued(std::size_t t, std::size_t waiter) {
  begun.join(threads_of_[t].cur);
  begun.join(threads_of_[t].all);
  begun.make_strong();
  threads_of_[waiter].waited.join(left);
}

void Situation::grace_ends(std::size_t t) {
  Thread& thread = threads_of_[t];
  thread.cur.join(thread.waited);
  thread.waited.clear();
  full_fence(t);
}

void Situation::reader_enters(std::size_t t) {
  threads_of_[t].cur.join(begun);
  threads_of_[t].rel.join(begun);
}

void Situation::reader_leaves(std::size_t t) {
  left.join(threads_of_[t].cur);
  left.join(threads_of_[t].all);
}

void Situation::waits_for(std::size_t waiter, std::size_t reader) {
  threads_of_[waiter].waited.join(threads_of_[reader].cur);
  threads_of_[waiter].waited.join(threads_of_[reader].all);
}

// ---- the race check

void Situation::note_event(std::size_t t, Location l, bool write) {
  each_view([l](View& view) { view.forget(l); });
  counts_[l] = 2;
  messages_[l][1] = messages_[l][0];
  Thread& thread = threads_of_[t];
  thread.cur.see(l, 1);
  if (write) thread.own.see(l, 1);  // smp_wmb() takes it along
}

bool Situation::knows_event(std::size_t t, Location l, bool by_branch) const {
  const Position last = newest(l);
  return threads_of_[t].cur.seen[l] == last || (by_branch && threads_of_[t].ctrl.seen[l] == last);
}

// ---- what can be forgotten

namespace {

/// Of a view that will only ever be joined into `known`, for its strong part into `strong`: what it adds is left.
void drop_known(View& view, const View& known, const View& strong) {
  for (std::size_t l = 0; l < kMaxLocations; ++l) view.strong[l] = view.strong[l] > strong.strong[l] ? view.strong[l] : Position{0};
  for (std::size_t l = 0; l < kMaxLocations; ++l) view.seen[l] = view.seen[l] > known.seen[l] ? view.seen[l] : view.strong[l];
}

}  // namespace

/// Views that what the thread still does cannot bring to bear, and parts of views that it knows already: they are only joined into
/// others or compared with the later of the two, and what is known only grows.
void Situation::reduce_thread(Thread& thread, const Needs& needs) {
  if (!needs.read_fence) thread.acq.clear();
  if (!needs.passes_on) thread.all.clear();
  if (!needs.write_fence) thread.own.clear();
  if (!needs.stores) {
    thread.ctrl.clear();
    thread.rel.clear();
    thread.cur.strong.fill(0);
    for (std::size_t r = 0; r < kMaxRegisters; ++r) thread.registers[r].strong.fill(0);
    for (std::size_t i = 0; i < thread.open_count; ++i) thread.open[i].view.strong.fill(0);
  }
  if (!needs.locks) thread.unlocked.clear();
  if (!needs.waits) thread.waited.clear();
  thread.waited.strong.fill(0);
  if (needs.accesses == 0) thread.has_view = 0;
  if (!needs.passes_on) {
    // What it knows of a location that it does not access itself is nobody's business; the strong part goes out with stores.
    const auto keep_strong = [&needs](View& view) {
      for (std::size_t l = 0; l < kMaxLocations; ++l) view.seen[l] = (needs.accesses >> l & 1) != 0 ? view.seen[l] : view.strong[l];
    };
    for (View* view : {&thread.cur, &thread.acq, &thread.ctrl}) keep_strong(*view);
    for (std::size_t r = 0; r < kMaxRegisters; ++r) keep_strong(thread.registers[r]);
    for (std::size_t i = 0; i < thread.open_count; ++i) keep_strong(thread.open[i].view);  // its own location is accessed
  }
  drop_known(thread.acq, thread.cur, thread.cur);
  drop_known(thread.all, thread.cur, thread.cur);
  drop_known(thread.own, thread.rel, thread.rel);
  drop_known(thread.ctrl, thread.cur, thread.rel);
  for (std::size_t r = 0; r < kMaxRegisters; ++r) {
    if ((thread.has_view >> r & 1) == 0) continue;
    drop_known(thread.registers[r], thread.cur, thread.rel);
    if (thread.registers[r].empty()) thread.has_view &= ~(1u << r);
  }
  for (std::size_t i = 0; i < thread.open_count; ++i) {
    Thread::Open& open = thread.open[i];
    const Position from = open.view.seen[open.location];
    drop_known(open.view, thread.cur, thread.rel);
    open.view.seen[open.location] = from;
  }
  for (std::size_t i = 0; i < thread.stored_count;) {
    Thread::Stored& stored = thread.stored[i];
    const Position place = stored.view.seen[stored.location];
    bool counts = place == thread.cur.seen[stored.location] && (needs.accesses >> stored.location & 1) != 0;
    if (counts) {
      stored.view.seen[stored.location] = stored.view.strong[stored.location];
      drop_known(stored.view, thread.cur, thread.rel);
      counts = !stored.view.empty();
      stored.view.seen[stored.location] = place;
    }
    if (counts) {
      ++i;
    } else {
      stored = thread.stored[--thread.stored_count];
    }
  }
  // In a fixed order, so that equal situations are equal.
  std::sort(thread.stored.begin(), thread.stored.begin() + thread.stored_count,
            [](const Thread::Stored& a, const Thread::Stored& b) { return a.location < b.location; });
}

/// Positions are counted from the oldest message that anybody who may still access the location can read; what is older, and what
/// views say of it, says nothing. A location that nobody accesses any more is its newest message.
void Situation::drop_old(std::span<const Needs> needs) {
  LocationSet accessed = 0;
  for (const Needs& n : needs) accessed |= n.accesses;
  std::array<Position, kMaxLocations> gone{};
  std::array<Position, kMaxLocations> kept;
  kept.fill(0);
  for (std::size_t l = 0; l < locations_; ++l) {
    std::size_t first = counts_[l] - 1u;
    if ((accessed >> l & 1) != 0) {
      kept[l] = 0xff;
      for (std::size_t t = 0; t < needs.size(); ++t) {
        if ((needs[t].accesses >> l & 1) != 0) first = std::min<std::size_t>(first, oldest_readable(t, static_cast<Location>(l)));
      }
    }
    gone[l] = static_cast<Position>(first);
    if (first == 0) continue;
    for (std::size_t i = first; i < counts_[l]; ++i) messages_[l][i - first] = messages_[l][i];
    counts_[l] = static_cast<std::uint8_t>(counts_[l] - first);
  }
  each_view([&](View& view) {
    for (std::size_t l = 0; l < kMaxLocations; ++l) {
      view.seen[l] = static_cast<Position>((view.seen[l] > gone[l] ? view.seen[l] - gone[l] : 0) & kept[l]);
    }
    for (std::size_t l = 0; l < kMaxLocations; ++l) {
      view.strong[l] = static_cast<Position>((view.strong[l] > gone[l] ? view.strong[l] - gone[l] : 0) & kept[l]);
    }
  });
  for (std::size_t l = 0; l < locations_; ++l) messages_[l][0].behind = false;  // nothing comes before it anyway
}

void Situation::renumber() {
  std::array<Needs, kMaxThreads> all;
  for (Needs& needs : all) needs.accesses = ~LocationSet{0};
  drop_old({all.data(), static_cast<std::size_t>(threads_)});
}

void Situation::reduce(std::span<const Needs> table) {
  std::array<Needs, kMaxThreads> needs;
  const auto threads = static_cast<std::size_t>(threads_);
  for (std::size_t t = 0; t < threads; ++t) {
    const Thread& thread = threads_of_[t];
    needs[t] = table[thread.needs];
    for (std::size_t i = 0; i < thread.open_count; ++i) needs[t].accesses |= bit_of(thread.open[i].location);
  }
  drop_old({needs.data(), threads});

  bool full = false, waits = false, enters = false;
  View least = kNothing;  // what all know that S may still be joined into
  least.seen.fill(0xff);
  for (std::size_t t = 0; t < threads; ++t) {
    reduce_thread(threads_of_[t], needs[t]);
    waits |= needs[t].waits;
    enters |= needs[t].enters;
    if (!needs[t].full) continue;
    full = true;
    for (std::size_t l = 0; l < kMaxLocations; ++l) least.seen[l] = std::min(least.seen[l], threads_of_[t].cur.seen[l]);
  }
  sequential.strong.fill(0);  // all of it becomes strong where it is joined
  if (!full) sequential.clear();
  drop_known(sequential, least, least);
  left.strong.fill(0);
  if (!waits) left.clear();
  if (!enters) begun.clear();

  // A message tells those nothing who know it all; who may still read it is who has not seen a later one. That a message sees
  // itself goes without saying.
  for (std::size_t l = 0; l < locations_; ++l) {
    for (std::size_t i = 0; i < counts_[l]; ++i) {
      View& view = messages_[l][i].view;
      if (view.empty()) continue;
      View known;
      known.seen.fill(0xff);
      known.strong.fill(0xff);
      for (std::size_t t = 0; t < threads; ++t) {
        const Thread& thread = threads_of_[t];
        if ((needs[t].accesses >> l & 1) == 0 || oldest_readable(t, static_cast<Location>(l)) > i) continue;
        for (std::size_t k = 0; k < kMaxLocations; ++k) known.seen[k] = std::min(known.seen[k], thread.cur.seen[k]);
        for (std::size_t k = 0; k < kMaxLocations; ++k) known.strong[k] = std::min(known.strong[k], thread.rel.strong[k]);
      }
      view.seen[l] = view.strong[l];
      drop_known(view, known, known);
    }
  }
}

}  // namespace vmalab::weak

// SPDX-License-Identifier: GPL-2.0-only
#include "check/any/any_search.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "check/parts.h"
#include "check/symmetry.h"
#include "machine/describe.h"
#include "machine/holds.h"

namespace vmalab::check {
namespace {

// ---- what readers add to counters

enum class CounterKind { kRefcnt, kMmapLock, kMmCount, kMmUsers };
struct Counter {
  CounterKind kind;
  std::size_t object;
};
constexpr std::size_t kCounters = kMaxVmas + 3 * kMaxMms;
constexpr std::array<Counter, kCounters> all_counters() {
  std::array<Counter, kCounters> all{};
  std::size_t n = 0;
  for (std::size_t v = 0; v < kMaxVmas; ++v) all[n++] = {CounterKind::kRefcnt, v};
  for (const CounterKind kind : {CounterKind::kMmapLock, CounterKind::kMmCount, CounterKind::kMmUsers}) {
    for (std::size_t m = 0; m < kMaxMms; ++m) all[n++] = {kind, m};
  }
  return all;
}
constexpr std::array kAllCounters = all_counters();

/// Of each counter, what readers add to it.
using Counts = std::array<std::uint8_t, kCounters>;
constexpr std::uint8_t kMany = 2;    ///< in a state: 2 or more
constexpr std::uint8_t kOfMany = 3;  ///< in a step: 3, for all that are more than 2
constexpr std::uint8_t kMore = 4;    ///< in a step: a second opinion on kOfMany

Word& word_of(Shared& shared, const Counter& counter) {
  MmState& mm = shared.mms[counter.object % kMaxMms];
  switch (counter.kind) {
    case CounterKind::kRefcnt: break;
    case CounterKind::kMmapLock: return mm[MmField::kMmapLock];
    case CounterKind::kMmCount: return mm[MmField::kMmCount];
    case CounterKind::kMmUsers: return mm[MmField::kMmUsers];
  }
  return shared.vmas[counter.object][VmaField::kRefcnt];
}

std::uint8_t added_by(const ThreadState& reader, const Counter& counter) {
  const Word mm = mm_address(static_cast<int>(counter.object % kMaxMms));
  switch (counter.kind) {
    case CounterKind::kRefcnt: break;
    case CounterKind::kMmapLock: return static_cast<std::uint8_t>((reader.mmap_read >> counter.object & 1u) + counted(reader.mmap_read_more, mm));
    case CounterKind::kMmCount: return static_cast<std::uint8_t>(counted(reader.mm_grabs, mm));
    case CounterKind::kMmUsers: return static_cast<std::uint8_t>(counted(reader.mm_gets, mm));
  }
  return reader.holds[counter.object].references;
}

Counts added_by(const ThreadState& reader) {
  Counts counts{};
  for (std::size_t c = 0; c < kCounters; ++c) counts[c] = added_by(reader, kAllCounters[c]);
  return counts;
}

void change(Shared& shared, const Counts& counts, bool add) {
  for (std::size_t c = 0; c < kCounters; ++c) {
    if (counts[c] != 0) word_of(shared, kAllCounters[c]) += add ? Word{counts[c]} : -Word{counts[c]};
  }
}

// ---- sets of places that readers stand in

using Places = std::vector<Index>;  ///< numbers of locals, in order
using PlacesId = std::uint32_t;

class PlacesTable {
 public:
  PlacesId intern(const Places& places) {
    const auto [it, fresh] = ids_.try_emplace(places, static_cast<PlacesId>(by_id_.size()));
    if (fresh) {
      by_id_.push_back(&it->first);
      bytes_ += places.size() * sizeof(Index) + 96;
    }
    return it->second;
  }
  const Places& operator[](PlacesId id) const { return *by_id_[id]; }
  bool includes(PlacesId large, PlacesId small) const {
    const Places &a = *by_id_[large], &b = *by_id_[small];
    return std::includes(a.begin(), a.end(), b.begin(), b.end());
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::map<Places, PlacesId> ids_;
  std::vector<const Places*> by_id_;
  std::size_t bytes_ = 0;
};

bool insert(Places& places, Index place) {
  const auto at = std::lower_bound(places.begin(), places.end(), place);
  if (at != places.end() && *at == place) return false;
  places.insert(at, place);
  return true;
}
void remove(Places& places, Index place) {
  const auto at = std::lower_bound(places.begin(), places.end(), place);
  if (at != places.end() && *at == place) places.erase(at);
}
bool contains(const Places& places, Index place) { return std::binary_search(places.begin(), places.end(), place); }

// ---- states

struct Key {
  Index shared = 0;
  PlacesId active = 0;  ///< readers that have done something
  Counts counts{};
  std::array<Index, kMaxThreads> named{};
  friend bool operator==(const Key&, const Key&) = default;
};
struct KeyHash {
  std::size_t operator()(const Key& key) const {
    static_assert(std::has_unique_object_representations_v<Key>);
    return hash_bytes(&key, sizeof key);
  }
};

/// What brought a state about.
struct Via {
  ThreadId thread;
  Action::Kind kind = Action::Kind::kStep;
  bool last_left = false;
  Index local = 0;  ///< where the thread stood
  Counts counts{};  ///< on which it ran
};
struct Node {
  Key key;
  PlacesId watching = 0;  ///< readers that have only looked; closed under their steps
  std::uint32_t parent = 0;
  int depth = 0;
  Via via;
};

struct StepKey {
  Index shared, local;
  Counts counts;
  std::uint16_t thread, kind;
  friend bool operator==(const StepKey&, const StepKey&) = default;
};
struct StepKeyHash {
  std::size_t operator()(const StepKey& key) const {
    static_assert(std::has_unique_object_representations_v<StepKey>);
    return hash_bytes(&key, sizeof key);
  }
};
struct CloseKey {
  Index shared;
  PlacesId watching;
  Counts counts, sum;
  friend bool operator==(const CloseKey&, const CloseKey&) = default;
};
struct CloseKeyHash {
  std::size_t operator()(const CloseKey& key) const {
    static_assert(std::has_unique_object_representations_v<CloseKey>);
    return hash_bytes(&key, sizeof key);
  }
};
struct Step {
  bool enabled = false, done = false;
  Index shared = 0, local = 0;
  Counts counts{};  ///< after it, in numbers
  PropertySet violations = 0;
};

}  // namespace

bool is_decided_for_any(const Property& property) { return property.kind != Property::Kind::kCanFinish; }

struct AnySearch::Tables {
  const Machine& machine;
  const ThreadId many;
  const PropertySet judged;
  const std::size_t memory_limit;
  AnyResult& result;
  const bool signals_to_readers;

  Interner<Shared> shared{sizeof(Shared)};
  Interner<Local> local{sizeof(Local)};
  PlacesTable places;
  std::unordered_map<StepKey, Step, StepKeyHash> steps;
  std::unordered_map<CloseKey, PlacesId, CloseKeyHash> closed;         ///< memo of close()
  std::unordered_map<Key, std::vector<std::uint32_t>, KeyHash> known;  ///< nodes by what they are, none of whose watching sets is in another's
  std::vector<Node> nodes;
  std::vector<bool> superseded;
  std::size_t head = 0;
  Index fresh = 0;
  std::set<BrokenPremise> premises;
  std::vector<std::vector<bool>> counts_at;  ///< [program][pc]: reaches a vm_refcnt
  bool met_reader = false, met_writer = false;
  std::set<Word> refcnt_values;
  std::set<std::pair<Word, Word>> refcnt_edges;

  Tables(const Machine& m, ThreadId t, PropertySet j, std::size_t limit, AnyResult& r)
      : machine(m), many(t), judged(j), memory_limit(limit), result(r), signals_to_readers(m.limits().signals && !is_deaf(m.program(t))) {
    result.coverage = machine.new_coverage();
    for (const Program& program : machine.programs()) counts_at.emplace_back(program.code.size());
  }

  std::size_t bytes() const {
    return shared.bytes() + local.bytes() + places.bytes() + steps.size() * (sizeof(StepKey) + sizeof(Step) + 32) + closed.size() * 32 +
           nodes.size() * (sizeof(Node) + sizeof(Key) + 80);
  }

  void broken(std::string sentence, ThreadId thread, Pc pc) { premises.insert({std::move(sentence), place_text(machine, thread, pc)}); }

  // ---- steps

  /// A state for the machine. Of the other threads only what is shared.
  State state_for(const Shared& base, const Counts& counts, ThreadId t, const Local& self) const {
    Shared words = base;
    change(words, counts, true);
    State state;
    std::memset(static_cast<void*>(&state), 0, sizeof state);
    state.mms = words.mms;
    state.vmas = words.vmas;
    state.globals = words.globals;
    state.rcu = words.rcu;
    for (int other = 0; other < machine.thread_count(); ++other) {
      ThreadState& thread = state.threads[static_cast<std::size_t>(other)];
      thread.task_state = words.task_states[static_cast<std::size_t>(other)];
      thread.signal_pending = (words.signals_pending >> other & 1u) != 0;
    }
    ThreadState& thread = state.thread(t);
    const Word task_state = thread.task_state;
    const std::uint8_t pending = thread.signal_pending;
    thread = self;
    if (t != many) {
      thread.task_state = task_state;
      thread.signal_pending = pending;
    }
    return state;
  }
  /// Of a reader, what of it is shared as well: nobody looks at it (see check_reader).
  Local part_of(const State& state, ThreadId t) const { return t == many ? state.thread(t) : local_part(state.thread(t)); }
  Shared base_of(const State& state, const Counts& counts) const {
    Shared base = shared_part(state, machine.thread_count(), {});
    base.task_states[many.value] = 0;
    base.signals_pending = static_cast<std::uint16_t>(base.signals_pending & ~(1u << many.value));
    change(base, counts, false);
    return base;
  }

  const Step& step(Index at, ThreadId t, Action::Kind kind, Index place, const Counts& counts, StepInfo* told = nullptr) {
    const StepKey key{at, place, counts, t.value, static_cast<std::uint16_t>(kind)};
    const auto found = steps.find(key);
    if (found != steps.end() && told == nullptr) return found->second;
    const Local before = local.get(place);
    State state = state_for(shared.get(at), counts, t, before);
    Step out;
    out.done = machine.done(state, t);
    out.enabled = kind == Action::Kind::kSignal ? !out.done && !state.thread(t).signal_pending : machine.can_step(state, t);
    if (out.enabled) {
      StepInfo info;
      machine.execute(state, {kind, t}, info, &result.coverage);
      if (told != nullptr) *told = info;
      if (is_refcnt(info.address)) note_count(t, info.pc);
      if (is_refcnt(info.address) && info.old_value != info.new_value) refcnt_edges.emplace(info.old_value, info.new_value);
      out.violations = info.violations;
      out.counts = counts;
      if (t == many) {
        const Counts was = added_by(before), is = added_by(state.thread(t));
        for (std::size_t c = 0; c < kCounters; ++c) {
          const int moved = int{is[c]} - int{was[c]}, total = int{counts[c]} + moved;
          if (moved > 1 || moved < -1) broken("a reader moves a count by more than 1", t, info.pc);
          out.counts[c] = static_cast<std::uint8_t>(std::max(total, 0));
        }
        check_reader(state, info.pc);
      }
      out.local = local.intern(part_of(state, t));
      out.shared = shared.intern(base_of(state, out.counts));
    }
    const Step& kept = steps.insert_or_assign(key, out).first->second;
    second_opinion(key, kept);
    return steps.find(key)->second;
  }

  /// The program is looked through again with every instruction that is found to reach a vm_refcnt.
  void note_count(ThreadId t, Pc pc) {
    std::vector<bool>& counts = counts_at[static_cast<std::size_t>(machine.program_index(t))];
    if (counts[pc]) return;
    counts[pc] = true;
    for (BrokenPremise& one : broken_by_counts(machine, t, counts)) premises.insert(std::move(one));
  }

  /// What is done with 3 has to be done with 4.
  void second_opinion(const StepKey& key, const Step& of_many) {
    const Step expected = of_many;
    for (std::size_t c = 0; c < kCounters; ++c) {
      if (key.counts[c] != kOfMany) continue;
      Counts more = key.counts;
      more[c] = kMore;
      const ThreadId t = thread_id(key.thread);
      const Step other = step(key.shared, t, static_cast<Action::Kind>(key.kind), key.local, more);
      bool same = other.enabled == expected.enabled && other.violations == expected.violations;
      if (same && other.enabled) {
        same = other.shared == expected.shared && local.get(other.local).pc == local.get(expected.local).pc &&
               other.counts[c] == expected.counts[c] + 1;
      }
      if (!same) broken("a step does otherwise with 3 references than with 4", t, local.get(key.local).pc);
    }
  }

  /// What a reader must not do to stay one of many.
  void check_reader(const State& state, Pc pc) {
    const ThreadState& reader = state.thread(many);
    if (reader.mmap_write != 0 || reader.locks[0] != 0) broken("a reader takes a lock that only one can have", many, pc);
    for (const Holds& holds : reader.holds) {
      if (holds.excluding || holds.write_locked) broken("a reader keeps others out", many, pc);
    }
    const Word name = task_address(many.value);
    const auto named = [name](const auto& words) { return std::find(words.begin(), words.end(), name) != words.end(); };
    bool by_name = named(state.globals);
    for (const MmState& mm : state.mms) by_name = by_name || named(mm.fields);
    for (const VmaState& vma : state.vmas) by_name = by_name || named(vma.fields);
    if (by_name) broken("a word of memory names a reader", many, pc);
  }

  // ---- what the counters may be

  Counts sum_of(const Places& active) const {
    Counts sum{};
    for (const Index place : active) {
      const Counts one = added_by(local.get(place));
      for (std::size_t c = 0; c < kCounters; ++c) sum[c] = static_cast<std::uint8_t>(std::min(15, sum[c] + one[c]));
    }
    return sum;
  }
  static bool agree(const Counts& counts, const Counts& sum) {
    for (std::size_t c = 0; c < kCounters; ++c) {
      if (counts[c] < kMany ? sum[c] != counts[c] : sum[c] == 0) return false;
    }
    return true;
  }
  /// The numbers that `counts` stands for, where at least `sum` is there.
  template <typename Each>
  void each_number(const Counts& counts, const Counts& sum, Each&& each) const {
    Counts now = counts;
    for (std::size_t c = 0; c < kCounters; ++c) {
      if (counts[c] == kMany && sum[c] > kMany) now[c] = kOfMany;
    }
    for (;;) {
      each(static_cast<const Counts&>(now));
      std::size_t c = 0;
      while (c < kCounters && !(counts[c] == kMany && now[c] == kMany)) {
        if (counts[c] == kMany && sum[c] <= kMany) now[c] = kMany;
        ++c;
      }
      if (c == kCounters) return;
      now[c] = kOfMany;
    }
  }
  static Counts as_classes(Counts counts) {
    for (std::uint8_t& count : counts) count = std::min(count, kMany);
    return counts;
  }

  // ---- readers that only look

  bool holds_nothing(const ThreadState& reader) const { return added_by(reader) == Counts{}; }
  /// The step left everything as it was for everybody else.
  bool only_looked(Index at, const Counts& counts, const Step& step) const {
    return step.shared == at && step.counts == counts && holds_nothing(local.get(step.local));
  }

  /// All that readers can come to which only look, from these places and the beginning.
  PlacesId close(Index at, const Counts& counts, const Counts& sum, PlacesId watching) {
    Places all = places[watching];
    insert(all, fresh);
    const PlacesId from = places.intern(all);
    const CloseKey key{at, from, counts, sum};
    if (const auto found = closed.find(key); found != closed.end()) return found->second;
    Places open = all;
    while (!open.empty()) {
      const Index place = open.back();
      open.pop_back();
      each_number(counts, sum, [&](const Counts& now) {
        for (const Action::Kind kind : {Action::Kind::kStep, Action::Kind::kSignal}) {
          if (kind == Action::Kind::kSignal && !signals_to_readers) continue;
          const Step one = step(at, many, kind, place, now);
          if (!one.enabled || (one.violations & judged) != 0 || !only_looked(at, now, one) || is_done(one.local)) continue;
          if (insert(all, one.local)) open.push_back(one.local);
        }
      });
    }
    return closed[key] = places.intern(all);
  }
  bool is_done(Index place) const { return machine.program(many).code[local.get(place).pc].op == Op::kEnd; }

  // ---- the search

  /// What the state breaks, on any of the numbers it stands for.
  PropertySet judge(const Node& node) {
    const Places& active = places[node.key.active];
    SharedFacts facts;
    const int threads = machine.thread_count();
    for (int t = 0; t < threads; ++t) {
      if (t != many.value) facts.add(Machine::facts(local.get(node.key.named[static_cast<std::size_t>(t)])));
    }
    for (const Index place : active) {
      SharedFacts of_reader = Machine::facts(local.get(place));
      for (SharedFacts::Vma& vma : of_reader.vmas) vma.references = 0;  // counted below
      facts.add(of_reader);
    }
    PropertySet out = 0;
    const Shared base = shared.get(node.key.shared);
    each_number(node.key.counts, sum_of(active), [&](const Counts& now) {
      const State state = state_for(base, now, many, local.get(fresh));
      SharedFacts all = facts;
      for (std::size_t v = 0; v < kMaxVmas; ++v) {
        all.vmas[v].references = static_cast<std::uint8_t>(all.vmas[v].references + now[v]);
        met_reader = met_reader || all.vmas[v].readers > 0;
        met_writer = met_writer || all.vmas[v].writers > 0;
      }
      for (std::size_t v = 0; v < machine.scenario().vmas.size(); ++v) {
        refcnt_values.insert(state.vmas[v][VmaField::kRefcnt]);
      }
      out |= machine.judge(state, all);
      if (!can_anybody_step(node, now)) out |= bit_of(properties::kNoStuck);
    });
    return out;
  }

  /// Of those that are at work. False only where somebody is.
  bool can_anybody_step(const Node& node, const Counts& now) {
    bool all_done = true;
    for (int t = 0; t < machine.thread_count(); ++t) {
      const ThreadId thread = thread_id(t);
      if (thread == many) continue;
      const Step& one = step(node.key.shared, thread, Action::Kind::kStep, node.key.named[static_cast<std::size_t>(t)], now);
      if (one.enabled) return true;
      all_done = all_done && one.done;
    }
    for (const Index place : places[node.key.active]) {
      const Step& one = step(node.key.shared, many, Action::Kind::kStep, place, now);
      if (one.enabled) return true;
      all_done = all_done && one.done;
    }
    return all_done;
  }

  /// Adds the state, unless it is known. True: it breaks something, and is the last node.
  bool add(Key key, PlacesId watching, std::uint32_t parent, int depth, const Via& via) {
    Places active = places[key.active];
    const Counts sum = sum_of(active);
    if (!agree(key.counts, sum)) return false;
    const PlacesId all_watching = close(key.shared, key.counts, sum, watching);
    // One that is where it could come to by looking is like one still to come.
    Places rest;
    for (const Index place : active) {
      if (!contains(places[all_watching], place)) rest.push_back(place);
    }
    key.active = places.intern(rest);
    std::vector<std::uint32_t>& same = known[key];
    for (const std::uint32_t other : same) {
      if (places.includes(nodes[other].watching, all_watching)) return false;
    }
    std::erase_if(same, [&](std::uint32_t other) {
      const bool less = places.includes(all_watching, nodes[other].watching);
      if (less) superseded[other] = true;
      return less;
    });
    same.push_back(static_cast<std::uint32_t>(nodes.size()));
    nodes.push_back({key, all_watching, parent, depth, via});
    superseded.push_back(false);
    const PropertySet broken_here = judge(nodes.back()) & judged;
    result.violations |= broken_here;
    return broken_here != 0;
  }

  /// The last node breaks something.
  bool begin() {
    const State start = machine.initial();
    fresh = local.intern(part_of(start, many));
    Key key;
    key.shared = shared.intern(base_of(start, {}));
    key.active = places.intern({});
    for (int t = 0; t < machine.thread_count(); ++t) {
      const ThreadId thread = thread_id(t);
      if (thread != many) key.named[thread.value] = local.intern(part_of(start, thread));
    }
    return add(key, places.intern({}), 0, 0, {});
  }

  /// True: a step from it breaks something, and `result.path` ends with it.
  bool expand(std::uint32_t number) {
    const Node node = nodes[number];
    const Places active = places[node.key.active], watching = places[node.watching];
    const Counts sum = sum_of(active);
    const auto fails = [&](const Step& one, const Via& via) {
      if ((one.violations & judged) == 0) return false;
      result.violations = one.violations & judged;
      tell(number, &via);
      return true;
    };
    bool found = false;
    each_number(node.key.counts, sum, [&](const Counts& now) {
      if (found) return;
      for (int t = 0; t < machine.thread_count() && !found; ++t) {
        const ThreadId thread = thread_id(t);
        if (thread == many) continue;
        const Index place = node.key.named[thread.value];
        for (const Action::Kind kind : {Action::Kind::kStep, Action::Kind::kSignal}) {
          if (kind == Action::Kind::kSignal && (!machine.limits().signals || is_deaf(machine.program(thread)))) continue;
          const Step one = step(node.key.shared, thread, kind, place, now);
          if (!one.enabled) continue;
          ++result.transitions;
          const Via via{thread, kind, false, place, now};
          if ((found = fails(one, via))) return;
          Key next = node.key;
          next.shared = one.shared;
          next.named[thread.value] = one.local;
          if ((found = arrive(next, node.watching, number, node.depth + 1, via))) return;
        }
      }
      const auto reader_steps = [&](Index place, bool only_looks) {
        for (const Action::Kind kind : {Action::Kind::kStep, Action::Kind::kSignal}) {
          if (found || (kind == Action::Kind::kSignal && !signals_to_readers)) continue;
          const Step one = step(node.key.shared, many, kind, place, now);
          if (!one.enabled) continue;
          ++result.transitions;
          Via via{many, kind, false, place, now};
          if ((found = fails(one, via))) return;
          if (only_looks && only_looked(node.key.shared, now, one)) continue;
          Key next = node.key;
          next.shared = one.shared;
          next.counts = as_classes(one.counts);
          const bool gone = is_done(one.local) && holds_nothing(local.get(one.local));
          for (const bool last : {false, true}) {
            if (last && only_looks) continue;
            Places then = active;
            if (last) remove(then, place);
            if (!gone) insert(then, one.local);
            next.active = places.intern(then);
            via.last_left = last;
            if ((found = arrive(next, node.watching, number, node.depth + 1, via))) return;
          }
        }
      };
      for (const Index place : active) reader_steps(place, false);
      for (const Index place : watching) reader_steps(place, true);
    });
    return found;
  }
  bool arrive(const Key& key, PlacesId watching, std::uint32_t parent, int depth, const Via& via) {
    if (!add(key, watching, parent, depth, via)) return false;
    tell(static_cast<std::uint32_t>(nodes.size() - 1), nullptr);
    return true;
  }

  /// The way to the node, and one step more.
  void tell(std::uint32_t number, const Via* then) {
    std::vector<std::pair<Index, Via>> way;
    if (then != nullptr) way.emplace_back(nodes[number].key.shared, *then);
    for (std::uint32_t at = number; nodes[at].depth > 0; at = nodes[at].parent) way.emplace_back(nodes[nodes[at].parent].key.shared, nodes[at].via);
    result.path.clear();
    for (auto it = way.rbegin(); it != way.rend(); ++it) {
      const auto& [at, via] = *it;
      AnyStep told{{via.kind, via.thread}, {}, via.last_left};
      step(at, via.thread, via.kind, via.local, via.counts, &told.info);
      result.path.push_back(std::move(told));
    }
  }
};

AnySearch::AnySearch(const Machine& machine, ThreadId many, PropertySet judged, std::size_t memory_limit)
    : tables_(std::make_unique<Tables>(machine, many, judged, memory_limit, result_)) {
  if (machine.limits().grace_periods) result_.premises.push_back({"the code waits for RCU readers, which it does for each by name", ""});
  if (machine.weak() != nullptr) result_.premises.push_back({"what each reader has seen of memory is not kept for any number of them", ""});
}
AnySearch::~AnySearch() = default;

bool AnySearch::covers(const Machine& concrete, const State& state) const {
  Tables& t = *tables_;
  const int named = t.many.value, readers = concrete.thread_count() - named;
  Key key;
  Counts sum{};
  Places standing;
  for (int r = 0; r < readers; ++r) {
    const ThreadState& reader = state.threads[static_cast<std::size_t>(named + r)];
    const Counts one = added_by(reader);
    for (std::size_t c = 0; c < kCounters; ++c) sum[c] = static_cast<std::uint8_t>(sum[c] + one[c]);
    const Index place = t.local.intern(reader);
    if (!t.is_done(place) || !t.holds_nothing(reader)) insert(standing, place);
  }
  // What the readers are is of no matter to the shared part, nor is their number.
  State alone = state;
  for (int r = 1; r < readers; ++r) std::memset(static_cast<void*>(&alone.threads[static_cast<std::size_t>(named + r)]), 0, sizeof(ThreadState));
  key.shared = t.shared.intern(t.base_of(alone, sum));
  key.counts = Tables::as_classes(sum);
  for (int n = 0; n < named; ++n) key.named[static_cast<std::size_t>(n)] = t.local.intern(local_part(state.threads[static_cast<std::size_t>(n)]));
  // What stands where one can come to by looking may have been put with those.
  const std::size_t all = standing.size();
  for (std::uint32_t some = 0; some < 1u << all; ++some) {
    Places active, looking;
    for (std::size_t i = 0; i < all; ++i) ((some >> i & 1) != 0 ? active : looking).push_back(standing[i]);
    key.active = t.places.intern(active);
    const auto found = t.known.find(key);
    if (found == t.known.end()) continue;
    for (const std::uint32_t node : found->second) {
      const Places& watching = t.places[t.nodes[node].watching];
      if (std::includes(watching.begin(), watching.end(), looking.begin(), looking.end())) return true;
    }
  }
  return false;
}

Status AnySearch::advance(Budget budget) {
  if (done_) return Status::kDone;
  const Stopwatch watch(result_.seconds);
  Tables& t = *tables_;
  if (!result_.premises.empty()) {
    finish(AnyResult::End::kPremise);
    return Status::kDone;
  }
  if (t.nodes.empty() && t.begin()) {
    t.tell(0, nullptr);
    finish(AnyResult::End::kViolation);
    return Status::kDone;
  }
  for (std::uint64_t steps = 0; steps < std::max<std::uint64_t>(budget.steps, 1); ++steps) {
    if (stopped_) {
      finish(AnyResult::End::kStopped);
    } else if (t.head == t.nodes.size()) {
      finish(AnyResult::End::kComplete);
    } else if (const auto number = static_cast<std::uint32_t>(t.head++); !t.superseded[number] && t.expand(number)) {
      finish(AnyResult::End::kViolation);
    } else if (!t.premises.empty()) {
      finish(AnyResult::End::kPremise);
    } else if ((t.head & 0xff) == 0 && t.memory_limit != 0 && t.bytes() > t.memory_limit) {
      finish(AnyResult::End::kMemory);
    }
    if (done_) return Status::kDone;
  }
  return Status::kRunning;
}

void AnySearch::finish(AnyResult::End end) {
  Tables& t = *tables_;
  done_ = true;
  if (!t.premises.empty()) end = AnyResult::End::kPremise;
  result_.premises.insert(result_.premises.end(), t.premises.begin(), t.premises.end());
  result_.end = end;
  result_.states = t.known.size();
  result_.depth = t.nodes.empty() ? 0 : t.nodes.back().depth;
  result_.reader_places = t.local.count();
  result_.refcnt_values.assign(t.refcnt_values.begin(), t.refcnt_values.end());
  result_.locks_met = t.met_reader && t.met_writer;
  result_.refcnt_edges.assign(t.refcnt_edges.begin(), t.refcnt_edges.end());
  result_.bytes = t.bytes();
}

Progress AnySearch::progress() const {
  const Tables& t = *tables_;
  Progress out;
  out.states = t.known.size();
  out.transitions = result_.transitions;
  out.frontier = t.nodes.size() - t.head;
  out.depth = t.nodes.empty() ? 0 : t.nodes[std::min(t.head, t.nodes.size() - 1)].depth;
  out.seconds = result_.seconds;
  out.bytes = t.bytes();
  return out;
}

void AnySearch::stop() { stopped_ = true; }

}  // namespace vmalab::check

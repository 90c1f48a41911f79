// SPDX-License-Identifier: GPL-2.0-only
#include "check/any/any_search.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <utility>

#include "check/any/any_steps.h"
#include "check/any/bytes_hash.h"
#include "check/any/places.h"
#include "machine/holds.h"

namespace vmalab::check {
namespace {

struct Key {
  Index shared = 0;
  PlacesId active = 0;  ///< readers that hold nothing and have something to do: where at least one stands
  Counts counts{};
  std::array<Index, kMaxThreads> named{};
  friend bool operator==(const Key&, const Key&) = default;
};

/// What brought a state about.
struct Via {
  ThreadId thread;
  Action::Kind kind = Action::Kind::kStep;
  bool last_left = false;
  std::uint8_t reading = 0;
  Index local = 0;  ///< where the thread stood
  Counts counts{};  ///< on which it ran
};
struct Node {
  Key key;
  PlacesId may = 0;  ///< where readers may stand that have only looked, or that the counters count; closed under looks
  std::uint32_t parent = 0;
  std::uint32_t first = 0;  ///< the first with this key
  int depth = 0;
  Via via;
};
/// Nodes with one key.
struct Same {
  std::uint32_t first = 0;
  std::vector<std::uint32_t> nodes;  ///< none of whose `may` is in another's; empty: none was met
};
struct CloseKey {
  Index shared;
  PlacesId may;
  Counts counts;
  friend bool operator==(const CloseKey&, const CloseKey&) = default;
};

constexpr std::array kKinds = {Action::Kind::kStep, Action::Kind::kSignal};

}  // namespace

bool is_decided_for_any(const Property& property) { return property.kind != Property::Kind::kCanFinish; }
PropertySet decided_for_any() {
  PropertySet decided = 0;
  for (const Property* property : kProperties) decided |= is_decided_for_any(*property) ? bit_of(*property) : 0;
  return decided;
}
std::string not_decided_sentence(const std::vector<BrokenPremise>& premises) {
  const BrokenPremise& first = premises.front();
  return "Not decided for any number: " + first.sentence + (first.place.empty() ? "" : " (" + first.place + ")") + ".";
}
std::string not_decided_sentence(const Diagnostic& error) {
  const std::string place = error.line == 0 ? "" : " (" + error.file + ":" + std::to_string(error.line) + ")";
  return "Not decided for any number: " + error.message + place + ".";
}

struct AnySearch::Tables {
  const Machine& machine;
  const Crowd crowd;
  const PropertySet judged;
  const std::size_t memory_limit;
  AnyResult& result;
  StateMap* const map;

  AnySteps steps;
  PlacesTable places;
  std::unordered_map<CloseKey, PlacesId, BytesHash<CloseKey>> closed;  ///< memo of close()
  std::unordered_map<Key, Same, BytesHash<Key>> known;
  std::vector<Node> nodes;
  std::vector<PropertySet> broken;  ///< with a map: by node that is the first of its key
  std::vector<bool> superseded;
  std::size_t head = 0;
  std::vector<ThreadId> named;               ///< threads that take steps and are not readers of any number
  std::vector<std::optional<Counts>> held_;  ///< by place: what one reader there holds
  bool met_reader = false, met_writer = false;
  std::set<Word> refcnt_values;

  Tables(const Machine& m, const Crowd& c, PropertySet j, std::size_t limit, AnyResult& r, StateMap* in)
      : machine(m), crowd(c), judged(j), memory_limit(limit), result(r), map(in), steps(m, c, j) {
    for (int t = 0; t < machine.thread_count(); ++t) {
      if (thread_id(t) != crowd.readers && thread_id(t) != crowd.ended) named.push_back(thread_id(t));
    }
  }

  std::size_t bytes() const {
    return steps.bytes() + places.bytes() + closed.size() * (sizeof(CloseKey) + 32) + nodes.size() * (sizeof(Node) + sizeof(Key) + 80);
  }

  // ---- where readers may stand

  Counts held(Index place) {
    if (place >= held_.size()) held_.resize(std::max<std::size_t>(place + 1, 2 * held_.size()));
    std::optional<Counts>& known_held = held_[place];
    if (!known_held) known_held = added_by(steps.local.get(place));
    return *known_held;
  }
  bool holds_nothing(Index place) { return held(place) == Counts{}; }
  bool is_gone(Index place) { return steps.is_done(crowd.readers, place) && holds_nothing(place); }
  /// One of so many can stand there. Of what is 3 there may be more.
  bool fits(Index place, const Counts& numbers) {
    const Counts own = held(place);
    for (std::size_t c = 0; c < kCounters; ++c) {
      if (own[c] > numbers[c] && numbers[c] < kOfMany) return false;
    }
    return true;
  }
  /// Leaves where one of so many can stand. False: nobody is left to hold what the counters count.
  bool prune(Places& may, const Counts& counts) {
    Counts most = counts;
    for (std::uint8_t& number : most) number = number == kMany ? kOfMany : number;
    std::erase_if(may, [&](Index place) { return !fits(place, most); });
    for (std::size_t c = 0; c < kCounters; ++c) {
      if (counts[c] != 0 && std::none_of(may.begin(), may.end(), [&](Index place) { return held(place)[c] != 0; })) return false;
    }
    return true;
  }
  /// Of what there is one of, one reader holds it: nobody stands where others would.
  void only(Places& may, const Counts& own, const Counts& counts) {
    std::erase_if(may, [&](Index place) {
      for (std::size_t c = 0; c < kCounters; ++c) {
        if (own[c] != 0 && counts[c] == 1 && held(place)[c] != 0) return true;
      }
      return false;
    });
  }

  /// The step left everything as it was for everybody else.
  bool only_looked(Index at, const Counts& counts, Index place, const AbstractStep& step) {
    return step.shared == at && step.counts == counts && held(step.local) == held(place) && !is_gone(step.local);
  }
  /// All that readers can come to by looking, from these places and the beginning. Where they were they may still be.
  PlacesId close(Index at, const Counts& counts, const Places& may) {
    if (!crowd.has_readers()) return places.intern(may);
    Places all = may;
    insert(all, steps.start(crowd.readers));
    const CloseKey key{at, places.intern(all), counts};
    if (const auto found = closed.find(key); found != closed.end()) return found->second;
    Places open = all;
    while (!open.empty()) {
      const Index place = open.back();
      open.pop_back();
      each_number(counts, [&](const Counts& now) {
        if (!fits(place, now)) return;
        for (const Action::Kind kind : kKinds) {
          if (kind == Action::Kind::kSignal && !steps.gets_signals(crowd.readers)) continue;
          for (const AbstractStep& one : steps.of(at, crowd.readers, kind, place, now)) {
            if (!one.enabled || (one.violations & judged) != 0 || !only_looked(at, now, place, one)) continue;
            if (insert(all, one.local)) open.push_back(one.local);
          }
        }
      });
    }
    return closed[key] = places.intern(all);
  }

  // ---- the search

  /// What the state breaks, on any of the numbers it stands for.
  PropertySet judge(const Node& node) {
    SharedFacts of_named;
    for (const ThreadId t : named) of_named.add(Machine::facts(steps.local.get(node.key.named[t.value])));
    PropertySet out = 0;
    each_number(node.key.counts, [&](const Counts& now) {
      SharedFacts facts = of_named;
      for (std::size_t v = 0; v < kMaxVmas; ++v) {
        const auto reads = [&](Index place) { return held(place)[v] != 0 && steps.local.get(place).holds[v].read_locks != 0 && fits(place, now); };
        const Places& may = places[node.may];
        if (now[v] != 0 && std::any_of(may.begin(), may.end(), reads)) ++facts.vmas[v].readers;  // how many is of no matter
        facts.vmas[v].references = static_cast<std::uint8_t>(facts.vmas[v].references + now[v]);
        met_reader = met_reader || facts.vmas[v].readers > 0;
        met_writer = met_writer || facts.vmas[v].writers > 0;
      }
      const State state = steps.state_of(node.key.shared, now);
      for (std::size_t v = 0; v < machine.scenario().vmas.size(); ++v) refcnt_values.insert(state.vmas[v][VmaField::kRefcnt]);
      out |= machine.judge(state, facts);
      if (is_stuck(node, now)) out |= bit_of(properties::kNoStuck);
    });
    return out;
  }

  /// Nobody who is at work can take a step, and somebody is, or somebody who has yet to begin cannot.
  bool is_stuck(const Node& node, const Counts& now) {
    bool waits = false;
    const auto can_step = [&](ThreadId t, Index place) {
      bool can = false;
      for (const AbstractStep& one : steps.of(node.key.shared, t, Action::Kind::kStep, place, now)) {
        can = can || one.enabled;
        waits = waits || (!one.enabled && !one.done);
      }
      return can;
    };
    for (const ThreadId t : named) {
      const Index place = node.key.named[t.value];
      if (can_step(t, place) && !(crowd.is_queue(t) && steps.is_at_start(t, place))) return false;
    }
    for (const Index place : places[node.key.active]) {
      if (can_step(crowd.readers, place)) return false;
    }
    for (std::size_t c = 0; c < kCounters; ++c) {
      if (now[c] == 0) continue;
      bool all_can = true;  // wherever the one stands that holds it
      for (const Index place : places[node.may]) {
        if (held(place)[c] != 0 && fits(place, now) && !can_step(crowd.readers, place)) all_can = false;
      }
      if (all_can) return false;
    }
    for (const Index place : places[node.may]) {
      if (waits) return true;
      if (holds_nothing(place)) can_step(crowd.readers, place);
    }
    return waits;
  }

  /// Adds the state, unless it is known. True: it breaks something, and is the last node.
  bool add(Key key, Places may, std::uint32_t parent, int depth, const Via& via) {
    if (!prune(may, key.counts)) return false;
    const PlacesId all_may = close(key.shared, key.counts, may);
    // One that is where it could come to by looking is like one still to come.
    Places rest;
    for (const Index place : places[key.active]) {
      if (!contains(places[all_may], place)) rest.push_back(place);
    }
    key.active = places.intern(rest);
    Same& same = known[key];
    for (const std::uint32_t other : same.nodes) {
      if (places.includes(nodes[other].may, all_may)) return false;
    }
    const auto number = static_cast<std::uint32_t>(nodes.size());
    const bool fresh = same.nodes.empty();
    if (fresh) same.first = number;
    std::erase_if(same.nodes, [&](std::uint32_t other) {
      const bool less = places.includes(all_may, nodes[other].may);
      if (less) superseded[other] = true;
      return less;
    });
    same.nodes.push_back(number);
    nodes.push_back({key, all_may, parent, same.first, depth, via});
    superseded.push_back(false);
    if (map != nullptr && fresh) count(nodes.back(), {.states = 1});
    const PropertySet broken_here = judge(nodes.back()) & judged;
    if (broken_here == 0) return false;
    if (map != nullptr) superseded[number] = true;
    return breaks(number, broken_here);
  }

  // ---- the map

  void count(const Node& node, const MapCell& cell) {
    const State state = steps.state_of(node.key.shared, node.key.counts);
    for (std::size_t v = 0; v < static_cast<std::size_t>(machine.limits().vmas); ++v) {
      MapCell here = cell;
      here.held[node.key.counts[v]] = here.states;
      map->add(node.depth, vma_id(static_cast<int>(v)), refcnt_class(state.vmas[v][VmaField::kRefcnt]), here);
    }
  }
  /// The node, or a step from it, breaks something. True: that ends the search.
  bool breaks(std::uint32_t number, PropertySet what) {
    result.violations |= what;
    if (map == nullptr) return true;
    const std::uint32_t first = nodes[number].first;
    if (broken.size() <= first) broken.resize(std::max<std::size_t>(first + 1, 2 * broken.size()));
    if ((what & ~broken[first]) != 0) count(nodes[first], {.breaking = broken[first] == 0 ? 1u : 0u, .broken = what});
    broken[first] |= what;
    return false;
  }

  /// The last node breaks something.
  bool begin() {
    result.violations = static_cast<PropertySet>(machine.initial_violations() & judged);
    const State start = steps.initial();
    Key key;
    key.shared = steps.base_of(start, {});
    key.active = places.intern({});
    for (const ThreadId t : named) key.named[t.value] = steps.start(t);
    const PropertySet at_once = result.violations;
    if (add(key, {}, 0, 0, {})) return true;
    if (at_once == 0) return false;
    superseded[0] = true;
    return breaks(0, at_once);
  }

  /// Where others stand after a step that they did not take.
  Places passed(const Places& before, const AbstractStep& step) {
    if (!step.moved_on && step.ended == kNoThread) return before;
    Places after;
    for (const Index place : before) insert(after, steps.passed(place, step));
    return after;
  }
  Key after(const Key& before, const AbstractStep& step) {
    Key key = before;
    key.shared = step.shared;
    key.active = places.intern(passed(places[before.active], step));
    for (const ThreadId t : named) key.named[t.value] = steps.passed(before.named[t.value], step);
    return key;
  }

  /// True: a step from it breaks something, and `result.path` ends with it.
  bool expand(std::uint32_t number) {
    const Node node = nodes[number];
    bool found = false;
    each_number(node.key.counts, [&](const Counts& now) {
      for (const ThreadId t : named) {
        const Index place = node.key.named[t.value];
        for (const Action::Kind kind : kKinds) {
          if (found || (kind == Action::Kind::kSignal && !steps.gets_signals(t))) continue;
          for (const AbstractStep& one : steps.of(node.key.shared, t, kind, place, now)) {
            if (!one.enabled || found) continue;
            ++result.transitions;
            const Via via{t, kind, false, one.reading, place, now};
            if (fails(one)) {
              if ((found = step_breaks(number, one, via))) return;
              continue;
            }
            Key next = after(node.key, one);
            next.named[t.value] = one.local;
            found = arrive(next, passed(places[node.may], one), number, node.depth + 1, via);
          }
        }
      }
      for (const Index place : places[node.key.active]) {
        if (!found) found = reader_steps(number, node, place, /*some=*/true, now);
      }
      for (const Index place : places[node.may]) {
        if (!found && fits(place, now)) found = reader_steps(number, node, place, /*some=*/false, now);
      }
    });
    return found;
  }
  bool fails(const AbstractStep& one) const { return (one.violations & judged) != 0; }
  /// True: that ends the search.
  bool step_breaks(std::uint32_t number, const AbstractStep& one, const Via& via) {
    if (!breaks(number, one.violations & judged)) return false;
    tell(number, &via);
    return true;
  }
  /// @param some at least one stands there; else one may
  bool reader_steps(std::uint32_t number, const Node& node, Index place, bool some, const Counts& now) {
    for (const Action::Kind kind : kKinds) {
      if (kind == Action::Kind::kSignal && !steps.gets_signals(crowd.readers)) continue;
      for (const AbstractStep& one : steps.of(node.key.shared, crowd.readers, kind, place, now)) {
        if (!one.enabled) continue;
        ++result.transitions;
        Via via{crowd.readers, kind, false, one.reading, place, now};
        if (fails(one)) {
          if (step_breaks(number, one, via)) return true;
          continue;
        }
        if (!some && only_looked(node.key.shared, now, place, one)) continue;
        Key next = after(node.key, one);
        next.counts = as_classes(one.counts);
        Places may = places[node.may];
        if (!some) only(may, held(place), now);
        may = passed(may, one);
        const bool counted = !holds_nothing(one.local);
        if (counted) {
          only(may, held(one.local), one.counts);
          insert(may, one.local);
        }
        for (const bool last : {false, true}) {
          if (last && !some) continue;
          Places active = places[node.key.active];
          if (last) remove(active, place);
          active = passed(active, one);
          if (!counted && !is_gone(one.local)) insert(active, one.local);
          next.active = places.intern(active);
          via.last_left = last;
          if (arrive(next, may, number, node.depth + 1, via)) return true;
        }
      }
    }
    return false;
  }
  bool arrive(const Key& key, const Places& may, std::uint32_t parent, int depth, const Via& via) {
    if (!add(key, may, parent, depth, via)) return false;
    tell(static_cast<std::uint32_t>(nodes.size() - 1), nullptr);
    return true;
  }

  /// The way to the node, and one step more.
  void tell(std::uint32_t number, const Via* then) {
    std::vector<std::pair<Key, Via>> way;
    if (then != nullptr) way.emplace_back(nodes[number].key, *then);
    for (std::uint32_t at = number; nodes[at].depth > 0; at = nodes[at].parent) way.emplace_back(nodes[nodes[at].parent].key, nodes[at].via);
    result.path.clear();
    for (auto it = way.rbegin(); it != way.rend(); ++it) {
      const auto& [key, via] = *it;
      result.path.push_back(
          {{via.kind, via.thread}, steps.told(key.shared, via.thread, via.kind, via.local, via.counts, via.reading), assumed(key, via)});
    }
  }
  /// @param key of the state before the step
  std::uint8_t assumed(const Key& key, const Via& via) {
    unsigned out = 0;
    if (via.thread == crowd.readers) {
      const Places& active = places[key.active];
      if (std::binary_search(active.begin(), active.end(), via.local))
        out |= via.last_left ? 0U : unsigned{AnyStep::kOthersStay};
      else if (via.local != steps.start(via.thread))
        out |= AnyStep::kReaderThere;
    }
    const std::vector<AbstractStep>& ways = steps.of(key.shared, via.thread, via.kind, via.local, via.counts);
    if (std::count_if(ways.begin(), ways.end(), [](const AbstractStep& one) { return one.enabled; }) > 1) out |= AnyStep::kOneOfWays;
    for (const AbstractStep& one : ways) {
      for (std::size_t c = 0; c < kCounters && one.reading == via.reading; ++c) {
        if (key.counts[c] == kMany && one.counts[c] < via.counts[c]) out |= AnyStep::kThatMany;
      }
    }
    return static_cast<std::uint8_t>(out);
  }
};

AnySearch::AnySearch(const Machine& machine, const Crowd& crowd, PropertySet judged, std::size_t memory_limit, StateMap* map)
    : tables_(std::make_unique<Tables>(machine, crowd, judged, memory_limit, result_, map)) {}
AnySearch::~AnySearch() = default;

std::optional<int> AnySearch::depth_of(const Machine& concrete, const State& state, const std::vector<ThreadId>& stands_for) const {
  Tables& t = *tables_;
  const int threads = concrete.thread_count();
  // As the search's own machine would have it: with its threads, of those in a queue the one that is at work.
  State own = state;
  std::memset(static_cast<void*>(own.threads.data()), 0, sizeof own.threads);
  std::array<ThreadId, kMaxThreads> name{};
  std::vector<ThreadState> readers;
  Key key;
  Counts sum{};
  for (const ThreadId n : t.named) own.thread(n) = t.machine.initial().thread(n);
  for (int i = 0; i < threads; ++i) {
    ThreadState thread = state.threads[static_cast<std::size_t>(i)];
    const ThreadId stands = name[static_cast<std::size_t>(i)] = stands_for[static_cast<std::size_t>(i)];
    if (!t.steps.gets_signals(stands)) thread.signal_pending = 0;  // which changes nothing
    if (stands == t.crowd.readers) {
      readers.push_back(thread);
    } else if (t.crowd.is_queue(stands) && thread.mmap_write == 0) {
      name[static_cast<std::size_t>(i)] = t.crowd.ended;
    } else {
      own.thread(stands) = thread;
    }
  }
  const auto renamed = [&](Word& word) {
    if (address_kind(word) == ObjectKind::kTask && address_object(word) < threads)
      word = task_address(name[static_cast<std::size_t>(address_object(word))].value);
  };
  for (MmState& mm : own.mms) {
    std::for_each(mm.fields.begin(), mm.fields.end(), renamed);
    Word& lock = mm[MmField::kMmapLock];
    if (mm.write_locked()) lock = MmState::kWriterBit | name[lock & ~MmState::kWriterBit].value;
  }
  for (VmaState& vma : own.vmas) std::for_each(vma.fields.begin(), vma.fields.end(), renamed);
  for (const ThreadId n : t.named) {
    std::for_each(own.thread(n).registers.begin(), own.thread(n).registers.end(), renamed);
    key.named[n.value] = t.steps.place_of(own, n);
  }
  Places counted, standing;
  for (ThreadState& reader : readers) {
    std::for_each(reader.registers.begin(), reader.registers.end(), renamed);
    const Counts one = added_by(reader);
    for (std::size_t c = 0; c < kCounters; ++c) sum[c] = static_cast<std::uint8_t>(sum[c] + one[c]);
    own.thread(t.crowd.readers) = reader;
    const Index place = t.steps.place_of(own, t.crowd.readers);
    if (!t.is_gone(place)) insert(t.holds_nothing(place) ? standing : counted, place);
  }
  key.shared = t.steps.base_of(own, sum);
  key.counts = as_classes(sum);
  // What stands where one can come to by looking may have been put with those.
  std::optional<int> depth;
  const std::size_t all = standing.size();
  for (std::uint32_t some = 0; some < 1u << all; ++some) {
    Places active, may = counted;
    for (std::size_t i = 0; i < all; ++i) insert((some >> i & 1) != 0 ? active : may, standing[i]);
    key.active = t.places.intern(active);
    const auto found = t.known.find(key);
    if (found == t.known.end()) continue;
    for (const std::uint32_t node : found->second.nodes) {
      const Places& known_may = t.places[t.nodes[node].may];
      const int there = t.nodes[t.nodes[node].first].depth;
      if (std::includes(known_may.begin(), known_may.end(), may.begin(), may.end())) depth = std::min(depth.value_or(there), there);
    }
  }
  return depth;
}

Status AnySearch::advance(Budget budget) {
  if (done_) return Status::kDone;
  const Stopwatch watch(result_.seconds);
  Tables& t = *tables_;
  if (!t.steps.premises.empty()) {
    finish(AnyResult::End::kPremise);
    return Status::kDone;
  }
  if (t.nodes.empty() && t.begin()) {
    t.tell(0, nullptr);
    finish(AnyResult::End::kViolation);
    return Status::kDone;
  }
  for (std::uint64_t steps = 0; steps < std::max<std::uint64_t>(budget.steps, 1); ++steps) {
    if (t.head == t.nodes.size() || t.head % 64 == 0) t.steps.look_through();
    if (stopped_) {
      finish(AnyResult::End::kStopped);
    } else if (t.head == t.nodes.size()) {
      finish(AnyResult::End::kComplete);
    } else if (const auto number = static_cast<std::uint32_t>(t.head++); !t.superseded[number] && t.expand(number)) {
      finish(AnyResult::End::kViolation);
    } else if (!t.steps.premises.empty()) {
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
  t.steps.look_through();
  if (!t.steps.premises.empty()) end = AnyResult::End::kPremise;
  result_.premises.assign(t.steps.premises.begin(), t.steps.premises.end());
  result_.end = end;
  result_.states = t.known.size();
  result_.depth = t.nodes.empty() ? 0 : t.nodes.back().depth;
  result_.reader_places = t.steps.local.count();
  result_.refcnt_values.assign(t.refcnt_values.begin(), t.refcnt_values.end());
  result_.locks_met = t.met_reader && t.met_writer;
  result_.refcnt_edges.assign(t.steps.refcnt_edges.begin(), t.steps.refcnt_edges.end());
  result_.coverage = t.steps.coverage;
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

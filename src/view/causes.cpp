// SPDX-License-Identifier: GPL-2.0-only
#include "view/causes.h"

#include <algorithm>
#include <map>

#include "machine/holds.h"
#include "machine/look.h"
#include "machine/state.h"
#include "view/chain.h"

namespace vmalab {
namespace {

using Kind = Place::Kind;

/// Of a register the last write counts: another variable may have left the same number in it.
int made_at(const CauseContext& run, Place place, int depth) {
  return place.kind == Kind::kRegister ? run.accesses.last_write(place, depth) : run.accesses.last_change(place, depth);
}

/// What a fact is made of that no code reads: the definition of read and write locks (machine/holds.h).
std::vector<Place> definition_of(const State& state, Place place) {
  if (place.kind == Kind::kReadLock) return {Place::of_thread(Kind::kReferences, place.owner(), place.what)};
  if (place.kind != Kind::kWriteLock) return {};
  const Word mm = vma_at(state, place.what)[VmaField::kMm];
  std::vector<Place> made{Place::word(place.what + static_cast<Word>(VmaField::kLockSeq))};
  if (address_kind(mm) != ObjectKind::kMm) return made;
  const int number = address_object(mm);
  made.push_back(Place::word(mm_address(number, MmField::kMmLockSeq)));
  made.push_back(Place::of_thread(Kind::kHeld, place.owner(), mm_address(number)));
  return made;
}

/// Runs one step again.
struct Again {
  Again(const CauseContext& run, int depth) : before(run.session.state_at(run.node(depth - 1))), after(before) {
    StepInfo info;
    run.session.machine().step(after, run.info(depth).action, info, nullptr, &record);
  }
  StateValue before, after;
  AccessRecord record;
};

/// What the step had read for a value that it made.
std::vector<Place> read_for(const CauseContext& run, const Again& step, Place place, int depth) {
  const Machine& machine = run.session.machine();
  const std::vector<Place> writes = step.record.writes();
  if (std::find(writes.begin(), writes.end(), place) != writes.end()) {
    return step.record.made_of(place, machine.program(run.info(depth).action.thread));
  }
  std::vector<Place> read;
  for (const Place of : definition_of(step.after, place)) {
    // What changed in the same step has its own reasons, which are below.
    if (made_at(run, of, depth) != depth) add_once(read, of);
  }
  if (step.record.size() > 0) {
    for (const Place of : step.record[0].reads) add_once(read, of);
  }
  return read;
}

}  // namespace

CauseValue cause_value(const CauseContext& run, const State& state, Place place, int depth) {
  const Machine& machine = run.session.machine();
  return {place, place_name(machine, state, place), place_value(machine, state, place), place_sentence(machine, state, place),
          made_at(run, place, depth)};
}

std::vector<CauseLink> cause_chain(const CauseContext& run, const std::vector<Place>& places, int depth, int links, bool* more) {
  std::vector<CauseLink> chain;
  std::map<int, std::vector<Place>> wanted;  // by the step that made them
  const auto want = [&](Place place, int at) {
    if (const int made = made_at(run, place, at); made > 0) add_once(wanted[made], place);
  };
  for (const Place place : places) want(place, depth);
  while (!wanted.empty() && static_cast<int>(chain.size()) < links) {
    const auto [at, made] = *wanted.rbegin();
    wanted.erase(at);
    const Again step(run, at);
    CauseLink link{cause_step(run, at), {}};
    std::vector<Place> read;
    for (const Place place : made) {
      for (const Place of : read_for(run, step, place, at)) add_once(read, of);
    }
    for (const Place place : read) {
      link.read.push_back(cause_value(run, step.before, place, at - 1));
      want(place, at - 1);
    }
    chain.push_back(std::move(link));
  }
  if (more != nullptr) *more = !wanted.empty();
  return chain;
}

CauseStep cause_step(const CauseContext& run, int depth) {
  if (depth <= 0) return {};
  const Machine& machine = run.session.machine();
  const StepInfo& info = run.info(depth);
  return {depth, info.action.thread, deed_text(machine, info), place_of(machine, info)};
}

// ---- changes of a value

namespace {

Word value_at(const CauseContext& run, const NamedPlaces& named, int depth) {
  const Machine& machine = run.session.machine();
  const StateValue state = run.session.state_at(run.node(depth));
  return named.expression ? machine.evaluate(*named.expression, state) : value_of(machine, state, named.places.front());
}

/// What the value depends on at a step: where a pointer leads can be another place there.
std::vector<Place> places_at(const CauseContext& run, const NamedPlaces& named, int depth) {
  if (!named.expression) return named.places;
  std::vector<Place> read, once;
  run.session.machine().evaluate(*named.expression, run.session.state_at(run.node(depth)), &read);
  for (const Place place : read) add_once(once, place);
  return once;
}

}  // namespace

int last_change(const CauseContext& run, const NamedPlaces& named, int depth) {
  if (named.places.empty()) return 0;
  if (named.one) return made_at(run, named.places.front(), depth);
  const Word now = value_at(run, named, depth);
  for (int at = depth; at > 0;) {
    int candidate = 0;
    for (const Place place : places_at(run, named, at)) candidate = std::max(candidate, run.accesses.last_change(place, at));
    if (candidate == 0) return 0;
    if (value_at(run, named, candidate - 1) != now) return candidate;
    at = candidate - 1;
  }
  return 0;
}

int next_change(const CauseContext& run, const NamedPlaces& named, int depth) {
  if (named.places.empty()) return 0;
  if (named.one) {
    const int change = run.accesses.next_change(named.places.front(), depth);
    if (named.places.front().kind != Kind::kRegister) return change;
    const int write = run.accesses.next_write(named.places.front(), depth);
    return change == 0 || (write != 0 && write < change) ? write : change;
  }
  const Word now = value_at(run, named, depth);
  for (int at = depth;;) {
    int candidate = 0;
    for (const Place place : places_at(run, named, at)) {
      if (const int change = run.accesses.next_change(place, at); change != 0 && (candidate == 0 || change < candidate)) candidate = change;
    }
    if (candidate == 0) return 0;
    if (value_at(run, named, candidate) != now) return candidate;
    at = candidate;
  }
}

ValueCauses value_causes(const CauseContext& run, const NamedPlaces& named, int depth, int links) {
  const Machine& machine = run.session.machine();
  const StateValue state = run.session.state_at(run.node(depth));
  ValueCauses out;
  out.at = depth;
  out.word = value_at(run, named, depth);
  const auto text_at = [&](int at) {
    if (named.one) return place_value(machine, run.session.state_at(run.node(at)), named.places.front());
    const Word value = value_at(run, named, at);
    return value == 0 ? "0" : address_text(machine, value);
  };
  for (const Place place : places_at(run, named, depth)) out.values.push_back(cause_value(run, state, place, depth));
  out.value = text_at(depth);
  out.name = named.name.empty() && !out.values.empty() ? out.values.front().name : named.name;
  const bool named_otherwise = !named.one || named.places.front().kind == Kind::kWord || named.places.front().kind == Kind::kRegister;
  out.sentence = named_otherwise && !out.name.empty() ? out.name + " is " + out.value : out.values.front().sentence;

  out.since = cause_step(run, last_change(run, named, depth));
  if (out.since.depth > 0 && !(named.one && named.places.front().kind == Kind::kRegister)) out.before = text_at(out.since.depth - 1);
  const std::vector<Place> places = places_at(run, named, depth);
  out.chain = cause_chain(run, places, depth, links, &out.more);
  const auto first_of = [&](const auto& next) {
    int first = 0;
    for (const Place place : places) {
      if (const int at = next(place); at != 0 && (first == 0 || at < first)) first = at;
    }
    return cause_step(run, first);
  };
  out.next_read = first_of([&](Place place) { return run.accesses.next_read(place, depth); });
  out.next_write = first_of([&](Place place) { return run.accesses.next_write(place, depth); });
  out.next_change = cause_step(run, next_change(run, named, depth));
  if (out.next_change.depth > 0) out.after = text_at(out.next_change.depth);
  if (named.one && named.places.front().kind == Kind::kWord) {
    const int again = run.accesses.last_rewrite(named.places.front(), depth);
    if (again > out.since.depth) out.rewritten = cause_step(run, again);
  }
  return out;
}

ValueCauses value_causes(const CauseContext& run, Place place, int depth, int links) {
  return value_causes(run, NamedPlaces{{}, {place}, true, std::nullopt}, depth, links);
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Why a thread cannot go on: who holds what it waits for, and whose steps would free it.
#include <algorithm>
#include <set>

#include "machine/holds.h"
#include "machine/state.h"
#include "view/chain.h"

namespace vmalab {
namespace {

using Kind = Place::Kind;

/// What a holder has that the thread waits for; nullopt: it has nothing yet and is about to wake it.
std::optional<Place> held_for(const Machine& machine, const State& state, ThreadId waiter, const Blocked& why, ThreadId holder) {
  switch (why.reason) {
    case Blocked::Reason::kMmapLock: return Place::of_thread(Kind::kHeld, holder, mm_address(why.mm.value));
    case Blocked::Reason::kLock:
      return Place::of_thread(Kind::kHeld, holder, machine.operand(state, waiter, machine.program(waiter).code[state.thread(waiter).pc].a));
    case Blocked::Reason::kGracePeriod: return Place::of_thread(machine.is_rcu(holder) ? Kind::kPc : Kind::kRcu, holder);
    case Blocked::Reason::kSleeping: {
      const auto vma = machine.excluded_vma(state, waiter);
      if (vma && state.thread(holder).holds[vma->value].references > 0) return Place::of_thread(Kind::kReferences, holder, vma_address(vma->value));
      return std::nullopt;
    }
    default: return std::nullopt;
  }
}

/// Since when the thread has had it without a break: of a count its last way up from 0.
int since_when(const CauseContext& run, Place place, int depth) {
  int at = run.accesses.last_change(place, depth);
  if (place.kind != Kind::kRcu && place.kind != Kind::kReferences) return at;
  while (at > 0 && value_of(run.session.machine(), run.session.state_at(run.node(at - 1)), place) != 0) at = run.accesses.last_change(place, at - 1);
  return at;
}

/// A thread that can step and brings the waiter nearer to going on: one that holds what it waits for, or what that one waits for.
std::optional<ThreadId> who_could(const Machine& machine, const State& state, ThreadId waiter, std::set<ThreadId>& seen) {
  if (!seen.insert(waiter).second) return std::nullopt;
  const std::vector<ThreadId> holders = machine.blocked(state, waiter).holders;
  for (const ThreadId holder : holders) {
    if (machine.can_step(state, holder)) return holder;
  }
  for (const ThreadId holder : holders) {
    if (const auto other = who_could(machine, state, holder, seen)) return other;
  }
  return std::nullopt;
}

/// Lets them go on, one after the other, until the waiter can.
void find_way(const Machine& machine, const State& from, ThreadCauses& out) {
  constexpr int kMostSteps = 2000;
  StateValue value = from;
  State& state = value;
  StepInfo info;
  for (int steps = 0; !machine.can_step(state, out.thread); ++steps) {
    std::set<ThreadId> seen;
    const auto next = who_could(machine, state, out.thread, seen);
    if (!next || steps == kMostSteps) {
      const bool others_can = std::any_of(out.obstacles.begin(), out.obstacles.end(), [](const Obstacle& o) { return o.can_step; });
      out.no_way = next                    ? "not within " + std::to_string(kMostSteps) + " steps of theirs"
                   : !out.way.empty()      ? "those who could free it can go on only " + std::to_string(steps) + " steps further"
                   : out.obstacles.empty() ? "nobody is left who could free it"
                   : others_can            ? "nobody"
                                           : "none of those who could free it can go on";
      out.way.clear();
      return;
    }
    machine.step(state, {Action::Kind::kStep, *next}, info);
    if (out.way.empty() || out.way.back().thread != *next) out.way.push_back({*next, 0});
    ++out.way.back().steps;
  }
  out.last_did = deed_text(machine, info);
  out.last_place = place_of(machine, info);
}

}  // namespace

ThreadCauses thread_causes(const CauseContext& run, ThreadId thread, int depth) {
  const Machine& machine = run.session.machine();
  const StateValue value = run.session.state_at(run.node(depth));
  const State& state = value;
  const std::string& name = machine.scenario().threads[thread.value].name;
  const Place status = Place::of_thread(Kind::kStatus, thread);
  ThreadCauses out;
  out.thread = thread;
  out.at = depth;
  out.status = static_cast<ThreadStatus>(value_of(machine, state, status));
  out.since = cause_step(run, run.accesses.last_change(status, depth));
  if (out.status == ThreadStatus::kCanStep) {
    out.sentence = name + " can go on: next it is to " + next_step_text(machine, state, thread);
    return out;
  }
  const std::string blocked = blocked_text(machine, state, thread);
  if (out.status == ThreadStatus::kDone) {
    out.sentence = machine.is_rcu(thread) ? name + " has nothing to do: " + blocked : blocked;
    return out;
  }
  out.sentence = name + " " + blocked;
  const Blocked why = machine.blocked(state, thread);
  out.signal_would_free = why.signal_would_free;
  for (const ThreadId holder : why.holders) {
    Obstacle obstacle;
    obstacle.thread = holder;
    obstacle.what = "is about to wake it";
    if (const auto place = held_for(machine, state, thread, why, holder)) {
      // Without the name in front: the row has it already.
      const std::string& who = machine.scenario().threads[holder.value].name;
      obstacle.what = place_sentence(machine, state, *place).substr(who.size() + 1);
      obstacle.since = cause_step(run, since_when(run, *place, depth));
    }
    obstacle.can_step = machine.can_step(state, holder);
    if (!obstacle.can_step) obstacle.blocked_text = blocked_text(machine, state, holder);
    out.obstacles.push_back(std::move(obstacle));
  }
  find_way(machine, state, out);
  for (int at = run.accesses.next_change(status, depth); at != 0; at = run.accesses.next_change(status, at)) {
    if (!machine.can_step(run.session.state_at(run.node(at)), thread)) continue;
    out.freed = cause_step(run, at);
    break;
  }
  return out;
}

}  // namespace vmalab

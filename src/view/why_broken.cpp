// SPDX-License-Identifier: GPL-2.0-only
// Why a property is false: its term, and the steps that made the values of that so.
#include <algorithm>

#include "machine/facts.h"
#include "machine/holds.h"
#include "machine/memory.h"
#include "machine/state.h"
#include "view/chain.h"

namespace vmalab {
namespace {

bool breaks(const CauseContext& run, const Property& property, int depth) {
  const PropertySet broken = depth == 0 ? run.session.machine().initial_violations() : run.info(depth).violations;
  return (broken & bit_of(property)) != 0;
}

/// What a state breaks it goes on breaking; the first step of those in a row is the one that broke it.
bool lasts(const Property& property) { return property.kind == Property::Kind::kOnState || property.kind == Property::Kind::kDeadlock; }

/// The step with the numbers of this property, which StepInfo keeps for the first only.
std::optional<StepInfo> with_details(const CauseContext& run, const Property& property, int depth) {
  const Machine& machine = run.session.machine();
  StepInfo info = depth == 0 ? StepInfo{} : run.info(depth);
  if (const auto broken = properties_in(info.violations); !broken.empty() && broken.front() == &property) return info;
  if (property.broken == nullptr) return std::nullopt;
  const StateValue state = run.session.state_at(run.node(depth));
  const auto details = property.broken(machine, state, machine.facts(state));
  if (!details) return std::nullopt;
  info.violations = bit_of(property);
  info.details = *details;
  info.detail_pc = info.pc;
  return info;
}

/// What the instruction that was judged had read, as it was before the step.
std::vector<Place> read_by_judged(const CauseContext& run, int depth, const StateValue& before, Pc pc) {
  const Machine& machine = run.session.machine();
  StateValue state = before;
  AccessRecord record;
  StepInfo info;
  machine.step(state, run.info(depth).action, info, nullptr, &record);
  return record.read_at(pc);
}

/// What was judged is the thread's own: its RCU section, or what it holds of an object.
std::vector<Place> judged_of_thread(const StepInfo& info, const Property& property) {
  const ThreadId t = info.action.thread;
  const Word about = info.details.a;
  if (&property == &properties::kRcuBalanced) return {Place::of_thread(Place::Kind::kRcu, t)};
  if (names_vma(about)) return {Place::of_thread(Place::Kind::kReferences, t, vma_address(address_object(about)))};
  if (is_mmap_lock(about)) return {Place::of_thread(Place::Kind::kHeld, t, about)};
  return {};
}

}  // namespace

PropertyCauses property_causes(const CauseContext& run, const Property& property, int depth, int links) {
  const Machine& machine = run.session.machine();
  PropertyCauses out;
  out.property = &property;
  out.at = depth;
  out.broken = breaks(run, property, depth);
  if (!out.broken) {
    for (int at = 0; at <= run.steps(); ++at) {
      if (breaks(run, property, at) && (out.nearest == 0 || std::abs(at - depth) < std::abs(out.nearest - depth))) out.nearest = at;
    }
    const std::string step = depth == 0 ? "at the start" : "at step " + std::to_string(depth);
    const bool whole = property.kind == Property::Kind::kCanFinish;
    out.sentence = whole ? "no single run shows whether " + std::string(property.name) + " holds: `vmalab check` decides it"
                         : std::string(property.name) + (property.kind == Property::Kind::kOnStep ? " is not broken by " : " holds ") + step;
    if (property.kind == Property::Kind::kOnStep && !whole) out.sentence = std::string(property.name) + " is not broken " + step;
    return out;
  }
  int first = depth;
  while (lasts(property) && first > 0 && breaks(run, property, first - 1)) --first;
  out.since = cause_step(run, first);
  const std::optional<StepInfo> info = with_details(run, property, depth);
  out.sentence = info ? violation_text(machine, *info, property) : "broken by the same step: " + std::string(property.statement);

  const StateValue after = run.session.state_at(run.node(depth));
  if (property.kind == Property::Kind::kDeadlock) {
    for (int i = 0; i < machine.thread_count(); ++i) {
      const ThreadId t = thread_id(i);
      if (!machine.done(after, t)) out.stuck.push_back(thread_causes(run, t, depth));
    }
    return out;
  }
  if (!info) return out;
  // A step is judged at its access, which is in the state before it, or behind it.
  const bool on_step = depth > 0 && info->action.kind == Action::Kind::kStep;
  const StateValue before = depth > 0 ? run.session.state_at(run.node(depth - 1)) : after;
  std::vector<Place> places;
  const std::string term = property.term != nullptr ? property.term(machine, *info) : std::string();
  const Result<Program> expression = term.empty() ? Result<Program>(fail("no expression")) : machine.expression(term, "term");
  if (expression) {
    out.before = machine.evaluate(*expression, after) != 0;
    const State& state = out.before ? before : after;
    std::vector<Place> read;
    if (machine.evaluate(*expression, state, &read) == 0) out.term = term;
    for (const Place place : read) add_once(places, place);
  }
  if (out.term.empty()) {
    places.clear();
    out.before = true;
    if (on_step) places = read_by_judged(run, depth, before, info->detail_pc);
    if (on_step && places.empty()) places = judged_of_thread(*info, property);
  }
  const int at = out.before && depth > 0 ? depth - 1 : depth;
  for (const Place place : places) out.values.push_back(cause_value(run, out.before ? before : after, place, at));
  out.chain = cause_chain(run, places, at, links, &out.more);
  return out;
}

}  // namespace vmalab

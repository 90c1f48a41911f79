// SPDX-License-Identifier: GPL-2.0-only
// Why a property is false: its term, and the steps that made the values of that so.
#include <algorithm>
#include <cctype>

#include "machine/facts.h"
#include "machine/holds.h"
#include "machine/memory.h"
#include "machine/state.h"
#include "view/chain.h"
#include "view/source_values.h"

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

/// The condition of a warning, of "VM_WARN_ON_ONCE(!ves->exclusive)"; empty: no text of C says it.
std::string condition_of(const Program& program, const Instr& instr) {
  if (instr.op != Op::kWarn || instr.imm >= program.strings.size()) return {};
  const std::string& text = program.strings[instr.imm];
  const std::size_t open = text.find('(');
  if (open == std::string::npos || text.back() != ')' || text.substr(0, open).find("WARN_ON") == std::string::npos) return {};
  return text.substr(open + 1, text.size() - open - 2);
}

/// The variables of a condition that no step wrote: on the way that the thread took each has a value that stands in the text.
std::vector<CauseValue> known_on_the_way(const Machine& machine, State& there, const StepInfo& info, const std::string& condition) {
  const ThreadId t = info.action.thread;
  there.thread(t).pc = info.detail_pc;
  std::vector<CauseValue> out;
  for (std::size_t i = 0; i < condition.size(); ++i) {
    const std::string name = expression_at(condition, static_cast<int>(i) + 1);
    const bool ends = i + 1 == condition.size() || (std::isalnum(static_cast<unsigned char>(condition[i + 1])) == 0 && condition[i + 1] != '_');
    if (name.empty() || !ends || condition.compare(i + 1 - std::min(i + 1, name.size()), name.size(), name) != 0) continue;
    const std::vector<NamedValue> values = values_named(machine, there, t, name);
    if (values.size() != 1 || values.front().place) continue;
    const std::string whole = machine.scenario().threads[t.value].name + ":" + name;
    const auto same = [&](const CauseValue& value) { return value.name == whole; };
    if (std::any_of(out.begin(), out.end(), same)) continue;
    out.push_back({{}, whole, values.front().value, whole + " is " + values.front().value, 0, true});
  }
  return out;
}

/// The frame, or one that it was called from, is this one.
bool is_within(const Program& program, std::uint16_t frame, std::uint16_t outer) {
  while (frame != outer && frame != 0) frame = program.frames[frame].parent;
  return frame == outer;
}

/// What the conditions in a step had read, as it was before it, up to an instruction or to the step's end.
std::vector<Place> read_to_choose(const AccessRecord& record, const Program& program, std::optional<Pc> until) {
  std::vector<Place> out;
  std::size_t end = record.size();
  while (until && end > 0 && record[end - 1].pc != *until) --end;
  for (std::size_t i = 0; i < end; ++i) {
    const Op op = program.code[record[i].pc].op;
    if (op != Op::kJumpIf && op != Op::kJumpIfNot) continue;
    for (const Place place : record.read_at(record[i].pc)) add_once(out, place);
  }
  return out;
}

/// The conditions that chose the thread's way to an instruction since the function was entered that called the instruction's own: the
/// latest first, with what each had read.
std::vector<CauseLink> way_to(const CauseContext& run, int depth, ThreadId t, Pc pc, int links, std::vector<Place>& read, int& read_at) {
  const Machine& machine = run.session.machine();
  const Program& program = machine.program(t);
  const std::uint16_t within = program.frames[program.code[pc].frame].parent;
  std::vector<CauseLink> way;
  for (int at = depth; at > 0 && static_cast<int>(way.size()) < links; --at) {
    const Action& action = run.info(at).action;
    if (action.thread != t || action.kind != Action::Kind::kStep) continue;
    const StateValue before = run.session.state_at(run.node(at - 1));
    StateValue state = before;
    AccessRecord record;
    StepInfo info;
    machine.step(state, action, info, nullptr, &record);
    if (record.size() == 0 || !is_within(program, program.code[record[0].pc].frame, within)) break;
    const std::vector<Place> places = read_to_choose(record, program, at == depth ? std::optional<Pc>(pc) : std::nullopt);
    if (places.empty()) continue;
    CauseLink link{cause_step(run, at), {}};
    for (const Place place : places) link.read.push_back(cause_value(run, before, place, at - 1));
    if (way.empty()) {
      read = places;
      read_at = at - 1;
    }
    way.push_back(std::move(link));
  }
  return way;
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
  int at = out.before && depth > 0 ? depth - 1 : depth;
  for (const Place place : places) out.values.push_back(cause_value(run, out.before ? before : after, place, at));
  if (on_step && &property == &properties::kNoWarning) {
    const ThreadId t = info->action.thread;
    const Program& program = machine.program(t);
    out.met = condition_of(program, program.code[info->detail_pc]);
    StateValue there = after;
    for (CauseValue& value : known_on_the_way(machine, there, *info, out.met)) out.values.push_back(std::move(value));
    constexpr int kConditions = 4;
    if (places.empty() && !out.met.empty()) out.chain = way_to(run, depth, t, info->detail_pc, std::min(links, kConditions), places, at);
  }
  std::vector<CauseLink> chain = cause_chain(run, places, at, links, &out.more);
  for (CauseLink& link : chain) {
    const auto same = [&](const CauseLink& other) { return other.step.depth == link.step.depth; };
    if (static_cast<int>(out.chain.size()) < links && std::none_of(out.chain.begin(), out.chain.end(), same)) out.chain.push_back(std::move(link));
  }
  return out;
}

}  // namespace vmalab

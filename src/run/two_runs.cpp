// SPDX-License-Identifier: GPL-2.0-only
#include "run/two_runs.h"

#include <algorithm>
#include <utility>

#include "base/words.h"
#include "machine/describe.h"
#include "machine/state.h"
#include "run/schedule.h"
#include "run/state_fields.h"

namespace vmalab {
namespace {

/// That the one may take in a row without the other, before both have to come to the same step.
constexpr std::size_t kMostLooks = 12;

std::vector<std::string> thread_names(const Machine& machine) {
  std::vector<std::string> names;
  for (int t = 0; t < machine.thread_count(); ++t) names.push_back(machine.scenario().threads[static_cast<std::size_t>(t)].name);
  return names;
}

/// It writes nothing, never waits, and nobody depends on where it stands. A fence, where it is a step, orders; the critical section of
/// a reader is what the lock is for.
bool is_look(Op op) {
  const OpInfo& info = op_info(op);
  return info.visible && !info.writes && !info.may_block && op != Op::kUseVma;
}

bool same_result(const StepInfo& a, const StepInfo& b) {
  return a.old_value == b.old_value && a.new_value == b.new_value && a.result == b.result && a.woken == b.woken;
}

/// Of the objects that both have. Cheap, unlike the names of what differs.
bool same_words(const Machine& first, const State& a, const Machine& second, const State& b) {
  for (int m = 0; m < std::min(first.limits().mms, second.limits().mms); ++m) {
    const MmId mm = mm_id(m);
    if (a.mm(mm).fields != b.mm(mm).fields) return false;
  }
  for (int v = 0; v < std::min(first.limits().vmas, second.limits().vmas); ++v) {
    const VmaId vma = vma_id(v);
    if (a.vma(vma).fields != b.vma(vma).fields || a.vma(vma).allocated != b.vma(vma).allocated) return false;
  }
  return true;
}

std::string step_and_checks(const Machine& machine, const StepInfo& info) {
  std::string text = step_text(machine, info);
  if (info.violations != 0) text += ", which breaks " + words::list(properties_in(info.violations), &Property::name);
  return text;
}

/// "vma0->vm_refcnt: 2", of one of the two.
std::string named(const DifferingField& field, std::size_t which) { return field.name + ": " + field.values[which]; }

std::string held(const Machine& machine, const State& state, ThreadId t) {
  const std::string holds = holds_text(machine, state, t);
  return machine.scenario().threads[t.value].name + (holds.empty() ? ": holds nothing" : ": " + holds);
}

}  // namespace

std::vector<DifferingField> differing_fields(const Machine& first, const State& a, const Machine& second, const State& b) {
  std::vector<DifferingField> fields;
  const std::vector<StateField> left = state_fields(first, a, WithPlaces::kNo), right = state_fields(second, b, WithPlaces::kNo);
  for (std::size_t l = 0, r = 0; l < left.size(); ++l) {
    // In the same order; the code may have added fields to the one.
    std::size_t at = r;
    while (at < right.size() && right[at].name != left[l].name) ++at;
    if (at == right.size()) continue;
    r = at + 1;
    if (left[l].value != right[at].value) fields.push_back({left[l].address, left[l].name, {left[l].value, right[at].value}});
  }
  return fields;
}

std::string_view why_name(Parting::Why why) {
  switch (why) {
    case Parting::Why::kStart: return "start";
    case Parting::Why::kNotEnabled: return "not-enabled";
    case Parting::Why::kInstruction: return "instruction";
    case Parting::Why::kResult: return "result";
    case Parting::Why::kChecks: return "checks";
    case Parting::Why::kState: return "state";
    case Parting::Why::kSchedule: return "schedule";
  }
  return "";
}

TwoRuns::TwoRuns(std::array<Session, 2> sessions, std::array<std::string, 2> names, std::size_t lead)
    : sessions_(std::move(sessions)), names_(std::move(names)), lead_(lead) {}

Result<TwoRuns> TwoRuns::begin(Machine first, Machine second, std::array<std::string, 2> names, std::size_t lead) {
  const std::vector<std::string> threads[] = {thread_names(first), thread_names(second)};
  if (threads[0] != threads[1]) {
    return fail("the threads do not match: " + names[0] + " has " + words::list(threads[0]) + ", " + names[1] + " has " + words::list(threads[1]));
  }
  TwoRuns two({Session(std::move(first)), Session(std::move(second))}, std::move(names), lead);
  const Session &a = two.sessions_[0], &b = two.sessions_[1];
  if (const std::vector<DifferingField> fields = differing_fields(a.machine(), a.state(), b.machine(), b.state()); !fields.empty()) {
    two.part(Parting::Why::kStart, 0, named(fields.front(), 0), named(fields.front(), 1));
  }
  return two;
}

TwoRuns TwoRuns::of_branches(const Session& session, int a, int b) {
  const auto& branches = session.branches();
  const std::array<const Session::Branch*, 2> sides{&branches[static_cast<std::size_t>(a)], &branches[static_cast<std::size_t>(b)]};
  TwoRuns two({Session(session.machine()), Session(session.machine())}, {sides[0]->name, sides[1]->name}, 0);
  const std::array<std::vector<Action>, 2> schedules{session.actions_to(sides[0]->tip), session.actions_to(sides[1]->tip)};
  const std::size_t most = std::max(schedules[0].size(), schedules[1].size());
  for (std::size_t i = 0; i < most; ++i) {
    std::array<bool, 2> goes_on{};
    for (const std::size_t side : {0u, 1u}) {
      goes_on[side] = i < schedules[side].size();
      if (goes_on[side]) (void)two.sessions_[side].apply(schedules[side][i]);
    }
    two.add_row(goes_on[0], goes_on[1]);
    if (two.parting_) continue;
    if (goes_on[0] && goes_on[1] && schedules[0][i] == schedules[1][i]) {
      ++two.common_;
    } else {
      const std::string ends = "ends here";
      two.part(Parting::Why::kSchedule, two.last_row(), two.told(0, ends), two.told(1, ends));
    }
  }
  return two;
}

int TwoRuns::row_of(int lead_depth) const {
  const auto row = std::lower_bound(rows_.begin(), rows_.end(), lead_depth, [&](const Row& r, int depth) { return r.depth[lead_] < depth; });
  return static_cast<int>(row == rows_.end() ? rows_.size() - 1 : static_cast<std::size_t>(row - rows_.begin()));
}

NodeId TwoRuns::node(std::size_t side, int row) const {
  return sessions_[side].path()[static_cast<std::size_t>(rows_[static_cast<std::size_t>(row)].depth[side])];
}

const StepInfo* TwoRuns::step(std::size_t side, int row) const {
  return rows_[static_cast<std::size_t>(row)].stepped[side] ? &sessions_[side].info(node(side, row)) : nullptr;
}

/// What a side did in the last row, after the name of who did it; else this.
std::string TwoRuns::told(std::size_t side, const std::string& otherwise) const {
  const StepInfo* info = step(side, last_row());
  if (info == nullptr) return otherwise;
  const Machine& machine = sessions_[side].machine();
  return machine.scenario().threads[info->action.thread.value].name + " " + step_and_checks(machine, *info);
}

void TwoRuns::add_row(bool first, bool second) { rows_.push_back({{sessions_[0].depth(), sessions_[1].depth()}, {first, second}}); }

void TwoRuns::part(Parting::Why why, int row, const std::string& in_a, const std::string& in_b) {
  parting_ = Parting{why, row, names_[0] + ": " + in_a + "; " + names_[1] + ": " + in_b,
                     differing_fields(sessions_[0].machine(), state_at(0, row), sessions_[1].machine(), state_at(1, row))};
}

std::vector<TwoRuns::Ahead> TwoRuns::ahead(std::size_t side, Action action) const {
  const Machine& machine = sessions_[side].machine();
  StateValue copy(sessions_[side].state());
  State& state = copy;
  std::vector<Ahead> out;
  while (out.size() <= kMostLooks) {
    const ThreadId t = action.thread;
    Ahead next;
    next.done = machine.done(state, t);
    next.op = next.done ? Op::kEnd : machine.program(t).code[Machine::pc(state, t)].op;
    if (!next.done && machine.can_step(state, t) && action.choice < machine.choices(state, t)) {
      next.step.emplace();
      machine.step(state, action, *next.step);
    }
    out.push_back(next);
    if (!next.step || !is_look(next.op)) break;
    action.choice = 0;
  }
  return out;
}

/// The nearest: as few looks as there can be.
std::optional<TwoRuns::Meeting> TwoRuns::meeting(const std::array<std::vector<Ahead>, 2>& ahead) const {
  const auto same = [](const Ahead& a, const Ahead& b) {
    if (a.done != b.done || a.op != b.op || a.step.has_value() != b.step.has_value()) return false;
    return !a.step || a.step->address == b.step->address;
  };
  for (std::size_t sum = 0; sum + 1 < ahead[0].size() + ahead[1].size(); ++sum) {
    for (std::size_t first = sum < ahead[1].size() ? 0 : sum - ahead[1].size() + 1; first <= sum && first < ahead[0].size(); ++first) {
      if (same(ahead[0][first], ahead[1][sum - first])) return Meeting{{first, sum - first}};
    }
  }
  return std::nullopt;
}

void TwoRuns::alone(std::size_t side, Action action) {
  (void)sessions_[side].apply(action);
  add_row(side == 0, side == 1);
  looks_alone_.push_back(last_row());
  broken_[side] |= sessions_[side].info(sessions_[side].cursor()).violations;
}

/// Every thread takes the looks that keep it from where the other one has it. True: there were some.
bool TwoRuns::catch_up() {
  const std::size_t before = rows_.size();
  for (int t = 0; t < sessions_[0].machine().thread_count(); ++t) {
    const Action action{Action::Kind::kStep, thread_id(t)};
    const std::optional<Meeting> at = meeting({ahead(0, action), ahead(1, action)});
    for (const std::size_t side : {0u, 1u}) {
      for (std::size_t i = 0; at && i < at->looks[side]; ++i) alone(side, action);
    }
  }
  return rows_.size() > before;
}

/// What is broken in the one is broken in the other, if need be when it has looked.
bool TwoRuns::checks_agree() { return broken_[0] == broken_[1] || (catch_up() && broken_[0] == broken_[1]); }

/// Both stand before the same step of the thread, and what it holds is not the same: since which row, there they have parted. Before,
/// the one may have come to hold it a look later than the other.
bool TwoRuns::holds_differ(ThreadId t) {
  const auto in = [&](std::size_t side, int row) { return held(sessions_[side].machine(), state_at(side, row), t); };
  int row = last_row();
  if (held(sessions_[0].machine(), sessions_[0].state(), t) == held(sessions_[1].machine(), sessions_[1].state(), t)) return false;
  while (row > 0 && in(0, row - 1) != in(1, row - 1)) --row;
  for (int r = row; r <= last_row(); ++r) common_ -= rows_[static_cast<std::size_t>(r)].both() ? 1 : 0;
  part(Parting::Why::kState, row, in(0, row), in(1, row));
  return true;
}

/// Both stand before the same.
void TwoRuns::together(Action action) {
  if (holds_differ(action.thread)) return take(action);
  for (Session& session : sessions_) (void)session.apply(action);
  add_row(true, true);
  const int row = last_row();
  const Session &a = sessions_[0], &b = sessions_[1];
  const StepInfo &in_a = a.info(a.cursor()), &in_b = b.info(b.cursor());
  broken_[0] |= in_a.violations;
  broken_[1] |= in_b.violations;
  if (!same_result(in_a, in_b)) return part(Parting::Why::kResult, row, told(0, {}), told(1, {}));
  if (!same_words(a.machine(), a.state(), b.machine(), b.state())) {
    // A word that only the one has is no difference; what the threads are about was compared.
    for (const DifferingField& field : differing_fields(a.machine(), a.state(), b.machine(), b.state())) {
      if (address_kind(field.address) != ObjectKind::kTask) return part(Parting::Why::kState, row, named(field, 0), named(field, 1));
    }
  }
  if (broken_[0] != broken_[1]) {
    const std::string texts[] = {told(0, {}), told(1, {})};
    if (!checks_agree()) return part(Parting::Why::kChecks, row, texts[0], texts[1]);
  }
  ++common_;
}

void TwoRuns::part_at(Action action, bool can_lead, bool can_other) {
  std::array<std::string, 2> reasons;
  for (const std::size_t side : {0u, 1u}) {
    const bool can = side == lead_ ? can_lead : can_other;
    reasons[side] = can ? "" : why_not(sessions_[side].machine(), sessions_[side].state(), action);
    if (can) (void)sessions_[side].apply(action);
  }
  const bool first = reasons[0].empty(), second = reasons[1].empty();
  add_row(first, second);
  part(first && second ? Parting::Why::kInstruction : Parting::Why::kNotEnabled, last_row(), told(0, reasons[0]), told(1, reasons[1]));
}

void TwoRuns::take(Action action) {
  const std::size_t other = 1 - lead_;
  const auto can = [&](std::size_t side) { return why_not(sessions_[side].machine(), sessions_[side].state(), action).empty(); };
  if (parting_) {
    const bool first = can(0), second = can(1);
    if (first) (void)sessions_[0].apply(action);
    if (second) (void)sessions_[1].apply(action);
    if (first || second) add_row(first, second);
    return;
  }
  if (action.kind != Action::Kind::kStep) {
    const bool lead = can(lead_), follows = can(other);
    if (lead && follows) return together(action);
    if (lead || follows) return part_at(action, lead, follows);
    ++left_out_;
    return;
  }
  std::array<std::vector<Ahead>, 2> next{ahead(0, action), ahead(1, action)};
  std::optional<Meeting> at = meeting(next);
  const bool waits = !next[lead_].front().step || !next[other].front().step;
  if (!at && waits && catch_up()) {
    next = {ahead(0, action), ahead(1, action)};
    at = meeting(next);
  }
  const Ahead& lead = next[lead_].front();
  const bool looks = lead.step && is_look(lead.op);
  const Action plain{Action::Kind::kStep, action.thread};
  if (looks && (!at || at->looks[lead_] > 0)) {
    alone(lead_, action);
    const int row = last_row();
    const std::string instead = next_step_text(sessions_[other].machine(), sessions_[other].state(), action.thread);
    const std::string none = "no such step" + (instead.empty() ? "" : "; the next would " + instead);
    const std::array<std::string, 2> texts{told(0, none), told(1, none)};
    if (!checks_agree()) part(Parting::Why::kChecks, row, texts[0], texts[1]);
    return;
  }
  // To where it meets the lead, or does something else.
  const std::size_t before = at ? at->looks[other] : next[other].size() - 1;
  const bool goes_on = at ? next[other][before].step.has_value() : lead.step || next[other].back().step;
  if (!goes_on) {
    ++left_out_;
    return;
  }
  for (std::size_t i = 0; i < before; ++i) alone(other, plain);
  if (at && can(lead_) && can(other)) return together(action);
  part_at(action, can(lead_), can(other));
}

}  // namespace vmalab

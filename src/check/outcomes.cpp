// SPDX-License-Identifier: GPL-2.0-only
#include "check/outcomes.h"

#include <algorithm>

#include "check/parts.h"
#include "check/shortest_trace.h"
#include "machine/describe.h"

namespace vmalab::check {
namespace {

SearchOptions options_for(std::size_t memory_limit, int jobs) {
  SearchOptions options;
  options.symmetry = options.partial_order = false;
  options.judged = 0;
  options.memory_limit = memory_limit;
  options.jobs = jobs;
  return options;
}

}  // namespace

Outcomes::Outcomes(const Machine& machine, std::size_t memory_limit, int jobs)
    : machine_(machine), memory_limit_(memory_limit), explorer_(machine, options_for(memory_limit, jobs), machine.initial()) {}

void Outcomes::finish(SearchEnd how) {
  end_ = how;
  status_ = Status::kDone;
}

void Outcomes::stop() {
  if (status_ == Status::kRunning) finish(SearchEnd::kStopped);
}

Status Outcomes::advance(Budget budget) {
  // States are looked at much faster than the tables are measured.
  constexpr std::uint64_t kBetweenMeasurements = 1024;
  const Stopwatch stopwatch(seconds_);
  if (status_ == Status::kDone) return status_;
  if (!walk_) {
    if (explorer_.advance(budget) == Status::kRunning) return status_;
    const SearchEnd end = explorer_.result().end;
    if (end != SearchEnd::kComplete) finish(end);
    walk_.emplace(graph());
    return status_;
  }
  try {
    for (std::uint64_t steps = std::max<std::uint64_t>(1, budget.steps); status_ == Status::kRunning && steps > 0; --steps) {
      if (looked_at_ % kBetweenMeasurements == 0 && memory_limit_ != 0 && bytes() > memory_limit_) {
        finish(SearchEnd::kMemory);
      } else if (const auto ref = walk_->next()) {
        ++looked_at_;
        look_at(*ref);
      } else {
        known_steps_.clear();
        finish(SearchEnd::kComplete);
      }
    }
  } catch (const std::bad_alloc&) {
    finish(SearchEnd::kMemory);
  }
  return status_;
}

void Outcomes::look_at(StateGraph::Ref ref) {
  const CollapsedState tuple = graph().tuple_at(ref);
  std::optional<State> state;
  bool all_done = true;
  for (int t = 0; t < machine_.thread_count(); ++t) {
    const Index local = tuple.local[static_cast<std::size_t>(t)];
    const ThreadId id = thread_id(t);
    const Op op = machine_.program(id).code[graph().components().local.get(local).pc].op;
    all_done = all_done && (op == Op::kEnd || op == Op::kRcuTake);
    if ((op != Op::kUseVma && op != Op::kChangeVma) || !known_steps_.insert({tuple.shared, local, t}).second) continue;
    if (!state) state = graph().state_at(ref);
    if (const auto use = use_in(*state, id)) uses_.insert(*use);
  }
  if (!all_done) return;
  if (!state) state = graph().state_at(ref);
  if (machine_.all_done(*state)) endings_.insert(ending_of(machine_, *state));
}

std::size_t Outcomes::bytes() const {
  constexpr std::size_t kNode = 32;  // of a tree, besides what it holds
  std::size_t sum = explorer_.graph().bytes() + known_steps_.size() * (sizeof(*known_steps_.begin()) + kNode);
  sum += uses_.size() * (sizeof(Use) + kNode);
  if (!endings_.empty()) sum += endings_.size() * (sizeof(Ending) + kNode + endings_.begin()->size() * sizeof(Word));
  return sum;
}

Progress Outcomes::progress() const {
  Progress progress = explorer_.progress();
  if (walk_) {
    progress.frontier = progress.states - looked_at_;
    progress.bytes = bytes();
  }
  progress.seconds = seconds_;
  return progress;
}

std::optional<Use> Outcomes::use_in(const State& before, ThreadId t) const {
  const Instr& instr = machine_.program(t).code[before.thread(t).pc];
  if (instr.op != Op::kUseVma && instr.op != Op::kChangeVma) return std::nullopt;
  const Word address = machine_.operand(before, t, instr.a);
  Use use{t.value, instr.op == Op::kChangeVma, address};
  if (address_kind(address) == ObjectKind::kVma) {
    const VmaState& vma = before.vmas[static_cast<std::size_t>(address_object(address))];
    use.mm = vma[VmaField::kMm];
    use.start = vma[VmaField::kStart];
    use.end = vma[VmaField::kEnd];
  }
  return use;
}

Ending ending_of(const Machine& machine, const State& state) {
  Ending ending;
  for (int m = 0; m < machine.limits().mms; ++m) {
    const MmState& mm = state.mms[static_cast<std::size_t>(m)];
    ending.insert(ending.end(), mm.fields.begin(), mm.fields.end());
  }
  for (int v = 0; v < machine.limits().vmas; ++v) {
    const VmaState& vma = state.vmas[static_cast<std::size_t>(v)];
    ending.insert(ending.end(), vma.fields.begin(), vma.fields.end());
    ending.push_back(vma.allocated);
  }
  for (int t = 0; t < machine.thread_count(); ++t) {
    const ThreadId id = thread_id(t);
    if (machine.is_rcu(id)) continue;
    ending.push_back(machine.operand(state, id, machine.program(id).code[state.thread(id).pc].a));
  }
  return ending;
}

std::unique_ptr<OutcomeTrace> Outcomes::way_to(const Ending& ending) {
  const auto shows = [this, ending](StateGraph::Ref ref) -> std::optional<std::vector<Action>> {
    const State state = graph().state_at(ref);
    if (!machine_.all_done(state) || ending_of(machine_, state) != ending) return std::nullopt;
    return std::vector<Action>{};
  };
  return std::make_unique<OutcomeTrace>(explorer_.graph(), shows);
}

std::unique_ptr<OutcomeTrace> Outcomes::way_to(const Use& use) {
  const auto shows = [this, use](StateGraph::Ref ref) -> std::optional<std::vector<Action>> {
    const ThreadId thread{use.thread};
    if (use_in(graph().state_at(ref), thread) != use) return std::nullopt;
    return std::vector<Action>{{Action::Kind::kStep, thread}};
  };
  return std::make_unique<OutcomeTrace>(explorer_.graph(), shows);
}

std::unique_ptr<OutcomeTrace> Outcomes::way_along(std::pair<Word, Word> edge) {
  const auto shows = [this, edge](StateGraph::Ref ref) -> std::optional<std::vector<Action>> {
    const State before = graph().state_at(ref);
    const auto vmas = static_cast<std::size_t>(machine_.limits().vmas);
    const auto count = [](const State& state, std::size_t vma) { return state.vmas[vma][VmaField::kRefcnt]; };
    bool begins = false;
    for (std::size_t v = 0; v < vmas; ++v) begins = begins || count(before, v) == edge.first;
    if (!begins) return std::nullopt;
    ActionList actions;
    machine_.enabled(before, actions);
    for (const Action& action : actions) {
      State after = before;
      StepInfo info;
      machine_.step(after, action, info);
      for (std::size_t v = 0; v < vmas; ++v) {
        if (count(before, v) == edge.first && count(after, v) == edge.second) return std::vector<Action>{action};
      }
    }
    return std::nullopt;
  };
  return std::make_unique<OutcomeTrace>(explorer_.graph(), shows);
}

OutcomeTrace::OutcomeTrace(StateGraph& graph, Shows shows) : graph_(graph), shows_(std::move(shows)), walk_(graph_) {}

Status OutcomeTrace::advance(Budget budget) {
  const Stopwatch stopwatch(seconds_);
  if (stopped_ || !trace_.empty()) return Status::kDone;
  if (!shortest_) {
    for (std::uint64_t steps = std::max<std::uint64_t>(1, budget.steps); steps > 0; --steps) {
      const auto ref = walk_.next();
      if (!ref) return Status::kDone;
      if (!shows_(*ref)) continue;
      shortest_ = std::make_unique<ShortestTrace>(
          graph_, graph_.machine().initial(), Target{graph_.depth_of(*ref), 0, [this](StateGraph::Ref other) { return shows_(other).has_value(); }});
      break;
    }
    return Status::kRunning;
  }
  if (shortest_->advance(budget) == Status::kRunning) return Status::kRunning;
  trace_ = *shortest_->trace();
  State state = graph_.machine().initial();
  StepInfo info;
  for (const Action& action : trace_) graph_.machine().step(state, action, info);
  const auto last = shows_(*graph_.find(graph_.tuple_of(state, nullptr)));
  trace_.insert(trace_.end(), last->begin(), last->end());
  return Status::kDone;
}

Progress OutcomeTrace::progress() const {
  Progress progress;
  if (shortest_) progress = shortest_->progress();
  progress.phase = Phase::kTrace;
  progress.seconds = seconds_;
  return progress;
}

std::string use_text(const Machine& machine, const Use& use) {
  const auto value = [&](VmaField field, Word word) { return word_text(machine, vma_address(0, field), word); };
  return machine.scenario().threads[use.thread].name + (use.changes ? " changes " : " uses ") + address_text(machine, use.vma) + " while it is [" +
         value(VmaField::kStart, use.start) + ", " + value(VmaField::kEnd, use.end) + ") of " + value(VmaField::kMm, use.mm);
}

std::string ending_text(const Machine& machine, const Ending& ending) {
  std::string text;
  std::size_t at = 0;
  const auto say = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  const auto fields = [&](Word object, std::size_t count) {
    for (std::size_t f = 0; f < count; ++f, ++at) {
      const Word address = object + static_cast<Word>(f);
      if (find_field(address_kind(object), static_cast<int>(f)) != nullptr)
        say(word_name(machine, address) + " " + word_text(machine, address, ending[at]));
    }
  };
  for (int m = 0; m < machine.limits().mms; ++m) fields(mm_address(m), MmState{}.fields.size());
  for (int v = 0; v < machine.limits().vmas; ++v) {
    fields(vma_address(v), VmaState{}.fields.size());
    if (ending[at++] == 0) say(address_text(machine, vma_address(v)) + " free");
  }
  for (int t = 0; at < ending.size(); ++t, ++at) {
    if (ending[at] != 0)
      say(machine.scenario().threads[static_cast<std::size_t>(t)].name + " returned " + std::to_string(static_cast<std::int32_t>(ending[at])));
  }
  return text;
}

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
#include "check/outcomes.h"

#include <algorithm>

#include "check/shortest_trace.h"
#include "machine/describe.h"
#include "machine/state.h"

namespace vmalab::check {
namespace {

template <typename Visit>
void each_state(const StateGraph& graph, int depth, Visit visit) {
  for (int p = 0; p < graph.parts(); ++p) {
    const auto [begin, end] = graph.level(p, depth);
    for (std::uint64_t i = begin; i < end; ++i) {
      if (!visit(StateGraph::Ref{p, i})) return;
    }
  }
}

}  // namespace

SearchOptions Outcomes::options(std::size_t memory_limit, int jobs) {
  SearchOptions options;
  options.symmetry = options.partial_order = false;
  options.judged = 0;
  options.memory_limit = memory_limit;
  options.jobs = jobs;
  return options;
}

Outcomes::Outcomes(const Machine& machine, std::size_t memory_limit, int jobs, const ProgressFunction& progress)
    : machine_(machine), explorer_(machine, options(memory_limit, jobs), machine.initial()) {
  const SearchResult result = run(explorer_, progress);
  const StateGraph& graph = explorer_.graph();
  if (result.end != SearchEnd::kComplete) {
    reason_ = result.end == SearchEnd::kMemory ? "the memory limit was reached" : "it was stopped";
    return;
  }
  const int levels = static_cast<int>(result.level_sizes.size());
  // Which use a step is depends on the shared memory and on the thread alone.
  std::set<std::pair<Index, std::pair<Index, int>>> looked_at;
  for (int depth = 0; depth < levels; ++depth) {
    each_state(graph, depth, [&](StateGraph::Ref ref) {
      const CollapsedState tuple = graph.tuple_at(ref);
      std::optional<State> state;
      bool all_done = true;
      for (int t = 0; t < machine_.thread_count(); ++t) {
        const Index local = tuple.local[static_cast<std::size_t>(t)];
        const Local thread = graph.components().local.get(local);
        const ThreadId id{static_cast<std::uint8_t>(t)};
        const Op op = machine_.program(id).code[thread.pc].op;
        all_done = all_done && (op == Op::kEnd || op == Op::kRcuTake);
        if ((op != Op::kUseVma && op != Op::kChangeVma) || !looked_at.insert({tuple.shared, {local, t}}).second) continue;
        if (!state) state = graph.state_at(ref);
        if (const auto use = use_in(*state, id)) uses_.insert(*use);
      }
      if (all_done && machine_.all_done(graph.state_at(ref))) endings_.emplace(ending_of(graph.state_at(ref)), ref);
      return true;
    });
  }
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

Ending Outcomes::ending_of(const State& state) const {
  Ending ending;
  for (int m = 0; m < machine_.limits().mms; ++m) {
    const MmState& mm = state.mms[static_cast<std::size_t>(m)];
    ending.insert(ending.end(), mm.fields.begin(), mm.fields.end());
  }
  for (int v = 0; v < machine_.limits().vmas; ++v) {
    const VmaState& vma = state.vmas[static_cast<std::size_t>(v)];
    ending.insert(ending.end(), vma.fields.begin(), vma.fields.end());
    ending.push_back(vma.allocated);
  }
  for (int t = 0; t < machine_.thread_count(); ++t) {
    const ThreadId id{static_cast<std::uint8_t>(t)};
    if (machine_.is_rcu(id)) continue;
    ending.push_back(machine_.operand(state, id, machine_.program(id).code[state.thread(id).pc].a));
  }
  return ending;
}

std::vector<Action> Outcomes::way_to(const Ending& ending) {
  Target target;
  const StateGraph::Ref ref = endings_.at(ending);
  target.depth = explorer_.graph().depth_of(ref);
  target.ends_in = [ref](StateGraph::Ref other) { return other == ref; };
  return shortest_trace(explorer_.graph(), machine_.initial(), std::move(target));
}

/// @param shows (state before, action, state after): this is the step to show
template <typename Shows>
std::vector<Action> Outcomes::way_to_step(Shows&& shows) {
  for (int depth = 0;; ++depth) {
    Target target;
    target.depth = depth;
    std::optional<Action> last;
    bool any = false;
    each_state(explorer_.graph(), depth, [&](StateGraph::Ref ref) {
      any = true;
      const State state = explorer_.graph().state_at(ref);
      ActionList actions;
      machine_.enabled(state, actions);
      for (const Action& action : actions) {
        State after = state;
        StepInfo info;
        machine_.step(after, action, info);
        if (!shows(state, action, after)) continue;
        target.ends_in = [ref](StateGraph::Ref other) { return other == ref; };
        last = action;
        return false;
      }
      return true;
    });
    if (!any) return {};
    if (!last) continue;
    std::vector<Action> way = shortest_trace(explorer_.graph(), machine_.initial(), std::move(target));
    way.push_back(*last);
    return way;
  }
}

std::vector<Action> Outcomes::way_to(const Use& use) {
  return way_to_step([&](const State& before, const Action& action, const State&) {
    return action.kind == Action::Kind::kStep && action.thread.value == use.thread && use_in(before, action.thread) == use;
  });
}

std::vector<Action> Outcomes::way_along(std::pair<Word, Word> edge) {
  return way_to_step([&](const State& before, const Action&, const State& after) {
    for (int v = 0; v < machine_.limits().vmas; ++v) {
      const auto at = static_cast<std::size_t>(v);
      if (before.vmas[at][VmaField::kRefcnt] == edge.first && after.vmas[at][VmaField::kRefcnt] == edge.second) return true;
    }
    return false;
  });
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

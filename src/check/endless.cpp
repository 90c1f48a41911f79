// SPDX-License-Identifier: GPL-2.0-only
// Can all threads, from every state, still finish?
#include <algorithm>
#include <set>

#include "check/search_worker.h"

namespace vmalab::check {

Search::Endless Search::endless_states() {
  const std::optional<bool> endless = some_state_is_endless();
  return endless == false ? Endless{} : search_backwards();
}

/// Quick where threads mostly end: only states without a successor on a later level need a look, since all others lead,
/// level by level, to one of these. Nothing when that gets long.
std::optional<bool> Search::some_state_is_endless() {
  constexpr std::uint64_t kPatience = 100'000;
  std::uint64_t looked_at = 0;
  std::set<Ref> good;
  for (int w = 0; w < workers(); ++w) {
    for (const std::uint64_t index : workers_[static_cast<std::size_t>(w)]->without_progress) {
      const Ref start{w, index};
      std::set<Ref> seen{start};
      std::vector<Ref> stack{start};
      bool ends = false;
      while (!stack.empty() && !ends) {
        if (++looked_at > kPatience) return std::nullopt;
        const Ref ref = stack.back();
        stack.pop_back();
        const Expanded expanded = expand(tuple_at(ref));
        ends = expanded.finished || good.count(ref) != 0;
        for (const Successor& next : expanded.successors) {
          const auto to = find(next.tuple);
          if (to && seen.insert(*to).second) stack.push_back(*to);
        }
      }
      if (!ends) return true;
      good.insert(start);
    }
  }
  return false;
}

/// All edges turned round, and from the finished states everything that leads there.
Search::Endless Search::search_backwards() {
  Progress progress;
  progress.depth = static_cast<int>(workers_.front()->level_begin.size()) - 1;
  std::vector<std::uint64_t> first_of{0};  // number of each worker's first state
  for (const auto& worker : workers_) {
    first_of.push_back(first_of.back() + worker->states.size());
    progress.transitions += worker->transition_count;
  }
  const std::uint64_t states = progress.states = first_of.back();
  progress.bytes = bytes() + states * (sizeof(std::uint64_t) + 1) + progress.transitions * 4 * sizeof(std::uint32_t);
  if (states > 0xffffffff || (options_.memory_limit != 0 && progress.bytes > options_.memory_limit)) return {SearchEnd::kMemory, {}};

  struct Edge {
    std::uint32_t from, to;
  };
  std::vector<Edge> edges;
  edges.reserve(progress.transitions);
  std::vector<std::uint32_t> reached;
  std::vector<bool> can_finish(states);
  for (int w = 0; w < workers(); ++w) {
    for (std::uint64_t i = 0; i < workers_[static_cast<std::size_t>(w)]->states.size(); ++i) {
      const std::uint64_t number = first_of[static_cast<std::size_t>(w)] + i;
      progress.frontier = states - number;
      if (number % 4096 == 0 && !goes_on(progress)) return {SearchEnd::kStopped, {}};
      const Expanded expanded = expand(tuple_at({w, i}));
      if (expanded.finished) {
        can_finish[number] = true;
        reached.push_back(static_cast<std::uint32_t>(number));
      }
      for (const Successor& next : expanded.successors) {
        if (const auto to = find(next.tuple)) {
          edges.push_back({static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(first_of[static_cast<std::size_t>(to->worker)] + to->index)});
        }
      }
    }
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.to < b.to; });
  while (!reached.empty()) {
    const std::uint32_t to = reached.back();
    reached.pop_back();
    for (auto edge = std::lower_bound(edges.begin(), edges.end(), to, [](const Edge& e, std::uint32_t n) { return e.to < n; });
         edge != edges.end() && edge->to == to; ++edge) {
      if (can_finish[edge->from]) continue;
      can_finish[edge->from] = true;
      reached.push_back(edge->from);
    }
  }
  Endless endless;
  for (int depth = 0; depth <= progress.depth && endless.states.empty(); ++depth) {
    for (int w = 0; w < workers(); ++w) {
      const auto [begin, end] = level(w, depth);
      for (std::uint64_t i = begin; i < end; ++i) {
        if (!can_finish[first_of[static_cast<std::size_t>(w)] + i]) endless.states.push_back({w, i});
      }
    }
  }
  return endless;
}

}  // namespace vmalab::check

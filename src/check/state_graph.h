// SPDX-License-Identifier: GPL-2.0-only
// The states that a search has found, level by level, and how they hang together. Edges are not kept: what follows a state
// is computed again when somebody asks, from memoized transitions.
//
// The graph consists of parts, one a worker of the search (explorer.h), which alone adds to it; a state belongs to the part
// that its hash says. Which states are on which level, and all that is decided on the graph, does not depend on the
// number of parts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "check/components.h"
#include "check/reductions.h"
#include "check/state_set.h"
#include "check/stepper.h"
#include "machine/machine.h"

namespace vmalab::check {

class StateGraph {
 public:
  struct Ref {
    int part = 0;
    std::uint64_t index = 0;
    friend auto operator<=>(const Ref&, const Ref&) = default;
  };
  /// The states of one worker, in order of their levels.
  struct Part {
    Part(const Machine& machine, Components& components, Reductions& reductions)
        : states(1 + static_cast<std::size_t>(machine.thread_count())), stepper(machine, components, reductions) {}
    StateSet states;
    Stepper stepper;
    std::vector<std::uint64_t> level_begin;       ///< by level; the last entry is the end of the last level
    std::vector<std::uint32_t> without_progress;  ///< expanded states, not finished, with no successor on a later level
    std::uint64_t transitions = 0, finished = 0;  ///< from expanded states; expanded states where all threads are done
    std::size_t bytes() const { return states.bytes() + stepper.bytes() + without_progress.capacity() * sizeof(std::uint32_t); }
  };

  /// @param start real, not canonical
  StateGraph(const Machine& machine, Reductions reductions, const State& start);
  StateGraph(const StateGraph&) = delete;
  StateGraph& operator=(const StateGraph&) = delete;

  const Machine& machine() const { return machine_; }
  int threads() const { return machine_.thread_count(); }
  /// The canonical tuple of a real state, and where each thread went.
  CollapsedState tuple_of(const State& state, Renaming* renaming);
  std::optional<Ref> find(const CollapsedState& canonical) const;
  CollapsedState tuple_at(Ref ref) const;
  StateValue state_at(Ref ref) const;
  /// Value of an expression in a state (Machine::evaluate).
  Word evaluate(const Program& expression, const CollapsedState& tuple) const;

  int parts() const { return static_cast<int>(parts_.size()); }
  const Part& part(int number) const { return *parts_[static_cast<std::size_t>(number)]; }
  std::uint64_t states() const;
  std::uint64_t transitions() const;
  std::uint64_t finished() const;
  int levels() const { return static_cast<int>(parts_.front()->level_begin.size()) - 1; }
  /// The states of a level in a part, [first, second) of indices. Level levels() has what was found and not expanded.
  std::pair<std::uint64_t, std::uint64_t> level(int part, int depth) const;
  int depth_of(Ref ref) const;
  /// The states of a level for which `wanted(ref)`.
  template <typename Wanted>
  std::vector<Ref> states_of_level(int depth, Wanted&& wanted) const {
    std::vector<Ref> result;
    for (int p = 0; p < parts(); ++p) {
      const auto [begin, end] = level(p, depth);
      for (std::uint64_t i = begin; i < end; ++i) {
        if (wanted(Ref{p, i})) result.push_back({p, i});
      }
    }
    return result;
  }

  /// Goes through all states of complete levels, level by level.
  class Walk {
   public:
    explicit Walk(const StateGraph& graph) : graph_(graph) {}
    std::optional<Ref> next();

   private:
    const StateGraph& graph_;
    int depth_ = 0;
    Ref at_;
  };

  struct Successor {
    Action action;  ///< with thread numbers of the canonical state it starts from
    PropertySet violations = 0;
    CollapsedState tuple;  ///< canonical
    Renaming renaming{};   ///< where the threads went
  };
  struct Expanded {
    std::vector<Successor> successors;
    Outlook outlook = Outlook::kGoesOn;
  };
  /// All successors of a canonical state. Not by several threads at once.
  Expanded expand(const CollapsedState& tuple);

  const Reductions& reductions() const { return reductions_; }
  const Components& components() const { return components_; }
  Coverage coverage() const;
  /// Every (old, new) pair of vm_refcnt by one step, and every value reached; needs no states, only components.
  std::set<std::pair<Word, Word>> refcnt_edges() const;
  std::set<Word> refcnt_values() const;
  bool locks_met() const;  ///< there were read locks and write locks
  std::size_t bytes() const;

  // ---- for the search
  /// Empties the graph: so many parts, and the start in one of them.
  void begin(int parts);
  Part& part(int number) { return *parts_[static_cast<std::size_t>(number)]; }
  /// The part that a canonical state belongs to.
  int owner(const Index* vector) const;
  /// What was assumed wrongly so far is not assumed any more; false when there was nothing. The graph is void then.
  bool take_broken();
  Reductions& reductions() { return reductions_; }
  Components& components() { return components_; }

  /// A canonical tuple as StateSet keeps it, and back: components_of_state() numbers, the shared one last.
  using Vector = std::array<Index, 1 + kMaxThreads>;
  std::size_t components_of_state() const { return 1 + static_cast<std::size_t>(threads()); }
  Vector pack(const CollapsedState& tuple) const {
    Vector vector;
    const auto n = static_cast<std::size_t>(threads());
    for (std::size_t t = 0; t < n; ++t) vector[t] = tuple.local[t];
    vector[n] = tuple.shared;
    return vector;
  }
  CollapsedState unpack(const Index* vector) const {
    CollapsedState tuple;
    const auto n = static_cast<std::size_t>(threads());
    for (std::size_t t = 0; t < n; ++t) tuple.local[t] = vector[t];
    tuple.shared = vector[n];
    return tuple;
  }

 private:
  const Machine& machine_;
  StateValue start_;
  Reductions reductions_;
  Components components_;
  std::vector<std::unique_ptr<Part>> parts_;
};

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// Breadth-first search over step(): exact, level by level, parallel.
//
// Every worker owns the states whose hash falls to it. A level is done in batches: each worker expands some of
// its own states into outboxes, a barrier, each worker takes in what is addressed to it, a barrier. So the set
// of states of each level, and every number reported, is the same whatever the number of workers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "check/components.h"
#include "check/independence.h"
#include "check/symmetry.h"
#include "check/twins.h"
#include "machine/machine.h"

namespace vmalab::check {

struct Progress {
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::uint64_t frontier = 0;   ///< states of the current level still to expand
  int depth = 0;                ///< current level
  double seconds = 0;
  std::size_t bytes = 0;        ///< tables of this search
};

struct SearchOptions {
  bool symmetry = true;
  bool partial_order = true;
  int jobs = 1;
  std::size_t memory_limit = 0;    ///< bytes for the tables; 0: none. Without memory the end is the same
  /// Stop at the first level with a state where it is non-zero, whatever breaks before. Without it: at the first that breaks
  /// something.
  const Program* goal = nullptr;
  CheckSet judged = static_cast<CheckSet>(~0u);  ///< a step that breaks only others is a step like any
  /// Called by one worker, first after the first batch and then at most every 100 ms; false stops the search.
  std::function<bool(const Progress&)> progress;
};

enum class SearchEnd { kComplete, kFound, kStopped, kMemory };

struct SearchResult {
  SearchEnd end = SearchEnd::kComplete;
  CheckSet violations = 0;   ///< all that showed at found_depth
  bool goal_found = false;
  int found_depth = 0;       ///< length of the shortest way there
  std::uint64_t states = 0, transitions = 0, final_states = 0;
  std::vector<std::uint64_t> level_sizes;
  double seconds = 0;
  std::size_t bytes = 0;
};

/// One search and, afterwards, its state graph.
class Search {
 public:
  Search(const Machine& machine, SearchOptions options);
  ~Search();
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  SearchResult run(const State& start);

  // ---- the graph, after run()
  struct Ref {
    int worker = 0;
    std::uint64_t index = 0;
    friend auto operator<=>(const Ref&, const Ref&) = default;
  };
  int threads() const { return machine_.thread_count(); }
  /// The canonical tuple of a real state, and where each thread went.
  Tuple tuple_of(const State& state, Renaming* renaming);
  std::optional<Ref> find(const Tuple& canonical) const;
  Tuple tuple_at(Ref ref) const;
  State state_at(Ref ref) const { return components_.join(tuple_at(ref)); }
  /// States of a level, by worker: [first, second) of indices.
  std::pair<std::uint64_t, std::uint64_t> level(int worker, int depth) const;
  int workers() const { return static_cast<int>(workers_.size()); }
  /// Which threads were taken for one another in the end.
  const Twins& twins() const { return *twins_; }
  /// What of the reductions was not used after all, in sentences.
  std::vector<std::string> reduction_notes() const;

  struct Successor {
    Action action;               ///< with thread numbers of the canonical state it starts from
    CheckSet violations = 0;
    Tuple tuple;                 ///< canonical
    Renaming renaming{};         ///< where the threads went
  };
  /// All successors of a canonical state. `finished`: every thread is done; `stuck`: no thread can step though not all are done.
  struct Expanded {
    std::vector<Successor> successors;
    bool finished = false, stuck = false;
  };
  Expanded expand(const Tuple& tuple);

  int depth_of(Ref ref) const;

  struct Endless {
    SearchEnd end = SearchEnd::kComplete;  ///< kStopped, kMemory: not known
    std::vector<Ref> states;
  };
  /// After a complete search: the states of the lowest level from which some thread can never finish; none when from every
  /// state all threads can.
  Endless endless_states();

  Coverage coverage() const;
  const Components& components() const { return components_; }
  /// Every (old, new) pair of vm_refcnt by one step, and every value reached; needs no states, only components.
  std::set<std::pair<Word, Word>> refcnt_edges() const;
  std::set<Word> refcnt_values() const;

 private:
  struct Worker;
  struct Control;
  void work(int self, Control& control);
  enum class Ending { kNone, kFinished, kStuck };
  template <typename Each>
  Ending each_transition(Worker& worker, const Tuple& tuple, bool each_twin, Each&& each);
  void expand_batch(Worker& worker);
  void take_in(int self, Control& control);
  void note_progress(Worker& worker);
  std::size_t words() const { return 2 + static_cast<std::size_t>(threads()) * (wide_ ? 2 : 1); }
  void pack(const Tuple& tuple, std::uint16_t* record) const;
  void pack_shared(Index shared, std::uint16_t* record) const;
  void pack_local(int t, Index local, std::uint16_t* record) const;
  Tuple unpack(const std::uint16_t* record) const;
  std::uint64_t hash(const std::uint16_t* record) const { return hash_bytes(record, words() * sizeof(std::uint16_t)); }
  int owner(std::uint64_t hash) const { return static_cast<int>((hash >> 56) * workers_.size() >> 8); }  // without a division
  SearchResult attempt(const State& start, bool& again);
  bool attempt_is_void();
  bool too_narrow() const { return !wide_ && components_.local.size() > 0xffff; }
  std::size_t bytes() const;
  bool goes_on(const Progress& progress);
  std::optional<bool> some_state_is_endless();
  Endless search_backwards();

  const Machine& machine_;
  SearchOptions options_;
  Components components_;
  std::unique_ptr<Independence> independence_;
  std::unique_ptr<Twins> twins_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<bool> signals_to_;  ///< threads that get signals
  bool wide_ = false;             ///< local components need 32 bits
  std::chrono::steady_clock::time_point started_, last_progress_{};
};

}  // namespace vmalab::check

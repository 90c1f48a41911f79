// SPDX-License-Identifier: GPL-2.0-only
// Breadth-first search over step(): exact, level by level, in pieces, on as many cores as wanted.
//
// Every worker owns a part of the graph: the states whose hash falls to it. A level is done in rounds: each worker expands
// some of its own states into outboxes, then each takes in what is addressed to it. So the set of states of each level, and
// every number reported, is the same whatever the number of workers and however the search is cut into pieces.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "check/search_options.h"
#include "check/state_graph.h"
#include "check/team.h"
#include "check/work.h"
#include "machine/machine.h"

namespace vmalab::check {

class Explorer final : public Work {
 public:
  /// `machine` must outlive the search.
  Explorer(const Machine& machine, const SearchOptions& options, const State& start);
  ~Explorer() override;

  /// Expands about so many states, with all workers, or lets tables grow for about as long. When an assumption of a reduction breaks, the search
  /// starts over.
  Status advance(Budget budget) override;
  Progress progress() const override;
  /// The search ends here, incomplete.
  void stop() override;

  /// What is known so far; final when advance() has said kDone.
  SearchResult result() const;
  int workers() const { return team_.size(); }
  StateGraph& graph() { return graph_; }
  const StateGraph& graph() const { return graph_; }

 private:
  struct Worker;
  void begin();
  void end(SearchEnd how);
  bool round(std::uint64_t most);
  void each_worker(std::uint64_t work, const std::function<void(Worker&)>& share);
  void expand(Worker& worker, std::uint64_t most);
  bool make_room(Worker& worker, std::uint64_t most);
  void take_in(Worker& worker);
  void note_progress(Worker& worker);
  void end_round();
  void end_level();
  std::uint64_t frontier() const;
  std::size_t bytes() const;

  const Machine& machine_;
  SearchOptions options_;
  StateGraph graph_;
  Team team_;
  std::vector<std::unique_ptr<Worker>> workers_;
  Status status_ = Status::kRunning;
  SearchResult result_;                  ///< what is known of the levels that are done
  std::uint64_t round_work_ = 0;         ///< states of this round
  std::uint64_t expanded_ = 0;           ///< states, attempts that turned out void included
  std::atomic<bool> full_{false};        ///< somebody had no memory for what was to come
  std::atomic<std::size_t> planned_{0};  ///< bytes of all tables, what they are about to grow included
};

/// Drives a search to its end.
SearchResult run(Explorer& explorer, const ProgressFunction& progress);

}  // namespace vmalab::check

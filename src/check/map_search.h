// SPDX-License-Identifier: GPL-2.0-only
// Makes the map of a scenario's whole state space (state_map.h), and answers what is asked of it: where a state lies, and the shortest
// run to a cell. Every access is a step, so that depths are those of the timeline; states that differ only in which of identical
// threads stands where are one. What breaks a check does not end it, and nothing is searched behind: what a kernel does after it
// went wrong is no part of what it can do.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "check/can_finish.h"
#include "check/checker.h"
#include "check/explorer.h"
#include "check/shortest_trace.h"
#include "check/state_map.h"

namespace vmalab::check {

/// A cell of the map.
struct MapPlace {
  int depth = 0;
  RefcntClass of{};
  friend bool operator==(const MapPlace&, const MapPlace&) = default;
};

/// What fills a map, and knows where on it a state lies.
class MapOfStates : public Work {
 public:
  virtual const StateMap& map() const = 0;
  /// When advance() has said kDone. kComplete: the map has all states.
  virtual SearchEnd end() const = 0;
  /// Shortest way to the state; nullopt: it was not met so far, or lies behind what breaks a check. Not while advance() runs.
  virtual std::optional<int> depth_of(const State& state) = 0;
};

class MapSearch final : public MapOfStates {
 public:
  /// `machine` must outlive it.
  /// @param options symmetry, jobs and memory
  MapSearch(const Machine& machine, const CheckOptions& options);
  ~MapSearch() override;

  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;

  const StateMap& map() const override { return map_; }
  SearchEnd end() const override { return end_; }
  std::optional<int> depth_of(const State& state) override;

  class Way;
  /// What finds the shortest run to a cell that has states, with the fewest switches. Not while advance() runs; must not outlive this.
  /// @param breaking to one that breaks a check, and on with the step that does; the cell has one
  std::unique_ptr<Way> way_to(VmaId vma, MapPlace place, bool breaking);

 private:
  bool breaks(StateGraph::Ref ref);
  Target target(VmaId vma, MapPlace place, bool breaking);
  void searched();
  void note_non_terminating();

  const Machine& machine_;
  StateMap map_;
  std::unique_ptr<Explorer> explorer_;
  std::unique_ptr<CanFinish> can_finish_;
  std::size_t memory_limit_;
  Status status_ = Status::kRunning;
  SearchEnd end_ = SearchEnd::kComplete;
};

class MapSearch::Way final : public Work {
 public:
  Way(MapSearch& search, VmaId vma, MapPlace place, bool breaking);
  Status advance(Budget budget) override;
  Progress progress() const override { return trace_.progress(); }
  void stop() override { trace_.stop(); }
  /// When advance() has said kDone; nothing when it was stopped.
  const std::optional<std::vector<Action>>& run() const { return run_; }

 private:
  MapSearch& search_;
  bool breaking_;
  ShortestTrace trace_;
  std::optional<std::vector<Action>> run_;
};

}  // namespace vmalab::check

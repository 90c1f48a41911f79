// SPDX-License-Identifier: GPL-2.0-only
// Makes a map of the state space in the background and answers what is asked of it, so that a frame never waits. Knows nothing of
// windows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/map_search.h"

namespace vmalab {

/// A step of somebody's tree of runs: from node `from`, which is the start (0) or a step before it, by this action.
struct MapStep {
  std::uint32_t from = 0;
  Action action;
};
/// Where the state after it lies.
struct OnMap {
  int depth = -1;  ///< -1: not met so far, or behind what breaks a check
  check::ClassCode classes;
};

class MapRunner {
 public:
  MapRunner();
  /// Waits for what still runs, after asking it to stop.
  ~MapRunner();
  MapRunner(const MapRunner&) = delete;
  MapRunner& operator=(const MapRunner&) = delete;

  /// @param most states to expand before it ends; 0: all
  /// @param any by thread: the map of a search for any number of these; empty: of the scenario as it is
  void start(Machine machine, check::CheckOptions options, std::uint64_t most = 0, std::vector<bool> any = {});
  /// Further steps of the tree, to be found on the map.
  void add(std::vector<MapStep> steps);
  /// Asks for the shortest run to a cell; what was asked for before is given up. Not on a map of any number.
  void find(VmaId vma, check::MapPlace place, bool breaking);

  struct Found {
    VmaId vma;
    check::MapPlace place;
    bool breaking = false;
    std::vector<Action> run;
  };
  struct News {
    std::shared_ptr<const check::StateMap> map;      ///< a newer one, else null
    std::shared_ptr<const std::vector<OnMap>> tree;  ///< by node, the start first; newer, else null
    check::Progress progress;
    bool done = false;                                   ///< the map changes no more
    check::SearchEnd end = check::SearchEnd::kComplete;  ///< how, when it is done
    bool finding = false;
    std::shared_ptr<const Found> found;  ///< once, else null
    std::string crowd;                   ///< "any number of readers and writers"; empty: it is the map of the scenario itself
    std::string refused;                 ///< why there is no map for any number, in a sentence
  };
  /// Never waits.
  News poll();
  /// Waits until the map is done and every step is on it.
  void wait();
  /// The map stays as far as it came.
  void stop();
  /// Gives up the map and all that was asked.
  void drop();
  bool running() const { return job_ != nullptr; }

 private:
  struct Job;
  std::unique_ptr<Job> job_;
  std::vector<std::unique_ptr<Job>> retired_;  ///< given up, and not ended yet
};

}  // namespace vmalab

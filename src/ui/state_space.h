// SPDX-License-Identifier: GPL-2.0-only
// What the panel "State space" knows and does, apart from drawing: the map as far as it has come, where the session's runs lie on it,
// the cell that is looked at, and the run to it that is asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/map_runner.h"
#include "run/session.h"

namespace vmalab {

class StateSpace {
 public:
  /// States that are counted without being asked again; beyond, the map says that it is not whole.
  static constexpr std::uint64_t kMost = 5'000'000;

  /// The map of this session is wanted: it begins, or goes on with the steps that are new. Cheap where nothing is.
  void follow(const Session& session);
  /// Takes over what is new from the background; true when there was something.
  bool poll();
  /// The map of a search for any number of these threads, by thread, or of nothing: that of the scenario as it is. Another map begins.
  void show_any_number(std::vector<bool> of);
  /// The one of these that is not shown now.
  void show_any_or_own(const Scenario& scenario);
  bool any_number() const { return !any_.empty(); }
  /// "any number of readers and writers"; empty: not known yet, or the map of the scenario itself.
  const std::string& crowd() const { return crowd_; }
  /// Why there is no map for any number, in a sentence; empty: there is.
  const std::string& refused() const { return refused_; }
  /// Another session: the map was of something else.
  void forget();
  /// Waits until there is no more to come.
  void wait() { runner_.wait(); }
  /// The map stays as far as it has come.
  void stop() { runner_.stop(); }

  bool begun() const { return begun_; }
  /// Something is still to come from the background.
  bool busy() const { return begun_ && (!done_ || finding_ || (placed() < nodes_ && refused_.empty())); }
  bool done() const { return done_; }
  check::SearchEnd end() const { return end_; }  ///< when it is done
  const check::StateMap& map() const { return *map_; }
  const std::shared_ptr<const check::StateMap>& shared_map() const { return map_; }
  /// Where the state after a step lies; depth -1: not known, or behind what breaks a check.
  OnMap at(NodeId node) const { return tree_ && node < tree_->size() ? (*tree_)[node] : OnMap{}; }
  /// The same of all steps; another pointer whenever it is another one.
  using Tree = std::shared_ptr<const std::vector<OnMap>>;
  const Tree& tree() const { return tree_; }
  bool finding() const { return finding_; }

  /// Asks for the shortest run to the cell, and to what breaks there, if something does. For any number no run is known: it is chosen alone.
  void go(VmaId vma, check::MapPlace place);
  /// The run that was asked for, once; else null.
  std::shared_ptr<const MapRunner::Found> take_found();

  // What the panel remembers.
  std::optional<check::MapPlace> selected;  ///< nullopt: where the cursor is
  float first = 0, visible = 0;             ///< depths in view; visible 0: all of them
  std::uint64_t most = kMost;
  /// Around the selected cell, or the middle.
  void zoom(float by, float around);
  /// Moves the selection to a cell with states: sideways by depth, up and down by class.
  void move(VmaId vma, int depths, int rows, check::MapPlace from);
  /// To the next cell that breaks a check, after `from`, and round.
  void next_breaking(VmaId vma, check::MapPlace from);
  void show_all() { first = visible = 0; }
  /// So that the depth is in view.
  void reveal(int depth);

 private:
  std::size_t placed() const { return tree_ ? tree_->size() : 0; }

  MapRunner runner_;
  std::vector<bool> any_;
  bool begun_ = false, done_ = false, finding_ = false;
  std::string crowd_, refused_;
  check::SearchEnd end_ = check::SearchEnd::kComplete;
  std::size_t nodes_ = 1;  ///< of the session's tree, given to the background
  std::shared_ptr<const check::StateMap> map_ = std::make_shared<const check::StateMap>();
  Tree tree_;
  std::shared_ptr<const MapRunner::Found> found_;
};

}  // namespace vmalab

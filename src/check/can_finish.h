// SPDX-License-Identifier: GPL-2.0-only
// Can all threads, from every state, still finish? Decided on the graph of a complete search, in little more memory than two
// bits a state: edges are computed again.
//
// A state with a successor on a later level leads, level by level, to one that has none. So it is enough to show that
// those lead to a state where every thread is done; that is quick where threads mostly end. If it turns out that some
// state does not, all states are swept, forwards and backwards in turn, until no more of them are known to
// finish: what is left cannot.
#pragma once

#include <cstdint>
#include <vector>

#include "check/state_graph.h"
#include "check/work.h"

namespace vmalab::check {

class CanFinish final : public Work {
 public:
  /// @param graph of a search that ended kComplete
  /// @param memory_limit bytes, the graph's included; 0: none
  CanFinish(StateGraph& graph, std::size_t memory_limit);

  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;

  /// When advance() has said kDone. kComplete: it is known.
  SearchEnd end() const { return end_; }
  /// The states of the lowest level from which some thread can never finish; none when from every state all threads can.
  const std::vector<StateGraph::Ref>& non_terminating() const { return non_terminating_; }

 private:
  using Ref = StateGraph::Ref;
  /// One bit for each state, by part.
  using Marks = std::vector<std::vector<bool>>;
  /// A state on the way of a depth-first search, and its successors still to visit, the next one last.
  struct Visit {
    Ref ref;
    std::vector<Ref> open;
  };

  void look(std::uint64_t& steps);
  bool next_start();
  void end_look(bool finishes);
  void begin_sweep(bool backwards);
  void sweep(std::uint64_t& steps);
  bool next_in_sweep();
  void end_sweep();
  template <typename Take>
  bool leads_to(Ref ref, Take&& take);
  void set_good(Ref ref);
  void end(SearchEnd how);
  Marks no_marks() const;
  std::size_t bytes() const;

  StateGraph& graph_;
  std::size_t memory_limit_;
  std::uint64_t states_;
  Status status_ = Status::kRunning;
  SearchEnd end_ = SearchEnd::kComplete;
  std::vector<Ref> non_terminating_;
  double seconds_ = 0;
  Marks good_;                 ///< these can finish
  std::uint64_t open_states_;  ///< states that are not good so far

  bool sweeping_ = false;
  // Looking, from one state without progress after the other.
  int start_part_ = 0;
  std::size_t start_ = 0;  ///< position in without_progress of that part: the next to look from
  std::uint64_t looked_at_ = 0;
  std::vector<Visit> path_;
  Marks seen_;  ///< from the current start
  std::vector<Ref> seen_list_;
  // Sweeping over the states, level by level.
  bool backwards_ = true, changed_ = false;
  int depth_ = 0;
  Ref at_;  ///< the state to look at
  std::uint64_t swept_ = 0;
};

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// What a body of C makes of a scenario, apart from how: the states it can end in, which VMA each thread then worked on, and the
// values and changes of vm_refcnt. From all interleavings, without reductions and past what breaks a check.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "check/explorer.h"

namespace vmalab::check {

/// A thread used or changed a VMA: what its lookup had given it.
struct Use {
  std::uint8_t thread = 0;
  bool changes = false;
  Word vma = 0, mm = 0, start = 0, end = 0;  ///< the VMA as it was then
  friend auto operator<=>(const Use&, const Use&) = default;
};

/// Shared memory, and what every thread's function returned, when all threads are done.
using Ending = std::vector<Word>;

class Outcomes {
 public:
  Outcomes(const Machine& machine, std::size_t memory_limit, int jobs, const ProgressFunction& progress);
  /// Empty: everything is known. Else what ended the search.
  const std::string& reason() const { return reason_; }
  const std::map<Ending, StateGraph::Ref>& endings() const { return endings_; }
  const std::set<Use>& uses() const { return uses_; }
  std::set<Word> refcnt_values() const { return explorer_.graph().refcnt_values(); }
  std::set<std::pair<Word, Word>> refcnt_edges() const { return explorer_.graph().refcnt_edges(); }

  /// Shortest runs that show one of them.
  std::vector<Action> way_to(const Ending& ending);
  std::vector<Action> way_to(const Use& use);
  /// Some VMA's vm_refcnt goes from the one value to the other in the last step.
  std::vector<Action> way_along(std::pair<Word, Word> edge);

 private:
  static SearchOptions options(std::size_t memory_limit, int jobs);
  template <typename Shows>
  std::vector<Action> way_to_step(Shows&& shows);
  Ending ending_of(const State& state) const;
  std::optional<Use> use_in(const State& before, ThreadId t) const;

  const Machine& machine_;
  Explorer explorer_;
  std::string reason_;
  std::map<Ending, StateGraph::Ref> endings_;
  std::set<Use> uses_;
};

std::string use_text(const Machine& machine, const Use& use);
/// The first difference between two endings, in words: "vma0->vm_end is 0x2000".
std::string ending_text(const Machine& machine, const Ending& ending);

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// One search for every number of threads. Readers are alike, nobody waits for one by name, and the lock looks at their number
// only through a few comparisons (premises.h). So a state is kept without saying how many there are:
//
//   the words of memory, without what readers add to the counters in them (vm_refcnt, the readers of an mmap_lock),
//   of each such counter how much readers add: 0, 1 or many,
//   the places that readers may stand in, with their registers: those that have only looked, and those that the counters count,
//   the places that at least one reader stands in: of those that hold nothing and have something to do, such as a wake-up,
//   the other threads exactly, of which some may come again and again, one at a time (crowd.h).
//
// A step is the machine's own, on each number that "many" stands for (any_steps.h). Who steps from a place may have been the last
// one there or not; where a counter says that there is one, it was the only one. Steps that only look, and change nothing for
// anybody, are taken at once: all places that they lead to are places where readers may stand. What is met is more than any number
// of threads can do, never less, so a property that holds here holds for every number.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "check/any/crowd.h"
#include "check/any/premises.h"
#include "check/state_map.h"
#include "check/work.h"
#include "machine/machine.h"

namespace vmalab::check {

/// One step of an abstract path.
struct AnyStep {
  /// What the step takes for so, of what is not kept: where any does, the step may be none.
  enum Assumption : std::uint8_t {
    kReaderThere = 1,  ///< a reader stands where one may stand
    kOthersStay = 2,   ///< it was not the last there
    kOneOfWays = 4,    ///< the step can go several ways, by which old sequences are equal or whom a pointer names
    kThatMany = 8,     ///< many references were 2, or were more
  };
  Action action;             ///< of a thread that stands for any number of them
  StepInfo info;             ///< on one of the numbers that the counters may have
  std::uint8_t assumed = 0;  ///< bits of Assumption
};

struct AnyResult {
  enum class End { kComplete, kViolation, kPremise, kStopped, kMemory };
  End end = End::kComplete;
  PropertySet violations = 0;           ///< kViolation: shown at the end of `path`, by nobody that is known to exist
  std::vector<AnyStep> path;            ///< kViolation: the way there
  std::vector<BrokenPremise> premises;  ///< kPremise: that fail
  std::uint64_t states = 0, transitions = 0;
  int depth = 0;
  std::size_t reader_places = 0;    ///< that readers were met in, with registers
  std::vector<Word> refcnt_values;  ///< with 2 and 3 for many
  std::vector<std::pair<Word, Word>> refcnt_edges;
  Coverage coverage;
  bool locks_met = false;  ///< there were read locks and write locks
  double seconds = 0;
  std::size_t bytes = 0;
};

class AnySearch final : public Work {
 public:
  /// @param crowd threads of the machine that stand for any number of them
  /// @param judged a step that breaks only others is a step like any
  /// @param memory_limit bytes for the tables; 0: none
  /// @param map what is met is counted there, each state at the fewest steps, and what breaks something does not end the search: nothing is
  /// searched behind it. Null: it ends at the first.
  AnySearch(const Machine& machine, const Crowd& crowd, PropertySet judged, std::size_t memory_limit, StateMap* map = nullptr);
  ~AnySearch() override;

  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;
  /// When advance() has said kDone.
  const AnyResult& result() const { return result_; }

  /// Fewest steps to what stands for the state, of a machine with other numbers of the threads that there is any number of; nullopt: that
  /// was not met so far. Its sequences have to begin with kCurrentSequence, if there is a queue (sequences.h).
  /// @param stands_for by thread of `concrete`: the thread of this search that it is one of
  std::optional<int> depth_of(const Machine& concrete, const State& state, const std::vector<ThreadId>& stands_for) const;

 private:
  struct Tables;
  void finish(AnyResult::End end);

  AnyResult result_;  ///< before the tables, which fill it
  std::unique_ptr<Tables> tables_;
  bool done_ = false, stopped_ = false;
};

/// Kinds of property that a search for any number can decide: not those on the graph (termination).
bool is_decided_for_any(const Property& property);
PropertySet decided_for_any();
/// "Not decided for any number: ...", by the first of them.
std::string not_decided_sentence(const std::vector<BrokenPremise>& premises);
std::string not_decided_sentence(const Diagnostic& error);

}  // namespace vmalab::check

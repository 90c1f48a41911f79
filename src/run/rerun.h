// SPDX-License-Identifier: GPL-2.0-only
// An old run in code that has changed. It is walked again as far as every step does what it did; where one differs the run stops, and
// goes on along the nearest run that this code can take: the one with the fewest steps changed, inserted or left out.
//
// Two steps are the same when the same thread does the same, in the words of step_text(): lines and registers do not count. Of a link's steps
// there are only marks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "machine/machine.h"
#include "run/session.h"

namespace vmalab {

/// A run apart from the machine that it ran on.
struct PastRun {
  static constexpr auto kUnknown = static_cast<PropertySet>(-1);
  struct Step {
    NodeId from = kRootNode;  ///< the step before it
    Action action;
    std::string did;                             ///< step_text(); empty: unknown, whatever it does is the same
    PropertySet violations = 0;                  ///< that it broke then; kUnknown: nobody knows
    std::optional<std::uint64_t> fingerprint{};  ///< of the state after it, where the code is said to be the same
    std::optional<std::uint8_t> mark{};          ///< step_mark() of what it did, where the words are not known
  };
  struct Branch {
    std::string name;  ///< empty: as it came
    NodeId tip = kRootNode;
  };
  std::vector<std::string> threads;  ///< their names, by the numbers in the steps; empty: the numbers are those of the code that it runs in now
  std::vector<Step> steps;           ///< step i is node i + 1
  std::vector<Branch> branches;
  int active_branch = 0;
  NodeId cursor = kRootNode;  ///< on that branch
  std::shared_ptr<const Talk> talk = std::make_shared<const Talk>();
};
PastRun past_run(const Session& session);
/// What is kept of a step where there is no room for its words: 6 bits of a sum of what it did, in words. A step that does something else has
/// another one, but for one in 64.
std::uint8_t step_mark(const Machine& machine, const StepInfo& info);
/// Gives one with all its steps the branches that a session has after them, and what talk_text() said of it. Errors say what in it is wrong.
Result<void> complete(PastRun& run, std::string_view talk);

/// A way on from a state.
struct Continuation {
  static constexpr std::size_t kLeftOut = static_cast<std::size_t>(-1);
  std::vector<Action> actions;
  std::vector<std::size_t> stands_for;  ///< for each action the step of the old run; kLeftOut: inserted
  int same = 0, changed = 0, inserted = 0, left_out = 0;
  bool nearest = true;  ///< false: the search was given up, and the rest is taken where it can be and left out where not
  int distance() const { return changed + inserted + left_out; }
};
/// The nearest to these steps. Deterministic. At most `budget` states are looked at.
Continuation nearest_continuation(const Machine& machine, const State& from, std::span<const PastRun::Step> rest, int budget = 20'000);

/// How an old run went in a session.
struct Rerun {
  int last_same = 0;         ///< steps of the branch that was shown
  std::string differs;       ///< what the next one is now, as sentences; empty: the whole branch is as it was
  Continuation goes_on;      ///< from there, when it differs
  std::string broken_there;  ///< "step 7 breaks exclusion", on that way; empty
  std::string broken;        ///< the same of a step before it, which did not; empty
  int shorter_branches = 0;  ///< of the others: their steps from the first that differs are left out
  int lost_texts = 0;        ///< captions, notes and markers on steps that are no more
  bool as_it_was() const { return differs.empty() && broken.empty() && shorter_branches == 0; }
  /// All of it for people; empty when the run is as it was.
  std::string text() const;
};
/// Walks it in a session that has just been made. The cursor comes to where it was, or to the last step that is the same, or to the
/// one that breaks something now; what follows is the branch to go forward on. The talk comes along.
Rerun rerun(Session& session, const PastRun& old);

}  // namespace vmalab

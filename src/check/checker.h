// SPDX-License-Identifier: GPL-2.0-only
// The checker: decides every check over all interleavings of a scenario, or finds the shortest way to a state
// somebody asks for. One report, by a call that returns when it is there, or in pieces that never block.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "check/search_options.h"
#include "check/work.h"
#include "machine/lock_code.h"
#include "machine/machine.h"

namespace vmalab::check {

struct CheckOptions {
  bool symmetry = true;
  bool partial_order = true;          ///< not used when looking for a goal: merged states could hide it
  int jobs = 0;                       ///< 0: one a core
  std::size_t memory_mib = 0;         ///< 0: three quarters of platform::available_memory()
  std::string goal;                   ///< C expression to find a state for; empty: judge the checks
  std::vector<const Property*> only;  ///< judge these alone; empty: all
  bool goals = true;                  ///< where all hold, look for what the scenario says must be reachable, too
  std::optional<StateValue> from;     ///< start here instead of the initial state
  ProgressFunction progress;          ///< of run_check() alone
};

struct CheckReport {
  /// kGoalLost: no check is broken, and there is no way to a goal of the scenario that must be reachable.
  enum class Verdict { kPass, kViolation, kGoalLost, kGoalFound, kGoalUnreachable, kIncomplete };
  Verdict verdict = Verdict::kPass;
  const Property* check = nullptr;  ///< kViolation: the one broken
  std::string goal;
  std::string lost_goal;  ///< kGoalLost: its name
  std::string reason;     ///< kIncomplete: what ended the search
  /// kIncomplete: these are open, and everything else that was to be judged holds in every interleaving; empty: no telling.
  std::vector<const Property*> undecided;
  std::vector<const Property*> only;             ///< the only ones judged; empty: all
  Ordering ordering = Ordering::kSc;             ///< under which it was judged
  bool symmetry = false, partial_order = false;  ///< reductions the numbers below rest on
  /// What of a reduction was not used because the code or the goal does not allow it, in sentences.
  std::vector<std::string> reduction_notes;
  int jobs = 1;
  std::uint64_t states = 0, transitions = 0, final_states = 0;
  int depth = 0;  ///< deepest level reached, in steps (merged reads not counted)
  double seconds = 0;
  double peak_memory_mib = 0;  ///< of the whole process
  double table_mib = 0;        ///< of the search alone
  std::vector<std::uint64_t> depth_histogram;
  std::vector<Word> refcnt_values;
  std::vector<std::pair<Word, Word>> refcnt_edges;
  struct Line {
    std::string file, function;
    std::uint32_t line = 0;
  };
  std::vector<Line> unreached_lines;            ///< of the functions the threads run
  std::vector<const Property*> vacuous_checks;  ///< properties that nothing exercised
  std::vector<std::string> model_functions;     ///< of the lock, that ran and that a kernel tree lacks: the model's ran
  LockCode lock_code;                           ///< whose functions of the lock ran
  struct Part : Line {
    std::uint32_t column = 0;
    bool ran = false;
    bool decides = false;  ///< a condition; it ...
    bool was_true = false, was_false = false;
    /// What was seen of the same place elsewhere.
    void add(const Part& other) {
      ran = ran || other.ran;
      decides = decides || other.decides;
      was_true = was_true || other.was_true;
      was_false = was_false || other.was_false;
    }
  };
  std::vector<Part> parts;    ///< of the files of a kernel tree: each place of a line where something is computed
  StateValue start;           ///< where the search and the trace begin
  std::vector<Action> trace;  ///< shortest way from there, fewest switches
};

class CanFinish;
class Confirm;
class Explorer;
class ShortestTrace;

/// A check in pieces: the search, what is decided on its graph, the shortest trace and its confirmation; where nothing is found,
/// a search for each goal that must be reachable.
class Check final : public Work {
 public:
  /// `machine` must outlive the check. Errors: a goal that does not parse or names nothing known.
  static Result<std::unique_ptr<Check>> begin(const Machine& machine, const CheckOptions& options);
  ~Check() override;

  Status advance(Budget budget) override;
  /// seconds: of the whole check.
  Progress progress() const override;
  /// Ends the check with what is known, which the report says.
  void stop() override;
  /// When advance() has said kDone. Errors: "internal error: ..." when the run of a counterexample does not show what the
  /// search said of it (the command line ends with exit code 2).
  Result<CheckReport> report() const;

 private:
  Check(const Machine& machine, const CheckOptions& options, std::optional<Program> goal);
  const Program* goal() const { return goal_ ? &*goal_ : nullptr; }
  void go_on(Work& work, Phase phase, void (Check::*then)());
  void search();
  void search_ended();
  void all_known();
  void seek_not_simulated();
  void nothing_found();
  void next_goal();
  void goal_known();
  void found();
  void confirmed();
  void incomplete(std::string reason);
  void finish();

  const Machine& machine_;
  CheckOptions options_;
  std::optional<Program> goal_;
  SearchOptions search_options_;
  CheckReport report_;
  bool wrong_ = false;  ///< the counterexample is none
  double seconds_ = 0;

  Work* now_ = nullptr;  ///< what is being done: one of those below; nullptr: all is done
  Phase phase_ = Phase::kSearch;
  void (Check::*then_)() = nullptr;  ///< when that is done
  std::unique_ptr<Explorer> explorer_;
  std::unique_ptr<CanFinish> can_finish_;
  std::unique_ptr<ShortestTrace> trace_;
  std::unique_ptr<Confirm> confirm_;
  std::vector<const Goal*> goals_;  ///< still to be looked for
  std::unique_ptr<Check> goal_check_;
  bool again_ = false;                ///< something was found, and this search is for the shortest way there
  bool seeks_not_simulated_ = false;  ///< nothing was found but a step that cannot be done, and this search is for the way there
};

/// A whole check. Errors: as Check::begin() and Check::report().
Result<CheckReport> run_check(const Machine& machine, const CheckOptions& options);

/// What the options allow for tables, in bytes.
std::size_t memory_limit_of(const CheckOptions& options);

/// "pass", "violation", "goal-lost", "goal-found", "goal-unreachable", "incomplete".
std::string_view verdict_name(CheckReport::Verdict verdict);

}  // namespace vmalab::check

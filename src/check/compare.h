// SPDX-License-Identifier: GPL-2.0-only
// Two bodies of C on the same scenario: the model and a kernel tree. What "the same" means has two levels, and both are
// decided over all interleavings.
//
// The same *outcomes*: the same verdict of every check, the same states to end in (shared memory and what the threads'
// functions returned), every thread used and changed the same VMAs while they were the same, and vm_refcnt had the same values
// and changes. The same *accesses*: every thread does the same accesses to shared memory (location, operation, value) in the
// same order, and returns the same, whatever the others do (lockstep.h). Who has the same accesses has the same outcomes; not
// the other way round: two loads the other way round, or an access more, are other accesses.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/checker.h"

namespace vmalab::check {

struct Comparison {
  enum class Answer { kSame, kDifferent, kUnknown };
  CheckReport model, tree;
  Answer outcomes = Answer::kUnknown;
  Answer accesses = Answer::kUnknown;
  std::string reason;             ///< kUnknown: what ended a search
  std::string difference;         ///< the first in the outcomes, in a sentence; empty when there is none
  std::string access_difference;  ///< the first in the accesses, likewise
  bool shown_on_tree = false;     ///< the trace below runs on the tree, else on the model
  /// A shortest run that shows the difference in the outcomes, else the one in the accesses; empty when it was stopped before.
  std::vector<Action> trace;
};

/// "same", "different", "unknown".
std::string_view answer_name(Comparison::Answer answer);

class Lockstep;
class OutcomeTrace;
class Outcomes;

/// A comparison in pieces: a check of each, both in lockstep; where an access differs, the verdict of every check and the
/// outcomes of both, and a shortest run that shows the first difference.
class Compare final : public Work {
 public:
  /// Both machines are built from the same scenario, and must outlive it.
  Compare(const Machine& model, const Machine& tree, const CheckOptions& options);
  ~Compare() override;

  Status advance(Budget budget) override;
  /// seconds: of the whole comparison.
  Progress progress() const override;
  void stop() override;
  /// When advance() has said kDone. Errors: as Check::begin() and Check::report().
  Result<Comparison> result() const;

 private:
  void go_on(Work& work, void (Compare::*then)());
  void judge(const Machine& machine, const CheckOptions& options, void (Compare::*then)());
  bool take_report(CheckReport& report);
  void model_judged();
  void tree_judged();
  void stepped();
  bool same_verdict(const CheckReport& model, const CheckReport& tree, const std::string& of);
  void next_alone();
  void model_judged_alone();
  void tree_judged_alone();
  void model_known();
  void tree_known();
  void shown();
  void say_different(std::string what, bool on_tree, std::vector<Action> trace);
  void unknown(std::string reason);
  void finish();

  const Machine& model_;
  const Machine& tree_;
  CheckOptions options_;
  Comparison c_;
  std::optional<Diagnostic> error_;
  double seconds_ = 0;
  bool stopped_ = false;

  Work* now_ = nullptr;                ///< what is being done: one of those below; nullptr: all is done
  void (Compare::*then_)() = nullptr;  ///< when that is done
  std::unique_ptr<Check> check_;
  std::unique_ptr<Lockstep> lockstep_;
  std::vector<const Property*> alone_;  ///< still to be judged alone
  CheckReport model_alone_;
  std::unique_ptr<Outcomes> of_model_, of_tree_;
  std::unique_ptr<OutcomeTrace> way_;
  // The first other access, for where the outcomes are the same.
  bool access_on_tree_ = false;
  std::vector<Action> access_trace_;
};

/// A whole comparison.
Result<Comparison> compare(const Machine& model, const Machine& tree, const CheckOptions& options);

}  // namespace vmalab::check

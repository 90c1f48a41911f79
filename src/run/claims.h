// SPDX-License-Identifier: GPL-2.0-only
// What the sentences of captions and stories claim of the machine, so that nothing false is ever told. A scenario has a list of
// claims beside each caption and its story, one a sentence:
//
//   "vma0->vm_refcnt == 2"      C, as goals have it: not zero after the caption's last step
//   "did: r1 finds vma0"        a step of the caption says so (in the words of `vmalab run`)
//   "never: w1 wakes"           no step of the caption does
//   "always: EXPR", ...         of all interleavings: proofs.h
//   "no claim"                  a sentence that says nothing of the machine's state
//
// Several of them, between semicolons, all hold. A sentence of the story holds at some step of the demo, or did or never happened in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/machine.h"
#include "run/proofs.h"

namespace vmalab {

/// The sentences of a text, each with its full stop, without line breaks.
std::vector<std::string> sentences(std::string_view text);

class Claim {
 public:
  /// `what`: names the text in errors.
  static Result<Claim> parse(const Machine& machine, std::string_view text, std::string_view what);

  /// "no claim"
  bool is_none() const { return expressions_.empty() && did_.empty() && never_.empty() && proofs_.empty(); }
  /// Something of it is said of all interleavings, and not of one run.
  bool of_all_runs() const { return !proofs_.empty(); }
  /// In this state, after these steps ("r1 finds vma0"). What is said of all interleavings is not looked at.
  bool holds(const Machine& machine, const State& state, const std::vector<std::string>& steps) const;
  /// What "never" says, of all steps there are.
  bool holds_in_the_end(const std::vector<std::string>& steps) const;
  /// Why what it says of all interleavings is not so; empty when it is. Errors: as Prover::refute().
  Result<std::string> refuted(const Machine& machine, Prover& prover) const;

 private:
  std::vector<Program> expressions_;
  std::vector<std::string> did_, never_;
  std::vector<Proof> proofs_;
};

/// Sentences with a claim beside each, and where they are written.
struct ClaimedText {
  std::string text;
  std::vector<std::string> claims;
  ScenarioPlace place{};                ///< of the text
  std::vector<ScenarioPlace> places{};  ///< of each claim; empty: they have none of their own
};
/// What is wrong with a text, with the place where it is mended.
struct TextFault {
  ScenarioPlace place;
  std::string message;
};
/// Every sentence without a claim, every claim that cannot be read, and every sentence that does not hold in this state, after these
/// steps. `what`: "this caption"; `when`: "after step 7".
std::vector<TextFault> check_text(const Machine& machine, const State& state, const std::vector<std::string>& steps, const ClaimedText& text,
                                  const std::string& what, const std::string& when, Prover& prover);

/// A step as claims know it: "r1 finds vma0".
std::string claimed_step(const Machine& machine, const StepInfo& info);

/// Every sentence of the story and of the captions that has no claim beside it, or one that does not hold when the demo is run,
/// each with its place. Errors: a demo or a claim of the story that cannot be read.
Result<std::vector<Diagnostic>> check_captions(const Machine& machine, Prover& prover);

}  // namespace vmalab

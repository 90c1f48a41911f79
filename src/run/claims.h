// SPDX-License-Identifier: GPL-2.0-only
// What the sentences of captions and stories claim of the machine, so that nothing false is ever told. A scenario has a list of
// claims beside each caption and its story, one a sentence:
//
//   "vma0->vm_refcnt == 2"      C, as goals have it: not zero after the caption's last step
//   "did: r1 finds vma0"        a step of the caption says so (in the words of `vmalab run`)
//   "never: w1 wakes"           no step of the caption does
//   "no claim"                  a sentence that says nothing of the machine's state
//
// Several of them, between semicolons, all hold. A sentence of the story holds at some step of the demo, or did or never happened in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machine/machine.h"

namespace vmalab {

/// The sentences of a text, each with its full stop, without line breaks.
std::vector<std::string> sentences(std::string_view text);

class Claim {
 public:
  /// `what`: names the text in errors.
  static Result<Claim> parse(const Machine& machine, std::string_view text, std::string_view what);

  /// "no claim"
  bool is_none() const { return expressions_.empty() && did_.empty() && never_.empty(); }
  /// In this state, after these steps ("r1 finds vma0").
  bool holds(const Machine& machine, const State& state, const std::vector<std::string>& steps) const;
  /// What "never" says, of all steps there are.
  bool holds_in_the_end(const std::vector<std::string>& steps) const;

 private:
  std::vector<Program> expressions_;
  std::vector<std::string> did_, never_;
};

/// A step as claims know it: "r1 finds vma0".
std::string claimed_step(const Machine& machine, const StepInfo& info);

/// Every sentence of the story and of the captions that has no claim beside it, or one that does not hold when the demo is run,
/// each with its place. Errors: a claim that does not parse.
Result<std::vector<Diagnostic>> check_captions(const Machine& machine);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The last word on a counterexample: its trace, run again by the plain machine with nothing of the checker's machinery.
#pragma once

#include <memory>

#include "check/checker.h"
#include "check/explorer.h"
#include "check/work.h"

namespace vmalab::check {

enum class Confirmation {
  kConfirmed,
  kWrong,         ///< the trace does not show what it is said to show: a bug of the checker
  kNotSimulated,  ///< its last step is one that the machine cannot do: no violation, and nothing is known of what follows
  kUnknown        ///< memory ran out or the search was stopped before it was known
};

class Confirm final : public Work {
 public:
  /// `machine` must outlive it.
  /// @param report a violation or a goal that was found, with its trace
  /// @param goal what was looked for, or nullptr
  /// @param memory_limit bytes, 0: none; that a thread can never finish takes a search, without reductions, of all that
  ///        follows
  Confirm(const Machine& machine, const CheckReport& report, const Program* goal, std::size_t memory_limit);

  Status advance(Budget budget) override;
  Progress progress() const override;
  void stop() override;
  /// When advance() has said kDone.
  Confirmation answer() const { return answer_; }
  /// kNotSimulated: what the step was to do, in a sentence, with its place.
  const std::string& why() const { return why_; }

 private:
  Confirmation answer_ = Confirmation::kUnknown;
  std::string why_;
  std::unique_ptr<Explorer> explorer_;  ///< of what follows the trace; null: there is nothing to search
};

/// Asks at once.
Confirmation confirm(const Machine& machine, const CheckReport& report, const Program* goal, std::size_t memory_limit,
                     const ProgressFunction& progress);

}  // namespace vmalab::check

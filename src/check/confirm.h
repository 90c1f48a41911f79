// SPDX-License-Identifier: GPL-2.0-only
// The last word on a counterexample: its trace, run again by the plain machine with nothing of the checker's machinery.
#pragma once

#include "check/checker.h"

namespace vmalab::check {

enum class Confirmation {
  kConfirmed,
  kWrong,       ///< the trace does not show what it is said to show: a bug of the checker
  kUnknown      ///< memory ran out or the search was stopped before it was known
};

/// @param report a violation or a goal that was found, with its trace
/// @param goal what was looked for, or nullptr
/// @param memory_limit bytes, 0: none; that a thread can never finish takes a search, without reductions, of all that
///        follows
Confirmation confirm(const Machine& machine, const CheckReport& report, const Program* goal, std::size_t memory_limit,
                     const std::function<bool(const Progress&)>& progress);

}  // namespace vmalab::check

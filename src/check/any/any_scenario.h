// SPDX-License-Identifier: GPL-2.0-only
// Any number of some of the threads of a scenario: what stands for them, and the scenario with some of them. Threads of one program are
// alike. Those that begin with mmap_lock for write queue at it; the others are readers, all of one program.
#pragma once

#include <memory>
#include <vector>

#include "check/any/any_check.h"

namespace vmalab::check {

class AnyScenario {
 public:
  /// @param any by thread of the machine; empty: all
  /// Errors: threads that no search can take for any number.
  static Result<AnyScenario> of(const Machine& machine, std::vector<bool> any);

  /// The machine for the search.
  const Machine& machine() const { return *machine_; }
  const Crowd& crowd() const { return crowd_; }
  /// By thread of the base: the one of the search's machine that stands for it.
  const std::vector<ThreadId>& stands_for() const { return stands_for_; }
  /// By thread of the base: how many of it there are, of so many (with_numbers()).
  std::vector<int> counts(const Numbers& numbers) const;
  Result<Machine> with(const Numbers& numbers) const;
  /// with(), which outlives this.
  AnyCheck::With maker() const;

 private:
  std::shared_ptr<const Machine> base_, machine_;
  std::vector<std::vector<std::size_t>>
      kinds_;  ///< threads of the base that are alike, of which there is any number; readers first, if there are any
  std::vector<ThreadId> stands_for_;
  Crowd crowd_;
};

}  // namespace vmalab::check

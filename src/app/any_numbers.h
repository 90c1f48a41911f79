// SPDX-License-Identifier: GPL-2.0-only
// `vmalab check` for any number of threads: which scenario stands for all of them, and those with some.
#pragma once

#include <string>
#include <vector>

#include "app/commands.h"
#include "check/any/any_check.h"

namespace vmalab::app {

/// In place of a number of threads.
constexpr int kAnyNumber = -1;
/// A scenario for `vmalab check --any`: its name without the numbers, of which each is any.
constexpr const char* kLifecycle = "lifecycle-";

/// There is a kind of thread that there is any number of.
bool has_any_number(const Subject& subject);

class AnyNumbers {
 public:
  explicit AnyNumbers(const Subject& subject);

  /// Names of scenarios: that in which one thread stands for any number, and that with so many.
  std::string of_search() const;
  std::string with(const check::Numbers& numbers) const;
  /// Threads of the first.
  check::Crowd crowd() const;
  /// "any number of readers, 1 writer, 0 detachers on one VMA"
  std::string title(const Machine& machine) const;

 private:
  struct Kind {
    int count;  ///< or kAnyNumber
    const char* one;
  };
  std::string name(const std::vector<int>& counts) const;
  std::vector<int> counts_of_search() const;

  std::string prefix_;
  std::vector<Kind> kinds_;  ///< readers first
};

}  // namespace vmalab::app

// SPDX-License-Identifier: GPL-2.0-only
// What the code must not do, so that a few numbers of references stand for all: tell one large count from another. Values that
// come from a counter of readers may have constants added, be tested for FLAG, and be compared with constants that tell apart no
// more than 0, 1 and many, or lie at the limit of the counter. Decided on the lowered program, for every path.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "machine/machine.h"

namespace vmalab::check {

/// One place where a premise fails.
struct BrokenPremise {
  std::string sentence;  ///< "vm_refcnt is compared with 5"
  std::string place;     ///< "vma.c:12, vma_start_read()"; empty: of no line
  friend bool operator<(const BrokenPremise& a, const BrokenPremise& b) { return std::tie(a.sentence, a.place) < std::tie(b.sentence, b.place); }
};

/// Of the program that the thread runs.
/// @param counts by pc: the instruction there reaches a counter of readers
std::vector<BrokenPremise> broken_by_counts(const Machine& machine, ThreadId thread, const std::vector<bool>& counts);

}  // namespace vmalab::check

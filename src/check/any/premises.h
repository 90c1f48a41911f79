// SPDX-License-Identifier: GPL-2.0-only
// What the code must not do in a search for any number: tell apart what the search does not keep apart. Decided on the lowered
// program, for every path of what has run.
//
//   counters   Values that come from a counter of readers may have constants added, be tested for FLAG, and be compared with
//              constants that tell apart no more than 0, 1 and many, or lie at the limit of the counter.
//   sequences  Copies of a sequence number may be compared for equality with sequences and UINT_MAX, asked whether they are odd, and
//              stored in sequences.
//   tasks      A task found in memory may be woken, compared with NULL, and stored.
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

/// What an instruction reaches that has to be followed.
struct Followed {
  bool ran = false;  ///< an instruction that is a step and has never run leads nowhere
  bool counter = false, sequence = false;
  bool task = false;  ///< it finds one
  friend bool operator==(const Followed&, const Followed&) = default;
};

/// Of the program that the thread runs.
/// @param followed by pc
std::vector<BrokenPremise> broken_premises(const Machine& machine, ThreadId thread, const std::vector<Followed>& followed);

}  // namespace vmalab::check

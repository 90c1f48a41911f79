// SPDX-License-Identifier: GPL-2.0-only
// The ghost facts of all threads, added up. Together with the mms and VMAs they are all that the checks on a
// single state look at, so the checker can judge a state once and not once for each way the threads stand.
#pragma once

#include <array>
#include <cstdint>

#include "lang/layout.h"

namespace vmalab {

struct SharedFacts {
  struct Vma {
    std::uint8_t references = 0;  ///< in vm_refcnt, taken by threads
    std::uint8_t excluding = 0;   ///< threads that added FLAG and have not taken it off
    std::uint8_t readers = 0;     ///< threads that hold its read lock
    std::uint8_t writers = 0;     ///< threads that hold its write lock
    std::uint8_t both = 0;        ///< threads that hold both
  };
  std::array<Vma, kMaxVmas> vmas{};

  void add(const SharedFacts& other);
  void subtract(const SharedFacts& other);
  friend bool operator==(const SharedFacts&, const SharedFacts&);
};
static_assert(sizeof(SharedFacts) == 5 * kMaxVmas);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// When each value of a run was read, written and changed. Grows with the run and is cut back where the run branches off; every
// question costs a binary search. Depths count from 1; 0 stands for "at no step".
//
// A step takes a few numbers of four bytes: as many as it reads, writes and changes values.
#pragma once

#include <cstddef>
#include <vector>

#include "machine/access.h"

namespace vmalab {

class AccessHistory {
 public:
  AccessHistory();
  /// The step that led from one state to the next, with what the executor recorded of it; depths only rise.
  void append(const Machine& machine, const State& before, const State& after, const AccessRecord& accesses, int depth);
  /// Forgets what happened after `depth`.
  void truncate(int depth);

  /// The last step up to `depth` that gave the place another value; 0: it has the value from the start.
  int last_change(Place place, int depth) const { return last(changed_, place, depth); }
  /// The last step up to `depth` that stored the value that was there already.
  int last_rewrite(Place place, int depth) const { return last(rewritten_, place, depth); }
  int last_read(Place place, int depth) const { return last(read_, place, depth); }
  /// The first step after `depth`.
  int next_change(Place place, int depth) const { return next(changed_, place, depth); }
  int next_rewrite(Place place, int depth) const { return next(rewritten_, place, depth); }
  int next_read(Place place, int depth) const { return next(read_, place, depth); }
  /// Of both kinds of writes.
  int last_write(Place place, int depth) const;
  int next_write(Place place, int depth) const;

  std::size_t bytes() const;  ///< of memory, about

 private:
  using Depths = std::vector<int>;
  static int last(const std::vector<Depths>& of, Place place, int depth);
  static int next(const std::vector<Depths>& of, Place place, int depth);

  std::vector<Depths> read_, changed_, rewritten_;  ///< by place_number()
};

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// What a state does not tell of the VMAs, because it has no history: how often the slab has handed each out, which of these lives a
// thread's pointer was found in, and whether vm_mm is of this life. Grows with the run and is cut back where the run branches
// off; every question costs a binary search.
#pragma once

#include <array>
#include <vector>

#include "machine/machine.h"

namespace vmalab {

class MemoryHistory {
 public:
  /// The step that led to `depth`; depths only rise.
  void append(const StepInfo& info, int depth);
  /// Forgets what happened after `depth`.
  void truncate(int depth);

  /// How often the slab has handed the VMA out, up to a depth: 0 is its life at the start.
  int generation(VmaId vma, int depth) const;
  /// Which life of the VMA the thread last found it in. A pointer that it was given at the start is of life 0.
  int found_generation(ThreadId thread, VmaId vma, int depth) const;
  /// vm_mm was stored since the slab handed the VMA out; what is handed out still has the vm_mm of its life before.
  bool owner_is_set(VmaId vma, int depth) const;

 private:
  using Depths = std::vector<int>;
  std::array<Depths, kMaxVmas> handed_out_, owner_stored_;
  std::array<std::array<Depths, kMaxVmas>, kMaxThreads> found_;
};

}  // namespace vmalab

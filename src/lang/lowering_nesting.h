// SPDX-License-Identifier: GPL-2.0-only
// The lowering's guard against hostile nesting; shared by its source files.
#pragma once

#include "lang/lowering.h"

namespace vmalab {

/// Counts levels of recursion over all inlined calls, so that no input can exhaust the stack.
class Lowering::Nesting {
 public:
  Nesting(Lowering& lowering, SourcePos pos) : lowering_(lowering) {
    constexpr int kMax = 800;
    if (lowering_.nesting_ >= kMax) lowering_.fail(pos, "calls, blocks and expressions are nested too deeply here");
    ++lowering_.nesting_;
  }
  ~Nesting() { --lowering_.nesting_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  Lowering& lowering_;
};

}  // namespace vmalab

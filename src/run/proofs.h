// SPDX-License-Identifier: GPL-2.0-only
// What a claim says of all interleavings, and not of one run; the checker decides it:
//
//   "always: !(holds_read_lock(r1, vma0) && holds_write_lock(w1, vma0))"   in every state that can be reached
//   "can: vma0->vm_refcnt == FLAG + 1"       some run comes to such a state
//   "holds: exclusion, no-stuck"             these checks, or "all", hold in every run
//   "breaks: no-warning"                     some run breaks this check
//   "same as: v3-spelling"                   with that variant every outcome is the same, over all interleavings
//   "other than: v3-exit-assert"             with that variant some outcome is another
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "check/work.h"
#include "machine/machine.h"
#include "run/workspace.h"

namespace vmalab {

struct Proof {
  enum class Kind : std::uint8_t { kAlways, kCan, kHolds, kBreaks, kSame, kOther };
  Kind kind = Kind::kAlways;
  std::string text;
};
/// Of a part of a claim; nothing when it is of another sort.
std::optional<Proof> parse_proof(std::string_view part);

/// Remembers what it has decided, so that asking again costs nothing.
class Prover {
 public:
  /// `progress`: see check::drive().
  explicit Prover(Workspace workspace, check::ProgressFunction progress = {}) : workspace_(std::move(workspace)), progress_(std::move(progress)) {}
  const check::ProgressFunction& progress() const { return progress_; }
  /// Why it is not so, as a sentence; empty when it is. Errors: an expression, check or variant that there is none of; a search that
  /// could not end.
  Result<std::string> refute(const Machine& machine, const Proof& proof);

 private:
  Result<std::string> decide(const Machine& machine, const Proof& proof) const;

  Workspace workspace_;
  check::ProgressFunction progress_;
  std::map<std::string, std::string> decided_;
};

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// What lets a search look at fewer states, and what of it turned out wrong: independent reads merged (independence.h),
// threads taken for one another (twins.h), signals not sent to threads that never look. An assumption that a step breaks
// voids the attempt; the next one assumes less.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "check/independence.h"
#include "check/twins.h"
#include "machine/machine.h"

namespace vmalab::check {

class Reductions {
 public:
  /// @param goal what is looked for, or nullptr
  Reductions(const Machine& machine, bool symmetry, bool partial_order, const Program* goal, const State& start);

  /// Null: every visible instruction is a step of its own.
  Independence* independence() { return independence_.get(); }
  Twins& twins() { return *twins_; }
  const Twins& twins() const { return *twins_; }
  bool sends_signals_to(int thread) const { return signals_to_[static_cast<std::size_t>(thread)]; }

  /// Reads were merged that may not be: there is no use in going on. May be asked at any time.
  bool merged_too_much() const { return independence_ && independence_->is_broken(); }

  struct Broken {
    bool any = false;
    bool twins = false;  ///< components may exist that only exist if threads could change places
  };
  /// What was assumed wrongly since the last call, and is not assumed any more.
  /// @param renamed fields of shared objects whose contents some renaming has changed
  Broken take_broken(const FieldMask& renamed);
  /// What was not used after all, in sentences.
  std::vector<std::string> notes() const;

 private:
  const Program* goal_;
  std::unique_ptr<Independence> independence_;
  std::unique_ptr<Twins> twins_;
  std::vector<bool> signals_to_;
};

}  // namespace vmalab::check

// SPDX-License-Identifier: GPL-2.0-only
// A step that broke a check, and the earlier step that it clashes with: the use and the freeing, the write lock and the read
// lock. What there is to clash with is what the details of the step say.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "machine/machine.h"
#include "timeline/timeline.h"

namespace vmalab {

struct Violation {
  int depth = 0;  ///< of the step
  ThreadId thread;
  const Property* property = nullptr;  ///< the first that it broke
  struct End {
    int depth = 0;
    ThreadId thread;
    std::string_view what;  ///< "freed", "read lock taken"
  };
  std::optional<End> other;
};

/// Steps after which something is no more what others may take it for. Grows at its end, as the run does.
class Losses {
 public:
  enum class Kind : std::uint8_t { kFreed, kDetached, kRecycled };
  struct Loss {
    Kind kind;
    Word object;
    int depth;
    ThreadId thread;
  };
  /// From this state on losses are seen.
  void start(const State& state) { now_ = facts_of(state); }
  /// The step that led to this state, from the one before.
  void step(const State& state, const StepInfo& info, int depth);
  /// Back to the state at that depth.
  void truncate(int depth, const State& state);
  const Loss* newest(Kind kind, Word object) const;

 private:
  /// Bits by number of object.
  struct Facts {
    unsigned mms = 0, vmas = 0, attached = 0;
  };
  static Facts facts_of(const State& state);
  Facts now_;
  std::vector<Loss> losses_;
};

/// The other end of the step's first violation, with the timeline up to and with that step. Thread t has track t.
std::optional<Violation::End> other_end(const Machine& machine, const timeline::Timeline& timeline, const Losses& losses, const StepInfo& info);

}  // namespace vmalab

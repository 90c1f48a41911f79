// SPDX-License-Identifier: GPL-2.0-only
// What can stand on the timeline of a session: the categories of its spans, instants and flows, what each is called, the shape
// in which it is drawn, and the legend of those that a run has.
#pragma once

#include <string_view>
#include <vector>

#include "machine/machine.h"
#include "timeline/timeline.h"

namespace vmalab {

/// The categories of a session's timeline.
enum class Mark : timeline::Category {
  // spans of a thread; the first four are about a VMA
  kReference,  ///< a reference that is no lock (yet)
  kReadLock,
  kWriteLock,
  kExcludes,  ///< its FLAG is on the VMA
  kMmapRead,
  kMmapWrite,
  kRcu,
  kAsleep,
  kWaitsForLock,
  kPostponed,  ///< it has a load whose value is not known yet
  kDone,
  // instants of a thread: one a step
  kRead,
  kWrite,
  kAtomic,
  kRefused,  ///< an atomic step that found it may not: nothing was written
  kWakes,
  kSleeps,  ///< schedule(): the thread went through it
  kOther,
  kSignal,     ///< a fatal signal arrived
  kViolation,  ///< besides, when the step broke a check
  // instants of a VMA
  kRecycled,  ///< the slab handed the object out again
  // flows between threads
  kWoke,
  kWokeNobody,      ///< it was aimed at a thread that was not asleep
  kWokeForNothing,  ///< what the woken thread waits for has not come
  kOlder,           ///< from the write that a load returned, though there was a newer one by then
  kCount
};
std::string_view mark_name(Mark mark);  ///< "read lock", "waits for mmap_lock"
/// What a step was, of kRead to kSignal.
Mark mark_of_step(const Machine& machine, const StepInfo& info);
constexpr bool is_step(Mark mark) { return mark >= Mark::kRead && mark <= Mark::kSignal; }

/// How a mark is drawn. No two kinds of step share one, so that none is told by its colour.
enum class Shape : std::uint8_t {
  kNone,
  kDot,
  kSquare,
  kDiamond,
  kCross,
  kGo,     ///< a triangle to the right
  kPause,  ///< two upright bars
  kDash,
  kBolt,
  kAlarm,     ///< the one shape in the colour of a violation
  kRing,      ///< of a VMA
  kOutline,   ///< bars: hollow,
  kBar,       ///< light,
  kFullBar,   ///< full,
  kFlag,      ///< and framed
  kLine,      ///< a line, thin or
  kFullLine,  ///< thick
  kHair,
  kHatch,
  kDashes,
  kArrow,
  kFaintArrow,
  kWarningArrow,
  kThinArrow  ///< from an earlier time
};
Shape shape_of(Mark mark);
/// Where marks lie on each other, the one of the highest weight is seen.
int weight_of(Mark mark);

/// The marks that occur on a timeline and have a shape: steps first, then what is held, then wake-ups.
std::vector<Mark> legend_of(const timeline::Timeline& timeline);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "view/timeline_marks.h"

#include <array>

namespace vmalab {
namespace {

struct MarkRow {
  Mark mark;
  std::string_view name;
  Shape shape;
  int weight;
};

constexpr std::array kRows{
    MarkRow{Mark::kReference, "reference, no lock", Shape::kOutline, 1},
    MarkRow{Mark::kReadLock, "read lock", Shape::kBar, 2},
    MarkRow{Mark::kWriteLock, "write lock", Shape::kFullBar, 2},
    MarkRow{Mark::kExcludes, "FLAG: readers shut out", Shape::kFlag, 0},
    MarkRow{Mark::kMmapRead, "mmap_lock for read", Shape::kLine, 0},
    MarkRow{Mark::kMmapWrite, "mmap_lock for write", Shape::kFullLine, 0},
    MarkRow{Mark::kRcu, "RCU read section", Shape::kHair, 0},
    MarkRow{Mark::kAsleep, "asleep", Shape::kHatch, 0},
    MarkRow{Mark::kWaitsForLock, "waits for mmap_lock", Shape::kHatch, 0},
    MarkRow{Mark::kPostponed, "postponed load", Shape::kDashes, 0},
    MarkRow{Mark::kDone, "done", Shape::kNone, 0},
    MarkRow{Mark::kRead, "read", Shape::kDot, 1},
    MarkRow{Mark::kWrite, "write", Shape::kSquare, 2},
    MarkRow{Mark::kAtomic, "atomic", Shape::kDiamond, 3},
    MarkRow{Mark::kRefused, "refused atomic: nothing written", Shape::kCross, 6},
    MarkRow{Mark::kWakes, "wake-up", Shape::kGo, 5},
    MarkRow{Mark::kSleeps, "schedule() returns", Shape::kPause, 4},
    MarkRow{Mark::kOther, "other", Shape::kDash, 0},
    MarkRow{Mark::kSignal, "fatal signal", Shape::kBolt, 7},
    MarkRow{Mark::kViolation, "violation", Shape::kAlarm, 8},
    MarkRow{Mark::kRecycled, "recycled by the slab", Shape::kRing, 0},
    MarkRow{Mark::kWoke, "woke a thread", Shape::kArrow, 0},
    MarkRow{Mark::kWokeNobody, "wake-up of nobody", Shape::kFaintArrow, 0},
    MarkRow{Mark::kWokeForNothing, "wake-up for nothing", Shape::kWarningArrow, 0},
    MarkRow{Mark::kOlder, "older value read", Shape::kThinArrow, 0},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].mark) != i) return false;
  }
  return kRows.size() == static_cast<std::size_t>(Mark::kCount);
}
static_assert(in_order(), "the table is indexed by Mark");

const MarkRow& row(Mark mark) { return kRows[static_cast<std::size_t>(mark)]; }

/// The instruction that a step ran, which says more than its op.
bool refused(const Machine& machine, const StepInfo& info) {
  switch (info.op) {
    case Op::kRefIncLimited:
    case Op::kRefAddNotZero:
    case Op::kTryDownRead:
    case Op::kTryDownWrite:
    case Op::kTryLock: return info.result == 0;
    case Op::kDownWriteKillable:
    case Op::kDownReadKillable: return info.result != 0;
    case Op::kAtomic: {
      const auto kind = static_cast<Atomic>(machine.program(info.action.thread).code[info.pc].imm);
      const bool conditional = kind == Atomic::kCompareExchange || kind == Atomic::kAddUnless || kind == Atomic::kRefAddUnless;
      return conditional && info.old_value == info.new_value;
    }
    default: return false;
  }
}

bool is_atomic(Op op) {
  switch (op) {
    case Op::kRefIncLimited:
    case Op::kRefAddNotZero:
    case Op::kRefSubAndTest:
    case Op::kRefAdd:
    case Op::kAtomic:
    case Op::kLock:
    case Op::kTryLock:
    case Op::kUnlock:
    case Op::kMmGrab:
    case Op::kMmDrop: return true;
    default: return is_rwsem_op(op);
  }
}

}  // namespace

std::string_view mark_name(Mark mark) { return row(mark).name; }
Shape shape_of(Mark mark) { return row(mark).shape; }
int weight_of(Mark mark) { return row(mark).weight; }

Mark mark_of_step(const Machine& machine, const StepInfo& info) {
  if (info.action.kind == Action::Kind::kSignal) return Mark::kSignal;
  if (info.op == Op::kWakeUpProcess) return Mark::kWakes;
  if (info.op == Op::kSchedule) return Mark::kSleeps;
  if (info.op == Op::kPause || info.op == Op::kGraceBegin || info.op == Op::kGraceWait) return Mark::kOther;
  if (is_atomic(info.op)) return refused(machine, info) ? Mark::kRefused : Mark::kAtomic;
  return op_info(info.op).writes ? Mark::kWrite : Mark::kRead;
}

std::vector<Mark> legend_of(const timeline::Timeline& timeline) {
  std::vector<Mark> out;
  const auto add = [&](Mark from, Mark to) {
    for (auto i = static_cast<std::size_t>(from); i <= static_cast<std::size_t>(to); ++i) {
      if (kRows[i].shape != Shape::kNone && timeline.occurs(static_cast<timeline::Category>(i))) out.push_back(kRows[i].mark);
    }
  };
  add(Mark::kRead, Mark::kViolation);
  add(Mark::kReference, Mark::kDone);
  add(Mark::kRecycled, Mark::kOlder);
  return out;
}

}  // namespace vmalab

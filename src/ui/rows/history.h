// SPDX-License-Identifier: GPL-2.0-only
// What happened on the active branch, from the start to its tip, kept beside the session so that no frame
// has to look at every step. update() costs as much as has changed: a step appends, a branch replaces the
// steps after the fork. Positions are depths: 0 is the start, d the state after step d.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "machine/describe.h"
#include "run/session.h"
#include "ui/rows/pyramid.h"

namespace vmalab {

/// What one thread did in the step to a state, and what it is in that state.
struct LaneMask {
  std::uint32_t bits = 0;
  static constexpr std::uint32_t kStepped = 1, kSignalled = 2, kRcu = 4, kMmapRead = 8, kMmapWrite = 16, kAsleep = 32,
                                 kWaitsForLock = 64, kDone = 128, kViolated = 256;
  /// For each VMA from bit 16: a reference that is no lock (yet), the read lock, the write lock, FLAG.
  static constexpr std::uint32_t kReference = 1, kReadLock = 2, kWriteLock = 4, kExcludes = 8;
  static constexpr int vma_shift(int vma) { return 16 + 4 * vma; }
  std::uint32_t vma(int v) const { return bits >> vma_shift(v) & 0xf; }
  bool has(std::uint32_t bit) const { return (bits & bit) != 0; }
  friend bool operator==(LaneMask, LaneMask) = default;
};
static_assert(LaneMask::vma_shift(kMaxVmas) <= 32);

/// One step's wake-up: from the thread that took the step to the one it aimed at.
struct Wake {
  int depth = 0;
  ThreadId from, to;
  bool woke = false;      ///< `to` was asleep and is runnable now
  bool spurious = false;  ///< what it waits for has not come
};

/// How often vm_refcnt went from a class to a class.
struct ClassEdges {
  static constexpr std::size_t kClasses = static_cast<std::size_t>(RefcntClass::kCount);
  std::array<std::array<int, kClasses>, kClasses> count{};
  int& at(RefcntClass from, RefcntClass to) { return count[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)]; }
  int at(RefcntClass from, RefcntClass to) const { return count[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)]; }
};

class History {
 public:
  /// `serial` tells one session from the next.
  void update(const Session& session, std::uint64_t serial);

  int steps() const { return static_cast<int>(nodes_.size()) - 1; }
  /// Changes with everything that update() has changed.
  std::uint64_t version() const { return version_; }

  Word refcnt(int vma, int depth) const { return refcnts_[index(vma)][index(depth)].low; }
  /// Least and greatest value at depths [from, to).
  std::pair<Word, Word> refcnt_range(int vma, int from, int to) const;
  /// The greatest number on the whole way, FLAG taken off.
  Word greatest_count(int vma) const { return refcnts_[index(vma)].range(0, nodes_.size()).count; }

  LaneMask lane(ThreadId t, int depth) const { return lanes_[t.value][index(depth)]; }
  /// What the thread did and was at any of the depths [from, to).
  LaneMask lane_range(ThreadId t, int from, int to) const { return lanes_[t.value].range(index(from), index(to)); }

  const std::vector<Wake>& wakes() const { return wakes_; }
  std::span<const Wake> wakes_between(int from, int to) const;  ///< depths [from, to)
  const std::vector<int>& violations() const { return violations_; }  ///< depths of steps that broke a check

  /// How often the slab has handed out this VMA up to a depth.
  int times_recycled(VmaId vma, int depth) const;
  /// Edges walked up to a depth. Counted anew when the question changes.
  const ClassEdges& walked(int vma, int depth) const;

 private:
  struct Range {
    Word low = 0, high = 0;
    Word count = 0;  ///< greatest number without FLAG
  };
  struct Widen {
    Range operator()(Range a, Range b) const {
      return {std::min(a.low, b.low), std::max(a.high, b.high), std::max(a.count, b.count)};
    }
  };
  struct Or {
    LaneMask operator()(LaneMask a, LaneMask b) const { return {a.bits | b.bits}; }
  };
  struct Recycled {
    int depth;
    VmaId vma;
  };
  struct ClassChange {
    int depth;
    RefcntClass from, to;
  };

  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  void truncate(int steps);
  void append(const Machine& machine, const State& state, const StepInfo* info, NodeId node);
  static LaneMask mask_of(const Machine& machine, const State& state, ThreadId t);

  std::uint64_t serial_ = 0, version_ = 0;
  std::vector<NodeId> nodes_;  ///< the path that everything below is about
  State tip_{};                ///< state at nodes_.back()
  std::array<Pyramid<Range, Widen>, kMaxVmas> refcnts_;
  std::array<Pyramid<LaneMask, Or>, kMaxThreads> lanes_;
  std::vector<Wake> wakes_;
  std::vector<int> violations_;
  std::vector<Recycled> recycled_;
  std::array<std::vector<ClassChange>, kMaxVmas> changes_;

  mutable struct {
    std::uint64_t version = 0;
    int vma = -1, depth = -1;
    ClassEdges edges;
  } walked_;
};

}  // namespace vmalab

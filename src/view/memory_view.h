// SPDX-License-Identifier: GPL-2.0-only
// The memory of the simulated kernel as a picture shows it: the mms with their address trees, the slab's VMAs and in which mm each
// lives now, the threads, and the pointers between them as arrows. Plain data; a sentence goes with all that can be pointed at.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "view/memory_history.h"
#include "view/vma_view.h"

namespace vmalab {

/// What the last step did to an object.
enum class Touch : std::uint8_t {
  kNone,
  kFreed,  ///< it looked at freed memory, and was allowed to: a VMA's memory stays a VMA
  kViolation,
};

struct MemoryMm {
  MmId id;
  std::string name;
  bool alive = true, changed = false;
  std::vector<ThreadId> writers, readers;               ///< of mmap_lock
  std::array<std::optional<VmaId>, kMaxPages> pages{};  ///< the tree: what stands at each page
  std::array<bool, kMaxPages> page_changed{};
  std::optional<ThreadId> waiter;  ///< vma_writer_wait
  std::string lock_seq;
  Word count = 0, users = 0;
  Touch touch = Touch::kNone;
  std::string tree_text, lock_text, waiter_text, text;  ///< sentences
};

struct MemoryVma {
  enum class Life : std::uint8_t {
    kSpare,  ///< in the slab, and was never used in this run
    kFreed,
    kDetached,
    kAttached,
  };
  VmaView vma;
  Life life = Life::kSpare;
  int generation = 0;         ///< how often the slab has handed it out in this run
  std::optional<MmId> owner;  ///< the mm it stands in; none: in the slab
  bool moved = false;         ///< the last step took it out of `owner_before`
  std::optional<MmId> owner_before;
  bool changed = false;
  Touch touch = Touch::kNone;
  std::string bounds;  ///< "0x1000 - 0x2000"
  std::string text;    ///< a sentence
};
const char* life_name(MemoryVma::Life life);  ///< "attached"

struct MemoryThread {
  ThreadId id;
  std::string name;
  bool done = false, asleep = false, rcu = false;
  bool moved = false;  ///< took the last step
  std::string text;
};

struct MemoryArrow {
  enum class Kind : std::uint8_t {
    kTree,         ///< of an mm to a VMA
    kOwner,        ///< vm_mm of a VMA to an mm
    kWaiter,       ///< vma_writer_wait of an mm to a thread
    kVmaOfThread,  ///< a variable of threads to a VMA; those of one look make one arrow
    kMmOfThread,   ///< the same to an mm: only where it is not the thread's own, or is freed
    kTouch,        ///< the last step of a thread, to the freed or wrongly used object that it touched
  };
  /// How good the pointer is, the worst first.
  enum class Look : std::uint8_t {
    kRecycled,  ///< the slab has handed the VMA out again since the pointer was found
    kFreed,     ///< it points at freed memory
    kStale,     ///< nothing keeps the VMA what it was any more
    kLoose,     ///< the VMA may have been detached since it was found
    kSound,
  };
  Kind kind{};
  Look look = Look::kSound;
  std::optional<MmId> mm{};
  std::optional<VmaId> vma{};
  std::vector<ThreadId> threads{};
  int found_generation = 0;  ///< kVmaOfThread: the life in which it was found
  bool violation = false;    ///< kTouch
  bool changed = false;      ///< it was not there a step before
  std::string text{};
};

struct MemoryView {
  std::vector<MemoryMm> mms;
  std::vector<MemoryVma> vmas;  ///< every object of the slab
  std::vector<MemoryThread> threads;
  std::vector<MemoryArrow> arrows;
};

/// `before` and `last`: the state a step earlier and that step; null at the start.
MemoryView memory_view(const Machine& machine, const State& state, const State* before, const StepInfo* last, const MemoryHistory& history,
                       int depth);

}  // namespace vmalab

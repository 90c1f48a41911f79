// SPDX-License-Identifier: GPL-2.0-only
// The timeline of a session's active branch, from the start to its tip, kept beside the session so that no frame has to look
// at every step. update() costs as much as has changed: a step appends, a branch replaces the steps after the fork.
//
// Times are depths: 0 is the start, and what step d began holds at d. One track a thread, one counter a VMA.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "machine/describe.h"
#include "run/demo.h"
#include "timeline/timeline.h"
#include "view/access_history.h"
#include "view/memory_history.h"
#include "view/messages.h"
#include "view/timeline_marks.h"
#include "view/violation.h"

namespace vmalab {

/// How often vm_refcnt went from a class to a class.
struct ClassEdges {
  static constexpr std::size_t kClasses = static_cast<std::size_t>(RefcntClass::kCount);
  std::array<std::array<int, kClasses>, kClasses> count{};
  int& at(RefcntClass from, RefcntClass to) { return count[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)]; }
  int at(RefcntClass from, RefcntClass to) const { return count[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)]; }
};

class SessionTimeline {
 public:
  /// `serial` tells one session from the next.
  void update(const Session& session, std::uint64_t serial);
  const timeline::Timeline& timeline() const { return timeline_; }
  const MemoryHistory& memory() const { return memory_; }
  const AccessHistory& accesses() const { return accesses_; }
  const MessageHistory& messages() const { return messages_; }
  /// Changes with everything that update() has changed.
  std::uint64_t version() const { return version_; }
  /// Changes when something was taken away or replaced; not when steps were added at the end.
  std::uint64_t replaced() const { return replaced_; }

  int steps() const { return static_cast<int>(nodes_.size()) - 1; }
  timeline::TrackId track(ThreadId t) const { return t.value; }
  timeline::TrackId track(VmaId vma) const { return static_cast<timeline::TrackId>(thread_count_ + vma.value); }
  /// Steps that the axis has to have room for: those of the run, and of the demo from the start on, so that playing it moves nothing.
  int expected_steps() const;
  const Demo& demo() const { return demo_; }
  bool has_demo() const { return foreseen_ > 0; }
  bool has_captions() const { return foreseen_ > 0 || (talk_ && !talk_->captions().empty()); }
  Word refcnt(VmaId vma, int depth) const;
  /// Its vm_refcnt has changed in this run, or does in the demo.
  bool moves(VmaId vma) const { return (moves_ >> vma.value & 1U) != 0; }
  int vma_count() const { return vma_count_; }
  int thread_count() const { return thread_count_; }
  /// One entry a step that broke a check anew: a state that stays broken is named once.
  std::span<const Violation> violations() const { return violations_; }
  /// Whether a span of a thread holds at a depth; `object`: the number of the VMA that it is about, if it is about one.
  bool holds(ThreadId t, Mark mark, int depth, std::int32_t object = timeline::kNoObject) const;
  /// The thread that has set FLAG of the VMA, while it is set.
  std::optional<ThreadId> flag_owner(VmaId vma, int depth) const;
  /// The greatest number on the whole way, FLAG taken off.
  Word greatest_count(VmaId vma) const;
  /// How often the slab has handed out this VMA up to a depth.
  int times_recycled(VmaId vma, int depth) const;
  /// Edges walked up to a depth. Counted anew when the question changes.
  const ClassEdges& walked(VmaId vma, int depth) const;

 private:
  void restart(const Session& session);
  void append(const Machine& machine, const State& state, const StepInfo* info, NodeId node);
  void add_step(const Machine& machine, const StepInfo& info, timeline::Time at);
  void add_violation(const Machine& machine, const StepInfo& info, int depth);
  void tell(const Session& session);  ///< the captions
  void foresee(const Machine& machine);

  std::uint64_t serial_ = 0, version_ = 0, replaced_ = 0;
  std::vector<NodeId> nodes_;  ///< the path that everything below is about
  StateValue tip_{};           ///< state at nodes_.back()
  timeline::Timeline timeline_{timeline::Unit::kSteps};
  MemoryHistory memory_;
  AccessHistory accesses_;
  MessageHistory messages_;
  int thread_count_ = 0, vma_count_ = 0;
  Demo demo_;
  std::shared_ptr<const Talk> talk_;  ///< whose captions are there
  unsigned moves_ = 0;                ///< bit v: moves()
  int foreseen_ = 0;                  ///< steps of the demo that this code can take
  std::vector<Violation> violations_;
  Losses losses_;
  struct Broken {
    int depth;
    PropertySet set;
  };
  std::vector<Broken> broken_;  ///< steps that broke something
  mutable struct {
    std::uint64_t version = 0;
    int vma = -1, depth = -1;
    ClassEdges edges;
  } walked_;
};

/// Height of a value above the base line, 0..1: plain numbers in the lower half, FLAG in the upper half.
float refcnt_height(Word value, Word greatest_count);

}  // namespace vmalab

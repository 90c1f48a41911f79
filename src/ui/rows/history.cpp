// SPDX-License-Identifier: GPL-2.0-only
#include "ui/rows/history.h"

#include <algorithm>

namespace vmalab {
namespace {

ThreadId thread_id(int t) { return ThreadId{static_cast<std::uint8_t>(t)}; }

}  // namespace

void History::update(const Session& session, std::uint64_t serial) {
  const std::vector<NodeId>& path = session.path();
  const Machine& machine = session.machine();
  if (nodes_.empty() || serial != serial_) {
    serial_ = serial;
    for (auto& pyramid : refcnts_) pyramid.truncate(0);
    for (auto& pyramid : lanes_) pyramid.truncate(0);
    nodes_.clear();
    wakes_.clear();
    violations_.clear();
    recycled_.clear();
    for (auto& changes : changes_) changes.clear();
    tip_ = machine.initial();
    append(machine, tip_, nullptr, kRootNode);
    ++version_;
  }
  // In a tree the tip tells the whole path, and where two paths agree at a depth they agree before it.
  if (path.size() == nodes_.size() && path.back() == nodes_.back()) return;
  ++version_;
  std::size_t same = 1, differs = std::min(path.size(), nodes_.size()) + 1;
  while (same + 1 < differs) {
    const std::size_t middle = (same + differs) / 2;
    (path[middle - 1] == nodes_[middle - 1] ? same : differs) = middle;
  }
  if (same < nodes_.size()) {
    truncate(static_cast<int>(same) - 1);
    tip_ = session.state_at(nodes_.back());
  }
  for (std::size_t depth = same; depth < path.size(); ++depth) {
    const StepInfo& info = session.info(path[depth]);
    StepInfo again;
    machine.step(tip_, info.action, again);
    append(machine, tip_, &info, path[depth]);
  }
}

void History::truncate(int steps) {
  const std::size_t size = index(steps) + 1;
  nodes_.resize(size);
  for (auto& pyramid : refcnts_) pyramid.truncate(size);
  for (auto& pyramid : lanes_) pyramid.truncate(std::min(size, pyramid.size()));
  const auto later = [&](const auto& event) { return event.depth > steps; };
  while (!wakes_.empty() && later(wakes_.back())) wakes_.pop_back();
  while (!violations_.empty() && violations_.back() > steps) violations_.pop_back();
  while (!recycled_.empty() && later(recycled_.back())) recycled_.pop_back();
  for (auto& changes : changes_) {
    while (!changes.empty() && later(changes.back())) changes.pop_back();
  }
}

LaneMask History::mask_of(const Machine& machine, const State& state, ThreadId t) {
  const ThreadState& thread = state.thread(t);
  LaneMask mask;
  if (thread.rcu_depth > 0) mask.bits |= LaneMask::kRcu;
  if (thread.mmap_read != 0) mask.bits |= LaneMask::kMmapRead;
  if (thread.mmap_write != 0) mask.bits |= LaneMask::kMmapWrite;
  for (int v = 0; v < kMaxVmas; ++v) {
    const Holds& h = thread.holds[index(v)];
    std::uint32_t vma = 0;
    if (h.references > h.read_locks) vma |= LaneMask::kReference;
    if (h.read_locks != 0) vma |= LaneMask::kReadLock;
    if (h.write_locked != 0) vma |= LaneMask::kWriteLock;
    if (h.excluding != 0) vma |= LaneMask::kExcludes;
    mask.bits |= vma << LaneMask::vma_shift(v);
  }
  if (machine.done(state, t)) {
    mask.bits |= LaneMask::kDone;
  } else if (!machine.can_step(state, t)) {
    const Op op = machine.program(t).code[thread.pc].op;
    mask.bits |= op == Op::kSchedule ? LaneMask::kAsleep : LaneMask::kWaitsForLock;
  }
  return mask;
}

void History::append(const Machine& machine, const State& state, const StepInfo* info, NodeId node) {
  const int depth = static_cast<int>(nodes_.size());
  nodes_.push_back(node);
  for (int v = 0; v < kMaxVmas; ++v) {
    const Word now = state.vmas[index(v)][VmaField::kRefcnt];
    Pyramid<Range, Widen>& values = refcnts_[index(v)];
    if (values.size() > 0) {
      const Word before = values[values.size() - 1].low;
      if (before != now) changes_[index(v)].push_back({depth, refcnt_class(before), refcnt_class(now)});
    }
    const Word count = now & ~kExcludeReadersFlag;
    values.push_back({now, now, count < kExcludeReadersFlag ? count : 0});
  }
  for (int t = 0; t < machine.thread_count(); ++t) {
    LaneMask mask = mask_of(machine, state, thread_id(t));
    if (info != nullptr && info->action.thread.value == t) {
      mask.bits |= info->action.kind == Action::Kind::kSignal ? LaneMask::kSignalled : LaneMask::kStepped;
      if (info->violations != 0) mask.bits |= LaneMask::kViolated;
    }
    lanes_[index(t)].push_back(mask);
  }
  if (info == nullptr) return;
  // A signal wakes its own thread; that is no arrow from one lane to another.
  if (info->wake_target != kNoThread && info->wake_target != info->action.thread.value) {
    const bool woke = info->woken != kNoThread;
    wakes_.push_back({depth, info->action.thread, thread_id(info->wake_target), woke, info->spurious_wake});
  }
  if (info->violations != 0) violations_.push_back(depth);
  if (info->recycled != 0xff) recycled_.push_back({depth, VmaId{info->recycled}});
}

std::pair<Word, Word> History::refcnt_range(int vma, int from, int to) const {
  const Range range = refcnts_[index(vma)].range(index(from), index(to));
  return {range.low, range.high};
}

std::span<const Wake> History::wakes_between(int from, int to) const {
  const auto by_depth = [](const Wake& wake, int depth) { return wake.depth < depth; };
  const auto first = std::lower_bound(wakes_.begin(), wakes_.end(), from, by_depth);
  const auto last = std::lower_bound(first, wakes_.end(), to, by_depth);
  return {first, last};
}

int History::times_recycled(VmaId vma, int depth) const {
  return static_cast<int>(std::count_if(recycled_.begin(), recycled_.end(),
                                        [&](const Recycled& r) { return r.vma == vma && r.depth <= depth; }));
}

const ClassEdges& History::walked(int vma, int depth) const {
  if (walked_.version == version_ && walked_.vma == vma && walked_.depth == depth) return walked_.edges;
  walked_.version = version_;
  walked_.vma = vma;
  walked_.depth = depth;
  walked_.edges = {};
  for (const ClassChange& change : changes_[index(vma)]) {
    if (change.depth > depth) break;
    ++walked_.edges.at(change.from, change.to);
  }
  return walked_.edges;
}

}  // namespace vmalab

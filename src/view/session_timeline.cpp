// SPDX-License-Identifier: GPL-2.0-only
#include "view/session_timeline.h"
#include "machine/state.h"

#include <algorithm>
#include <string>

namespace vmalab {
namespace {

using timeline::Category;
using timeline::Time;

ThreadId thread_id(int t) { return ThreadId{static_cast<std::uint8_t>(t)}; }
VmaId vma_id(int v) { return VmaId{static_cast<std::uint8_t>(v)}; }
Category category(Mark mark) { return static_cast<Category>(mark); }

constexpr std::array<std::string_view, static_cast<std::size_t>(Mark::kCount)> kMarkNames{"a reference, no lock",
                                                                                          "read lock",
                                                                                          "write lock",
                                                                                          "FLAG: readers shut out",
                                                                                          "mmap_lock for read",
                                                                                          "mmap_lock for write",
                                                                                          "RCU read section",
                                                                                          "asleep",
                                                                                          "waits for mmap_lock",
                                                                                          "done",
                                                                                          "read",
                                                                                          "write",
                                                                                          "atomic",
                                                                                          "refused atomic",
                                                                                          "wake-up",
                                                                                          "schedule()",
                                                                                          "other",
                                                                                          "fatal signal",
                                                                                          "violation",
                                                                                          "recycled",
                                                                                          "wake-up",
                                                                                          "wake-up of nobody",
                                                                                          "wake-up for nothing"};

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

std::string_view mark_name(Mark mark) { return kMarkNames[static_cast<std::size_t>(mark)]; }

Mark mark_of_step(const Machine& machine, const StepInfo& info) {
  if (info.action.kind == Action::Kind::kSignal) return Mark::kSignal;
  if (info.op == Op::kWakeUpProcess) return Mark::kWakes;
  if (info.op == Op::kSchedule) return Mark::kSleeps;
  if (info.op == Op::kPause || info.op == Op::kGraceBegin || info.op == Op::kGraceWait) return Mark::kOther;
  if (is_atomic(info.op)) return refused(machine, info) ? Mark::kRefused : Mark::kAtomic;
  return op_info(info.op).writes ? Mark::kWrite : Mark::kRead;
}

void SessionTimeline::restart(const Session& session) {
  const Machine& machine = session.machine();
  nodes_.clear();
  timeline_ = timeline::Timeline(timeline::Unit::kSteps);
  memory_ = {};
  for (const std::string_view name : kMarkNames) timeline_.add_category(std::string(name));
  thread_count_ = machine.thread_count();
  vma_count_ = std::max(machine.limits().vmas, 1);
  for (const ThreadSetup& thread : machine.scenario().threads) timeline_.add_track({thread.name});
  for (int v = 0; v < vma_count_; ++v) timeline_.add_track({address_text(machine, vma_address(v)) + ".vm_refcnt", true});
  demo_ = Demo::of(machine).value_or(Demo());
  followed_ = 0;
  tip_ = machine.initial();
  append(machine, tip_, nullptr, kRootNode);
  ++version_;
}

void SessionTimeline::update(const Session& session, std::uint64_t serial) {
  const std::vector<NodeId>& path = session.path();
  const Machine& machine = session.machine();
  if (nodes_.empty() || serial != serial_) {
    serial_ = serial;
    restart(session);
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
    nodes_.resize(same);
    timeline_.truncate(static_cast<Time>(same) - 1);
    memory_.truncate(static_cast<int>(same) - 1);
    followed_ = std::min(followed_, same - 1);
    tip_ = session.state_at(nodes_.back());
  }
  for (std::size_t depth = same; depth < path.size(); ++depth) {
    StepInfo again;
    machine.step(tip_, session.info(path[depth]).action, again);
    append(machine, tip_, &session.info(path[depth]), path[depth]);
  }
}

void SessionTimeline::append(const Machine& machine, const State& state, const StepInfo* info, NodeId node) {
  const auto at = static_cast<Time>(nodes_.size());
  nodes_.push_back(node);
  timeline_.extend(at);
  for (int v = 0; v < vma_count_; ++v) timeline_.set_counter(track(vma_id(v)), at, state.vma(vma_id(v))[VmaField::kRefcnt]);
  for (int t = 0; t < thread_count_; ++t) {
    const ThreadState& thread = state.thread(thread_id(t));
    const auto hold = [&](Mark mark, bool on, std::int32_t object = timeline::kNoObject) {
      timeline_.hold(track(thread_id(t)), category(mark), object, at, on);
    };
    for (int v = 0; v < vma_count_; ++v) {
      const Holds& holds = thread.holds[static_cast<std::size_t>(v)];
      hold(Mark::kReference, holds.references > holds.read_locks, v);
      hold(Mark::kReadLock, holds.read_locks != 0, v);
      hold(Mark::kWriteLock, holds.write_locked != 0, v);
      hold(Mark::kExcludes, holds.excluding != 0, v);
    }
    hold(Mark::kMmapRead, thread.mmap_read != 0);
    hold(Mark::kMmapWrite, thread.mmap_write != 0);
    hold(Mark::kRcu, thread.rcu_depth > 0);
    const bool done = machine.done(state, thread_id(t)), waits = !done && !machine.can_step(state, thread_id(t));
    const bool asleep = waits && machine.program(thread_id(t)).code[thread.pc].op == Op::kSchedule;
    hold(Mark::kAsleep, asleep);
    hold(Mark::kWaitsForLock, waits && !asleep);
    hold(Mark::kDone, done);
  }
  if (info == nullptr) return;
  memory_.append(*info, static_cast<int>(at));
  add_step(machine, *info, at);
}

void SessionTimeline::add_step(const Machine& machine, const StepInfo& info, Time at) {
  const timeline::TrackId thread = track(info.action.thread);
  timeline_.add_instant(thread, category(mark_of_step(machine, info)), at);
  if (info.violations != 0) timeline_.add_instant(thread, category(Mark::kViolation), at);
  if (info.recycled != 0xff) timeline_.add_instant(track(VmaId{info.recycled}), category(Mark::kRecycled), at);
  // A signal wakes its own thread; that is no arrow from one lane to another.
  if (info.wake_target != kNoThread && info.wake_target != info.action.thread.value) {
    const Mark kind = info.spurious_wake ? Mark::kWokeForNothing : info.woken != kNoThread ? Mark::kWoke : Mark::kWokeNobody;
    timeline_.add_flow({category(kind), at, thread, track(thread_id(info.wake_target))});
  }
  const auto step = static_cast<std::size_t>(at) - 1;
  const bool follows = followed_ == step && step < demo_.steps().size() && demo_.steps()[step].action == info.action;
  if (follows) {
    if (const Demo::Step& now = demo_.steps()[step]; now.begins_line) {
      timeline_.set_caption(at, machine.scenario().demo[static_cast<std::size_t>(now.line)].caption);
    }
    ++followed_;
  } else if (followed_ == step) {
    timeline_.set_caption(at, {});
  }
}

Word SessionTimeline::refcnt(VmaId vma, int depth) const { return static_cast<Word>(timeline_.samples(track(vma), depth, depth + 1).front().low); }

Word SessionTimeline::greatest_count(VmaId vma) const {
  Word greatest = 0;
  for (const timeline::Change& change : timeline_.changes(track(vma))) {
    const Word count = static_cast<Word>(change.value) & ~kExcludeReadersFlag;
    if (count < kExcludeReadersFlag) greatest = std::max(greatest, count);
  }
  return greatest;
}

int SessionTimeline::times_recycled(VmaId vma, int depth) const {
  return static_cast<int>(timeline_.count(track(vma), category(Mark::kRecycled), depth));
}

float refcnt_height(Word value, Word greatest_count) {
  const Word greatest = std::max<Word>(greatest_count, 2);
  const bool flag = value >= kExcludeReadersFlag;
  const Word count = std::min(flag ? value - kExcludeReadersFlag : value, greatest);
  const float share = static_cast<float>(count) / static_cast<float>(greatest);
  return flag ? 0.56F + 0.44F * share : 0.44F * share;
}

const ClassEdges& SessionTimeline::walked(VmaId vma, int depth) const {
  if (walked_.version == version_ && walked_.vma == vma.value && walked_.depth == depth) return walked_.edges;
  walked_ = {version_, vma.value, depth, {}};
  const std::span<const timeline::Change> changes = timeline_.changes(track(vma));
  for (std::size_t i = 1; i < changes.size() && changes[i].at <= depth; ++i) {
    ++walked_.edges.at(refcnt_class(static_cast<Word>(changes[i - 1].value)), refcnt_class(static_cast<Word>(changes[i].value)));
  }
  return walked_.edges;
}

}  // namespace vmalab

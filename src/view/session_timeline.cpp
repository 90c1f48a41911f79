// SPDX-License-Identifier: GPL-2.0-only
#include "view/session_timeline.h"
#include "machine/state.h"

#include <algorithm>
#include <string>

namespace vmalab {
namespace {

using timeline::Category;
using timeline::Time;

Category category(Mark mark) { return static_cast<Category>(mark); }

/// What a state breaks it goes on breaking; a step is named for what it did itself, or broke first.
PropertySet broken_by_states() {
  PropertySet set = 0;
  for (const Property* property : kProperties) {
    if (property->kind == Property::Kind::kOnState || property->kind == Property::Kind::kDeadlock) set |= bit_of(*property);
  }
  return set;
}

}  // namespace

void SessionTimeline::restart(const Session& session) {
  const Machine& machine = session.machine();
  nodes_.clear();
  timeline_ = timeline::Timeline(timeline::Unit::kSteps);
  memory_ = {};
  accesses_ = {};
  messages_ = {};
  for (int mark = 0; mark < static_cast<int>(Mark::kCount); ++mark) timeline_.add_category(std::string(mark_name(static_cast<Mark>(mark))));
  thread_count_ = machine.thread_count();
  vma_count_ = std::max(machine.limits().vmas, 1);
  for (const ThreadSetup& thread : machine.scenario().threads) timeline_.add_track({thread.name});
  for (int v = 0; v < vma_count_; ++v) timeline_.add_track({address_text(machine, vma_address(v)) + ".vm_refcnt", true});
  demo_ = Demo::of(machine).value_or(Demo());
  violations_.clear();
  broken_.clear();
  losses_ = {};
  losses_.start(machine.initial());
  foresee(machine);
  tip_ = machine.initial();
  append(machine, tip_, nullptr, kRootNode);
  ++version_;
  ++replaced_;
}

/// Walks the demo once, to know before it is played what will be on the screen.
void SessionTimeline::foresee(const Machine& machine) {
  moves_ = 0;
  foreseen_ = 0;
  StateValue value = machine.initial();
  State& state = value;
  for (const Demo::Step& step : demo_.steps()) {
    ActionList enabled;
    machine.enabled(state, enabled);
    if (!enabled.contains(step.action)) return;
    StepInfo info;
    machine.step(state, step.action, info);
    ++foreseen_;
    for (int v = 0; v < vma_count_; ++v) {
      if (state.vma(vma_id(v))[VmaField::kRefcnt] != machine.initial().vma(vma_id(v))[VmaField::kRefcnt]) moves_ |= 1U << v;
    }
    if (info.violations != 0) return;
  }
}

int SessionTimeline::expected_steps() const { return std::max(steps(), foreseen_); }

void SessionTimeline::update(const Session& session, std::uint64_t serial) {
  const std::vector<NodeId>& path = session.path();
  const Machine& machine = session.machine();
  if (nodes_.empty() || serial != serial_) {
    serial_ = serial;
    restart(session);
    talk_.reset();
  }
  // In a tree the tip tells the whole path, and where two paths agree at a depth they agree before it.
  const bool same_path = path.size() == nodes_.size() && path.back() == nodes_.back();
  const bool same_talk = talk_ == session.shared_talk();
  if (same_path && same_talk) return;
  ++version_;
  if (!same_talk) ++replaced_;
  std::size_t same = 1, differs = std::min(path.size(), nodes_.size()) + 1;
  while (same + 1 < differs) {
    const std::size_t middle = (same + differs) / 2;
    (path[middle - 1] == nodes_[middle - 1] ? same : differs) = middle;
  }
  if (same < nodes_.size()) {
    nodes_.resize(same);
    ++replaced_;
    timeline_.truncate(static_cast<Time>(same) - 1);
    memory_.truncate(static_cast<int>(same) - 1);
    accesses_.truncate(static_cast<int>(same) - 1);
    messages_.truncate(static_cast<int>(same) - 1);
    tip_ = session.state_at(nodes_.back());
    const auto depth = static_cast<int>(same) - 1;
    losses_.truncate(depth, tip_);
    while (!violations_.empty() && violations_.back().depth > depth) violations_.pop_back();
    while (!broken_.empty() && broken_.back().depth > depth) broken_.pop_back();
  }
  AccessRecord record;
  StateValue value;
  State& before = value;
  for (std::size_t depth = same; depth < path.size(); ++depth) {
    StepInfo again;
    before = static_cast<const State&>(tip_);
    machine.step(tip_, session.info(path[depth]).action, again, nullptr, &record);
    accesses_.append(machine, before, tip_, record, static_cast<int>(depth));
    append(machine, tip_, &session.info(path[depth]), path[depth]);
  }
  tell(session);
}

void SessionTimeline::append(const Machine& machine, const State& state, const StepInfo* info, NodeId node) {
  const auto at = static_cast<Time>(nodes_.size());
  nodes_.push_back(node);
  timeline_.extend(at);
  for (int v = 0; v < vma_count_; ++v) {
    timeline_.set_counter(track(vma_id(v)), at, state.vma(vma_id(v))[VmaField::kRefcnt]);
    if (timeline_.changes(track(vma_id(v))).size() > 1) moves_ |= 1U << v;
  }
  if (info != nullptr) losses_.step(state, *info, static_cast<int>(at));
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
    hold(Mark::kPostponed, thread.open_loads != 0);
    hold(Mark::kDone, done);
  }
  if (info == nullptr) return;
  memory_.append(*info, static_cast<int>(at));
  if (const auto older = messages_.older_read(machine, *info, static_cast<int>(at)); older && older->depth > 0) {
    timeline_.add_flow({category(Mark::kOlder), at, track(older->writer), track(info->action.thread), older->depth});
  }
  messages_.append(*info, static_cast<int>(at));
  add_step(machine, *info, at);
}

void SessionTimeline::add_step(const Machine& machine, const StepInfo& info, Time at) {
  const timeline::TrackId thread = track(info.action.thread);
  timeline_.add_instant(thread, category(mark_of_step(machine, info)), at);
  if (info.violations != 0) add_violation(machine, info, static_cast<int>(at));
  if (info.recycled != 0xff) timeline_.add_instant(track(VmaId{info.recycled}), category(Mark::kRecycled), at);
  // A signal wakes its own thread; that is no arrow from one lane to another.
  if (info.wake_target != kNoThread && info.wake_target != info.action.thread.value) {
    const Mark kind = info.spurious_wake ? Mark::kWokeForNothing : info.woken != kNoThread ? Mark::kWoke : Mark::kWokeNobody;
    timeline_.add_flow({category(kind), at, thread, track(thread_id(info.wake_target))});
  }
}

void SessionTimeline::tell(const Session& session) {
  talk_ = session.shared_talk();
  timeline_.forget_captions();
  for (const Demo::Standing& caption : demo_.captions(session)) {
    timeline_.set_caption(caption.begin, caption.text, caption.by_author && !caption.checked);
    if (caption.end <= steps()) timeline_.set_caption(caption.end, {});
  }
}

void SessionTimeline::add_violation(const Machine& machine, const StepInfo& info, int depth) {
  const bool broken_before = !broken_.empty() && broken_.back().depth == depth - 1;
  broken_.push_back({depth, info.violations});
  const PropertySet before = broken_before ? broken_[broken_.size() - 2].set & broken_by_states() : 0;
  if ((info.violations & ~before) == 0) return;
  timeline_.add_instant(track(info.action.thread), category(Mark::kViolation), depth);
  violations_.push_back({depth, info.action.thread, properties_in(info.violations).front(), other_end(machine, timeline_, losses_, info)});
}

Word SessionTimeline::refcnt(VmaId vma, int depth) const { return static_cast<Word>(timeline_.samples(track(vma), depth, depth + 1).front().low); }

bool SessionTimeline::holds(ThreadId t, Mark mark, int depth, std::int32_t object) const {
  return timeline_.holds(track(t), category(mark), object, depth);
}

std::optional<ThreadId> SessionTimeline::flag_owner(VmaId vma, int depth) const {
  const bool has_flag = (refcnt(vma, depth) & kExcludeReadersFlag) != 0;
  for (int t = 0; t < thread_count_; ++t) {
    if (has_flag && holds(thread_id(t), Mark::kExcludes, depth, vma.value)) return thread_id(t);
  }
  return std::nullopt;
}

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

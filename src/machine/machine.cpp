// SPDX-License-Identifier: GPL-2.0-only
#include "machine/machine.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "machine/executor.h"

namespace vmalab {
namespace {

/// The properties of kind kOnState, and their bits.
struct Judged {
  const Property* property;
  PropertySet bit;
};
const std::vector<Judged>& judged_of_states() {
  static const std::vector<Judged> judged = [] {
    std::vector<Judged> some;
    for (const Property* property : kProperties) {
      if (property->kind == Property::Kind::kOnState) some.push_back({property, bit_of(*property)});
    }
    return some;
  }();
  return judged;
}

/// The word of the lock an instruction is about, 0 (free) when there is none.
Word lock_word(const State& state, Word address, int threads) { return Memory::exists(address, threads) ? Memory::peek(state, address) : 0; }

}  // namespace

bool ActionList::contains(Action a) const { return std::find(begin(), end(), a) != end(); }

// ---- what can happen

bool Machine::done(const State& state, ThreadId t) const {
  const Instr& instr = next(state.thread(t), t);
  if (state.thread(t).open_loads != 0) return false;
  return instr.op == Op::kEnd || (instr.op == Op::kRcuTake && Memory::peek(state, operand(state, t, instr.a)) == 0);
}

bool Machine::all_done(const State& state) const {
  for (int t = 0; t < thread_count_; ++t) {
    if (!done(state, thread_id(t))) return false;
  }
  return true;
}

bool Machine::can_step(const State& state, ThreadId t) const { return state.thread(t).open_loads != 0 || can_run(state, t); }

bool Machine::can_run(const State& state, ThreadId t) const {
  const ThreadState& thread = state.thread(t);
  const Instr& instr = next(thread, t);
  switch (instr.op) {
    case Op::kEnd: return false;
    case Op::kSchedule: return thread.task_state == kTaskRunning || (thread.signal_pending && (thread.task_state & kTaskSignalEnds) != 0);
    case Op::kLock:
    case Op::kDownWrite: return lock_word(state, operand(state, t, instr.a), thread_count_) == 0;
    case Op::kDownRead: return (lock_word(state, operand(state, t, instr.a), thread_count_) & MmState::kWriterBit) == 0;
    case Op::kDownWriteKillable: return thread.signal_pending || lock_word(state, operand(state, t, instr.a), thread_count_) == 0;
    case Op::kDownReadKillable:
      return thread.signal_pending || (lock_word(state, operand(state, t, instr.a), thread_count_) & MmState::kWriterBit) == 0;
    case Op::kGraceWait:
      if (instr.imm != 0) return (state.rcu.barrier_queued[t.value] | state.rcu.barrier_running[t.value]) == 0;
      return state.rcu.waits[t.value] == 0;
    case Op::kRcuTake: {
      const Word queued = Memory::peek(state, operand(state, t, instr.a)), ticket = queued_ticket(queued);
      return queued != 0 && (ticket == kNoGracePeriod || !state.rcu.waits_for(ticket));
    }
    default: return true;
  }
}

std::uint8_t Machine::weak_choices(const State& state, ThreadId t) const {
  State copy = state;
  WeakMemory weak(*weak_, copy, t, thread_count_);
  const ThreadState& thread = state.thread(t);
  // Its first access in an RCU section is what brings it in.
  if (limits_.grace_periods && thread.rcu_depth > 0 && thread.rcu_counted == 0) weak.situation().reader_enters(t.value);
  return weak.ways(next(thread, t), can_run(state, t));
}

std::vector<Way> Machine::ways(const State& state, ThreadId t) const {
  std::vector<Way> ways;
  if (!weak_) return ways;
  State copy = state;
  WeakMemory weak(*weak_, copy, t, thread_count_);
  const ThreadState& thread = state.thread(t);
  if (limits_.grace_periods && thread.rcu_depth > 0 && thread.rcu_counted == 0) weak.situation().reader_enters(t.value);
  weak.list_ways(next(thread, t), can_run(state, t), ways);
  return ways;
}

std::vector<WordMessages> Machine::memory(const State& state) const {
  std::vector<WordMessages> words;
  if (!weak_ || state.views == 0) return words;
  const auto kept = std::make_unique<weak::Situation>();
  const weak::Situation& situation = *kept;
  weak_->table.get(state.views - 1, *kept);
  const Locations& locations = weak_->locations;
  for (std::size_t i = 0; i < situation.locations(); ++i) {
    const auto l = static_cast<weak::Location>(i);
    if (locations.address(l) == 0 || situation.count(l) < 2) continue;
    WordMessages word;
    word.address = locations.address(l);
    for (std::size_t m = 0; m < situation.count(l); ++m) {
      const bool newest = m + 1 == situation.count(l);
      WordMessages::Message& message = word.messages.emplace_back();
      message.value = newest ? Memory::peek(state, word.address) : situation.at(l, m).value;
      const weak::View& view = situation.at(l, m).view;
      for (std::size_t k = 0; k < situation.locations(); ++k) {
        const Word other = locations.address(static_cast<weak::Location>(k));
        if (k != i && other != 0 && view.seen[k] != 0) message.carries.emplace_back(other, view.seen[k]);
      }
    }
    for (std::size_t t = 0; t < static_cast<std::size_t>(thread_count_); ++t) {
      const weak::Thread& thread = situation.thread(t);
      const bool open = std::any_of(thread.open.begin(), thread.open.begin() + thread.open_count, [l](const auto& o) { return o.location == l; });
      const bool accesses = open || (locations.needs()[thread.needs].accesses & weak::bit_of(l)) != 0;
      word.oldest.push_back(accesses ? situation.oldest_readable(t, l) : WordMessages::kNever);
    }
    words.push_back(std::move(word));
  }
  std::sort(words.begin(), words.end(), [](const WordMessages& a, const WordMessages& b) { return a.address < b.address; });
  return words;
}

std::vector<OpenLoad> Machine::open_loads(const State& state, ThreadId t) const {
  std::vector<OpenLoad> loads;
  if (state.thread(t).open_loads == 0) return loads;
  const auto situation = std::make_unique<weak::Situation>();
  weak_->table.get(state.views - 1, *situation);
  const weak::Thread& thread = situation->thread(t.value);
  for (std::size_t i = 0; i < thread.open_count; ++i) loads.push_back({weak_->locations.address(thread.open[i].location), thread.open[i].pc});
  return loads;
}

Machine Machine::remembering() const {
  Machine copy = *this;
  const auto setting = std::make_shared<WeakSetting>(weak_->locations, thread_count_);
  setting->postpones = weak_->postpones;
  setting->forgets = false;
  weak::Situation situation;
  State& initial = copy.initial_;
  weak_->table.get(initial.views - 1, situation);
  initial.views = setting->table.intern(situation) + 1;
  copy.weak_ = setting;
  return copy;
}

void Machine::enabled(const State& state, ActionList& out) const {
  out.count = 0;
  for (int t = 0; t < thread_count_; ++t) {
    if (!can_step(state, thread_id(t))) continue;
    const std::uint8_t ways = choices(state, thread_id(t));
    for (std::uint8_t choice = 0; choice < ways; ++choice) out.push({Action::Kind::kStep, thread_id(t), choice});
  }
  if (!limits_.signals) return;
  for (int t = 0; t < thread_count_; ++t) {
    if (!state.thread(thread_id(t)).signal_pending && !is_rcu(thread_id(t)) && !done(state, thread_id(t)))
      out.push({Action::Kind::kSignal, thread_id(t)});
  }
}

bool Machine::stuck(const State& state) const { return properties::kNoStuck.broken(*this, state, {}).has_value(); }

// ---- what happens

void Machine::execute(State& state, Action action, StepInfo& info, Coverage* coverage, AccessRecord* accesses) const {
  info = StepInfo{};
  if (accesses != nullptr) accesses->clear();
  info.action = action;
  ThreadState& thread = state.thread(action.thread);
  if (action.kind == Action::Kind::kSignal) {
    info.pc = info.next_pc = info.detail_pc = thread.pc;
    thread.signal_pending = 1;
    if (thread.task_state & kTaskSignalEnds) {
      thread.task_state = kTaskRunning;
      info.woken = info.wake_target = action.thread.value;
    }
    return;
  }
  assert(can_step(state, action.thread) && "only an enabled action may be taken");
  std::optional<WeakMemory> weak;
  if (weak_) weak.emplace(*weak_, state, action.thread, thread_count_);
  Executor executor(*this, state, action.thread, info, coverage, accesses, weak ? &*weak : nullptr);
  executor.run_visible(action.choice);
  executor.run_local();
  info.next_pc = thread.pc;
  info.finished = next(thread, action.thread).op == Op::kEnd && thread.open_loads == 0;
}

void Machine::step(State& state, Action action, StepInfo& info, Coverage* coverage, AccessRecord* accesses) const {
  execute(state, action, info, coverage, accesses);
  const SharedFacts sums = facts(state);
  for (const auto& [property, bit] : judged_of_states()) {
    if (const auto how = property->broken(*this, state, sums)) info.add_violation(*property, info.pc, *how);
  }
  if (stuck(state)) info.add_violation(properties::kNoStuck, info.pc);
}

PropertySet Machine::judge(const State& state, const SharedFacts& facts) const {
  PropertySet broken = 0;
  for (const auto& [property, bit] : judged_of_states()) {
    if (property->broken(*this, state, facts)) broken |= bit;
  }
  return broken;
}

// ---- why not

std::optional<VmaId> Machine::excluded_vma(const State& state, ThreadId t) const {
  for (int v = 0; v < limits_.vmas; ++v) {
    if (state.thread(t).holds[static_cast<std::size_t>(v)].excluding) return vma_id(v);
  }
  return std::nullopt;
}

bool Machine::would_be_spurious(const State& state, ThreadId t) const {
  const ThreadState& thread = state.thread(t);
  if (next(thread, t).op != Op::kSchedule) return false;
  const auto vma = excluded_vma(state, t);
  return vma && state.vma(*vma)[VmaField::kRefcnt] != kExcludeReadersFlag + state.vma(*vma).attach_reference;
}

Blocked Machine::blocked(const State& state, ThreadId t) const {
  Blocked result;
  if (can_step(state, t)) return result;
  const ThreadState& thread = state.thread(t);
  const Instr& instr = next(thread, t);
  if (done(state, t)) {
    result.reason = Blocked::Reason::kDone;
    return result;
  }
  const Word address = operand(state, t, instr.a);
  const bool lock = instr.op == Op::kLock || (is_rwsem_op(instr.op) && !is_mmap_lock(address));
  const bool signal_helps = limits_.signals && !thread.signal_pending;
  const bool killable = instr.op == Op::kDownWriteKillable || instr.op == Op::kDownReadKillable;
  if (instr.op == Op::kGraceWait && instr.imm != 0) {
    result.reason = Blocked::Reason::kGracePeriod;
    const unsigned heads = state.rcu.barrier_queued[t.value] | state.rcu.barrier_running[t.value];
    for (std::size_t h = 0; h < limits_.rcu_heads.size(); ++h) {
      if ((heads >> h & 1) != 0) result.holders.push_back(thread_id(limits_.first_rcu_thread + static_cast<int>(h)));
    }
    return result;
  }
  if (lock || instr.op == Op::kGraceWait || instr.op == Op::kRcuTake) {
    result.reason = lock ? Blocked::Reason::kLock : Blocked::Reason::kGracePeriod;
    const Word ticket = instr.op == Op::kRcuTake ? queued_ticket(Memory::peek(state, address)) : state.rcu.waits[t.value] - 1u;
    for (int other = 0; other < thread_count_; ++other) {
      const ThreadState& o = state.thread(thread_id(other));
      const bool holds = std::any_of(o.locks.begin(), o.locks.end(), [&](std::uint16_t id) { return id != 0 && lock_address(id) == address; });
      if (lock ? holds : o.rcu_counted != 0 && state.rcu.covers(ticket, o.rcu_counted - 1u)) result.holders.push_back(thread_id(other));
    }
    result.signal_would_free = killable && signal_helps;
    return result;
  }
  const bool sleeping = instr.op == Op::kSchedule;
  const std::size_t mm = sleeping ? 0 : static_cast<std::size_t>(address_object(address));
  const auto excluded = excluded_vma(state, t);

  const auto is_about_to_wake_it = [&](ThreadId other) {
    const Instr& step = next(state.thread(other), other);
    const Word target = operand(state, other, step.a);
    if (step.op == Op::kWakeUpProcess) return target == task_address(t.value);
    return step.op == Op::kLoad && address_kind(target) == ObjectKind::kMm && address_object(target) < kMaxMms &&
           address_field(target) == static_cast<int>(MmField::kVmaWriterWait) &&
           state.mms[static_cast<std::size_t>(address_object(target))][MmField::kVmaWriterWait] == task_address(t.value);
  };
  const auto could_free_it = [&](ThreadId other) {
    const ThreadState& o = state.thread(other);
    if (!sleeping) return ((o.mmap_write | o.mmap_read) >> mm & 1) != 0;
    return (excluded && o.holds[excluded->value].references > 0) || is_about_to_wake_it(other);
  };
  if (sleeping) {
    result.reason = Blocked::Reason::kSleeping;
    result.signal_would_free = (thread.task_state & kTaskSignalEnds) != 0;
  } else {
    result.reason = Blocked::Reason::kMmapLock;
    result.mm = mm_id(mm);
    result.signal_would_free = killable;
  }
  result.signal_would_free = result.signal_would_free && signal_helps;
  for (int other = 0; other < thread_count_; ++other) {
    const ThreadId id = thread_id(other);
    if ((id != t || !sleeping) && could_free_it(id)) result.holders.push_back(id);
  }
  return result;
}

bool StepInfo::is_not_simulated() const { return (violations & bit_of(properties::kNoWarning)) != 0 && details.c == properties::kNotSimulated; }

const Instr& Machine::next(const ThreadState& thread, ThreadId t) const { return program(t).code[thread.pc]; }

Pc Machine::pc(const State& state, ThreadId t) { return state.thread(t).pc; }

Word Machine::operand(const State& state, ThreadId t, const Operand& o) const { return operand_value(state.thread(t), t, o); }

std::optional<ThreadId> Machine::find_thread(std::string_view name) const {
  for (int t = 0; t < thread_count_; ++t) {
    if (scenario_->threads[static_cast<std::size_t>(t)].name == name) return thread_id(t);
  }
  return std::nullopt;
}

}  // namespace vmalab

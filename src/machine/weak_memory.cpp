// SPDX-License-Identifier: GPL-2.0-only
#include "machine/weak_memory.h"

#include <cassert>

#include "machine/memory.h"
#include "machine/operand.h"
#include "machine/postponed.h"

namespace vmalab {

using weak::kNoLocation;
using weak::Location;
using weak::Ordered;
using weak::Position;
using weak::View;

namespace {

weak::Situation& scratch() {
  thread_local const auto kept = std::make_unique<weak::Situation>();
  return *kept;
}

Ordered ordered(Order order) {
  switch (order) {
    case Order::kAcquire: return Ordered::kAcquire;
    case Order::kRelease: return Ordered::kRelease;
    case Order::kFull: return Ordered::kFull;
    case Order::kVoid: return Ordered::kVoid;
    case Order::kPlain:
    case Order::kOnce:
    case Order::kRelaxed: break;
  }
  return Ordered::kRelaxed;
}

}  // namespace

std::uint32_t WeakSetting::renamed(std::uint32_t views, std::span<const std::uint8_t> threads,
                                   const std::function<Word(Word address, Word value)>& word) const {
  if (views == 0) return 0;
  const weak::Renaming* renaming = nullptr;
  {
    const std::lock_guard lock(mutex_);
    const auto [it, fresh] = renamings_.try_emplace({threads.begin(), threads.end()});
    if (fresh) it->second = locations.renaming(threads);
    renaming = &it->second;
  }
  thread_local const auto before = std::make_unique<weak::Situation>(), after = std::make_unique<weak::Situation>();
  table.get(views - 1, *before);
  weak::rename(
      *before, *renaming, [&](Location l, Word value) { return word(locations.address(l), value); }, *after);
  return table.intern(*after) + 1;
}

WeakMemory::WeakMemory(const WeakSetting& setting, State& state, ThreadId thread, int threads)
    : setting_(setting), state_(state), id_(thread), t_(thread.value), situation_(scratch()) {
  if (state.views != 0) {
    setting.table.get(state.views - 1, situation_);
  } else {
    situation_.begin(threads, setting.locations.count());
  }
  for (std::size_t l = 0; l < situation_.locations(); ++l) {
    const auto location = static_cast<Location>(l);
    const Word address = setting.locations.address(location);
    if (address != 0) situation_.at(location, situation_.newest(location)).value = Memory::peek(state, address);
  }
}

WeakMemory::Access WeakMemory::access_of(Op op) {
  switch (op) {
    case Op::kLoad:
    case Op::kTreeLoad:
    case Op::kTreeFind:
    case Op::kRwsemIsLocked:
    case Op::kRwsemAssertAny: return Access::kLoad;
    case Op::kStore:
    case Op::kRefSet:
    case Op::kSetTaskState: return Access::kStore;
    case Op::kRefIncLimited:
    case Op::kRefAddNotZero:
    case Op::kRefSubAndTest:
    case Op::kRefAdd:
    case Op::kAtomic:
    case Op::kMmGrab:
    case Op::kMmDrop:
    case Op::kWakeUpProcess: return Access::kUpdate;
    case Op::kSeqBegin:
    case Op::kSeqEnd:
    case Op::kLock:
    case Op::kTryLock:
    case Op::kUnlock:
    case Op::kTreeStore:
    case Op::kTreeErase:
    case Op::kCallRcu:
    case Op::kRcuTake:
    case Op::kSchedule: return Access::kLast;
    default: return is_rwsem_op(op) ? Access::kLast : Access::kNone;
  }
}

Word WeakMemory::value(const Operand& o) const { return operand_value(state_.thread(id_), id_, o); }

const Operand& WeakMemory::address_operand(const Instr& instr) const {
  const bool second = instr.op == Op::kRefAddNotZero || instr.op == Op::kRefSubAndTest || instr.op == Op::kRefAdd;
  return second ? instr.b : instr.a;
}

Word WeakMemory::address_of(const Instr& instr) const {
  switch (instr.op) {
    case Op::kSetTaskState:
    case Op::kSchedule: return task_address(id_.value);
    case Op::kMmGrab:
    case Op::kMmDrop: return value(instr.a) + static_cast<Word>(MmField::kMmCount);
    default: return value(address_operand(instr));
  }
}

View WeakMemory::view_of(const Operand& o) const {
  return o.kind == Operand::Kind::kRegister ? situation_.register_view(t_, static_cast<std::uint8_t>(o.value & (kMaxRegisters - 1))) : weak::kNothing;
}

/// What the value that is written depends on, and where to.
View WeakMemory::view_of_data(const Instr& instr) const {
  View view = view_of(instr.a);
  for (const Operand* o : {&instr.b, &instr.c, &instr.d}) {
    if (o->kind == Operand::Kind::kRegister) view.join(view_of(*o));
  }
  return view;
}

/// The instruction writes where it finds this. Locks and the like do, when they can step.
bool WeakMemory::writes(const Instr& instr, Word old) const {
  switch (instr.op) {
    case Op::kRefIncLimited: {
      const Word amount = instr.c.kind == Operand::Kind::kNone ? 1 : value(instr.c);
      const std::int64_t room = std::int64_t{static_cast<std::int32_t>(value(instr.b))} - static_cast<std::int32_t>(old);
      return old != 0 && static_cast<std::int32_t>(amount) <= room;
    }
    case Op::kRefAddNotZero:
    case Op::kMmGrab:
    case Op::kMmDrop: return old != 0;
    case Op::kSchedule:
    case Op::kWakeUpProcess: return old != kTaskRunning;
    case Op::kAtomic:
      switch (static_cast<Atomic>(instr.imm)) {
        case Atomic::kCompareExchange: return old == value(instr.b);
        case Atomic::kAddUnless:
        case Atomic::kRefAddUnless: return old != value(instr.c);
        default: return true;
      }
    default: return true;
  }
}

template <typename Each>
void WeakMemory::each_way(const Instr& instr, Location l, Each&& each) const {
  const Access access = access_of(instr.op);
  const View address = view_of(address_operand(instr));
  const int newest = situation_.newest(l);
  switch (access) {
    case Access::kNone: return;
    case Access::kLast: each(static_cast<Position>(newest), writes(instr, situation_.at(l, static_cast<std::size_t>(newest)).value)); return;
    case Access::kLoad:
      for (int p = newest; p >= situation_.oldest(t_, l, address); --p) each(static_cast<Position>(p), false);
      return;
    case Access::kStore: {
      const int after = situation_.after(t_, l, view_of_data(instr), instr.order == Order::kRelease);
      for (int p = newest; p >= after; --p) {
        if (situation_.may_follow(l, static_cast<Position>(p))) each(static_cast<Position>(p), true);
      }
      return;
    }
    case Access::kUpdate: {
      const bool full = instr.order == Order::kFull;
      const int least = situation_.oldest(t_, l, address);
      int after = situation_.after(t_, l, view_of_data(instr), full || instr.order == Order::kRelease);
      if (full) after = std::max<int>(after, situation_.sequential.seen[l]);
      for (int p = newest; p >= least; --p) {
        const auto position = static_cast<Position>(p);
        const bool writing = writes(instr, situation_.at(l, position).value);
        if (!writing || (p >= after && situation_.may_follow(l, position))) each(position, writing);
      }
      return;
    }
  }
}

template <typename Each>
void WeakMemory::each_choice(const Instr& instr, bool can_run, Each&& each) const {
  if (can_run && !is_held_up(instr)) {
    const Location l = access_of(instr.op) == Access::kNone ? kNoLocation : setting_.locations.of(address_of(instr));
    if (l == kNoLocation) {
      each(Way::Kind::kAccess, l, Position{0}, false, std::size_t{0});
    } else {
      each_way(instr, l, [&](Position p, bool writing) { each(Way::Kind::kAccess, l, p, writing, std::size_t{0}); });
    }
    if (may_postpone(instr)) each(Way::Kind::kPostpone, l, situation_.newest(l), false, std::size_t{0});
  }
  const weak::Thread& thread = situation_.thread(t_);
  for (std::size_t i = 0; i < thread.open_count; ++i) {
    const weak::Thread::Open& open = thread.open[i];
    for (int p = situation_.newest(open.location); p >= open.view.seen[open.location]; --p) {
      each(Way::Kind::kFinish, open.location, static_cast<Position>(p), false, i);
    }
  }
}

std::uint8_t WeakMemory::ways(const Instr& instr, bool can_run) {
  std::uint8_t count = 0;
  each_choice(instr, can_run, [&count](Way::Kind, Location, Position, bool, std::size_t) { ++count; });
  return count;
}

void WeakMemory::list_ways(const Instr& instr, bool can_run, std::vector<Way>& out) {
  each_choice(instr, can_run, [&](Way::Kind kind, Location l, Position p, bool writing, std::size_t open) {
    Way way;
    way.kind = kind;
    way.writes = writing;
    way.reads = kind == Way::Kind::kFinish || (kind == Way::Kind::kAccess && access_of(instr.op) != Access::kStore);
    if (l != kNoLocation) {
      way.address = setting_.locations.address(l);
      way.value = situation_.at(l, p).value;
      way.newer = static_cast<std::uint8_t>(situation_.newest(l) - p);
    }
    if (kind == Way::Kind::kFinish) way.pc = situation_.thread(t_).open[open].pc;
    out.push_back(way);
  });
}

Way::Kind WeakMemory::begin(const Instr& instr, bool can_run, std::uint8_t choice) {
  instr_ = &instr;
  pc_ = state_.thread(id_).pc;
  int way = choice;
  bool there = false;
  each_choice(instr, can_run, [&](Way::Kind kind, Location l, Position position, bool writing, std::size_t open) {
    if (way-- != 0) return;
    there = true;
    kind_ = kind;
    location_ = l;
    position_ = position;
    writes_ = writing;
    open_ = open;
    if (l != kNoLocation && kind != Way::Kind::kPostpone) newer_ = static_cast<std::uint8_t>(situation_.newest(l) - position);
  });
  assert(there && "only a way that there is may be taken");
  (void)there;
  if (kind_ == Way::Kind::kAccess && instr.op == Op::kFence) situation_.full_fence(t_);
  return kind_;
}

Word WeakMemory::find(Word address) {
  if (location_ == kNoLocation || setting_.locations.of(address) != location_) return Memory::peek(state_, address);
  found_ = kind_ == Way::Kind::kAccess;
  // What is stored says nothing of the value that it takes the place of: that is the newest.
  const bool looks = kind_ == Way::Kind::kFinish || access_of(instr_->op) != Access::kStore;
  return situation_.at(location_, looks ? position_ : situation_.newest(location_)).value;
}

bool WeakMemory::may_postpone(const Instr& instr) const {
  if (!setting_.postpones || !setting_.locations.may_be_postponed(id_, state_.thread(id_).pc)) return false;
  const Word address = address_of(instr);
  return setting_.locations.of(address) != kNoLocation && !is_protected(address) && open_count() < weak::kMaxOpenLoads;
}

bool WeakMemory::is_held_up(const Instr& instr) const {
  const weak::Thread& thread = situation_.thread(t_);
  if (thread.open_count == 0) return false;
  if (reads_any(instr, situation_.open_registers(t_))) return !is_copy(instr.op);
  if (comes_after_loads(instr)) return true;
  if (access_of(instr.op) == Access::kNone) return false;
  const Location l = setting_.locations.of(address_of(instr));
  return std::any_of(thread.open.begin(), thread.open.begin() + thread.open_count, [l](const weak::Thread::Open& o) { return o.location == l; });
}

void WeakMemory::write(Word address, Word word) {
  if (!found_) {
    Memory::poke(state_, address, word);
    return;
  }
  if (!writes_) return;  // it only looked: end() sees to that
  done_ = true;
  const Access access = access_of(instr_->op);
  const bool last = position_ == situation_.newest(location_);
  const View depends = view_of_data(*instr_);
  Ordered order = ordered(instr_->order);
  if (access == Access::kStore) {
    // set_current_state() is fenced behind, which end() does.
    situation_.store(t_, location_, static_cast<Position>(position_ + 1), word, order == Ordered::kFull ? Ordered::kRelaxed : order, depends);
  } else if (instr_->op == Op::kSeqBegin || instr_->op == Op::kSeqEnd) {
    (void)situation_.load(t_, location_, position_, Ordered::kRelaxed, view_of(instr_->a));
    if (instr_->op == Op::kSeqEnd) situation_.write_fence(t_);
    situation_.store(t_, location_, static_cast<Position>(position_ + 1), word, Ordered::kRelaxed, depends);
    if (instr_->op == Op::kSeqBegin) situation_.write_fence(t_);
  } else if (instr_->op == Op::kUnlock) {
    situation_.store(t_, location_, static_cast<Position>(position_ + 1), word, Ordered::kRelease, depends);
    if (instr_->imm == 0) situation_.unlocked(t_);
  } else {
    const bool fenced = order == Ordered::kFull && instr_->op != Op::kCallRcu;
    if (instr_->op == Op::kRefSubAndTest && order == Ordered::kRelease && word == 0) order = Ordered::kFull;  // the last one also acquires
    if (instr_->op == Op::kCallRcu || instr_->op == Op::kTreeStore || instr_->op == Op::kTreeErase) order = Ordered::kRelease;
    if (fenced) situation_.full_fence(t_);
    const View got = situation_.update(t_, location_, position_, word, order, depends);
    if ((instr_->op == Op::kLock || instr_->op == Op::kTryLock) && instr_->imm == 0) situation_.locked(t_, location_, position_);
    if (fenced) situation_.full_fence(t_);
    set_results(got);
  }
  if (last) Memory::poke(state_, address, word);
}

void WeakMemory::end() {
  const Instr& instr = *instr_;
  if (kind_ == Way::Kind::kPostpone) return situation_.postpone(t_, location_, instr.dst, pc_, view_of(instr.a));
  if (kind_ == Way::Kind::kFinish) return situation_.finish(t_, open_, position_);
  const Access access = access_of(instr.op);
  if (found_ && !done_ && access != Access::kStore) {
    const bool ordered_load = access == Access::kLoad || instr.op == Op::kSchedule;
    set_results(situation_.load(t_, location_, position_, ordered_load ? ordered(instr.order) : Ordered::kRelaxed, view_of(address_operand(instr))));
  } else if (!done_) {
    set_results(access == Access::kLoad ? view_of(address_operand(instr)) : weak::kNothing);
  }
  if ((instr.op == Op::kSetTaskState && instr.order == Order::kFull) || instr.op == Op::kSchedule) situation_.full_fence(t_);
}

void WeakMemory::set_results(const View& view) {
  const View copy = view;
  for (const std::uint8_t r : {instr_->dst, instr_->dst2}) {
    if (r != kNoRegister) situation_.set_register(t_, r, copy);
  }
}

void WeakMemory::compute(const Instr& instr) {
  const weak::Thread& thread = situation_.thread(t_);
  if (thread.open_count != 0 && instr.a.kind == Operand::Kind::kRegister && reads_any(instr, situation_.open_registers(t_))) {
    const auto from = static_cast<std::uint8_t>(instr.a.value & (kMaxRegisters - 1));
    if (from == instr.dst) return;
    situation_.clear_register(t_, instr.dst);
    return situation_.carry_open(t_, from, instr.dst);  // it is a copy, or it would be held up
  }
  const auto has = [&thread](const Operand& o) {
    return o.kind == Operand::Kind::kRegister && (thread.has_view >> (o.value & (kMaxRegisters - 1)) & 1) != 0;
  };
  if (!has(instr.a) && !has(instr.b)) return situation_.clear_register(t_, instr.dst);
  View view = view_of(instr.a);
  if (has(instr.b)) view.join(view_of(instr.b));
  situation_.set_register(t_, instr.dst, view);
}

void WeakMemory::branch(const Instr& instr) {
  if (instr.a.kind == Operand::Kind::kRegister) situation_.branch(t_, view_of(instr.a));
}

void WeakMemory::fence(Order order) { order == Order::kAcquire ? situation_.read_fence(t_) : situation_.write_fence(t_); }

std::optional<Word> WeakMemory::overflow() const {
  return situation_.full() == kNoLocation ? std::nullopt : std::optional(setting_.locations.address(situation_.full()));
}

void WeakMemory::slab_free(std::size_t vma) {
  const Location l = setting_.locations.slab(vma);
  if (l != kNoLocation) (void)situation_.update(t_, l, situation_.newest(l), 0, Ordered::kRelease, weak::kNothing);
}

void WeakMemory::slab_alloc(std::size_t vma) {
  const Location l = setting_.locations.slab(vma);
  if (l != kNoLocation) (void)situation_.load(t_, l, situation_.newest(l), Ordered::kAcquire, weak::kNothing);
}

// ---- the race check

int WeakMemory::uses(std::size_t vma) {
  const Location changed = setting_.locations.changed(vma);
  if (changed == kNoLocation) return kNobody;
  const bool ordered = situation_.knows_event(t_, changed, false);
  if (const Location used = setting_.locations.used(vma, id_); used != kNoLocation) situation_.note_event(t_, used, false);
  return ordered ? kNobody : kChanger;
}

int WeakMemory::changes(std::size_t vma) {
  int who = kNobody;
  const Location changed = setting_.locations.changed(vma);
  for (int t = situation_.threads() - 1; t >= 0; --t) {
    const Location used = setting_.locations.used(vma, thread_id(t));
    if (used != kNoLocation && static_cast<std::size_t>(t) != t_ && !situation_.knows_event(t_, used, true)) who = t;
  }
  if (changed == kNoLocation) return who;
  if (!situation_.knows_event(t_, changed, true)) who = kChanger;
  situation_.note_event(t_, changed, true);
  return who;
}

void WeakMemory::commit(RegisterSet live) {
  weak::Thread& thread = situation_.thread(t_);
  thread.has_view &= live;
  situation_.keep_open(t_, live);
  thread.needs = setting_.locations.needs_at(id_, state_.thread(id_).pc);
  setting_.forgets ? situation_.reduce(setting_.locations.needs()) : situation_.renumber();
  state_.views = setting_.table.intern(situation_) + 1;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "check/any/any_steps.h"

#include <algorithm>
#include <cstring>

#include "check/any/sequences.h"
#include "check/symmetry.h"
#include "lang/arithmetic.h"
#include "machine/describe.h"
#include "machine/holds.h"
#include "machine/memory.h"

namespace vmalab::check {
namespace {

/// Old sequences that may meet in a step; of more the number of readings would be large.
constexpr std::size_t kMostOld = 5;

bool is_mm_seq(Word address) { return address_kind(address) == ObjectKind::kMm && address_field(address) == static_cast<int>(MmField::kMmLockSeq); }

bool holds_anything(const ThreadState& thread) {
  const auto nothing = [](const Holds& h) { return h.references == 0 && h.read_locks == 0 && !h.write_locked && !h.excluding; };
  return thread.mmap_read != 0 || thread.mmap_write != 0 || thread.mmap_read_more != 0 || thread.mm_grabs != 0 || thread.mm_gets != 0 ||
         thread.rcu_depth != 0 || thread.locks[0] != 0 || thread.task_state != kTaskRunning ||
         !std::all_of(thread.holds.begin(), thread.holds.end(), nothing);
}

/// is_deaf(), but for sleeps that no signal ends.
bool never_heeds_signals(const Program& program) {
  const auto no_signal_ends = [](const Operand& state) { return state.kind == Operand::Kind::kConst && (state.value & kTaskSignalEnds) == 0; };
  return std::all_of(program.code.begin(), program.code.end(), [&](const Instr& i) {
    switch (i.op) {
      case Op::kSetTaskState: return no_signal_ends(i.a);
      case Op::kSignalPending: return i.a.kind == Operand::Kind::kSelf && no_signal_ends(i.b);
      case Op::kSchedule:
      case Op::kDownRead:
      case Op::kDownWrite: return true;
      default: return !op_info(i.op).may_block;
    }
  });
}

template <typename Each>
void each_word(Shared& shared, Each&& each) {
  for (MmState& mm : shared.mms) std::for_each(mm.fields.begin(), mm.fields.end(), each);
  for (VmaState& vma : shared.vmas) std::for_each(vma.fields.begin(), vma.fields.end(), each);
  std::for_each(shared.globals.begin(), shared.globals.end(), each);
}

void rename_task(Word& word, ThreadId from, ThreadId to) {
  if (word == task_address(from.value)) word = task_address(to.value);
}

}  // namespace

AnySteps::AnySteps(const Machine& machine, const Crowd& crowd, PropertySet judged)
    : coverage(machine.new_coverage()), machine_(machine), crowd_(crowd), judged_(judged) {
  const bool watched = std::any_of(machine.programs().begin(), machine.programs().end(), watches_signals);
  for (int t = 0; t < machine.thread_count(); ++t) {
    const auto i = static_cast<std::size_t>(t);
    gets_signals_[i] = machine.limits().signals && (watched || !never_heeds_signals(machine.program(thread_id(t))));
    start_[i] = place_of(machine.initial(), thread_id(t));
  }
  for (const Program& program : machine.programs()) reached_.emplace_back(program.code.size());
  looked_through_.assign(reached_.size(), false);
  const auto fails = [this](const char* sentence) { premises.insert({sentence, ""}); };
  if (machine.begins_not_simulated()) fails("what runs before the first step cannot be simulated");
  if (machine.limits().grace_periods) fails("the code waits for RCU readers, which it does for each by name");
  if (machine.weak() != nullptr)
    fails("a thread may still read older values of vm_refcnt there, each with what its writer had seen, and that list grows with the readers");
  if (!crowd.endless_sequences()) return;
  if (machine.limits().seq_mask != ~Word{0}) fails("the sequence counters are so narrow that they come round");
  if (machine.limits().mms != 1) fails("there is more than one address space, and only one sequence is kept");
}

std::size_t AnySteps::bytes() const {
  return shared.bytes() + local.bytes() + steps_.size() * (sizeof(Key) + sizeof(AbstractStep) + 72) + passed_.size() * (sizeof(PassedKey) + 32);
}

void AnySteps::broken(std::string sentence, ThreadId thread, Pc pc) { premises.insert({std::move(sentence), place_text(machine_, thread, pc)}); }

// ---- states as they are kept, and as the machine has them

Index AnySteps::place_of(const State& state, ThreadId t) {
  Local place = state.thread(t);
  // Of a reader, what of it is shared as well: nobody looks at it (check_reader).
  if (t != crowd_.readers) place = local_part(place);
  if (crowd_.endless_sequences()) {
    for (Word& word : place.registers) word = kept_sequence(word, state.mms[0][MmField::kMmLockSeq]);
  }
  return local.intern(place);
}

Index AnySteps::base_of(const State& state, const Counts& counts) {
  Shared base = shared_part(state, machine_.thread_count(), {});
  if (crowd_.has_readers()) {
    base.task_states[crowd_.readers.value] = 0;
    base.signals_pending = static_cast<std::uint16_t>(base.signals_pending & ~(1u << crowd_.readers.value));
    change(base, counts, false);
  }
  if (crowd_.endless_sequences()) {
    const Word current = base.mms[0][MmField::kMmLockSeq];
    each_word(base, [current](Word& word) { word = kept_sequence(word, current); });
  }
  return shared.intern(base);
}

State AnySteps::state_of(Index base, const Counts& counts) const {
  Shared words = shared.get(base);
  change(words, counts, true);
  State state;
  std::memset(static_cast<void*>(&state), 0, sizeof state);
  put_shared(state, machine_.thread_count(), words);
  return state;
}

State AnySteps::initial() const {
  State state = machine_.initial();
  if (!crowd_.endless_sequences()) return state;
  Word& sequence = state.mms[0][MmField::kMmLockSeq];
  for (std::size_t v = 0; v < static_cast<std::size_t>(machine_.limits().vmas); ++v) {
    Word& mark = state.vmas[v][VmaField::kLockSeq];
    if (mark != ~Word{0}) mark = (mark == sequence ? kCurrentSequence : kOldSequence) | (mark & 1);
  }
  sequence = kCurrentSequence | (sequence & 1);
  return state;
}

bool AnySteps::is_done(ThreadId t, Index place) const { return machine_.program(t).code[local.get(place).pc].op == Op::kEnd; }

Index AnySteps::passed(Index place, const AbstractStep& step) {
  if (!step.moved_on && step.ended == kNoThread) return place;
  const PassedKey key{place, step.moved_on, step.ended};
  const auto [it, fresh] = passed_.try_emplace(key, 0);
  if (!fresh) return it->second;
  Local after = local.get(place);
  for (Word& word : after.registers) {
    if (step.moved_on && is_sequence(word)) word = kOldSequence | (word & 1);
    if (step.ended != kNoThread) rename_task(word, ThreadId{step.ended}, crowd_.ended);
  }
  return it->second = local.intern(after);
}

// ---- steps

const std::vector<AbstractStep>& AnySteps::of(Index base, ThreadId t, Action::Kind kind, Index place, const Counts& counts) {
  const Key key{base, place, counts, t.value, static_cast<std::uint16_t>(kind)};
  const auto [entry, fresh] = steps_.try_emplace(key);
  std::vector<AbstractStep>& ways = entry->second;  // stays where it is
  if (!fresh) return ways;
  std::uint8_t number = 0;
  for (const Reading& reading : readings(key)) {
    StepInfo info;
    AbstractStep way = run(key, reading, info);
    way.reading = number++;
    const bool known = std::any_of(ways.begin(), ways.end(), [&way](const AbstractStep& other) { return other.same_as(way); });
    if (!known) ways.push_back(way);
  }
  second_opinion(key, ways);
  return ways;
}

StepInfo AnySteps::told(Index base, ThreadId t, Action::Kind kind, Index place, const Counts& counts, std::uint8_t reading) {
  const Key key{base, place, counts, t.value, static_cast<std::uint16_t>(kind)};
  StepInfo info;
  run(key, readings(key)[reading], info);
  return info;
}

/// The states that the machine has to be asked about. The first is the one as it is kept.
std::vector<AnySteps::Reading> AnySteps::readings(const Key& key) {
  const ThreadId t = thread_id(key.thread);
  std::vector<Reading> all(1);
  State& kept = all[0].state;
  kept = state_of(key.shared, key.counts);
  ThreadState& thread = kept.thread(t);
  const Word task_state = thread.task_state;
  const std::uint8_t signal = thread.signal_pending;
  thread = local.get(key.local);
  if (t != crowd_.readers) {
    thread.task_state = task_state;
    thread.signal_pending = signal;
  }
  if (!crowd_.endless_sequences()) return all;
  if (static_cast<Action::Kind>(key.kind) == Action::Kind::kSignal) return all;

  const State as_kept = kept;
  const Instr& next = machine_.program(t).code[as_kept.thread(t).pc];
  if (next.op == Op::kWakeUpProcess && next.a.kind == Operand::Kind::kRegister) {
    if (as_kept.thread(t).registers[next.a.value] != task_address(crowd_.ended.value)) return all;
    for (const ThreadId queue : crowd_.queues) {
      all.push_back({as_kept, queue});
      all.back().state.thread(t).registers[next.a.value] = task_address(queue.value);
    }
    return all;
  }

  // Numbers for old sequences: which of them are equal, in every way.
  const auto old_words = [t](State& state) {
    std::vector<Word*> words;
    for (Word& word : state.thread(t).registers) {
      if (is_old_sequence(word)) words.push_back(&word);
    }
    if (words.empty()) return words;  // what is in memory has to be read before it is compared
    for (VmaState& vma : state.vmas) {
      if (is_old_sequence(vma[VmaField::kLockSeq])) words.push_back(&vma[VmaField::kLockSeq]);
    }
    return words;
  };
  State counted_in = as_kept;
  const std::size_t count = old_words(counted_in).size();
  if (count < 2) return all;
  if (count > kMostOld) broken("more than " + std::to_string(kMostOld) + " old sequence numbers meet", t, as_kept.thread(t).pc);
  std::vector<Word> numbers(std::min(count, kMostOld), 0);
  const auto next_numbers = [&numbers] {
    for (std::size_t i = numbers.size(); i-- > 1;) {
      const Word most = *std::max_element(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(i));
      if (numbers[i] > most) continue;
      ++numbers[i];
      std::fill(numbers.begin() + static_cast<std::ptrdiff_t>(i) + 1, numbers.end(), 0);
      return true;
    }
    return false;
  };
  while (next_numbers()) {
    all.push_back({as_kept, {kNoThread}});
    const std::vector<Word*> words = old_words(all.back().state);
    for (std::size_t i = 0; i < numbers.size(); ++i) *words[i] += kOtherOld * numbers[i];
  }
  return all;
}

AbstractStep AnySteps::run(const Key& key, const Reading& reading, StepInfo& info) {
  const ThreadId t = thread_id(key.thread);
  const auto kind = static_cast<Action::Kind>(key.kind);
  const State& before = reading.state;
  AbstractStep out;
  State state = before;
  out.done = machine_.done(before, t);
  Action action{kind, t};
  if (kind == Action::Kind::kSignal && is_at_start(t, key.local) && crowd_.is_queue(t)) {
    state.thread(t).signal_pending = 1;
    action.kind = Action::Kind::kStep;
    out.enabled = machine_.can_step(state, t);
  } else {
    out.enabled = kind == Action::Kind::kSignal ? !out.done && !before.thread(t).signal_pending : machine_.can_step(before, t);
  }
  if (!out.enabled) return out;
  machine_.execute(state, action, info, &coverage);
  note_reached(t, info);
  if (is_refcnt(info.address) && info.old_value != info.new_value) refcnt_edges.emplace(info.old_value, info.new_value);
  out.violations = info.violations;
  out.counts = key.counts;
  check_simulated(before, info);
  if (t == crowd_.readers) {
    const Counts was = added_by(before.thread(t)), is = added_by(state.thread(t));
    for (std::size_t c = 0; c < kCounters; ++c) {
      const int change = int{is[c]} - int{was[c]}, total = int{key.counts[c]} + change;
      if (change > 1 || change < -1) broken("a reader moves a count by more than 1", t, info.pc);
      if (change != 0) note_moved(bit_of(kAllCounters[c].kind));
      out.counts[c] = static_cast<std::uint8_t>(std::max(total, 0));
    }
    check_reader(state, info.pc);
  }
  if (!crowd_.endless_sequences()) {
    out.local = place_of(state, t);
    out.shared = base_of(state, out.counts);
    return out;
  }
  if (reading.taken_for.value != kNoThread) {
    for (Word& word : state.thread(t).registers) rename_task(word, reading.taken_for, crowd_.ended);
  }
  check_words(state, info);
  const Word was = before.mms[0][MmField::kMmLockSeq], is = state.mms[0][MmField::kMmLockSeq];
  out.moved_on = is != was;
  if (out.moved_on && is != was + 1) broken("mm_lock_seq becomes what is not its next number", t, info.pc);
  const bool queue = crowd_.is_queue(t);
  if (queue && action.kind == Action::Kind::kStep) check_queue(before, state, info);
  out.local = place_of(state, t);
  if (queue && machine_.done(state, t)) end_of_queue(t, state, info, out);
  out.shared = base_of(state, out.counts);
  return out;
}

/// The next one stands at the beginning.
void AnySteps::end_of_queue(ThreadId queue, State& state, const StepInfo& info, AbstractStep& out) {
  ThreadState& thread = state.thread(queue);
  if (holds_anything(thread)) broken("a thread of which there is any number ends while it still holds something", queue, info.pc);
  thread.task_state = kTaskRunning;
  thread.signal_pending = 0;
  const auto rename = [&](Word& word) { rename_task(word, queue, crowd_.ended); };
  for (MmState& mm : state.mms) {
    std::for_each(mm.fields.begin(), mm.fields.end(), rename);
    Word& lock = mm[MmField::kMmapLock];
    if (lock == (MmState::kWriterBit | queue.value)) lock = MmState::kWriterBit | crowd_.ended.value;
  }
  for (VmaState& vma : state.vmas) std::for_each(vma.fields.begin(), vma.fields.end(), rename);
  std::for_each(state.globals.begin(), state.globals.end(), rename);
  out.ended = queue.value;
  out.local = start(queue);
}

/// What is done with 3 has to be done with 4.
void AnySteps::second_opinion(const Key& key, const std::vector<AbstractStep>& of_many) {
  for (std::size_t c = 0; c < kCounters; ++c) {
    if (key.counts[c] != kOfMany) continue;
    Counts more = key.counts;
    more[c] = kMore;
    const std::vector<AbstractStep>& other = of(key.shared, thread_id(key.thread), static_cast<Action::Kind>(key.kind), key.local, more);
    const auto alike = [&](const AbstractStep& a, const AbstractStep& b) {
      if (a.enabled != b.enabled || a.violations != b.violations) return false;
      return !a.enabled || (a.shared == b.shared && a.moved_on == b.moved_on && a.ended == b.ended &&
                            local.get(a.local).pc == local.get(b.local).pc && a.counts[c] + 1 == b.counts[c]);
    };
    if (std::equal(of_many.begin(), of_many.end(), other.begin(), other.end(), alike)) continue;
    broken("a step does otherwise with 3 references than with 4", thread_id(key.thread), local.get(key.local).pc);
  }
}

// ---- premises

/// What comes after a step that the machine cannot do is no run of any kernel, whatever is judged.
void AnySteps::check_simulated(const State& before, const StepInfo& info) {
  const ThreadId t = info.action.thread;
  if (info.is_not_simulated()) {
    return broken("this cannot be simulated: " + violation_text(machine_, info, properties::kNoWarning), t, info.detail_pc);
  }
  constexpr PropertySet warning = bit_of(properties::kNoWarning);
  if ((info.violations & warning) == 0 || (judged_ & warning) != 0) return;
  // A step that breaks more than one thing names the first of them. Where a warning does not end the search, what cannot be
  // simulated must not hide behind another.
  State again = before;
  StepInfo same;
  Coverage of_step = machine_.new_coverage();
  for (std::vector<bool>& ran : of_step.ran) std::fill(ran.begin(), ran.end(), false);
  machine_.execute(again, info.action, same, &of_step);
  const Program& program = machine_.program(t);
  const std::vector<bool>& ran = of_step.ran[static_cast<std::size_t>(machine_.program_index(t))];
  for (std::size_t pc = 0; pc < ran.size(); ++pc) {
    const Instr& instr = program.code[pc];
    const bool says_so = instr.op == Op::kWarn && instr.imm < program.strings.size() && program.strings[instr.imm] == kTooWide;
    const bool takes_lock = is_rwsem_op(instr.op) || instr.op == Op::kLock || instr.op == Op::kTryLock;
    if (!ran[pc] || !(says_so || takes_lock || (is_arithmetic(instr.op) && instr.imm != 0))) continue;
    return broken("a step that warns may be one that cannot be simulated", t, static_cast<Pc>(pc));
  }
}

/// What a reader must not do to stay one of many.
void AnySteps::check_reader(const State& state, Pc pc) {
  const ThreadState& reader = state.thread(crowd_.readers);
  if (reader.mmap_write != 0 || reader.locks[0] != 0) broken("a reader takes a lock that only one can have", crowd_.readers, pc);
  for (const Holds& holds : reader.holds) {
    if (holds.excluding || holds.write_locked) broken("a reader keeps others out", crowd_.readers, pc);
  }
  const Word name = task_address(crowd_.readers.value);
  const auto named = [name](const auto& words) { return std::find(words.begin(), words.end(), name) != words.end(); };
  bool by_name = named(state.globals);
  for (const MmState& mm : state.mms) by_name = by_name || named(mm.fields);
  for (const VmaState& vma : state.vmas) by_name = by_name || named(vma.fields);
  if (by_name) broken("a word of memory names a reader", crowd_.readers, pc);
}

/// What a thread must not do to be one of a queue: be at work without mmap_lock.
void AnySteps::check_queue(const State& before, const State& state, const StepInfo& info) {
  const ThreadId t = info.action.thread;
  const bool takes_it = (info.op == Op::kDownWrite || info.op == Op::kDownWriteKillable) && is_mmap_lock(info.address);
  if (before.thread(t).mmap_write == 0 && !takes_it) {
    return broken("a thread of which there is any number is at work before it holds mmap_lock for write", t, info.pc);
  }
  if (!machine_.done(state, t) && state.thread(t).mmap_write == 0) {
    broken("a thread of which there is any number is at work without mmap_lock held for write", t, state.thread(t).pc);
  }
}

/// Sequences are where sequences belong, and nothing else is.
void AnySteps::check_words(const State& state, const StepInfo& info) {
  const ThreadId t = info.action.thread;
  if (info.op == Op::kSignalPending && info.address != task_address(t.value)) broken("the signals of another thread are looked at", t, info.pc);
  const auto none = [](const auto& words) { return std::none_of(words.begin(), words.end(), is_sequence); };
  bool elsewhere = !none(state.globals);
  for (const MmState& mm : state.mms) {
    for (std::size_t f = 0; f < mm.fields.size(); ++f)
      elsewhere = elsewhere || (is_sequence(mm.fields[f]) && f != static_cast<std::size_t>(MmField::kMmLockSeq));
  }
  bool no_sequence = !is_sequence(state.mms[0][MmField::kMmLockSeq]);
  for (std::size_t v = 0; v < static_cast<std::size_t>(machine_.limits().vmas); ++v) {
    const VmaState& vma = state.vmas[v];
    for (std::size_t f = 0; f < vma.fields.size(); ++f)
      elsewhere = elsewhere || (is_sequence(vma.fields[f]) && f != static_cast<std::size_t>(VmaField::kLockSeq));
    const Word mark = vma[VmaField::kLockSeq];
    no_sequence = no_sequence || (!is_sequence(mark) && mark != ~Word{0});
  }
  if (elsewhere) broken("a sequence number is stored where none belongs", t, info.pc);
  if (no_sequence) broken("a sequence becomes what is no sequence number", t, info.pc);
}

/// A program is looked through again when an instruction runs for the first time, or reaches something for the first time.
void AnySteps::note_reached(ThreadId t, const StepInfo& info) {
  if (info.op == Op::kEnd) return;  // a signal
  const auto program = static_cast<std::size_t>(machine_.program_index(t));
  Reached& here = reached_[program][info.pc];
  Reached now = here;
  now.ran = true;
  const bool of_object = info.op == Op::kSlabAlloc || info.op == Op::kSlabFree || info.op == Op::kUseVma || info.op == Op::kChangeVma;
  if (const auto counter = counter_at(info.address); counter && !of_object) now.counters |= bit_of(*counter);
  if (crowd_.endless_sequences()) {
    now.sequence = now.sequence || is_lock_seq(info.address) || is_mm_seq(info.address);
    now.task = now.task || ((info.op == Op::kLoad || info.op == Op::kAtomic) && address_kind(info.result) == ObjectKind::kTask);
  }
  if (now == here) return;
  here = now;
  looked_through_[program] = false;
}

void AnySteps::note_moved(CounterKinds kind) {
  if ((moved_ & kind) != 0) return;
  moved_ |= kind;
  std::fill(looked_through_.begin(), looked_through_.end(), false);
}

void AnySteps::look_through() {
  for (int t = 0; t < machine_.thread_count(); ++t) {
    const auto program = static_cast<std::size_t>(machine_.program_index(thread_id(t)));
    if (looked_through_[program]) continue;
    looked_through_[program] = true;
    std::vector<Followed> followed;
    for (const Reached& here : reached_[program]) followed.push_back({here.ran, (here.counters & moved_) != 0, here.sequence, here.task});
    for (BrokenPremise& one : broken_premises(machine_, thread_id(t), followed)) premises.insert(std::move(one));
  }
}

}  // namespace vmalab::check

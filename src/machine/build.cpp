// SPDX-License-Identifier: GPL-2.0-only
// From a scenario to a machine: objects, initial state, programs. And expressions over a state.
#include <algorithm>
#include <cassert>

#include "lang/arithmetic.h"
#include "machine/executor.h"

namespace vmalab {
namespace {

Result<Word> mm_number(const Scenario& scenario, const std::string& name) {
  for (std::size_t m = 0; m < scenario.mms.size(); ++m) {
    if (scenario.mms[m].name == name) return static_cast<Word>(m);
  }
  return fail("there is no mm named '" + name + "'", scenario.name);
}

/// Memory at the start; threads at their first instruction.
Result<State> lay_out(const Scenario& scenario) {
  if (scenario.mms.size() > kMaxMms || scenario.vmas.size() > kMaxVmas || scenario.threads.size() > kMaxThreads || scenario.threads.empty()) {
    return fail("a scenario has at most " + std::to_string(kMaxMms) + " mms, at most " + std::to_string(kMaxVmas) + " VMAs and 1 to " +
                    std::to_string(kMaxThreads) + " threads",
                scenario.name);
  }
  State state;
  std::memset(static_cast<void*>(&state), 0, sizeof state);
  for (std::size_t m = 0; m < scenario.mms.size(); ++m) {
    state.mms[m][MmField::kMmCount] = scenario.mms[m].count;
    state.mms[m][MmField::kMmUsers] = 1;
    state.mms[m][MmField::kMmLockSeq] = scenario.mms[m].lock_seq;
  }
  for (std::size_t v = 0; v < scenario.vmas.size(); ++v) {
    const VmaSetup& setup = scenario.vmas[v];
    VmaState& vma = state.vmas[v];
    vma[VmaField::kLockSeq] = ~Word{0};
    if (setup.mm.empty()) {
      vma.refcnt_unset = 1;
      continue;
    }
    const auto mm = mm_number(scenario, setup.mm);
    if (!mm) return tl::unexpected(mm.error());
    vma.allocated = 1;
    vma[VmaField::kMm] = mm_address(static_cast<int>(*mm));
    vma[VmaField::kStart] = setup.start;
    vma[VmaField::kEnd] = setup.end;
    if (!setup.attached) continue;
    vma.attach_reference = 1;
    vma[VmaField::kRefcnt] = 1;
    for (Word page = setup.start >> kPageShift; page < kMaxPages && page << kPageShift < setup.end; ++page) {
      state.mms[*mm][MmField::kMmMt] |= static_cast<Word>(v + 1) << (4 * page);
    }
  }
  return state;
}

/// Walks up from the thread's program counter without building a list.
bool in_function(const Machine& machine, const State& state, ThreadId t, std::string_view name) {
  const Program& program = machine.program(t);
  if (machine.done(state, t)) return false;
  for (std::size_t frame = program.code[state.thread(t).pc].frame;; frame = program.frames[frame].parent) {
    if (program.frames[frame].function == name) return true;
    if (program.frames[frame].parent == frame) return false;
  }
}

/// The places that an answer depends on. `next`: the instruction of thread t that comes.
void read_by_answer(Query query, ThreadId t, Word vma, Word mm, const Instr& next, std::vector<Place>& read) {
  const auto of_thread = [&](Place::Kind kind, Word what = 0) { read.push_back(Place::of_thread(kind, t, what)); };
  const auto of_both = [&](Place::Kind kind) {
    if (names_vma(vma)) of_thread(kind, vma_address(address_object(vma)));
  };
  const auto of_vma = [&](Place::Kind kind) {
    if (names_vma(vma)) read.push_back(Place::of_vma(kind, vma));
  };
  switch (query) {
    case Query::kDone:
    case Query::kBlocked: return of_thread(Place::Kind::kStatus);
    case Query::kAsleep:
    case Query::kWoken:
      of_thread(Place::Kind::kPc);
      of_thread(Place::Kind::kSignal);
      return read.push_back(Place::word(task_address(t.value)));
    case Query::kReadLocked: return of_both(Place::Kind::kReadLock);
    case Query::kWriteLocked: return of_both(Place::Kind::kWriteLock);
    case Query::kReferences: return of_both(Place::Kind::kReferences);
    case Query::kExcluding: return of_both(Place::Kind::kExcluding);
    case Query::kAttached: return of_vma(Place::Kind::kAttached);
    case Query::kAllocated: return of_vma(Place::Kind::kAllocated);
    case Query::kInFunction: return of_thread(Place::Kind::kPc);
    case Query::kMmapRead:
    case Query::kMmapWrite:
      if (address_kind(mm) == ObjectKind::kMm) of_thread(Place::Kind::kHeld, mm_address(address_object(mm)));
      return;
    case Query::kReturned:
      of_thread(Place::Kind::kStatus);
      if (next.op == Op::kEnd && next.a.kind == Operand::Kind::kRegister) of_thread(Place::Kind::kRegister, next.a.value);
  }
}

Word answer(const Machine& machine, const State& state, const Program& expression, const Instr& query, Word a, Word b, std::vector<Place>* read) {
  const auto pick = [&](ObjectKind kind) { return address_kind(a) == kind ? a : b; };
  const Word task = pick(ObjectKind::kTask), vma = pick(ObjectKind::kVma), mm = pick(ObjectKind::kMm);
  const auto about_task = [&] { return address_kind(task) == ObjectKind::kTask && address_object(task) < machine.thread_count(); };
  const auto about_vma = [&] { return address_kind(vma) == ObjectKind::kVma && address_object(vma) < kMaxVmas; };
  const auto about_mm = [&] { return address_kind(mm) == ObjectKind::kMm && address_object(mm) < kMaxMms; };
  const ThreadId t = thread_id(about_task() ? address_object(task) : 0);
  const ThreadState& thread = state.thread(t);
  const auto v = static_cast<std::size_t>(about_vma() ? address_object(vma) : 0);
  const int m = about_mm() ? address_object(mm) : 0;
  const Instr& next = machine.program(t).code[thread.pc];
  if (read != nullptr) read_by_answer(static_cast<Query>(query.imm), t, vma, mm, next, *read);
  switch (static_cast<Query>(query.imm)) {
    case Query::kDone: return about_task() && machine.done(state, t);
    case Query::kBlocked: return about_task() && !machine.done(state, t) && !machine.can_step(state, t);
    case Query::kAsleep: return about_task() && next.op == Op::kSchedule && thread.task_state != kTaskRunning;
    case Query::kReadLocked: return about_task() && about_vma() && thread.holds[v].read_locks > 0;
    case Query::kWriteLocked: return about_task() && about_vma() && thread.holds[v].write_locked;
    case Query::kReferences: return about_task() && about_vma() ? thread.holds[v].references : 0u;
    case Query::kExcluding: return about_task() && about_vma() && thread.holds[v].excluding;
    case Query::kAttached: return about_vma() && state.vmas[v].attach_reference;
    case Query::kAllocated: return about_vma() && state.vmas[v].allocated;
    case Query::kInFunction: return about_task() && b < expression.strings.size() && in_function(machine, state, t, expression.strings[b]);
    case Query::kMmapRead: return about_task() && about_mm() && (thread.mmap_read >> m & 1) != 0;
    case Query::kMmapWrite: return about_task() && about_mm() && (thread.mmap_write >> m & 1) != 0;
    case Query::kWoken: return about_task() && next.op == Op::kSchedule && thread.task_state == kTaskRunning && !thread.signal_pending;
    case Query::kReturned: return about_task() && machine.done(state, t) ? machine.operand(state, t, next.a) : 0;
  }
  return 0;
}

}  // namespace

Result<Machine> Machine::from_programs(Scenario scenario, std::vector<Program> programs, std::vector<int> program_of, CodeBase code,
                                       ExtraWords words) {
  assert(program_of.size() == scenario.threads.size() && "every thread runs a program");
  auto state = lay_out(scenario);
  if (!state) return tl::unexpected(state.error());
  for ([[maybe_unused]] const Program& program : programs) {
    assert(program.live_in.size() == program.code.size() && program.code.back().op == Op::kEnd);
  }

  Machine machine;
  machine.thread_count_ = static_cast<int>(scenario.threads.size());
  machine.limits_.seq_mask = scenario.seq_bits >= 32 ? ~Word{0} : (Word{1} << scenario.seq_bits) - 1;
  machine.limits_.mms = static_cast<int>(scenario.mms.size());
  machine.limits_.vmas = static_cast<int>(scenario.vmas.size());
  machine.limits_.lockdep = scenario.config.lockdep;
  machine.limits_.signals = scenario.signals;
  machine.limits_.type_stable = scenario.type_stable;
  // Each grace period that has begun while a reader is in takes one epoch, and a thread or a head has only one at a time.
  std::size_t waiters = 0;
  for (std::size_t t = 0; t < program_of.size(); ++t) {
    const std::vector<Instr>& run = programs[static_cast<std::size_t>(program_of[t])].code;
    const auto first = [&](Op op, std::uint32_t imm) {
      return std::find_if(run.begin(), run.end(), [op, imm](const Instr& instr) { return instr.op == op && instr.imm == imm; });
    };
    if (first(Op::kGraceBegin, 0) != run.end()) ++waiters;
    machine.limits_.barriers = machine.limits_.barriers || first(Op::kGraceBegin, 1) != run.end();
    const auto take = first(Op::kRcuTake, 0);
    if (take == run.end()) continue;
    if (machine.limits_.rcu_heads.empty()) machine.limits_.first_rcu_thread = static_cast<int>(t);
    machine.limits_.rcu_heads.push_back(take->a.value);
  }
  machine.limits_.grace_periods = waiters + machine.limits_.rcu_heads.size() > 0;
  if (waiters + machine.limits_.rcu_heads.size() >= RcuState::kEpochs) {
    return fail("cannot be judged: together, the objects that call_rcu() can be given and the threads that call synchronize_rcu() may be at most " +
                    std::to_string(RcuState::kEpochs - 1) + ", and here they are " + std::to_string(waiters + machine.limits_.rcu_heads.size()),
                scenario.name);
  }
  for (const ExtraWords::Entry& word : words.entries()) {
    if (word.kind == ObjectKind::kGlobal) state->globals[static_cast<std::size_t>(word.field)] = word.initial;
  }
  machine.extra_words_ = std::make_shared<const ExtraWords>(std::move(words));
  machine.objects_ = std::make_shared<const std::vector<ObjectName>>(object_names(scenario));
  machine.scenario_ = std::make_shared<const Scenario>(std::move(scenario));
  machine.code_ = std::make_shared<const CodeBase>(std::move(code));
  machine.programs_ = std::make_shared<const std::vector<Program>>(std::move(programs));
  machine.program_of_ = std::move(program_of);

  for (const Program& program : *machine.programs_) {
    Coverage& none = machine.initial_coverage_;
    for (auto* of : {&none.ran, &none.jumped, &none.passed}) of->emplace_back(program.code.size());
  }
  if (machine.scenario_->ordering != Ordering::kSc) {
    Locations::Threads threads{{}, machine.limits_.rcu_heads};
    for (const int p : machine.program_of_) threads.programs.push_back(&(*machine.programs_)[static_cast<std::size_t>(p)]);
    auto locations = Locations::find(threads, machine.limits_);
    if (!locations) return tl::unexpected(locations.error());
    const auto setting = std::make_shared<WeakSetting>(std::move(*locations), machine.thread_count_);
    setting->postpones = machine.scenario_->ordering == Ordering::kLkmmLb;
    machine.weak_ = setting;
  }
  StepInfo info;
  // What a thread does before its first step only it can know; and all of them stand where they begin.
  for (int t = 0; t < machine.thread_count_; ++t) {
    const ThreadId id = thread_id(t);
    std::optional<WeakMemory> weak;
    if (machine.weak_) weak.emplace(*machine.weak_, *state, id, machine.thread_count_);
    Executor(machine, *state, id, info, &machine.initial_coverage_, nullptr, weak ? &*weak : nullptr).run_local();
  }
  machine.initial_ = *state;
  machine.begins_not_simulated_ = info.is_not_simulated();
  machine.initial_violations_ = info.violations | machine.judge(*state, machine.facts(*state));
  if (machine.stuck(*state)) machine.initial_violations_ |= bit_of(properties::kNoStuck);
  return machine;
}

Word Machine::evaluate(const Program& expression, const State& state, std::vector<Place>* read) const {
  // Loads go past the executor: looking at a state is no access that a check could object to.
  const auto peek = [&](Word address) {
    if (!Memory::exists(address, thread_count_)) return Word{0};
    if (read != nullptr) read->push_back(Place::word(address));
    return Memory::peek(state, address);
  };
  ThreadState scratch;
  std::memset(static_cast<void*>(&scratch), 0, sizeof scratch);
  const auto value = [&](const Operand& o) { return operand_value(scratch, ThreadId{0}, o); };
  for (std::size_t pc = 0; pc < expression.code.size();) {
    const Instr& i = expression.code[pc++];
    const Word a = value(i.a), b = value(i.b);
    Word result = 0;
    if (is_arithmetic(i.op)) {
      scratch.registers[i.dst] = arithmetic(i.op, i.imm, a, b);
      continue;
    }
    switch (i.op) {
      case Op::kJump: pc = i.target; continue;
      case Op::kJumpIf:
        if (a != 0) pc = i.target;
        continue;
      case Op::kJumpIfNot:
        if (a == 0) pc = i.target;
        continue;
      case Op::kLoad: result = peek(a); break;
      case Op::kTreeLoad: {
        const Word page = b >> kPageShift;
        const Word number = page < kMaxPages ? peek(a) >> (4 * page) & 0xf : 0;
        result = number == 0 ? 0 : vma_address(static_cast<int>(number) - 1);
        break;
      }
      case Op::kRwsemIsLocked: result = peek(a) != 0; break;
      case Op::kSignalPending: {
        const bool task = address_kind(a) == ObjectKind::kTask && address_object(a) < thread_count_;
        if (task && read != nullptr) read->push_back(Place::of_thread(Place::Kind::kSignal, thread_id(address_object(a))));
        result = task && (b & kTaskSignalEnds) != 0 && state.threads[static_cast<std::size_t>(address_object(a))].signal_pending;
        break;
      }
      case Op::kQuery: result = answer(*this, state, expression, i, a, b, read); break;
      case Op::kEnd: return a;
      default: continue;  // barriers and the like have nothing to say about a state
    }
    if (i.dst != kNoRegister) scratch.registers[i.dst] = result;
  }
  return 0;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Instructions one by one, on programs made by hand: what each does to memory, registers and ghost facts.
#include <doctest/doctest.h>

#include "machine/describe.h"
#include "machine/state.h"
#include "machine/test_run.h"

namespace vmalab::testing {

TEST_CASE("build runs local instructions up to the first visible one") {
  const Machine m = machine_of({program(
      {op(Op::kMove, constant(7), {}, 2), op(Op::kRcuLock), op(Op::kLoad, kRefcnt, {}, 3), op(Op::kRcuUnlock), op(Op::kAdd, reg(2), reg(3), 4)})});
  Run run(m);
  CHECK(run.words().threads[0].pc == 2);
  CHECK(run.words().threads[0].rcu_depth == 1);
  CHECK(run.reg(0, 2) == 7);
  CHECK(m.initial_violations() == 0);
  const StepInfo& info = run.step(0);
  CHECK(info.op == Op::kLoad);
  CHECK(info.pc == 2);
  CHECK(info.next_pc == 5);
  CHECK(info.finished);
  CHECK(info.address == vma_address(0));
  CHECK(info.result == 1);
  CHECK(run.reg(0, 4) == 8);
  CHECK(run.words().threads[0].rcu_depth == 0);
  CHECK(run.violations == 0);
  CHECK(m.all_done(run.state));
}

TEST_CASE("coverage includes what ran before the first step") {
  const Machine m = machine_of({program({op(Op::kFence), op(Op::kLoad, kRefcnt, {}, 0), jump(Op::kJumpIf, 4, reg(0)), op(Op::kFence)})});
  Coverage coverage = m.new_coverage();
  CHECK(coverage.ran[0] == std::vector<bool>{true, false, false, false, false});
  State state = m.initial();
  StepInfo info;
  m.step(state, {Action::Kind::kStep, ThreadId{0}}, info, &coverage);
  CHECK(coverage.ran[0] == std::vector<bool>{true, true, true, false, true});
}

TEST_CASE("dead registers read as zero at the next visible instruction") {
  Program p = program({op(Op::kMove, constant(7), {}, 2), op(Op::kMove, constant(8), {}, 3), op(Op::kLoad, kRefcnt, {}, 0)});
  p.live_in[2] = 1u << 3;
  p.live_in[3] = 0;
  const Machine m = machine_of({p});
  CHECK(m.initial().threads[0].registers[2] == 0);
  CHECK(m.initial().threads[0].registers[3] == 8);
  Run run(m);
  run.step(0);
  CHECK(run.reg(0, 3) == 0);
  CHECK(run.reg(0, 0) == 0);
}

TEST_CASE("arithmetic is 32 bits, signed where C says so") {
  const Machine m = machine_of(
      {program({op(Op::kLoad, kLockSeq, {}, 0), op(Op::kAdd, reg(0), constant(2), 1), op(Op::kLtS, reg(0), constant(0), 2),
                op(Op::kLtU, reg(0), constant(0), 3), op(Op::kSar, reg(0), constant(4), 4), op(Op::kShr, reg(0), constant(28), 5),
                op(Op::kNegate, constant(11), {}, 6), op(Op::kComplement, constant(0), {}, 7)})});
  Run run(m);
  run.step(0);
  CHECK(run.reg(0, 0) == ~Word{0});
  CHECK(run.reg(0, 1) == 1);
  CHECK(run.reg(0, 2) == 1);
  CHECK(run.reg(0, 3) == 0);
  CHECK(run.reg(0, 4) == ~Word{0});
  CHECK(run.reg(0, 5) == 15);
  CHECK(is_error_pointer(run.reg(0, 6)));
  CHECK(run.reg(0, 7) == ~Word{0});
}

TEST_CASE("a reader's reference comes and goes") {
  const Machine m = machine_of({program({read_lock(), lock_return(), op(Op::kUseVma, kVma0), put()})});
  Run run(m);
  const StepInfo& info = run.step(0);
  CHECK(info.old_value == 1);
  CHECK(info.new_value == 2);
  CHECK(info.result == 1);
  CHECK(run.reg(0, 1) == 1);
  CHECK(run.holds(0).references == 1);
  CHECK(run.holds(0).read_locks == 1);
  run.finish(0);
  CHECK(run.refcnt() == 1);
  CHECK(run.holds(0).references == 0);
  CHECK(run.holds(0).read_locks == 0);
  CHECK(run.violations == 0);
}

TEST_CASE("FLAG keeps new references out, and comes off again") {
  const Machine m = machine_of({program({add_flag(), sub_flag()}), program({read_lock()})});
  Run run(m);
  run.step(0);
  CHECK(run.refcnt() == kExcludeReadersFlag + 1);
  CHECK(run.holds(0).excluding);
  run.step(1);
  CHECK(run.info.result == 0);
  CHECK(run.reg(1, 1) == kExcludeReadersFlag + 1);
  CHECK(run.refcnt() == kExcludeReadersFlag + 1);
  run.step(0);
  CHECK(run.refcnt() == 1);
  CHECK_FALSE(run.holds(0).excluding);
  CHECK(run.violations == 0);
}

TEST_CASE("0 is raised neither by readers nor by FLAG, only by attach") {
  const Machine m = machine_of({program({put(), read_lock(), add_flag(), op(Op::kRefSet, kRefcnt, constant(1))})});
  Run run(m);
  run.step(0);
  CHECK(run.refcnt() == 0);
  CHECK(run.info.result == 1);
  CHECK(run.words().vmas[0].attach_reference == 0);
  run.step(0);
  CHECK(run.info.result == 0);
  run.step(0);
  CHECK(run.info.result == 0);
  CHECK(run.refcnt() == 0);
  run.step(0);
  CHECK(run.refcnt() == 1);
  CHECK(run.words().vmas[0].attach_reference == 1);
  CHECK_FALSE(has(run.violations, properties::kDetachedStays));
}

TEST_CASE("mmap_lock: who has it for read may try for it again, and holds it until it has given back as much") {
  const Instr again = op(Op::kTryDownRead, kLock, {}, 0), up = op(Op::kUpRead, kLock), use = op(Op::kUseVma, kVma0);
  const Machine m = machine_of({program({op(Op::kDownRead, kLock), again, up, use, up}), program({op(Op::kDownWrite, kLock)})});
  Run run(m);
  run.step(0);
  CHECK(run.step(0).result == 1);
  CHECK(run.words().mms[0][MmField::kMmapLock] == 2);
  CHECK(activity_text(m, run.state, ThreadId{0}).find("for read, 2 times") != std::string::npos);
  run.step(0);
  CHECK(run.words().threads[0].mmap_read == 1);
  CHECK_FALSE(run.can_step(1));
  run.step(0);
  run.step(0);
  CHECK(run.done(0));
  CHECK(run.words().threads[0].mmap_read == 0);
  CHECK(run.can_step(1));
  CHECK(run.violations == 0);
  const auto broken = [](std::vector<Instr> code) {
    const Machine one = machine_of({program(std::move(code))});
    Run all(one);
    all.finish(0);
    CHECK(all.done(0));
    return has(all.violations, properties::kNoWarning);
  };
  CHECK(broken({op(Op::kDownRead, kLock), op(Op::kDownRead, kLock), up, up}));  // one that waits may wait for ever
  CHECK(broken({op(Op::kDownRead, kLock), again, up}));
  CHECK(broken({op(Op::kDownRead, kLock), again, up, up, up}));
  CHECK_FALSE(broken({again, again, again, again, up, up, up, up}));
  CHECK(broken({again, again, again, again, again, up, up, up, up, up}));  // more than are counted
}

TEST_CASE("mmap_lock: a writer alone, or readers") {
  const Machine m = machine_of(
      {program({op(Op::kDownWrite, kLock), op(Op::kSeqBegin, kSeq), op(Op::kSeqEnd, kSeq), op(Op::kDowngradeWrite, kLock), op(Op::kUpRead, kLock)}),
       program({op(Op::kDownRead, kLock), op(Op::kUpRead, kLock)}),
       program({op(Op::kTryDownWrite, kLock, {}, 0), op(Op::kTryDownRead, kLock, {}, 1)})});
  Run run(m);
  run.step(0);
  CHECK(run.words().mms[0].write_locked());
  CHECK_FALSE(run.can_step(1));
  const Blocked why = m.blocked(run.state, ThreadId{1});
  CHECK(why.reason == Blocked::Reason::kMmapLock);
  CHECK(why.mm == MmId{0});
  CHECK(why.holders == std::vector{ThreadId{0}});
  CHECK_FALSE(why.signal_would_free);
  run.step(2);
  CHECK(run.reg(2, 0) == 0);
  run.step(0);
  CHECK(run.words().mms[0][MmField::kMmLockSeq] == 1);
  run.step(0);
  CHECK_FALSE(run.can_step(1));
  run.step(0);
  CHECK(run.words().mms[0][MmField::kMmapLock] == 1);
  run.step(1);
  CHECK(run.words().mms[0][MmField::kMmapLock] == 2);
  run.finish(0);
  CHECK(run.violations == 0);
  run.finish(1);
  CHECK(run.words().mms[0][MmField::kMmapLock] == 0);
  run.step(2);
  CHECK(run.reg(2, 1) == 1);
  CHECK(run.violations == bit_of(properties::kNoWarning));  // t2 ends with mmap_lock held
}

TEST_CASE("killable waits give up on a fatal signal, and only then") {
  Scenario scenario = hand_made_scenario(2);
  scenario.signals = true;
  const Machine m = machine_of(
      scenario,
      {program({op(Op::kDownRead, kLock), op(Op::kUpRead, kLock)}),
       program({op(Op::kDownWriteKillable, kLock, {}, 0), jump(Op::kJumpIf, 4, reg(0)), op(Op::kSeqBegin, kSeq), op(Op::kUpWrite, kLock)})});
  Run run(m);
  run.step(0);
  CHECK_FALSE(run.can_step(1));
  CHECK(m.blocked(run.state, ThreadId{1}).signal_would_free);
  ActionList list;
  m.enabled(run.state, list);
  CHECK(list.count == 3);
  CHECK(list.items[0] == Action{Action::Kind::kStep, ThreadId{0}});
  CHECK(list.items[1] == Action{Action::Kind::kSignal, ThreadId{0}});
  CHECK(list.items[2] == Action{Action::Kind::kSignal, ThreadId{1}});
  run.signal(1);
  m.enabled(run.state, list);
  CHECK_FALSE(list.contains({Action::Kind::kSignal, ThreadId{1}}));
  CHECK(run.can_step(1));
  run.step(1);
  CHECK(run.reg(1, 0) == static_cast<Word>(-4));
  CHECK(run.done(1));
  run.finish(0);
  CHECK(run.violations == 0);
}

TEST_CASE("a sleeper needs a wake, a wake before schedule() is not lost") {
  const std::vector<Instr> sleeper{op(Op::kStore, kWait, self()), op(Op::kSetTaskState, constant(kTaskUninterruptible)), op(Op::kSchedule),
                                   op(Op::kStore, kWait, constant(0))};
  const Machine m = machine_of(
      {program(sleeper), program({op(Op::kRcuLock), op(Op::kLoad, kWait, {}, 0), op(Op::kWakeUpProcess, reg(0), {}, 1), op(Op::kRcuUnlock)})});
  SUBCASE("asleep") {
    Run run(m);
    run.step(0);
    run.step(0);
    CHECK_FALSE(run.can_step(0));
    const Blocked why = m.blocked(run.state, ThreadId{0});
    CHECK(why.reason == Blocked::Reason::kSleeping);
    CHECK(why.holders == std::vector{ThreadId{1}});
    CHECK_FALSE(why.signal_would_free);
    run.step(1);
    CHECK(m.blocked(run.state, ThreadId{0}).holders == std::vector{ThreadId{1}});
    const StepInfo& wake = run.step(1);
    CHECK(wake.woken == 0);
    CHECK(wake.result == 1);
    CHECK(run.can_step(0));
    run.finish(0);
    CHECK(run.violations == 0);
  }
  SUBCASE("not yet asleep") {
    Run run(m);
    run.step(0);
    run.step(1);
    run.step(0);
    run.step(1);
    CHECK(run.info.woken == 0);
    CHECK(run.can_step(0));
    run.finish(0);
    CHECK(run.violations == 0);
  }
  SUBCASE("running: the wake finds nothing to do, and the sleep is for ever") {
    Run run(m);
    run.step(0);
    run.finish(1);
    CHECK(run.info.wake_target == 0);
    CHECK(run.info.woken == kNoThread);
    CHECK(run.reg(1, 1) == 0);
    run.step(0);
    CHECK(run.violations == bit_of(properties::kNoStuck));
  }
}

TEST_CASE("a fatal signal ends a killable sleep, whichever comes first") {
  Scenario scenario = hand_made_scenario(1);
  scenario.signals = true;
  const auto sleeper = [](Word state) {
    return program({op(Op::kSetTaskState, constant(state)), op(Op::kSignalPending, self(), constant(state), 0), op(Op::kSchedule)});
  };
  const Machine killable = machine_of(scenario, {sleeper(kTaskKillable)});
  SUBCASE("signal while asleep") {
    Run run(killable);
    run.step(0);
    run.step(0);
    CHECK(run.reg(0, 0) == 0);
    CHECK_FALSE(run.can_step(0));
    CHECK(killable.blocked(run.state, ThreadId{0}).signal_would_free);
    run.signal(0);
    CHECK(run.words().threads[0].task_state == kTaskRunning);
    CHECK(run.info.woken == 0);
    CHECK(run.can_step(0));
  }
  SUBCASE("signal before") {
    Run run(killable);
    run.signal(0);
    run.step(0);
    run.step(0);
    CHECK(run.reg(0, 0) == 1);
    CHECK(run.can_step(0));
    run.step(0);
    CHECK(run.words().threads[0].task_state == kTaskRunning);
    CHECK(run.violations == 0);
  }
  SUBCASE("uninterruptible") {
    const Machine m = machine_of(scenario, {sleeper(kTaskUninterruptible)});
    Run run(m);
    run.signal(0);
    run.step(0);
    run.step(0);
    CHECK(run.reg(0, 0) == 0);
    CHECK_FALSE(run.can_step(0));
    CHECK(has(run.violations, properties::kNoStuck));
  }
}

TEST_CASE("a wake of a waiter whose readers have not left is spurious") {
  const Machine m = machine_of({program({add_flag(), op(Op::kSetTaskState, constant(kTaskUninterruptible)), op(Op::kSchedule), sub_flag()}),
                                program({read_lock(), put()}), program({op(Op::kWakeUpProcess, constant(task_address(0)), {}, 0)})});
  Run run(m);
  run.step(1);
  run.step(0);
  run.step(0);
  CHECK(m.blocked(run.state, ThreadId{0}).holders == std::vector{ThreadId{1}, ThreadId{2}});
  SUBCASE("too early") {
    run.step(2);
    CHECK(run.info.spurious_wake);
  }
  SUBCASE("in time") {
    run.step(1);
    run.step(2);
    CHECK_FALSE(run.info.spurious_wake);
  }
  CHECK(run.info.woken == 0);
}

TEST_CASE("the tree and the slab") {
  Scenario scenario = matching_scenario(1);
  scenario.vmas.push_back({"vma1", "", 0, 0, false});
  const Operand owner = constant(vma_address(1, VmaField::kMm));
  const Machine m = machine_of(
      scenario, {program({op(Op::kDownWrite, kLock), op(Op::kSeqBegin, kSeq), op(Op::kSlabAlloc, {}, {}, 0), op(Op::kSlabAlloc, {}, {}, 1),
                          op(Op::kStore, owner, kMm0), tree_store(0x2000, 0x4000, reg(0)), op(Op::kTreeLoad, kTree, constant(0x3fff), 2),
                          op(Op::kTreeLoad, kTree, constant(0x1234), 3), op(Op::kTreeLoad, kTree, constant(0x4000), 4),
                          op(Op::kTreeLoad, kTree, constant(0xffff0000), 5), tree_erase(0x2000, 0x3000),
                          op(Op::kTreeLoad, kTree, constant(0x2000), 6), op(Op::kTreeLoad, kTree, constant(0x3000), 7), op(Op::kSlabFree, reg(0)),
                          op(Op::kSlabAlloc, {}, {}, 8), op(Op::kSeqEnd, kSeq), op(Op::kUpWrite, kLock)})});
  CHECK(m.initial().vmas[1].allocated == 0);
  Run run(m);
  run.finish(0);
  CHECK(run.violations == 0);
  CHECK(run.reg(0, 0) == vma_address(1));
  CHECK(run.reg(0, 1) == 0);
  CHECK(run.reg(0, 2) == vma_address(1));
  CHECK(run.reg(0, 3) == vma_address(0));
  CHECK(run.reg(0, 4) == 0);
  CHECK(run.reg(0, 5) == 0);
  CHECK(run.reg(0, 6) == 0);
  CHECK(run.reg(0, 7) == vma_address(1));
  CHECK(run.reg(0, 8) == vma_address(1));
}

TEST_CASE("sequence counters wrap at their width") {
  Scenario scenario = hand_made_scenario(1);
  scenario.seq_bits = 2;
  scenario.mms[0].lock_seq = 2;
  const Machine m = machine_of(scenario,
                               {program({op(Op::kDownWrite, kLock), op(Op::kSeqBegin, kSeq), op(Op::kSeqEnd, kSeq), op(Op::kUpWrite, kLock)})});
  Run run(m);
  run.step(0);
  run.step(0);
  CHECK(run.words().mms[0][MmField::kMmLockSeq] == 3);
  run.finish(0);
  CHECK(run.words().mms[0][MmField::kMmLockSeq] == 0);
  CHECK(run.words().vmas[0][VmaField::kLockSeq] == ~Word{0});
  CHECK(run.violations == 0);
}

TEST_CASE("one release of the sequence ends every write lock of that mm, and no other's") {
  Scenario scenario = matching_scenario(1);
  scenario.mms.push_back({"mm1", 1, scenario.mms[0].lock_seq});
  scenario.vmas.push_back({"vma1", "mm0", 0x2000, 0x3000, true});
  scenario.vmas.push_back({"vma2", "mm1", 0x1000, 0x2000, true});
  const Operand lock1 = constant(mm_address(1, MmField::kMmapLock)), seq1 = constant(mm_address(1, MmField::kMmLockSeq));
  std::vector<Instr> code{op(Op::kDownWrite, kLock), op(Op::kSeqBegin, kSeq), op(Op::kDownWrite, lock1), op(Op::kSeqBegin, seq1)};
  for (int v = 0; v < 3; ++v) code.push_back(lock_return(kMayTakeWriteLock, constant(vma_address(v))));
  code.insert(code.end(), {op(Op::kSeqEnd, kSeq), op(Op::kUpWrite, kLock), op(Op::kSeqEnd, seq1), op(Op::kUpWrite, lock1)});
  const Machine m = machine_of(scenario, {program(code)});
  Run run(m);
  for (int i = 0; i < 4; ++i) run.step(0);
  for (std::size_t v = 0; v < 3; ++v) CHECK(bool{run.words().threads[0].holds[v].write_locked != 0});
  run.step(0);
  CHECK_FALSE(bool{run.words().threads[0].holds[0].write_locked != 0});
  CHECK_FALSE(bool{run.words().threads[0].holds[1].write_locked != 0});
  CHECK(bool{run.words().threads[0].holds[2].write_locked != 0});
}

TEST_CASE("expressions look at a state without touching it") {
  const Machine m = machine_of({program({read_lock(), lock_return(), put()})});
  const auto value = [&](std::vector<Instr> code, const State& state) {
    Program p = program(std::move(code), {"hand_made", "elsewhere"});
    p.code.back().a = reg(0);
    return m.evaluate(p, state);
  };
  const auto query = [&](Query q, const State& state, Operand a, Operand b = {}) {
    Instr i = op(Op::kQuery, a, b, 0);
    i.imm = static_cast<std::uint32_t>(q);
    return value({i}, state);
  };
  const Operand t0 = constant(task_address(0));
  Run run(m);
  run.step(0);
  const State& s = run.state;
  CHECK(value({op(Op::kLoad, kRefcnt, {}, 1), op(Op::kEq, reg(1), constant(2), 0)}, s) == 1);
  CHECK(value({op(Op::kLoad, constant(0x12345), {}, 0)}, s) == 0);
  CHECK(value({op(Op::kTreeLoad, kTree, constant(0x1000), 0)}, s) == vma_address(0));
  CHECK(query(Query::kReadLocked, s, t0, kVma0) == 1);
  CHECK(query(Query::kReferences, s, t0, kVma0) == 1);
  CHECK(query(Query::kWriteLocked, s, t0, kVma0) == 0);
  CHECK(query(Query::kAttached, s, kVma0) == 1);
  CHECK(query(Query::kAllocated, s, {}, kVma0) == 1);
  CHECK(query(Query::kDone, s, t0) == 0);
  CHECK(query(Query::kBlocked, s, t0) == 0);
  CHECK(query(Query::kInFunction, s, t0, constant(0)) == 1);
  CHECK(query(Query::kInFunction, s, t0, constant(1)) == 0);
  const Instr signal = op(Op::kSignalPending, t0, constant(kTaskWakeKill), 0);
  CHECK(value({signal}, s) == 0);
  State killed = s;
  killed.threads[0].signal_pending = 1;
  CHECK(value({signal}, killed) == 1);
  run.step(0);
  CHECK(query(Query::kDone, s, t0) == 1);
  CHECK(query(Query::kReadLocked, s, t0, kVma0) == 0);
}

TEST_CASE("fingerprints tell states apart and never change") {
  const Machine m = machine_of({program({read_lock(), put()})});
  Run run(m);
  const std::uint64_t start = fingerprint(run.state, 1);
  run.step(0);
  CHECK(fingerprint(run.state, 1) != start);
  State copy = run.state;
  CHECK(fingerprint(copy, 1) == fingerprint(run.state, 1));
  copy.threads[0].holds[0].lockdep_shared = 1;
  CHECK(fingerprint(copy, 1) != fingerprint(run.state, 1));
  copy = run.state;
  copy.threads[1].pc = 5;  // not a thread of this scenario
  CHECK(fingerprint(copy, 1) == fingerprint(run.state, 1));
  State zero;
  std::memset(static_cast<void*>(&zero), 0, sizeof zero);
  CHECK(fingerprint(zero, 1) == 5565975318911217156u);  // pinned: traces carry these numbers
}

}  // namespace vmalab::testing

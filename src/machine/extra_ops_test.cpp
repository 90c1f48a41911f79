// SPDX-License-Identifier: GPL-2.0-only
// What code brings along besides the lock's own primitives: atomic operations, spinlocks, grace periods, searches in the tree.
#include <doctest/doctest.h>

#include <cstring>

#include "machine/describe.h"
#include "machine/state.h"
#include "machine/test_run.h"

namespace vmalab::testing {
namespace {

const Operand kWord0 = constant(global_address(0)), kWord1 = constant(global_address(1));
const Operand kExtraWord = constant(vma_address(0, VmaField::kExtra));

Instr atomic(Atomic kind, Operand address, Operand b, Operand c = {}, std::uint8_t dst = 0) {
  Instr i = op(Op::kAtomic, address, b, dst);
  i.c = c;
  i.imm = static_cast<std::uint32_t>(kind);
  return i;
}
Instr lock_op(Op o, Operand word, std::uint32_t mutex = 0, std::uint8_t dst = kNoRegister) {
  Instr i = op(o, word, {}, dst);
  i.imm = mutex;
  return i;
}
Word at(const Run& run, const Operand& address) { return run.words().globals[static_cast<std::size_t>(address_field(address.value))]; }

}  // namespace

TEST_CASE("an atomic operation reads and writes in one step") {
  const Machine m = machine_of({program(
      {atomic(Atomic::kAdd, kWord0, constant(5)), atomic(Atomic::kCompareExchange, kWord0, constant(5), constant(9), 1),
       atomic(Atomic::kCompareExchange, kWord0, constant(5), constant(1), 2), atomic(Atomic::kAddUnless, kWord0, constant(1), constant(9), 3),
       atomic(Atomic::kOr, kExtraWord, constant(6)), atomic(Atomic::kExchange, kWord1, constant(3))})});
  Run run(m);
  CHECK(run.step(0).result == 0);
  CHECK(at(run, kWord0) == 5);
  CHECK(run.step(0).result == 5);
  CHECK(run.step(0).result == 9);
  CHECK(run.step(0).result == 9);
  CHECK(at(run, kWord0) == 9);
  run.finish(0);
  CHECK(at(run, kWord1) == 3);
  CHECK(run.words().vmas[0].fields[static_cast<std::size_t>(VmaField::kExtra)] == 6);
  CHECK(run.violations == 0);
}

TEST_CASE("an atomic operation on vm_refcnt takes and drops references") {
  const Machine m = machine_of(
      {program({atomic(Atomic::kAdd, kRefcnt, constant(1)), atomic(Atomic::kCompareExchange, kRefcnt, constant(2), constant(1))})});
  Run run(m);
  run.step(0);
  CHECK(run.holds(0).references == 1);
  CHECK(run.violations == 0);
  run.step(0);
  CHECK(run.holds(0).references == 0);
  CHECK(run.violations == 0);
  const Machine wrong_machine = machine_of(
      {program({op(Op::kRefSet, kRefcnt, constant(0)), atomic(Atomic::kRefAddUnless, kRefcnt, constant(~Word{0}), constant(1))})});
  Run wrong(wrong_machine);
  wrong.step(0);
  wrong.step(0);
  CHECK(has(wrong.violations, properties::kRefcountSane));
}

TEST_CASE("a spinlock keeps others out, and its holder may not sleep") {
  const Machine m = machine_of({program({lock_op(Op::kLock, kWord0), lock_op(Op::kTryLock, kWord0, 0, 1), lock_op(Op::kUnlock, kWord0)}),
                                program({lock_op(Op::kLock, kWord0), lock_op(Op::kUnlock, kWord0)})});
  Run run(m);
  run.step(0);
  CHECK(run.words().threads[0].locks[0] == (lock_id(kWord0.value) | kSpinBit));
  CHECK_FALSE(run.can_step(1));
  CHECK(m.blocked(run.state, ThreadId{1}).reason == Blocked::Reason::kLock);
  CHECK(m.blocked(run.state, ThreadId{1}).holders == std::vector<ThreadId>{ThreadId{0}});
  CHECK(run.step(0).result == 0);
  run.step(0);
  CHECK(run.can_step(1));
  run.finish(1);
  CHECK(run.violations == 0);
  CHECK(at(run, kWord0) == 0);
  CHECK(run.words().threads[0].locks[0] == 0);

  const Machine sleeps_machine = machine_of(
      {program({lock_op(Op::kLock, kWord0), op(Op::kDownRead, kLock), op(Op::kUpRead, kLock), lock_op(Op::kUnlock, kWord0)})});
  Run sleeps(sleeps_machine);
  sleeps.step(0);
  sleeps.step(0);
  CHECK(sleeps.violations == only(properties::kNoWarning));
  const Machine mutex_machine = machine_of(
      {program({lock_op(Op::kLock, kWord0, 1), op(Op::kDownRead, kLock), op(Op::kUpRead, kLock), lock_op(Op::kUnlock, kWord0, 1)})});
  Run mutex(mutex_machine);
  mutex.finish(0);
  CHECK(mutex.violations == 0);
  const Machine stranger_machine = machine_of({program({lock_op(Op::kUnlock, kWord0)})});
  Run stranger(stranger_machine);
  stranger.step(0);
  CHECK(stranger.violations == only(properties::kNoWarning));
  const Machine kept_machine = machine_of({program({lock_op(Op::kLock, kWord0)})});
  Run kept(kept_machine);
  kept.step(0);
  CHECK(kept.violations == only(properties::kNoWarning));
}

TEST_CASE("a thread ends in the state RUNNING") {
  const Machine m = machine_of({program({op(Op::kSetTaskState, constant(kTaskUninterruptible)), op(Op::kSetTaskState, constant(kTaskRunning))}),
                                program({op(Op::kSetTaskState, constant(kTaskUninterruptible))})});
  Run run(m);
  run.finish(0);
  CHECK(run.violations == 0);
  const StepInfo last = run.step(1);
  CHECK(run.violations == only(properties::kNoWarning));
  CHECK(violation_text(m, last, properties::kNoWarning) == "t1 ends in the state UNINTERRUPTIBLE, not RUNNING");
}

TEST_CASE("a rwsem of the code's own is shared by readers, and gives no right to a VMA") {
  const Machine m = machine_of({program({op(Op::kDownWrite, kWord0), op_imm(Op::kRwsemAssertHeld, kWord0, 1), op(Op::kDowngradeWrite, kWord0),
                                         op_imm(Op::kRwsemAssertHeld, kWord0, 0), op(Op::kUpRead, kWord0)}),
                                program({op(Op::kDownRead, kWord0), op(Op::kRwsemIsLocked, kWord0, {}, 1), op(Op::kUpRead, kWord0)}),
                                program({op(Op::kTryDownWrite, kWord0, {}, 1)})});
  Run run(m);
  run.step(0);
  CHECK(at(run, kWord0) == MmState::kWriterBit);
  CHECK(run.words().threads[0].mmap_write == 0);
  CHECK(run.words().threads[0].locks[0] == lock_id(kWord0.value));
  CHECK_FALSE(run.can_step(1));
  CHECK(m.blocked(run.state, ThreadId{1}).reason == Blocked::Reason::kLock);
  CHECK(m.blocked(run.state, ThreadId{1}).holders == std::vector<ThreadId>{ThreadId{0}});
  CHECK(blocked_text(m, run.state, ThreadId{1}).find("held by t0") != std::string::npos);
  run.step(0);
  CHECK(at(run, kWord0) == 1);
  CHECK(run.words().threads[0].locks[0] == (lock_id(kWord0.value) | kSharedBit));
  run.step(1);
  CHECK(at(run, kWord0) == 2);
  CHECK(run.step(2).result == 0);
  CHECK(run.step(1).result == 1);
  run.finish(1);
  run.finish(0);
  CHECK(at(run, kWord0) == 0);
  CHECK(run.words().threads[0].locks[0] == 0);
  CHECK(run.violations == 0);

  const auto broken = [](std::vector<Instr> code) {
    const Machine machine = machine_of({program(std::move(code))});
    Run one(machine);
    one.finish(0);
    return one.violations;
  };
  CHECK(broken({op(Op::kUpRead, kWord0)}) == only(properties::kNoWarning));
  CHECK(broken({op(Op::kDownRead, kWord0), op(Op::kUpWrite, kWord0), op(Op::kUpRead, kWord0)}) == only(properties::kNoWarning));
  CHECK(broken({op(Op::kDownRead, kWord0), op(Op::kDownRead, kWord0), op(Op::kUpRead, kWord0), op(Op::kUpRead, kWord0)}) ==
        only(properties::kNoWarning));
  CHECK(broken({op(Op::kDownWrite, kWord0)}) == only(properties::kNoWarning));
  CHECK(broken({op(Op::kDownRead, kWord0), op_imm(Op::kRwsemAssertHeld, kWord0, 1), op(Op::kUpRead, kWord0)}) == only(properties::kNoWarning));
  CHECK(broken({op(Op::kDownWrite, kWord0), op(Op::kUseVma, kVma0), op(Op::kUpWrite, kWord0)}) == only(properties::kUseLocked));
}

TEST_CASE("a grace period waits for those who were inside, and for nobody else") {
  const Program reader = program({op(Op::kRcuLock), op(Op::kLoad, kWord0, {}, 0), op(Op::kLoad, kWord0, {}, 0), op(Op::kRcuUnlock)});
  const Program waiter = program({op(Op::kGraceBegin), op(Op::kGraceWait)});
  const Machine m = machine_of({waiter, reader, reader});
  Run early(m);
  early.step(1);
  early.step(0);
  CHECK_FALSE(early.can_step(0));
  CHECK(m.blocked(early.state, ThreadId{0}).reason == Blocked::Reason::kGracePeriod);
  early.step(2);  // came in later: not waited for
  early.step(1);
  CHECK(early.can_step(0));
  early.finish(0).finish(2);
  CHECK(early.violations == 0);
  CHECK(early.words().rcu.empty());
  CHECK(early.words().rcu.epoch == 0);
  // All are out, and one comes in, before the waiter sees that its grace period is over.
  Run late(m);
  late.step(1);
  late.step(0);
  CHECK(m.blocked(late.state, ThreadId{0}).holders == std::vector<ThreadId>{ThreadId{1}});
  late.finish(1);
  late.step(2);
  CHECK(late.can_step(0));
  Run both(m);
  both.step(1);
  both.step(0);
  both.step(2);
  CHECK(m.blocked(both.state, ThreadId{0}).holders == std::vector<ThreadId>{ThreadId{1}});
  Run free(m);
  CHECK(free.step(0).result == kNoGracePeriod);
  CHECK(free.words().rcu.waits[0] == 0);
  free.step(1);
  CHECK(free.can_step(0));
  const Machine inside_machine = machine_of(
      {program({op(Op::kRcuLock), op(Op::kGraceBegin), op(Op::kLoad, kWord0, {}, 1), op(Op::kGraceWait), op(Op::kRcuUnlock)})});
  Run inside(inside_machine);
  inside.step(0);
  CHECK(has(inside.violations, properties::kRcuBalanced));
  // Where nobody waits for one, nothing is counted.
  const Machine none_machine = machine_of({reader});
  Run none(none_machine);
  none.step(0);
  CHECK(none.words().rcu.empty());
}

TEST_CASE("a search in the tree gives the first VMA at or after an address, and where it ends") {
  Instr find = op(Op::kTreeFind, kTree, constant(0), 0, 1);
  find.c = constant(~Word{0});
  Instr beyond = find, bounded = find;
  beyond.b = constant(0x2000);
  bounded.c = constant(0x0fff);
  const Machine m = machine_of({program({op(Op::kDownRead, kLock), find, beyond, bounded, op(Op::kUpRead, kLock)})});
  Run run(m);
  run.step(0);
  run.step(0);
  CHECK(run.reg(0, 0) == vma_address(0));
  CHECK(run.reg(0, 1) == 0x2000);
  CHECK(run.step(0).result == 0);
  CHECK(run.step(0).result == 0);
  run.finish(0);
  CHECK(run.violations == 0);
}

TEST_CASE("a count that is added to by more than 1 keeps to its limit") {
  Instr add = read_lock();
  add.c = constant(3);
  add.b = constant(4);
  const Machine m = machine_of({program({add, add})});
  Run run(m);
  CHECK(run.step(0).result == 1);
  CHECK(run.refcnt() == 4);
  CHECK(run.holds(0).references == 3);
  CHECK(run.step(0).result == 0);
}

}  // namespace vmalab::testing

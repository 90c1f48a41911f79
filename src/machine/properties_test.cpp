// SPDX-License-Identifier: GPL-2.0-only
// Every check: a program that breaks it, and one close by that does not.
#include "machine/property.h"

#include <doctest/doctest.h>

#include "machine/test_run.h"

namespace vmalab::testing {
namespace {

/// What all steps of a single thread violate together.
PropertySet violations_of(std::vector<Instr> code, Scenario scenario = hand_made_scenario(1)) {
  const Machine m = machine_of(std::move(scenario), {program(std::move(code))});
  Run run(m);
  run.violations = m.initial_violations();
  run.finish(0);
  CHECK(run.done(0));
  return run.violations;
}

const Instr kDownWriteLock = op(Op::kDownWrite, kLock);
const Instr kBegin = op(Op::kSeqBegin, kSeq);
const Instr kEndSeq = op(Op::kSeqEnd, kSeq);
const Instr kUp = op(Op::kUpWrite, kLock);

/// Code between taking and releasing mmap_lock for write.
std::vector<Instr> write_locked(std::vector<Instr> code) {
  code.insert(code.begin(), {kDownWriteLock, kBegin});
  code.insert(code.end(), {kEndSeq, kUp});
  return code;
}

}  // namespace

TEST_CASE("the table of properties names each once") {
  for (const Property* a : kProperties) {
    CAPTURE(a->name);
    CHECK(find_property(a->name) == a);
    CHECK(properties_in(bit_of(*a)) == std::vector{a});
    for (const Property* b : kProperties) CHECK((bit_of(*a) == bit_of(*b)) == (a == b));
  }
  CHECK(find_property("no-such-check") == nullptr);
  CHECK(properties_in(bit_of(properties::kNoStuck) | bit_of(properties::kExclusion)) == std::vector{&properties::kExclusion, &properties::kNoStuck});
}

TEST_CASE("every property says all of itself, and a state is asked only by kind") {
  for (const Property* property : kProperties) {
    CAPTURE(property->name);
    CHECK(property->statement.ends_with("."));
    CHECK_FALSE(property->exercised_by.empty());
    CHECK_FALSE(property->exercised(Happened{}));  // nothing happened
    CHECK((property->explain != nullptr));
    CHECK((property->broken != nullptr) == (property->kind == Property::Kind::kOnState || property->kind == Property::Kind::kDeadlock));
  }
  CHECK(properties::kTermination.kind == Property::Kind::kCanFinish);
}

TEST_CASE("refcnt-class") {
  CHECK(violations_of({read_lock(), put()}) == 0);
  CHECK(violations_of({add_flag(), sub_flag()}) == 0);
  // The code that excludes readers is left, and FLAG stays: it is nobody's.
  const Machine m = machine_of({program({add_flag(), lock_return()})});
  Run run(m);
  run.step(0);
  CHECK(run.violations == bit_of(properties::kRefcntClass));
  CHECK(run.info.details.a == vma_address(0));
  CHECK(run.info.details.b == kExcludeReadersFlag + 1);
  CHECK(run.info.details.c == 1);
  // A count set while a reference is out.
  CHECK(has(violations_of({read_lock(), op(Op::kRefSet, kRefcnt, constant(1)), put()}), properties::kRefcntClass));
}

TEST_CASE("exclusion") {
  const std::vector<Instr> reader{read_lock(), lock_return(), put()};
  const auto writer = write_locked({lock_return(kMayTakeWriteLock, kVma0), op(Op::kChangeVma, kVma0)});
  const Machine m = machine_of(matching_scenario(2), {program(reader), program(writer)});
  SUBCASE("one after the other") {
    Run run(m);
    run.finish(0).finish(1);
    CHECK(run.violations == 0);
  }
  SUBCASE("both") {
    Run run(m);
    run.step(0);
    run.step(1);
    CHECK(run.violations == 0);
    run.step(1);
    CHECK(run.violations == bit_of(properties::kExclusion));
    CHECK(run.info.details.b == 0);
    CHECK(run.info.details.c == 1);
    run.violations = 0;
    run.step(0);
    CHECK(run.violations == 0);
  }
  SUBCASE("a transient reference is no read lock") {
    const Machine transient = machine_of(matching_scenario(2), {program({read_lock(), put()}), program(writer)});
    Run run(transient);
    run.step(0);
    run.finish(1).finish(0);
    CHECK(run.violations == 0);
  }
  SUBCASE("the same thread is no conflict with itself") {
    CHECK(violations_of(write_locked({lock_return(kMayTakeWriteLock, kVma0), read_lock(), lock_return(), put()}), matching_scenario(1)) == 0);
  }
  SUBCASE("what is used is relied on as a lock, whoever took it") {
    const Machine by_hand = machine_of(matching_scenario(2), {program({read_lock(), op(Op::kUseVma, kVma0), put()}), program(writer)});
    Run run(by_hand);
    run.step(1);
    run.step(1);
    run.step(0);
    CHECK(run.violations == 0);
    run.step(0);
    CHECK(run.violations == bit_of(properties::kExclusion));
  }
  SUBCASE("a write lock ends with the sequence, however that is changed, and with mmap_lock") {
    for (const Instr& end : {kEndSeq, op(Op::kStore, kSeq, constant(7)), op(Op::kStore, kLockSeq, constant(7)), kUp}) {
      const Machine ending = machine_of(matching_scenario(1), {program({kDownWriteLock, kBegin, lock_return(kMayTakeWriteLock, kVma0), end})});
      Run run(ending);
      run.step(0);
      run.step(0);
      CHECK(run.write_locked(0));
      run.step(0);
      CHECK_FALSE(run.write_locked(0));
    }
  }
  SUBCASE("equal sequences alone are nobody's lock") {
    Run run(m);
    run.step(0);
    run.step(1);
    const Machine idle = machine_of(matching_scenario(2), {program(reader), program(write_locked({op(Op::kLoad, kRefcnt, {}, 0)}))});
    Run with_idle(idle);
    with_idle.step(0);
    with_idle.finish(1);
    CHECK(with_idle.violations == 0);
  }
  SUBCASE("the write lock begins at the store, when readers are out") {
    const auto store = op(Op::kStore, kLockSeq, constant(1));
    const Machine early = machine_of({program(reader), program(write_locked({add_flag(), store, sub_flag()}))});
    Run run(early);
    for (int i = 0; i < 4; ++i) run.step(1);
    CHECK(run.write_locked(1));
    Run with_reader(early);
    with_reader.step(0);
    for (int i = 0; i < 4; ++i) with_reader.step(1);
    CHECK_FALSE(with_reader.write_locked(1));
  }
}

TEST_CASE("detached-stays") {
  Scenario detached = hand_made_scenario(1);
  detached.vmas[0].attached = false;
  CHECK(violations_of({op(Op::kRefSet, kRefcnt, constant(1)), put()}, detached) == 0);
  CHECK(has(violations_of({put(), op(Op::kRefSet, kRefcnt, constant(2))}), properties::kDetachedStays));
  CHECK(has(violations_of({put(), op(Op::kStore, kRefcnt, constant(1))}), properties::kDetachedStays));
  CHECK(has(violations_of({put(), op(Op::kRefAdd, constant(1), kRefcnt)}), properties::kDetachedStays));
}

TEST_CASE("no-use-after-free: VMAs") {
  const Instr free = op(Op::kSlabFree, kVma0), look = op(Op::kLoad, kVmMm, {}, 3);
  CHECK(violations_of({look, free}) == 0);
  CHECK(violations_of({free, look}) == bit_of(properties::kNoUseAfterFree));
  CHECK(violations_of({free, op(Op::kRcuLock), look, op(Op::kRcuUnlock)}) == 0);
  CHECK(violations_of({free, op(Op::kSlabAlloc, {}, {}, 0), look}) == 0);
  CHECK(violations_of({free, free}) == bit_of(properties::kNoUseAfterFree));
  CHECK(violations_of({read_lock(), free, look, put()}) == 0);
  CHECK(violations_of({read_lock(), free, put(), look}) == bit_of(properties::kNoUseAfterFree));
  // A critical section relies on the VMA, not only on its memory.
  CHECK(violations_of({op(Op::kRcuLock), free, op(Op::kUseVma, kVma0), op(Op::kRcuUnlock)}) == bit_of(properties::kNoUseAfterFree));
}

TEST_CASE("no-use-after-free: mms, and pointers to nothing") {
  const Instr grab = op(Op::kMmGrab, kMm0), drop = op(Op::kMmDrop, kMm0), look = op(Op::kLoad, kWait, {}, 3);
  CHECK(violations_of({grab, drop, look}) == 0);
  CHECK(violations_of({drop}) == 0);
  CHECK(violations_of({drop, look}) == bit_of(properties::kNoUseAfterFree));
  CHECK(has(violations_of({drop, grab}), properties::kRefcountSane));
  for (const Word bad : {0u, 1u, static_cast<Word>(-11), mm_address(7), vma_address(200), make_address(ObjectKind::kVma, 0, 9),
                         make_address(ObjectKind::kTask, 5), make_address(ObjectKind::kMm, 0, 77)}) {
    CAPTURE(bad);
    const Operand a = constant(bad);
    CHECK(violations_of({op(Op::kLoad, a, {}, 0)}) == bit_of(properties::kNoUseAfterFree));
    CHECK(violations_of({op(Op::kStore, a, constant(1))}) == bit_of(properties::kNoUseAfterFree));
    for (const Op o : {Op::kRefSet, Op::kRefIncLimited, Op::kSeqBegin, Op::kSeqEnd, Op::kTryDownRead, Op::kTryDownWrite, Op::kUpWrite, Op::kUpRead,
                       Op::kDowngradeWrite, Op::kRwsemIsLocked, Op::kRwsemAssertAny, Op::kMmGrab, Op::kMmDrop, Op::kSignalPending, Op::kWakeUpProcess,
                       Op::kTreeLoad, Op::kSlabFree, Op::kUseVma, Op::kChangeVma}) {
      CAPTURE(op_info(o).name);
      CHECK(has(violations_of({op(o, a, constant(1))}), properties::kNoUseAfterFree));
    }
    for (const Op o : {Op::kRefAddNotZero, Op::kRefSubAndTest, Op::kRefAdd}) {
      CHECK(has(violations_of({op(o, constant(1), a)}), properties::kNoUseAfterFree));
    }
  }
}

TEST_CASE("use-locked") {
  const Instr use = op(Op::kUseVma, kVma0), bound = op(Op::kLoad, constant(vma_address(0, VmaField::kStart)), {}, 0);
  const Instr down = op(Op::kDownRead, kLock), up = op(Op::kUpRead, kLock);
  const PropertySet broken = bit_of(properties::kUseLocked);
  for (const Instr& look : {use, bound}) {
    CHECK(violations_of({read_lock(), lock_return(), look, put()}) == 0);
    CHECK(violations_of({down, look, up}) == 0);
    CHECK(violations_of(write_locked({look})) == 0);
    CHECK(violations_of({look}) == broken);
    CHECK(violations_of({op(Op::kRcuLock), look, op(Op::kRcuUnlock)}) == broken);
    CHECK(violations_of({read_lock(), lock_return(), put(), look}) == broken);
    CHECK(violations_of({down, up, look}) == broken);
  }
  // Its lock words and its owner are there to be looked at.
  for (const Operand& word : {kRefcnt, kLockSeq, kVmMm}) CHECK(violations_of({op(Op::kLoad, word, {}, 0)}) == 0);
  Instr once = bound;
  once.order = Order::kOnce;
  CHECK(violations_of({once}) == 0);
  // mmap_lock of another mm is no lock of this VMA.
  Scenario two = hand_made_scenario(1);
  two.mms.push_back({"mm1", 1, 0});
  const Operand other = constant(mm_address(1, MmField::kMmapLock));
  CHECK(violations_of({op(Op::kDownRead, other), use, op(Op::kUpRead, other)}, two) == broken);
  // A VMA that nobody else can find is its owner's.
  Scenario mine = hand_made_scenario(1);
  mine.vmas[0].attached = false;
  CHECK(violations_of({use, bound}, mine) == 0);
}

TEST_CASE("change-locked") {
  const Instr change = op(Op::kChangeVma, kVma0), bound = op(Op::kStore, constant(vma_address(0, VmaField::kEnd)), constant(0x3000));
  const Instr erase = tree_erase(0x1000, 0x2000), link = tree_store(0x1000, 0x2000, kVma0);
  Instr exchanged = op_imm(Op::kAtomic, constant(vma_address(0, VmaField::kEnd)), static_cast<std::uint32_t>(Atomic::kExchange));
  exchanged.b = constant(0x3000);
  const PropertySet broken = bit_of(properties::kChangeLocked);
  for (const Instr& act : {change, bound, exchanged, erase, link}) {
    CAPTURE(op_info(act.op).name);
    CHECK(violations_of(write_locked({act}), matching_scenario(1)) == 0);
    CHECK(violations_of(write_locked({act})) == broken);
    const PropertySet after_end = violations_of({kDownWriteLock, kBegin, kEndSeq, act, kUp}, matching_scenario(1));
    CHECK(after_end == (broken | bit_of(properties::kSeqParity)));
    const PropertySet after_downgrade = violations_of({kDownWriteLock, kBegin, kEndSeq, op(Op::kDowngradeWrite, kLock), act, op(Op::kUpRead, kLock)},
                                                      matching_scenario(1));
    CHECK((after_downgrade & ~bit_of(properties::kNoWarning)) == broken);
    CHECK(has(violations_of({act}), properties::kChangeLocked));
    CHECK(has(violations_of({read_lock(), lock_return(), act, put()}), properties::kChangeLocked));
  }
  // A VMA that is detached and in no tree is its owner's; before others can find it, it is write-locked.
  Scenario mine = hand_made_scenario(1);
  mine.vmas[0].attached = false;
  CHECK(violations_of({change, bound}, mine) == 0);
  CHECK(violations_of(write_locked({link}), mine) == broken);
  const Instr attach = op(Op::kRefSet, kRefcnt, constant(1));
  CHECK(violations_of(write_locked({attach, link}), mine) == broken);
  mine.mms[0].lock_seq = matching_scenario(1).mms[0].lock_seq;
  CHECK(violations_of(write_locked({attach, link}), mine) == 0);
  CHECK(violations_of(write_locked({link, attach}), mine) == 0);
  CHECK(violations_of(write_locked({put(), erase})) == 0);
  CHECK(violations_of(write_locked({put(), attach})) == broken);  // in the tree still
}

TEST_CASE("right-vma") {
  Scenario two = hand_made_scenario(1);
  two.mms.push_back({"mm1", 1, 0});
  const auto lookup = [&](std::uint32_t what, Word mm, Word address) {
    Instr back = op_imm(Op::kLockReturn, kVma0, kIsLookup | what);
    back.b = constant(mm);
    back.c = constant(address);
    return violations_of({read_lock(), back, put()}, two);
  };
  const PropertySet broken = bit_of(properties::kRightVma);
  CHECK(lookup(0, mm_address(0), 0x7000) == 0);
  CHECK(lookup(0, mm_address(1), 0x1000) == broken);
  for (const auto& [asked, inside, next] :
       {std::tuple{Word{0}, false, true}, {0xfffu, false, true}, {0x1000u, true, true}, {0x1fffu, true, true}, {0x2000u, false, false}}) {
    const Word address = asked;
    CAPTURE(address);
    CHECK((lookup(kAddressInside, mm_address(0), address) == 0) == inside);
    CHECK((lookup(kAddressOrNext, mm_address(0), address) == 0) == next);
  }
  // What is not locked, or is no VMA, is no answer.
  Instr nothing = op_imm(Op::kLockReturn, constant(0), kIsLookup);
  nothing.b = constant(mm_address(1));
  CHECK(violations_of({read_lock(), nothing, put()}, two) == 0);
  nothing.a = kVma0;
  CHECK(violations_of({nothing}, two) == 0);
}

TEST_CASE("iterator-valid: maple states") {
  const Instr rcu = op(Op::kRcuLock), out = op(Op::kRcuUnlock), walk = op(Op::kTreeLoad, kTree, constant(0x1000), 0);
  const Instr use = op(Op::kIteratorUse, reg(2)), leave = op(Op::kIteratorLeave, reg(2), {}, 2);
  const auto set = [](IteratorState state) { return op(Op::kMove, constant(state), {}, 2); };
  const PropertySet broken = bit_of(properties::kIteratorValid);
  CHECK(violations_of({rcu, use, set(kIteratorValid), walk, use, walk, out, leave}) == 0);
  CHECK(violations_of({rcu, use, set(kIteratorValid), walk, out, leave, rcu, use, walk, out}) == broken);
  CHECK(violations_of({rcu, set(kIteratorValid), walk, out, leave, set(kIteratorReset), rcu, use, walk, out}) == 0);
  CHECK(violations_of({rcu, rcu, set(kIteratorValid), walk, out, leave, use, walk, out}) == 0);  // still inside
  const Instr down = op(Op::kDownRead, kLock), up = op(Op::kUpRead, kLock);
  CHECK(violations_of({rcu, set(kIteratorValid), walk, down, out, leave, use, walk, up}) == bit_of(properties::kRcuBalanced));
  CHECK(violations_of({down, set(kIteratorValid), walk, rcu, out, leave, use, walk, up}) == 0);  // mmap_lock keeps the tree
}

TEST_CASE("iterator-valid: tasks found through the waiter slot") {
  const Instr rcu = op(Op::kRcuLock), out = op(Op::kRcuUnlock), find = op(Op::kLoad, kWait, {}, 2), wake = op(Op::kWakeUpProcess, reg(2), {}, 3);
  const auto waker = [&](std::vector<Instr> code) {
    const Machine m = machine_of({program({op(Op::kStore, kWait, self())}), program(std::move(code))});
    Run run(m);
    run.finish(0).finish(1);
    return run.violations;
  };
  CHECK(waker({rcu, find, wake, out}) == 0);
  CHECK(waker({rcu, rcu, find, out, wake, out}) == 0);
  CHECK(waker({rcu, find, out, wake}) == bit_of(properties::kIteratorValid));
  CHECK(waker({rcu, find, out, rcu, wake, out}) == bit_of(properties::kIteratorValid));
  CHECK(waker({find, wake}) == bit_of(properties::kIteratorValid));
  CHECK(waker({op(Op::kWakeUpProcess, constant(task_address(0)), {}, 3)}) == 0);  // by its name
}

TEST_CASE("seq-write-rule") {
  const Instr store = op(Op::kStore, kLockSeq, constant(1)), init = op(Op::kStore, kLockSeq, constant(~Word{0}));
  CHECK(violations_of(write_locked({add_flag(), store, sub_flag()})) == 0);
  CHECK(violations_of(write_locked({store})) == bit_of(properties::kSeqWriteRule));
  CHECK(violations_of({add_flag(), store, sub_flag()}) == bit_of(properties::kSeqWriteRule));
  CHECK(violations_of(write_locked({put(), store})) == 0);
  CHECK(violations_of({put(), store}) == bit_of(properties::kSeqWriteRule));
  CHECK(violations_of({put(), init}) == bit_of(properties::kSeqWriteRule));  // still in the tree
  Scenario detached = hand_made_scenario(1);
  detached.vmas[0].attached = false;
  CHECK(violations_of({init}, detached) == 0);
  CHECK(violations_of({store}, detached) == bit_of(properties::kSeqWriteRule));
}

TEST_CASE("seq-parity") {
  CHECK(violations_of({kDownWriteLock, kBegin, kEndSeq, kUp}) == 0);
  CHECK(violations_of({kDownWriteLock, kUp}) == 0);
  CHECK(violations_of({kDownWriteLock, kBegin, kEndSeq, op(Op::kDowngradeWrite, kLock), op(Op::kUpRead, kLock)}) == 0);
  const PropertySet broken = bit_of(properties::kSeqParity);
  // What else the code does before the begin and after the end is its own affair.
  const Instr other = op(Op::kLoad, kRefcnt, {}, 0);
  CHECK(violations_of({kDownWriteLock, other, kBegin, kEndSeq, kUp}) == 0);
  CHECK(violations_of({kDownWriteLock, kBegin, kEndSeq, other, kUp}) == 0);
  // Odd without the lock.
  CHECK(violations_of({kDownWriteLock, kBegin, kUp, kEndSeq}) == broken);
  CHECK(violations_of({kBegin, kDownWriteLock, kEndSeq, kUp}) == broken);
  CHECK(has(violations_of({kDownWriteLock, kBegin, op(Op::kDowngradeWrite, kLock), kEndSeq, op(Op::kUpRead, kLock)}), properties::kSeqParity));
  // Marked or changed while it is even.
  const Instr store = op(Op::kStore, kLockSeq, constant(1));
  CHECK(violations_of({kDownWriteLock, add_flag(), store, sub_flag(), kBegin, kEndSeq, kUp}) == broken);
  CHECK(violations_of({kDownWriteLock, kBegin, kEndSeq, add_flag(), store, sub_flag(), kUp}) == broken);
  CHECK(violations_of({kDownWriteLock, kBegin, kBegin, add_flag(), store, sub_flag(), kUp}) == broken);
  CHECK(violations_of({put(), kDownWriteLock, store, kBegin, kEndSeq, kUp}) == broken);  // of a detached VMA
  Scenario even = hand_made_scenario(1);
  even.mms[0].lock_seq = ~Word{0} - 1;
  const Instr even_store = op(Op::kStore, kLockSeq, constant(~Word{0} - 1)), link = tree_store(0x1000, 0x2000, kVma0);
  for (const Instr& act :
       {op(Op::kChangeVma, kVma0), op(Op::kStore, constant(vma_address(0, VmaField::kEnd)), constant(0x3000)), link, tree_erase(0x1000, 0x2000)}) {
    // The sequences are equal, so that change-locked finds nothing wrong.
    CHECK(violations_of({kDownWriteLock, add_flag(), even_store, sub_flag(), act, kUp}, even) == broken);
  }
  // The largest value of a detached VMA starts it afresh, and says nothing of a lock.
  Scenario detached = hand_made_scenario(1);
  detached.vmas[0].attached = false;
  CHECK(violations_of({kDownWriteLock, op(Op::kStore, kLockSeq, constant(~Word{0})), kUp}, detached) == 0);
}

TEST_CASE("one-waiter") {
  const Program waits = program({op(Op::kStore, kWait, self()), op(Op::kStore, kWait, constant(0))});
  const Machine m = machine_of({waits, waits});
  Run in_turn(m);
  in_turn.finish(0).finish(1);
  CHECK(in_turn.violations == 0);
  Run both(m);
  both.step(0);
  both.step(1);
  CHECK(both.violations == bit_of(properties::kOneWaiter));
  CHECK(both.info.details.b == task_address(0));
  CHECK(both.info.details.c == task_address(1));
  CHECK(violations_of({op(Op::kStore, kWait, self()), op(Op::kStore, kWait, self())}) == 0);
}

TEST_CASE("no-warning: WARN_ON") {
  CHECK(violations_of({op(Op::kLoad, kRefcnt, {}, 0), op(Op::kNot, reg(0), {}, 1), op(Op::kWarn, reg(1))}) == 0);
  const Machine m = machine_of({program({op(Op::kLoad, kRefcnt, {}, 0), op(Op::kFence), op(Op::kWarn, reg(0))}, {"WARN_ON_ONCE(x)"})});
  Run run(m);
  run.step(0);
  CHECK(run.violations == bit_of(properties::kNoWarning));
  CHECK(run.info.pc == 0);
  CHECK(run.info.detail_pc == 2);
  // A condition that is met before the first step is a violation of the initial state.
  CHECK(violations_of({op(Op::kWarn, constant(1))}) == bit_of(properties::kNoWarning));
}

TEST_CASE("no-warning: assertions about mmap_lock") {
  const auto assert_held = [](std::uint32_t write) { return op_imm(Op::kRwsemAssertHeld, kLock, write); };
  const auto assert_any = [](std::uint32_t write) { return op_imm(Op::kRwsemAssertAny, kLock, write); };
  const Instr down = op(Op::kDownRead, kLock), up = op(Op::kUpRead, kLock);
  for (const auto& held : {assert_held(0), assert_any(0)}) {
    CHECK(violations_of({down, held, up}) == 0);
    CHECK(violations_of({held}) == bit_of(properties::kNoWarning));
  }
  for (const auto& for_write : {assert_held(1), assert_any(1)}) {
    CHECK(violations_of(write_locked({for_write})) == 0);
    CHECK(violations_of({down, for_write, up}) == bit_of(properties::kNoWarning));
  }
  // Without lockdep somebody else's hold passes, with lockdep it does not.
  for (const bool exact : {true, false}) {
    const Machine m = machine_of({program({down, up}), program({op(Op::kLoad, kRefcnt, {}, 0), exact ? assert_held(0) : assert_any(0)})});
    Run run(m);
    run.step(0);
    run.finish(1).finish(0);
    CHECK(run.violations == (exact ? bit_of(properties::kNoWarning) : 0));
  }
}

TEST_CASE("no-warning: releasing what is not held, ending with what is") {
  const PropertySet warning = bit_of(properties::kNoWarning);
  CHECK(violations_of({kUp}) == warning);
  CHECK(violations_of({op(Op::kUpRead, kLock)}) == warning);
  CHECK(violations_of({op(Op::kDowngradeWrite, kLock)}) == warning);
  CHECK(violations_of({op(Op::kDownRead, kLock)}) == warning);
  CHECK(violations_of({read_lock()}) == warning);
  CHECK(violations_of({op(Op::kMmGrab, kMm0)}) == warning);
  CHECK(violations_of({op(Op::kMmGrab, kMm0), op(Op::kMmDrop, kMm0)}) == 0);
  const Instr shared = op_imm(Op::kLockdepAcquire, kDepMap, 0), exclusive = op_imm(Op::kLockdepAcquire, kDepMap, 1);
  const Instr release = op(Op::kLockdepRelease, kDepMap), look = op(Op::kLoad, kRefcnt, {}, 0);
  CHECK(violations_of({look, shared, shared, release, release}) == 0);
  CHECK(violations_of({look, exclusive, release}) == 0);
  CHECK(violations_of({look, release}) == warning);
  CHECK(violations_of({look, exclusive, exclusive, release}) == warning);
  CHECK(violations_of({look, shared, exclusive, release, release}) == warning);
  CHECK(violations_of({look, exclusive}) == warning);
  CHECK(violations_of({look, exclusive, op(Op::kLockdepIsHeld, kDepMap, {}, 1), op(Op::kNot, reg(1), {}, 2), op(Op::kWarn, reg(2)), release}) == 0);
}

TEST_CASE("no-warning: the tree is walked and changed under its locks, lockdep says") {
  const Instr walk = op(Op::kTreeLoad, kTree, constant(0x1000), 0);
  CHECK(violations_of({op(Op::kRcuLock), walk, op(Op::kRcuUnlock)}) == 0);
  CHECK(violations_of({walk}) == bit_of(properties::kNoWarning));
  CHECK(violations_of(write_locked({tree_erase(0x1000, 0x2000)}), matching_scenario(1)) == 0);
  CHECK(has(violations_of({tree_erase(0x1000, 0x2000)}), properties::kNoWarning));
  Scenario off = hand_made_scenario(1);
  off.config.lockdep = false;
  CHECK(violations_of({walk, tree_erase(0x1000, 0x2000)}, off) == bit_of(properties::kChangeLocked));
}

TEST_CASE("refcount-sane") {
  CHECK(has(violations_of({put(), put()}), properties::kRefcountSane));
  CHECK(has(violations_of({add_flag(), add_flag()}), properties::kRefcountSane));
  CHECK(has(violations_of({put(), op(Op::kRefAdd, constant(1), kRefcnt)}), properties::kRefcountSane));
  CHECK(has(violations_of({op(Op::kMmDrop, kMm0), op(Op::kMmDrop, kMm0)}), properties::kRefcountSane));
  CHECK(violations_of({add_flag(), sub_flag(), read_lock(), put(), put()}) == 0);
}

TEST_CASE("refcount-sane: a vm_refcnt that was never set") {
  Scenario fresh = hand_made_scenario(1);
  fresh.vmas[0].mm.clear();
  const Instr take = op(Op::kSlabAlloc, {}, {}, 2), zeroed = op_imm(Op::kSlabAlloc, {}, 1);
  Instr exchanged = op_imm(Op::kAtomic, kRefcnt, static_cast<std::uint32_t>(Atomic::kExchange));
  exchanged.b = constant(0);
  Instr compared = op_imm(Op::kAtomic, kRefcnt, static_cast<std::uint32_t>(Atomic::kCompareExchange));
  compared.b = constant(0);
  compared.c = constant(1);
  const Instr look = op(Op::kLoad, kRefcnt, {}, 0), set = op(Op::kRefSet, kRefcnt, constant(0));
  for (const Instr& use : {look, read_lock(), add_flag(), put(), op(Op::kRefAdd, constant(1), kRefcnt), compared}) {
    CAPTURE(op_info(use.op).name);
    CHECK(has(violations_of({take, use}, fresh), properties::kRefcountSane));
  }
  for (const Instr& init : {set, op(Op::kStore, kRefcnt, constant(0)), exchanged}) {
    CAPTURE(op_info(init.op).name);
    CHECK(violations_of({take, init, look, read_lock()}, fresh) == 0);
  }
  CHECK(violations_of({zeroed, look}, fresh) == 0);
  // One that was used has the number that it was freed with.
  CHECK(violations_of({take, set, op(Op::kSlabFree, kVma0), take, look}, fresh) == 0);
  CHECK(violations_of({put(), op(Op::kSlabFree, kVma0), take, look}) == 0);
}

TEST_CASE("rcu-balanced") {
  const Instr lock = op(Op::kRcuLock), unlock = op(Op::kRcuUnlock), look = op(Op::kLoad, kRefcnt, {}, 0);
  const PropertySet broken = bit_of(properties::kRcuBalanced);
  CHECK(violations_of({look, lock, lock, unlock, unlock}) == 0);
  CHECK(violations_of({look, unlock}) == broken);
  CHECK(violations_of({look, lock}) == broken);
  CHECK(violations_of({lock, op(Op::kDownRead, kLock), unlock, op(Op::kUpRead, kLock)}) == broken);
  CHECK(violations_of({lock, op(Op::kSchedule), unlock}) == broken);
  CHECK(violations_of({lock, op(Op::kTryDownRead, kLock), unlock, op(Op::kUpRead, kLock)}) == 0);
}

TEST_CASE("no-stuck") {
  const Instr down = op(Op::kDownRead, kLock), up = op(Op::kUpRead, kLock);
  const Machine m = machine_of({program({down, kDownWriteLock, kUp}), program({down, up})});
  Run run(m);
  run.step(1);
  run.step(0);
  CHECK(run.violations == 0);  // t0 waits for itself, but t1 can go on
  run.step(1);
  CHECK(run.violations == bit_of(properties::kNoStuck));
  CHECK(m.stuck(run.state));
  CHECK(m.blocked(run.state, ThreadId{0}).holders == std::vector{ThreadId{0}});
}

TEST_CASE("the details kept are those of the first check") {
  StepInfo info;
  info.add_violation(properties::kNoWarning, 1, {10});
  info.add_violation(properties::kRefcntClass, 2, {20});
  info.add_violation(properties::kRefcntClass, 3, {30});
  info.add_violation(properties::kNoStuck, 4, {40});
  CHECK(info.detail_pc == 2);
  CHECK(info.details.a == 20);
  CHECK(info.violations == (bit_of(properties::kNoWarning) | bit_of(properties::kRefcntClass) | bit_of(properties::kNoStuck)));
}

}  // namespace vmalab::testing

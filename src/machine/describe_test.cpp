// SPDX-License-Identifier: GPL-2.0-only
#include "machine/describe.h"

#include <doctest/doctest.h>

#include "machine/look.h"
#include "machine/test_run.h"

namespace vmalab::testing {
namespace {

const ThreadId kT0{0}, kT1{1};

std::string did(Run& run, int thread) {
  run.step(thread);
  return step_text(run.machine, run.info);
}

/// The words for the first violation that a single thread's code meets.
std::string complaint(std::vector<Instr> code, const Property& check) {
  const Machine m = machine_of({program(std::move(code), {"WARN_ON_ONCE(ves.detached)"})});
  Run run(m);
  while (run.can_step(0)) {
    run.step(0);
    if (has(run.info.violations, check)) return violation_text(m, run.info, check);
  }
  return "no violation";
}

}  // namespace

TEST_CASE("values by name") {
  const Machine m = machine_of({program({})});
  CHECK(address_text(m, 0) == "NULL");
  CHECK(address_text(m, static_cast<Word>(-11)) == "-EAGAIN");
  CHECK(address_text(m, static_cast<Word>(-4)) == "-EINTR");
  CHECK(address_text(m, static_cast<Word>(-22)) == "-22");
  CHECK(address_text(m, 7) == "7");
  CHECK(address_text(m, 0x2000) == "0x2000");
  CHECK(address_text(m, vma_address(0)) == "vma0");
  CHECK(address_text(m, mm_address(0)) == "mm0");
  CHECK(address_text(m, task_address(0)) == "t0");
  CHECK(address_text(m, kSeq.value) == "mm0->mm_lock_seq");
  CHECK(address_text(m, vma_address(3)) == "0xa0020300");
  CHECK(word_name(m, vma_address(0)) == "vma0->vm_refcnt");
  CHECK(word_name(m, kLock.value) == "mm0->mmap_lock");
  CHECK(word_name(m, kDepMap.value) == "vma0->vmlock_dep_map");
  CHECK(word_name(m, task_address(0)) == "t0->__state");
  CHECK(word_text(m, kRefcnt.value, kExcludeReadersFlag + 2) == "FLAG+2");
  CHECK(word_text(m, kLockSeq.value, ~Word{0}) == "UINT_MAX");
  CHECK(word_text(m, kLock.value, 1U << 31) == "held for write by t0");
  CHECK(word_text(m, kLock.value, 2) == "held for read by 2");
  CHECK(word_text(m, kLock.value, 0) == "free");
  CHECK(word_text(m, kWait.value, task_address(0)) == "t0");
  CHECK(word_text(m, kTree.value, word_in(m.initial(), kTree.value)) == "vma0 at 0x1000");
  CHECK(word_text(m, kVmMm.value, mm_address(0)) == "mm0");
  CHECK(refcount_text(0) == "0");
  CHECK(refcount_text(kExcludeReadersFlag - 1) == "1073741823");
  CHECK(refcount_text(kExcludeReadersFlag) == "FLAG");
  CHECK(refcount_text(0xc0000000u) == "0xc0000000");
  CHECK(task_state_text(kTaskKillable) == "KILLABLE");
  CHECK(action_name(m, {Action::Kind::kSignal, kT0}) == "t0!");
  CHECK(action_name(m, {Action::Kind::kStep, kT0, 2}) == "t0?2");
}

TEST_CASE("steps, before and after") {
  Instr acquire = read_lock();
  acquire.order = Order::kAcquire;
  const Machine m = machine_of({program({acquire, add_flag(), read_lock(), put(), sub_flag()})});
  Run run(m);
  CHECK(next_step_text(m, run.state, kT0) == "add 1 to vma0->vm_refcnt unless it is 0 or above the limit (acquire)");
  CHECK(action_text(m, run.state, {Action::Kind::kStep, kT0}) == "Add 1 to vma0->vm_refcnt unless it is 0 or above the limit (acquire).");
  CHECK(did(run, 0) == "vma0->vm_refcnt 1 -> 2");
  CHECK(next_step_text(m, run.state, kT0) == "add FLAG to vma0->vm_refcnt unless it is 0");
  CHECK(did(run, 0) == "vma0->vm_refcnt 2 -> FLAG+2");
  CHECK(did(run, 0) == "vma0->vm_refcnt is FLAG+2: above the limit, no reference taken");
  CHECK(next_step_text(m, run.state, kT0) == "subtract 1 from vma0->vm_refcnt");
  CHECK(did(run, 0) == "vma0->vm_refcnt FLAG+2 -> FLAG+1");
  CHECK(did(run, 0) == "vma0->vm_refcnt FLAG+1 -> 1; t0 is done");
  CHECK(next_step_text(m, run.state, kT0) == "nothing: t0 is done");
}

TEST_CASE("every visible instruction has words for before and after") {
  for (const OpInfo& info : op_table()) {
    if (!info.visible) continue;
    CAPTURE(info.name);
    const bool amount_first = info.op == Op::kRefAddNotZero || info.op == Op::kRefSubAndTest || info.op == Op::kRefAdd;
    const bool of_mm = info.op == Op::kMmGrab || info.op == Op::kMmDrop;
    const bool of_vma = info.op == Op::kSlabFree || info.op == Op::kUseVma || info.op == Op::kChangeVma;
    const bool of_task = info.op == Op::kSignalPending || info.op == Op::kWakeUpProcess;
    const bool of_tree = info.op == Op::kTreeLoad || info.op == Op::kTreeStore || info.op == Op::kTreeErase;
    const bool of_count = info.op == Op::kRefSet || info.op == Op::kRefIncLimited || info.op == Op::kLoad || info.op == Op::kStore;
    const bool of_seq = info.op == Op::kSeqBegin || info.op == Op::kSeqEnd;
    const Operand object = of_mm ? kMm0 : of_vma || of_count ? kVma0 : of_task ? self() : of_tree ? kTree : of_seq ? kSeq : kLock;
    const Machine m = machine_of({program({amount_first ? op(info.op, constant(1), kVma0, 0) : op(info.op, object, constant(2), 0)})});
    Run run(m);
    const std::string before = next_step_text(m, run.state, kT0);
    CHECK(before.size() > 5);
    CHECK(before != info.sentence);
    // A callback has to be there first.
    if (info.op == Op::kRcuTake) continue;
    REQUIRE(m.can_step(run.state, kT0));
    const std::string after = did(run, 0);
    CHECK(after.size() > 5);
    CHECK(after.find("t0 is done") != std::string::npos);
    if (info.op != Op::kSignalPending && info.op != Op::kSchedule && info.op != Op::kSlabAlloc && info.op != Op::kTreeLoad) {
      CHECK((after.find("0") != std::string::npos));
    }
  }
}

TEST_CASE("who waits, for what, and who can free it") {
  const std::vector<Instr> writer{op(Op::kDownWrite, kLock),
                                  op(Op::kSeqBegin, kSeq),
                                  add_flag(),
                                  op(Op::kSetTaskState, constant(kTaskUninterruptible)),
                                  op(Op::kSchedule),
                                  sub_flag(),
                                  op(Op::kSeqEnd, kSeq),
                                  op(Op::kUpWrite, kLock)};
  const Machine m = machine_of({program({read_lock(), lock_return(), put(), op(Op::kWakeUpProcess, constant(task_address(1)))}), program(writer),
                                program({op(Op::kDownRead, kLock), op(Op::kUpRead, kLock)})});
  Run run(m);
  CHECK(activity_text(m, run.state, kT0) == "about to run hand_made()");
  CHECK(blocked_text(m, run.state, kT0).empty());
  run.step(0);
  CHECK(activity_text(m, run.state, kT0) == "holds the read lock of vma0");
  run.step(1);
  run.step(1);
  CHECK(activity_text(m, run.state, kT1) == "holds mm0->mmap_lock for write");
  run.step(1);
  CHECK(activity_text(m, run.state, kT1) == "excludes readers of vma0 (some are still in), holds mm0->mmap_lock for write");
  CHECK(refcnt_class_text(m, run.state, VmaId{0}) == "t1 keeps new readers out and wants FLAG+1: t0 is still in");
  run.step(1);
  CHECK(refcnt_class_text(m, run.state, VmaId{0}) == "t1 waits for t0 to leave: it wants FLAG+1");
  CHECK(activity_text(m, run.state, kT1) == "waiting for readers to leave vma0");
  CHECK(blocked_text(m, run.state, kT1) == "sleeps (UNINTERRUPTIBLE) until vma0->vm_refcnt is FLAG+1; it is FLAG+2, t0 has a reference");
  CHECK(activity_text(m, run.state, ThreadId{2}) == "waiting for mm0->mmap_lock (read)");
  CHECK(blocked_text(m, run.state, ThreadId{2}) == "waits to take mm0->mmap_lock for read; held for write by t1");
  run.step(0);
  CHECK(blocked_text(m, run.state, kT1) == "sleeps (UNINTERRUPTIBLE) until vma0->vm_refcnt is FLAG+1; it is FLAG+1, t0 is about to wake it");
  CHECK(did(run, 0) == "wakes t1; t0 is done");
  CHECK(activity_text(m, run.state, kT0) == "done");
  CHECK(blocked_text(m, run.state, kT0) == "t0 is done");
}

TEST_CASE("the class of vm_refcnt, made exact") {
  CHECK(refcnt_classes().size() == static_cast<std::size_t>(RefcntClass::kCount));
  for (std::size_t i = 0; i < refcnt_classes().size(); ++i) CHECK(refcnt_classes()[i].id == static_cast<RefcntClass>(i));
  CHECK(refcnt_class(0) == RefcntClass::kDetached);
  CHECK(refcnt_class(1) == RefcntClass::kAttached);
  CHECK(refcnt_class(2) == RefcntClass::kReferenced);
  CHECK(refcnt_class(kExcludeReadersFlag - 1) == RefcntClass::kReferenced);
  CHECK(refcnt_class(kExcludeReadersFlag) == RefcntClass::kFlag);
  CHECK(refcnt_class(kExcludeReadersFlag + 1) == RefcntClass::kFlagPlusOne);
  CHECK(refcnt_class(kExcludeReadersFlag + 2) == RefcntClass::kFlagAndReaders);
  CHECK(refcnt_class(2 * kExcludeReadersFlag) == RefcntClass::kOther);

  const auto reader = program({read_lock(), op(Op::kLoad, kLockSeq, {}, 0), lock_return(), put()});
  const Machine m = machine_of({reader, reader, program({put(), add_flag(), sub_flag()}),
                                program({op(Op::kDownWrite, kLock), op(Op::kSeqBegin, kSeq), add_flag(), op(Op::kStore, kLockSeq, constant(1)),
                                         sub_flag(), op(Op::kSeqEnd, kSeq), op(Op::kUpWrite, kLock)})});
  const auto text = [&](const Run& run) { return refcnt_class_text(m, run.state, VmaId{0}); };
  {
    Run run(m);
    CHECK(text(run) == "attached and idle: the attach reference alone");
    run.step(0);
    CHECK(text(run) == "t0 has a transient reference: it has raised vm_refcnt and not yet seen whether it gets the lock");
    Run both(m);
    both.step(0);
    both.step(1);
    CHECK(text(both) == "t0 and t1 have a transient reference each: they have raised vm_refcnt and not yet seen whether they get the lock");
    run.step(0);
    CHECK(text(run) == "read-locked by t0");
    run.step(1);
    CHECK(text(run).substr(0, 39) == "read-locked by t0; t1 has a transient r");
    run.step(3);
    run.step(3);
    run.step(3);
    CHECK(text(run) == "t3 keeps new readers out and wants FLAG+1: t0 and t1 are still in");
    run.finish(0).finish(1);
    CHECK(text(run) == "t3 is exclusive on an attached VMA: FLAG and the attach reference, no reader");
    run.step(3);
    run.step(3);
    CHECK(text(run) == "attached, write-locked by t3: vm_lock_seq == mm_lock_seq");
  }
  {
    Run run(m);
    run.step(0);
    run.step(1);
    run.step(2);
    CHECK(text(run) == "being detached: the attach reference is gone, the references of t0 and t1 are left, and FLAG is not set yet");
    run.finish(1);
    CHECK(text(run) == "being detached: the attach reference is gone, t0's reference is left, and FLAG is not set yet");
    run.step(2);
    CHECK(text(run) ==
          "t2 detaches, keeps new readers out and wants FLAG: t0 is still in. Not exclusive: the 1 is t0's reference, and the wake-up at "
          "FLAG+1 is spurious");
    run.finish(0);
    CHECK(text(run) == "t2 detaches, readers are gone: FLAG alone is left, and comes off next");
    run.finish(2);
    CHECK(text(run) == "detached: only attach can raise it");
  }
  Scenario locked = hand_made_scenario(1);
  locked.mms[0].lock_seq = 2;
  const Machine false_match = machine_of(
      locked, {program({op(Op::kStore, kLockSeq, constant(2)), op(Op::kRefSet, kRefcnt, constant(kExcludeReadersFlag + 1))})});
  Run run(false_match);
  run.step(0);
  CHECK(refcnt_class_text(false_match, run.state, VmaId{0}).find("locked falsely") != std::string::npos);
  run.step(0);
  CHECK(refcnt_class_text(false_match, run.state, VmaId{0}) == "does not add up: vm_refcnt is FLAG+1, what threads and attach hold makes 1");
}

TEST_CASE("violations in a sentence") {
  const Instr look = op(Op::kLoad, kRefcnt, {}, 0);
  CHECK(complaint({add_flag(), lock_return()}, properties::kRefcntClass) == "vma0->vm_refcnt is FLAG+1, but what threads and attach hold makes 1");
  CHECK(complaint({put(), op(Op::kRefSet, kRefcnt, constant(2))}, properties::kRefcntClass) ==
        "vma0->vm_refcnt is 2, but what threads and attach hold makes 1");
  CHECK(complaint({op(Op::kSlabFree, kVma0), look}, properties::kNoUseAfterFree) ==
        "t0 touches vma0->vm_refcnt of a freed VMA, outside RCU and without a reference");
  CHECK(complaint({op(Op::kMmDrop, kMm0), op(Op::kLoad, kWait, {}, 0)}, properties::kNoUseAfterFree) ==
        "t0 touches mm0->vma_writer_wait after the mm_struct was freed");
  CHECK(complaint({op(Op::kLoad, constant(0), {}, 0)}, properties::kNoUseAfterFree) == "t0 follows a pointer to nothing: NULL");
  CHECK(complaint({op(Op::kUseVma, kVma0)}, properties::kUseLocked) == "t0 uses vma0 without its read lock, its write lock or mmap_lock");
  CHECK(complaint({op(Op::kChangeVma, kVma0)}, properties::kChangeLocked) == "t0 changes vma0 without mmap_lock held for write");
  CHECK(complaint({op(Op::kDownWrite, kLock), op(Op::kSeqBegin, kSeq), op(Op::kChangeVma, kVma0)}, properties::kChangeLocked) ==
        "t0 changes vma0 without having write-locked it");
  CHECK(complaint({op(Op::kDownWrite, kLock), op(Op::kSeqBegin, kSeq), tree_erase(0x1000, 0x2000)}, properties::kChangeLocked) ==
        "t0 changes the place of vma0 in the tree without having write-locked it");
  CHECK(complaint({put(), op(Op::kRefSet, kRefcnt, constant(1))}, properties::kChangeLocked) ==
        "t0 attaches vma0, which others can find already, without mmap_lock held for write");
  Instr lookup = op_imm(Op::kLockReturn, kVma0, kIsLookup | kAddressInside);
  lookup.b = kMm0;
  lookup.c = constant(0x3000);
  CHECK(complaint({read_lock(), lookup}, properties::kRightVma) == "t0 is given vma0 for address 0x3000, which it does not contain");
  lookup.b = constant(mm_address(1));
  CHECK(complaint({read_lock(), lookup}, properties::kRightVma).starts_with("t0 is given vma0 as a VMA of "));
  CHECK(complaint({look, op(Op::kIteratorUse, constant(kIteratorStale))}, properties::kIteratorValid) ==
        "t0 goes on with a maple state from an RCU section that it has left, without a reset");
  CHECK(complaint({op(Op::kStore, kLockSeq, constant(1))}, properties::kSeqWriteRule) ==
        "t0 stores vma0->vm_lock_seq without mmap_lock of its mm held for write");
  CHECK(complaint({op(Op::kDownWrite, kLock), op(Op::kSeqBegin, kSeq), op(Op::kUpWrite, kLock)}, properties::kSeqParity) ==
        "mm0->mm_lock_seq is 1 while mmap_lock is free");
  CHECK(complaint({op(Op::kDownWrite, kLock), add_flag(), op(Op::kStore, kLockSeq, constant(1))}, properties::kSeqParity) ==
        "t0 stores a vm_lock_seq or changes a VMA while mm0->mm_lock_seq is 0, which is even");
  CHECK(complaint({look, op(Op::kWarn, reg(0))}, properties::kNoWarning) == "t0 meets the condition of WARN_ON_ONCE(ves.detached) in hand_made()");
  CHECK(complaint({op(Op::kUpRead, kLock)}, properties::kNoWarning) == "t0 releases mm0->mmap_lock, which it does not hold for read");
  CHECK(complaint({op(Op::kDownRead, kLock)}, properties::kNoWarning) == "t0 ends while it still holds mm0->mmap_lock");
  CHECK(complaint({op(Op::kMmGrab, kMm0)}, properties::kNoWarning) == "t0 ends while it still holds a reference of mm0");
  CHECK(complaint({put(), put()}, properties::kRefcountSane).find("vma0->vm_refcnt") == std::string::npos);  // refcnt-class comes first
  Scenario fresh = hand_made_scenario(1);
  fresh.vmas[0].mm.clear();
  const Machine unset = machine_of(fresh, {program({op(Op::kSlabAlloc, {}, {}, 2), look})});
  Run first_use(unset);
  CHECK(refcnt_class_text(unset, first_use.state, VmaId{0}) == "free in the slab; not set yet: the object was never used");
  first_use.step(0);
  first_use.step(0);
  CHECK(violation_text(unset, first_use.info, properties::kRefcountSane) ==
        "t0 relies on vma0->vm_refcnt, which was never set: the slab hands the object out for the first time, and nothing has set or zeroed it");
  CHECK(complaint({op(Op::kMmDrop, kMm0), op(Op::kMmGrab, kMm0)}, properties::kNoUseAfterFree) ==
        "t0 touches mm0->mm_count after the mm_struct was freed");
  CHECK(complaint({look, op(Op::kRcuLock)}, properties::kRcuBalanced) == "t0 ends inside an RCU read section");
  CHECK(complaint({look, op(Op::kRcuUnlock)}, properties::kRcuBalanced) == "t0 leaves an RCU read section that it is not in");
  CHECK(complaint({op(Op::kRcuLock), op(Op::kSchedule), op(Op::kRcuUnlock)}, properties::kRcuBalanced) == "t0 may sleep inside an RCU read section");
  CHECK(complaint({op(Op::kSetTaskState, constant(kTaskUninterruptible)), op(Op::kSchedule)}, properties::kNoStuck) ==
        "no thread can take a step, and not all are done");
}

}  // namespace vmalab::testing

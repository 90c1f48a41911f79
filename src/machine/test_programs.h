// SPDX-License-Identifier: GPL-2.0-only
// For tests only: programs put together by hand, and machines and runs made of them.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "machine/machine.h"

namespace vmalab::testing {

inline Operand constant(Word value) { return {Operand::Kind::kConst, value, 0}; }
inline Operand reg(Word number) { return {Operand::Kind::kRegister, number, 0}; }
inline Operand self() { return {Operand::Kind::kSelf, 0, 0}; }

const Operand kMm0 = constant(mm_address(0));
const Operand kLock = constant(mm_address(0, MmField::kMmapLock));
const Operand kSeq = constant(mm_address(0, MmField::kMmLockSeq));
const Operand kWait = constant(mm_address(0, MmField::kVmaWriterWait));
const Operand kTree = constant(mm_address(0, MmField::kMmMt));
const Operand kVma0 = constant(vma_address(0));
const Operand kRefcnt = kVma0;
const Operand kLockSeq = constant(vma_address(0, VmaField::kLockSeq));
const Operand kVmMm = constant(vma_address(0, VmaField::kMm));
const Operand kDepMap = constant(vma_address(0, VmaField::kDepMap));
const Operand kFlag = constant(kExcludeReadersFlag);

/// A program as a list of instructions; kEnd is added. All registers count as live everywhere.
inline Program program(std::vector<Instr> code, std::vector<std::string> strings = {}) {
  Program p;
  p.entry = p.label = "hand_made";
  p.code = std::move(code);
  p.code.push_back({});
  p.frames.push_back({"hand_made", 0, {}, {}});
  p.strings = std::move(strings);
  p.live_in.assign(p.code.size(), 0xffff);
  p.register_count = kMaxRegisters;
  return p;
}

inline Instr op(Op o, Operand a = {}, Operand b = {}, std::uint8_t dst = kNoRegister, std::uint8_t dst2 = kNoRegister) {
  Instr i;
  i.op = o;
  i.a = a;
  i.b = b;
  i.dst = dst;
  i.dst2 = dst2;
  return i;
}
inline Instr op_imm(Op o, Operand a, std::uint32_t imm) {
  Instr i = op(o, a);
  i.imm = imm;
  return i;
}
inline Instr jump(Op o, Pc target, Operand a = {}) {
  Instr i = op(o, a);
  i.target = target;
  return i;
}
/// Back from the lock's code to its user; `what` is of LockReturn.
inline Instr lock_return(std::uint32_t what = 0, Operand vma = {}) {
  Instr i = op_imm(Op::kLockReturn, {}, what);
  i.d = vma;
  return i;
}
inline Instr tree_store(Word start, Word end, Operand vma) {
  Instr i = op(Op::kTreeStore, kTree, constant(start));
  i.c = constant(end);
  i.d = vma;
  return i;
}
inline Instr tree_erase(Word start, Word end) {
  Instr i = tree_store(start, end, {});
  i.op = Op::kTreeErase;
  return i;
}

inline Instr read_lock() { return op(Op::kRefIncLimited, kRefcnt, constant(kExcludeReadersFlag - 1), 0, 1); }
inline Instr put() { return op(Op::kRefSubAndTest, constant(1), kRefcnt, 0, 1); }
inline Instr add_flag() { return op(Op::kRefAddNotZero, kFlag, kRefcnt, 0, 1); }
inline Instr sub_flag() { return op(Op::kRefSubAndTest, kFlag, kRefcnt, 0, 1); }

/// One mm, one attached VMA at page 1; threads t0, t1, ...
inline Scenario hand_made_scenario(std::size_t threads) {
  Scenario s;
  s.name = "hand-made";
  s.mms.push_back({"mm0", 1, 0});
  s.vmas.push_back({"vma0", "mm0", 0x1000, 0x2000, true});
  for (std::size_t t = 0; t < threads; ++t) s.threads.push_back({"t" + std::to_string(t), "hand_made()"});
  return s;
}

/// The same, with sequences that are equal while mmap_lock is held for write: what mm_lock_seq becomes then is what vm_lock_seq
/// is at the start. So a write lock needs no store.
inline Scenario matching_scenario(std::size_t threads) {
  Scenario s = hand_made_scenario(threads);
  s.mms[0].lock_seq = ~Word{0} - 1;
  return s;
}

inline Machine machine_of(Scenario scenario, std::vector<Program> programs) {
  std::vector<int> program_of;
  for (std::size_t t = 0; t < programs.size(); ++t) program_of.push_back(static_cast<int>(t));
  return Machine::from_programs(std::move(scenario), std::move(programs), std::move(program_of)).value();
}
inline Machine machine_of(std::vector<Program> programs) {
  const std::size_t threads = programs.size();
  return machine_of(hand_made_scenario(threads), std::move(programs));
}

inline PropertySet only(const Property& property) { return bit_of(property); }
inline bool has(PropertySet set, const Property& property) { return (set & bit_of(property)) != 0; }

}  // namespace vmalab::testing

// SPDX-License-Identifier: GPL-2.0-only
#include "machine/postponed.h"

#include <algorithm>

namespace vmalab {

bool reads_any(const Instr& instr, RegisterSet registers) {
  const auto is_one = [registers](const Operand& o) {
    return o.kind == Operand::Kind::kRegister && (registers >> (o.value & (kMaxRegisters - 1)) & 1) != 0;
  };
  return is_one(instr.a) || is_one(instr.b) || is_one(instr.c) || is_one(instr.d);
}

bool comes_after_loads(const Instr& instr) {
  const bool weak = instr.order != Order::kRelease && instr.order != Order::kFull;
  switch (instr.op) {
    case Op::kFence: return instr.order != Order::kRelease;
    case Op::kRcuUnlock:
    case Op::kEnd:
    case Op::kRcuTake: return true;
    case Op::kLoad:
    case Op::kTreeLoad:
    case Op::kTreeFind:
    case Op::kSeqBegin: return false;
    case Op::kStore:
    case Op::kRefSet:
    case Op::kRefIncLimited:
    case Op::kRefAddNotZero:
    case Op::kRefAdd:
    case Op::kAtomic:
    case Op::kLock:
    case Op::kTryLock: return !weak;
    default: return op_info(instr.op).visible;
  }
}

bool may_be_postponed(const Program& program, Pc pc) {
  const Instr& load = program.code[pc];
  if (load.op != Op::kLoad || load.order == Order::kAcquire || load.dst == kNoRegister) return false;
  auto open = static_cast<RegisterSet>(1u << load.dst);
  const auto set = [&open](std::uint8_t r, bool is_open) {
    if (r != kNoRegister) open = static_cast<RegisterSet>(is_open ? open | 1u << r : open & ~(1u << r));
  };
  std::size_t at = pc + std::size_t{1};
  for (std::size_t n = 0; n < program.code.size() && at < program.code.size(); ++n) {
    const Instr& i = program.code[at];
    open &= program.live_in[at];
    const bool uses = reads_any(i, open);
    if (open == 0 || (uses && !is_copy(i.op)) || comes_after_loads(i)) return false;
    if (op_info(i.op).visible || i.op == Op::kJumpIf || i.op == Op::kJumpIfNot) return true;
    set(i.dst, uses);
    at = i.op == Op::kJump ? i.target : at + 1;
  }
  return false;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// What an operand of an instruction is worth to a thread.
#pragma once

#include "machine/state.h"

namespace vmalab {

inline Word operand_value(const ThreadState& thread, ThreadId t, const Operand& o) {
  switch (o.kind) {
    case Operand::Kind::kConst: return o.value + o.field;
    case Operand::Kind::kRegister: return thread.registers[o.value & (kMaxRegisters - 1)] + o.field;
    case Operand::Kind::kSelf: return task_address(t.value) + o.field;
    case Operand::Kind::kNone: break;
  }
  return 0;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// A Program is what one thread runs: the entry function with every call inlined, as a flat list of
// instructions. A thread is one program counter plus a few registers; the call stack on the screen is debug
// information derived from the counter. A Program is immutable and shared by the threads that run it.
//
// Invariants: every path from a visible instruction to the next is finite and short (the lowering refuses a
// loop without a visible instruction); the last instruction is kEnd; dead registers are zero at every
// visible instruction (see live_in), so that equal situations are equal bytes.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "lang/layout.h"
#include "lang/op.h"

namespace vmalab {

using Pc = std::uint16_t;
using RegisterSet = std::uint16_t;  ///< bit r: register r
static_assert(kMaxRegisters <= 16);

/// Where something is written: file is an index into SourceSet; line and column count from 1.
struct SourcePos {
  std::uint16_t file = 0;
  std::uint16_t column = 0;
  std::uint32_t line = 0;
  friend bool operator==(const SourcePos&, const SourcePos&) = default;
};

/// A constant, a register, or nothing.
struct Operand {
  enum class Kind : std::uint8_t { kNone, kConst, kRegister, kSelf /* the running thread's task pointer */ };
  Kind kind = Kind::kNone;
  Word value = 0;  ///< the constant, or the register number
  /// Added to the value: &vma->vm_lock_seq is register vma + field 1 (see layout.h). Only for addresses.
  std::uint8_t field = 0;
  friend bool operator==(const Operand&, const Operand&) = default;
};

constexpr std::uint8_t kNoRegister = 0xff;

struct Instr {
  Op op = Op::kEnd;
  Order order = Order::kPlain;
  std::uint8_t dst = kNoRegister;
  std::uint8_t dst2 = kNoRegister;
  Operand a, b, c, d;
  std::uint32_t imm = 0;    ///< see op.h
  Pc target = 0;            ///< jumps
  std::uint16_t frame = 0;  ///< index into Program::frames: the innermost function this was inlined into
  SourcePos pos;
  SourcePos end;  ///< one past the last character of the expression, same line, for highlighting
};

/// One inlined call. frames[0] is the entry function; a parent comes before its children.
struct Frame {
  std::string function;      ///< also statement-expression macros such as rcuwait_wait_event
  std::uint16_t parent = 0;  ///< frames[0] is its own parent
  SourcePos call;            ///< where the parent calls it; line 0 for frames[0]
  SourcePos definition;
};

/// A C variable or parameter, for the screen. It can be shown while the program counter is in [first, last)
/// of one of its places.
struct Variable {
  std::string name;  ///< "oldcnt", "ves.detached"
  std::string type;  ///< C type as written
  std::uint16_t frame = 0;
  struct Place {
    Pc first = 0, last = 0;
    Operand where;  ///< a register or a constant
  };
  std::vector<Place> places;
};

/// A call that a stub stood in for (stubs.h).
struct StubCall {
  std::string function;
  SourcePos pos;
  std::vector<std::string> options;  ///< what it may give
  std::string value;                 ///< what it gives in this program
  bool in_loop = false;              ///< it can be called again in one run, and gives the same again
  int block = 0;                     ///< while lowering
};

/// A condition whose outcome was known before the program ran, everywhere or on a way into it: no instruction asks for it there.
struct DecidedCondition {
  SourcePos pos;
  std::string function;  ///< that it stands in
  bool outcome = false;
  friend bool operator==(const DecidedCondition&, const DecidedCondition&) = default;
};

struct Program {
  std::string entry;  ///< "reader"
  std::string label;  ///< "reader(mm0, 0x1000)": equal labels are equal programs
  std::vector<Instr> code;
  std::vector<Frame> frames;
  std::vector<Variable> variables;
  std::vector<std::string> strings;   ///< texts of warnings
  std::vector<StubCall> stub_calls;   ///< in the order of the C text
  std::vector<std::string> left_out;  ///< assertions that threads make and the loaded kernel does not have
  std::vector<DecidedCondition> decided;
  std::vector<RegisterSet> live_in;  ///< by pc: registers whose value is still read at or after it
  int register_count = 0;

  int visible_count() const;                         ///< number of visible instructions
  std::vector<std::uint16_t> stack_at(Pc pc) const;  ///< frames from the entry function inwards
};

}  // namespace vmalab

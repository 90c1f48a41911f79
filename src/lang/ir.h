// SPDX-License-Identifier: GPL-2.0-only
// What the lowering makes of C before it is a Program: basic blocks of instructions over any number of
// virtual registers. An Operand of kind kRegister holds a virtual register number here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/program.h"
#include "lang/token.h"

namespace vmalab {

constexpr int kNoVirtual = -1;

struct IrInstr {
  Op op = Op::kMove;
  /// Not an instruction: from here on the variable stored in `dst` has the value `a`.
  bool is_note = false;
  /// A local is copied as a part of something larger, which may have no value yet: no read of it.
  bool passes_on = false;
  /// Not an instruction either: from here on `dst` has no value, and unset_names[unset_name] says what a read of it is. Until
  /// report_unset_reads() has run; -1 otherwise.
  int unset_name = -1;
  Order order = Order::kPlain;
  int dst = kNoVirtual;
  int dst2 = kNoVirtual;
  Operand a, b, c, d;
  std::uint32_t imm = 0;
  std::uint16_t frame = 0;
  SourcePos pos, end;
};

struct IrEnd {
  enum class Kind : std::uint8_t { kJump, kBranch, kEnd };
  Kind kind = Kind::kEnd;
  Operand value;         ///< kBranch: the condition; kEnd: the result
  int yes = -1;          ///< kJump, kBranch: block number
  int no = -1;           ///< kBranch
  bool negated = false;  ///< kBranch: what the text says is `!value`
  std::uint16_t frame = 0;
  SourcePos pos, end;
};

struct IrBlock {
  std::vector<IrInstr> code;
  IrEnd term;
};

struct IrVariable {
  std::string name;
  std::string type;
  std::uint16_t frame = 0;
  int storage = kNoVirtual;
};

struct IrProgram {
  std::string entry, label;
  std::vector<IrBlock> blocks;  ///< 0 is the entry; the only kEnd is in the last one of `layout`
  std::vector<int> layout;      ///< blocks in the order of the C text
  int virtual_count = 0;
  std::vector<int> inputs;  ///< virtual registers that have a value at the entry
  std::vector<Frame> frames;
  std::vector<IrVariable> variables;
  std::vector<std::string> strings;
  std::vector<StubCall> stub_calls;
  std::vector<std::string> left_out;  ///< see Program
  std::vector<DecidedCondition> decided;
  std::vector<std::string> unset_names;  ///< see IrInstr::unset_name
  std::vector<int> elements;             ///< registers of arrays that are read or written by an index that is not known
};

inline Operand constant(Word value) { return {Operand::Kind::kConst, value, 0}; }
inline Operand reg(int number) { return {Operand::Kind::kRegister, static_cast<Word>(number), 0}; }
inline bool is_constant(const Operand& operand) { return operand.kind == Operand::Kind::kConst; }
inline bool is_register(const Operand& operand) { return operand.kind == Operand::Kind::kRegister; }
/// The operand `field` words further.
inline Operand at_field(Operand operand, unsigned field) {
  if (is_constant(operand)) {
    operand.value += field;
  } else {
    operand.field = static_cast<std::uint8_t>(operand.field + field);
  }
  return operand;
}

/// A local instruction that only computes dst: it may be removed, repeated or folded.
bool is_pure(const IrInstr& instr);
bool is_comparison(Op op);

/// Makes a violation of every read of a local that has no value, where the code can come to one.
void report_unset_reads(IrProgram& ir);

/// Propagates constants and copies, removes dead code, straightens the flow. Throws CompileError when the
/// program is too large to handle.
void optimize(IrProgram& ir);

/// Live virtual registers at the start of each block.
class Liveness {
 public:
  explicit Liveness(const IrProgram& ir);
  using Set = std::vector<bool>;
  Set at_end(int block) const;
  /// Takes `live` from after the instruction to before it.
  static void step_back(const IrInstr& instr, Set& live);
  static void step_back(const IrEnd& term, Set& live);
  bool live_at_start(int block, int number) const;

 private:
  const IrProgram& ir_;
  std::vector<int> globals_;
  std::vector<int> global_of_;  ///< number among the registers used in several blocks, or -1
  std::vector<std::vector<std::uint64_t>> in_;
};
std::vector<int> successors(const IrEnd& term);

/// Numbers of the registers that occur in more than one block; -1 for all others.
std::vector<int> number_globals(const IrProgram& ir, std::vector<int>& globals);

/// Gives each virtual register one of the kMaxRegisters, -1 for the unused ones. Throws CompileError when they
/// do not suffice.
std::vector<int> allocate_registers(const IrProgram& ir);

/// The flat program. Throws SilentLoop for a loop without a visible instruction.
Program emit_program(const IrProgram& ir, const std::vector<int>& registers);

}  // namespace vmalab

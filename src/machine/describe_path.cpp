// SPDX-License-Identifier: GPL-2.0-only
// What happens in a step behind its shared access, as far as the access alone decides it: the error a function gives back,
// and that the thread goes back for another try.
#include <array>
#include <optional>

#include "lang/arithmetic.h"
#include "machine/words.h"

namespace vmalab::words {
namespace {

/// Follows the local instructions of a step with what is known: constants, and what the access gave back.
class Walk {
 public:
  Walk(const Machine& machine, const StepInfo& info) : machine_(machine), info_(info), program_(machine.program(info.action.thread)) {
    const Instr& access = program_.code[info.pc];
    set(access.dst, info.result);
    set(access.dst2, info.old_value);
  }

  /// "vma_start_read() gives -EAGAIN", or empty.
  std::string error() {
    std::string text;
    constexpr int kMostSteps = 400;
    Pc pc = info_.pc + 1;
    for (int steps = 0; steps < kMostSteps && pc < program_.code.size() && pc != info_.next_pc; ++steps) {
      const Instr& i = program_.code[pc];
      const std::optional<Word> a = value(i.a), b = value(i.b);
      if (op_info(i.op).visible || i.op == Op::kEnd) break;
      if (i.op == Op::kJump) {
        pc = i.target;
        continue;
      }
      if (i.op == Op::kJumpIf || i.op == Op::kJumpIfNot) {
        if (!a) break;
        pc = (*a != 0) == (i.op == Op::kJumpIf) ? i.target : static_cast<Pc>(pc + 1);
        continue;
      }
      const bool known = is_arithmetic(i.op) && a && b;
      set(i.dst, known ? std::optional(arithmetic(i.op, i.imm, *a, *b)) : std::nullopt);
      set(i.dst2, std::nullopt);
      if (i.op == Op::kMove && known && is_error(*a)) text = program_.frames[i.frame].function + "() gives " + address_text(machine_, *a);
      ++pc;
    }
    return text;
  }

 private:
  static bool is_error(Word word) {
    return word == static_cast<Word>(-static_cast<int>(kEAgain)) || word == static_cast<Word>(-static_cast<int>(kEIntr));
  }
  void set(std::uint8_t reg, std::optional<Word> word) {
    if (reg < registers_.size()) registers_[reg] = word;
  }
  std::optional<Word> value(const Operand& o) const {
    switch (o.kind) {
      case Operand::Kind::kConst: return o.value + o.field;
      case Operand::Kind::kSelf: return task_address(info_.action.thread.value) + o.field;
      case Operand::Kind::kNone: return 0;
      case Operand::Kind::kRegister: break;
    }
    const std::optional<Word>& known = registers_[o.value % registers_.size()];
    return known ? std::optional<Word>(*known + o.field) : std::nullopt;
  }

  const Machine& machine_;
  const StepInfo& info_;
  const Program& program_;
  std::array<std::optional<Word>, kMaxRegisters> registers_;
};

/// The function in which the thread goes back to an earlier place, or empty: seen in the source, where the two calls or
/// accesses stand.
std::string goes_back_in(const Machine& machine, const StepInfo& info) {
  const Program& program = machine.program(info.action.thread);
  if (info.next_pc > info.pc || info.next_pc >= program.code.size()) return {};
  const std::vector<std::uint16_t> from = program.stack_at(info.pc), to = program.stack_at(info.next_pc);
  std::size_t common = 0;
  while (common < from.size() && common < to.size() && from[common] == to[common]) ++common;
  if (common == 0) return {};
  const auto line = [&](const std::vector<std::uint16_t>& stack, Pc pc) {
    return common < stack.size() ? program.frames[stack[common]].call.line : program.code[pc].pos.line;
  };
  return line(to, info.next_pc) <= line(from, info.pc) ? program.frames[from[common - 1]].function : std::string();
}

}  // namespace

std::string after_access_text(const Machine& machine, const StepInfo& info) {
  if (info.action.kind == Action::Kind::kSignal || info.kind != Way::Kind::kAccess || info.finished ||
      info.pc >= machine.program(info.action.thread).code.size())
    return {};
  std::string text = Walk(machine, info).error();
  if (const std::string function = goes_back_in(machine, info); !function.empty()) {
    text += (text.empty() ? "" : ", and ") + function + "() goes round again";
  }
  return text.empty() ? text : "; " + text;
}

}  // namespace vmalab::words

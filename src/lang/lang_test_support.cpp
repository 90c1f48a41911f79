// SPDX-License-Identifier: GPL-2.0-only
#include "lang/lang_test_support.h"

#include <fstream>
#include <sstream>

#include "lang/arithmetic.h"
#include "lang/ir.h"

namespace vmalab::test {
namespace {

std::string primitives() {
  std::ifstream in(std::string(VMALAB_TEST_ASSETS) + "/kernel/primitives.h");
  std::ostringstream text;
  text << in.rdbuf();
  REQUIRE(in.good());
  return text.str();
}

std::string word_text(Word value) {
  const ObjectKind kind = address_kind(value);
  if (kind == ObjectKind::kNone) return value > 0x7fffffff ? std::to_string(static_cast<std::int32_t>(value)) : std::to_string(value);
  const char* name = kind == ObjectKind::kMm ? "mm" : kind == ObjectKind::kVma ? "vma" : "task";
  std::string text = name + std::to_string(address_object(value));
  const FieldInfo* field = find_field(kind, address_field(value));
  return address_field(value) == 0 && kind == ObjectKind::kTask ? text : text + '.' + (field ? std::string(field->name) : "?");
}

std::string operand_text(const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::kNone: return "";
    case Operand::Kind::kConst: return word_text(operand.value);
    case Operand::Kind::kRegister: return "r" + std::to_string(operand.value) + (operand.field ? "+" + std::to_string(operand.field) : "");
    case Operand::Kind::kSelf: return "self";
  }
  return "?";
}

std::string instr_text(const Instr& instr) {
  constexpr const char* kOrders[] = {"", " once", " relaxed", " acquire", " release", " full"};
  std::string text(op_info(instr.op).name);
  if (instr.dst != kNoRegister) text += " r" + std::to_string(instr.dst) + " =";
  if (instr.dst2 != kNoRegister) text += " old r" + std::to_string(instr.dst2) + " =";
  for (const Operand* operand : {&instr.a, &instr.b, &instr.c, &instr.d}) {
    if (operand->kind != Operand::Kind::kNone) text += ' ' + operand_text(*operand);
  }
  if (instr.op == Op::kJump || instr.op == Op::kJumpIf || instr.op == Op::kJumpIfNot) text += " -> " + std::to_string(instr.target);
  return text + kOrders[static_cast<int>(instr.order)];
}

}  // namespace

const std::vector<ObjectName>& objects() {
  static const std::vector<ObjectName> names{{"mm0", mm_address(0)},   {"mm1", mm_address(1)},  {"vma0", vma_address(0)},
                                             {"vma1", vma_address(1)}, {"r1", task_address(0)}, {"w1", task_address(1)}};
  return names;
}

Result<CodeBase> try_code(const std::string& text, bool lockdep) {
  CodeConfig config;
  config.lockdep = lockdep;
  return CodeBase::load_texts({{"kernel/primitives.h", primitives(), SourceFile::Origin::kModel}, {"test.c", text, SourceFile::Origin::kModel}},
                              config);
}

CodeBase code(const std::string& text, bool lockdep) {
  Result<CodeBase> loaded = try_code(text, lockdep);
  if (!loaded) FAIL(loaded.error().to_string());
  return *loaded;
}

Program lower(const std::string& text, const std::string& call) {
  Result<Program> program = code(text).lower_call(call, objects());
  if (!program) FAIL(program.error().to_string());
  return *program;
}

std::string position(const Diagnostic& diagnostic) {
  return diagnostic.file + ':' + std::to_string(diagnostic.line) + ':' + std::to_string(diagnostic.column) + ": " + diagnostic.message;
}

std::string error_of(const std::string& text, const std::string& call) {
  const Result<CodeBase> loaded = try_code(text);
  if (!loaded) return position(loaded.error());
  const Result<Program> program = loaded->lower_call(call, objects());
  return program ? "no error" : position(program.error());
}

std::string listing(const Program& program) {
  std::string text;
  for (std::size_t pc = 0; pc < program.code.size(); ++pc) text += std::to_string(pc) + ' ' + instr_text(program.code[pc]) + '\n';
  return text;
}

Run run(const Program& program, std::map<Word, Word> memory, int max_steps) {
  Run out;
  out.memory = std::move(memory);
  std::vector<Word> registers(kMaxRegisters);
  const auto value = [&](const Operand& operand) -> Word {
    switch (operand.kind) {
      case Operand::Kind::kConst: return operand.value;
      case Operand::Kind::kRegister: return registers[operand.value] + operand.field;
      case Operand::Kind::kSelf: return task_address(0) + operand.field;
      case Operand::Kind::kNone: break;
    }
    return 0;
  };
  std::size_t pc = 0;
  for (; out.steps < max_steps; ++out.steps) {
    const Instr& instr = program.code[pc];
    if (op_info(instr.op).visible) {
      // Dead registers hold nothing while a thread rests.
      for (std::size_t r = 0; r < registers.size(); ++r) {
        if ((program.live_in[pc] >> r & 1) == 0) registers[r] = 0;
      }
    }
    const Word a = value(instr.a), b = value(instr.b);
    Word result = 0, old = 0;
    ++pc;
    switch (instr.op) {
      case Op::kJump: pc = instr.target; break;
      case Op::kJumpIf:
        if (a != 0) pc = instr.target;
        break;
      case Op::kJumpIfNot:
        if (a == 0) pc = instr.target;
        break;
      case Op::kEnd:
        out.result = a;
        out.ended = true;
        return out;
      case Op::kWarn:
        if (a != 0) out.seen.push_back(program.strings[instr.imm]);
        break;
      case Op::kLoad: result = out.memory[a]; break;
      case Op::kAtomic:
        result = out.memory[a];
        out.memory[a] = atomic_value(static_cast<Atomic>(instr.imm), result, b, value(instr.c));
        break;
      case Op::kStore: out.memory[a] = b; break;
      case Op::kRefAddNotZero:
        old = out.memory[b];
        result = old != 0;
        if (result) out.memory[b] += a;
        break;
      case Op::kRefSubAndTest:
        old = out.memory[b];
        result = (out.memory[b] -= a) == 0;
        break;
      default:
        if (!is_arithmetic(instr.op)) break;
        result = arithmetic(instr.op, instr.imm, a, b);
        if (!fits(instr.op, instr.imm, a, b)) out.seen.emplace_back(kTooWide);
        break;
    }
    if (op_info(instr.op).visible) out.seen.emplace_back(op_info(instr.op).name);
    if (instr.dst != kNoRegister) registers[instr.dst] = result;
    if (instr.dst2 != kNoRegister) registers[instr.dst2] = old;
  }
  return out;
}

Word value_of(const std::string& body, Word x, Word y) {
  const std::string text = "int f(struct vm_area_struct *vma) { unsigned int ux = vma->vm_start, uy = vma->vm_end; int x = ux, y = uy; " + body +
                           " }";
  const Run done = run(lower(text, "f(vma0)"), {{vma_address(0, VmaField::kStart), x}, {vma_address(0, VmaField::kEnd), y}});
  CHECK(done.ended);
  return done.result;
}

}  // namespace vmalab::test

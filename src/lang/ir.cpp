// SPDX-License-Identifier: GPL-2.0-only
#include "lang/ir.h"

#include <algorithm>

#include "lang/arithmetic.h"

namespace vmalab {

bool is_pure(const IrInstr& instr) { return instr.is_note || is_arithmetic(instr.op); }

bool is_comparison(Op op) { return op == Op::kNot || op == Op::kBool || (op >= Op::kEq && op <= Op::kLeS); }

std::vector<int> successors(const IrEnd& term) {
  if (term.kind == IrEnd::Kind::kJump) return {term.yes};
  if (term.kind == IrEnd::Kind::kBranch) return {term.yes, term.no};
  return {};
}

std::vector<int> number_globals(const IrProgram& ir, std::vector<int>& globals) {
  constexpr int kUnseen = -1, kShared = -2;
  std::vector<int> seen(static_cast<std::size_t>(ir.virtual_count), kUnseen);
  const auto mention = [&](int number, int block) {
    if (number < 0) return;
    int& home = seen[static_cast<std::size_t>(number)];
    home = home == kUnseen || home == block ? block : kShared;
  };
  const auto mention_operand = [&](const Operand& operand, int block) {
    if (is_register(operand)) mention(static_cast<int>(operand.value), block);
  };
  for (const int block : ir.layout) {
    const IrBlock& code = ir.blocks[static_cast<std::size_t>(block)];
    for (const IrInstr& instr : code.code) {
      if (!instr.is_note) mention(instr.dst, block);
      mention(instr.dst2, block);
      for (const Operand* operand : {&instr.a, &instr.b, &instr.c, &instr.d}) mention_operand(*operand, block);
    }
    mention_operand(code.term.value, block);
  }
  for (const int input : ir.inputs) seen[static_cast<std::size_t>(input)] = kShared;
  std::vector<int> global_of(seen.size(), -1);
  globals.clear();
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] != kShared) continue;
    global_of[i] = static_cast<int>(globals.size());
    globals.push_back(static_cast<int>(i));
  }
  // The analyses keep a fact for each of these in each block.
  if (globals.size() * ir.blocks.size() > 20'000'000) {
    throw CompileError{ir.frames.empty() ? SourcePos{} : ir.frames[0].definition, "this program is too large once every call is inlined"};
  }
  return global_of;
}

void Liveness::step_back(const IrInstr& instr, Set& live) {
  if (instr.is_note) return;
  if (instr.dst >= 0) live[static_cast<std::size_t>(instr.dst)] = false;
  if (instr.dst2 >= 0) live[static_cast<std::size_t>(instr.dst2)] = false;
  for (const Operand* operand : {&instr.a, &instr.b, &instr.c, &instr.d}) {
    if (is_register(*operand)) live[operand->value] = true;
  }
}

void Liveness::step_back(const IrEnd& term, Set& live) {
  if (is_register(term.value)) live[term.value.value] = true;
}

Liveness::Liveness(const IrProgram& ir) : ir_(ir), global_of_(number_globals(ir, globals_)) {
  const std::size_t words = (globals_.size() + 63) / 64;
  std::vector<std::vector<std::uint64_t>> use(ir.blocks.size()), def(ir.blocks.size());
  in_.assign(ir.blocks.size(), std::vector<std::uint64_t>(words));
  for (const int block : ir.layout) {
    const auto b = static_cast<std::size_t>(block);
    use[b].assign(words, 0);
    def[b].assign(words, 0);
    const auto set = [&](std::vector<std::uint64_t>& bits, Word number) {
      const int global = global_of_[number];
      if (global >= 0) bits[static_cast<std::size_t>(global) / 64] |= std::uint64_t{1} << (global % 64);
    };
    const auto defined = [&](Word number) {
      const int global = global_of_[number];
      return global >= 0 && (def[b][static_cast<std::size_t>(global) / 64] >> (global % 64) & 1) != 0;
    };
    const auto read = [&](const Operand& operand) {
      if (is_register(operand) && !defined(operand.value)) set(use[b], operand.value);
    };
    for (const IrInstr& instr : ir.blocks[b].code) {
      if (instr.is_note) continue;
      for (const Operand* operand : {&instr.a, &instr.b, &instr.c, &instr.d}) read(*operand);
      if (instr.dst >= 0) set(def[b], static_cast<Word>(instr.dst));
      if (instr.dst2 >= 0) set(def[b], static_cast<Word>(instr.dst2));
    }
    read(ir.blocks[b].term.value);
  }
  bool changed = true;
  while (changed) {
    changed = false;
    for (auto block = ir.layout.rbegin(); block != ir.layout.rend(); ++block) {
      const auto b = static_cast<std::size_t>(*block);
      for (std::size_t w = 0; w < words; ++w) {
        std::uint64_t out = 0;
        for (const int next : successors(ir.blocks[b].term)) out |= in_[static_cast<std::size_t>(next)][w];
        const std::uint64_t in = use[b][w] | (out & ~def[b][w]);
        if (in != in_[b][w]) {
          in_[b][w] = in;
          changed = true;
        }
      }
    }
  }
}

bool Liveness::live_at_start(int block, int number) const {
  const int global = global_of_[static_cast<std::size_t>(number)];
  if (global < 0) return false;
  return (in_[static_cast<std::size_t>(block)][static_cast<std::size_t>(global) / 64] >> (global % 64) & 1) != 0;
}

Liveness::Set Liveness::at_end(int block) const {
  Set live(static_cast<std::size_t>(ir_.virtual_count));
  const IrEnd& term = ir_.blocks[static_cast<std::size_t>(block)].term;
  for (const int next : successors(term)) {
    for (const int number : globals_) {
      if (live_at_start(next, number)) live[static_cast<std::size_t>(number)] = true;
    }
  }
  step_back(term, live);
  return live;
}

}  // namespace vmalab

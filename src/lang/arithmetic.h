// SPDX-License-Identifier: GPL-2.0-only
// Arithmetic on words: what the compiler folds and what threads and expressions compute is the same.
#pragma once

#include "lang/layout.h"
#include "lang/op.h"

namespace vmalab {

/// kMove to kLeS: these come first in the enum.
constexpr bool is_arithmetic(Op op) { return op <= Op::kLeS; }

/// Precondition: is_arithmetic(op). Wraps around, as the kernel is compiled to.
constexpr Word arithmetic(Op op, Word a, Word b) {
  const auto as_signed = [](Word word) { return static_cast<std::int32_t>(word); };
  switch (op) {
    case Op::kMove: return a;
    case Op::kNot: return a == 0;
    case Op::kNegate: return -a;
    case Op::kComplement: return ~a;
    case Op::kBool: return a != 0;
    case Op::kAdd: return a + b;
    case Op::kSub: return a - b;
    case Op::kMul: return a * b;
    case Op::kAnd: return a & b;
    case Op::kOr: return a | b;
    case Op::kXor: return a ^ b;
    case Op::kShl: return a << (b & 31);
    case Op::kShr: return a >> (b & 31);
    case Op::kSar: return static_cast<Word>(as_signed(a) >> (b & 31));
    case Op::kEq: return a == b;
    case Op::kNe: return a != b;
    case Op::kLtU: return a < b;
    case Op::kLeU: return a <= b;
    case Op::kLtS: return as_signed(a) < as_signed(b);
    case Op::kLeS: return as_signed(a) <= as_signed(b);
    default: return 0;
  }
}

}  // namespace vmalab

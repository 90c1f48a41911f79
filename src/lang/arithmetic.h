// SPDX-License-Identifier: GPL-2.0-only
// Arithmetic on words: what the compiler folds and what threads and expressions compute is the same. A word has 32 bits, and
// stands for a number of 64 bits as well, where those above are all like the highest of its own.
#pragma once

#include <optional>
#include <string_view>

#include "lang/layout.h"
#include "lang/op.h"

namespace vmalab {

/// kMove to kLeS: these come first in the enum.
constexpr bool is_arithmetic(Op op) { return op <= Op::kLeS; }

/// Precondition: is_arithmetic(op). Wraps around, as the kernel is compiled to.
constexpr Word arithmetic(Op op, Word a, Word b) {
  const auto as_signed = [](Word word) { return static_cast<std::int32_t>(word); };
  switch (op) {
    case Op::kMove:
    case Op::kWiden: return a;
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

/// The text of a kWarn where a number does not fit a word.
inline constexpr std::string_view kTooWide = "a number of more than 32 bits, which is not simulated";

/// The same of numbers of 64 bits. nullopt: the result does not fit a word.
constexpr std::optional<Word> wide_arithmetic(Op op, Word a, Word b) {
  const std::int64_t x = static_cast<std::int32_t>(a), y = static_cast<std::int32_t>(b);
  const bool far = b >= 32;
  std::int64_t exact = 0;
  switch (op) {
    case Op::kNegate: exact = -x; break;
    case Op::kAdd: exact = x + y; break;
    case Op::kSub: exact = x - y; break;
    case Op::kMul: exact = x * y; break;
    case Op::kWiden:
      if (x < 0) return std::nullopt;
      exact = x;
      break;
    case Op::kShl:
      if (far && x != 0) return std::nullopt;
      exact = far ? 0 : x * (std::int64_t{1} << b);
      break;
    case Op::kShr:
      // Of an address the high bits go; what is left of it are the low ones, and those are looked at.
      if (x < 0) return far ? std::nullopt : std::optional(arithmetic(op, a, b));
      exact = far ? 0 : x >> b;
      break;
    case Op::kSar: exact = x >> (far ? 63 : b); break;
    default: return arithmetic(op, a, b);
  }
  if (exact != static_cast<std::int32_t>(exact)) return std::nullopt;
  return static_cast<Word>(exact);
}
/// What an instruction computes: with imm 1 the numbers are of 64 bits. One that does not fit wraps around, and fits() says so.
constexpr Word arithmetic(Op op, std::uint32_t imm, Word a, Word b) {
  return imm == 0 ? arithmetic(op, a, b) : wide_arithmetic(op, a, b).value_or(arithmetic(op, a, b));
}
constexpr bool fits(Op op, std::uint32_t imm, Word a, Word b) { return imm == 0 || wide_arithmetic(op, a, b).has_value(); }

}  // namespace vmalab

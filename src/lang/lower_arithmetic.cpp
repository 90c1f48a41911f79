// SPDX-License-Identifier: GPL-2.0-only
// Operators on numbers: of 32 bits, or of 64, which are computed in 32 as long as they fit (wide_arithmetic).
#include <bit>

#include "lang/arithmetic.h"
#include "lang/lowering.h"
#include "lang/operators.h"

namespace vmalab {

/// An unsigned of 32 bits is extended by zeros, which a word can only show of one whose highest bit is not set.
Operand Lowering::widened(Operand op, const Type& from, const Type& to, const Expr& at) {
  const bool extends = to.is_wide() && from.is_integer() && from.is_unsigned() && !from.is_wide() && !from.is_narrow();
  return extends ? compute(Op::kWiden, op, Operand{}, at, true) : op;
}

Value Lowering::arithmetic(std::uint32_t op, const Value& a, const Value& b, const Expr& at) {
  if (a.kind != Value::Kind::kWord || b.kind != Value::Kind::kWord) {
    // `oldp == NULL` of a pointer to a local.
    const bool equal = is_op(op, "=="), unequal = is_op(op, "!=");
    const auto is_null = [](const Value& v) { return v.kind == Value::Kind::kWord && is_constant(v.op) && v.op.value == 0; };
    if ((equal || unequal) && (is_null(a) || is_null(b))) return word_value(int_type(), constant(unequal));
    fail(at.pos, "the address of a local may only be compared with NULL");
  }
  struct Entry {
    std::string_view text;
    Op as_unsigned, as_signed;
    bool swapped, compares;
  };
  static constexpr Entry kOperators[] = {
      {"+", Op::kAdd, Op::kAdd, false, false},  {"-", Op::kSub, Op::kSub, false, false},  {"*", Op::kMul, Op::kMul, false, false},
      {"&", Op::kAnd, Op::kAnd, false, false},  {"|", Op::kOr, Op::kOr, false, false},    {"^", Op::kXor, Op::kXor, false, false},
      {"<<", Op::kShl, Op::kShl, false, false}, {">>", Op::kShr, Op::kSar, false, false}, {"==", Op::kEq, Op::kEq, false, true},
      {"!=", Op::kNe, Op::kNe, false, true},    {"<", Op::kLtU, Op::kLtS, false, true},   {"<=", Op::kLeU, Op::kLeS, false, true},
      {">", Op::kLtU, Op::kLtS, true, true},    {">=", Op::kLeU, Op::kLeS, true, true},
  };
  for (const Entry& entry : kOperators) {
    if (!is_op(op, entry.text)) continue;
    const bool shifts = entry.text == "<<" || entry.text == ">>";
    if (entry.compares) {
      const auto is_null = [](const Value& v) { return is_constant(v.op) && v.op.value == 0; };
      const bool null_compare = (a.type.is_pointer() && is_null(b)) || (b.type.is_pointer() && is_null(a));
      if (!comparable(a.type, b.type) && !null_compare) {
        fail(at.pos, "incompatible types: a `" + type_text(a.type) + "` and a `" + type_text(b.type) + "` cannot be compared");
      }
    } else if (!a.type.is_integer() || !b.type.is_integer()) {
      fail(at.pos, "this operator needs numbers, not a `" + type_text(a.type.is_integer() ? b.type : a.type) + "`");
    }
    const Type common = common_type(a.type, shifts ? a.type : b.type);
    const bool may_go_far = common.is_wide() && entry.text == ">>";
    if (shifts && is_constant(b.op) && b.op.value >= (may_go_far ? 64 : 32)) {
      fail(at.pos,
           "a shift by " + std::to_string(b.op.value) + " does not fit " + (may_go_far ? "64 bits" : "32 bits, which is all that a value has here"));
    }
    const Operand left = widened(a.op, a.type, common, at), right = shifts ? b.op : widened(b.op, b.type, common, at);
    const Op chosen = common.is_unsigned() || a.type.is_pointer() || b.type.is_pointer() ? entry.as_unsigned : entry.as_signed;
    return word_value(entry.compares ? int_type() : common,
                      compute(chosen, entry.swapped ? right : left, entry.swapped ? left : right, at, common.is_wide()));
  }
  // Only / and % are left: the machine does not divide, but by a power of two it shifts.
  const bool divides = is_op(op, "/");
  if (!a.type.is_integer() || !b.type.is_integer()) fail(at.pos, "this operator needs numbers");
  const Type whole = common_type(a.type, b.type);
  const bool power = is_constant(b.op) && std::has_single_bit(b.op.value) && b.op.value < 0x80000000U;
  if (!is_constant(a.op) && power && whole.is_unsigned()) {
    const Operand left = widened(a.op, a.type, whole, at);
    const auto bits = static_cast<Word>(std::countr_zero(b.op.value));
    return word_value(whole,
                      divides ? compute(Op::kShr, left, constant(bits), at, whole.is_wide()) : compute(Op::kAnd, left, constant(b.op.value - 1), at));
  }
  if (!is_constant(a.op) || !is_constant(b.op)) {
    fail(at.pos, "division is only supported between constants, and of an unsigned number by a power of two");
  }
  const Word x = a.op.value, y = b.op.value;
  if (y == 0) fail(at.pos, "division by zero");
  const Type common = common_type(a.type, b.type);
  const std::int64_t sx = static_cast<std::int32_t>(x), sy = static_cast<std::int32_t>(y);
  if (common.is_wide() && common.is_unsigned() && (sx < 0 || sy < 0)) fail(at.pos, "a division of numbers of more than 32 bits is not supported");
  if (common.is_unsigned()) return word_value(common, constant(divides ? x / y : x % y));
  return word_value(common, constant(static_cast<Word>(divides ? sx / sy : sx % sy)));
}

/// A sum of 64 bits that an atomic makes: the operands have the same sign, and the result has not.
void Lowering::warn_of_overflow(Operand old, Operand amount, const Expr& at) {
  const Operand sum = compute(Op::kAdd, old, amount, at);
  const Operand signs = compute(Op::kAnd, compute(Op::kXor, old, sum, at), compute(Op::kXor, amount, sum, at), at);
  warn_if(compute(Op::kLtS, signs, constant(0), at), std::string(kTooWide), at);
}

}  // namespace vmalab

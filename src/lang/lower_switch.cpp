// SPDX-License-Identifier: GPL-2.0-only
// switch: the value is compared with one case after the other; the body is lowered in one piece, so that a case without a
// break goes on into the next.
#include "lang/lowering_nesting.h"

namespace vmalab {
namespace {

constexpr std::size_t kMaxCases = 256;

/// The cases of a switch, in order of their text; those of a switch inside it are its own.
void find_cases(const Stmt& stmt, std::vector<const Stmt*>& cases) {
  if (stmt.kind == Stmt::Kind::kSwitch) return;
  if (stmt.kind == Stmt::Kind::kCase || stmt.kind == Stmt::Kind::kDefault) cases.push_back(&stmt);
  for (const Stmt* inner : stmt.list) find_cases(*inner, cases);
  if (stmt.body != nullptr) find_cases(*stmt.body, cases);
  if (stmt.otherwise != nullptr) find_cases(*stmt.otherwise, cases);
}

}  // namespace

void Lowering::lower_switch(const Stmt& stmt) {
  Value tested = value(*stmt.expr);
  if (tested.kind != Value::Kind::kWord || !tested.type.is_integer()) fail(stmt.expr->pos, "a switch needs a number");
  tested.op = copied(tested.op, *stmt.expr);
  std::vector<const Stmt*> cases;
  find_cases(*stmt.body, cases);
  if (cases.size() > kMaxCases)
    fail(stmt.pos, "this switch has " + std::to_string(cases.size()) + " cases; at most " + std::to_string(kMaxCases) + " are supported");

  const int after = new_block();
  const Stmt* otherwise = nullptr;
  std::vector<std::pair<Word, Word>> taken;
  for (const Stmt* one : cases) {
    const int target = new_block();
    activations_.back().cases[one] = target;
    if (one->kind == Stmt::Kind::kDefault) {
      if (otherwise != nullptr) fail(one->pos, "this switch has a `default` already");
      otherwise = one;
      continue;
    }
    const auto bound = [&](const Expr& expr) {
      Value limit = value(expr);
      if (limit.kind != Value::Kind::kWord || !is_constant(limit.op)) fail(expr.pos, "a case is a constant");
      return limit;
    };
    const Value low = bound(*one->expr), high = one->step != nullptr ? bound(*one->step) : low;
    const auto below = [&](Word a, Word b) {
      return tested.type.is_unsigned() ? a < b : static_cast<std::int32_t>(a) < static_cast<std::int32_t>(b);
    };
    if (below(high.op.value, low.op.value)) fail(one->pos, "this range of a case is empty");
    for (const auto& [first, last] : taken) {
      if (!below(last, low.op.value) && !below(high.op.value, first)) fail(one->pos, "this switch has a case of that value already");
    }
    taken.emplace_back(low.op.value, high.op.value);
    const int next = new_block();
    if (one->step == nullptr) {
      branch(arithmetic(op_code("=="), tested, low, *one->expr).op, target, next, one->expr->pos, one->expr->end);
    } else {
      const int upper = new_block();
      branch(arithmetic(op_code(">="), tested, low, *one->expr).op, upper, next, one->expr->pos, one->expr->end);
      place(upper);
      branch(arithmetic(op_code("<="), tested, high, *one->step).op, target, next, one->step->pos, one->step->end);
    }
    place(next);
  }
  jump(otherwise != nullptr ? activations_.back().cases[otherwise] : after);
  place(new_block());  // what stands before the first case is never reached
  activations_.back().breaks.push_back({after, activations_.back().scopes.size()});
  statement(*stmt.body);
  activations_.back().breaks.pop_back();
  for (const Stmt* one : cases) activations_.back().cases.erase(one);
  at_ = stmt.pos;
  jump(after);
  place(after);
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include <charconv>

#include "lang/operators.h"
#include "lang/preprocessor.h"

namespace vmalab {
namespace {

constexpr int kMaxDepth = 100;

// Arithmetic is done unsigned so that hostile input overflows without undefined behaviour.
using U = unsigned long long;

class Condition {
 public:
  Condition(std::span<const Token> tokens, SourcePos where, bool strict) : tokens_(tokens), where_(where), strict_(strict) {}

  long long run() {
    const Value value = ternary(0);
    if (at_ < tokens_.size()) fail("unexpected text after the condition");
    return value.bits;
  }

 private:
  /// An intmax_t or a uintmax_t.
  struct Value {
    long long bits = 0;
    bool is_unsigned = false;
  };

  [[noreturn]] void fail(std::string message) const { throw CompileError{at_ < tokens_.size() ? tokens_[at_].pos : where_, std::move(message)}; }
  bool is(std::string_view text) const { return at_ < tokens_.size() && tokens_[at_].is(text); }

  Value ternary(int depth) {
    if (depth > kMaxDepth) fail("this condition is nested too deeply");
    const Value condition = binary(1, depth);
    if (!is("?")) return condition;
    ++at_;
    const Value yes = skipped(condition.bits == 0, [&] { return ternary(depth + 1); });
    if (!is(":")) fail("expected `:` in this condition");
    ++at_;
    const Value no = skipped(condition.bits != 0, [&] { return ternary(depth + 1); });
    return {condition.bits != 0 ? yes.bits : no.bits, yes.is_unsigned || no.is_unsigned};
  }

  Value binary(int lowest, int depth) {
    Value left = unary(depth + 1);
    while (at_ < tokens_.size() && tokens_[at_].kind == TokenKind::kPunct) {
      const std::string_view op = tokens_[at_].text;
      const int level = binary_precedence(op);
      if (level < lowest || level == 0) break;
      ++at_;
      const bool decided = (op == "&&" && left.bits == 0) || (op == "||" && left.bits != 0);
      left = apply(op, left, skipped(decided, [&] { return binary(level + 1, depth + 1); }));
    }
    return left;
  }

  /// What is not evaluated may be anything.
  template <typename Parse>
  Value skipped(bool skip, Parse parse) {
    unevaluated_ += skip;
    const Value value = parse();
    unevaluated_ -= skip;
    return value;
  }

  Value apply(std::string_view op, Value left, Value right) const {
    const long long a = left.bits, b = right.bits;
    const U ua = static_cast<U>(a), ub = static_cast<U>(b);
    const bool is_unsigned = left.is_unsigned || right.is_unsigned;
    if (op == "||") return {a != 0 || b != 0};
    if (op == "&&") return {a != 0 && b != 0};
    if (op == "==") return {a == b};
    if (op == "!=") return {a != b};
    if (op == "<") return {is_unsigned ? ua < ub : a < b};
    if (op == ">") return {is_unsigned ? ua > ub : a > b};
    if (op == "<=") return {is_unsigned ? ua <= ub : a <= b};
    if (op == ">=") return {is_unsigned ? ua >= ub : a >= b};
    const auto number = [](U bits, bool of_unsigned) { return Value{static_cast<long long>(bits), of_unsigned}; };
    if (op == "<<") return number(ua << (ub & 63), left.is_unsigned);
    if (op == ">>") return left.is_unsigned ? number(ua >> (ub & 63), true) : Value{a >> (ub & 63)};
    if (op == "|") return number(ua | ub, is_unsigned);
    if (op == "^") return number(ua ^ ub, is_unsigned);
    if (op == "&") return number(ua & ub, is_unsigned);
    if (op == "+") return number(ua + ub, is_unsigned);
    if (op == "-") return number(ua - ub, is_unsigned);
    if (op == "*") return number(ua * ub, is_unsigned);
    if (unevaluated_ > 0) return {0, is_unsigned};
    if (b == 0 || (b == -1 && !is_unsigned)) fail("division by zero or minus one in this condition");
    if (is_unsigned) return number(op == "/" ? ua / ub : ua % ub, true);
    return {op == "/" ? a / b : a % b};
  }

  Value unary(int depth) {
    if (depth > kMaxDepth) fail("this condition is nested too deeply");
    if (at_ >= tokens_.size()) fail("this condition ends too early");
    const Token& token = tokens_[at_++];
    if (token.is("!")) return {unary(depth + 1).bits == 0};
    if (token.is("-")) return apply("-", {0}, unary(depth + 1));
    if (token.is("+")) return unary(depth + 1);
    if (token.is("~")) return apply("^", {-1}, unary(depth + 1));
    if (token.is("(")) {
      const Value value = ternary(depth + 1);
      if (!is(")")) fail("expected `)` in this condition");
      ++at_;
      return value;
    }
    if (token.kind == TokenKind::kNumber) {
      const Number number = parse_number(token.text);
      if (!number.ok) fail("`" + std::string(token.text) + "` is not a number");
      return {static_cast<long long>(number.value), number.value > 0x7fffffffffffffffULL || has_unsigned_suffix(token.text)};
    }
    if (token.kind == TokenKind::kIdentifier) {
      const bool option = token.text.starts_with("CONFIG_") || token.text.starts_with("__");
      if (unevaluated_ == 0 && (is("(") || (strict_ && !option))) {
        --at_;
        fail("this condition cannot be evaluated: no file that is read defines `" + std::string(token.text) + "`");
      }
      skip_arguments();
      return {};
    }
    --at_;
    fail("unexpected `" + std::string(token.text) + "` in this condition");
  }

  static bool has_unsigned_suffix(std::string_view text) { return text.find_first_of("uU") != std::string_view::npos; }

  void skip_arguments() {
    if (!is("(")) return;
    int open = 0;
    for (; at_ < tokens_.size(); ++at_) {
      if (is("(")) ++open;
      if (is(")") && --open == 0) {
        ++at_;
        return;
      }
    }
  }

  std::span<const Token> tokens_;
  SourcePos where_;
  bool strict_;
  int unevaluated_ = 0;
  std::size_t at_ = 0;
};

}  // namespace

long long evaluate_condition(std::span<const Token> tokens, SourcePos where, bool strict) { return Condition(tokens, where, strict).run(); }

Number parse_number(std::string_view text) {
  Number number;
  int base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number.value, base);
  if (error != std::errc()) return number;
  for (const char* c = end; c != text.data() + text.size(); ++c) {
    if (*c == 'u' || *c == 'U') {
      number.is_unsigned = true;
    } else if (*c == 'l' || *c == 'L') {
      number.is_long = true;
    } else {
      return number;
    }
  }
  // What does not fit an int is long if it is decimal, else an unsigned int if that does.
  if (number.value > 0x7fffffff && !number.is_unsigned) (base == 10 ? number.is_long : number.is_unsigned) = true;
  number.ok = true;
  return number;
}

}  // namespace vmalab

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
    const long long value = ternary(0);
    if (at_ < tokens_.size()) fail("unexpected text after the condition");
    return value;
  }

 private:
  [[noreturn]] void fail(std::string message) const { throw CompileError{at_ < tokens_.size() ? tokens_[at_].pos : where_, std::move(message)}; }
  bool is(std::string_view text) const { return at_ < tokens_.size() && tokens_[at_].is(text); }

  long long ternary(int depth) {
    if (depth > kMaxDepth) fail("this condition is nested too deeply");
    const long long condition = binary(1, depth);
    if (!is("?")) return condition;
    ++at_;
    const long long yes = skipped(condition == 0, [&] { return ternary(depth + 1); });
    if (!is(":")) fail("expected `:` in this condition");
    ++at_;
    const long long no = skipped(condition != 0, [&] { return ternary(depth + 1); });
    return condition != 0 ? yes : no;
  }

  long long binary(int lowest, int depth) {
    long long left = unary(depth + 1);
    while (at_ < tokens_.size() && tokens_[at_].kind == TokenKind::kPunct) {
      const std::string_view op = tokens_[at_].text;
      const int level = binary_precedence(op);
      if (level < lowest || level == 0) break;
      ++at_;
      const bool decided = (op == "&&" && left == 0) || (op == "||" && left != 0);
      left = apply(op, left, skipped(decided, [&] { return binary(level + 1, depth + 1); }));
    }
    return left;
  }

  /// What is not evaluated may be anything.
  template <typename Parse>
  long long skipped(bool skip, Parse parse) {
    unevaluated_ += skip;
    const long long value = parse();
    unevaluated_ -= skip;
    return value;
  }

  long long apply(std::string_view op, long long a, long long b) const {
    if (op == "||") return a != 0 || b != 0;
    if (op == "&&") return a != 0 && b != 0;
    if (op == "|") return a | b;
    if (op == "^") return a ^ b;
    if (op == "&") return a & b;
    if (op == "==") return a == b;
    if (op == "!=") return a != b;
    if (op == "<") return a < b;
    if (op == ">") return a > b;
    if (op == "<=") return a <= b;
    if (op == ">=") return a >= b;
    if (op == "<<") return static_cast<long long>(static_cast<U>(a) << (static_cast<U>(b) & 63));
    if (op == ">>") return a >> (static_cast<U>(b) & 63);
    if (op == "+") return static_cast<long long>(static_cast<U>(a) + static_cast<U>(b));
    if (op == "-") return static_cast<long long>(static_cast<U>(a) - static_cast<U>(b));
    if (op == "*") return static_cast<long long>(static_cast<U>(a) * static_cast<U>(b));
    if (unevaluated_ > 0) return 0;
    if (b == 0 || b == -1) fail("division by zero or minus one in this condition");
    return op == "/" ? a / b : a % b;
  }

  long long unary(int depth) {
    if (depth > kMaxDepth) fail("this condition is nested too deeply");
    if (at_ >= tokens_.size()) fail("this condition ends too early");
    const Token& token = tokens_[at_++];
    if (token.is("!")) return unary(depth + 1) == 0;
    if (token.is("-")) return static_cast<long long>(0 - static_cast<U>(unary(depth + 1)));
    if (token.is("+")) return unary(depth + 1);
    if (token.is("~")) return ~unary(depth + 1);
    if (token.is("(")) {
      const long long value = ternary(depth + 1);
      if (!is(")")) fail("expected `)` in this condition");
      ++at_;
      return value;
    }
    if (token.kind == TokenKind::kNumber) {
      const Number number = parse_number(token.text);
      if (!number.ok) fail("`" + std::string(token.text) + "` is not a number");
      return static_cast<long long>(number.value);
    }
    if (token.kind == TokenKind::kIdentifier) {
      const bool option = token.text.starts_with("CONFIG_") || token.text.starts_with("__");
      if (unevaluated_ == 0 && (is("(") || (strict_ && !option))) {
        --at_;
        fail("this condition cannot be evaluated: no file that is read defines `" + std::string(token.text) + "`");
      }
      skip_arguments();
      return 0;
    }
    --at_;
    fail("unexpected `" + std::string(token.text) + "` in this condition");
  }

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

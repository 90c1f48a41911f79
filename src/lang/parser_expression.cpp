// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>

#include "lang/parser.h"
#include "lang/parser_nesting.h"
#include "lang/preprocessor.h"

namespace vmalab {
namespace {

/// A chain such as a + a + ... is as deep a tree as it is long.
constexpr int kMaxExpressionDepth = 200;

/// The text of a string literal without its quotes.
std::string literal_text(std::string_view spelled) {
  std::string text;
  for (std::size_t i = 1; i + 1 < spelled.size(); ++i) {
    char c = spelled[i];
    if (c == '\\' && i + 2 < spelled.size()) {
      c = spelled[++i];
      if (c == 'n' || c == 't') c = ' ';
    }
    text += c;
  }
  return text;
}

}  // namespace

Expr* Parser::new_expr(Expr::Kind kind, std::size_t first) {
  Expr& expr = ast_.exprs.emplace_back();
  expr.kind = kind;
  expr.pos = (first < tokens_.size() ? tokens_[first] : end_token_).pos;
  return &expr;
}

/// Sets the end, the depth and the effects from the parts.
Expr* Parser::finish(Expr* expr, std::size_t first) {
  expr->end = span_end(first);
  int depth = 0;
  const auto part = [&](const Expr* child) {
    if (child == nullptr) return;
    depth = std::max<int>(depth, child->depth);
    expr->has_effects |= child->has_effects;
  };
  part(expr->a);
  part(expr->b);
  part(expr->c);
  for (const Expr* argument : expr->arguments) part(argument);
  using Kind = Expr::Kind;
  if (expr->kind == Kind::kAssign || expr->kind == Kind::kCall || expr->kind == Kind::kPreStep || expr->kind == Kind::kPostStep ||
      expr->kind == Kind::kStatement) {
    expr->has_effects = true;
  }
  if (++depth > kMaxExpressionDepth) fail_at(expr->pos, "this expression is too long or nested too deeply");
  expr->depth = static_cast<std::uint16_t>(depth);
  return expr;
}

void Parser::note_change(const Expr* target) {
  while (target != nullptr && target->kind == Expr::Kind::kMember) target = target->a;
  if (target != nullptr && target->kind == Expr::Kind::kName) ast_.changed.insert(target->name);
}

Expr* Parser::parse_whole_expression() {
  Expr* expr = parse_expression();
  if (peek().kind != TokenKind::kEnd && at_ < tokens_.size()) fail("unexpected " + shown(peek()) + " after the expression");
  return expr;
}

Expr* Parser::parse_expression() {
  const std::size_t first = at_;
  Expr* left = parse_assignment();
  while (accept(",")) {
    Expr* comma = new_expr(Expr::Kind::kComma, first);
    comma->a = left;
    comma->b = parse_assignment();
    left = finish(comma, first);
  }
  return left;
}

Expr* Parser::parse_assignment() {
  const Nesting guard(*this);
  const std::size_t first = at_;
  Expr* left = parse_conditional();
  const Token& token = peek();
  if (token.kind != TokenKind::kPunct || token.text.back() != '=' || binary_precedence(token.text) > 0) return left;
  if (token.is("=") || (token.text.size() >= 2 && binary_precedence(token.text.substr(0, token.text.size() - 1)) > 2)) {
    take();
    Expr* assign = new_expr(Expr::Kind::kAssign, first);
    assign->op = op_code(token.text.substr(0, token.text.size() - 1));
    assign->a = left;
    assign->b = parse_assignment();
    note_change(left);
    return finish(assign, first);
  }
  return left;
}

Expr* Parser::parse_conditional() {
  const Nesting guard(*this);
  const std::size_t first = at_;
  Expr* condition = parse_binary(1);
  if (!accept("?")) return condition;
  Expr* expr = new_expr(Expr::Kind::kConditional, first);
  expr->a = condition;
  // `a ?: b` is a if that is not zero; the lowering takes the missing middle as the condition's value.
  if (!peek().is(":")) expr->b = parse_expression();
  expect(":", "in this conditional");
  expr->c = parse_conditional();
  return finish(expr, first);
}

Expr* Parser::parse_binary(int lowest) {
  const Nesting guard(*this);
  const std::size_t first = at_;
  Expr* left = parse_unary();
  while (peek().kind == TokenKind::kPunct) {
    const Token& op = peek();
    const int level = binary_precedence(op.text);
    if (level == 0 || level < lowest) break;
    take();
    Expr* binary = new_expr(Expr::Kind::kBinary, first);
    binary->op = op_code(op.text);
    binary->a = left;
    binary->b = parse_binary(level + 1);
    left = finish(binary, first);
  }
  return left;
}

Expr* Parser::parse_unary() {
  const Nesting guard(*this);
  const std::size_t first = at_;
  const Token& token = peek();
  if (token.kind == TokenKind::kPunct) {
    if (token.text == "++" || token.text == "--") {
      take();
      Expr* step = new_expr(Expr::Kind::kPreStep, first);
      step->op = op_code(token.text.substr(0, 1));
      step->a = parse_unary();
      note_change(step->a);
      return finish(step, first);
    }
    if (token.text.size() == 1 && std::string_view("!-~+*&").find(token.text) != std::string_view::npos) {
      take();
      Expr* unary = new_expr(Expr::Kind::kUnary, first);
      unary->op = op_code(token.text);
      unary->a = parse_unary();
      if (token.text == "&") note_change(unary->a);
      return finish(unary, first);
    }
    if (token.text == "(") {
      ++at_;
      const bool is_cast = at_type();
      --at_;
      if (is_cast) {
        take();
        Expr* cast = new_expr(Expr::Kind::kCast, first);
        std::string text;
        const Type base = parse_specifiers(text);
        const Declarator declarator = parse_declarator(base, std::move(text), false);
        if (!declarator.name.empty()) fail_at(declarator.pos, "expected `)` after the type of this cast");
        expect(")", "after the type of this cast");
        cast->type = declarator.type;
        if (peek().is("{")) {
          cast->kind = Expr::Kind::kCompound;
          cast->init = parse_initialiser();
          return finish(cast, first);
        }
        cast->a = parse_unary();
        return finish(cast, first);
      }
    }
  }
  return parse_postfix();
}

Expr* Parser::parse_postfix() {
  const std::size_t first = at_;
  Expr* expr = parse_primary();
  while (peek().kind == TokenKind::kPunct) {
    const std::string_view text = peek().text;
    if (text == "(") {
      if (expr->kind != Expr::Kind::kName) fail("only a function can be called, by its name");
      take();
      Expr* call = new_expr(Expr::Kind::kCall, first);
      call->name = expr->name;
      while (!peek().is(")")) {
        if (peek().kind == TokenKind::kEnd) fail_at(expr->pos, "this call has no closing parenthesis");
        call->arguments.push_back(parse_assignment());
        if (!peek().is(")")) expect(",", "between arguments");
      }
      take();
      expr = finish(call, first);
    } else if (text == "." || text == "->") {
      take();
      Expr* member = new_expr(text == "." ? Expr::Kind::kMember : Expr::Kind::kArrow, first);
      if (peek().kind != TokenKind::kIdentifier) fail("expected the name of a member, not " + shown(peek()));
      member->name_pos = peek().pos;
      member->name = take().text;
      member->a = expr;
      expr = finish(member, first);
    } else if (text == "++" || text == "--") {
      take();
      Expr* step = new_expr(Expr::Kind::kPostStep, first);
      step->op = op_code(text.substr(0, 1));
      step->a = expr;
      note_change(expr);
      expr = finish(step, first);
    } else if (text == "[") {
      take();
      Expr* element = new_expr(Expr::Kind::kIndex, first);
      element->a = expr;
      element->b = parse_expression();
      expect("]", "after the index");
      expr = finish(element, first);
    } else {
      break;
    }
  }
  return expr;
}

Expr* Parser::parse_number() {
  const std::size_t first = at_;
  const Token& token = take();
  const Number number = vmalab::parse_number(token.text);
  if (!number.ok) fail_at(token.pos, shown(token) + " is not an integer");
  if (number.value > (number.is_long ? 0x7fffffffULL : 0xffffffffULL))
    fail_at(token.pos, shown(token) + " does not fit 32 bits, which is all that a value has here");
  Expr* expr = new_expr(Expr::Kind::kNumber, first);
  expr->value = static_cast<Word>(number.value);
  expr->type = number.is_long ? long_type(number.is_unsigned) : number.is_unsigned ? unsigned_type() : int_type();
  return finish(expr, first);
}

Expr* Parser::parse_sizeof() {
  const Nesting guard(*this);
  const std::size_t first = at_;
  take();
  Expr* size = new_expr(Expr::Kind::kSizeof, first);
  if (peek().is("(")) {
    ++at_;
    const bool is_type = at_type();
    --at_;
    if (is_type) {
      take();
      size->kind = Expr::Kind::kSizeofType;
      std::string text;
      const Type base = parse_specifiers(text);
      size->type = parse_declarator(base, std::move(text), false).type;
      expect(")", "after this type");
      return finish(size, first);
    }
  }
  size->a = parse_unary();
  finish(size, first);
  size->has_effects = false;  // nothing of it is evaluated
  return size;
}

/// `_Generic(value, type: value, default: value)`
Expr* Parser::parse_generic() {
  const Nesting guard(*this);
  const std::size_t first = at_;
  take();
  Expr* choice = new_expr(Expr::Kind::kGeneric, first);
  expect("(", "after _Generic");
  choice->a = parse_assignment();
  while (accept(",")) {
    Type type;
    if (!accept("default")) {
      std::string text;
      const Type base = parse_specifiers(text);
      type = parse_declarator(base, std::move(text), false).type;
    }
    choice->types.push_back(type);
    expect(":", "after the type");
    choice->arguments.push_back(parse_assignment());
  }
  expect(")", "after the choices");
  return finish(choice, first);
}

/// `container_of(pointer, type, member)`
Expr* Parser::parse_container() {
  const Nesting guard(*this);
  const std::size_t first = at_;
  take();
  Expr* container = new_expr(Expr::Kind::kContainer, first);
  expect("(", "after container_of");
  container->a = parse_assignment();
  expect(",", "after the pointer");
  std::string text;
  const Type base = parse_specifiers(text);
  container->type = parse_declarator(base, std::move(text), false).type;
  expect(",", "after the type");
  if (peek().kind != TokenKind::kIdentifier) fail("expected the name of a member, not " + shown(peek()));
  container->name_pos = peek().pos;
  container->name = take().text;
  expect(")", "after the member: one of a struct within it is not supported");
  return finish(container, first);
}

Expr* Parser::parse_parenthesis() {
  const std::size_t first = at_;
  const Token open = take();
  if (peek().is("{")) {
    Expr* statement = new_expr(Expr::Kind::kStatement, first);
    statement->use = open.use;
    statement->block = parse_block();
    expect(")", "after this statement expression");
    return finish(statement, first);
  }
  Expr* expr = parse_expression();
  expect(")", "after this expression");
  return expr;
}

Expr* Parser::parse_primary() {
  const std::size_t first = at_;
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::kNumber: return parse_number();
    case TokenKind::kString: {
      Expr* text = new_expr(Expr::Kind::kString, first);
      while (peek().kind == TokenKind::kString) text->text += literal_text(take().text);
      return finish(text, first);
    }
    case TokenKind::kChar: {
      const std::string text = literal_text(token.text);
      if (text.size() != 1) fail("only plain characters are supported");
      take();
      Expr* number = new_expr(Expr::Kind::kNumber, first);
      number->type = int_type();
      number->value = static_cast<unsigned char>(text[0]);
      return finish(number, first);
    }
    case TokenKind::kIdentifier: {
      if (token.is("sizeof")) return parse_sizeof();
      if (token.is("_Generic")) return parse_generic();
      if ((token.is("container_of") || token.is("container_of_const")) && peek(1).is("(")) return parse_container();
      if (token.is("typeof") || token.is("__typeof__") || token.is("__auto_type")) fail(shown(token) + " is a type, and here a value is expected");
      take();
      Expr* name = new_expr(Expr::Kind::kName, first);
      name->name = token.text;
      if (const long long* constant = names_.find_enum_constant(token.text)) {
        if (*constant < -0x80000000LL || *constant > 0xffffffffLL)
          fail_at(token.pos, shown(token) + " does not fit 32 bits, which is all that a value has here");
        name->kind = Expr::Kind::kNumber;
        name->type = *constant > 0x7fffffff ? unsigned_type() : int_type();
        name->value = static_cast<Word>(*constant);
      } else if (token.text == "true" || token.text == "false") {
        name->kind = Expr::Kind::kNumber;
        name->type = int_type();
        name->value = token.text == "true";
      }
      return finish(name, first);
    }
    case TokenKind::kPunct:
      if (token.text == "(") return parse_parenthesis();
      break;
    case TokenKind::kBad: fail(shown(token) + " is not C");
    case TokenKind::kEnd: break;
  }
  fail("expected an expression, not " + shown(token));
}

}  // namespace vmalab

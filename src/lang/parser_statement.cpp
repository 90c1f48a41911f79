// SPDX-License-Identifier: GPL-2.0-only
// Statements, declarations in functions and initialisers.
#include "lang/parser.h"

#include <algorithm>

#include "lang/parser_nesting.h"

namespace vmalab {

Stmt* Parser::new_stmt(Stmt::Kind kind) {
  Stmt& stmt = ast_.stmts.emplace_back();
  stmt.kind = kind;
  stmt.pos = peek().pos;
  stmt.end = peek().end;
  return &stmt;
}

Stmt* Parser::parse_block() {
  const Nesting guard(*this);
  Stmt* block = new_stmt(Stmt::Kind::kBlock);
  const SourcePos open = expect("{", "here").pos;
  while (!peek().is("}")) {
    if (peek().kind == TokenKind::kEnd) fail_at(open, "this block has no closing brace");
    block->list.push_back(parse_statement());
    block->has_label |= block->list.back()->has_label;
  }
  block->end = take().pos;
  return block;
}

Initialiser* Parser::parse_initialiser() {
  const Nesting guard(*this);
  Initialiser& init = ast_.initialisers.emplace_back();
  init.pos = peek().pos;
  if (!accept("{")) {
    init.value = parse_assignment();
    return &init;
  }
  while (!accept("}")) {
    Initialiser::Item item;
    item.pos = peek().pos;
    if (accept("[")) {
      item.index = parse_conditional();
      expect("]", "after the index");
      expect("=", "after the index");
    } else if (accept(".")) {
      if (peek().kind != TokenKind::kIdentifier) fail("expected the name of a member after `.`");
      item.member = take().text;
      expect("=", "after the member");
    }
    item.init = parse_initialiser();
    init.items.push_back(item);
    if (!peek().is("}")) expect(",", "between initialisers");
  }
  return &init;
}

Stmt* Parser::parse_declaration() {
  Stmt* stmt = new_stmt(Stmt::Kind::kDeclaration);
  if (peek().is("extern")) fail("a variable of another file is no shared memory that the simulator has");
  const bool is_static = peek().is("static");
  std::string text;
  const Type base = parse_specifiers(text);
  if (peek().is(";")) fail("expected a name, not `;`");
  do {
    cleanup_ = {};
    Declarator declarator = parse_declarator(base, text, true);
    declarator.is_static = is_static;
    declarator.cleanup = cleanup_;
    if (peek().is("(")) fail("declarations of functions inside a function are not supported");
    if (declarator.type.is_void()) fail_at(declarator.pos, "a variable cannot be void");
    const Type element = declarator.type.element();
    const bool later = element.base == Type::Base::kTypeof || element.base == Type::Base::kAuto;
    const bool word = is_static && element.base == Type::Base::kWord && element.pointers == 0;
    if (!element.is_scalar() && !element.is_struct() && !later && !word) {
      fail_at(declarator.pos,
              "a variable of type " + type_text(declarator.type) + " is not supported: only integers, pointers and structs with a definition");
    }
    if (accept("=")) declarator.init = parse_initialiser();
    if (declarator.type.count == kUnsized) {
      std::size_t items = 0, next = 0;
      if (declarator.init != nullptr) {
        for (const Initialiser::Item& item : declarator.init->items) {
          if (item.index != nullptr && item.index->kind != Expr::Kind::kNumber) fail_at(item.pos, "this array needs a number of elements");
          next = item.index != nullptr ? item.index->value + 1 : next + 1;
          items = std::max(items, next);
        }
      }
      if (items == 0 || items > kMaxArray)
        fail_at(declarator.pos, "an array needs a number of elements, or up to " + std::to_string(kMaxArray) + " values");
      declarator.type.count = static_cast<std::uint16_t>(items);
    }
    stmt->declarations.push_back(std::move(declarator));
  } while (accept(","));
  expect(";", "after this declaration");
  return stmt;
}

Stmt* Parser::parse_variable() { return parse_declaration(); }

Declarator Parser::parse_field() {
  std::string text;
  const Type base = parse_specifiers(text);
  return parse_declarator(base, text, true);
}

Expr* Parser::parse_condition(std::string_view keyword) {
  expect("(", "after `" + std::string(keyword) + "`");
  Expr* expr = parse_expression();
  expect(")", "after the condition");
  return expr;
}

Stmt* Parser::parse_for(Stmt* stmt) {
  expect("(", "after `for`");
  if (at_type()) {
    stmt->init = parse_declaration();
  } else if (!accept(";")) {
    stmt->init = new_stmt(Stmt::Kind::kExpression);
    stmt->init->expr = parse_expression();
    expect(";", "in this for");
  }
  if (!peek().is(";")) stmt->expr = parse_expression();
  expect(";", "in this for");
  if (!peek().is(")")) stmt->step = parse_expression();
  expect(")", "after this for");
  stmt->body = parse_statement();
  stmt->has_label = stmt->body->has_label;
  return stmt;
}

Stmt* Parser::parse_keyword_statement(std::string_view keyword) {
  using Kind = Stmt::Kind;
  if (keyword == "if") {
    Stmt* stmt = new_stmt(Kind::kIf);
    take();
    stmt->expr = parse_condition(keyword);
    stmt->body = parse_statement();
    stmt->has_label = stmt->body->has_label;
    if (accept("else")) {
      stmt->otherwise = parse_statement();
      stmt->has_label |= stmt->otherwise->has_label;
    }
    return stmt;
  }
  if (keyword == "while" || keyword == "switch") {
    Stmt* stmt = new_stmt(keyword == "while" ? Kind::kWhile : Kind::kSwitch);
    take();
    stmt->expr = parse_condition(keyword);
    stmt->body = parse_statement();
    stmt->has_label = stmt->body->has_label;
    return stmt;
  }
  if (keyword == "do") {
    Stmt* stmt = new_stmt(Kind::kDo);
    take();
    stmt->body = parse_statement();
    stmt->has_label = stmt->body->has_label;
    expect("while", "after the body of this do");
    stmt->expr = parse_condition("while");
    expect(";", "after this do");
    return stmt;
  }
  if (keyword == "for") {
    Stmt* stmt = new_stmt(Kind::kFor);
    take();
    return parse_for(stmt);
  }
  if (keyword == "case" || keyword == "default") {
    Stmt* stmt = new_stmt(keyword == "case" ? Kind::kCase : Kind::kDefault);
    take();
    if (stmt->kind == Kind::kCase) stmt->expr = parse_conditional();
    if (stmt->kind == Kind::kCase && accept("...")) stmt->step = parse_conditional();
    expect(":", "after this " + std::string(keyword));
    stmt->has_label = true;
    return stmt;
  }
  if (keyword == "goto") {
    Stmt* stmt = new_stmt(Kind::kGoto);
    take();
    if (peek().kind != TokenKind::kIdentifier) fail("expected a label after `goto`");
    stmt->name = take().text;
    expect(";", "after this goto");
    return stmt;
  }
  if (keyword == "return") {
    Stmt* stmt = new_stmt(Kind::kReturn);
    take();
    if (!peek().is(";")) stmt->expr = parse_expression();
    expect(";", "after this return");
    return stmt;
  }
  if (keyword != "break" && keyword != "continue") return nullptr;
  Stmt* stmt = new_stmt(keyword == "break" ? Kind::kBreak : Kind::kContinue);
  take();
  expect(";", "after `" + std::string(keyword) + "`");
  return stmt;
}

/// `guard(name)(arguments);`, `scoped_guard(name, arguments) statement`, `scoped_cond_guard(name, way out, arguments) statement`.
Stmt* Parser::parse_guard() {
  const Nesting guard(*this);
  Stmt* stmt = new_stmt(Stmt::Kind::kGuard);
  const std::size_t first = at_;
  const std::string_view form = take().text;
  take();
  if (peek().kind != TokenKind::kIdentifier) fail("expected the name of a guard, not " + shown(peek()));
  stmt->name = take().text;
  if (form == "guard") {
    expect(")", "after the guard's name");
    expect("(", "after guard(" + std::string(stmt->name) + ")");
  } else {
    if (form == "scoped_cond_guard") {
      expect(",", "after the guard's name");
      stmt->otherwise = parse_way_out();
    }
    if (!peek().is(")")) expect(",", "after the guard's name");
  }
  Expr* call = new_expr(Expr::Kind::kCall, first);
  call->name = ast_.pool.strings.emplace_back("class_" + std::string(stmt->name) + "_constructor");
  while (!peek().is(")")) {
    if (peek().kind == TokenKind::kEnd) fail_at(stmt->pos, "this guard has no closing parenthesis");
    call->arguments.push_back(parse_assignment());
    if (!peek().is(")")) expect(",", "between arguments");
  }
  take();
  stmt->expr = finish(call, first);
  if (form == "guard") {
    expect(";", "after this guard");
  } else {
    stmt->body = parse_statement();
    stmt->has_label = stmt->body->has_label;
  }
  return stmt;
}

/// What a conditional guard does when it is not taken: `return -EINTR`, `goto out`, `continue`, an expression.
Stmt* Parser::parse_way_out() {
  using Kind = Stmt::Kind;
  if (accept("return")) {
    Stmt* stmt = new_stmt(Kind::kReturn);
    if (!peek().is(",") && !peek().is(")")) stmt->expr = parse_assignment();
    return stmt;
  }
  if (peek().is("break") || peek().is("continue")) {
    Stmt* stmt = new_stmt(peek().is("break") ? Kind::kBreak : Kind::kContinue);
    take();
    return stmt;
  }
  if (accept("goto")) {
    Stmt* stmt = new_stmt(Kind::kGoto);
    stmt->name = take().text;
    return stmt;
  }
  Stmt* stmt = new_stmt(Kind::kExpression);
  stmt->expr = parse_assignment();
  return stmt;
}

/// `CLASS(name, variable)(arguments);`
Stmt* Parser::parse_class() {
  Stmt* stmt = new_stmt(Stmt::Kind::kDeclaration);
  take();
  take();
  if (peek().kind != TokenKind::kIdentifier) fail("expected the name of a class, not " + shown(peek()));
  const std::string name(take().text);
  expect(",", "after the class");
  if (peek().kind != TokenKind::kIdentifier) fail("expected the name of a variable, not " + shown(peek()));
  Declarator declarator;
  declarator.pos = peek().pos;
  declarator.name = take().text;
  declarator.type.base = Type::Base::kAuto;
  declarator.type_text = "class " + name;
  declarator.cleanup = ast_.pool.strings.emplace_back("class_" + name + "_destructor");
  expect(")", "after the variable");
  const std::size_t first = at_;
  expect("(", "after CLASS(" + name + ", " + std::string(declarator.name) + ")");
  Expr* call = new_expr(Expr::Kind::kCall, first);
  call->name = ast_.pool.strings.emplace_back("class_" + name + "_constructor");
  while (!peek().is(")")) {
    if (peek().kind == TokenKind::kEnd) fail_at(stmt->pos, "this has no closing parenthesis");
    call->arguments.push_back(parse_assignment());
    if (!peek().is(")")) expect(",", "between arguments");
  }
  take();
  Initialiser& init = ast_.initialisers.emplace_back();
  init.pos = declarator.pos;
  init.value = finish(call, first);
  declarator.init = &init;
  stmt->declarations.push_back(std::move(declarator));
  expect(";", "after this declaration");
  return stmt;
}

Stmt* Parser::parse_statement() {
  const Nesting guard(*this);
  if (peek().is("{")) return parse_block();
  if (peek().is(";")) {
    Stmt* stmt = new_stmt(Stmt::Kind::kEmpty);
    take();
    return stmt;
  }
  if (peek().kind == TokenKind::kIdentifier) {
    if (Stmt* stmt = parse_keyword_statement(peek().text)) return stmt;
    if ((peek().is("guard") || peek().is("scoped_guard") || peek().is("scoped_cond_guard")) && peek(1).is("(")) return parse_guard();
    if (peek().is("CLASS") && peek(1).is("(")) return parse_class();
    if (peek().is("asm") || peek().is("__asm__") || peek().is("else")) {
      fail(shown(peek()) + " is not supported here");
    }
    if (peek(1).is(":")) {
      Stmt* stmt = new_stmt(Stmt::Kind::kLabel);
      stmt->name = take().text;
      stmt->has_label = true;
      take();
      return stmt;
    }
    if (at_type()) return parse_declaration();
    if (peek(1).kind == TokenKind::kIdentifier && !peek(1).line_start) fail("unknown type " + shown(peek()));
  }
  Stmt* stmt = new_stmt(Stmt::Kind::kExpression);
  stmt->expr = parse_expression();
  expect(";", "after this statement");
  return stmt;
}

}  // namespace vmalab

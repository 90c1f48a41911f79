// SPDX-License-Identifier: GPL-2.0-only
// Types, declarations and statements; parser_expression.cpp has the expressions.
#include "lang/parser.h"

#include <algorithm>
#include <array>

#include "lang/parser_nesting.h"

namespace vmalab {
namespace {

constexpr std::array<std::string_view, 40> kDecorations{
    "static",         "inline",       "__inline",       "__inline__",  "__always_inline", "noinline",
    "__must_check",   "extern",       "const",          "volatile",    "register",        "__maybe_unused",
    "__unused",       "__init",       "__exit",         "__sched",     "__cold",          "__hot",
    "__pure",         "__rcu",        "__user",         "__force",     "notrace",         "asmlinkage",
    "auto",           "restrict",     "__restrict",     "__used",      "__weak",          "__read_mostly",
    "__percpu",       "__visible",    "__noreturn",     "__iomem",     "__randomize_layout", "__cpuidle",
    "__private",      "__attribute_const__", "noinline_for_stack", "__no_kcsan"};
constexpr std::array<std::string_view, 10> kDecorationCalls{
    "__attribute__", "__printf",  "__acquires", "__releases", "__must_hold",
    "__section",     "__aligned", "__cond_acquires", "__acquires_shared", "__releases_shared"};
constexpr std::array<std::string_view, 9> kBasicTypes{"void", "char", "short", "int", "long", "signed", "unsigned", "bool", "_Bool"};

template <typename Array>
bool among(const Array& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Parser::Parser(std::span<const Token> tokens, const TypeNames& names, FunctionAst& ast, SourcePos where)
    : tokens_(tokens), names_(names), ast_(ast) {
  end_token_.pos = end_token_.end = tokens.empty() ? where : tokens.back().pos;
}

void Parser::fail(const std::string& message) const { throw CompileError{peek().pos, message}; }
void Parser::fail_at(SourcePos pos, const std::string& message) const { throw CompileError{pos, message}; }

const Token& Parser::peek(std::size_t ahead) const {
  return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : end_token_;
}
const Token& Parser::take() {
  const Token& token = peek();
  if (at_ < tokens_.size()) ++at_;
  return token;
}
bool Parser::accept(std::string_view text) {
  if (!peek().is(text)) return false;
  ++at_;
  return true;
}
std::string Parser::shown(const Token& token) const {
  if (token.kind == TokenKind::kEnd) return "the end of the text";
  std::string text(token.text.substr(0, 40));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = '?';
  }
  return '`' + text + '`';
}
const Token& Parser::expect(std::string_view text, std::string_view after) {
  if (!peek().is(text)) fail("expected `" + std::string(text) + "` " + std::string(after) + ", not " + shown(peek()));
  return take();
}

SourcePos Parser::span_end(std::size_t first) const {
  const Token& begin = first < tokens_.size() ? tokens_[first] : end_token_;
  // An expression over several lines is marked up to the end of its first line.
  const std::size_t lowest = at_ > first + 64 ? at_ - 64 : first;
  for (std::size_t i = at_; i-- > lowest;) {
    const Token& token = tokens_[i];
    if (token.pos.file == begin.pos.file && token.pos.line == begin.pos.line && token.end.column > begin.pos.column) {
      return token.end;
    }
  }
  return begin.end;
}

bool Parser::skip_decoration() {
  if (peek().kind != TokenKind::kIdentifier) return false;
  if (among(kDecorations, peek().text)) {
    ++at_;
    return true;
  }
  if (!among(kDecorationCalls, peek().text) || !peek(1).is("(")) return false;
  ++at_;
  int open = 0;
  do {
    if (peek().kind == TokenKind::kEnd) fail("this attribute has no end");
    if (peek().is("(")) ++open;
    if (peek().is(")")) --open;
    ++at_;
  } while (open > 0);
  return true;
}

bool Parser::at_type() const {
  const Token& token = peek();
  if (token.kind != TokenKind::kIdentifier) return false;
  const std::string_view name = token.text;
  if (name == "struct" || name == "enum" || name == "union" || name == "float" || name == "double") return true;
  if (among(kBasicTypes, name) || among(kDecorations, name) || among(kDecorationCalls, name)) return true;
  // A typedef name can also be a variable's: `u32 u32` is not written, `size_t(` and `pid_t =` are not types.
  const bool named = find_integer_name(name) != nullptr || find_word_type(name) != nullptr || names_.find_typedef(name) != nullptr;
  return named && (peek(1).kind == TokenKind::kIdentifier || peek(1).is("*") || peek(1).is(")"));
}

Type Parser::parse_tag(std::string& text) {
  const Token keyword = take();
  if (keyword.text == "union") fail_at(keyword.pos, "unions are not supported");
  if (peek().kind != TokenKind::kIdentifier) fail("expected a name after `" + std::string(keyword.text) + "`");
  const Token name = take();
  text = std::string(keyword.text) + ' ' + std::string(name.text);
  if (keyword.text == "enum") return int_type();
  Type type;
  if (const WordType* word = find_word_type(text)) {
    type.base = Type::Base::kWord;
    type.word = word;
  } else if (const ObjectInfo* object = find_object(name.text)) {
    type.base = Type::Base::kObject;
    type.object = object;
  } else if (const StructType* structure = names_.find_struct(name.text)) {
    type.base = Type::Base::kStruct;
    type.structure = structure;
  } else {
    type.base = Type::Base::kUnknown;
    type.unknown = name.text;
  }
  return type;
}

Type Parser::parse_specifiers(std::string& text) {
  Type type;
  bool known = false, is_unsigned = false, is_integer = false;
  while (true) {
    if (peek().is("const")) text += text.empty() ? "const" : " const";
    if (skip_decoration()) continue;
    const Token& token = peek();
    if (token.kind != TokenKind::kIdentifier) break;
    const std::string_view name = token.text;
    if (name == "float" || name == "double") fail("floating point numbers are not supported");
    if (name == "struct" || name == "enum" || name == "union") {
      if (known || is_integer) break;
      std::string tag;
      type = parse_tag(tag);
      text += (text.empty() ? "" : " ") + tag;
      known = true;
      continue;
    }
    if (among(kBasicTypes, name)) {
      if (known && !is_integer) break;
      if (name == "char" || name == "short") {
        // Only behind a pointer, as in `const char *name`; parse_declarator refuses values of it.
        type.base = Type::Base::kUnknown;
        type.unknown = name;
      }
      if (name == "bool" || name == "_Bool") type.base = Type::Base::kBool;
      if (name == "unsigned") is_unsigned = true;
      if (name == "unsigned" || name == "signed" || name == "int" || name == "long") is_integer = true;
      known = true;
      text += (text.empty() ? "" : " ") + std::string(name);
      ++at_;
      continue;
    }
    if (known) break;
    const Type* integer = find_integer_name(name);
    if (integer == nullptr) integer = names_.find_typedef(name);
    if (integer != nullptr) {
      type = *integer;
    } else if (const WordType* word = find_word_type(name)) {
      type.base = Type::Base::kWord;
      type.word = word;
    } else {
      break;
    }
    text += (text.empty() ? "" : " ") + std::string(name);
    known = true;
    ++at_;
  }
  if (!known) fail("expected a type, not " + shown(peek()) + (peek().kind == TokenKind::kIdentifier ? ", which no loaded file defines" : ""));
  if (is_integer && type.base == Type::Base::kVoid) type.base = is_unsigned ? Type::Base::kUnsigned : Type::Base::kInt;
  return type;
}

Declarator Parser::parse_declarator(Type base, std::string text, bool name_needed) {
  Declarator declarator;
  declarator.type = base;
  if (peek().is("*")) text += ' ';
  while (true) {
    if (accept("*")) {
      if (declarator.type.pointers == 3) fail("pointers are nested too deeply");
      ++declarator.type.pointers;
      text += '*';
    } else if (!skip_decoration()) {
      break;
    }
  }
  declarator.type_text = std::move(text);
  declarator.pos = peek().pos;
  if (peek().is("(")) fail("pointers to functions are not supported");
  if (peek().kind == TokenKind::kIdentifier) {
    declarator.name = take().text;
  } else if (name_needed) {
    fail("expected a name, not " + shown(peek()));
  }
  while (skip_decoration()) {
  }
  if (peek().is("[")) fail("arrays are not supported");
  return declarator;
}

void Parser::parse_parameters() {
  expect("(", "after the function's name");
  if (accept(")")) return;
  if (peek().is("void") && peek(1).is(")")) {
    at_ += 2;
    return;
  }
  do {
    if (peek().is("...")) fail("functions with variable arguments are not supported");
    std::string text;
    const Type type = parse_specifiers(text);
    ast_.parameters.push_back(parse_declarator(type, std::move(text), false));
  } while (accept(","));
  expect(")", "after the parameters");
}

void Parser::parse_function() {
  std::string text;
  const Type base = parse_specifiers(text);
  const Declarator declarator = parse_declarator(base, std::move(text), true);
  ast_.name = declarator.name;
  ast_.pos = declarator.pos;
  ast_.result = declarator.type;
  parse_parameters();
  while (skip_decoration()) {
  }
  if (!peek().is("{")) fail("expected the body of the function, not " + shown(peek()));
  ast_.body = parse_block();
  ast_.body_end = ast_.body->end;
}

void Parser::parse_members(StructType& structure) {
  while (peek().kind != TokenKind::kEnd) {
    std::string text;
    const Type base = parse_specifiers(text);
    do {
      const Declarator declarator = parse_declarator(base, text, true);
      if (peek().is(":")) fail("bit fields are not supported");
      if (!declarator.type.is_scalar() && declarator.type.base != Type::Base::kStruct) {
        fail_at(declarator.pos, "a member of type " + type_text(declarator.type) + " is not supported in a local struct");
      }
      structure.members.push_back({declarator.name, declarator.type, declarator.type_text, structure.slots});
      structure.slots += slot_count(declarator.type);
      if (structure.slots > 64) fail_at(declarator.pos, "this struct has too many members");
    } while (accept(","));
    expect(";", "after this member");
  }
}

std::pair<std::string_view, Type> Parser::parse_typedef() {
  std::string text;
  const Type base = parse_specifiers(text);
  const Declarator declarator = parse_declarator(base, text, true);
  if (peek().kind != TokenKind::kEnd) fail("unexpected " + shown(peek()));
  return {declarator.name, declarator.type};
}

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
    if (accept(".")) {
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
  if (peek().is("static") || peek().is("extern")) {
    fail("a " + std::string(peek().text) + " variable would be shared memory that the simulator does not have");
  }
  std::string text;
  const Type base = parse_specifiers(text);
  if (peek().is(";")) fail("expected a name, not `;`");
  do {
    Declarator declarator = parse_declarator(base, text, true);
    if (peek().is("(")) fail("declarations of functions inside a function are not supported");
    if (declarator.type.is_void()) fail_at(declarator.pos, "a variable cannot be void");
    if (!declarator.type.is_scalar() && declarator.type.base != Type::Base::kStruct) {
      fail_at(declarator.pos, "a variable of type " + type_text(declarator.type) + " is not supported: only integers, pointers and structs with a definition");
    }
    if (accept("=")) declarator.init = parse_initialiser();
    stmt->declarations.push_back(std::move(declarator));
  } while (accept(","));
  expect(";", "after this declaration");
  return stmt;
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
    if (peek().is("asm") || peek().is("__asm__") || peek().is("typeof") || peek().is("__typeof__") || peek().is("else")) {
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

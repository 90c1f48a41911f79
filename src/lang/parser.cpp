// SPDX-License-Identifier: GPL-2.0-only
// Types and declarations; parser_statement.cpp has the statements, parser_expression.cpp the expressions.
#include "lang/parser.h"

#include <algorithm>
#include <array>

#include "lang/parser_nesting.h"
#include "lang/preprocessor.h"

namespace vmalab {
namespace {

constexpr std::array<std::string_view, 40> kDecorations{"static",
                                                        "inline",
                                                        "__inline",
                                                        "__inline__",
                                                        "__always_inline",
                                                        "noinline",
                                                        "__must_check",
                                                        "extern",
                                                        "const",
                                                        "volatile",
                                                        "register",
                                                        "__maybe_unused",
                                                        "__unused",
                                                        "__init",
                                                        "__exit",
                                                        "__sched",
                                                        "__cold",
                                                        "__hot",
                                                        "__pure",
                                                        "__rcu",
                                                        "__user",
                                                        "__force",
                                                        "notrace",
                                                        "asmlinkage",
                                                        "auto",
                                                        "restrict",
                                                        "__restrict",
                                                        "__used",
                                                        "__weak",
                                                        "__read_mostly",
                                                        "__percpu",
                                                        "__visible",
                                                        "__noreturn",
                                                        "__iomem",
                                                        "__randomize_layout",
                                                        "__cpuidle",
                                                        "__private",
                                                        "__attribute_const__",
                                                        "noinline_for_stack",
                                                        "__no_kcsan"};
constexpr std::array<std::string_view, 10> kDecorationCalls{"__attribute__",     "__printf",         "__acquires", "__releases",
                                                            "__must_hold",       "__section",        "__aligned",  "__cond_acquires",
                                                            "__acquires_shared", "__releases_shared"};
constexpr std::array<std::string_view, 9> kBasicTypes{"void", "char", "short", "int", "long", "signed", "unsigned", "bool", "_Bool"};

bool is_typeof(std::string_view name) { return name == "typeof" || name == "__typeof__" || name == "__typeof" || name == "typeof_unqual"; }

template <typename Array>
bool among(const Array& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Parser::Parser(std::span<const Token> tokens, const TypeNames& names, FunctionAst& ast, SourcePos where) : tokens_(tokens), names_(names), ast_(ast) {
  end_token_.pos = end_token_.end = tokens.empty() ? where : tokens.back().pos;
}

void Parser::fail(const std::string& message) const { throw CompileError{peek().pos, message}; }
void Parser::fail_at(SourcePos pos, const std::string& message) const { throw CompileError{pos, message}; }

const Token& Parser::peek(std::size_t ahead) const { return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : end_token_; }
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
  if (peek().is("__free") && peek(1).is("(") && peek(2).kind == TokenKind::kIdentifier && peek(3).is(")")) {
    cleanup_ = peek(2).text;
    at_ += 4;
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
  if (is_typeof(name) || name == "__auto_type") return true;
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
  bool known = false, is_unsigned = false, is_signed = false, is_integer = false, is_long = false;
  while (true) {
    if (peek().is("const")) text += text.empty() ? "const" : " const";
    if (skip_decoration()) continue;
    const Token& token = peek();
    if (token.kind != TokenKind::kIdentifier) break;
    const std::string_view name = token.text;
    if (name == "float" || name == "double") fail("floating point numbers are not supported");
    if (is_typeof(name) && !known) {
      type = parse_typeof(text);
      known = true;
      continue;
    }
    if (name == "__auto_type" && !known) {
      type.base = Type::Base::kAuto;
      text = "__auto_type";
      known = true;
      ++at_;
      continue;
    }
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
      if (name == "char" || name == "short") type.bytes = name == "char" ? 1 : 2;
      // The kernel is built with a char that is unsigned.
      if (name == "char" && !is_signed) is_unsigned = true;
      if (name == "signed") is_signed = true;
      if (name == "signed" && type.bytes == 1) is_unsigned = false;
      if (name == "bool" || name == "_Bool") type.base = Type::Base::kBool;
      if (name == "unsigned") is_unsigned = true;
      if (name == "unsigned" || name == "signed" || name == "int" || name == "long" || name == "char" || name == "short") is_integer = true;
      if (name == "long") is_long = true;
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
  if (is_long && type.is_integer()) type.bytes = 8;
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
  if (peek().is("[")) parse_array(declarator);
  return declarator;
}

/// `[4]`, or `[]` when the initialiser says how many; the number is an expression of constants.
void Parser::parse_array(Declarator& declarator) {
  take();
  if (accept("]")) {
    declarator.type.count = kUnsized;
  } else {
    std::vector<Token> inside;
    const SourcePos pos = peek().pos;
    for (int open = 0; open > 0 || !peek().is("]");) {
      if (peek().kind == TokenKind::kEnd) fail_at(pos, "this array has no closing bracket");
      open += peek().is("[") || peek().is("(");
      open -= peek().is("]") || peek().is(")");
      Token token = take();
      if (const long long* value = token.kind == TokenKind::kIdentifier ? names_.find_enum_constant(token.text) : nullptr) {
        token.kind = TokenKind::kNumber;
        token.text = ast_.pool.strings.emplace_back(std::to_string(*value));
      } else if (token.kind == TokenKind::kIdentifier) {
        fail_at(token.pos, "the number of elements is a constant here, and `" + std::string(token.text) + "` is none");
      }
      inside.push_back(token);
    }
    take();
    const long long count = evaluate_condition(inside, pos);
    if (count < 1 || count > kMaxArray)
      fail_at(pos, "an array has 1 to " + std::to_string(kMaxArray) + " elements here, not " + std::to_string(count));
    declarator.type.count = static_cast<std::uint16_t>(count);
  }
  if (peek().is("[")) fail("arrays of arrays are not supported");
}

Type Parser::parse_typeof(std::string& text) {
  const Nesting guard(*this);
  take();
  expect("(", "after typeof");
  Type type;
  if (at_type()) {
    std::string inner;
    const Type base = parse_specifiers(inner);
    const Declarator declarator = parse_declarator(base, std::move(inner), false);
    type = declarator.type;
    text = declarator.type_text;
  } else {
    type.base = Type::Base::kTypeof;
    type.of = parse_expression();
    text = "typeof(...)";
  }
  expect(")", "after typeof");
  return type;
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
    Declarator parameter = parse_declarator(type, std::move(text), false);
    if (parameter.type.is_array()) parameter.type = parameter.type.element().pointer();
    ast_.parameters.push_back(std::move(parameter));
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
      const Type element = declarator.type.element();
      if (declarator.type.count == kUnsized) fail_at(declarator.pos, "an array in a struct needs a number of elements");
      if (!element.is_scalar() && !element.is_struct()) {
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

}  // namespace vmalab

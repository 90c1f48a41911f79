// SPDX-License-Identifier: GPL-2.0-only
// Recursive descent over expanded tokens, into a FunctionAst. Throws CompileError.
#pragma once

#include <span>
#include <string_view>

#include "lang/ast.h"

namespace vmalab {

/// What the parser asks about names of the files: structs, typedefs and enum constants.
class TypeNames {
 public:
  virtual ~TypeNames() = default;
  /// Null when no file defines it. Throws CompileError when its definition is not in the subset.
  virtual const StructType* find_struct(std::string_view name) const = 0;
  virtual const Type* find_typedef(std::string_view name) const = 0;
  virtual const long long* find_enum_constant(std::string_view name) const = 0;
};

class Parser {
 public:
  Parser(std::span<const Token> tokens, const TypeNames& names, FunctionAst& ast, SourcePos where);

  /// `static int f(struct mm_struct *mm) { ... }`
  void parse_function();
  /// The members of `struct name { ... }`, between the braces.
  void parse_members(StructType& type);
  /// `static int x = 1;`, a variable outside of functions.
  Stmt* parse_variable();
  /// `unsigned int x` of a struct, as far as its type and name go.
  Declarator parse_field();
  /// A whole expression.
  Expr* parse_whole_expression();
  /// `typedef unsigned int name`, without the typedef and the semicolon: the name and what it stands for.
  std::pair<std::string_view, Type> parse_typedef();

 private:
  class Nesting;

  [[noreturn]] void fail(const std::string& message) const;
  [[noreturn]] void fail_at(SourcePos pos, const std::string& message) const;
  const Token& peek(std::size_t ahead = 0) const;
  const Token& take();
  bool accept(std::string_view text);
  const Token& expect(std::string_view text, std::string_view after);
  std::string shown(const Token& token) const;
  SourcePos span_end(std::size_t first) const;

  bool at_type() const;
  bool skip_decoration();
  Type parse_specifiers(std::string& text);
  Type parse_tag(std::string& text);
  Declarator parse_declarator(Type base, std::string text, bool name_needed);
  void parse_parameters();
  Initialiser* parse_initialiser();

  Stmt* new_stmt(Stmt::Kind kind);
  Stmt* parse_statement();
  Stmt* parse_block();
  Stmt* parse_declaration();
  Stmt* parse_guard();
  Stmt* parse_class();
  Stmt* parse_way_out();
  Type parse_typeof(std::string& text);
  void parse_array(Declarator& declarator);
  Stmt* parse_keyword_statement(std::string_view keyword);
  Stmt* parse_for(Stmt* stmt);
  Expr* parse_condition(std::string_view keyword);

  Expr* new_expr(Expr::Kind kind, std::size_t first);
  Expr* finish(Expr* expr, std::size_t first);
  Expr* parse_expression();
  Expr* parse_assignment();
  Expr* parse_conditional();
  Expr* parse_binary(int lowest);
  Expr* parse_unary();
  Expr* parse_postfix();
  Expr* parse_primary();
  Expr* parse_parenthesis();
  Expr* parse_number();
  Expr* parse_sizeof();
  Expr* parse_generic();
  Expr* parse_container();
  void note_change(const Expr* target);

  std::span<const Token> tokens_;
  const TypeNames& names_;
  FunctionAst& ast_;
  Token end_token_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  std::string_view cleanup_;  ///< of the `__free(name)` passed last
};

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// From syntax trees to IR: every call inlined, every local a virtual register. Addresses of locals exist only while
// lowering: a pointer to a local is an alias for it, and must be bound once.
//
// The class is in three files: lower_function.cpp (calls, scopes, leaving the lock's code), lower_statement.cpp,
// lower_expression.cpp.
// Throws CompileError.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lang/codebase.h"
#include "lang/declarations.h"
#include "lang/ir.h"
#include "lang/stubs.h"

namespace vmalab {

/// What an expression gives: a word in an operand, a pointer to a local, a local struct, or nothing (void).
struct Value {
  enum class Kind : std::uint8_t { kVoid, kWord, kLocalPointer, kLocalStruct, kText } kind = Kind::kVoid;
  Type type;
  Operand op;        ///< kWord
  int slot = -1;     ///< first virtual register of the local pointed at, or of the struct
  std::string text;  ///< kText
};

/// What can be assigned to: a local's registers, or one shared word.
struct LValue {
  bool shared = false;
  Type type;
  Operand address;   ///< shared
  int slot = -1;     ///< local
};

struct Builtin;

class Lowering {
 public:
  /// `given`: the values of the thread's stubbed calls, in their order; null: the first of each.
  Lowering(const Declarations& declarations, const std::vector<ObjectName>& objects, const Stubs* stubs = nullptr,
           const std::vector<std::string>* given = nullptr);

  IrProgram run_call(const Expr& call, const std::string& label);
  IrProgram run_function(const Declarations::Function& function);
  IrProgram run_expression(const Expr& expression, const std::string& label);

 private:
  class Nesting;

  struct Local {
    Type type;
    int slot = -1;
    std::optional<Value> alias;  ///< a pointer to a local
  };
  using Scope = std::map<std::string_view, Local>;
  /// One function being inlined.
  struct Activation {
    const FunctionAst* ast = nullptr;
    std::vector<Scope> scopes;
    struct Label {
      int block = -1;
      bool placed = false;
      SourcePos used;
    };
    std::map<std::string_view, Label> labels;
    std::vector<int> breaks, continues;      ///< to blocks
    int exit = -1;
    int result = kNoVirtual;
  };

  // ---- lower_function.cpp
  IrProgram finish(Operand result);
  Value call_function(const Declarations::Function& function, const std::vector<Value>& arguments, const Expr& at);
  Value inline_body(const FunctionAst& ast, const std::vector<Value>& arguments, SourcePos call);
  void bind_parameter(Activation& activation, const Declarator& parameter, const Value& argument);
  void leave_lock_code(const FunctionAst& ast, const std::vector<Value>& arguments, const Value& result, std::size_t stores_before);
  void leave_section(const Expr& at);
  void enter_frame(std::string_view function, SourcePos call, SourcePos definition);
  Local* find_local(std::string_view name);
  Local& declare(std::string_view name, const Type& type, const std::string& type_text, SourcePos pos);
  void check_undeclared(std::string_view name, SourcePos pos) const;
  const Type& checked_local_type(const Type& type, SourcePos pos) const;
  [[noreturn]] void fail(SourcePos pos, const std::string& message) const { throw CompileError{pos, message}; }

  // ---- blocks and instructions
  int new_block();
  void place(int block);   ///< what follows goes there
  void jump(int block);
  void branch(Operand condition, int yes, int no, SourcePos pos, SourcePos end);
  IrInstr& emit(Op op, const Expr& at);
  int new_virtual() { return ir_.virtual_count++; }
  int new_named(int count);
  Operand compute(Op op, Operand a, Operand b, const Expr& at);
  void assign_slot(int slot, Operand value, const Expr* at);

  // ---- lower_statement.cpp
  void statement(const Stmt& stmt);
  void block(const Stmt& stmt);
  void declaration(const Declarator& declarator);
  void initialise(const Type& type, int slot, const Initialiser& init);
  void clear(const Type& type, int slot, SourcePos pos);
  void loop(const Stmt& stmt);
  Activation::Label& label(std::string_view name);
  void lower_return(const Stmt& stmt);

  // ---- lower_expression.cpp
  Value value(const Expr& expr);          ///< anything but void
  Value any_value(const Expr& expr);
  void effect(const Expr& expr);
  Operand word(const Expr& expr);
  void condition(const Expr& expr, int yes, int no);
  LValue place_of(const Expr& expr);
  LValue member_of(LValue object, std::string_view name, SourcePos pos);
  LValue target_of(const Value& pointer, SourcePos pos);
  Value load(const LValue& place, const Expr& at, Order order = Order::kPlain);
  void store(const LValue& place, const Value& value, const Expr& at, Order order = Order::kPlain);
  Value convert(const Value& value, const Type& type, const Expr& at);
  Value name(const Expr& expr);
  Value unary(const Expr& expr);
  Value binary(const Expr& expr);
  Value arithmetic(std::uint32_t op, const Value& a, const Value& b, const Expr& at);
  Value logical(const Expr& expr);
  Value conditional(const Expr& expr);
  Value assign(const Expr& expr);
  Value step(const Expr& expr);
  Value statement_expression(const Expr& expr);
  Value call(const Expr& expr);
  Value builtin(const Builtin& builtin, const Expr& expr);

  // ---- lower_stub.cpp
  Value call_stub(const Stubs::Stub& stub, const Expr& expr);
  Operand stub_value(const Stubs::Stub& stub, const std::string& text, const Type& type, const Expr& at);
  std::vector<std::string> any_value_of(const Stubs::Stub& stub, const Type& type, const Expr& at) const;
  void find_stubs_in_loops();

  Operand builtin_operand(const Builtin& builtin, char argument, const Expr& expr);
  Value query(const Expr& expr, bool& known);
  Value word_value(const Type& type, Operand op) const { return {Value::Kind::kWord, type, op, -1, {}}; }
  bool is_named_register(const Operand& op) const;
  Operand copied(Operand op, const Expr& at);

  const Declarations& declarations_;
  const std::vector<ObjectName>& objects_;
  const Stubs* stubs_;
  const std::vector<std::string>* given_;
  bool stub_text_ = false;   ///< what is lowered is the value of a stub: it may name objects
  bool expression_only_ = false;
  IrProgram ir_;
  int current_ = 0;
  std::uint16_t frame_ = 0;
  int nesting_ = 0;
  SourcePos at_;   ///< the statement being lowered: where jumps belong that no expression makes
  std::size_t emitted_ = 0;
  std::size_t stores_ = 0;  ///< emitted instructions that change a word as a lock does: counts and stores
  std::vector<Activation> activations_;
  std::vector<bool> named_;   ///< virtual registers that are variables
};

}  // namespace vmalab

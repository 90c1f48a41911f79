// SPDX-License-Identifier: GPL-2.0-only
// From syntax trees to IR: every call inlined, every local a virtual register. Addresses of locals exist only while
// lowering: a pointer to a local is an alias for it, and must be bound once.
//
// The class is in several files, a theme each: lower_function.cpp (calls, scopes, leaving the lock's code), lower_statement.cpp,
// lower_switch.cpp, lower_cleanup.cpp (guards, goto), lower_expression.cpp, lower_array.cpp, lower_shared.cpp (statics, added fields),
// lower_rcu.cpp.
// Throws CompileError.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lang/codebase.h"
#include "lang/declarations.h"
#include "lang/extra_words.h"
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
  int count = 0;     ///< elements of the array that this pointer is the first of; 0: no array
};

/// What can be assigned to: a local's registers, or one shared word.
struct LValue {
  bool shared = false;
  Type type;
  Operand address;  ///< shared
  int slot = -1;    ///< local
  // An element of a local array by an index that is not known: one of `elements`, each `stride` registers after the last.
  int elements = 0, stride = 0;
  Operand index;
};

struct Builtin;

class Lowering {
 public:
  /// `words` are those that the machine's other code uses already; what this code adds goes there.
  /// `given`: the values of the thread's stubbed calls, in their order; null: the first of each.
  Lowering(const Declarations& declarations, const std::vector<ObjectName>& objects, ExtraWords& words, const Stubs* stubs = nullptr,
           const std::vector<std::string>* given = nullptr);

  /// Every turn of a loop becomes a step of its own (kPause): for code with loops that touch no shared memory.
  void pause_in_loops() { pauses_ = true; }

  IrProgram run_call(const Expr& call, const std::string& label);
  IrProgram run_function(const Declarations::Function& function);
  IrProgram run_expression(const Expr& expression, const std::string& label);
  IrProgram run_callbacks(Word head, const std::string& label);

 private:
  class Nesting;

  struct Local {
    Type type;
    int slot = -1;
    std::optional<Value> alias;    ///< a pointer to a local
    std::optional<LValue> shared;  ///< a static variable
  };
  /// What runs when a scope is left, whichever way.
  struct Cleanup {
    const Declarations::Function* function = nullptr;
    Value argument;
    SourcePos pos;
  };
  struct Scope : std::map<std::string_view, Local> {
    const Stmt* owner = nullptr;  ///< the block, loop or guard it belongs to
    std::vector<Cleanup> cleanups;
  };
  /// Where break and continue lead, and how many scopes are left standing there.
  struct Exit {
    int block = -1;
    std::size_t scopes = 0;
  };
  /// One function being inlined.
  struct Activation {
    const FunctionAst* ast = nullptr;
    std::vector<Scope> scopes;
    struct Label {
      int block = -1;
      bool placed = false;
      SourcePos used;
      std::vector<const Stmt*> inside;    ///< what it stands in, outermost first
      std::vector<std::size_t> cleanups;  ///< once placed: how many each scope had there
    };
    std::map<std::string_view, Label> labels;
    std::vector<Exit> breaks, continues;
    std::map<const Stmt*, int> cases;  ///< of the switches being lowered: to blocks
    int exit = -1;
    int result = kNoVirtual;  ///< first of as many registers as the result has
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
  Value leave_out_assertion(const Expr& expr);
  [[noreturn]] void fail_for_lack_of(SourcePos pos, std::string_view function) const {
    throw CompileError{pos, "needs " + std::string(function) + "(), which this kernel does not have", std::string(function)};
  }

  // ---- blocks and instructions
  int new_block();
  void place(int block);  ///< what follows goes there
  void jump(int block);
  void branch(Operand condition, int yes, int no, SourcePos pos, SourcePos end, bool negated = false);
  IrInstr& emit(Op op, const Expr& at);
  int new_virtual() { return ir_.virtual_count++; }
  int new_named(int count);
  Operand compute(Op op, Operand a, Operand b, const Expr& at, bool wide = false);
  void warn_if(Operand condition, std::string what, const Expr& at);
  void warn_of_overflow(Operand old, Operand amount, const Expr& at);
  Operand widened(Operand op, const Type& from, const Type& to, const Expr& at);
  void assign_slot(int slot, Operand value, const Expr* at);
  void copy_slot(int slot, int from, const Expr* at);
  void unset(int slot, int count, SourcePos pos, const std::string& what);

  // ---- lower_statement.cpp
  void statement(const Stmt& stmt);
  void block(const Stmt& stmt);
  void declaration(const Declarator& written);
  void declare_local(const Declarator& declarator);
  void initialise(const Type& type, int slot, const Initialiser& init);
  void clear(const Type& type, int slot, SourcePos pos);
  void loop(const Stmt& stmt);
  void pause();
  void lower_return(const Stmt& stmt);
  void show_variable(const std::string& name, const Type& type, const std::string& type_text, int slot);

  // ---- lower_switch.cpp
  void lower_switch(const Stmt& stmt);

  // ---- lower_cleanup.cpp
  void open_scope(const Stmt* owner);
  void close_scope();
  void run_cleanups(std::size_t scopes_left);
  void run_scope_cleanups(std::size_t scope, std::size_t kept);
  void add_cleanup(std::string_view function, const Value& argument, SourcePos pos);
  void lower_guard(const Stmt& stmt);
  void lower_goto(const Stmt& stmt);
  void lower_label(const Stmt& stmt);
  Activation::Label& label(std::string_view name);

  // ---- lower_array.cpp
  LValue element_of(const Expr& expr);
  Value decayed(const LValue& place);
  int gather(const LValue& place, const Expr& at);
  void scatter(const LValue& place, const Value& from, const Expr& at);
  void check_index(Operand index, int count, const Expr& at);
  void initialise_array(const Type& type, int slot, const Initialiser& init);

  // ---- lower_shared.cpp
  std::optional<LValue> global_of(std::string_view name, SourcePos pos);
  LValue declare_static(const Declarator& declarator, std::string_view owner);
  std::optional<LValue> added_field(const LValue& object, std::string_view name, SourcePos pos);
  Type type_of(const Expr& expr);
  Type resolved(const Type& type, SourcePos pos);
  Value generic(const Expr& expr);
  Value size(const Expr& expr);

  // ---- lower_expression.cpp
  Value value(const Expr& expr);  ///< anything but void
  Value any_value(const Expr& expr);
  void effect(const Expr& expr);
  Operand word(const Expr& expr);
  void condition(const Expr& expr, int yes, int no, bool negated = false);
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

  // ---- lower_rcu.cpp
  std::uint32_t callback(const Expr& argument);
  std::uint32_t freeing_callback(const Expr& argument);
  Value kfree(const Expr& expr);
  Value container(const Expr& expr);

  // ---- lower_stub.cpp
  Value call_stub(const Stubs::Stub& stub, const Expr& expr);
  Operand stub_value(const Stubs::Stub& stub, const std::string& text, const Type& type, const Expr& at);
  std::vector<std::string> tried_values_of(const Stubs::Stub& stub, const Type& type, const Expr& at) const;
  void find_stubs_in_loops();

  Operand builtin_operand(const Builtin& builtin, char argument, const Expr& expr);
  Value query(const Expr& expr, bool& known);
  Value word_value(const Type& type, Operand op) const { return {Value::Kind::kWord, type, op, -1, {}, 0}; }
  Value struct_value(const Type& type, int slot) const { return {Value::Kind::kLocalStruct, type, {}, slot, {}, 0}; }
  Value pointer_value(const Type& type, int slot, int count = 0) const { return {Value::Kind::kLocalPointer, type, {}, slot, {}, count}; }
  bool is_named_register(const Operand& op) const;
  Operand copied(Operand op, const Expr& at);

  const Declarations& declarations_;
  const std::vector<ObjectName>& objects_;
  ExtraWords& words_;
  const Stubs* stubs_;
  const std::vector<std::string>* given_;
  bool stub_text_ = false;  ///< what is lowered is the value of a stub: it may name objects
  bool expression_only_ = false;
  bool pauses_ = false;
  IrProgram ir_;
  int current_ = 0;
  std::uint16_t frame_ = 0;
  int nesting_ = 0;
  SourcePos at_;  ///< the statement being lowered: where jumps belong that no expression makes
  std::size_t emitted_ = 0;
  std::size_t stores_ = 0;  ///< emitted instructions that change a word as a lock does: counts and stores
  std::vector<Activation> activations_;
  std::vector<bool> named_;  ///< virtual registers that are variables
};

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// The syntax tree of one function. Nodes are owned by the FunctionAst's arenas and point at each other freely,
// so that taking a tree down never recurses, however deep hostile input makes it.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lang/operators.h"
#include "lang/token.h"
#include "lang/types.h"

namespace vmalab {

struct Stmt;
struct Initialiser;

struct Expr {
  // clang-format off
  enum class Kind : std::uint8_t {
    kNumber, kString, kName, kUnary, kBinary, kAssign, kConditional, kComma, kCall, kMember, kArrow, kCast,
    kPreStep, kPostStep, kStatement, kIndex, kSizeofType, kSizeof, kGeneric, kCompound, kContainer
  };
  // clang-format on
  Kind kind = Kind::kNumber;
  bool has_effects = false;  ///< evaluating it may change a variable
  std::uint16_t depth = 1;
  std::uint32_t op = 0;   ///< op_code of an operator; the plain one for `+=`, 0 for `=`
  Word value = 0;         ///< kNumber
  std::string_view name;  ///< kName, kMember, kArrow, kContainer; the callee of kCall
  std::string text;       ///< kString
  SourcePos pos, end;
  SourcePos name_pos;  ///< kMember, kArrow, kContainer: of the name
  Type type;           ///< kNumber, kCast, kSizeofType, kCompound, kContainer
  Expr* a = nullptr;
  Expr* b = nullptr;
  Expr* c = nullptr;
  std::vector<Expr*> arguments;   ///< kCall, kGeneric
  std::vector<Type> types;        ///< kGeneric: one for each argument; kVoid without pointers is `default`
  Initialiser* init = nullptr;    ///< kCompound
  Stmt* block = nullptr;          ///< kStatement
  const MacroUse* use = nullptr;  ///< kStatement: the macro it is the text of
};

/// An initialiser: an expression, or a list in braces.
struct Initialiser {
  SourcePos pos;
  Expr* value = nullptr;
  struct Item {
    std::string_view member;  ///< empty: the next one
    Expr* index = nullptr;    ///< `[index] =`
    SourcePos pos;
    Initialiser* init = nullptr;
  };
  std::vector<Item> items;
};

struct Declarator {
  std::string_view name;
  Type type;
  std::string type_text;  ///< as written
  SourcePos pos;
  Initialiser* init = nullptr;
  bool is_static = false;
  std::string_view cleanup;  ///< `__free(name)`, or the guard of CLASS(name, ...): what is run when it goes out of scope
};

struct Stmt {
  // clang-format off
  enum class Kind : std::uint8_t {
    kExpression, kDeclaration, kIf, kWhile, kDo, kFor, kReturn, kBreak, kContinue, kGoto, kLabel, kBlock, kEmpty,
    kSwitch, kCase, kDefault, kGuard
  };
  // clang-format on
  Kind kind = Kind::kEmpty;
  bool has_label = false;  ///< it or something in it can be jumped to
  SourcePos pos, end;
  std::string_view name;      ///< kGoto, kLabel, kGuard
  Expr* expr = nullptr;       ///< condition, value; kGuard: the call of its constructor
  Expr* step = nullptr;       ///< kFor; kCase: the last value of a range
  Stmt* init = nullptr;       ///< kFor
  Stmt* body = nullptr;       ///< loops, if, label, switch; kGuard: what it is held for, else the rest of the block
  Stmt* otherwise = nullptr;  ///< kIf; kGuard: when it is not taken
  std::vector<Stmt*> list;    ///< kBlock
  std::vector<Declarator> declarations;
};

struct FunctionAst {
  std::string_view name;
  SourcePos pos, body_end;
  bool of_the_lock = false;  ///< see Declarations::Function
  Type result;
  std::vector<Declarator> parameters;
  Stmt* body = nullptr;
  std::set<std::string_view> changed;  ///< names that are assigned to or whose address is taken somewhere in it
  std::deque<Expr> exprs;
  std::deque<Stmt> stmts;
  std::deque<Initialiser> initialisers;
  TextPool pool;
};

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Everything the loaded files define at their top level, by name, the latest definition winning. Bodies stay
// tokens until somebody asks; what is not in the subset does no harm unless it is asked for.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lang/ast.h"
#include "lang/parser.h"
#include "lang/preprocessor.h"

namespace vmalab {

/// A name that is followed by brackets in front of a function's body and is not the function's.
bool is_annotation(std::string_view name);
/// Position after the closing bracket that matches the one at `at`. Outside function bodies brackets that do not match are
/// an error wherever they stand: from there on nobody could tell what belongs to what.
std::size_t after_group(const std::vector<Token>& tokens, std::size_t at, std::size_t end);

class Declarations : public TypeNames {
 public:
  struct Function {
    std::string_view name;
    SourcePos pos, body_end;
    int order = 0;  ///< of definition
    /// Part of the lock, and not of its users: a reference that it takes is transient until the outermost such function
    /// returns, and a lock from then on.
    bool of_the_lock = false;
    std::vector<Token> tokens;  ///< from the return type to the closing brace
  };

  /// A variable outside of functions: `static int x = 1`, without the semicolon.
  struct Variable {
    std::string_view name;
    SourcePos pos;
    std::vector<Token> tokens;
  };

  Declarations();
  Declarations(const Declarations&) = delete;
  Declarations& operator=(const Declarations&) = delete;

  Preprocessor& preprocessor() { return preprocessor_; }
  const Preprocessor& preprocessor() const { return preprocessor_; }
  /// Whose file it is. Of somebody's own everything has to be understood. A kernel's has more than anybody asks for, so there
  /// what is not understood is left out, but never what could be a function.
  enum class Owner : std::uint8_t { kModel, kTree, kOwn };
  /// Takes the definitions of one file out of its preprocessed, unexpanded tokens. Throws CompileError, also where brackets do
  /// not match.
  void add_file(const std::vector<Token>& tokens, Owner owner = Owner::kModel);

  const Function* find_function(std::string_view name) const;
  /// The same as a call in that file means it: of a tree, the file's own static function goes before any other's.
  const Function* find_function(std::string_view name, std::uint16_t from) const;
  /// The next file is a tree's; the static functions of a C file are that file's alone.
  void begin_tree_file(std::uint16_t file, bool has_statics);
  bool is_prototype(std::string_view name) const { return prototypes_.count(name) > 0; }
  /// What a declared function returns; nothing when it is not declared, or with a type that the subset does not have.
  std::optional<Type> prototype_result(std::string_view name) const;
  const std::map<std::string_view, Function>& functions() const { return functions_; }
  /// Before anything is parsed: decides for each function of a file whether it is of the lock.
  template <typename Decide>
  void note_lock_functions(std::uint16_t file, Decide decide) {
    for (auto& [name, function] : functions_) {
      if (function.pos.file == file) function.of_the_lock = decide(static_cast<const Function&>(function));
    }
    for (auto& [name, function] : statics_) {
      if (function.pos.file == file) function.of_the_lock = decide(static_cast<const Function&>(function));
    }
  }
  /// The kernel that is loaded does not have this function of the model: whoever calls it cannot run on it.
  void take_away(std::string_view name);
  bool is_taken_away(std::string_view name) const { return taken_away_.count(name) > 0; }
  /// That loaded kernel's, and not the model's or somebody's own.
  bool is_tree_file(std::uint16_t file) const { return file >= first_tree_file_ && file <= last_tree_file_; }
  /// Parsed on first use. Throws CompileError.
  const FunctionAst& parse(const Function& function) const;

  const Variable* find_variable(std::string_view name) const;
  /// Its declaration, parsed on first use; null for no variable. Throws CompileError.
  const Stmt* parse_variable(std::string_view name) const;
  /// The declaration of a field in the definitions of `struct object` that files have, in anonymous structs and unions
  /// as well; nullopt when no file declares it. Throws CompileError when its type is not understood.
  std::optional<Declarator> find_object_field(std::string_view object, std::string_view field) const;
  /// A file declares `struct object`, and none has this field in it.
  bool lacks_field(std::string_view object, std::string_view field) const;
  /// Throws CompileError where this file declares a field of layout.h with a type that is not the one the machine has.
  void check_known_fields(std::uint16_t file) const;
  /// `DEFINE_GUARD(name, type, lock, unlock)` and its relatives make functions: class_name_constructor() takes the lock and
  /// returns what class_name_destructor() is given at the end of the scope. Position after the invocation at `at`.
  std::size_t add_guard(const std::vector<Token>& tokens, std::size_t at);

  const StructType* find_struct(std::string_view name) const override;
  const Type* find_typedef(std::string_view name) const override;
  const long long* find_enum_constant(std::string_view name) const override;

 private:
  struct Struct {
    SourcePos pos;
    std::vector<Token> tokens;  ///< between the braces
    bool busy = false;
    std::unique_ptr<StructType> type;
    std::unique_ptr<FunctionAst> ast;  ///< owns the texts of the members
  };
  struct Typedef {
    std::vector<Token> tokens;
    bool parsed = false, usable = false, busy = false;
    Type type;
    std::unique_ptr<FunctionAst> ast;
  };

  struct EnumConstant {
    long long value = 0;
    SourcePos pos;
  };
  enum class Kind : std::uint8_t { kVariable, kStruct, kTypedef, kEnumConstant };

  void note_rival(Kind kind, std::string_view name, SourcePos before, SourcePos now, bool same);
  void refuse_rivals(Kind kind, std::string_view name) const;
  void keep(Variable variable);
  void add_item(const std::vector<Token>& tokens, std::size_t first, std::size_t last, std::size_t body);
  void add_variable(const std::vector<Token>& tokens, std::size_t first, std::size_t last);
  void make_function(std::string name, const Token& at, std::vector<Token> result, std::vector<Token> parameter, std::vector<Token> body);
  bool add_function(const std::vector<Token>& tokens, std::size_t first, std::size_t last, std::size_t body);
  void refuse_what_a_macro_defines(const Token& name, Owner owner) const;
  void add_enum(const std::vector<Token>& tokens, std::size_t body, std::size_t end);

  Preprocessor preprocessor_;
  std::map<std::string_view, Function> functions_;
  std::map<std::pair<std::string_view, std::uint16_t>, Function> statics_;  ///< of the C files of a tree
  int first_tree_file_ = -1, last_tree_file_ = -1;
  bool has_statics_ = false;                                             ///< of the file that is being added
  std::unordered_map<std::string_view, std::vector<Token>> prototypes_;  ///< up to the name
  std::set<std::string_view> taken_away_;
  std::unordered_map<std::string_view, EnumConstant> enum_constants_;
  // Parsing on demand fills these in behind a const face; the owner holds a lock.
  mutable std::map<std::string_view, Struct> structs_;
  mutable std::map<std::string_view, Typedef> typedefs_;
  mutable std::map<const Function*, std::unique_ptr<FunctionAst>> parsed_;
  std::map<std::string_view, Variable> variables_;
  mutable std::map<std::string_view, std::unique_ptr<FunctionAst>> parsed_variables_;
  std::map<std::string_view, std::vector<Token>> object_fields_;  ///< by struct: what is between the braces
  mutable std::deque<std::unique_ptr<FunctionAst>> field_asts_;
  struct Guard {
    std::vector<Token> type, unlock;
  };
  std::map<std::string, Guard> guards_;
  std::deque<std::string> made_names_;
  int order_ = 0;
  Owner owner_ = Owner::kModel;  ///< of the file that is being added
  std::map<std::uint16_t, Owner> owners_;
  std::map<std::pair<Kind, std::string_view>, std::pair<SourcePos, SourcePos>> rivals_;  ///< the two that there are
  mutable int depth_ = 0;                                                                ///< of find_struct() and find_typedef() in each other
};

}  // namespace vmalab

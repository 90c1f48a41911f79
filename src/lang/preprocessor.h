// SPDX-License-Identifier: GPL-2.0-only
// The preprocessor: one macro table for all files. Conditionals and definitions take effect while a file is
// read; macros are expanded later, when a function is parsed, with the table as it is when all files are
// read, so that a later file (a variant, a kernel tree) can redefine what an earlier function uses.
//
// Where expanded tokens are shown: arguments stay where they are written. The text of an ordinary macro takes
// the place of its invocation. The text of a statement-expression macro, whose body opens with `({`, stays
// where it is, and its first token carries a MacroUse: such a macro is shown as if it had been called.
#pragma once

#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lang/token.h"

namespace vmalab {

struct Macro {
  std::string_view name;
  SourcePos definition;
  bool function_like = false;
  bool variadic = false;
  bool locked = false;  ///< a primitive of the machine: files of a kernel tree cannot replace it
  std::vector<std::string_view> parameters;
  std::vector<Token> body;
};

class Preprocessor {
 public:
  struct FileRules {
    bool lock = false;            ///< macros of this file are primitives
    bool may_unlock = true;       ///< this file may replace primitives
    bool constants_only = false;  ///< take its object-like macros alone
    bool lenient = false;         ///< a condition that cannot be evaluated is false instead of an error
    bool strict = false;          ///< ... is an error, even so, and so is one on a name that no file defines; CONFIG_ options are off then
  };

  void define_constant(std::string_view name, std::string_view value = "1");  ///< locked
  /// Reads a file's directives; returns the tokens outside of them that the conditions keep, unexpanded.
  std::vector<Token> read(const std::vector<Token>& tokens, const FileRules& rules);
  /// Expands macros. Throws CompileError, also when the text grows beyond every reason.
  std::vector<Token> expand(std::span<const Token> tokens, TextPool& pool) const;

  /// A function of this name is defined after the macro: the macro is gone, unless it is a primitive.
  void give_way(std::string_view name);
  const Macro* find(std::string_view name) const;
  /// Names of primitives that files would have replaced or taken away and may not, as they are spelled there.
  /// A definition of what may not be redefined: its name, and its body without blanks, a single parameter written `x`; empty of an #undef.
  struct Refused {
    Token name;
    std::string body;
  };
  const std::vector<Refused>& refused() const { return refused_; }
  /// The rule of the family that `name` belongs to: a macro `__vmalab_any_PREFIX` says what every name that begins
  /// with PREFIX means when no file defines it; the longest prefix wins. Null when there is none. In the rule's text
  /// `__vmalab_name` is the name as a string.
  const Macro* find_family(std::string_view name) const;
  /// Macros of a tree that the tree itself gives another meaning later, or takes away: where it does.
  const std::vector<Token>& changed() const { return changed_; }
  /// An #ifdef of a tree has asked for it, and nothing had defined it.
  bool was_missing(std::string_view name) const { return missing_.count(name) > 0; }
  /// Functions are no macros, but a name that one of them has belongs to no family.
  void add_function_name(std::string_view name) { functions_.insert(name); }
  /// Whether a call of this name may change something: any function but those that only look, and primitives that write.
  bool may_write(std::string_view name) const;
  /// A function-like macro whose text is a statement expression, directly or through another macro.
  bool is_statement_macro(const Macro& macro, int depth = 0) const;

 private:
  void define(std::span<const Token> line, const FileRules& rules);
  bool condition(std::span<const Token> line, const FileRules& rules);
  bool is_defined(const Token& name, const FileRules& rules);

  std::unordered_map<std::string_view, Macro> macros_;
  std::unordered_set<std::string_view> functions_;
  std::vector<std::string_view> families_;  ///< prefixes
  std::vector<Refused> refused_;
  std::vector<Token> changed_;
  std::unordered_map<std::string_view, SourcePos> missing_;  ///< where strict files have asked for names that nothing defined
  std::unordered_set<std::string_view> of_the_tree_;         ///< macros of strict files
  // Made when somebody uses the name; the owner of the code base holds a lock.
  mutable std::map<std::string, Macro, std::less<>> members_;
  mutable std::deque<std::string> member_names_;
};

/// Value of the constant expression of an #if, after expansion. Unknown names are 0, unless it is `strict`: then only those of
/// options and of the compiler are. An unknown name with arguments has no value at all. Throws CompileError.
long long evaluate_condition(std::span<const Token> tokens, SourcePos where, bool strict = false);

/// A number as C spells it: decimal, hexadecimal, octal, with suffixes.
struct Number {
  unsigned long long value = 0;
  bool is_unsigned = false;
  bool is_long = false;
  bool ok = false;
};
Number parse_number(std::string_view text);

}  // namespace vmalab

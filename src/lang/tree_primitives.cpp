// SPDX-License-Identifier: GPL-2.0-only
// Definitions of a tree that would not mean here what they mean there: those that the machine's primitives go before, and
// macros that change on the way, since here a macro means what its last definition says.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "lang/declarations.h"
#include "lang/kernel_tree.h"

namespace vmalab {
namespace {

/// What these mean changes nothing that is judged.
constexpr std::array<std::string_view, 7> kHints{"EXPORT_SYMBOL", "EXPORT_SYMBOL_GPL", "fallthrough", "_RET_IP_",
                                                 "_THIS_IP_",     "cpu_relax",         "TASK_SIZE"};

/// What the kernel writes for a primitive, the parameter as `x`: another way to say what the simulator has.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kKnownBodies{
    {{"likely", "__builtin_expect(!!(x),1)"},
     {"unlikely", "__builtin_expect(!!(x),0)"},
     {"likely", "(x)"},
     {"unlikely", "(x)"},
     {"NULL", "((void*)0)"},
     {"BIT", "(UL(1)<<(x))"},
     {"BIT", "((UL(1))<<(x))"},
     {"ULONG_MAX", "(~0UL)"},
     {"PAGE_SIZE", "(_AC(1,UL)<<PAGE_SHIFT)"},
     {"PAGE_SIZE", "(1UL<<PAGE_SHIFT)"},
     {"ARRAY_SIZE", "(sizeof(x)/sizeof((x)[0])+__must_be_array(x))"}}};

[[noreturn]] void refuse(std::string_view name, SourcePos pos) {
  throw CompileError{
      pos, std::string(name) +
               " is a primitive of the simulator, which would run in the place of what is defined here; a tree that redefines it cannot be judged"};
}

/// Whether the tokens have the macro in them, or another one that does.
bool uses(const Preprocessor& preprocessor, const std::vector<Token>& tokens, std::string_view macro, std::set<std::string_view>& seen) {
  return std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) {
    if (token.kind != TokenKind::kIdentifier) return false;
    if (token.is(macro)) return true;
    const Macro* const inner = preprocessor.find(token.text);
    return inner != nullptr && !inner->locked && seen.insert(token.text).second && uses(preprocessor, inner->body, macro, seen);
  });
}

}  // namespace

void refuse_other_meanings(const Declarations& declarations, std::uint16_t file) {
  const auto is_hint = [](std::string_view name) { return std::find(kHints.begin(), kHints.end(), name) != kHints.end(); };
  for (const Preprocessor::Refused& other : declarations.preprocessor().refused()) {
    const bool known = std::find(kKnownBodies.begin(), kKnownBodies.end(), std::pair(other.name.text, std::string_view(other.body))) !=
                       kKnownBodies.end();
    if (!is_hint(other.name.text) && !known) refuse(other.name.text, other.name.pos);
  }
  for (const Token& changed : declarations.preprocessor().changed()) {
    for (const auto& [name, function] : declarations.functions()) {
      const bool before = declarations.is_tree_file(function.pos.file) &&
                          std::pair(function.pos.file, function.pos.line) < std::pair(changed.pos.file, changed.pos.line);
      std::set<std::string_view> seen;
      if (!before || !uses(declarations.preprocessor(), function.tokens, changed.text, seen)) continue;
      throw CompileError{changed.pos,
                         std::string(changed.text) + " changes its meaning here, and " + std::string(name) +
                             "() was written for the one before; macros that change on the way are not followed, so this tree cannot be judged"};
    }
  }
  for (const auto& [name, function] : declarations.functions()) {
    const Macro* macro = function.pos.file == file ? declarations.preprocessor().find(name) : nullptr;
    if (macro != nullptr && macro->locked && !is_hint(name)) refuse(name, function.pos);
  }
  for (const auto& [name, function] : declarations.functions()) {
    const Macro* macro = declarations.is_tree_file(function.pos.file) ? declarations.preprocessor().find(name) : nullptr;
    if (macro == nullptr || !declarations.is_tree_file(macro->definition.file)) continue;
    // `#define f f` only says that there is one.
    if (!macro->function_like && macro->body.size() == 1 && macro->body.front().is(name)) continue;
    throw CompileError{macro->definition, std::string(name) + " is a macro here, and a function of this tree as well (line " +
                                              std::to_string(function.pos.line) +
                                              " of its file): which of them a call means is not followed, so this tree cannot be judged"};
  }
}

void refuse_what_types_lack(const Declarations& declarations, const std::map<std::string_view, SourcePos>& used) {
  for (const auto& [name, pos] : used) {
    const Macro* const macro = name.starts_with("VM_") || name.starts_with("VMA_") ? declarations.preprocessor().find(name) : nullptr;
    if (macro == nullptr || macro->locked || declarations.is_tree_file(macro->definition.file)) continue;
    throw CompileError{
        pos, std::string(name) +
                 " is used here, and no file of this tree that is read defines it: with the model's in its place this tree cannot be judged"};
  }
  for (const ObjectInfo& object : object_table()) {
    for (const FieldInfo& field : object.fields) {
      const auto at = used.find(field.name);
      // The last is of a configuration that is not judged.
      if (at == used.end() || field.name == "vmlock_dep_map" || !declarations.lacks_field(object.struct_name, field.name)) continue;
      throw CompileError{at->second,
                         std::string(field.name) + " is used here, and struct " + std::string(object.struct_name) + " of this tree does not have it"};
    }
  }
}

}  // namespace vmalab

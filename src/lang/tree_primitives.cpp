// SPDX-License-Identifier: GPL-2.0-only
// Definitions of a tree that would not mean here what they mean there: those that the machine's primitives go before, and
// macros that change on the way, since here a macro means what its last definition says.
#include <algorithm>
#include <array>

#include "lang/declarations.h"
#include "lang/kernel_tree.h"

namespace vmalab {
namespace {

/// What these mean changes nothing that is judged.
constexpr std::array<std::string_view, 14> kHints{"NULL",      "EXPORT_SYMBOL", "EXPORT_SYMBOL_GPL", "BIT",      "ARRAY_SIZE",
                                                  "likely",    "unlikely",      "fallthrough",       "_RET_IP_", "_THIS_IP_",
                                                  "cpu_relax", "ULONG_MAX",     "PAGE_SIZE",         "TASK_SIZE"};

[[noreturn]] void refuse(std::string_view name, SourcePos pos) {
  throw CompileError{
      pos, std::string(name) +
               " is a primitive of the simulator, which would run in the place of what is defined here; a tree that redefines it cannot be judged"};
}

}  // namespace

void refuse_other_meanings(const Declarations& declarations, std::uint16_t file) {
  const auto is_hint = [](std::string_view name) { return std::find(kHints.begin(), kHints.end(), name) != kHints.end(); };
  for (const Token& token : declarations.preprocessor().refused()) {
    if (!is_hint(token.text)) refuse(token.text, token.pos);
  }
  for (const Preprocessor::Changed& changed : declarations.preprocessor().changed()) {
    for (const auto& [name, function] : declarations.functions()) {
      const bool before = function.pos.file == changed.was && (changed.was != changed.now.pos.file || function.pos.line < changed.now.pos.line);
      const auto uses = [&](const Token& token) { return token.is(changed.now.text); };
      if (!before || std::none_of(function.tokens.begin(), function.tokens.end(), uses)) continue;
      throw CompileError{changed.now.pos,
                         std::string(changed.now.text) + " changes its meaning here, and " + std::string(name) +
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

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Definitions of a tree that the machine's primitives go before.
#include <algorithm>
#include <array>

#include "lang/declarations.h"
#include "lang/kernel_tree.h"

namespace vmalab {
namespace {

/// What these mean changes nothing that is judged.
constexpr std::array<std::string_view, 14> kHints{"NULL",       "EXPORT_SYMBOL", "EXPORT_SYMBOL_GPL", "BIT",       "ARRAY_SIZE", "likely",    "unlikely",
                                                  "fallthrough", "_RET_IP_",     "_THIS_IP_",         "cpu_relax", "ULONG_MAX",  "PAGE_SIZE", "TASK_SIZE"};

[[noreturn]] void refuse(std::string_view name, SourcePos pos) {
  throw CompileError{pos, std::string(name) + " is a primitive of the simulator, which would run in the place of what is defined here; a tree that redefines it cannot be judged"};
}

}  // namespace

void refuse_redefined_primitives(const Declarations& declarations, std::uint16_t file) {
  const auto is_hint = [](std::string_view name) { return std::find(kHints.begin(), kHints.end(), name) != kHints.end(); };
  for (const Token& token : declarations.preprocessor().refused()) {
    if (!is_hint(token.text)) refuse(token.text, token.pos);
  }
  for (const auto& [name, function] : declarations.functions()) {
    const Macro* macro = function.pos.file == file ? declarations.preprocessor().find(name) : nullptr;
    if (macro != nullptr && macro->locked && !is_hint(name)) refuse(name, function.pos);
  }
}

}  // namespace vmalab

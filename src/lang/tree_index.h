// SPDX-License-Identifier: GPL-2.0-only
// What a C file of a kernel tree defines at its top level, and on which lines: enough to take single definitions out of
// files that hold thousands. Nothing is parsed, and what is not understood is passed over: a file as large as
// mm/memory.c is full of C that nobody asks for.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/preprocessor.h"
#include "lang/token.h"

namespace vmalab {

struct TreeItem {
  enum class Kind : std::uint8_t { kFunction, kMacro, kType, kConstant, kVariable } kind = Kind::kFunction;
  std::string_view name;
  std::uint32_t line = 0;                       ///< of the name
  std::uint32_t first_line = 0, last_line = 0;  ///< of the whole definition
};

/// A file of a tree and what it defines. Everything else points into `text`.
struct IndexedFile {
  std::string path;
  std::string text;
  std::vector<std::string_view> lines;
  std::vector<Token> tokens;
  std::vector<TreeItem> items;
  std::set<std::uint32_t> active_lines;  ///< with code that some configuration which can be judged has
  bool whole = false;                    ///< all of it is the lock's
};

/// The definitions among a file's `active` tokens (what Preprocessor::read() leaves of it), in order. The macros are not
/// among them: see macro_items().
std::vector<TreeItem> index_items(const std::vector<Token>& active);
/// The #define lines among a file's tokens that are the current definition of their name.
std::vector<TreeItem> index_macros(const std::vector<Token>& tokens, const Preprocessor& preprocessor);

/// The tokens of these lines, both included.
std::span<const Token> tokens_of_lines(const std::vector<Token>& tokens, std::uint32_t first, std::uint32_t last);

/// The text with nothing but the given items, the comments directly above them and the conditionals around them; every other
/// line is blank, so that each line keeps its number.
std::string reduced_text(const std::vector<std::string_view>& lines, const std::vector<Token>& tokens, std::span<const TreeItem> items);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// Tokens of the C subset. A token's text points into the source file, or into a TextPool for the few that
// macros make. After expansion a token still says where it is to be shown (see preprocessor.h).
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lang/program.h"

namespace vmalab {

/// A mistake in the C text, thrown inside the front end only; the functions of CodeBase turn it into a Diagnostic.
struct CompileError {
  SourcePos pos;
  std::string message;
  std::string lacks{};   ///< see Diagnostic
  std::string callee{};  ///< the function whose call does not go with its declaration
  SourcePos other{};     ///< where something else is that this is about; line 0: nowhere
};

/// A loop that nothing visible is in: a step could not end. Lowered again with a pause in every loop, it can.
struct SilentLoop : CompileError {};

/// The invocation of a statement-expression macro: such a macro is shown like a function that was called.
struct MacroUse {
  std::string_view name;
  SourcePos call;
  SourcePos definition;
};

enum class TokenKind : std::uint8_t { kEnd, kIdentifier, kNumber, kString, kChar, kPunct, kBad };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  bool line_start = false;  ///< first on its line
  bool space_before = false;
  bool no_expand = false;  ///< the name of a macro inside its own expansion
  std::string_view text;
  SourcePos pos;
  SourcePos end;                  ///< one past its last character, on the same line
  const MacroUse* use = nullptr;  ///< on the `(` that opens a statement-expression macro's text

  bool is(std::string_view s) const { return (kind == TokenKind::kPunct || kind == TokenKind::kIdentifier) && text == s; }
};

/// Owns texts and notes that expansion makes; tokens and ASTs point into it.
struct TextPool {
  std::deque<std::string> strings;
  std::deque<MacroUse> uses;
};

/// Splits a file into tokens; comments are gone, directives are still in. What is no C token becomes a kBad
/// token, which only matters if somebody needs it. Throws CompileError for a comment without an end.
std::vector<Token> tokenize(std::string_view text, std::uint16_t file);

/// Splits a text at its line ends.
std::vector<std::string_view> split_lines(std::string_view text);

}  // namespace vmalab

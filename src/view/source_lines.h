// SPDX-License-Identifier: GPL-2.0-only
// The running C made ready to be drawn: tabs expanded, text coloured, long lines folded to the width of the panel, and
// where each thread stands. A file is prepared once; what a frame looks at are its visible rows.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "machine/machine.h"

namespace vmalab {

enum class TokenKind : std::uint8_t { kText, kKeyword, kType, kFunction, kMacro, kNumber, kString, kComment };
struct TokenRun {
  int first = 0, last = 0;  ///< columns of the expanded text, from 0, last excluded
  TokenKind kind = TokenKind::kText;
};

struct SourceLine {
  std::string text;              ///< tabs expanded
  std::vector<TokenRun> tokens;  ///< cover the text, in order; white space belongs to the run before it
};

constexpr int kTabWidth = 4;

/// Column of the expanded text (from 0) for a column of the text as written (from 1).
int expanded_column(std::string_view line, int column);
/// The other way round: the column as written (from 1) that an expanded column belongs to.
int written_column(std::string_view line, int expanded);

/// The lines of a file with their colours.
std::vector<SourceLine> highlight(const std::vector<std::string_view>& lines);

/// A line, or a part of a long one, as it is drawn.
struct SourceRow {
  int line = 0;             ///< from 1
  int first = 0, last = 0;  ///< columns of the expanded text
  int indent = 0;           ///< columns before it, for the second and later parts
};
/// Folds lines at blanks where there are any; `columns` at least 20.
std::vector<SourceRow> fold(const std::vector<SourceLine>& lines, int columns);
/// Index of the first row of a line.
int row_of_line(const std::vector<SourceRow>& rows, int line);

/// Where a thread stands.
struct SourceMarker {
  ThreadId thread;
  int file = 0, line = 0;
  int first = 0, last = 0;  ///< columns of the expanded text of its next access
  bool can_step = true;
  bool caller = false;  ///< not the access itself: a call on the way to it
  bool past = false;    ///< not the next access: the one just made
};
/// Every thread that is not done, and the calls `selected` is in. Of the step just made, where it broke a check or was its
/// thread's last; null at the start.
std::vector<SourceMarker> source_markers(const Machine& machine, const State& state, ThreadId selected, const StepInfo* last = nullptr);

/// Lines of a file (from 1) where a program makes a shared access, itself or in a call from there: a thread can run to these.
std::vector<bool> runnable_lines(const Program& program, int file, int line_count);

/// By line of a file (from 1): how the accesses that a program makes there are ordered, "acquire", "plain, release"; empty where it
/// makes none.
std::vector<std::string> access_orders(const Program& program, int file, int line_count);
/// It orders something: not "relaxed" and not "plain".
bool orders_something(std::string_view words);

}  // namespace vmalab

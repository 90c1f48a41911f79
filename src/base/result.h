// SPDX-License-Identifier: GPL-2.0-only
// Result: how every layer reports bad input. A function that can fail on what a person wrote returns a
// Result; the error is a Diagnostic that names file, line and column where it has them. Broken promises
// of our own code are asserts, and violations the checker finds are data: neither is a Result.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace vmalab {

/// One message about bad input.
struct Diagnostic {
  std::string message;      ///< one sentence: what is wrong and what was expected
  std::string file;         ///< empty when the input was not a file
  int line = 0;             ///< from 1; 0 when there is none
  int column = 0;           ///< from 1; 0 when there is none
  std::string source_line;  ///< the text of that line, shown with a caret under the column
  std::string function{};   ///< the C function that the place is in; empty when it is in none
  std::string needed_by{};  ///< what asked for that place, "thread r1, mine.toml:12"; shown on a line of its own
  /// The function that the code needs and the loaded kernel does not have: what needs it is not applicable to that kernel,
  /// which is no fault of either.
  std::string lacks{};
  /// The function that the simulator's own code calls otherwise than the loaded kernel (or a stub) has it, or the kernel otherwise
  /// than the simulator has it: no fault of either, and what needs it cannot be judged.
  std::string misfit{};

  /// "file:line:column: error: message", then the source line and a caret where known.
  std::string to_string() const;
};

template <typename T>
using Result = tl::expected<T, Diagnostic>;

/// An error without a place, or with only a file.
inline tl::unexpected<Diagnostic> fail(std::string message, std::string file = {}, int line = 0, int column = 0) {
  return tl::unexpected<Diagnostic>(Diagnostic{std::move(message), std::move(file), line, column, {}});
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// What C of one's own can call, read out of the C files that define it: for the page that `vmalab help scenarios` prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/codebase.h"

namespace vmalab::app {

/// Names as they are called, `cmpxchg(p, old, new)`, `scoped_guard(rwsem_read, sem)`, `trace_*(...)`, under a comment of the file.
struct OfferedGroup {
  std::string comment;
  std::vector<std::string> names;
};

/// The macros, functions and guards of a file, each once, as its comments group them: a comment that stands directly above a
/// definition begins a group. Left out: what is the machine's (__vmalab_*), and a group that has nothing else.
std::vector<OfferedGroup> offered_names(const SourceFile& file);

/// A function as it is called: its name and the names of its parameters, from its declaration.
std::string as_called(std::string_view declaration);

/// A function's declaration, from the line on where its name is, in one line.
std::string declaration_at(const std::vector<std::string_view>& lines, std::size_t line);

/// The words of a block comment that ends on the line before `line`, or nothing.
std::string comment_before(const std::vector<std::string_view>& lines, std::size_t line);

}  // namespace vmalab::app

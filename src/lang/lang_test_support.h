// SPDX-License-Identifier: GPL-2.0-only
// For the tests of this layer: code bases from texts, listings of programs, and a small interpreter that runs a
// program against plain words of memory.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lang/codebase.h"

namespace vmalab::test {

const std::vector<ObjectName>& objects();  ///< mm0, mm1, vma0, vma1, r1, w1

/// assets/kernel/primitives.h followed by `text` as "test.c".
Result<CodeBase> try_code(const std::string& text, bool lockdep = true);
CodeBase code(const std::string& text, bool lockdep = true);
/// The program of `call` in `text`; a message that the test fails with when it does not lower.
Program lower(const std::string& text, const std::string& call);
/// "file:line:column: message" of the error that loading `text` or lowering `call` ends in.
std::string error_of(const std::string& text, const std::string& call = "f(vma0)");
std::string position(const Diagnostic& diagnostic);

/// One instruction a line: "0 load r0 = vma0.vm_start".
std::string listing(const Program& program);

/// Runs a program alone. Loads and stores go to `memory`, by address; reference counts work; every other visible
/// instruction is only written down.
struct Run {
  std::map<Word, Word> memory;
  std::vector<std::string> seen;  ///< visible instructions and met warnings, in order
  Word result = 0;
  bool ended = false;
  int steps = 0;
};
Run run(const Program& program, std::map<Word, Word> memory = {}, int max_steps = 10'000);

/// What `f(vma0)` of "int f(struct vm_area_struct *vma) { <body> }" gives; x and y are vm_start and vm_end.
Word value_of(const std::string& body, Word x = 0, Word y = 0);

}  // namespace vmalab::test

// SPDX-License-Identifier: GPL-2.0-only
#include "lang/on_line.h"

#include <doctest/doctest.h>

using namespace vmalab;

namespace {

SourcePos at(std::uint16_t file, std::uint32_t line) {
  SourcePos pos;
  pos.file = file;
  pos.line = line;
  return pos;
}

Instr instruction(Op op, SourcePos pos, std::uint16_t frame) {
  Instr instr;
  instr.op = op;
  instr.pos = pos;
  instr.frame = frame;
  return instr;
}

}  // namespace

TEST_CASE("an instruction is on its own line and on those of the calls it is in") {
  // Line 10 of the first file calls a function of the second, whose line 5 calls another one.
  Program program;
  program.frames = {{"outer", 0, {}, at(0, 8)}, {"middle", 0, at(0, 10), at(1, 3)}, {"inner", 1, at(1, 5), at(1, 20)}};
  program.code = {instruction(Op::kLoad, at(0, 9), 0), instruction(Op::kLoad, at(1, 21), 2), instruction(Op::kJump, at(0, 11), 0)};
  for (const auto& [file, line] : {std::pair{1, 21}, {1, 5}, {0, 10}}) {
    CHECK(is_on_line(program, 1, file, line));
    CHECK_FALSE(is_on_line(program, 0, file, line));
    CHECK(has_step_on_line(program, file, line));
  }
  CHECK_FALSE(is_on_line(program, 1, 0, 5));
  CHECK(is_on_line(program, 2, 0, 11));
  CHECK_FALSE(has_step_on_line(program, 0, 11));  // that is no step
  CHECK_FALSE(has_step_on_line(program, 0, 8));
}

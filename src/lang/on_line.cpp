// SPDX-License-Identifier: GPL-2.0-only
#include "lang/on_line.h"

namespace vmalab {

bool is_on_line(const Program& program, Pc pc, int file, int line) {
  const auto there = [&](const SourcePos& pos) { return static_cast<int>(pos.file) == file && static_cast<int>(pos.line) == line; };
  if (there(program.code[pc].pos)) return true;
  for (std::uint16_t frame = program.code[pc].frame; frame != 0; frame = program.frames[frame].parent) {
    if (there(program.frames[frame].call)) return true;
  }
  return false;
}

bool has_step_on_line(const Program& program, int file, int line) {
  for (Pc pc = 0; pc < program.code.size(); ++pc) {
    if (op_info(program.code[pc].op).visible && is_on_line(program, pc, file, line)) return true;
  }
  return false;
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "lang/program.h"

#include <algorithm>

namespace vmalab {

int Program::visible_count() const {
  return static_cast<int>(std::count_if(code.begin(), code.end(), [](const Instr& instr) { return op_info(instr.op).visible; }));
}

std::vector<std::uint16_t> Program::stack_at(Pc pc) const {
  std::vector<std::uint16_t> stack;
  if (pc >= code.size()) return stack;
  std::uint16_t frame = code[pc].frame;
  stack.push_back(frame);
  while (frame != 0) {
    frame = frames[frame].parent;
    stack.push_back(frame);
  }
  std::reverse(stack.begin(), stack.end());
  return stack;
}

}  // namespace vmalab

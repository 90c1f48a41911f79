// SPDX-License-Identifier: GPL-2.0-only
#include "trace/place.h"

namespace vmalab {

std::string place_text(const Machine& machine, ThreadId thread, Pc pc) {
  const Program& program = machine.program(thread);
  if (pc >= program.code.size()) return {};
  const Instr& instr = program.code[pc];
  const std::vector<SourceFile>& files = machine.code().files();
  std::string out;
  if (instr.pos.line > 0 && instr.pos.file < files.size()) {
    out = files[instr.pos.file].path + ':' + std::to_string(instr.pos.line);
  }
  if (instr.frame < program.frames.size()) out += (out.empty() ? "" : " ") + program.frames[instr.frame].function;
  return out;
}

}  // namespace vmalab

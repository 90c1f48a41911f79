// SPDX-License-Identifier: GPL-2.0-only
#include "machine/lock_code.h"

#include <algorithm>

#include "base/words.h"
#include "lang/lock_functions.h"
#include "machine/describe.h"

namespace vmalab {
void LockCode::add(const LockCode& other) {
  has_tree = has_tree || other.has_tree;
  if (!other.kernel.empty()) kernel = other.kernel;
  tree.insert(other.tree.begin(), other.tree.end());
  model.insert(other.model.begin(), other.model.end());
  variant.insert(other.variant.begin(), other.variant.end());
  model_core.insert(other.model_core.begin(), other.model_core.end());
  left_out.insert(other.left_out.begin(), other.left_out.end());
}

LockCode lock_code(const Machine& machine, const std::function<bool(std::size_t, std::size_t)>& ran) {
  const CodeBase& base = machine.code();
  LockCode code;
  code.has_tree = base.has_tree();
  if (code.has_tree) code.kernel = base.kernel_version().empty() ? "the Linux tree" : "Linux " + base.kernel_version();
  // Where the tree has the file, what is not in it is not somewhere else.
  const bool has_rcuwait = std::any_of(base.files().begin(), base.files().end(), [](const SourceFile& file) {
    return file.origin == SourceFile::Origin::kKernelTree && file.path == "include/linux/rcuwait.h";
  });
  for (std::size_t p = 0; p < machine.programs().size(); ++p) {
    const Program& program = machine.programs()[p];
    code.left_out.insert(program.left_out.begin(), program.left_out.end());
    std::vector<bool> entered(program.frames.size());
    for (std::size_t pc = 0; pc < program.code.size(); ++pc) {
      if (ran && !ran(p, pc)) continue;
      for (std::size_t frame = program.code[pc].frame; !entered[frame]; frame = program.frames[frame].parent) entered[frame] = true;
    }
    for (std::size_t f = 0; f < program.frames.size(); ++f) {
      if (!entered[f]) continue;
      const std::string& name = program.frames[f].function;
      const CodeBase::Function* function = base.find(name);
      const SourcePos definition = function != nullptr ? function->definition : program.frames[f].definition;
      if (definition.file >= base.files().size()) continue;
      const SourceFile& file = base.files()[definition.file];
      if (file.origin == SourceFile::Origin::kKernelTree) {
        code.tree.insert(name);
      } else if (is_model_lock_file(file)) {
        code.model.insert(name);
        if (is_core(file, name) || (has_rcuwait && file.path == "kernel/rcuwait.h")) code.model_core.insert(name);
      } else if (file.origin != SourceFile::Origin::kModel &&
                 std::find(lock_functions().begin(), lock_functions().end(), name) != lock_functions().end()) {
        code.variant.insert(name);
      }
    }
  }
  return code;
}

std::string lock_code_text(const LockCode& code) {
  if (!code.has_tree) return {};
  std::string text = std::to_string(code.tree.size()) + " of " + std::to_string(code.count()) + " functions of the lock from " + code.kernel;
  if (!code.variant.empty()) text += "; of the variant or own code: " + words::joined(code.variant);
  if (!code.model.empty()) text += "; not found in its files, so the model's: " + words::joined(code.model);
  if (!code.left_out.empty()) text += "; assertions of the threads that it does not have, left out: " + words::joined(code.left_out);
  return text;
}

std::string lock_code_badge(const Machine& machine) {
  const LockCode code = lock_code(machine);
  const std::string name = code_name(machine.code());
  return code.has_tree ? name + ", " + std::to_string(code.tree.size()) + " of " + std::to_string(code.count()) : name;
}

}  // namespace vmalab

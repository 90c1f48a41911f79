// SPDX-License-Identifier: GPL-2.0-only
// The per-VMA lock of a Linux source tree, wherever its memory management keeps it. The lock moved between files over the
// years (include/linux/mm.h and mm/memory.c in 6.15, include/linux/mmap_lock.h and mm/mmap_lock.c since), so functions are
// looked up by name in a list of files, and by what they do: a function that touches vm_refcnt or vm_lock_seq is of the
// lock. What they use and nothing else defines comes with them. Of files that hold much else only those lines are kept.
//
// A tree that has another lock, or none, or only a part of one is refused with what was found and where: a verdict on the
// model in its place would be worth nothing. A KernelTree is read once and immutable; copies are cheap.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "lang/codebase.h"

namespace vmalab {

class KernelTree {
 public:
  /// Reads the tree with the patches applied in memory, in order. `model` is what CodeBase::model_texts() gives.
  /// `since`: how many of the patches changes() takes for granted.
  static Result<KernelTree> read(const std::filesystem::path& folder, const std::vector<TreePatch>& patches, const std::vector<CodeBase::Text>& model,
                                 std::size_t since = 0);

  /// What to load after the model: the files of the lock, others reduced to what the lock and `own` code need, and the top
  /// Makefile's version lines.
  std::vector<CodeBase::Text> texts(const std::vector<CodeBase::Text>& own = {}) const;
  /// Sentences on how the patches went on, those before `since` left out: hunks that applied elsewhere than they said, files left out.
  const std::vector<std::string>& patch_notes() const;

  /// What the patches change, be it read or not: whoever judges has to know what of it ran. White space, comments and what is
  /// taken away are no changes.
  struct Change {
    /// kFile: C that is not read; kLine: one with code; kInactiveLine: one that the configuration which is judged leaves out
    enum class Kind : std::uint8_t { kFunction, kMacro, kFile, kLine, kInactiveLine } kind = Kind::kFunction;
    std::string name;  ///< of a file: its path; of a line: none
    std::string file;
    int line = 0;         ///< 0 for a file
    bool leaves = false;  ///< kLine: it returns or jumps, which is something to reach even where nothing is computed
  };
  const std::vector<Change>& changes() const;
  /// Whether one of these functions uses the macro, be it through others.
  bool uses_macro(const std::set<std::string>& functions, const std::string& macro) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

class Declarations;
/// A function or macro of this file of a tree that has the name of one of the machine's primitives would not run, and a macro
/// that changes on the way, or has the name of a function, would mean the wrong thing: throws CompileError.
void refuse_other_meanings(const Declarations& declarations, std::uint16_t file);

/// Where a tree has the file that defines the lock's constants and fields, none that it uses (names, and where it does) may be
/// the model's: throws CompileError.
void refuse_what_types_lack(const Declarations& declarations, const std::map<std::string_view, SourcePos>& used);

/// "7.3.4" or "6.16-rc1" from the text of a top Makefile, "7.3.4 with 1 patch" from the lines of texts(); empty when it does not say.
std::string kernel_version(std::string_view makefile);

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
// A CodeBase is the C that runs: every function, macro and struct that was loaded, from the model's own
// files, from a Linux tree, or both, plus somebody's own files (own_code.h), plus a variant. Files are loaded in order
// into one preprocessor state and a later definition of a function or macro replaces an earlier one; that one rule
// serves variants (which redefine one function), kernel trees (which redefine most of the model) and own files (which
// add threads, or redefine what they like).
//
// Function bodies are kept as tokens and parsed when something needs them, so a file may contain any amount
// of C that nobody asks for. A CodeBase is immutable once loaded.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lang/extra_words.h"
#include "lang/program.h"
#include "lang/stubs.h"

namespace vmalab {

struct SourceFile {
  std::string path;  ///< as shown: relative to the assets folder or the tree
  std::string text;
  std::vector<std::string_view> lines;  ///< into text, without line ends
  enum class Origin : std::uint8_t { kModel, kKernelTree, kVariant, kExpression, kOwn } origin = Origin::kModel;
  bool replaces = false;  ///< it defines a function or a macro that a file before it had
};

/// What the C was configured with.
struct CodeConfig {
  bool lockdep = true;  ///< CONFIG_LOCKDEP (and CONFIG_DEBUG_LOCK_ALLOC is never set)
  friend bool operator==(const CodeConfig&, const CodeConfig&) = default;
};

/// A named object an expression or a thread's arguments may mention: "mm0", "vma1", "r1".
struct ObjectName {
  std::string name;
  Word address = 0;  ///< mm_address(i), vma_address(i) or task_address(i)
};

class KernelTree;

/// A patch on a Linux tree as it was handed in: a diff, or a mail with one in it.
struct TreePatch {
  std::string name;  ///< for messages: the file it came from
  std::string text;
};

class CodeBase {
 public:
  /// C text by hand, or as a trace carries it.
  struct Text {
    std::string path;
    std::string text;
    SourceFile::Origin origin = SourceFile::Origin::kModel;
  };
  /// What comes after the model and the tree. A variant alone converts to it.
  struct Extra {
    std::vector<Text> own;                         ///< see read_own_code()
    std::optional<std::filesystem::path> variant;  ///< a file of `assets/variants`, or any C file; the last
    Extra() = default;
    Extra(const std::filesystem::path& file) : variant(file) {}
    Extra(const std::optional<std::filesystem::path>& file) : variant(file) {}
  };

  /// The model: every file of `assets/kernel` in the order of its file list, primitives.h first.
  static Result<CodeBase> load_model(const std::filesystem::path& assets, const CodeConfig& config, const Extra& extra = {});
  /// A Linux tree on top of the model: see kernel_tree.h for what is taken from it, and which trees are refused.
  static Result<CodeBase> load_kernel(const std::filesystem::path& assets, const std::filesystem::path& folder, const CodeConfig& config,
                                      const Extra& extra = {}, const std::vector<TreePatch>& patches = {});
  /// The same with a tree that has been read already.
  static Result<CodeBase> load_kernel(const std::filesystem::path& assets, const KernelTree& tree, const CodeConfig& config, const Extra& extra = {});
  /// Name and text of each file, in order; primitives.h must be among them if it is needed.
  static Result<CodeBase> load_texts(std::vector<Text> texts, const CodeConfig& config);
  /// The files of the model alone.
  static Result<std::vector<Text>> model_texts(const std::filesystem::path& assets);
  /// A variant's file, by the name that it has in the code.
  static Result<Text> variant_text(const std::filesystem::path& file);

  /// The same code, with these stubs in place of the ones it has. Errors: a stub for something that a loaded file defines.
  Result<CodeBase> with_stubs(Stubs stubs) const;
  const Stubs& stubs() const;

  const CodeConfig& config() const;
  const std::vector<SourceFile>& files() const;  ///< SourcePos::file indexes this
  bool has_tree() const;                         ///< some of it is from a Linux tree
  std::string kernel_version() const;            ///< of that tree: "7.3.4"; empty when it does not say
  /// The files as given to load_texts: enough to load the same code again anywhere (traces carry this).
  std::vector<Text> texts() const;
  /// 64-bit fingerprint of the texts and the config, as 16 hex digits: changes when any of them changes.
  std::string hash() const;

  struct Function {
    std::string name;
    SourcePos definition;
    SourcePos body_end;
    SourceFile::Origin origin;
    bool replaces = false;  ///< a file before had a function of this name
  };
  const Function* find(std::string_view name) const;
  std::vector<const Function*> functions() const;  ///< in order of definition

  /// Lowers a thread. `call` is C: "reader(mm0, 0x1000)"; `objects` are the names it may mention.
  /// `thread`: whose call it is, for the values of stubs.
  /// Errors (unknown function, wrong arguments, unsupported C, recursion, too many registers)
  /// name the place in the C text. A loop without a shared access takes a step (kPause) each time round.
  /// `words`: the words beyond those of layout.h that the machine's other threads use; this thread's are added.
  Result<Program> lower_call(std::string_view call, const std::vector<ObjectName>& objects, std::string_view thread = {},
                             ExtraWords* words = nullptr) const;

  /// Lowers the thread that runs the callbacks of an rcu_head, which are those that `words` know of.
  Result<Program> lower_callbacks(Word head, const std::vector<ObjectName>& objects, const std::string& thread, ExtraWords& words) const;

  /// Lowers one function on its own, its parameters unknown: what `vmalab parse` counts. A parameter that
  /// points to a local struct or an int is given a fresh local to point at. A statement-expression macro
  /// (rcuwait_wait_event) is accepted too, and counted inside a function that uses it.
  Result<Program> lower_function(std::string_view name) const;

  /// Lowers a C expression over a state ("vma0->vm_refcnt == VM_REFCNT_EXCLUDE_READERS_FLAG + 1"): only loads
  /// and queries; its value is in the kEnd instruction's operand a. `what` names the input in errors.
  Result<Program> lower_expression(std::string_view text, const std::vector<ObjectName>& objects, std::string_view what,
                                   const ExtraWords& words = {}) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
  std::shared_ptr<const Stubs> stubs_;  ///< null: none
};

}  // namespace vmalab

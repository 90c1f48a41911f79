// SPDX-License-Identifier: GPL-2.0-only
#include "lang/kernel_tree.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <system_error>

#include "base/words.h"
#include "lang/declarations.h"
#include "lang/lock_functions.h"
#include "lang/patch_mail.h"
#include "lang/tree_changes.h"
#include "lang/tree_index.h"
#include "lang/types.h"
#include "lang/unified_diff.h"

namespace vmalab {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxFileSize = 8u << 20;
/// In the version lines of a tree: how many patches were applied to it here.
constexpr std::string_view kPatched = "VMALAB_PATCHES";

/// Where memory management keeps the lock, in the order in which they are looked into. What is defined in `whole` files is
/// taken as it is; of the others only the lock's functions and what these need.
struct Candidate {
  const char* path;
  bool whole;
};
constexpr std::array kCandidates{
    Candidate{"include/linux/mm_types.h", false},
    Candidate{"include/linux/rcuwait.h", true},
    Candidate{"include/linux/mmap_lock.h", true},
    Candidate{"include/linux/mm.h", false},
    Candidate{"include/linux/sched/mm.h", false},
    Candidate{"kernel/exit.c", false},
    Candidate{"kernel/rcu/update.c", false},
    Candidate{"mm/internal.h", false},
    Candidate{"mm/vma.h", false},
    Candidate{"mm/vma_internal.h", false},
    Candidate{"mm/mmap_lock.c", true},
    Candidate{"mm/memory.c", false},
    Candidate{"mm/vma.c", false},
    Candidate{"mm/vma_init.c", false},
    Candidate{"mm/vma_exec.c", false},
    Candidate{"mm/mmap.c", false},
    Candidate{"mm/userfaultfd.c", false},
    Candidate{"mm/util.c", false},
    Candidate{"kernel/fork.c", false},
    Candidate{"fs/proc/internal.h", false},
    Candidate{"fs/proc/task_mmu.c", false},
};

/// The two fields that only the lock touches: whoever does is of it.
bool touches_the_lock(std::span<const Token> tokens) {
  for (std::size_t at = 1; at < tokens.size(); ++at) {
    if ((tokens[at].is("vm_refcnt") || tokens[at].is("vm_lock_seq")) && (tokens[at - 1].is("->") || tokens[at - 1].is("."))) return true;
  }
  return false;
}

/// Functions that a vm_refcnt lock of any age has: a reader's way in, a writer's, and a VMA's way in and out.
constexpr std::array<std::string_view, 6> kGuts{"vma_start_read",   "__vma_start_write", "vma_end_read",
                                                "vma_refcount_put", "vma_mark_attached", "vma_mark_detached"};

Result<std::optional<std::string>> read_below(const fs::path& folder, const std::string& path) {
  const fs::path file = folder / path;
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) return std::optional<std::string>();
  if (error) return fail("cannot be read: " + error.message(), file.string());
  if (!fs::is_regular_file(status)) return fail("is not a file that can be read as C", file.string());
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) return fail("cannot be read: " + error.message(), file.string());
  if (size > kMaxFileSize) return fail("is larger than any source file of the lock: " + std::to_string(size) + " bytes", file.string());
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || (text.str().empty() && size > 0)) return fail("cannot be read", file.string());
  return std::optional<std::string>(text.str());
}

/// The C of two trees, whatever their comments and their versions are.
bool same_texts(const std::vector<CodeBase::Text>& a, const std::vector<CodeBase::Text>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.path == y.path && (x.path == "Makefile" || same_code(x.text, y.text)); });
}

}  // namespace

std::string kernel_version(std::string_view makefile) {
  std::map<std::string, std::string, std::less<>> values;
  for (const std::string_view line : split_lines(makefile)) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const auto trim = [](std::string_view s) {
      while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
      while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
      return std::string(s);
    };
    const std::string value = trim(line.substr(equals + 1));
    const bool plain = value.size() < 40 && std::all_of(value.begin(), value.end(), [](char c) {
                         return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
                                c == '+';
                       });
    if (plain) values.emplace(trim(line.substr(0, equals)), value);
  }
  if (values["VERSION"].empty() || values["PATCHLEVEL"].empty()) return {};
  std::string version = values["VERSION"] + "." + values["PATCHLEVEL"];
  const std::string& sublevel = values["SUBLEVEL"];
  if (!sublevel.empty() && sublevel != "0") version += "." + sublevel;
  version += values["EXTRAVERSION"];
  const std::string& patches = values[std::string(kPatched)];
  return patches.empty() ? version : version + " with " + patches + (patches == "1" ? " patch" : " patches");
}

struct KernelTree::Impl {
  fs::path folder;
  std::size_t patches = 0;
  std::vector<std::unique_ptr<IndexedFile>> files;
  /// By name: which file, and which of its items. In the order of the files.
  std::map<std::string_view, std::vector<std::pair<std::size_t, std::size_t>>> by_name;
  std::set<std::string, std::less<>> model_names;  ///< what the model defines: not to be taken from the tree
  std::set<std::string, std::less<>> lock_names;   ///< what the tree's definition goes before the model's
  std::string makefile;
  std::vector<std::string> patch_notes;
  std::vector<Change> changes;

  Result<void> add_file(const std::string& path, std::string text, bool whole);
  Result<void> check_is_the_lock() const;
  Result<void> check_defined_once() const;
  void note_model(const std::vector<CodeBase::Text>& model);
  bool defines(std::string_view name) const;
  void note_changes(const Impl* before);
  std::string where(std::size_t file, std::uint32_t line) const { return files[file]->path + ":" + std::to_string(line); }
};

void KernelTree::Impl::note_model(const std::vector<CodeBase::Text>& model) {
  for (const CodeBase::Text& text : model) {
    SourceFile file;
    file.path = text.path;
    const bool of_the_lock = is_model_lock_file(file);
    const bool constants = text.path.ends_with("types.h");
    try {
      const std::vector<Token> tokens = tokenize(text.text, 0);
      Declarations declarations;
      Preprocessor& preprocessor = declarations.preprocessor();
      Preprocessor::FileRules rules;
      rules.lenient = true;
      // Both ways of configuring it.
      for (const bool lockdep : {true, false}) {
        if (lockdep) preprocessor.define_constant("CONFIG_LOCKDEP");
        for (const TreeItem& item : index_items(preprocessor.read(tokens, rules))) {
          (of_the_lock && item.kind == TreeItem::Kind::kFunction ? lock_names : model_names).insert(std::string(item.name));
        }
        for (const TreeItem& item : index_macros(tokens, preprocessor)) {
          (of_the_lock || (constants && item.name.starts_with("VM")) ? lock_names : model_names).insert(std::string(item.name));
        }
      }
    } catch (const CompileError&) {
      // Loading the model says what is wrong with it.
    }
  }
  for (const std::string_view name : lock_functions()) lock_names.insert(std::string(name));
}

Result<void> KernelTree::Impl::add_file(const std::string& path, std::string text, bool whole) {
  auto file = std::make_unique<IndexedFile>();
  file->path = path;
  file->text = std::move(text);
  file->lines = split_lines(file->text);
  file->whole = whole;
  try {
    file->tokens = tokenize(file->text, static_cast<std::uint16_t>(files.size()));
    Preprocessor::FileRules rules;
    rules.lenient = true;
    std::set<std::tuple<TreeItem::Kind, std::string_view, std::uint32_t>> seen;
    for (const bool lockdep : {true, false}) {
      if (!lockdep && file->text.find("LOCKDEP") == std::string::npos) continue;
      Declarations declarations;
      Preprocessor& preprocessor = declarations.preprocessor();
      if (lockdep) preprocessor.define_constant("CONFIG_LOCKDEP");
      const std::vector<Token> active = preprocessor.read(file->tokens, rules);
      for (const Token& token : active) file->active_lines.insert(token.pos.line);
      std::vector<TreeItem> items = index_items(active);
      for (const TreeItem& item : index_macros(file->tokens, preprocessor)) items.push_back(item);
      for (const TreeItem& item : items) {
        if (seen.insert({item.kind, item.name, item.first_line}).second) file->items.push_back(item);
      }
    }
  } catch (const CompileError& error) {
    Diagnostic d{error.message, path, static_cast<int>(error.pos.line), error.pos.column, {}};
    if (error.pos.line > 0 && error.pos.line <= file->lines.size()) d.source_line = std::string(file->lines[error.pos.line - 1]);
    return tl::unexpected(std::move(d));
  }
  for (std::size_t i = 0; i < file->items.size(); ++i) by_name[file->items[i].name].emplace_back(files.size(), i);
  files.push_back(std::move(file));
  return {};
}

bool KernelTree::Impl::defines(std::string_view name) const {
  const auto found = by_name.find(name);
  return found != by_name.end() && std::any_of(found->second.begin(), found->second.end(), [&](const auto& at) {
           const TreeItem::Kind kind = files[at.first]->items[at.second].kind;
           return kind == TreeItem::Kind::kFunction || kind == TreeItem::Kind::kMacro;
         });
}

Result<void> KernelTree::Impl::check_is_the_lock() const {
  const std::string version = kernel_version(makefile);
  const std::string tree = version.empty() ? "this tree" : "this tree (Linux " + version + ")";
  if (files.empty()) {
    return fail(
        "this is no Linux source tree, or none with memory management in it: it has none of the files that the per-VMA lock is looked for in (" +
            std::string("include/linux/mmap_lock.h, include/linux/mm_types.h, include/linux/mm.h, mm/mmap_lock.c, mm/memory.c, ...)"),
        folder.string());
  }
  std::vector<std::string> missing, there;
  for (const std::string_view name : kGuts) (defines(name) ? there : missing).push_back(std::string(name) + "()");
  const bool counts = std::any_of(files.begin(), files.end(),
                                  [](const auto& file) { return touches_the_lock(file->tokens) && words::has_name(file->text, "vm_refcnt"); });
  const bool has_a_way_in = defines("vma_start_read") || defines("__vma_start_write");
  if (counts && has_a_way_in && there.size() >= kGuts.size() / 2) return {};
  if (const auto found = by_name.find("vma_lock"); found != by_name.end() && !counts) {
    const auto [file, item] = found->second.front();
    return fail(tree + " has the rwsem lock of Linux 6.4 to 6.14: struct vma_lock, " + where(file, files[file]->items[item].line) +
                    "; the vm_refcnt lock, which can be judged here, came with Linux 6.15",
                folder.string());
  }
  std::vector<std::string> looked_at;
  for (const auto& file : files) looked_at.push_back(file->path);
  if (!counts && there.empty()) {
    return fail("no per-VMA lock here: " + tree + " has none of " + words::list(missing) + ", and nothing in " + words::list(looked_at) +
                    " touches vm_refcnt",
                folder.string());
  }
  return fail("the vm_refcnt lock of " + tree + " is not all here: " + words::list(missing) + (missing.size() == 1 ? " is" : " are") + " not in " +
                  words::list(looked_at),
              folder.string());
}

/// Two definitions of one of the lock's functions that no #ifdef chooses between: which of them runs is not to be guessed.
Result<void> KernelTree::Impl::check_defined_once() const {
  for (const auto& entry : by_name) {
    const std::string_view name = entry.first;
    std::vector<std::pair<std::size_t, std::size_t>> functions;
    for (const auto& at : entry.second) {
      const IndexedFile& file = *files[at.first];
      const TreeItem& item = file.items[at.second];
      const bool of_the_lock = file.whole || lock_names.count(name) > 0 ||
                               touches_the_lock(tokens_of_lines(file.tokens, item.first_line, item.last_line));
      // Each file may have a static helper of that name; those that the protocol has by name are called from everywhere.
      const auto head = tokens_of_lines(file.tokens, item.first_line, item.line);
      const bool own = lock_names.count(name) == 0 && file.path.ends_with(".c") &&
                       std::any_of(head.begin(), head.end(), [](const Token& token) { return token.is("static"); });
      if (item.kind == TreeItem::Kind::kFunction && of_the_lock && !own) functions.push_back(at);
    }
    if (functions.size() < 2 ||
        std::none_of(functions.begin(), functions.end(), [&](const auto& at) { return lock_names.count(name) > 0 || !files[at.first]->whole; }))
      continue;
    const auto active_together = [&](const auto& a, const auto& b) {
      if (a.first != b.first) return true;
      // The index has the alternatives of a configuration with and without lockdep.
      for (const bool lockdep : {true, false}) {
        Declarations declarations;
        if (lockdep) declarations.preprocessor().define_constant("CONFIG_LOCKDEP");
        Preprocessor::FileRules rules;
        rules.lenient = true;
        std::size_t count = 0;
        for (const TreeItem& item : index_items(declarations.preprocessor().read(files[a.first]->tokens, rules))) {
          count += item.name == name && item.kind == TreeItem::Kind::kFunction;
        }
        if (count > 1) return true;
      }
      return false;
    };
    const auto& taken = functions.back();
    const auto& other = functions.front();
    if (!active_together(taken, other)) continue;
    Diagnostic d{std::string(name) + "() is defined twice in this tree: the one here would be taken, the other is " +
                     where(other.first, files[other.first]->items[other.second].line) + "; take one of them away",
                 files[taken.first]->path,
                 static_cast<int>(files[taken.first]->items[taken.second].line),
                 1,
                 {}};
    return tl::unexpected(std::move(d));
  }
  return {};
}

void KernelTree::Impl::note_changes(const Impl* before) {
  changes.clear();
  for (const auto& file : files) {
    const IndexedFile* old = nullptr;
    for (std::size_t i = 0; before != nullptr && i < before->files.size(); ++i) {
      if (before->files[i]->path == file->path) old = before->files[i].get();
    }
    if (old != nullptr && old->text == file->text) continue;
    for (KernelTree::Change& change : changes_between(old, *file)) changes.push_back(std::move(change));
  }
}

Result<KernelTree> KernelTree::read(const fs::path& folder, const std::vector<TreePatch>& patches, const std::vector<CodeBase::Text>& model,
                                    std::size_t since) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (!fs::exists(status)) return fail("there is no such folder: expected a Linux source tree", folder.string());
  if (!fs::is_directory(status)) return fail("is a file: expected the folder of a Linux source tree", folder.string());
  auto impl = std::make_shared<Impl>();
  impl->folder = folder;
  impl->patches = patches.size();
  impl->note_model(model);
  PatchedFiles files([&](const std::string& path) { return read_below(folder, path); });
  std::map<std::string, std::optional<std::string>> at_since;
  for (const TreePatch& patch : patches) {
    if (&patch == patches.data() + since) {
      for (const std::string& path : files.paths()) at_since[path] = files.read(path).value_or(std::nullopt);
      impl->patch_notes.clear();
    }
    bool any = false;
    std::optional<Diagnostic> no_patch;
    for (const PatchMail& mail : split_mails(patch.text)) {
      Result<std::vector<FileDiff>> diff = parse_diff(mail.text, patch.name);
      if (!diff && diff.error().line == 0) {
        no_patch = diff.error();  // of a series, the letter that introduces it
        continue;
      }
      if (!diff) return tl::unexpected(diff.error());
      if (Result<void> applied = files.apply(*diff, patch.name, impl->patch_notes); !applied) return tl::unexpected(applied.error());
      any = true;
    }
    if (!any) return tl::unexpected(*no_patch);
  }
  std::set<std::string> included;
  const auto add = [&](const std::string& path, bool whole) -> Result<void> {
    Result<std::optional<std::string>> text = files.read(path);
    if (!text) return tl::unexpected(text.error());
    if (!*text || !included.insert(path).second) return {};
    return impl->add_file(path, std::move(**text), whole);
  };
  for (const Candidate& candidate : kCandidates) {
    if (Result<void> added = add(candidate.path, candidate.whole); !added) return tl::unexpected(added.error());
  }
  // What they include of the tree's own.
  const std::size_t candidates = impl->files.size();
  for (std::size_t i = 0; i < candidates; ++i) {
    const std::string from = impl->files[i]->path;
    for (const std::string_view line : impl->files[i]->lines) {
      if (!line.starts_with("#include") && !line.starts_with("# include")) continue;
      const std::size_t open = line.find_first_of("<\"");
      const std::size_t close = open == std::string_view::npos ? open : line.find_first_of(">\"", open + 1);
      if (close == std::string_view::npos) continue;
      const std::string name(line.substr(open + 1, close - open - 1));
      if (name.find("..") != std::string::npos || name.empty() || name.front() == '/') continue;
      if (line[open] == '<' && !name.starts_with("linux/")) continue;
      const std::string path = line[open] == '<' ? "include/" + name : from.substr(0, from.rfind('/') + 1) + name;
      if (Result<void> added = add(path, false); !added) return tl::unexpected(added.error());
    }
  }
  Result<std::optional<std::string>> makefile = files.read("Makefile");
  if (makefile && *makefile) impl->makefile = std::move(**makefile);
  if (Result<void> is = impl->check_is_the_lock(); !is) return tl::unexpected(is.error());
  if (Result<void> once = impl->check_defined_once(); !once) return tl::unexpected(once.error());
  KernelTree tree;
  tree.impl_ = impl;
  if (patches.size() > since) {
    // A patch that leaves the lock as it is may be judged, but nobody is to take that for a judgement on the patch.
    const Result<KernelTree> before = read(folder, {patches.begin(), patches.begin() + static_cast<std::ptrdiff_t>(since)}, model, since);
    impl->note_changes(before ? before->impl_.get() : nullptr);
    for (const std::string& path : files.paths()) {
      const auto known = at_since.find(path);
      const std::optional<std::string> old = known != at_since.end() ? known->second : read_below(folder, path).value_or(std::nullopt);
      const bool is_read = std::any_of(impl->files.begin(), impl->files.end(), [&](const auto& file) { return file->path == path; });
      if (!is_read && is_kernel_code(path) && !same_code(old, files.read(path).value_or(std::nullopt)))
        impl->changes.push_back({Change::Kind::kFile, path, path, 0, false});
    }
    if (before && same_texts(before->texts(), tree.texts())) {
      impl->patch_notes.push_back("changes no line of what is judged here: the verdict is on the tree as it was");
    }
  }
  return tree;
}

std::vector<CodeBase::Text> KernelTree::texts(const std::vector<CodeBase::Text>& own) const {
  const Impl& impl = *impl_;
  std::vector<std::vector<TreeItem>> chosen(impl.files.size());
  std::set<std::pair<std::size_t, std::size_t>> taken;
  std::vector<std::span<const Token>> to_follow;
  std::set<std::string_view> followed, whole_names;
  const auto take = [&](std::size_t file, std::size_t item) {
    if (impl.files[file]->whole || !taken.insert({file, item}).second) return;
    const TreeItem& it = impl.files[file]->items[item];
    chosen[file].push_back(it);
    to_follow.push_back(tokens_of_lines(impl.files[file]->tokens, it.first_line, it.last_line));
  };
  for (std::size_t f = 0; f < impl.files.size(); ++f) {
    const IndexedFile& file = *impl.files[f];
    for (std::size_t i = 0; i < file.items.size(); ++i) {
      const TreeItem& item = file.items[i];
      if (file.whole) {
        whole_names.insert(item.name);
        continue;
      }
      const bool function_or_macro = item.kind == TreeItem::Kind::kFunction || item.kind == TreeItem::Kind::kMacro;
      const bool constant = item.kind == TreeItem::Kind::kConstant || item.kind == TreeItem::Kind::kVariable;
      const bool named = (function_or_macro || constant) && impl.lock_names.count(item.name) > 0;
      const bool touches = item.kind == TreeItem::Kind::kFunction && touches_the_lock(tokens_of_lines(file.tokens, item.first_line, item.last_line));
      if (named || touches) take(f, i);
      // Fields that a patch adds to the kernel's objects; what the others are made of is nobody's business.
      if (item.kind == TreeItem::Kind::kType && find_object(item.name) != nullptr && taken.insert({f, i}).second) chosen[f].push_back(item);
    }
    if (file.whole) to_follow.emplace_back(file.tokens);
  }
  // The own code's texts live as long as this call, and so do their tokens.
  std::vector<std::vector<Token>> own_tokens;
  for (const CodeBase::Text& text : own) {
    try {
      own_tokens.push_back(tokenize(text.text, 0));
    } catch (const CompileError&) {
      continue;  // loading it says so
    }
  }
  for (const std::vector<Token>& tokens : own_tokens) to_follow.emplace_back(tokens);
  while (!to_follow.empty()) {
    const std::span<const Token> tokens = to_follow.back();
    to_follow.pop_back();
    for (std::size_t at = 0; at < tokens.size(); ++at) {
      if (tokens[at].kind != TokenKind::kIdentifier || (at > 0 && (tokens[at - 1].is("->") || tokens[at - 1].is(".")))) continue;
      const std::string_view name = tokens[at].text;
      if (!followed.insert(name).second || impl.model_names.count(name) > 0 || whole_names.count(name) > 0) continue;
      const bool of_the_machine = find_object(name) != nullptr || find_integer_name(name) != nullptr || find_word_type(name) != nullptr ||
                                  find_word_type("struct " + std::string(name)) != nullptr;
      const auto found = impl.by_name.find(name);
      if (of_the_machine || found == impl.by_name.end()) continue;
      for (const auto& [file, item] : found->second) take(file, item);
    }
  }
  std::vector<CodeBase::Text> texts;
  if (const std::string version = kernel_version(impl.makefile); !version.empty()) {
    std::string lines;
    for (const std::string_view line : split_lines(impl.makefile)) {
      const bool says = line.starts_with("VERSION") || line.starts_with("PATCHLEVEL") || line.starts_with("SUBLEVEL") ||
                        line.starts_with("EXTRAVERSION");
      if (says) (lines += line) += '\n';
    }
    // So whoever sees the code, a trace's among it, sees that it is not quite that version's.
    if (impl.patches > 0) lines += std::string(kPatched) + " = " + std::to_string(impl.patches) + "\n";
    texts.push_back({"Makefile", std::move(lines), SourceFile::Origin::kKernelTree});
  }
  for (std::size_t f = 0; f < impl.files.size(); ++f) {
    const IndexedFile& file = *impl.files[f];
    if (file.whole)
      texts.push_back({file.path, file.text, SourceFile::Origin::kKernelTree});
    else if (!chosen[f].empty())
      texts.push_back({file.path, reduced_text(file.lines, file.tokens, chosen[f]), SourceFile::Origin::kKernelTree});
  }
  return texts;
}

const std::vector<std::string>& KernelTree::patch_notes() const { return impl_->patch_notes; }

const std::vector<KernelTree::Change>& KernelTree::changes() const { return impl_->changes; }

bool KernelTree::uses_macro(const std::set<std::string>& functions, const std::string& macro) const {
  const Impl& impl = *impl_;
  std::set<std::string_view> followed;
  std::vector<std::string_view> to_follow(functions.begin(), functions.end());
  while (!to_follow.empty()) {
    const std::string_view name = to_follow.back();
    to_follow.pop_back();
    const auto found = impl.by_name.find(name);
    if (found == impl.by_name.end() || !followed.insert(name).second) continue;
    for (const auto& [file, item] : found->second) {
      const TreeItem& it = impl.files[file]->items[item];
      const bool asked = functions.count(std::string(name)) > 0;
      if (it.kind != TreeItem::Kind::kMacro && !(asked && it.kind == TreeItem::Kind::kFunction)) continue;
      if (name == macro) return true;
      for (const Token& token : tokens_of_lines(impl.files[file]->tokens, it.first_line, it.last_line)) {
        if (token.kind == TokenKind::kIdentifier) to_follow.push_back(token.text);
      }
    }
  }
  return false;
}

}  // namespace vmalab

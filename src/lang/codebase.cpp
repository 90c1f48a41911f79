// SPDX-License-Identifier: GPL-2.0-only
#include "lang/codebase.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <mutex>
#include <set>

#include "base/input_file.h"
#include "base/words.h"
#include "lang/declarations.h"
#include "lang/kernel_tree.h"
#include "lang/lock_functions.h"
#include "lang/lowering.h"

namespace vmalab {
namespace {

namespace fs = std::filesystem;

constexpr std::array kModelFiles{"primitives.h", "types.h", "rcuwait.h", "rcuwait.c", "mmap_lock.h", "mmap_lock.c", "vma.c", "threads.c", "users.c"};

constexpr std::size_t kMaxFileSize = std::size_t{8} << 20U;
/// Stands for a text that is in no file: a thread's call, an expression.
constexpr std::uint16_t kTypedText = 0xffff;

/// Of a code base that is none.
const CodeConfig kNoConfig;
const std::vector<SourceFile> kNoFiles;

Result<std::string> read_file(const fs::path& path) { return read_input(path, "a C file", kMaxFileSize); }

std::string hash_text(const std::vector<CodeBase::Text>& texts, const CodeConfig& config) {
  std::uint64_t h = 0xcbf29ce484222325u;
  const auto add = [&h](std::string_view bytes) {
    for (const char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    h = (h ^ 0xff) * 0x100000001b3u;
  };
  for (const CodeBase::Text& text : texts) {
    // Own files are the same code wherever they are.
    add(text.origin == SourceFile::Origin::kOwn ? fs::path(text.path).filename().string() : text.path);
    add(text.text);
  }
  add(config.lockdep ? "lockdep" : "no lockdep");
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(h));
  return digits;
}

Result<void> add_extra(std::vector<CodeBase::Text>& texts, const CodeBase::Extra& extra) {
  texts.insert(texts.end(), extra.own.begin(), extra.own.end());
  if (!extra.variant) return {};
  Result<CodeBase::Text> variant = CodeBase::variant_text(*extra.variant);
  if (!variant) return tl::unexpected(variant.error());
  texts.push_back(std::move(*variant));
  return {};
}

}  // namespace

struct CodeBase::Impl {
  CodeConfig config;
  std::vector<SourceFile> files;
  std::string hash;
  bool has_tree = false;
  std::string kernel_version;
  std::map<std::string_view, SourcePos> in_the_tree;  ///< every name that a file of the tree mentions, and where it does first
  Declarations declarations;
  std::map<std::string, Function, std::less<>> functions;
  std::vector<const Function*> in_order;
  std::set<std::string_view> replacing;  ///< functions that replaced one of an earlier file
  mutable std::mutex mutex;              ///< parsing on demand fills the declarations' caches

  /// Names of functions that the predicate (name, function) picks.
  template <typename Predicate>
  std::set<std::string_view> names_of(Predicate picks) const {
    std::set<std::string_view> names;
    for (const auto& [name, function] : declarations.functions()) {
      if (picks(std::string_view(name), function)) names.insert(name);
    }
    return names;
  }
  std::set<std::string_view> names() const {
    return names_of([](std::string_view, const Declarations::Function&) { return true; });
  }
  std::set<std::string_view> lock_names() const {
    return names_of([](std::string_view, const Declarations::Function& function) { return function.of_the_lock; });
  }
  std::set<std::string_view> simulators_own() const {
    return names_of(
        [this](std::string_view name, const Declarations::Function& function) { return is_simulators_own(files[function.pos.file], name); });
  }
  /// The tokens of a file that has not been read yet define a macro that there is.
  bool redefines_macro(const std::vector<Token>& tokens) const {
    for (std::size_t at = 0; at + 2 < tokens.size(); ++at) {
      if (tokens[at].line_start && tokens[at].is("#") && tokens[at + 1].is("define") &&
          declarations.preprocessor().find(tokens[at + 2].text) != nullptr) {
        return true;
      }
    }
    return false;
  }

  /// A function of the tree goes before a macro of the model.
  void note_tree_file(std::size_t file, const std::vector<Token>& tokens) {
    has_tree = true;
    for (const Token& token : tokens) {
      if (token.kind == TokenKind::kIdentifier) in_the_tree.emplace(token.text, token.pos);
    }
    for (const auto& [name, function] : declarations.functions()) {
      if (function.pos.file == file) declarations.preprocessor().give_way(name);
    }
  }
  /// A file of a tree that puts something in the place of a thread would be judged by a scenario that no longer runs.
  void refuse_to_replace(const std::set<std::string_view>& own, std::size_t file) const {
    for (const std::string_view name : own) {
      const Declarations::Function* function = declarations.find_function(name);
      const Macro* macro = declarations.preprocessor().find(name);
      const bool by_macro = macro != nullptr && macro->definition.file == file;
      if (!by_macro && (function == nullptr || function->pos.file != file)) continue;
      throw CompileError{by_macro ? macro->definition : function->pos,
                         "the simulator has a function of its own that is called " + std::string(name) +
                             "(), which its threads run; a tree cannot be judged with this one in its place: give it another name"};
    }
  }

  /// Of the model's lock functions those that this kernel knows by name, and any that every kernel with this lock has, may
  /// stand in for what its files do not show (which is said wherever it happens). Others it does not have, and nothing of the
  /// model may pretend that it has.
  void take_away_what_the_kernel_lacks() {
    std::vector<std::string_view> to_follow;
    for (const auto& [name, pos] : in_the_tree) to_follow.push_back(name);
    std::set<std::string_view> known;
    std::vector<std::string_view> of_the_model;
    for (const auto& [name, function] : declarations.functions()) {
      if (!is_model_lock_file(files[function.pos.file])) continue;
      of_the_model.push_back(name);
      if (is_in_every_kernel(name)) to_follow.push_back(name);
    }
    const auto follow = [&](const std::vector<Token>& tokens) {
      for (const Token& token : tokens) {
        if (token.kind == TokenKind::kIdentifier) to_follow.push_back(token.text);
      }
    };
    while (!to_follow.empty()) {
      const std::string_view name = to_follow.back();
      to_follow.pop_back();
      if (!known.insert(name).second) continue;
      const Declarations::Function* function = declarations.find_function(name);
      if (function != nullptr && is_model_lock_file(files[function->pos.file])) follow(function->tokens);
      const Macro* macro = declarations.preprocessor().find(name);
      if (macro != nullptr && macro->definition.file < files.size() && is_model_lock_file(files[macro->definition.file])) follow(macro->body);
    }
    for (const std::string_view name : of_the_model) {
      const Macro* macro = declarations.preprocessor().find(name);
      const bool now_a_macro = macro != nullptr && macro->definition.file < files.size() &&
                               files[macro->definition.file].origin == SourceFile::Origin::kKernelTree;
      if (known.count(name) == 0 || now_a_macro) declarations.take_away(name);
    }
  }

  /// The function in whose call a tree and the model do not go together; empty when the mistake is within one of them.
  std::string misfit(const CompileError& error) const {
    const bool typed = error.pos.file == kTypedText;  // a scenario's text, which was written for the model
    if (!has_tree || (!typed && error.pos.file >= files.size())) return {};
    const SourceFile::Origin caller = typed ? SourceFile::Origin::kModel : files[error.pos.file].origin;
    const Declarations::Function* const callee = declarations.find_function(error.callee);
    if (callee == nullptr || callee->pos.file >= files.size()) return {};
    const SourceFile::Origin called = files[callee->pos.file].origin;
    const bool model = caller == SourceFile::Origin::kModel || called == SourceFile::Origin::kModel;
    const bool tree = caller == SourceFile::Origin::kKernelTree || called == SourceFile::Origin::kKernelTree;
    return model && tree ? error.callee : std::string();
  }

  Diagnostic diagnostic(const CompileError& error, std::string_view typed_text, std::string_view what) const {
    Diagnostic d;
    d.message = error.message;
    if (error.other.line > 0 && error.other.file < files.size()) {
      d.message += " (the other is " + files[error.other.file].path + ":" + std::to_string(error.other.line) + ")";
    }
    d.line = static_cast<int>(error.pos.line);
    d.column = error.pos.column;
    d.lacks = error.lacks;
    d.misfit = misfit(error);
    if (error.pos.file == kTypedText) {
      d.file = what;
      d.source_line = typed_text;
    } else if (error.pos.file < files.size() && error.pos.line > 0) {
      const SourceFile& file = files[error.pos.file];
      d.file = file.path;
      if (error.pos.line <= file.lines.size()) d.source_line = std::string(file.lines[error.pos.line - 1]);
      for (const auto& [name, function] : functions) {
        const bool inside = function.definition.file == error.pos.file && function.definition.line <= error.pos.line &&
                            error.pos.line <= function.body_end.line;
        if (inside) d.function = name;
      }
    }
    return d;
  }

  /// Runs `lower`, which makes IR (with a pause in every loop when told so), and everything after it.
  template <typename Lower>
  Result<Program> compile(std::string_view typed_text, std::string_view what, Lower lower) const {
    const std::lock_guard lock(mutex);
    const auto once = [&](bool pauses) {
      IrProgram ir = lower(pauses);
      optimize(ir);
      return emit_program(ir, allocate_registers(ir));
    };
    try {
      try {
        return once(false);
      } catch (const SilentLoop&) {
        return once(true);
      }
    } catch (const CompileError& error) {
      return tl::unexpected(diagnostic(error, typed_text, what));
    } catch (const std::exception& error) {
      return fail(std::string("cannot be compiled: ") + error.what(), std::string(what));
    }
  }

  /// A text that somebody typed, as tokens.
  struct Typed {
    std::string text;
    FunctionAst ast;
    std::vector<Token> tokens;
    Expr* expression = nullptr;
  };
  void parse_typed(Typed& typed, std::string_view text) const {
    typed.text = text;
    const std::vector<Token> raw = tokenize(typed.text, kTypedText);
    typed.tokens = declarations.preprocessor().expand(raw, typed.ast.pool);
    SourcePos start;
    start.file = kTypedText;
    start.line = start.column = 1;
    typed.expression = Parser(typed.tokens, declarations, typed.ast, start).parse_whole_expression();
  }
};

Result<CodeBase> CodeBase::load_model(const fs::path& assets, const CodeConfig& config, const Extra& extra) {
  auto texts = model_texts(assets);
  if (!texts) return tl::unexpected(texts.error());
  if (auto added = add_extra(*texts, extra); !added) return tl::unexpected(added.error());
  return load_texts(std::move(*texts), config);
}

Result<CodeBase> CodeBase::load_kernel(const fs::path& assets, const fs::path& folder, const CodeConfig& config, const Extra& extra,
                                       const std::vector<TreePatch>& patches) {
  auto model = model_texts(assets);
  if (!model) return tl::unexpected(model.error());
  const Result<KernelTree> tree = KernelTree::read(folder, patches, *model);
  if (!tree) return tl::unexpected(tree.error());
  return load_kernel(assets, *tree, config, extra);
}

Result<CodeBase> CodeBase::load_kernel(const fs::path& assets, const KernelTree& tree, const CodeConfig& config, const Extra& extra) {
  auto texts = model_texts(assets);
  if (!texts) return tl::unexpected(texts.error());
  std::vector<Text> above;
  if (auto added = add_extra(above, extra); !added) return tl::unexpected(added.error());
  for (Text& text : tree.texts(above)) texts->push_back(std::move(text));
  for (Text& text : above) texts->push_back(std::move(text));
  return load_texts(std::move(*texts), config);
}

Result<CodeBase::Text> CodeBase::variant_text(const fs::path& file) {
  auto text = read_file(file);
  if (!text) return tl::unexpected(text.error());
  const bool shipped = file.parent_path().filename() == "variants";
  return Text{shipped ? "variants/" + file.filename().string() : file.string(), std::move(*text), SourceFile::Origin::kVariant};
}

Result<std::vector<CodeBase::Text>> CodeBase::model_texts(const fs::path& assets) {
  std::vector<Text> texts;
  for (const char* name : kModelFiles) {
    auto text = read_file(assets / "kernel" / name);
    if (!text) return tl::unexpected(text.error());
    texts.push_back({std::string("kernel/") + name, std::move(*text), SourceFile::Origin::kModel});
  }
  return texts;
}

Result<CodeBase> CodeBase::load_texts(std::vector<Text> texts, const CodeConfig& config) {
  const auto is_stubs = [](const Text& text) { return text.origin == SourceFile::Origin::kOwn && text.path == kStubFile; };
  if (const auto found = std::find_if(texts.begin(), texts.end(), is_stubs); found != texts.end()) {
    Result<Stubs> stubs = parse_stubs(found->text);
    if (!stubs) return tl::unexpected(stubs.error());
    std::erase_if(texts, is_stubs);
    const Result<CodeBase> code = load_texts(std::move(texts), config);
    return code ? code->with_stubs(std::move(*stubs)) : code;
  }
  auto impl = std::make_shared<Impl>();
  impl->config = config;
  impl->hash = hash_text(texts, config);
  if (config.lockdep) impl->declarations.preprocessor().define_constant("CONFIG_LOCKDEP");
  if (texts.size() >= kTypedText) return fail("too many files");
  for (Text& text : texts) {
    SourceFile file;
    file.path = std::move(text.path);
    file.text = std::move(text.text);
    file.origin = text.origin;
    impl->files.push_back(std::move(file));
  }
  // Views into the texts are taken only now that the texts no longer move.
  for (std::size_t i = 0; i < impl->files.size(); ++i) {
    SourceFile& file = impl->files[i];
    file.lines = split_lines(file.text);
    Preprocessor::FileRules rules;
    const bool tree = file.origin == SourceFile::Origin::kKernelTree;
    rules.lock = file.path.ends_with("primitives.h");
    rules.may_unlock = !tree;
    rules.lenient = rules.strict = tree;
    if (tree && file.path == "Makefile") {
      impl->kernel_version = vmalab::kernel_version(file.text);
      continue;
    }
    try {
      const std::vector<Token> tokens = tokenize(file.text, static_cast<std::uint16_t>(i));
      const std::set<std::string_view> before = impl->names();
      const std::set<std::string_view> lock_before = impl->lock_names();
      const std::set<std::string_view> own = tree ? impl->simulators_own() : std::set<std::string_view>{};
      const bool redefines_macro = impl->redefines_macro(tokens);
      if (tree) impl->declarations.begin_tree_file(static_cast<std::uint16_t>(i), file.path.ends_with(".c"));
      using Owner = Declarations::Owner;
      const bool own_words = file.origin == SourceFile::Origin::kOwn || file.origin == SourceFile::Origin::kVariant;
      impl->declarations.add_file(impl->declarations.preprocessor().read(tokens, rules), tree        ? Owner::kTree
                                                                                         : own_words ? Owner::kOwn
                                                                                                     : Owner::kModel);
      if (tree) refuse_other_meanings(impl->declarations, static_cast<std::uint16_t>(i));
      impl->declarations.check_known_fields(static_cast<std::uint16_t>(i));
      impl->refuse_to_replace(own, i);
      impl->declarations.note_lock_functions(static_cast<std::uint16_t>(i), [&](const Declarations::Function& function) {
        return is_lock_file(file) || is_lock_function(function.name) || lock_before.count(function.name) > 0 || counts_references(function.tokens);
      });
      file.replaces = redefines_macro;
      for (const auto& [name, function] : impl->declarations.functions()) {
        if (function.pos.file != i || before.count(name) == 0) continue;
        impl->replacing.insert(name);
        file.replaces = true;
      }
      // A variant that comes with the program is there to change something.
      const bool shipped_variant = file.origin == SourceFile::Origin::kVariant && file.path.starts_with("variants/");
      if (tree) impl->note_tree_file(i, tokens);
      if (tree && i + 1 < impl->files.size() && impl->files[i + 1].origin == SourceFile::Origin::kKernelTree) continue;
      const auto is_types = [](const SourceFile& f) { return f.origin == SourceFile::Origin::kKernelTree && f.path == "include/linux/mm_types.h"; };
      const bool has_types = std::any_of(impl->files.begin(), impl->files.end(), is_types);
      if (tree && has_types) refuse_what_types_lack(impl->declarations, impl->in_the_tree);
      if (tree) impl->take_away_what_the_kernel_lacks();
      if (i > 0 && shipped_variant && !file.replaces) {
        return fail("a variant redefines a function or a macro of the lock, and this file redefines none", file.path, 1, 1);
      }
    } catch (const CompileError& error) {
      return tl::unexpected(impl->diagnostic(error, {}, {}));
    } catch (const std::exception& error) {
      return fail(std::string("cannot be loaded: ") + error.what(), file.path);
    }
  }
  for (const auto& [name, function] : impl->declarations.functions()) {
    Function entry;
    entry.name = std::string(name);
    entry.definition = function.pos;
    entry.body_end = function.body_end;
    entry.origin = impl->files[function.pos.file].origin;
    entry.replaces = impl->replacing.count(name) > 0;
    impl->functions.emplace(entry.name, entry);
  }
  for (const auto& [name, function] : impl->functions) impl->in_order.push_back(&function);
  std::sort(impl->in_order.begin(), impl->in_order.end(), [](const Function* a, const Function* b) {
    return std::tuple(a->definition.file, a->definition.line, a->definition.column) <
           std::tuple(b->definition.file, b->definition.line, b->definition.column);
  });
  CodeBase code;
  code.impl_ = std::move(impl);
  return code;
}

const CodeConfig& CodeBase::config() const { return impl_ ? impl_->config : kNoConfig; }
const std::vector<SourceFile>& CodeBase::files() const { return impl_ ? impl_->files : kNoFiles; }
bool CodeBase::has_tree() const { return impl_ && impl_->has_tree; }
std::string CodeBase::kernel_version() const { return impl_ ? impl_->kernel_version : std::string(); }

std::vector<CodeBase::Text> CodeBase::texts() const {
  std::vector<Text> texts;
  for (const SourceFile& file : files()) texts.push_back({file.path, file.text, file.origin});
  if (stubs_) texts.push_back({std::string(kStubFile), stubs_->text(), SourceFile::Origin::kOwn});
  return texts;
}

std::string CodeBase::hash() const {
  if (!impl_) return std::string(16, '0');
  return stubs_ ? hash_text({{impl_->hash, stubs_->text()}}, impl_->config) : impl_->hash;
}

const Stubs& CodeBase::stubs() const {
  static const Stubs kNone;
  return stubs_ ? *stubs_ : kNone;
}

Result<CodeBase> CodeBase::with_stubs(Stubs stubs) const {
  for (const Stubs::Stub& stub : stubs.stubs) {
    const Function* function = find(stub.name);
    const bool macro = impl_ && impl_->declarations.preprocessor().find(stub.name) != nullptr;
    if (function == nullptr && !macro) continue;
    const std::string where = function == nullptr
                                  ? ""
                                  : " (" + files()[function->definition.file].path + ":" + std::to_string(function->definition.line) + ")";
    return fail("--stub " + stub.name + " stands in for a function that no loaded file defines, and there is " + (macro ? "a macro" : "a function") +
                " of this name" + where + "; a file of --code can redefine it");
  }
  CodeBase code = *this;
  code.stubs_ = stubs.empty() ? nullptr : std::make_shared<const Stubs>(std::move(stubs));
  return code;
}

const CodeBase::Function* CodeBase::find(std::string_view name) const {
  if (!impl_) return nullptr;
  const auto found = impl_->functions.find(name);
  return found == impl_->functions.end() ? nullptr : &found->second;
}

std::vector<const CodeBase::Function*> CodeBase::functions() const { return impl_ ? impl_->in_order : std::vector<const Function*>{}; }

Result<Program> CodeBase::lower_call(std::string_view call, const std::vector<ObjectName>& objects, std::string_view thread,
                                     ExtraWords* words) const {
  if (!impl_) return fail("there is no code to run");
  Impl::Typed typed;
  ExtraWords own;
  Result<Program> program = impl_->compile(call, "thread", [&](bool pauses) {
    impl_->parse_typed(typed, call);
    const std::vector<std::string>* given = nullptr;
    if (const auto found = stubs().given.find(std::string(thread)); found != stubs().given.end()) given = &found->second;
    Lowering lowering(impl_->declarations, objects, words != nullptr ? *words : own, &stubs(), given);
    if (pauses) lowering.pause_in_loops();
    return lowering.run_call(*typed.expression, std::string(call));
  });
  // A line of a tree or of the model that cannot use what a stub gives it is no mistake there. What the message says of --stub
  // is for whoever gave a value that is none, or needs another stub.
  if (program || program.error().message.find("--stub ") != std::string::npos) return program;
  const auto ours_to_mend = [&](const SourceFile& file) {
    return file.path == program.error().file && file.origin != SourceFile::Origin::kModel && file.origin != SourceFile::Origin::kKernelTree;
  };
  if (std::any_of(files().begin(), files().end(), ours_to_mend)) return program;
  for (const Stubs::Stub& stub : stubs().stubs) {
    if (words::has_name(program.error().source_line, stub.name)) program.error().misfit = stub.name;
  }
  return program;
}

Result<Program> CodeBase::lower_callbacks(Word head, const std::vector<ObjectName>& objects, const std::string& thread, ExtraWords& words) const {
  if (!impl_) return fail("there is no code to run");
  const auto given = stubs().given.find(thread);
  return impl_->compile({}, "callback", [&](bool pauses) {
    Lowering lowering(impl_->declarations, objects, words, &stubs(), given != stubs().given.end() ? &given->second : nullptr);
    if (pauses) lowering.pause_in_loops();
    return lowering.run_callbacks(head, thread);
  });
}

Result<Program> CodeBase::lower_function(std::string_view name) const {
  if (!impl_) return fail("there is no code to run");
  static const std::vector<ObjectName> kNoObjects;
  const Declarations& declarations = impl_->declarations;
  const Declarations::Function* function = declarations.find_function(name);
  if (function == nullptr) {
    if (declarations.is_taken_away(name)) {
      Diagnostic lacking;
      lacking.message = "this kernel does not have " + std::string(name) + "()";
      lacking.lacks = name;
      return tl::unexpected(std::move(lacking));
    }
    const Macro* macro = declarations.preprocessor().find(name);
    if (macro == nullptr || !declarations.preprocessor().is_statement_macro(*macro)) {
      return fail("no loaded file has a body of `" + std::string(name) + "`");
    }
    // A macro is run by the first function that uses it.
    for (const Function* user : functions()) {
      const Declarations::Function* candidate = declarations.find_function(user->name);
      const auto uses = [&](const Token& token) { return token.text == name; };
      if (std::any_of(candidate->tokens.begin(), candidate->tokens.end(), uses)) return lower_function(user->name);
    }
    return fail("no loaded function uses the macro `" + std::string(name) + "`");
  }
  ExtraWords words;
  return impl_->compile({}, {}, [&](bool pauses) {
    Lowering lowering(declarations, kNoObjects, words, &stubs());
    if (pauses) lowering.pause_in_loops();
    return lowering.run_function(*function);
  });
}

Result<Program> CodeBase::lower_expression(std::string_view text, const std::vector<ObjectName>& objects, std::string_view what,
                                           const ExtraWords& words) const {
  if (!impl_) return fail("there is no code to look names up in");
  Impl::Typed typed;
  ExtraWords known = words;
  return impl_->compile(text, what, [&](bool) {
    impl_->parse_typed(typed, text);
    return Lowering(impl_->declarations, objects, known).run_expression(*typed.expression, std::string(text));
  });
}

}  // namespace vmalab

// SPDX-License-Identifier: GPL-2.0-only
#include "run/beside.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "machine/variants.h"

namespace vmalab {
namespace {

namespace fs = std::filesystem;

/// The same scenario with these texts: those of a trace may be nowhere but in it.
Result<Document> with_texts(const Document& open, std::vector<CodeBase::Text> texts, bool lockdep) {
  const Machine& machine = open.session.machine();
  CodeConfig config = machine.code().config();
  config.lockdep = lockdep;
  const Result<CodeBase> code = CodeBase::load_texts(std::move(texts), config);
  if (!code) return tl::unexpected(code.error());
  Result<CodeBase> stubbed = code->with_stubs(machine.code().stubs());
  if (!stubbed) return tl::unexpected(stubbed.error());
  Result<Machine> built = Machine::build(machine.scenario(), std::move(*stubbed));
  if (!built) return tl::unexpected(built.error());
  Origin origin = open.origin;
  origin.overrides.lockdep = lockdep;
  return Document{std::move(origin), Session(std::move(*built)), true, false, {}};
}

/// With another variant, or without one.
Result<Document> with_variant(const Workspace& workspace, const Document& open, const std::string& variant, std::optional<bool> lockdep) {
  const CodeBase& code = open.session.machine().code();
  std::vector<CodeBase::Text> texts = code.texts();
  std::erase_if(texts, [](const CodeBase::Text& text) { return text.origin == SourceFile::Origin::kVariant; });
  if (variant != "none") {
    const Result<fs::path> file = find_variant_file(workspace.assets(), variant);
    if (!file) return tl::unexpected(file.error());
    Result<CodeBase::Text> text = CodeBase::variant_text(*file);
    if (!text) return tl::unexpected(text.error());
    texts.push_back(std::move(*text));
  }
  return with_texts(open, std::move(texts), lockdep.value_or(code.config().lockdep));
}

bool has_own_code(const CodeBase& code) {
  return std::any_of(code.files().begin(), code.files().end(), [](const SourceFile& file) { return file.origin == SourceFile::Origin::kOwn; });
}

std::string variant_of(const CodeBase& code) {
  for (const SourceFile& file : code.files()) {
    if (file.origin == SourceFile::Origin::kVariant) return fs::path(file.path).stem().string();
  }
  return {};
}

}  // namespace

Beside what_to_put_beside(const Workspace& workspace, const Document& open, const std::string& text) {
  Beside beside;
  std::error_code ignored;
  if (text == "none" || fs::exists(workspace.assets() / "variants" / (text + ".c"), ignored)) {
    beside.variant = text;
  } else if (text == "lockdep") {
    beside.lockdep = !open.session.machine().code().config().lockdep;
  } else if (fs::is_directory(text, ignored)) {
    beside.kernel = text;
  } else if (fs::path(text).extension() == ".c") {
    beside.variant = text;
  } else {
    beside.document = text;
  }
  return beside;
}

Result<Document> open_beside(const Workspace& workspace, const Document& open, const Beside& what) {
  Origin origin = open.origin;
  if (!what.document.empty()) {
    origin.what = what_is(what.document);
    origin.text = what.document;
    origin.goes_on = origin.what == Origin::What::kTrace;
    if (origin.recorded()) origin.code = {}, origin.overrides = {};
  }
  if (what.document.empty() && !what.variant && !what.kernel) {
    return with_texts(open, open.session.machine().code().texts(), what.lockdep.value_or(true));
  }
  // What was recorded with C of its own has that nowhere but in the recording.
  if (what.document.empty() && what.variant && !what.kernel && open.origin.recorded() && has_own_code(open.session.machine().code())) {
    return with_variant(workspace, open, *what.variant, what.lockdep);
  }
  if (what.variant) origin.code.variant = *what.variant == "none" ? "" : *what.variant;
  if (what.kernel) {
    origin.code.kernel = *what.kernel;
    origin.code.patches.clear();
    origin.code.tree.reset();
  }
  if (what.lockdep) origin.overrides.lockdep = what.lockdep;
  if (!what.document.empty() || !origin.recorded()) return workspace.open(origin);
  // What was recorded brings its scenario and its code; the one stays and the other is what was asked for.
  const Machine& machine = open.session.machine();
  if (!origin.overrides.lockdep) origin.overrides.lockdep = machine.code().config().lockdep;
  Result<Machine> built = workspace.build(origin, machine.scenario());
  if (!built) return tl::unexpected(built.error());
  return Document{std::move(origin), Session(std::move(*built)), true, false, {}};
}

std::array<std::string, 2> names_of(const Document& open, const Document& beside) {
  const std::array<const Document*, 2> documents{&open, &beside};
  const auto machine = [&](std::size_t side) -> const Machine& { return documents[side]->session.machine(); };
  std::array<std::string, 2> names;
  const auto add = [&](std::size_t side, const std::string& word) { names[side] += (names[side].empty() ? "" : ", ") + word; };
  const bool trees = machine(0).code().has_tree() && machine(1).code().has_tree();
  const bool same_version = trees && machine(0).code().kernel_version() == machine(1).code().kernel_version();
  for (const std::size_t side : {0u, 1u}) {
    const CodeBase& code = machine(side).code();
    if (code.has_tree()) {
      const std::string folder = documents[side]->origin.code.kernel.filename().string(), version = code.kernel_version();
      add(side, version.empty() || (same_version && !folder.empty()) ? "Linux tree " + folder : "Linux " + version);
    }
    if (const std::string variant = variant_of(code); !variant.empty()) add(side, variant);
    if (names[side].empty()) names[side] = machine(1 - side).code().has_tree() ? "the model" : "the lock as it is";
  }
  // Where it is the same code, by what else there is.
  if (machine(0).code().config().lockdep != machine(1).code().config().lockdep) {
    const bool alone = names[0] == names[1];
    for (const std::size_t side : {0u, 1u}) {
      const std::string word = std::string("lockdep ") + (machine(side).code().config().lockdep ? "on" : "off");
      alone ? void(names[side] = word) : add(side, word);
    }
  }
  if (machine(0).scenario().name != machine(1).scenario().name) {
    const bool alone = names[0] == names[1];
    for (const std::size_t side : {0u, 1u}) alone ? void(names[side] = machine(side).scenario().name) : add(side, machine(side).scenario().name);
  }
  if (names[0] == names[1]) names = {names[0] + " (first)", names[1] + " (second)"};
  return names;
}

}  // namespace vmalab

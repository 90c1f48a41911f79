// SPDX-License-Identifier: GPL-2.0-only
// `vmalab new NAME`: a scenario of one's own to begin with, and its C. What it writes runs as it is.
#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "app/commands.h"
#include "app/player.h"
#include "base/output_file.h"
#include "lang/codebase.h"
#include "machine/scenario.h"

namespace vmalab::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxName = 64;

bool is_name(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kMaxName && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || c == '-' || c == '_'; });
}

Result<std::string> read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return fail("cannot be read", file.string());
  return text.str();
}

std::string with_name(std::string text, const std::string& name) {
  const std::string mark = "@NAME@";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) text.replace(at, mark.size(), name);
  return text;
}

struct Pair {
  std::string toml, c;
};

Result<Pair> template_pair(const fs::path& assets, const std::string& name) {
  Result<std::string> toml = read(assets / "new/scenario.toml"), c = read(assets / "new/code.c");
  if (!toml) return tl::unexpected(toml.error());
  if (!c) return tl::unexpected(c.error());
  return Pair{with_name(*toml, name), with_name(*c, name)};
}

/// The lines of a function with the comment before it.
std::string source_of(const SourceFile& file, const CodeBase::Function& function) {
  std::size_t first = function.definition.line - 1;
  if (first > 0 && file.lines[first - 1].ends_with("*/")) {
    for (--first; first > 0 && !file.lines[first].starts_with("/*");) --first;
  }
  std::string text;
  for (std::size_t i = first; i < function.body_end.line && i < file.lines.size(); ++i) text += std::string(file.lines[i]) + "\n";
  return text;
}

/// A scenario that is there, with the functions of its threads to be changed.
Result<Pair> copied_pair(const fs::path& assets, const std::string& name, const std::string& from) {
  const Result<Scenario> scenario = find_scenario(assets, from);
  if (!scenario) return tl::unexpected(scenario.error());
  if (!scenario->code.empty()) return fail("this scenario has C files of its own: copy it by hand, with them", from);
  const Result<CodeBase> code = CodeBase::load_model(assets, scenario->config);
  if (!code) return tl::unexpected(code.error());
  Pair pair;
  pair.c = "/*\n * What the threads of " + name + ".toml run, taken from the model: these functions stand in the place of its own.\n */\n";
  std::set<std::string> done;
  for (const ThreadSetup& thread : scenario->threads) {
    const std::string entry = thread.call.substr(0, thread.call.find_first_of(" ("));
    const CodeBase::Function* function = code->find(entry);
    if (function == nullptr || !done.insert(entry).second) continue;
    pair.c += "\n" + source_of(code->files()[function->definition.file], *function);
  }
  // Behind the line of the title, where every scenario of ours has it.
  const std::size_t title = scenario->toml.starts_with("title") ? 0 : scenario->toml.find("\ntitle");
  if (title == std::string::npos) return fail("this scenario has its title in no line of its own", from);
  const std::size_t end = scenario->toml.find('\n', title + 1) + 1;
  pair.toml = scenario->toml.substr(0, end) + "code = [\"" + name + ".c\"]\n" + scenario->toml.substr(end);
  return pair;
}

}  // namespace

Result<int> NewCommand::run(const Workspace& workspace) const {
  const fs::path& assets = workspace.assets();
  if (!is_name(name)) {
    return fail("\"" + name.substr(0, 2 * kMaxName) + "\" cannot be the name of a scenario: expected letters, digits, - and _, at most " +
                std::to_string(kMaxName) + ", without .toml; the files go into the current folder");
  }
  const fs::path toml = name + ".toml", c = name + ".c";
  std::error_code ignored;
  for (const fs::path& file : {toml, c}) {
    if (fs::is_directory(file, ignored)) return fail("there is a folder of this name", file.string());
    if (!force && fs::exists(fs::symlink_status(file, ignored))) return fail("the file exists already; --force replaces it", file.string());
  }
  const Result<Pair> pair = from.empty() ? template_pair(assets, name) : copied_pair(assets, name, from);
  if (!pair) return tl::unexpected(pair.error());
  // Both or neither.
  Result<PendingFile> code = PendingFile::write(c, pair->c, force), scenario = PendingFile::write(toml, pair->toml, force);
  for (Result<PendingFile>* file : {&code, &scenario}) {
    if (!*file) return tl::unexpected(file->error());
  }
  for (Result<PendingFile>* file : {&code, &scenario}) {
    if (Result<void> written = (*file)->commit(); !written) return tl::unexpected(written.error());
  }
  const std::string text = "Wrote " + toml.string() + ", the scenario, and " + c.string() + ", the C that its threads run.\n\n" + "  vmalab check " +
                           toml.string() + "    every check over all interleavings\n" + "  vmalab run " + toml.string() +
                           "      its demo, step by step\n" + "  vmalab open " + toml.string() +
                           "     the same in the window; F5 loads both files again\n" + "  vmalab help scenarios    what they may contain\n";
  if (Result<void> printed = print(text); !printed) return tl::unexpected(printed.error());
  return static_cast<int>(kExitOk);
}

}  // namespace vmalab::app

// SPDX-License-Identifier: GPL-2.0-only
#include "app/tree_reach.h"

#include <algorithm>

#include "app/check_support.h"
#include "base/words.h"
#include "lang/lock_functions.h"

namespace vmalab::app {
namespace {

constexpr std::size_t kLinesShown = 12;

/// Of what was loaded only the lock is judged, not what its users need besides.
bool of_the_lock(const std::string& file, const std::string& function) {
  return file.find("mmap_lock.") != std::string::npos || file.find("rcuwait.") != std::string::npos ||
         std::find(lock_functions().begin(), lock_functions().end(), function) != lock_functions().end();
}

}  // namespace

void TreeReach::add(const check::CheckReport& report) {
  ran_.insert(report.lock_code.tree.begin(), report.lock_code.tree.end());
  for (const check::CheckReport::Line& line : report.reached_lines) lines_[{line.file, line.line}] = {line.function, true};
  for (const check::CheckReport::Line& line : report.unreached_lines) lines_.try_emplace({line.file, line.line}, line.function, false);
}

std::vector<TreeReach::Function> TreeReach::not_run(const CodeBase& code) const {
  std::vector<Function> functions;
  for (const CodeBase::Function* function : code.functions()) {
    if (function->origin != SourceFile::Origin::kKernelTree || ran_.count(function->name) > 0) continue;
    if (!of_the_lock(code.files()[function->definition.file].path, function->name)) continue;
    const Result<Program> program = code.lower_function(function->name);
    functions.push_back({function->name, code.files()[function->definition.file].path, static_cast<int>(function->definition.line),
                         !program || program->visible_count() > 0});
  }
  return functions;
}

std::vector<check::CheckReport::Line> TreeReach::not_reached() const {
  std::vector<check::CheckReport::Line> lines;
  for (const auto& [place, line] : lines_) {
    if (!line.second && ran_.count(line.first) > 0) lines.push_back({place.first, line.first, place.second});
  }
  return lines;
}

std::vector<std::string> TreeReach::unjudged_changes(const KernelTree& tree, const std::string& ran_by) const {
  std::vector<std::string> functions, macros, files;
  for (const KernelTree::Change& change : tree.changes()) {
    using Kind = KernelTree::Change::Kind;
    if (change.kind == Kind::kFile) files.push_back(change.name);
    else if (ran_.count(change.name) > 0) continue;
    else if (change.kind == Kind::kFunction) functions.push_back(change.name + "()");
    else if (!tree.uses_macro(ran_, change.name)) macros.push_back(change.name);
  }
  functions.insert(functions.end(), macros.begin(), macros.end());
  std::vector<std::string> sentences;
  const auto say = [&](const std::vector<std::string>& names, const std::string& why) {
    if (!names.empty()) sentences.push_back("the patch changes " + words::list(names) + ", which " + why + ": not judged");
  };
  say(functions, ran_by);
  say(files, files.size() == 1 ? "is not read" : "are not read");
  return sentences;
}

std::string TreeReach::functions_text(const CodeBase& code, const std::string& who) const {
  std::vector<std::string> names;
  std::size_t others = 0;
  for (const Function& function : not_run(code)) {
    if (!function.shares) ++others;
    else names.push_back(function.name + "()");
  }
  if (names.empty()) return {};
  const std::string rest = others > 0 ? ", and " + plural(others, "function") + " without a shared access" : std::string();
  return who + ", so not judged: " + words::joined(names) + rest;
}

std::vector<std::string> TreeReach::paragraphs(const CodeBase& code) const {
  std::vector<std::string> texts;
  if (std::string functions = functions_text(code, "run by no scenario"); !functions.empty()) texts.push_back(std::move(functions));
  const std::vector<check::CheckReport::Line> lines = not_reached();
  if (lines.empty()) return texts;
  std::string text = plural(lines.size(), "line") + " of functions that ran " + (lines.size() == 1 ? "was" : "were") + " reached by no scenario:";
  for (std::size_t i = 0; i < lines.size() && i < kLinesShown; ++i) {
    text += "\n    " + lines[i].file + ":" + std::to_string(lines[i].line) + "  " + lines[i].function + "()";
  }
  if (lines.size() > kLinesShown) text += "\n    and " + std::to_string(lines.size() - kLinesShown) + " more; --json has all";
  texts.push_back(std::move(text));
  return texts;
}

nlohmann::ordered_json TreeReach::functions_json(const CodeBase& code) const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Function& function : not_run(code)) {
    list.push_back({{"name", function.name}, {"file", function.file}, {"line", function.line}, {"shared_access", function.shares}});
  }
  return list;
}

nlohmann::ordered_json TreeReach::lines_json() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const check::CheckReport::Line& line : not_reached()) list.push_back({{"file", line.file}, {"line", line.line}, {"function", line.function}});
  return list;
}

}  // namespace vmalab::app

// SPDX-License-Identifier: GPL-2.0-only
#include "app/tree_reach.h"

#include <algorithm>
#include <iterator>

#include "app/check_support.h"
#include "base/words.h"
#include "lang/lock_functions.h"

namespace vmalab::app {
namespace {

constexpr std::size_t kLinesShown = 12;
constexpr std::uint32_t kLinesOfACondition = 4;

/// Of what was loaded only the lock is judged, not what its users need besides.
bool of_the_lock(const std::string& file, const std::string& function) {
  return file.find("mmap_lock.") != std::string::npos || file.find("rcuwait.") != std::string::npos ||
         std::find(lock_functions().begin(), lock_functions().end(), function) != lock_functions().end();
}

}  // namespace

void TreeReach::add(const check::CheckReport& report) {
  ran_.insert(report.lock_code.tree.begin(), report.lock_code.tree.end());
  for (const check::CheckReport::Part& part : report.parts) {
    Columns& line = lines_[{part.file, part.line}];
    line.function = part.function;
    line.parts[part.column].add(part);
  }
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

std::vector<TreeReach::Line> TreeReach::not_reached() const {
  std::vector<Line> lines;
  for (const auto& [place, line] : lines_) {
    if (ran_.count(line.function) == 0) continue;
    Line found{{place.first, line.function, place.second}, 0, {}};
    const bool partly = std::any_of(line.parts.begin(), line.parts.end(), [](const auto& part) { return part.second.ran; });
    for (const auto& [column, part] : line.parts) {
      const bool one_way = part.ran && part.decides && part.was_true != part.was_false;
      if (part.ran && !one_way) continue;
      if (partly) found.column = column;
      if (one_way) found.always = part.was_true ? "true" : "false";
      lines.push_back(found);
      break;
    }
  }
  // Where the line that a condition guards is named, the condition need not be.
  const auto guards_next = [&](const Line& line) {
    const Line* next = &line + 1;
    return !line.always.empty() && next != lines.data() + lines.size() && next->column == 0 && next->file == line.file &&
           next->function == line.function && next->line - line.line <= kLinesOfACondition;
  };
  std::vector<Line> kept;
  std::copy_if(lines.begin(), lines.end(), std::back_inserter(kept), [&](const Line& line) { return !guards_next(line); });
  return kept;
}

namespace {

/// "mm/mmap_lock.c:12, 14 to 16 and mm/vma.c:3"
std::string places_text(const std::vector<std::pair<std::string, int>>& places) {
  std::vector<std::string> files;
  for (std::size_t i = 0; i < places.size();) {
    const std::string& file = places[i].first;
    std::vector<std::string> runs;
    while (i < places.size() && places[i].first == file) {
      const int first = places[i].second;
      int last = first;
      for (++i; i < places.size() && places[i].first == file && places[i].second == last + 1; ++i) ++last;
      runs.push_back(std::to_string(first) + (last > first ? " to " + std::to_string(last) : ""));
    }
    files.push_back(file + ":" + words::joined(runs));
  }
  return words::list(files);
}

/// The function of the tree that a line stands in; null: in none.
const CodeBase::Function* function_at(const CodeBase& code, const std::string& file, int line) {
  for (const CodeBase::Function* function : code.functions()) {
    if (function->origin != SourceFile::Origin::kKernelTree || code.files()[function->definition.file].path != file) continue;
    if (static_cast<int>(function->definition.line) <= line && line <= static_cast<int>(function->body_end.line)) return function;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> TreeReach::unjudged_changes(const KernelTree& tree, const CodeBase* code, const std::string& ran_by) const {
  std::vector<std::string> functions, macros, files;
  std::vector<std::pair<std::string, int>> lines, left_out;
  for (const KernelTree::Change& change : tree.changes()) {
    using Kind = KernelTree::Change::Kind;
    if (change.kind == Kind::kFile)
      files.push_back(change.name);
    else if (change.kind == Kind::kInactiveLine)
      left_out.emplace_back(change.file, change.line);
    else if (change.kind == Kind::kLine) {
      const auto line = lines_.find({change.file, static_cast<std::uint32_t>(change.line)});
      const CodeBase::Function* const function = code == nullptr ? nullptr : function_at(*code, change.file, change.line);
      const bool ran = function != nullptr && ran_.count(function->name) > 0;
      if (line != lines_.end() && ran) {
        const auto& parts = line->second.parts;
        if (!std::all_of(parts.begin(), parts.end(), [](const auto& part) { return part.second.ran; })) lines.emplace_back(change.file, change.line);
      } else if (ran && change.leaves) {
        lines.emplace_back(change.file, change.line);
      } else if (function != nullptr && !ran && std::find(functions.begin(), functions.end(), function->name + "()") == functions.end()) {
        functions.push_back(function->name + "()");
      }
    } else if (ran_.count(change.name) > 0)
      continue;
    else if (change.kind == Kind::kFunction)
      functions.push_back(change.name + "()");
    else if (!tree.uses_macro(ran_, change.name))
      macros.push_back(change.name);
  }
  functions.insert(functions.end(), macros.begin(), macros.end());
  std::vector<std::string> sentences;
  const auto say = [&](const std::vector<std::string>& names, const std::string& why) {
    if (!names.empty()) sentences.push_back("the patch changes " + words::list(names) + ", which " + why + ": not judged");
  };
  say(functions, ran_by);
  const auto say_lines = [&](const std::vector<std::pair<std::string, int>>& places, const std::string& why) {
    if (!places.empty()) sentences.push_back("the patch changes " + places_text(places) + ", which " + why + ": not judged");
  };
  say_lines(lines, ran_by == "no scenario runs" ? "no scenario reaches" : "this scenario does not reach");
  say_lines(left_out, "the configuration that is judged leaves out");
  say(files, files.size() == 1 ? "is not read" : "are not read");
  return sentences;
}

std::string TreeReach::functions_text(const CodeBase& code, const std::string& who) const {
  std::vector<std::string> names;
  std::size_t others = 0;
  for (const Function& function : not_run(code)) {
    if (!function.shares)
      ++others;
    else
      names.push_back(function.name + "()");
  }
  if (names.empty()) return {};
  const std::string rest = others > 0 ? ", and " + plural(others, "function") + " without a shared access" : std::string();
  return who + ", so not judged: " + words::joined(names) + rest;
}

std::vector<std::string> TreeReach::paragraphs(const CodeBase& code) const {
  std::vector<std::string> texts;
  if (std::string functions = functions_text(code, "run by no scenario"); !functions.empty()) texts.push_back(std::move(functions));
  const std::vector<Line> lines = not_reached();
  if (lines.empty()) return texts;
  std::string text = plural(lines.size(), "line") + " of functions that ran " + (lines.size() == 1 ? "was" : "were") +
                     " not reached in full by any scenario:";
  for (std::size_t i = 0; i < lines.size() && i < kLinesShown; ++i) {
    text += "\n    " + lines[i].file + ":" + std::to_string(lines[i].line) + "  " + lines[i].function + "()";
    if (!lines[i].always.empty())
      text += ", where the condition was always " + lines[i].always;
    else if (lines[i].column > 0)
      text += ", from column " + std::to_string(lines[i].column);
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
  for (const Line& line : not_reached()) {
    list.push_back({{"file", line.file}, {"line", line.line}, {"function", line.function}});
    if (line.column > 0) list.back()["column"] = line.column;
    if (!line.always.empty()) list.back()["always"] = line.always == "true";
  }
  return list;
}

}  // namespace vmalab::app

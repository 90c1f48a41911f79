// SPDX-License-Identifier: GPL-2.0-only
#include "app/offered_names.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

namespace vmalab::app {
namespace {

constexpr std::string_view kFamily = "__vmalab_any_";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// From the opening parenthesis to the one that closes it; empty when there is none.
std::string_view in_parentheses(std::string_view text) {
  int open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++open;
    if (text[i] == ')' && --open == 0) return text.substr(0, i + 1);
  }
  return {};
}

std::string macro_as_called(std::string_view line) {
  line.remove_prefix(std::string_view("#define ").size());
  std::size_t end = 0;
  while (end < line.size() && is_word(line[end])) ++end;
  std::string name(line.substr(0, end));
  const std::string arguments(line.substr(end).starts_with("(") ? in_parentheses(line.substr(end)) : std::string_view());
  if (name.starts_with(kFamily)) return name.substr(kFamily.size()) + "*" + arguments;
  return name.starts_with("__vmalab_") || name.starts_with("__VMALAB_") ? std::string() : name + arguments;
}

/// `DEFINE_GUARD(rwsem_read, struct rw_semaphore *, ...)` and its relatives, as what they define is used. `locks` has what
/// the guards before are given, by name.
std::vector<std::string> guard_as_used(std::string_view line, std::vector<std::pair<std::string, std::string>>& locks) {
  const std::size_t open = line.find('(');
  const std::string_view form = line.substr(0, open);
  std::vector<std::string> arguments(1);
  for (const char c : line.substr(open + 1)) {
    if (c == ',')
      arguments.emplace_back();
    else if (c != ' ' || !arguments.back().empty())
      arguments.back() += c;
  }
  if (arguments.size() < 2) return {};
  const std::string& name = arguments[0];
  if (form == "DEFINE_GUARD_COND") {
    const auto base = std::find_if(locks.begin(), locks.end(), [&](const auto& lock) { return lock.first == name; });
    if (base == locks.end()) return {};
    return {"scoped_guard(" + name + arguments[1] + ", " + base->second + ")"};
  }
  const std::string lock = form == "DEFINE_LOCK_GUARD_0"                            ? ""
                           : arguments[1].find("rw_semaphore") != std::string::npos ? "sem"
                           : arguments[1].find("mm_struct") != std::string::npos    ? "mm"
                                                                                    : "lock";
  locks.emplace_back(name, lock);
  return {"guard(" + name + ")(" + lock + ")", "scoped_guard(" + name + (lock.empty() ? "" : ", ") + lock + ")"};
}

/// A static function of a C file, whose type may stand on the line before.
bool is_private(const SourceFile& file, std::size_t line) {
  return file.path.ends_with(".c") && (file.lines[line].starts_with("static ") || (line > 0 && file.lines[line - 1].starts_with("static ")));
}

}  // namespace

std::string comment_before(const std::vector<std::string_view>& lines, std::size_t line) {
  if (line == 0 || !lines[line - 1].ends_with("*/")) return {};
  std::size_t first = line - 1;
  while (first > 0 && !lines[first].starts_with("/*")) --first;
  std::string text;
  for (std::size_t i = first; i < line; ++i) {
    std::istringstream words{std::string(lines[i])};
    for (std::string word; words >> word;) {
      if (word != "/*" && word != "*" && word != "*/") text += (text.empty() ? "" : " ") + word;
    }
  }
  return text;
}

std::string declaration_at(const std::vector<std::string_view>& lines, std::size_t line) {
  std::string text;
  for (; line < lines.size(); ++line) {
    std::istringstream words{std::string(lines[line])};
    for (std::string word; words >> word;) text += (text.empty() ? "" : " ") + word;
    if (lines[line].find(')') != std::string_view::npos || lines[line].find('{') != std::string_view::npos) break;
  }
  return text;
}

std::string as_called(std::string_view declaration) {
  const std::size_t open = declaration.find('(');
  if (open == std::string_view::npos) return {};
  std::size_t begin = open;
  while (begin > 0 && is_word(declaration[begin - 1])) --begin;
  std::string out(declaration.substr(begin, open - begin));
  std::string parameters, word;
  for (const char c : declaration.substr(open + 1)) {
    if (is_word(c)) {
      word += c;
    } else if (c == ',' || c == ')') {
      if (word != "void") parameters += (parameters.empty() ? "" : ", ") + word;
      word.clear();
    } else {
      word.clear();
    }
  }
  return out + "(" + parameters + ")";
}

std::vector<OfferedGroup> offered_names(const SourceFile& file) {
  std::vector<OfferedGroup> groups(1);
  std::set<std::string> seen;
  std::vector<std::pair<std::string, std::string>> locks;
  const auto offer = [&](const std::string& name) {
    if (!name.empty() && !name.starts_with("__vmalab_") && seen.insert(name).second) groups.back().names.push_back(name);
  };
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = file.lines[i];
    if (line.empty()) continue;
    const bool directive = line.front() == '#';
    if (!directive && !is_word(line.front())) continue;
    if (std::string comment = comment_before(file.lines, i); !comment.empty()) groups.push_back({std::move(comment), {}});
    if (line.starts_with("#define ")) {
      offer(macro_as_called(line));
    } else if (line.starts_with("DEFINE_")) {
      for (const std::string& name : guard_as_used(line, locks)) offer(name);
    } else if (!directive && line.find('(') != std::string_view::npos && !is_private(file, i)) {
      const std::string declaration = declaration_at(file.lines, i);
      if (declaration.find(';') == std::string::npos) offer(as_called(declaration));
    }
  }
  std::erase_if(groups, [](const OfferedGroup& group) { return group.names.empty(); });
  return groups;
}

}  // namespace vmalab::app

// SPDX-License-Identifier: GPL-2.0-only
#include "lang/tree_changes.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <utility>

namespace vmalab {
namespace {

/// A file's functions and macros, those of configurations that are not judged among them: by kind and name, their tokens.
struct Definition {
  std::string tokens;
  TreeItem item;  ///< the first of this name
};
using Definitions = std::map<std::pair<TreeItem::Kind, std::string_view>, Definition>;

Definitions definitions_of(const IndexedFile& file) {
  std::vector<Token> code;
  bool directive = false;
  std::uint32_t last_line = 0;
  for (const Token& token : file.tokens) {
    if (token.line_start && token.is("#"))
      directive = true;
    else if (token.line_start && token.pos.line != last_line && !(directive && file.lines[token.pos.line - 2].ends_with('\\')))
      directive = false;
    last_line = token.pos.line;
    if (!directive) code.push_back(token);
  }
  std::vector<TreeItem> items = file.items;
  for (const TreeItem& item : index_items(code)) items.push_back(item);
  Definitions definitions;
  std::set<std::pair<std::string_view, std::uint32_t>> seen;
  std::stable_sort(items.begin(), items.end(), [](const TreeItem& a, const TreeItem& b) { return a.first_line < b.first_line; });
  for (const TreeItem& item : items) {
    if ((item.kind != TreeItem::Kind::kFunction && item.kind != TreeItem::Kind::kMacro) || !seen.insert({item.name, item.line}).second) continue;
    Definition& definition = definitions.try_emplace({item.kind, item.name}, Definition{{}, item}).first->second;
    for (const Token& token : tokens_of_lines(file.tokens, item.first_line, item.last_line)) (definition.tokens += token.text) += ' ';
  }
  return definitions;
}

std::vector<TreeItem> changed_definitions(const IndexedFile* before, const IndexedFile& now) {
  const Definitions had = before == nullptr ? Definitions() : definitions_of(*before);
  std::vector<TreeItem> changed;
  for (const auto& [key, definition] : definitions_of(now)) {
    const auto found = had.find(key);
    if (found == had.end() || found->second.tokens != definition.tokens) changed.push_back(definition.item);
  }
  return changed;
}

struct CodeLine {
  std::uint32_t number = 0;
  std::string code;
  friend bool operator==(const CodeLine& a, const CodeLine& b) { return a.code == b.code; }
};

std::vector<CodeLine> code_lines(const IndexedFile& file) {
  std::vector<CodeLine> lines;
  bool directive = false;
  for (const Token& token : file.tokens) {
    const bool fresh = lines.empty() || lines.back().number != token.pos.line;
    if (token.line_start) {
      const bool goes_on = directive && token.pos.line >= 2 && file.lines[token.pos.line - 2].ends_with('\\');
      directive = token.is("#") || goes_on;
    }
    if (directive || token.kind == TokenKind::kEnd) continue;
    if (fresh) lines.push_back({token.pos.line, {}});
    (lines.back().code += token.text) += ' ';
  }
  return lines;
}

/// Longest common subsequence of two short runs of lines: which of `b` are in it.
std::vector<bool> kept_of(std::span<const CodeLine> a, std::span<const CodeLine> b) {
  std::vector<std::vector<std::uint32_t>> length(a.size() + 1, std::vector<std::uint32_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      length[i][j] = a[i] == b[j] ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
    }
  }
  std::vector<bool> kept(b.size());
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) {
      kept[j] = true;
      ++i, ++j;
    } else if (length[i + 1][j] >= length[i][j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
  return kept;
}

std::vector<std::uint32_t> changed_lines(const IndexedFile* before, const IndexedFile& now) {
  const std::vector<CodeLine> old = before == nullptr ? std::vector<CodeLine>() : code_lines(*before), fresh = code_lines(now);
  std::size_t first = 0, last = 0;
  while (first < std::min(old.size(), fresh.size()) && old[first] == fresh[first]) ++first;
  while (last < std::min(old.size(), fresh.size()) - first && old[old.size() - 1 - last] == fresh[fresh.size() - 1 - last]) ++last;
  const std::span<const CodeLine> a(old.data() + first, old.size() - first - last), b(fresh.data() + first, fresh.size() - first - last);
  constexpr std::size_t kMostCells = std::size_t{1} << 24U;
  const std::vector<bool> kept = a.size() * b.size() > kMostCells ? std::vector<bool>(b.size()) : kept_of(a, b);
  std::vector<std::uint32_t> changed;
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (!kept[i]) changed.push_back(b[i].number);
  }
  if (b.empty() && !a.empty() && first < fresh.size()) changed.push_back(fresh[first].number);
  return changed;
}

}  // namespace

std::vector<KernelTree::Change> changes_between(const IndexedFile* before, const IndexedFile& now) {
  using Change = KernelTree::Change;
  std::vector<Change> changes;
  for (const TreeItem& item : changed_definitions(before, now)) {
    const auto kind = item.kind == TreeItem::Kind::kFunction ? Change::Kind::kFunction : Change::Kind::kMacro;
    changes.push_back({kind, std::string(item.name), now.path, static_cast<int>(item.line), false});
  }
  for (const std::uint32_t line : changed_lines(before, now)) {
    const bool active = now.active_lines.count(line) > 0;
    const std::span<const Token> tokens = tokens_of_lines(now.tokens, line, line);
    const bool leaves = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) { return token.is("return") || token.is("goto"); });
    changes.push_back({active ? Change::Kind::kLine : Change::Kind::kInactiveLine, "", now.path, static_cast<int>(line), leaves});
  }
  return changes;
}

bool is_kernel_code(const std::string& path) {
  if (!path.ends_with(".c") && !path.ends_with(".h") && !path.ends_with(".S") && !path.ends_with(".rs")) return false;
  const std::string folder = path.substr(0, path.find('/'));
  return folder != "tools" && folder != "Documentation" && folder != "scripts" && folder != "samples";
}

bool same_code(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  if (a == b) return true;
  const std::string one = a.value_or(""), other = b.value_or("");  // tokens point into them
  try {
    const std::vector<Token> x = tokenize(one, 0), y = tokenize(other, 0);
    return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                      [](const Token& s, const Token& t) { return s.text == t.text && s.line_start == t.line_start; });
  } catch (const CompileError&) {
    return false;
  }
}

}  // namespace vmalab

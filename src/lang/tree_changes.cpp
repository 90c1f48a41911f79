// SPDX-License-Identifier: GPL-2.0-only
#include "lang/tree_changes.h"

#include <algorithm>
#include <map>
#include <set>
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

}  // namespace

std::vector<TreeItem> changed_definitions(const IndexedFile* before, const IndexedFile& now) {
  const Definitions had = before == nullptr ? Definitions() : definitions_of(*before);
  std::vector<TreeItem> changed;
  for (const auto& [key, definition] : definitions_of(now)) {
    const auto found = had.find(key);
    if (found == had.end() || found->second.tokens != definition.tokens) changed.push_back(definition.item);
  }
  return changed;
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

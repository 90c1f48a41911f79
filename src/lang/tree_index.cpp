// SPDX-License-Identifier: GPL-2.0-only
#include "lang/tree_index.h"

#include <algorithm>

#include "base/words.h"
#include "lang/declarations.h"

namespace vmalab {
namespace {

bool opens(const Token& token) { return token.is("(") || token.is("[") || token.is("{"); }
bool closes(const Token& token) { return token.is(")") || token.is("]") || token.is("}"); }
/// In the kernel's layout a brace at the beginning of a line ends whatever is open, even where something before it is odd.
bool ends_all(const Token& token) { return token.is("}") && token.pos.column == 1; }

/// Position after the bracket that closes the one at `at`.
std::size_t after_group(const std::vector<Token>& tokens, std::size_t at) {
  int depth = 0;
  for (; at < tokens.size(); ++at) {
    if (ends_all(tokens[at])) return at + 1;
    if (opens(tokens[at])) ++depth;
    if (closes(tokens[at]) && --depth <= 0) return at + 1;
  }
  return at;
}

class Scan {
 public:
  explicit Scan(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::vector<TreeItem> run() {
    std::size_t first = 0;
    bool assigned = false;
    for (std::size_t at = 0; at < tokens_.size();) {
      const Token& token = tokens_[at];
      if (token.is(";")) {
        without_body(first, at);
        first = ++at;
        assigned = false;
      } else if (token.is("{") && !assigned) {
        const std::size_t body = at;
        at = after_group(tokens_, at);
        if (!function(first, body, at)) at = type(first, body, at);
        first = at;
      } else if (opens(token)) {
        at = after_group(tokens_, at);
      } else {
        assigned = assigned || token.is("=");
        ++at;
      }
    }
    return std::move(items_);
  }

 private:
  void add(TreeItem::Kind kind, std::size_t name, std::size_t first, std::size_t end) {
    items_.push_back({kind, tokens_[name].text, tokens_[name].pos.line, tokens_[first].pos.line, tokens_[end - 1].pos.line});
  }
  bool is_name(std::size_t at) const { return tokens_[at].kind == TokenKind::kIdentifier; }

  bool function(std::size_t first, std::size_t body, std::size_t end) {
    std::size_t name = body;
    for (std::size_t at = first; at + 1 < body;) {
      const bool call = is_name(at) && tokens_[at + 1].is("(") && at > first && (is_name(at - 1) || tokens_[at - 1].is("*"));
      if (call && !is_annotation(tokens_[at].text)) name = at;
      at = opens(tokens_[at]) ? after_group(tokens_, at) : at + 1;
    }
    // `SYSCALL_DEFINE1(brk, ...) {`: a macro makes a function of the name that is its first argument.
    if (name == body && body >= 4 && tokens_[body - 1].is(")")) {
      std::size_t open = body - 1;
      for (int depth = 0; open > first; --open) {
        depth += closes(tokens_[open]) ? 1 : opens(tokens_[open]) ? -1 : 0;
        if (depth == 0) break;
      }
      if (open > first && is_name(open - 1) && is_name(open + 1) && !is_annotation(tokens_[open - 1].text)) {
        add(TreeItem::Kind::kFunction, open + 1, open - 1, end);
        return true;
      }
    }
    if (name == body) return false;
    // A macro such as DEFINE_GUARD(...) in front of it has no semicolon and is not part of it.
    std::size_t begin = name;
    while (begin > first && !closes(tokens_[begin - 1])) --begin;
    add(TreeItem::Kind::kFunction, name, begin, end);
    return true;
  }

  /// A struct, union or enum with its members; returns the position after its semicolon.
  std::size_t type(std::size_t first, std::size_t body, std::size_t end) {
    const auto keyword = [&](std::size_t at) { return tokens_[at].is("struct") || tokens_[at].is("union") || tokens_[at].is("enum"); };
    bool is_type = false;
    std::size_t name = body;
    for (std::size_t at = first; at < body; ++at) {
      if (!keyword(at)) continue;
      is_type = true;
      if (at + 1 < body && is_name(at + 1)) name = at + 1;
    }
    if (!is_type) return end;
    std::size_t after = end;
    while (after < tokens_.size() && !tokens_[after].is(";") && !tokens_[after].is("{")) ++after;
    after = std::min(after + 1, tokens_.size());
    if (name < body) add(TreeItem::Kind::kType, name, first, after);
    if (tokens_[first].is("typedef") && after >= 2 && is_name(after - 2)) add(TreeItem::Kind::kType, after - 2, first, after);
    const bool is_enum = std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(first), tokens_.begin() + static_cast<std::ptrdiff_t>(body),
                                     [](const Token& token) { return token.is("enum"); });
    for (std::size_t at = body; is_enum && at + 1 < end; ++at) {
      if ((tokens_[at].is("{") || tokens_[at].is(",")) && is_name(at + 1)) add(TreeItem::Kind::kConstant, at + 1, first, after);
    }
    return after;
  }

  /// A typedef or a variable; what has brackets is a prototype or a macro of its own.
  void without_body(std::size_t first, std::size_t end) {
    if (first + 1 >= end || tokens_[first].is("extern")) return;
    if (tokens_[first].is("typedef")) {
      if (is_name(end - 1)) add(TreeItem::Kind::kType, end - 1, first, end + 1);
      return;
    }
    std::size_t name = first;
    std::size_t at = first;
    for (; at < end && !tokens_[at].is("=") && !tokens_[at].is("["); ++at) {
      if (tokens_[at].is("(")) return;
      if (is_name(at)) name = at;
    }
    const bool tag_only = name == first + 1 && (tokens_[first].is("struct") || tokens_[first].is("union") || tokens_[first].is("enum"));
    if (name > first && !tag_only) add(TreeItem::Kind::kVariable, name, first, end + 1);
  }

  const std::vector<Token>& tokens_;
  std::vector<TreeItem> items_;
};

/// One #if ... #endif: the lines of its directives, and whether anything between them is kept.
struct Group {
  std::vector<std::uint32_t> directives;
  bool kept = false;
};

class Kept {
 public:
  Kept(const std::vector<std::string_view>& lines, const std::vector<Token>& tokens) : lines_(lines), tokens_(tokens), keep_(lines.size() + 2) {}

  void item(const TreeItem& item) {
    for (std::uint32_t line = item.first_line; line <= item.last_line; ++line) keep(line);
    std::uint32_t above = item.first_line - 1;
    if (above < 1 || above > lines_.size() || !words::trimmed(lines_[above - 1]).ends_with("*/")) return;
    while (above > 1 && lines_[above - 1].find("/*") == std::string_view::npos) --above;
    // A comment behind code is no comment of what follows.
    if (!words::trimmed(lines_[above - 1]).starts_with("/*")) return;
    for (std::uint32_t line = above; line < item.first_line; ++line) keep(line);
  }

  void conditionals() {
    std::vector<Group> open;
    const auto close = [&] {
      if (open.back().kept) {
        for (const std::uint32_t line : open.back().directives) keep(line);
        if (open.size() > 1) open[open.size() - 2].kept = true;
      }
      open.pop_back();
    };
    std::uint32_t next = 1;  // lines before it have been looked at
    for (std::size_t at = 0; at + 1 < tokens_.size(); ++at) {
      if (!tokens_[at].line_start || !tokens_[at].is("#")) continue;
      const std::string_view name = tokens_[at + 1].text;
      const std::uint32_t line = tokens_[at].pos.line;
      const bool begins = name == "if" || name == "ifdef" || name == "ifndef";
      const bool goes_on = name == "elif" || name == "else" || name == "endif";
      if (!begins && !goes_on) continue;
      for (; next < line; ++next) {
        if (!open.empty() && kept(next)) open.back().kept = true;
      }
      if (begins) open.emplace_back();
      if (open.empty()) continue;
      open.back().directives.push_back(line);
      next = std::max(next, line + 1);
      if (name == "endif") close();
    }
  }

  std::string text() const {
    std::string text;
    for (std::uint32_t line = 1; line <= lines_.size(); ++line) {
      if (kept(line)) text += lines_[line - 1];
      text += '\n';
    }
    return text;
  }

 private:
  bool kept(std::uint32_t line) const { return line < keep_.size() && keep_[line]; }
  std::string_view at(std::uint32_t line) const { return lines_[line - 1]; }
  /// The line, what a backslash at its end continues it with, and the whole of a comment that it has a part of.
  void keep(std::uint32_t line) {
    if (line < 1 || line > lines_.size()) return;
    keep_[line] = true;
    if (at(line).find("*/") < at(line).find("/*")) {
      for (std::uint32_t above = line; above > 1 && at(above).find("/*") == std::string_view::npos;) keep_[--above] = true;
    }
    while (line < lines_.size()) {
      const std::size_t opened = at(line).rfind("/*"), closed = at(line).rfind("*/");
      const bool in_comment = opened != std::string_view::npos && (closed == std::string_view::npos || closed < opened);
      if (!in_comment && !words::trimmed(at(line)).ends_with('\\')) return;
      keep_[++line] = true;
      while (in_comment && line < lines_.size() && at(line).find("*/") == std::string_view::npos) keep_[++line] = true;
    }
  }

  const std::vector<std::string_view>& lines_;
  const std::vector<Token>& tokens_;
  std::vector<bool> keep_;
};

}  // namespace

std::vector<TreeItem> index_items(const std::vector<Token>& active) { return Scan(active).run(); }

std::vector<TreeItem> index_macros(const std::vector<Token>& tokens, const Preprocessor& preprocessor) {
  std::vector<TreeItem> items;
  for (std::size_t at = 0; at + 2 < tokens.size(); ++at) {
    if (!tokens[at].line_start || !tokens[at].is("#") || !tokens[at + 1].is("define")) continue;
    const Macro* macro = preprocessor.find(tokens[at + 2].text);
    if (macro == nullptr || !(macro->definition == tokens[at + 2].pos)) continue;
    std::size_t end = at + 3;
    while (end < tokens.size() && !tokens[end].line_start) ++end;
    items.push_back({TreeItem::Kind::kMacro, macro->name, tokens[at].pos.line, tokens[at].pos.line, tokens[end - 1].pos.line});
  }
  return items;
}

std::span<const Token> tokens_of_lines(const std::vector<Token>& tokens, std::uint32_t first, std::uint32_t last) {
  const auto begin = std::lower_bound(tokens.begin(), tokens.end(), first,
                                      [](const Token& token, std::uint32_t line) { return token.pos.line < line; });
  const auto end = std::upper_bound(begin, tokens.end(), last, [](std::uint32_t line, const Token& token) { return line < token.pos.line; });
  return {tokens.data() + (begin - tokens.begin()), static_cast<std::size_t>(end - begin)};
}

std::string reduced_text(const std::vector<std::string_view>& lines, const std::vector<Token>& tokens, std::span<const TreeItem> items) {
  Kept kept(lines, tokens);
  for (const TreeItem& item : items) kept.item(item);
  kept.conditionals();
  return kept.text();
}

}  // namespace vmalab
